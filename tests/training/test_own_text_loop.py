"""What a run on a text of one's own measures, beside other ways to the same numbers."""

import math
from itertools import islice

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from rnnviz.data.own_text import FEWEST, MOST_HELD_OUT, OwnText, parts_of, read_pasted
from rnnviz.data.text import BEGINNING, encode
from rnnviz.networks.checkpoints import Checkpoint
from rnnviz.networks.language_model import read
from rnnviz.tasks.kneser_ney import KneserNey
from rnnviz.training.cards import card_of_moment
from rnnviz.training.run import Moment, RunOf
from rnnviz.training.text import COUNTED, COUNTED_ORDER, TextRecipe

RHYME = "Hickory, dickory, dock. The mouse ran up the clock.\n" * 40


def recipe_for(text, **about):
    return TextRecipe(corpus=text.digest, alphabet="".join(text.alphabet), hidden_size=5, batch_size=4, **about)


def test_what_is_measured_at_a_moment_is_what_its_network_says_of_the_held_out_text():
    text = read_pasted(RHYME)
    recipe = recipe_for(text, steps=30, learning_rate=0.02)
    training = recipe.training(None, text)
    moments = [one for one in training if isinstance(one, Moment)]
    _, held_out = parts_of(text.text)
    run = RunOf(recipe.run_id, recipe, "done", moments={one.step: one.metric for one in moments})
    for one in moments[:: len(moments) - 1]:
        network = Checkpoint.of(one.weights, card_of_moment(run, one.step))
        assert read(network, held_out).bits_per_character == pytest.approx(one.metric, abs=1e-4)
    assert moments[-1].metric < moments[0].metric
    assert training.ended.metric == moments[-1].metric


def test_counting_is_measured_on_the_same_text_and_told_with_the_first_moment_alone():
    text = read_pasted(RHYME)
    learned, held_out = parts_of(text.text)
    moments = [one for one in recipe_for(text, steps=3).training(None, text) if isinstance(one, Moment)]
    model = KneserNey.count(encode(BEGINNING + learned, text.alphabet), len(text.alphabet), COUNTED_ORDER)
    wanted = model.bits_per_symbol(encode(BEGINNING + held_out, text.alphabet))
    assert moments[0].weights[COUNTED] == pytest.approx([wanted])
    assert all(COUNTED not in one.weights for one in moments[1:])


@settings(max_examples=20)
@given(some.lists(some.sampled_from([*"ab\n", "é", "\x07", "日", "😀"]), min_size=2, max_size=8), some.integers(0, 3))
def test_any_text_that_is_accepted_can_be_learned_from(parts, seed):
    try:
        text = read_pasted("".join(parts) * FEWEST)
    except ValueError:
        return  # one character alone, or too many of control
    training = recipe_for(text, steps=2, seed=seed).training(None, text)
    (first,) = (one for one in islice(training, 3) if isinstance(one, Moment) and not one.step)
    assert math.isfinite(first.metric)
    assert np.isfinite(first.weights[COUNTED]).all()


def test_of_a_long_text_no_more_is_held_out_than_a_moment_measures():
    text = OwnText("abc" * 100_000)
    training = recipe_for(text).training(None, text)
    assert MOST_HELD_OUT - training.held_out.shape[1] * 20 < training.held_out.numel() <= MOST_HELD_OUT + 1
