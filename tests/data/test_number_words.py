"""Number words: what num2words says, cut into parts, read back, and what is refused."""

import re

import numpy as np
import pytest
from num2words import num2words

from rnnviz.data.number_words import LANGUAGES, LARGEST, MOST_WORDS, encode, read, say, split, vocabulary, write


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_number_is_made_of_the_vocabulary_and_read_back(language):
    numbers = [*range(3000), *np.random.default_rng(0).integers(LARGEST + 1, size=2000).tolist(), LARGEST]
    for number in numbers:
        parts = say(number, language)
        assert set(parts) <= set(vocabulary(language)[1:])
        assert len(parts) <= MOST_WORDS
        assert read(write(parts, language), language) == parts
        assert read(num2words(number, lang=language), language) == parts


def test_german_is_cut_into_its_parts_and_written_as_num2words_writes_it():
    assert say(97, "de") == ("sieben", "und", "neunzig")
    for number in (1, 16, 17, 21, 101, 30_067, 97_412, 111_111):
        assert write(say(number, "de"), "de") == num2words(number, lang="de")


@pytest.mark.parametrize("typed", ["97412", "97,412", "97 412", "Ninety-Seven thousand, four hundred and TWELVE"])
def test_a_number_may_be_typed_in_many_ways(typed):
    assert read(typed, "en") == ("ninety", "seven", "thousand", "four", "hundred", "twelve")


@pytest.mark.parametrize(
    ("typed", "language", "sentence"),
    [
        ("", "en", "Type a number in English words, such as “ninety-seven thousand four hundred twelve” or 97412."),
        ("banana", "fr", "“banana” is no French number word up to 999,999; type a number in French words"),
        ("twenty vier", "en", "“vier” is no English number word up to 999,999 (it is one in German); type"),
        ("one million", "en", "“million” is no English number word"),
        ("one " * 500, "en", "That is 500 words; at most 24 can be read."),
        ("1000000", "de", "Numbers from 0 to 999,999 can be said here, not 1,000,000."),
        ("-3", "de", "not -3."),
        ("9" * 5000, "en", "not one of 5000 digits."),
        ("x" * 5000, "en", f"“{'x' * 39}…” is no English number word"),
        ("and", "en", "“and” holds no number word; type a number in English"),
    ],
)
def test_what_cannot_be_read_is_named_with_what_can(typed, language, sentence):
    with pytest.raises(ValueError, match=re.escape(sentence)):
        read(typed, language)


@pytest.mark.parametrize("largest", [LARGEST, 99_999])
def test_no_number_is_both_learned_from_and_held_out(largest):
    parts = split(0, largest)
    held = [*parts.test, *(number for numbers in parts.by_digits.values() for number in numbers)]
    assert not set(held) & set(parts.training)
    assert len(set(parts.training)) == len(parts.training)
    assert max(parts.training) <= largest
    assert max(parts.test) <= largest
    assert split(0, largest) == parts


def test_codes_are_places_in_the_vocabulary():
    assert [vocabulary("fr")[code] for code in encode(say(81, "fr"), "fr")] == ["quatre", "vingt", "un"]
