"""Numbers as a person types them."""

from __future__ import annotations

import re

from rnnviz.settings.kinds import shorten
from rnnviz.settings.page import MAX_STEPS
from rnnviz.tasks.task import Task
from rnnviz.training.contest import MOST_LENGTHS

#: The largest number, up or down, that a typed series may hold.
MAX_NUMBER = 1e6


def read_numbers(text: str) -> tuple[float, ...]:
    """The numbers of a typed series: separated by commas, semicolons or spaces, in brackets or not.

    Raises
    ------
    ValueError
        With a sentence for the person who typed, when there is none, something else, one too large, or too many.
    """
    accepted = f"write up to {MAX_STEPS} numbers with commas between them, such as 0.5, 1, -2"
    body = text.strip()
    if body.startswith("[") != body.endswith("]"):
        raise ValueError(f"The list has a [ or a ] without the other; {accepted}.")
    parts = [part for part in re.split(r"[\s,;]+", body.removeprefix("[").removesuffix("]")) if part]
    if not parts:
        raise ValueError(f"There is no number yet; {accepted}.")
    if len(parts) > MAX_STEPS:
        raise ValueError(f"These are {len(parts)} numbers; {accepted}.")
    return tuple(_read_number(part, accepted) for part in parts)


def read_lengths(text: str, task: Task) -> list[int]:
    """The lengths of a comparison as they were typed, in order.

    Raises
    ------
    ValueError
        With a sentence for the person who typed, when there is none, something else, too many, or one the task lacks.
    """
    shortest, _, longest = task.lengths
    accepted = f"write up to {MOST_LENGTHS} whole numbers from {shortest} to {longest} with commas between them"
    values = sorted(set(read_numbers(text)))
    if any(value != int(value) or not shortest <= value <= longest for value in values):
        wrong = next(value for value in values if value != int(value) or not shortest <= value <= longest)
        raise ValueError(f"{wrong:g} is not a length of this task; {accepted}.")
    if len(values) > MOST_LENGTHS:
        raise ValueError(f"These are {len(values)} lengths; {accepted}.")
    return [int(value) for value in values]


def _read_number(part: str, accepted: str) -> float:
    if not re.fullmatch(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", part, re.ASCII):
        raise ValueError(f"“{shorten(part)}” is not a number here; {accepted}.")
    value = float(part)
    if abs(value) > MAX_NUMBER:
        raise ValueError(f"“{shorten(part)}” is too large; numbers up to {MAX_NUMBER:,.0f} are fine.")
    return value
