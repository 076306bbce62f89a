"""Numbers as a person types them."""

from __future__ import annotations

import re
from collections.abc import Callable

from rnnviz.settings.kinds import shorten
from rnnviz.settings.numerals import Numbers, ambiguous, is_number, parts, plainly, readings, written
from rnnviz.settings.page import MAX_STEPS
from rnnviz.tasks.task import Task
from rnnviz.training.contest import MOST_LENGTHS

#: The largest number, up or down, that a typed series may hold.
MAX_NUMBER = 1e6
_BRACKETS = ("[]", "()", "{}")
#: What looks like thousands, and is read as a number and nothing.
_THOUSANDS = re.compile(r"(?<![0-9.])[1-9][0-9]{0,2},000(?![0-9.])")


def read_numbers(text: str) -> Numbers:
    """The numbers of a typed series: separated by commas, semicolons or spaces, in brackets or not.

    Raises
    ------
    ValueError
        With a sentence for the person who typed, when there is none, something else, one too large, too many, or when
        the text can be read in several ways.
    """
    accepted = f"write up to {MAX_STEPS} numbers with commas between them, such as 0.5, 1, -2"
    numbers = _meant(text, accepted)
    if len(numbers) > MAX_STEPS:
        raise ValueError(f"These are {len(numbers)} numbers; {accepted}.")
    return numbers


def read_lengths(text: str, task: Task) -> list[int]:
    """The lengths of a comparison as they were typed, in order.

    Raises
    ------
    ValueError
        With a sentence for the person who typed, when there is none, something else, too many, one the task lacks, or
        when the text can be read as several series of lengths.
    """
    shortest, _, longest = task.lengths
    accepted = f"write up to {MOST_LENGTHS} whole numbers from {shortest} to {longest} with commas between them"

    def is_length(value: float) -> bool:
        return value == int(value) and shortest <= value <= longest

    values = sorted(set(_meant(text, accepted, is_length)))
    if wrong := [value for value in values if not is_length(value)]:
        raise ValueError(f"{wrong[0]:g} is not a length of this task; {accepted}.")
    if len(values) > MOST_LENGTHS:
        raise ValueError(f"These are {len(values)} lengths; {accepted}.")
    return [int(value) for value in values]


def _meant(text: str, accepted: str, fits: Callable[[float], bool] = lambda _: True) -> Numbers:
    """What a text says: its only reading, or the only one in which all numbers fit."""
    body = plainly(text)
    if body.startswith("[") != body.endswith("]"):
        raise ValueError(f"The list has a [ or a ] without the other; {accepted}.")
    if body[:1] + body[-1:] in _BRACKETS:
        body = body[1:-1]
    if not parts(body):
        raise ValueError(f"There is no number yet; {accepted}.")
    found = readings(body)
    if not found:
        wrong = next((part for part in parts(body) if not is_number(part)), body)
        raise ValueError(f"“{shorten(wrong)}” is not a number here; {accepted}.")
    found = [numbers for numbers in found if all(map(fits, numbers))] or found[:1]
    if len(found) == 1 and _THOUSANDS.search(body) and 0.0 in found[0]:
        raise ValueError(f"“{shorten(body)}” may hold thousands; write 1000 without a sign in it, and 1; 0 for two.")
    if len(found) > 1:
        raise ValueError(f"{ambiguous(shorten(' '.join(text.split())), found)}.")
    if any(abs(value) > MAX_NUMBER for value in found[0]):
        raise ValueError(f"“{_largest(body, found[0])}” is too large; numbers up to {MAX_NUMBER:,.0f} are fine.")
    return found[0]


def _largest(body: str, numbers: Numbers) -> str:
    """The largest of numbers, as it was typed where it stands alone."""
    typed = [part for part in parts(body) if is_number(part)]
    largest = max(numbers, key=abs)
    return shorten(next((part for part in typed if float(part) == largest), written([largest])))
