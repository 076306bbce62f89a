import pytest

from rnnviz.settings.kinds import shorten
from rnnviz.settings.numbers import read_numbers
from rnnviz.settings.page import MAX_STEPS


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("1, 2, 3", (1.0, 2.0, 3.0)),
        ("[0.5; -2 1e3]", (0.5, -2.0, 1000.0)),
        ("  .5\n+4.\t7,,8 ", (0.5, 4.0, 7.0, 8.0)),
        ("1000000 -1e6", (1e6, -1e6)),
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
    ],
)
def test_what_is_not_a_series_is_refused_in_a_sentence(text, said):
    with pytest.raises(ValueError, match=r"\.$") as refusal:
        read_numbers(text)
    assert said in str(refusal.value)


def test_as_many_numbers_as_steps_are_accepted():
    assert len(read_numbers("0 " * MAX_STEPS)) == MAX_STEPS


def test_quoting_keeps_one_line_short_and_printable():
    assert shorten("a\x1b[31m\nb") == "a\N{REPLACEMENT CHARACTER}[31m\N{REPLACEMENT CHARACTER}b"
    assert len(shorten("x" * 500)) == 30
