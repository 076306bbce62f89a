"""Questions about networks that write: what their units know."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from rnnviz.analysis.units import LEFT, TELLS, Verdict
from rnnviz.lessons.checks.check import Check, Finding, UndecidedError, number
from rnnviz.lessons.evidence import Evidence
from rnnviz.notation import percent

_OPTIONS: Mapping[str, str] = {
    "unit": "A single unit keeps it",
    "without": "It is known without: by the current character, or before any training",
    "none": "No single unit",
}
_ANSWERS: Mapping[Verdict, str] = {"finding": "unit", "character": "without", "untrained": "without", "weak": "none"}


@dataclass(frozen=True)
class Follows(Check):
    """Whether a unit follows the concept that is shown, and could not be done without."""

    kind = "follows"
    pages = ("text",)
    title = "What tells the concept"
    meaning = (
        f"Right is “a single unit” if the best one leaves at most {percent(LEFT)} of what the current character alone "
        f"and the untrained network leave to a score of 1, and neither of them reaches {TELLS:g}."
    )
    needs = ("units",)
    in_browser = False

    def options(self, shown: Evidence) -> Mapping[str, str]:
        """Three of them."""
        return _OPTIONS

    def find(self, shown: Evidence) -> Finding:
        """By what was measured of the units."""
        found = shown.found
        if found is None:
            raise UndecidedError("no concept is looked for in the units of a network that ships")
        if found.verdict == "undefined":
            raise UndecidedError("in one half of the text it is the same at every character")
        because = (
            f"the best unit reaches {number(found.best.score)}, the current character alone "
            f"{number(found.character)}, the best unit before any training {number(found.untrained.score)}"
        )
        return Finding(_ANSWERS[found.verdict], because, found.best.score)
