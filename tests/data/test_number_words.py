"""Number words: what num2words says, cut into parts and written again as each language writes them."""

import numpy as np
import pytest
from num2words import num2words

from rnnviz.data.number_words import LANGUAGES, LARGEST, MOST_WORDS, encode, say, vocabulary, write

#: All numbers up to 9,999, and drawn ones.
NUMBERS = [*range(10_000), *np.random.default_rng(0).integers(LARGEST + 1, size=3_000).tolist(), LARGEST]
#: Each language's spelling, written out: the German of Duden, the French of before 1990, no "and" in English.
WRITTEN = {
    "en": {
        0: "zero", 8: "eight", 21: "twenty-one", 40: "forty", 100: "one hundred", 115: "one hundred fifteen",
        990: "nine hundred ninety", 1_001: "one thousand one", 30_045: "thirty thousand forty-five",
        100_000: "one hundred thousand", 212_012: "two hundred twelve thousand twelve",
    },
    "de": {
        0: "null", 1: "eins", 16: "sechzehn", 17: "siebzehn", 21: "einundzwanzig", 30: "dreißig", 66: "sechsundsechzig",
        77: "siebenundsiebzig", 100: "einhundert", 101: "einhunderteins", 121: "einhunderteinundzwanzig",
        1_000: "eintausend", 1_001: "eintausendeins", 21_000: "einundzwanzigtausend",
        101_000: "einhunderteintausend", 201_301: "zweihunderteintausenddreihunderteins",
        120_419: "einhundertzwanzigtausendvierhundertneunzehn",
    },
    "fr": {
        0: "zéro", 16: "seize", 17: "dix-sept", 21: "vingt et un", 22: "vingt-deux", 61: "soixante et un",
        70: "soixante-dix", 71: "soixante et onze", 72: "soixante-douze", 80: "quatre-vingts", 81: "quatre-vingt-un",
        90: "quatre-vingt-dix", 91: "quatre-vingt-onze", 99: "quatre-vingt-dix-neuf", 100: "cent", 101: "cent un",
        200: "deux cents", 203: "deux cent trois", 280: "deux cent quatre-vingts", 1_000: "mille", 1_100: "mille cent",
        2_000: "deux mille", 80_000: "quatre-vingt mille", 80_080: "quatre-vingt mille quatre-vingts",
        200_000: "deux cent mille", 321_600: "trois cent vingt et un mille six cents",
    },
}  # fmt: skip


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_number_is_made_of_the_vocabulary_and_written_as_num2words_writes_it(language):
    known = set(vocabulary(language)[1:])
    for number in NUMBERS:
        parts = say(number, language)
        assert known.issuperset(parts)
        assert len(parts) <= MOST_WORDS
        wanted = num2words(number, lang=language)
        if language == "en":  # without what may be left out
            wanted = wanted.replace(",", "").replace(" and ", " ")
        if language == "de":  # where num2words leaves the rule that "eins" ends a number
            wanted = wanted.replace("einstausend", "eintausend")
        assert write(parts, language) == wanted


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_number_is_written_as_the_language_writes_it(language):
    assert {number: write(say(number, language), language) for number in WRITTEN[language]} == WRITTEN[language]


def test_german_is_cut_into_its_parts():
    assert say(97, "de") == ("sieben", "und", "neunzig")
    assert say(101_001, "de") == ("ein", "hundert", "ein", "tausend", "eins")


def test_words_that_say_no_number_are_written_too():
    assert write((), "fr") == ""
    assert write(("six", "six", "cent"), "fr") == "six-six cent"
    assert write(("twenty", "ten", "six"), "en") == "twenty ten six"


@pytest.mark.parametrize("number", [-1, LARGEST + 1])
def test_a_number_that_cannot_be_said_is_refused(number):
    with pytest.raises(ValueError, match="Numbers from 0 to 999,999 can be said here, not"):
        say(number, "en")


def test_codes_are_places_in_the_vocabulary():
    assert [vocabulary("fr")[code] for code in encode(say(81, "fr"), "fr")] == ["quatre", "vingt", "un"]
