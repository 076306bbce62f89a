"""What every kind of question is, and how its answer is put into words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import isfinite
from typing import ClassVar

from rnnviz.lessons.evidence import Evidence, ShownRun
from rnnviz.settings.numbers import MAX_NUMBER
from rnnviz.settings.page import PLAYER

#: The answers to a question that is answered by yes or no.
YES_NO: Mapping[str, str] = {"yes": "Yes", "no": "No"}
NONE = "none"


class UndecidedError(ValueError):
    """What is shown does not decide a check; the reason completes "The run cannot decide this: ..."."""


@dataclass(frozen=True)
class Finding:
    """The right answer, and why.

    Attributes
    ----------
    answer
        The name of an option, or a number.
    because
        What was measured, and the bound it is judged by; it follows a colon and has no full stop.
    measured
        The number behind it.
    """

    answer: str | float
    because: str
    measured: float


@dataclass(frozen=True)
class Check:
    """A kind of question whose answer is computed.

    Attributes
    ----------
    kind
        In links.
    pages
        Where it can be asked, by their names in `rnnviz.settings.PAGES`.
    title, meaning
        What whoever makes a lesson reads: what is asked, and what decides it.
    needs
        The groups of a page that show what the question is about, and no more.
    in_browser
        Whether the player finds the answer by itself, once its picture is there; the server asks where it does not.
    """

    kind: ClassVar[str]
    pages: ClassVar[tuple[str, ...]]
    title: ClassVar[str]
    meaning: ClassVar[str]
    needs: ClassVar[tuple[str, ...]] = ()
    in_browser: ClassVar[bool] = True

    def options(self, shown: Evidence) -> Mapping[str, str] | None:
        """The names and titles of the possible answers; None where the answer is a number."""
        return YES_NO

    @property
    def tolerance(self) -> float:
        """How far a number may be from the right one and still count as right."""
        return 0.0

    def find(self, shown: Evidence) -> Finding:
        """The right answer.

        Raises
        ------
        UndecidedError
            Where what is shown does not decide it.
        """
        raise NotImplementedError


class Numeric(Check):
    """A check whose answer is a number, and right `within` what the lesson says."""

    within: float

    @property
    def tolerance(self) -> float:
        """What the lesson says."""
        return self.within

    def options(self, shown: Evidence) -> None:
        """A number."""


def number(value: float) -> str:
    """A number for reading, as the player writes it: three decimals, an exponent only where these would hide it."""
    size = abs(value)
    if size == 0:
        return "exactly 0"
    if size < 0.5e-3 or size >= 1e5:
        digits, exponent = f"{value:.1e}".split("e")
        return f"{digits}e{int(exponent):+d}".replace("-", "−")
    return f"{value:.3f}".replace("-", "−")


def sized(value: float) -> str:
    """The size of something that may have grown beyond all numbers, for reading."""
    return number(value) if isfinite(value) else "too large for a computer's numbers"


def yes(holds: bool) -> str:
    """The answer to a question of yes or no."""
    return "yes" if holds else "no"


def check_step(run: ShownRun, step: int) -> None:
    """Leave a check undecided where the run has no such step."""
    if step > len(run.inputs):
        raise UndecidedError(f"there is no step {step}")


def check_places(**places: int) -> None:
    """Refuse a step or a unit that no page shows."""
    for name, place in places.items():
        span = PLAYER[name]
        if type(place) is not int or not span.fits(place):
            raise ValueError(f"The {name} to ask about must be {span.accepts}.")


def check_number(what: str, value: float, least: float) -> None:
    """Refuse what is no number from `least` on."""
    if type(value) not in (int, float) or not least <= value <= MAX_NUMBER:
        bound = f"a number up to {MAX_NUMBER:,.0f}" if least < 0 else f"a number from {least:g} to {MAX_NUMBER:,.0f}"
        raise ValueError(f"The {what} must be {bound}.")
