"""Numerals: what each language writes is read, what can be read in two ways is refused with both."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnnviz.data.number_reading import understand
from rnnviz.data.number_words import LANGUAGES, LARGEST, say

ANY = st.one_of(st.integers(0, 99), st.integers(0, LARGEST))
GROUPED = st.integers(1_000, LARGEST)
#: By what a language parts thousands, and what that is called.
MARKS = {("en", ","): "comma", ("de", "."): "point"}


@given(number=ANY, language=st.sampled_from(sorted(LANGUAGES)))
@pytest.mark.parametrize("form", ["{:d}", "+{:d}", " {:07d} ", "{:_}", "{:d}\u200b"])
@pytest.mark.parametrize("gap", [" ", "\u00a0", "\u2009", "\u202f", "'", "’"])
def test_digits_and_gaps_before_every_three_are_plain(form, gap, number, language):
    found = understand(form.format(number).replace("_", gap), language)
    assert (found.parts, found.number, found.note) == (say(number, language), number, "")


@given(number=ANY)
def test_full_width_digits_are_digits(number):
    wide = str(number).translate({ord("0") + digit: 0xFF10 + digit for digit in range(10)})
    assert understand(wide, "en").number == number


@given(number=GROUPED)
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("mark", [",", "."])
def test_a_mark_is_read_as_the_language_means_it_and_refused_with_both_readings_elsewhere(mark, language, number):
    typed = f"{number:,}".replace(",", mark)
    if (language, mark) in MARKS:
        found = understand(typed, language)
        title, name = LANGUAGES[language].title, MARKS[language, mark]
        assert found.number == number
        assert found.note == f"“{typed}” was read as {number}: in {title} a {name} parts thousands."
        return
    both = f"“{typed}” can be read as {number} or as {number // 1000} and a fraction; type {number} if"
    with pytest.raises(ValueError, match=re.escape(both)):
        understand(typed, language)


@given(whole=st.integers(0, LARGEST), digits=st.text("0123456789", min_size=1, max_size=6))
@pytest.mark.parametrize("mark", [",", "."])
def test_what_can_only_be_a_fraction_is_no_whole_number(mark, whole, digits):
    typed = f"{whole}{mark}{digits}"
    if len(digits) == 3 and 0 < whole < 1000:
        return
    with pytest.raises(ValueError, match=f"“{re.escape(typed)}” is no whole number; type a number from 0 to 999,999"):
        understand(typed, "en")


@given(number=st.integers(1, 10**9))
@pytest.mark.parametrize("sign", ["-", "−", "–", "- "])
@pytest.mark.parametrize("form", ["{:d}", "{:,}", "{:_}"])
def test_what_is_below_zero_is_refused(sign, form, number):
    typed = sign + form.format(number).replace("_", " ")
    with pytest.raises(ValueError, match=f"can be said here, not {re.escape(typed)}"):
        understand(typed, "en")


@pytest.mark.parametrize("sign", ["-", "−"])
def test_there_is_no_zero_below_zero(sign):
    assert understand(f"{sign}0", "en").number == 0


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("1000000", "Numbers from 0 to 999,999 can be said here, not 1,000,000."),
        ("1,234,567", "Numbers from 0 to 999,999 can be said here, not 1,234,567."),
        ("1.234.567", "Numbers from 0 to 999,999 can be said here, not 1,234,567."),
        ("9" * 5000, "not one of 5000 digits."),
        ("1,234.5", "“1,234.5” is no whole number"),
        (".5", "“.5” is no whole number"),
        ("0,500", "“0,500” is no whole number"),
        ("٣", "Only the digits 0 to 9 can be read, not “٣”"),
        ("१२", "Only the digits 0 to 9 can be read, not “१”"),
        ("½", "Only the digits 0 to 9 can be read, not “½”"),
        ("3²", "Only the digits 0 to 9 can be read, not “²”"),
        ("Ⅳ", "Only the digits 0 to 9 can be read, not “ⅳ”"),
        ("三", "Only the digits 0 to 9 can be read, not “三”"),
        *((typed, f"“{typed}” is no numeral that can be read; type a number in English words") for typed in (
            "1e3", "0x10", "1/2", "5th", "9 7412", "97 41", "1'234 567", "97412.", "5 %", "--5", "1,2,3",
        )),
    ],
)  # fmt: skip
def test_what_is_no_numeral_here_is_refused_in_a_sentence(typed, sentence):
    with pytest.raises(ValueError, match=re.escape(sentence)):
        understand(typed, "en")
