import re

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as some

from rnnviz.settings.kinds import Span, shorten
from rnnviz.settings.numbers import MAX_NUMBER, read_lengths, read_numbers
from rnnviz.settings.numerals import readings, written
from rnnviz.settings.page import MAX_STEPS
from rnnviz.tasks import TASKS
from rnnviz.ui.tables import words


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("1, 2, 3", (1.0, 2.0, 3.0)),
        ("[0.5; -2 1e3]", (0.5, -2.0, 1000.0)),
        ("  .5\n+4.\t7,,8 ", (0.5, 4.0, 7.0, 8.0)),
        ("1000000 -1e6", (1e6, -1e6)),
        ("(1, 2)", (1.0, 2.0)),
        ("0,5; 1,2; -2", (0.5, 1.2, -2.0)),
        ("0,5 1,2", (0.5, 1.2)),
        ("0,5\r\n1,2\r\n", (0.5, 1.2)),  # a column of a table, as a spreadsheet copies it
        ("0.5\t1.2\t", (0.5, 1.2)),  # a row of one
        ("0,5;", (0.5,)),
        ("1,-2.5,40", (1.0, -2.5, 40.0)),
        ("1, 2, 3,", (1.0, 2.0, 3.0)),
        ("−1, –2, \N{NON-BREAKING HYPHEN}3", (-1.0, -2.0, -3.0)),
        ("1\N{NO-BREAK SPACE}2\N{THIN SPACE}3", (1.0, 2.0, 3.0)),
        ("\N{ZERO WIDTH NO-BREAK SPACE}1\n2", (1.0, 2.0)),
        ("１．５，\N{FULLWIDTH HYPHEN-MINUS}２", (1.5, -2.0)),
        ("1 000; 2", (1000.0, 2.0)),
        ("1\N{NARROW NO-BREAK SPACE}000,5; 2", (1000.5, 2.0)),
        ("1'000 2’000.5", (1000.0, 2000.5)),
        ("1.000.000", (1e6,)),
        ("1.000,5; 2.000", (1000.5, 2000.0)),
        ("1,5e3; 1e−3", (1500.0, 0.001)),
        ("1.8·10⁻⁶, 2.5 · 10³; 10⁻² 10²", (1.8e-6, 2500.0, 0.01, 100.0)),
        ("100 200 300 400", (100.0, 200.0, 300.0, 400.0)),
    ],
)
def test_numbers_are_read_however_they_are_separated(text, numbers):
    assert read_numbers(text) == numbers


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "no number yet"),
        ("[]", "no number yet"),
        ("nan", "“nan” is not a number here"),
        ("1, inf", "“inf” is not a number here"),
        ("1e999", "“1e999” is too large; numbers up to 1,000,000 are fine"),
        ("[1, 2", "a [ or a ] without the other"),
        ("1, 2]", "a [ or a ] without the other"),
        ("1_000", "“1_000” is not a number here"),
        ("٣", "“٣” is not a number here"),
        ("__import__('os')", "“__import__('os')” is not a number here"),
        ("0 " * 201, "These are 201 numbers; write up to 200"),
        ("1..2", "“1..2” is not a number here"),
        ("5 - 3", "“-” is not a number here"),
        ("1–5", "“1-5” is not a number here"),
        ("1\N{SOFT HYPHEN}2", "is not a number here"),
        ("0,5", "“0,5” can be read as “0; 5” or “0.5”; write the one that is meant."),
        ("-1,5e3", "“-1,5e3” can be read as “-1; 5000” or “-1500”;"),
        ("1 000", "“1 000” can be read as “1; 0” or “1000”;"),
        ("1 000\n2 000", "“1 000 2 000” can be read as “1; 0; 2; 0” or “1000; 2000”;"),
        ("1,000", "“1,000” can be read as “1; 0”, “1” or “1000”;"),
        ("1,000.5", "“1,000.5” can be read as “1; 0.5” or “1000.5”;"),
        ("1.000,5", "“1.000,5” can be read as “1; 5” or “1000.5”;"),
        ("1,5, 2,5, 3", "“1,5, 2,5, 3” can be read as “1; 5; 2; 5; 3” or “1.5; 2.5; 3”;"),
        ("1,5; 2.000", "“1,5; 2.000” can be read as “1.5; 2” or “1.5; 2000”;"),
        ("1,234,567", "“1,234,567” can be read as “1; 234; 567” or “1234567”;"),
        ("1,5, " * 9, "“1; 5; 1; 5; 1; 5; …” or “1.5; 1.5; 1.5; 1.5; 1.5; 1.5; …”;"),
    ],
)
def test_what_is_not_a_series_is_refused_in_a_sentence(text, said):
    with pytest.raises(ValueError, match=r"\.$") as refusal:
        read_numbers(text)
    assert said in str(refusal.value)


decimals = some.decimals(-9999, 9999, places=3).map(float) | some.integers(-9999, 9999).map(float)
series = some.lists(decimals, min_size=1, max_size=6)


def answered(text):
    """What is read in a text, and the sentence that refuses it: one of them."""
    try:
        return read_numbers(text), None
    except ValueError as refusal:
        return None, str(refusal)


def by_custom(value, thousands, point):
    """A number in digits, written by one of the customs of the world."""
    whole, _, rest = f"{abs(value):,.3f}".rstrip("0").rstrip(".").partition(".")
    return "−" * (value < 0) + whole.replace(",", thousands) + (point + rest if rest else "")


@given(
    series,
    some.sampled_from(["", ",", ".", " ", "\N{NARROW NO-BREAK SPACE}", "’"]),
    some.sampled_from([".", ","]),
    some.sampled_from([", ", ",", "; ", ";", " ", "\n", "\t", "\r\n"]),
)
@example([1000.5], ",", ".", "; ")
@example([0.5, 1.5], "", ",", ", ")
def test_what_is_meant_is_read_or_among_the_readings_that_are_asked_about(numbers, thousands, point, gap):
    assume(thousands != point and gap not in (thousands, point))
    text = gap.join(by_custom(number, thousands, point) for number in numbers)
    # A point before three digits alone stands before decimals, as pages write them.
    assume(thousands != "." or re.search(r"\.\d{3}\.\d{3}|\d,\d", text))
    found, refusal = answered(text)
    if refusal is None:
        assert found == tuple(numbers)
    else:
        assert "can be read as" in refusal
        assert tuple(numbers) in readings(text)
        assert f"“{written(numbers[:6])}" in refusal


@given(series)
def test_what_is_offered_instead_has_no_other_reading(numbers):
    assert readings(written(numbers)) == [tuple(numbers)]


@given(some.lists(some.floats(-MAX_NUMBER, MAX_NUMBER), min_size=1, max_size=6))
def test_what_a_page_writes_is_read_back(numbers):
    shown = [[f"{number:g}".replace("-", "−"), f"{number:.3f}".replace("-", "−")] for number in numbers]
    for texts in zip(*shown):
        wanted = tuple(float(text.replace("−", "-")) for text in texts)
        assert read_numbers("; ".join(texts)) == read_numbers(", ".join(texts)) == wanted


@given(some.floats(-MAX_NUMBER, MAX_NUMBER))
def test_a_number_of_a_sentence_is_read_back_or_asked_about(number):
    found, refusal = answered(words(number))
    if refusal is None:
        assert found == (pytest.approx(number, rel=0.05, abs=1e-300),)
    else:
        assert words(number).replace(",", "").replace("−", "-") in refusal


@given(some.text(alphabet="0123456789.,; -−\t\ne'[]", max_size=20))
def test_whatever_is_typed_is_read_or_refused_in_one_sentence(text):
    found, refusal = answered(text)
    if refusal is None:
        assert all(abs(number) <= MAX_NUMBER for number in found)
    else:
        assert re.fullmatch(r"[^\n]+\.", refusal)


@pytest.mark.parametrize(
    ("text", "lengths"), [("10,20", [10, 20]), ("50; 20 20", [20, 50]), ("1’0, 20", None), ("10,1", None)]
)
def test_lengths_are_read_as_those_that_can_be(text, lengths):
    if lengths is None:
        with pytest.raises(ValueError, match=r"of this task; |not a number"):
            read_lengths(text, TASKS["adding"])
    else:
        assert read_lengths(text, TASKS["adding"]) == lengths


def test_a_number_in_a_link_may_be_written_as_people_do():
    number, whole = Span("X", low=-5, high=5, step=0.1), Span("N", low=1, high=5000)
    assert [number.read(text) for text in ("−1", "0,5", "-0.5", "1e-1", " 2 ")] == [-1.0, 0.5, -0.5, 0.1, 2.0]
    assert [number.read(text) for text in ("1 2", "", "x", "1;2", "0,5,1")] == [None] * 5
    assert [whole.read(text) for text in ("1 000", "1’000", "12,0", "0,5")] == [1000, 1000, 12, None]
    with pytest.raises(ValueError, match=r"^In the link “1,000” can be read as “1” or “1000”; write the one"):
        whole.read("1,000")


def test_as_many_numbers_as_steps_are_accepted():
    assert len(read_numbers("0 " * MAX_STEPS)) == MAX_STEPS


def test_quoting_keeps_one_line_short_and_printable():
    assert shorten("a\x1b[31m\nb") == "a\N{REPLACEMENT CHARACTER}[31m\N{REPLACEMENT CHARACTER}b"
    assert len(shorten("x" * 500)) == 30


@pytest.mark.parametrize("text", ["0,5.", "1,5.", "5 000 6 000", "1 000 2 000", "1 000 2", "1,000,2,000"])
def test_thousands_and_a_full_stop_are_no_reason_to_guess(text):
    with pytest.raises(ValueError, match=r"can be read as|may hold thousands"):
        read_numbers(text)


@pytest.mark.parametrize(("text", "numbers"), [("1.", (1,)), ("1, 2.", (1, 2)), ("100, 0, 5", (100, 0, 5))])
def test_a_plain_series_may_end_like_a_sentence(text, numbers):
    assert read_numbers(text) == numbers
