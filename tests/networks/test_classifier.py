"""The sentiment network against torch, and its card."""

import subprocess
import sys
from statistics import mean

import numpy as np
import pytest
import torch

from rnnviz.cells import GRU
from rnnviz.networks.checkpoints import shipped
from rnnviz.networks.classifier import DECIDE, LOOK, UNKNOWN, Sentiment, words

NETWORK = Sentiment.load()
CARD = NETWORK.card
SENTENCES = [
    "The food was great, but I would not go back.",
    "Great!",
    "I don't think this phone is worth the money...",
    "A zyzzyva of a film",
    *(example["text"] for example in CARD["examples"]["sentences"]),
]


def random_network(seed=0, **changed):
    """A small network with large random weights that knows four words."""
    random = np.random.default_rng(seed)
    sizes = {"H": 4, "A": 5, "O": 2}
    arrays = {"words.E": random.normal(size=(5, 3))}
    for part in ("forwards", "backwards"):
        weights = GRU.init(3, 2, seed=random.integers(1_000))
        arrays |= {f"{part}.{name}": 3 * value for name, value in weights.items()}
    for part, program in (("look", LOOK), ("decide", DECIDE)):
        arrays |= {
            f"{part}.{name}": random.normal(size=[sizes[size] for size in shape])
            for name, shape in program.weights.items()
        }
    return Sentiment.of(arrays | changed, {"vocabulary": [UNKNOWN, "a", "good", "film", "."]})


def both(network):
    """PyTorch's own GRU with the same weights, in float64."""
    layer = torch.nn.GRU(network.weights["words"]["E"].shape[1], len(network.weights["forwards"]["b_r"]),
                         bidirectional=True, dtype=torch.float64)  # fmt: skip
    for suffix, part in (("l0", "forwards"), ("l0_reverse", "backwards")):
        known = network.weights[part]
        stacked = {
            "weight_ih": [known["W_xr"], known["W_xz"], known["W_xn"]],
            "weight_hh": [known["W_hr"], known["W_hz"], known["W_hn"]],
            "bias_ih": [known["b_r"], known["b_z"], known["b_xn"]],
            "bias_hh": [0 * known["b_r"], 0 * known["b_z"], known["b_hn"]],
        }
        for name, arrays in stacked.items():
            getattr(layer, f"{name}_{suffix}").data = torch.tensor(np.concatenate(arrays))
    return layer


def in_torch(network, embedded):
    """The same network in plain torch: what each line gives, and the logits."""
    look, decide = ({k: torch.tensor(v) for k, v in network.weights[part].items()} for part in ("look", "decide"))
    annotations, _ = both(network)(embedded)
    scores = torch.tanh(annotations @ look["U_e"] + look["b_e"]) @ look["v_e"]
    alignment = torch.softmax(scores, 0)
    context = (alignment.unsqueeze(1) * annotations).sum(0)
    logits = torch.nn.functional.linear(context, decide["W_my"], decide["b_y"])
    return {"S": annotations, "e": scores, "a": alignment, "m": context, "y": logits.softmax(0)}, logits


def log_odds(positive):
    return np.log(positive / (1 - positive))


CASES = [(NETWORK, text) for text in SENTENCES] + [
    (random_network(seed), text) for seed in range(3) for text in ("a good film .", "good", "film good plugh good a a")
]


@pytest.mark.parametrize(("network", "text"), CASES)
def test_torch_computes_the_same(network, text):
    opinion = network(text)
    wanted, _ = in_torch(network, torch.tensor(network.embed(opinion.tokens)))
    assert list(opinion.values) == list(wanted)
    for letter, values in wanted.items():
        np.testing.assert_allclose(opinion.values[letter], values.detach(), rtol=0, atol=1e-10)
    assert opinion.positive == pytest.approx(float(wanted["y"][1].detach()), abs=1e-10)
    assert opinion.positive == pytest.approx(network.positive(opinion.tokens), abs=1e-14)


@pytest.mark.parametrize(("network", "text"), CASES)
def test_attention_is_shared_out_over_the_words(network, text):
    opinion = network(text)
    assert opinion.tokens == words(text)
    assert opinion.alignment.shape == (len(opinion.tokens),)
    assert opinion.alignment.sum() == pytest.approx(1, abs=1e-12)
    assert (opinion.alignment > 0).all()
    assert len(opinion.unknown) == len(opinion.tokens)


def test_words_are_lower_case_and_marks_stand_by_themselves():
    assert words("I DON’T know... Café_9?!") == ("i", "don't", "know", ".", ".", ".", "café", "9", "?", "!")


def test_words_outside_the_vocabulary_are_told_and_read_alike():
    one, other = NETWORK("A zyzzyva of a film"), NETWORK("A plugh of a film")
    assert one.unknown == (False, True, False, False, False)
    assert one.positive == other.positive


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "write a sentence of 1 to 100 words; there is no word in this one"),
        (" ?! ", "write a sentence of 1 to 100 words; there is no word in this one"),
        ("good " * 101, "a sentence may have 100 words, each mark counted as one; this has 101"),
        (
            "Zyzzyva plugh, zyzzyva xyzzy!",
            rf"the network knows none of these words \('zyzzyva', 'plugh'\); write a sentence in English with at least "
            rf"one of the {len(CARD['vocabulary']) - 1:,} words it knows",
        ),
    ],
)
def test_what_cannot_be_read_is_refused_in_a_sentence(text, sentence):
    with pytest.raises(ValueError, match=f"^{sentence}$"):
        NETWORK(text)


def test_the_longest_sentence_is_read():
    assert len(NETWORK("good " * 100).tokens) == 100


def test_the_card_says_what_was_reached():
    data, seeds, simple = CARD["data"], CARD["seeds"], CARD["baselines"]
    assert data["train"] + data["validation"] + data["held_out"] == 2_979
    assert (data["licence"], data["package"]) == ("CC BY 4.0", "sentiment@5.0.2")
    assert "Kotzias" in data["citation"]
    assert {"seed": CARD["seed"], **CARD["reached"]} == seeds[0]
    assert len({one["seed"] for one in seeds}) == 3
    assert simple["majority_class"]["held_out"] == 0.5
    assert min(one["held_out"] for one in seeds) > simple["majority_class"]["held_out"] + 0.2
    assert CARD["reached"]["held_out"] >= 0.78
    reached = [one["validation"] for one in seeds]
    chosen = max(CARD["candidates"], key=lambda one: mean(one["validation"]))
    assert chosen == {**{name: CARD["recipe"][name] for name in chosen if name != "validation"}, "validation": reached}
    for share in (CARD["reached"]["held_out"], simple["tfidf_logistic_regression"]["held_out"]):
        assert share * data["held_out"] == pytest.approx(round(share * data["held_out"]))
        assert f"{share:.1%}" in CARD["about"]


def test_examples_on_the_card_are_what_the_network_says():
    shown = CARD["examples"]["sentences"]
    assert 10 <= len(shown) <= 12
    assert {example["right"] for example in shown} == {True, False}
    for example in shown:
        opinion = NETWORK(example["text"])
        assert opinion.positive == pytest.approx(example["positive"], abs=1e-9)
        assert (CARD["classes"][int(opinion.positive > 0.5)] == example["label"]) == example["right"]


def test_weights_are_small_float32_numbers_that_cannot_be_changed():
    file = shipped("opinions").joinpath("sentiment.safetensors")
    assert len(file.read_bytes()) < 1_500_000
    assert len(NETWORK.weights["words"]["E"]) == len(CARD["vocabulary"]) == len(set(CARD["vocabulary"]))
    for part in NETWORK.weights.values():
        for array in part.values():
            np.testing.assert_array_equal(array, array.astype(np.float32))
            with pytest.raises(ValueError, match="read-only"):
                array[...] = 0


def test_reading_a_sentence_needs_no_torch():
    code = """
import sys
from rnnviz.networks.checkpoints import shipped
from rnnviz.networks.classifier import Sentiment
Sentiment.load()("Good.")
sys.exit("torch" in sys.modules)
"""
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
