"""What was found of a concept in the units of a network, in sentences."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rnnviz.analysis.concepts import CONCEPTS, Concept
from rnnviz.analysis.units import LEFT, TELLS, Found, Unit, Verdict
from rnnviz.cells import Cell
from rnnviz.notation import percent

#: What the score of a concept of each kind is called.
MEASURE = {"yes or no": "AUC", "number": "Correlation"}


def unit_name(letter: str, unit: int) -> str:
    """A unit of a quantity as it is written everywhere: ``c 109``; units count from 1."""
    return f"{letter} {unit + 1}"


def in_words(cell: Cell, letter: str, unit: int) -> str:
    """The same in a sentence: unit 109 of the cell state."""
    title = cell.quantity(letter).title
    return f"unit {unit + 1} of the {title[:1].lower()}{title[1:]}"


def score(value: float) -> str:
    """A score in three decimals, none of which makes it perfect; a dash where it is not defined."""
    if value != value:
        return "–"
    written = f"{value:.3f}".replace("-", "−")
    return "over 0.999" if written == "1.000" and value < 1 else written


def verdict(concept: Concept, found: Found, cell: Cell) -> str:
    """Whether there is a unit that follows a concept, and what that is compared with."""
    gaps = {
        "concept": concept.title,
        "unit": in_words(cell, found.best.letter, found.best.unit),
        "follows": _follows(concept, found.best),
        "score": score(found.best.score),
        "character": score(found.character),
        "untrained": score(found.untrained.score),
        "together": score(found.together),
    }
    said = _VERDICTS[found.verdict].format(**gaps)
    if found.verdict == "weak" and 1 - found.together <= LEFT * (1 - max(found.best.score, found.control)):
        return f"{said} {_SPREAD.format(**gaps)}"
    return said


def _follows(concept: Concept, unit: Unit) -> str:
    """What the score of a unit means, in a sentence."""
    gaps = {"score": score(unit.score), "pairs": percent(unit.score)}
    return _FOLLOWS[concept.kind, unit.high].format(**gaps)


_FOLLOWS: Mapping[tuple[str, bool], str] = {
    ("yes or no", True): (
        "Of a character where this is so and one where it is not, it is higher at the first in {pairs} of all "
        "such pairs (an AUC of {score})."
    ),
    ("yes or no", False): (
        "Of a character where this is so and one where it is not, it is lower at the first in {pairs} of all "
        "such pairs (an AUC of {score})."
    ),
    ("number", True): "It rises with it: their correlation is {score}.",
    ("number", False): "It falls as that rises: their correlation, turned round, is {score}.",
}
_VERDICTS: Mapping[Verdict, str] = {
    "finding": (
        "**Found: {unit} follows “{concept}”.** {follows} The current character alone reaches {character}, the best "
        "unit of the same network before any training {untrained}, all units of the state together {together}."
    ),
    "character": (
        "**No finding: the current character alone tells “{concept}”.** It reaches {character}: a unit that follows "
        "it, as {unit} does with {score}, need remember nothing."
    ),
    "untrained": (
        "**No finding: “{concept}” can be read off the same network before any training.** Its best unit reaches "
        "{untrained}; {unit} of the trained one reaches {score}."
    ),
    "weak": (
        "**No finding: no unit follows “{concept}” much better than what is known without.** The best, {unit}, "
        "reaches {score}; the current character alone reaches {character}, the best unit of the same network before "
        "any training {untrained}."
    ),
    "undefined": (
        "**Nothing to compare: in one half of the text “{concept}” is the same at every character**, so that no unit "
        "could be told from another."
    ),
}
_SPREAD = "All units of the state together reach {together}: it is known there, spread over many of them."

#: What counts as a finding, and how all of it was measured, with a gap for the network's text.
RULE = (
    f"A unit is a **finding** when it leaves at most {percent(LEFT)} of what the better of two controls leaves to 1, "
    f"and neither control reaches {TELLS:g}. The controls: what the current character alone tells (the mean label of "
    "each character), and the best unit of the same network with random weights. Units and controls are chosen on the "
    "first half of {characters} characters that the network has not learned from, and scored on the other half. All "
    "units together: a linear probe of the state, by ridge regression."
)


def elsewhere(card: Mapping[str, Any], concept: str) -> str:
    """What the best unit reaches in the networks from other seeds; nothing where there are none."""
    others = [one for one in card["seeds"] if one["seed"] != card["seed"] and concept in one["units"]]
    if not others:
        return ""
    reached = [_ELSEWHERE.format(seed=one["seed"], score=score(one["units"][concept])) for one in others]
    return " ".join([*reached, _SHIPS.format(concept=CONCEPTS[card["chosen_for"]].title)])


_ELSEWHERE = (
    "In a network that was trained the same way from seed {seed} the best unit reaches {score}: what a single unit "
    "keeps depends on where the weights start."
)
_SHIPS = "The network that ships is the one of them in which a unit follows “{concept}” best."

#: What a unit is where a concept is so, by whether it is `high` there.
DIRECTION: Mapping[bool, str] = {True: "higher", False: "lower"}
