import math
from collections import Counter, defaultdict

import numpy as np
import pytest
from scipy.stats import chisquare
from torch import from_numpy
from torch.nn.functional import cross_entropy

from rnnviz.data.names import VOCABULARY, load_names, split
from rnnviz.networks import checkpoints
from rnnviz.tasks.next_character import NAMES

PARTS = split(load_names(), seed=0)


def read(examples):
    """Each name as it is read and as it is to be predicted, the padding left out."""
    for sequence in range(examples.mask.shape[1]):
        steps = np.flatnonzero(examples.mask[:, sequence])
        assert steps.tolist() == list(range(len(steps)))
        yield (
            "".join(VOCABULARY[int(np.flatnonzero(x)[0])] for x in examples.inputs[steps, sequence]),
            "".join(VOCABULARY[code] for code in examples.targets[steps, sequence]),
        )


@pytest.mark.parametrize("draw", [NAMES.draw, NAMES.held_out])
def test_each_character_is_predicted_from_those_before_it(draw):
    examples = draw(np.random.default_rng(0), 1, 300)
    for inputs, targets in read(examples):
        name = targets.removesuffix("·")
        assert inputs == f"·{name}"
        assert name.isalpha()
    assert not examples.inputs[~examples.mask].any()
    assert examples.mask[-1].any()


def test_names_learned_from_and_names_held_out_are_those_of_the_split():
    drawn = {targets[:-1] for _, targets in read(NAMES.draw(np.random.default_rng(0), 1, 20_000))}
    held_out = {targets[:-1] for _, targets in read(NAMES.held_out(np.random.default_rng(0), 1, 516))}
    assert drawn < set(PARTS.train)
    assert len(drawn) > 0.98 * len(PARTS.train)  # 1 - exp(-20000/4130) = .992
    assert held_out == set(PARTS.validation)
    assert not (drawn | held_out) & set(PARTS.test)
    assert not drawn & held_out


def test_every_name_is_as_likely():
    first = [targets[0] for _, targets in read(NAMES.draw(np.random.default_rng(0), 1, 20_000))]
    expected = {letter: sum(name[0] == letter for name in PARTS.train) for letter in VOCABULARY[1:]}
    frequent = [letter for letter in expected if expected[letter] > 20]
    rest = [letter for letter in VOCABULARY[1:] if letter not in frequent]
    counts = [*(first.count(letter) for letter in frequent), sum(first.count(letter) for letter in rest)]
    shares = [*(expected[letter] for letter in frequent), sum(expected[letter] for letter in rest)]
    assert chisquare(counts, np.array(shares) * 20_000 / len(PARTS.train)).pvalue > 0.001


def test_no_name_is_held_out_twice_before_all_have_come():
    names = [targets for _, targets in read(NAMES.held_out(np.random.default_rng(0), 1, 2 * 516 + 100))]
    assert len(set(names[:516])) == len(set(names[516 : 2 * 516])) == 516
    assert len(set(names[2 * 516 :])) == 100


@pytest.mark.parametrize("scale", [1, 3000])
def test_the_metric_is_the_cross_entropy_of_torch_in_bits(scale):
    examples = NAMES.draw(np.random.default_rng(0), 1, 100)
    logits = (scale * np.random.default_rng(1).normal(size=(*examples.mask.shape, 27))).astype(np.float32)
    wanted = from_numpy(examples.mask)
    nats = cross_entropy(from_numpy(logits).double()[wanted], from_numpy(examples.targets)[wanted]).item()
    assert NAMES.score(logits, examples) == pytest.approx(nats / math.log(2), rel=1e-12)


def test_chance_is_a_guess_among_27_symbols():
    examples = NAMES.held_out(np.random.default_rng(0), 1, 516)
    assert NAMES.score(np.zeros((*examples.mask.shape, 27), np.float32), examples) == pytest.approx(math.log2(27))
    assert NAMES.chance(1) == pytest.approx(4.754887502163468, rel=1e-15)
    assert NAMES.chance_loss(1) == pytest.approx(NAMES.chance(1) * math.log(2), rel=1e-15)


def test_the_baseline_is_the_4_gram_counted_anew():
    """Witten & Bell: what followed the context, mixed with the guess after one symbol less."""
    followers = defaultdict(Counter)
    for name in PARTS.train:
        text = f"·{name}·"
        for place in range(1, len(text)):
            for start in range(max(0, place - 3), place + 1):
                followers[text[start:place]][text[place]] += 1

    def probability(symbol, context):
        less = probability(symbol, context[1:]) if context else 1 / 27
        seen = followers[context]
        return (seen[symbol] + len(seen) * less) / (seen.total() + len(seen)) if seen else less

    bits = [
        -math.log2(probability(symbol, f"·{name}"[max(0, place - 2) : place + 1]))
        for name in PARTS.validation
        for place, symbol in enumerate(f"{name}·")
    ]
    assert NAMES.baseline.title == "4-gram"
    assert NAMES.baseline.level(1) == pytest.approx(math.fsum(bits) / len(bits), rel=1e-12)


def test_the_baseline_is_that_of_the_shipped_networks():
    card = checkpoints.load("lstm").card["ngram"]
    assert card["order"] == 4
    assert NAMES.baseline.level(1) == pytest.approx(card["validation"], rel=1e-12)
