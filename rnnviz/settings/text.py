"""What the page on text can be set to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from rnnviz.cells import LSTM, Cell
from rnnviz.settings.kinds import CellChoice, Choice, Known, Span, Text, declare
from rnnviz.settings.page import Page

#: The longest text that is read along.
LONGEST_READ = 2000
#: The moments of a shipped network's training at which it wrote something, by the steps that it had made.
MOMENTS = {"0": "untrained", **{str(step): f"{step:,} steps" for step in (10, 30, 100, 300, 1000, 3000, 4000)}}
#: The networks that ship, and the one that was trained here on a text of one's own, where an address names it.
NETWORKS = {"python": "Python", "prose": "Plays", "own": "Your own text"}


def _own(known: Known) -> bool:
    return bool(known.view == "own")


def _learning(known: Known) -> bool:
    return bool(known.view == "reach" and known.network != "own")


def _with_own(choice: Choice, known: Known) -> Choice:
    return choice if known.own else choice.among({name: title for name, title in NETWORKS.items() if name != "own"})


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
    own: str = declare(
        Text("Run", "Which run on a text of one's own: nobody finds it who has not its address.", default="")
    )
    network: str = declare(
        Choice("Network", "What the network has learned to write.", NETWORKS, default="python", group="network",
               when=lambda known: known.view != "own", adapt=_with_own)
    )  # fmt: skip
    own_cell: Cell = declare(CellChoice("Cell", "What the network is made of.", default=LSTM, group="own", when=_own))
    own_units: int = declare(
        Span("Units", "How many units it has: more of them learn more, and take longer.", 8, 256, step=8,
             default=128, group="own", when=_own)
    )  # fmt: skip
    own_steps: int = declare(
        Span("Steps", "In how many steps it learns, each on 16 pieces of 100 characters.", 100, 5000, step=100,
             default=2000, group="own", when=_own)
    )  # fmt: skip
    own_moment: int = declare(
        Span("Moment", "After how many steps, at the most, the network is looked at.", 0, 5000, default=5000,
             group="own", when=_own)
    )  # fmt: skip
    moment: str = declare(
        Choice("Moment of the training", "After how many steps it wrote what stands here.", MOMENTS,
               default="1000", group="moment", when=_learning)
    )  # fmt: skip


PAGE = Page(
    "text",
    "Text",
    ":material/edit_note:",
    "At work",
    "A network that writes, character by character: read along with any unit, find the ones that know they are inside "
    "a string, and see how far back it looks.",
    values=Writing,
    groups={"view": "Views", "network": "Network", "moment": "Moment of the training", "own": "Your own text"},
    parts={
        "view": "Which part of the page is shown.",
        "network": "Which trained network reads and writes.",
        "moment": "What a network wrote after how many steps of its training.",
        "own": "Training a network on a text of one's own, and watching it learn to write.",
    },
    player=("step", "unit", "line", "size"),
    most_steps=LONGEST_READ + 1,
    most_units=256,
)


def writing(**given: Any) -> Writing:
    """What the page shows, from what is given; what is missing, or cannot be, is its default."""
    found: Writing = PAGE.of(given)
    return found
