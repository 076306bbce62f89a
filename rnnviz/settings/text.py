"""What the page on text can be set to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from rnnviz.settings.kinds import Choice, declare
from rnnviz.settings.page import Page

#: The longest text that is read along.
LONGEST_READ = 2000


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


PAGE = Page(
    "text",
    "Text",
    ":material/edit_note:",
    "At work",
    "A network that writes, character by character: read along with any unit, find the ones that know they are inside "
    "a string, and see how far back it looks.",
    values=Writing,
    groups={"view": "Views", "network": "Network"},
    parts={
        "view": "Which part of the page is shown.",
        "network": "Which trained network reads and writes.",
    },
    player=("step", "unit", "line", "size"),
    most_steps=LONGEST_READ + 1,
    most_units=256,
)


def writing(**given: Any) -> Writing:
    """What the page shows, from what is given; what is missing, or cannot be, is its default."""
    found: Writing = PAGE.of(given)
    return found
