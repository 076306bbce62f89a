"""Which numbers are learned from, how often each comes, and which are held out."""

from collections import Counter

import pytest

from rnnviz.data.number_splits import SAMPLINGS, SPLIT_SEED, round_numbers, split
from rnnviz.data.number_words import LANGUAGES, LARGEST, SHORT, say, vocabulary

KINDS = [(largest, sampling) for largest in (SHORT, LARGEST) for sampling in SAMPLINGS]


def held_out(parts):
    return [*parts.test, *parts.rounds, *(number for numbers in parts.by_digits.values() for number in numbers)]


@pytest.mark.parametrize(("largest", "sampling"), KINDS)
def test_no_number_is_both_learned_from_and_held_out(largest, sampling):
    parts = split(SPLIT_SEED, largest, sampling)
    assert not set(held_out(parts)) & set(parts.training)
    assert len(set(held_out(parts))) == len(held_out(parts))
    assert len(set(parts.training)) == len(parts.training)
    assert set(parts.drawn_from) == set(parts.training)
    assert max(*parts.training, *parts.test, *parts.rounds) <= largest
    assert all(len(str(number)) == digits for digits, numbers in parts.by_digits.items() for number in numbers)
    assert split(SPLIT_SEED, largest, sampling) == parts


def test_some_of_every_length_and_of_the_round_ones_are_held_out_and_every_word_of_them_is_learned():
    parts = split(SPLIT_SEED)
    assert {digits: len(numbers) for digits, numbers in parts.by_digits.items()} == {
        1: 2, 2: 9, 3: 100, 4: 200, 5: 200, 6: 200
    }  # fmt: skip
    assert len(parts.rounds) == 100
    assert 0 in parts.training  # no other number says "zero"
    for language in LANGUAGES:
        learned = {word for number in parts.training if number < 3_000 for word in say(number, language)}
        assert learned == set(vocabulary(language)[1:])


def test_short_and_round_numbers_come_often_enough_to_be_learned():
    parts = split(SPLIT_SEED)
    drawn = Counter(len(str(number)) for number in parts.drawn_from)
    short = sum(drawn[digits] for digits in (1, 2, 3))
    assert short > 0.2 * len(parts.drawn_from)
    evenly = split(SPLIT_SEED, sampling="even")
    assert sum(number < 1000 for number in evenly.drawn_from) < 0.04 * len(evenly.drawn_from)
    often = Counter(parts.drawn_from)
    assert all(often[number] >= 3 for number in round_numbers() if number in often)


def test_round_numbers_have_at_most_two_digits_that_are_not_zero():
    assert {100, 400, 330, 70_000, 101_000, 990_000} <= set(round_numbers())
    assert not {99, 123, 111_000} & set(round_numbers())
    assert len(round_numbers()) == sum(9 + 81 * (digits - 1) for digits in (3, 4, 5, 6))


def test_runs_of_before_there_was_a_choice_draw_what_they_drew():
    parts = split(SPLIT_SEED, sampling="even")
    assert (len(parts.training), parts.drawn_from, parts.rounds) == (21_685, parts.training, ())
    assert parts.training[:5] == EVEN[:5]
    assert parts.test[:5] == EVEN[5:]


#: The first numbers learned from and held out before there was a choice: runs that people have kept drew them.
EVEN = (9, 1, 8, 6, 7, 512581, 52070, 652197, 24102, 479656)
