"""What the page on gates can be set to: what the page that steps through a cell can, for several cells at once."""

from __future__ import annotations

from dataclasses import dataclass, fields

from rnnviz.cells import CELLS, LSTM, MAIN, Cell
from rnnviz.data.names import VOCABULARY
from rnnviz.networks import checkpoints
from rnnviz.settings.kinds import CellChoice, Known, Span, declare
from rnnviz.settings.page import Page
from rnnviz.settings.step_through import Scenario, is_random, reads_letters

#: The largest sizes whose cost is counted and measured.
_LARGEST = 256


def is_own(cell: Cell) -> bool:
    """Whether somebody has written a cell."""
    return CELLS.get(cell.name) != cell


def side_by_side(cell: Cell, *, trained: bool) -> tuple[Cell, ...]:
    """The main cells and one's own; of trained networks only those that there are."""
    cells = (*MAIN, cell) if is_own(cell) else MAIN
    return tuple(one for one in cells if one.name in checkpoints.available()) if trained else cells


def _inputs_above(span: Span, known: Known) -> Span:
    """As many as the networks of the board read."""
    return span.within(span.low, span.high, len(VOCABULARY) if reads_letters(known) else 1)


def _units_above(span: Span, known: Known) -> Span:
    """As many as the networks of the board have."""
    if is_random(known):
        return span.within(span.low, span.high, known.hidden_size)
    first = checkpoints.load(MAIN[0].name)
    return span.within(span.low, span.high, first.cell.sizes(first.weights)["H"])


@dataclass(frozen=True)
class Board(Scenario):
    """What the cells read side by side; `cell` stands beside those that are always there, where it is one's own.

    `cost_inputs` and `cost_units` are the sizes whose cost is shown.
    """

    cell: Cell = declare(
        CellChoice("Cell", "A cell of one's own, beside the others.", default=LSTM, carried=True,
                   when=lambda known: is_own(known.cell))
    )  # fmt: skip

    cost_inputs: int = declare(
        Span("Input size", "How many numbers a cell reads at each step.", 1, _LARGEST, default=len(VOCABULARY),
             group="anatomy", adapt=_inputs_above, width=140)
    )  # fmt: skip
    cost_units: int = declare(
        Span("Hidden size", "How many units its state has.", 1, _LARGEST, default=24, group="anatomy",
             adapt=_units_above, width=140)
    )  # fmt: skip

    def scenarios(self) -> dict[str, Scenario]:
        """What each cell of the board is run with, by its name."""
        cells = side_by_side(self.cell, trained=self.network == "trained")
        shared = {one.name: getattr(self, one.name) for one in fields(Scenario)}
        return {cell.name: Scenario(**{**shared, "cell": cell}) for cell in cells}


PAGE = Page(
    "gates",
    "Gates and memory",
    ":material/tune:",
    "One cell",
    "The same input through three cells side by side; hold a gate, silence a unit, change a "
    "weight or a letter, and see everything follow.",
    values=Board,
    groups={
        "network": "Network",
        "input": "What is read",
        "weights": "Random weights",
        "what_if": "What if",
        "memory": "Memory",
        "saturation": "Saturation",
        "anatomy": "Anatomy",
    },
    parts={
        "network": "Whether the networks are trained, random, or read numbers.",
        "input": "The name or the numbers that are read.",
        "weights": "Seed, hidden size and input scale, where the weights are random.",
        "what_if": "Everything that changes the runs: hold a gate, silence a unit, set a weight or an input.",
        "memory": "Where a state came from, and how long it is held.",
        "saturation": "How often each gate is nearly shut or nearly open.",
        "anatomy": "How many weights each cell has, and how long it takes.",
    },
    kinds=("board",),
    player=("step", "unit", "size", "what_if", "answer"),
    asks=True,
)
