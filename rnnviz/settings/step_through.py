"""What the page that steps through a cell can be set to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from rnnviz.cells import ELMAN, LSTM, Cell
from rnnviz.networks import checkpoints
from rnnviz.settings.kinds import CellChoice, Choice, Known, Span, Text, declare
from rnnviz.settings.page import MAX_STEPS, Page

_MONTHS = tuple(f"{year}-{month:02}" for year in range(2012, 2016) for month in range(1, 13))


def reads_letters(known: Known) -> bool:
    """Whether the network reads a name."""
    return bool(known.network != "numbers")


def is_random(known: Known) -> bool:
    """Whether the weights are random."""
    return bool(known.network != "trained")


def reads_seattle(known: Known) -> bool:
    """Whether the network reads temperatures."""
    return bool(known.network == "numbers" and known.series == "seattle")


def where_trained(choice: Choice, known: Known) -> Choice:
    """A cell of one's own has no trained network that ships."""
    there = known.cell.name in checkpoints.available()
    return (
        choice if there else choice.among({name: title for name, title in choice.titles.items() if name != "trained"})
    )


@dataclass(frozen=True)
class Scenario:
    """What is run: which network, and what it reads."""

    cell: Cell = declare(
        CellChoice("Cell", "Which cell reads: its equations are those of the picture.", default=ELMAN, unsaid=LSTM,
                   group="cell", carried=True)
    )  # fmt: skip
    network: str = declare(
        Choice(
            "Network",
            "Trained to guess the next letter of names, or with random weights that read letters or numbers.",
            {"trained": "Trained", "random": "Random", "numbers": "Numbers"},
            default="trained", group="network", adapt=where_trained,
        )
    )  # fmt: skip
    text: str = declare(
        Text("A name", "What is read, letter by letter: a to z.", default="annabel", group="input", carried=True,
             when=reads_letters, width=360)
    )  # fmt: skip
    series: str = declare(
        Choice("Series", "Which numbers are read.", {"seattle": "Seattle", "typed": "Typed"}, default="seattle",
               group="input", when=lambda known: known.network == "numbers")
    )  # fmt: skip
    numbers: str = declare(
        Text("Numbers, with commas between them", "What is read, one number a step.", group="input", width=360,
             default="0, 1, 0, -1, 0, 1, 0, -1",
             when=lambda known: known.network == "numbers" and known.series == "typed")
    )  # fmt: skip
    month: str = declare(
        Choice("From", "The month in which the temperatures begin.", {month: month for month in _MONTHS},
               default="2012-01", look="list", group="input", when=reads_seattle, width=130)
    )  # fmt: skip
    days: int = declare(
        Span("Days", "How many days are read.", 1, MAX_STEPS, default=31, group="input", when=reads_seattle, width=105)
    )
    seed: int = declare(
        Span("Seed", "Another seed draws other random weights.", 0, 9999, default=1, group="weights", when=is_random,
             width=105)
    )  # fmt: skip
    hidden_size: int = declare(
        Span("Hidden size", "How many units the state has.", 1, 64, default=12, group="weights", when=is_random,
             width=105)
    )  # fmt: skip
    input_scale: float = declare(
        Span("Input scale", "What every letter is multiplied with before it is read.", 0.0, 10.0, step=0.1, default=1.0,
             group="weights", when=lambda known: known.network == "random", width=105)
    )  # fmt: skip
    number_scale: float = declare(
        Span("Input scale", "What every number is multiplied with before it is read.", 0.0, 10.0, step=0.01,
             default=0.3, group="weights", when=lambda known: known.network == "numbers", width=105)
    )  # fmt: skip


#: What the page that steps through a cell shows at first.
DEFAULT = Scenario()

PAGE = Page(
    "step_through",
    "Step through",
    ":material/step:",
    "One cell",
    "Recurrence and gates: type a name and follow an Elman RNN, an LSTM or a GRU through it, letter by letter, "
    "down to the numbers in each equation.",
    values=Scenario,
    groups={
        "cell": "Cell",
        "network": "Network",
        "input": "What is read",
        "weights": "Random weights",
        "reached": "What this network reached",
        "equations": "The equations",
        "download": "Download",
    },
    parts={
        "cell": "Which cell reads.",
        "network": "Whether the network is trained, random, or reads numbers.",
        "input": "The name or the numbers that are read.",
        "weights": "Seed, hidden size and input scale, where the weights are random.",
        "reached": "How well the trained network guesses, beside a model that only counts.",
        "equations": "The cell's equations, each symbol explained.",
        "download": "Every value of the run as a file.",
    },
    kinds=("player",),
    player=("step", "unit", "line", "size", "answer"),
    asks=True,
)


def scenario(**given: Any) -> Scenario:
    """A scenario from what is given; what is missing, or cannot be, is its default."""
    found: Scenario = PAGE.of(given)
    return found
