"""What the page on text can be set to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from rnnviz.analysis.concepts import CONCEPTS, Concept, concepts_of
from rnnviz.settings.kinds import Choice, Known, Span, Text, declare
from rnnviz.settings.page import Page

#: The longest text that is read along.
LONGEST_READ = 2000


def _finds(known: Known) -> bool:
    return bool(known.view == "units")


def _titles(concepts: Mapping[str, Concept]) -> dict[str, str]:
    return {name: concept.title for name, concept in concepts.items()}


def _in_its_texts(choice: Choice, known: Known) -> Choice:
    """Nobody looks for strings in a play."""
    return choice.among(_titles(concepts_of(known.network)))


@dataclass(frozen=True)
class Writing:
    """Which part of the page, and which network."""

    view: str = declare(
        Choice(
            "Show", "Which part of the page is shown.",
            {
                "read": "Read along",
                "write": "Write",
                "units": "Find units",
                "reach": "How far back?",
                "own": "Your own text",
            },
            default="read", group="view",
        )
    )  # fmt: skip
    network: str = declare(
        Choice("Network", "What the network has learned to write.", {"python": "Python", "prose": "Plays"},
               default="python", group="network", when=lambda known: known.view != "own")
    )  # fmt: skip
    concept: str = declare(
        Choice("Concept", "What a unit may know of the place in the text.", _titles(CONCEPTS), default="string",
               group="units", look="list", width=240, adapt=_in_its_texts, follows="network", when=_finds)
    )  # fmt: skip
    tracker: str = declare(
        Text("Any other unit", "The letter of its quantity and its number, such as c 9; nothing for the best one.",
             default="", group="units", width=160, follows="concept", when=_finds)
    )  # fmt: skip
    plausible: float = declare(
        Span("Weight of plausibility", "What the log probability of a text counts beside the unit's value, when a "
             "text is searched that drives the unit.", 0.0, 0.5, step=0.01, default=0.1, look="slider", width=300,
             group="units", when=_finds)
    )  # fmt: skip


PAGE = Page(
    "text",
    "Text",
    ":material/edit_note:",
    "At work",
    "A network that writes, character by character: read along with any unit, find the ones that know they are inside "
    "a string, and see how far back it looks.",
    values=Writing,
    groups={"view": "Views", "network": "Network", "units": "Concept and unit"},
    parts={
        "view": "Which part of the page is shown.",
        "network": "Which trained network reads and writes.",
        "units": "What is looked for in the units, and which of them is shown.",
    },
    player=("step", "unit", "line", "size"),
    most_steps=LONGEST_READ + 1,
    most_units=256,
)


def writing(**given: Any) -> Writing:
    """What the page shows, from what is given; what is missing, or cannot be, is its default."""
    found: Writing = PAGE.of(given)
    return found
