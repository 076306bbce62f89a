"""`rnnviz.training.loop.TranslationTraining`: runs of an encoder-decoder."""

import math
from dataclasses import replace

import numpy as np
import pytest
import torch

from rnnviz.cells import CELLS
from rnnviz.data.number_splits import SAMPLINGS, SPLIT_SEED, split
from rnnviz.data.number_words import SHORT, encode, pairs, say
from rnnviz.networks.attention import ATTENTIONS
from rnnviz.networks.translator import Translator
from rnnviz.training.cards import card_of
from rnnviz.training.loop import Training, TranslationTraining, exact_match, force
from rnnviz.training.recipe import Recipe, TranslationRecipe
from rnnviz.training.run import Moment, Point, pack_state, unpack_state
from tests.scheduler import TRANSLATOR

SMALL = TranslationRecipe(hidden_size=6, embedding_size=4, batch_size=8, steps=60)


def told(training, kind=Point):
    return [item for item in training if isinstance(item, kind)]


def plain(item):
    """What was measured, but for its time."""
    if isinstance(item, Point):
        return item.step, item.loss, item.metric, item.gradient_norm, item.clipped
    return item.step, item.metric, {name: value.tobytes() for name, value in item.weights.items()}


def batch(recipe, step):
    """The numbers that a step learns from."""
    numbers = split(SPLIT_SEED, recipe.largest, recipe.sampling).drawn_from
    drawn = np.random.default_rng([recipe.seed, step]).integers(len(numbers), size=recipe.batch_size)
    return [numbers[place] for place in drawn]


@pytest.mark.parametrize("attention", ATTENTIONS)
@pytest.mark.parametrize("cell", CELLS)
def test_every_network_can_be_trained(cell, attention):
    training = replace(SMALL, cell=cell, attention=attention, steps=3, largest=SHORT).training()
    points = told(training)
    assert [point.step for point in points] == [1, 2, 3]
    assert all(math.isfinite(point.loss) and point.seconds > 0 for point in points)
    assert training.ended.reason == "done"
    assert training.ended.parameters == sum(array.size for array in training.model.arrays().values())


def test_the_loss_is_the_cross_entropy_of_each_right_word_after_the_right_words_before_it():
    first = next(point for point in TranslationTraining(SMALL) if isinstance(point, Point))
    card = {"recipe": SMALL.as_dict()}
    translator = Translator.of(TranslationTraining(SMALL).model.arrays(), card)
    losses, right = [], []
    for number in batch(SMALL, 0):
        forced = translator.force(say(number, "en"), say(number, "de"))
        wanted = [*encode(say(number, "de"), "de"), 0]
        losses += [-math.log(step.values["y"][code]) for step, code in zip(forced.steps, wanted)]
        right.append(all(step.values["y"].argmax() == code for step, code in zip(forced.steps, wanted)))
    assert first.loss == pytest.approx(np.mean(losses), rel=1e-5)
    assert first.metric == np.mean(right)


@pytest.mark.parametrize("sampling", SAMPLINGS)
def test_a_run_is_a_plain_loop_of_pytorch(sampling):
    recipe = replace(SMALL, steps=20, clip=0.5, sampling=sampling)
    items = list(TranslationTraining(recipe))
    model = TranslationTraining(recipe).model
    optimizer, losses, norms = torch.optim.Adam(model.parameters(), lr=recipe.learning_rate), [], []
    decay = torch.optim.lr_scheduler.LinearLR(optimizer, 1.0, 0.0, total_iters=20)
    for step in range(20):
        numbers = batch(recipe, step)
        sources = [torch.tensor(encode(say(number, "en"), "en")) for number in numbers]
        targets = [torch.tensor(encode(say(number, "de"), "de")) for number in numbers]
        read = torch.nn.utils.rnn.pad_sequence(sources)
        written = torch.nn.utils.rnn.pad_sequence([torch.cat([torch.tensor([0]), target]) for target in targets])
        wanted = torch.nn.utils.rnn.pad_sequence(
            [torch.cat([target, torch.tensor([0])]) for target in targets], padding_value=-100
        )
        logits, _ = model(read, torch.tensor([len(source) for source in sources]), written)
        loss = torch.nn.functional.cross_entropy(logits.flatten(0, 1), wanted.flatten(), ignore_index=-100)
        optimizer.zero_grad()
        loss.backward()
        norms.append(float(torch.nn.utils.clip_grad_norm_(model.parameters(), 0.5)))
        optimizer.step()
        decay.step()
        losses.append(loss.item())
    points = [item for item in items if isinstance(item, Point)]
    assert [point.loss for point in points] == pytest.approx(losses, rel=1e-5)
    assert [point.gradient_norm for point in points] == pytest.approx(norms, rel=1e-4)
    assert [point.clipped for point in points] == [float(norm > 0.5) for norm in norms]
    last = [item for item in items if isinstance(item, Moment)][-1]
    for name, value in model.arrays().items():
        np.testing.assert_allclose(last.weights[name], value, rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize("recipe", [replace(SMALL, steps=130), replace(SMALL, cell="lstm", attention="additive")])
def test_a_run_that_was_stopped_anywhere_goes_on_to_the_last_bit(recipe):
    whole = list(TranslationTraining(recipe))
    for cut in (0, 1, 2, 7, len(whole) // 2, len(whole) - 1):
        first, told_first = TranslationTraining(recipe), []
        for item in first:
            told_first.append(item)
            if len(told_first) > cut:
                break
        second = TranslationTraining(recipe, unpack_state(pack_state(first.state())))
        both = [*told_first, *second]
        assert [plain(item) for item in both if item] == [plain(item) for item in whole if item]
        assert second.ended.step == recipe.steps


def test_nothing_that_is_held_out_is_learned_from_and_seeds_draw_other_numbers():
    parts = split(SPLIT_SEED)
    held = {*parts.test, *parts.rounds, *(number for numbers in parts.by_digits.values() for number in numbers)}
    drawn = [set(batch(replace(SMALL, batch_size=256), step)) for step in range(20)]
    assert not held & set().union(*drawn)
    assert batch(SMALL, 0) != batch(replace(SMALL, seed=1), 0)


def test_a_network_learns_and_is_measured_on_what_it_has_not_seen():
    training = TranslationTraining(TRANSLATOR)
    items = [item for item in training if item]
    points = [item for item in items if isinstance(item, Point)]
    moments = [item for item in items if isinstance(item, Moment)]
    assert points[-1].loss < 0.5 * points[0].loss
    assert moments[0].metric == 0
    parts, ended = split(SPLIT_SEED), training.ended
    card = card_of(TRANSLATOR, ended)
    translator = Translator.of(moments[-1].weights, card)
    asked = parts.by_digits[3]
    right = [translator.translate(say(number, "en")).tokens == say(number, "de") for number in asked]
    assert ended.tested[3] == pytest.approx(np.mean(right))
    assert 0 < ended.tested[3] < 1
    assert ended.tested.keys() == parts.by_digits.keys()
    short = [translator.translate(say(number, "en")).tokens == say(number, "de") for number in range(1000)]
    assert ended.shares["below_1000"] == pytest.approx(np.mean(short))
    assert ended.shares["round"] == pytest.approx(exact_match(training.model, pairs(parts.rounds, "en", "de")))
    assert card["reached"]["below_1000"] == ended.shares["below_1000"]
    assert card["reached"]["round"] == [ended.shares["round"], len(parts.rounds)]
    assert ended.metric == moments[-1].metric == exact_match(training.model, pairs(parts.test, "en", "de"))


def test_under_teacher_forcing_a_sequence_is_right_where_every_word_is():
    model = TranslationTraining(SMALL).model
    with torch.no_grad():
        forced = force(model, *zip(*pairs([3, 97_412], "en", "de")))
    assert forced.mask.sum(0).tolist() == [2, len(say(97_412, "de")) + 1]
    only_first = forced._replace(logits=torch.nn.functional.one_hot(forced.wanted, forced.logits.shape[-1]).float())
    assert only_first.exact_match() == 1
    only_first.logits[2:, 0] = only_first.logits[2:, 0].roll(1, -1)  # padding does not count
    assert only_first.exact_match() == 1
    only_first.logits[-1, 1] = only_first.logits[-1, 1].roll(1, -1)
    assert only_first.exact_match() == 0.5


def test_the_kind_of_training_is_that_of_its_recipe():
    assert type(SMALL.training()) is TranslationTraining
    assert type(Recipe(length=5).training()) is Training
