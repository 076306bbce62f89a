"""What the page on text can be set to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from rnnviz.analysis.concepts import CONCEPTS, CORPORA, Concept, concepts_of
from rnnviz.cells import LSTM, Cell
from rnnviz.settings.kinds import CellChoice, Choice, Known, Span, Text, declare
from rnnviz.settings.page import Page

#: The longest text that is read along.
LONGEST_READ = 2000
#: The longest prompt, and the most characters that are written after it.
LONGEST_PROMPT, MOST_WRITTEN = 1000, 1000
#: What each network that ships writes after, where nobody says anything else.
PROMPTS = {"python": "def read_", "prose": "KING.\n"}
#: The most units of a network, shipped or trained on a text of one's own.
MOST_UNITS = 192
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


def _writes(known: Known) -> bool:
    return bool(known.view == "write")


def _prompt_of(text: Text, known: Known) -> Text:
    return replace(text, default=PROMPTS.get(known.network, ""))


def _finds(known: Known) -> bool:
    return bool(known.view == "units" and known.network != "own")


def _titles(concepts: Mapping[str, Concept]) -> dict[str, str]:
    return {name: concept.title for name, concept in concepts.items()}


def _in_its_texts(choice: Choice, known: Known) -> Choice:
    """Nobody looks for strings in a play."""
    return choice.among(_titles(concepts_of(known.network))) if known.network in CORPORA else choice


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
    prompt: str = declare(
        Text("Prompt", "What the text begins with; it is gone on with from there.", default=PROMPTS["python"],
             group="writing", adapt=_prompt_of, follows="network", when=_writes, live=True, longest=LONGEST_PROMPT)
    )  # fmt: skip
    temperature: float = declare(
        Span("Temperature", "Under 1 what is probable becomes more so, over 1 less; at 0 the most probable character "
             "is always taken.", 0.0, 2.0, step=0.05, default=0.8, look="slider", group="writing", when=_writes,
             live=True)
    )  # fmt: skip
    top_k: int = declare(
        Span("Top-k (0: all)", "Only so many of the most probable characters are left.", 0, 256, default=0,
             group="writing", when=_writes, live=True)
    )  # fmt: skip
    top_p: float = declare(
        Span("Nucleus", "Of what is left only the most probable characters that together have this share; 1: all.",
             0.05, 1.0, step=0.05, default=1.0, look="slider", group="writing", when=_writes, live=True)
    )  # fmt: skip
    seed: int = declare(
        Span("Seed", "Another seed draws another text; the same seed draws the same.", 0, 9999, default=1,
             group="writing", when=_writes, live=True)
    )  # fmt: skip
    characters: int = declare(
        Span("Characters", "How many are written.", 1, MOST_WRITTEN, default=300, group="writing", when=_writes,
             live=True)
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
    groups={
        "view": "Views",
        "network": "Network",
        "writing": "Writing",
        "units": "Concept and unit",
        "moment": "Moment of the training",
        "own": "Your own text",
    },
    parts={
        "view": "Which part of the page is shown.",
        "network": "Which trained network reads and writes.",
        "writing": "The prompt, temperature, top-k, nucleus, seed and how many characters are written.",
        "units": "What is looked for in the units, and which of them is shown.",
        "moment": "What a network wrote after how many steps of its training.",
        "own": "Training a network on a text of one's own, and watching it learn to write.",
    },
    kinds=("reading",),
    player=("step", "unit", "line", "size", "sample", "reading", "painted", "inside", "what_if"),
    asks=True,
    most_steps=LONGEST_READ + 1,
    most_units=MOST_UNITS,
)


def writing(**given: Any) -> Writing:
    """What the page shows, from what is given; what is missing, or cannot be, is its default."""
    found: Writing = PAGE.of(given)
    return found
