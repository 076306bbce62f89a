"""What the page that trains and compares can be set to."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from rnnviz.cells import CELLS, LSTM, MAIN, Cell
from rnnviz.networks.initialisation import INITIALISATIONS
from rnnviz.settings.kinds import CellChoice, Cells, Choice, Known, Span, Text, declare
from rnnviz.settings.page import Page
from rnnviz.tasks import TASKS
from rnnviz.training.contest import MOST_SEEDS, Contest
from rnnviz.training.recipe import BUDGETS, LIMITS, OPTIMIZERS, Recipe

_RECIPE = Recipe()
_CONTEST = Contest(_RECIPE)
_WIDE = 105


def _limited(title: str, meaning: str, name: str, **more: Any) -> Span:
    """A number of the recipe, with the least and the most that it may be."""
    low, high = LIMITS[name]
    step = 1 if isinstance(low, int) else more.pop("step")
    more = {"default": getattr(_RECIPE, name, 0), "width": _WIDE, **more}
    return Span(title, meaning, low, high, step=step, **more)


def _trains(known: Known) -> bool:
    return known.show in ("race", "reach", "learning")


def _watches(known: Known) -> bool:
    return bool(known.show == "learning")


def _of_task(span: Span, known: Known) -> Span:
    shortest, usual, longest = TASKS[known.task].lengths
    task = TASKS[known.task]
    return replace(span.within(shortest, longest, usual), title=f"Length ({task.length_title.lower()})")


def _offered_lengths(text: Text, known: Known) -> Text:
    """Lengths about the chosen one."""
    task = TASKS[known.task]
    shortest, _, longest = task.lengths
    usual = known.sequence_length
    offered = sorted({min(max(round(usual * share), shortest), longest) for share in (0.1, 0.2, 0.5, 1, 2)})
    title = f"Length ({task.length_title.lower()})"
    return replace(text, title=title, default=", ".join(map(str, offered)))


def _both_directions(choice: Choice, known: Known) -> Choice:
    """Not where that would show the network the answer."""
    return choice if TASKS[known.task].both_directions else choice.among({"1": choice.titles["1"]})


@dataclass(frozen=True)
class Comparison:
    """Which part of the page, what is trained, and what is shown of it."""

    show: str = declare(
        Choice("Show", "Which part of the page is shown.",
               {"race": "Race", "reach": "By length", "learning": "Watch it learn", "batching": "Batching"},
               default="race", group="show")
    )  # fmt: skip
    task: str = declare(
        Choice("Task", "What is to be learned.", {name: task.title for name, task in TASKS.items()},
               default=_RECIPE.task, group="task", when=_trains)
    )  # fmt: skip
    cells: tuple[Cell, ...] = declare(
        Cells("Cells", "Which cells are trained.", offered=tuple(CELLS.values()), default=MAIN, group="cells",
              when=_trains)
    )  # fmt: skip
    sequence_length: int = declare(
        Span("Length", "How long the sequences are.", *LIMITS["length"], default=_RECIPE.length, group="length",
             adapt=_of_task, follows="task", width=160,
             when=lambda known: _trains(known) and TASKS[known.task].has_lengths)
    )  # fmt: skip
    initialisation: str = declare(
        Choice("Weights start", "How the weights are drawn before anything is learned.",
               {name: kind.title for name, kind in INITIALISATIONS.items()}, default="default", look="list",
               group="initialisation", when=_trains, width=160)
    )  # fmt: skip
    seeds: int = declare(
        Span("Seeds", "How many networks of each cell are trained, each from weights of its own.", 1, MOST_SEEDS,
             default=_CONTEST.seeds, group="budget", when=_trains, width=_WIDE)
    )  # fmt: skip
    budget: str = declare(
        Choice("Budget in", "Whether all have as many steps or as much time.", BUDGETS, default=_RECIPE.budget,
               group="budget", when=_trains)
    )  # fmt: skip
    steps: int = declare(_limited(
        "Steps each", "How many steps of training a network gets.", "steps", group="budget", follows="task",
        when=lambda known: _trains(known) and known.budget == "steps",
        adapt=lambda span, known: replace(span, default=TASKS[known.task].steps),
    ))  # fmt: skip
    seconds: int = declare(_limited(
        "Seconds each", "How many seconds of training a network gets.", "seconds", group="budget",
        when=lambda known: _trains(known) and known.budget == "seconds",
    ))  # fmt: skip
    equal: str = declare(
        Choice("Equal", "What is made equal between the cells.",
               {"hidden_size": "Hidden size", "parameters": "Number of weights"}, default=_CONTEST.equal, group="more",
               when=_trains)
    )  # fmt: skip
    units: int = declare(
        _limited("Hidden size", "How many units a layer has.", "hidden_size", group="more", when=_trains)
    )
    layers: int = declare(
        _limited("Layers", "How many layers stand on one another.", "layers", group="more", when=_trains)
    )
    directions: str = declare(
        Choice("Directions", "Whether a network also reads from the end.", {"1": "One", "2": "Both"}, default="1",
               group="more", adapt=_both_directions,
               when=lambda known: _trains(known) and TASKS[known.task].both_directions)
    )  # fmt: skip
    optimizer: str = declare(
        Choice("Optimiser", "What turns a gradient into a step.", OPTIMIZERS, default=_RECIPE.optimizer, look="list",
               group="more", when=_trains, width=190)
    )  # fmt: skip
    learning_rate: float = declare(_limited(
        "Learning rate", "What the gradient is multiplied with at each step.", "learning_rate", step=0.001,
        form="%.4g", group="more", when=_trains,
    ))  # fmt: skip
    clip: float = declare(_limited(
        "Clip at (0: never)", "The longest gradient a step may have.", "clip", step=0.1, group="more", when=_trains
    ))  # fmt: skip
    batch_size: int = declare(_limited(
        "Batch size", "How many sequences a step learns from.", "batch_size", group="more", when=_trains
    ))  # fmt: skip
    first_seed: int = declare(_limited(
        "First seed", "The seed of the first network of each cell; the others follow.", "seed", group="more",
        when=_trains, adapt=lambda span, known: span.within(span.low, span.high - known.seeds + 1),
    ))  # fmt: skip
    axis: str = declare(
        Choice("Draw", "What the curves are drawn against.",
               {"steps": "Against steps", "seconds": "Against seconds"}, default="steps",
               when=lambda known: known.show == "race")
    )  # fmt: skip
    lengths: str = declare(
        Text("Length", "At which lengths every cell is trained, with commas between them.", default="",
             adapt=_offered_lengths, follows="task", width=360,
             when=lambda known: known.show == "reach" and TASKS[known.task].has_lengths)
    )  # fmt: skip
    watch: Cell = declare(
        CellChoice("Watch", "Which cell's training is shown.", default=LSTM, own=False, when=_watches,
                   adapt=lambda choice, known: replace(
                       choice, offered=known.cells or MAIN, default=(known.cells or MAIN)[-1]))
    )  # fmt: skip
    watch_seed: int = declare(
        Span("Its seed", "Which of its networks is shown.", 0, 9999, default=0, when=_watches, width=_WIDE,
             adapt=lambda span, known: span.within(
                 known.first_seed, known.first_seed + known.seeds - 1, known.first_seed))
    )  # fmt: skip
    example: int = declare(
        Span("Sequence", "Which held-out sequence the network reads.", 0, 9999, default=0, when=_watches, width=_WIDE)
    )
    batch_units: int = declare(
        Span("Hidden size", "How many units the layers have that are measured.", 1, 128, default=64, width=120,
             when=lambda known: known.show == "batching")
    )  # fmt: skip
    batch_cell: Cell = declare(
        CellChoice("Cell", "Which cell reads the names.", default=LSTM, own=False,
                   when=lambda known: known.show == "batching")
    )  # fmt: skip
    batch_names: str = declare(
        Choice("Names in a batch", "How many names are read side by side.", {size: size for size in ("8", "32", "128")},
               default="32", when=lambda known: known.show == "batching")
    )  # fmt: skip

    @property
    def contest(self) -> Contest:
        """What is trained: the usual cells where none is chosen."""
        shared = ("task", "layers", "initialisation", "optimizer", "learning_rate", "clip", "batch_size", "budget",
                  "steps", "seconds")  # fmt: skip
        recipe = Recipe(
            **{name: getattr(self, name) for name in shared},
            hidden_size=self.units,
            directions=int(self.directions),
            length=self.sequence_length,
        )
        return Contest(recipe, self.cells or MAIN, self.seeds, self.first_seed, self.equal)


PAGE = Page(
    "compare",
    "Train and compare",
    ":material/trophy:",
    "Learning",
    "Which network learns it? Train several on one task, fairly and live, see where each one breaks, and watch its "
    "gates being learned. How the weights start often matters more than the cell.",
    values=Comparison,
    groups={
        "show": "Views",
        "task": "Task",
        "cells": "Cells",
        "length": "Length",
        "initialisation": "How the weights start",
        "budget": "Seeds and budget",
        "more": "More settings",
        "presets": "Presets",
    },
    parts={
        "show": "The race, lengths, a training watched, or batching.",
        "task": "What is to be learned.",
        "cells": "Which cells are trained.",
        "length": "How long the sequences are.",
        "initialisation": "How the weights are drawn before anything is learned.",
        "budget": "How many networks of each cell, and for how many steps or seconds.",
        "more": "What is made equal, units, layers, optimiser, learning rate, clipping, batch size.",
        "presets": "Links to races worth a look.",
    },
    player=("step", "unit", "moment", "line", "size"),
    asks=True,
    most_steps=int(LIMITS["length"][1]),
    most_units=int(LIMITS["hidden_size"][1]),
)


def comparison(**given: Any) -> Comparison:
    """What is trained and shown, from what is given; what is missing, or cannot be, is its default."""
    found: Comparison = PAGE.of(given)
    return found


def settings_of(contest: Contest) -> dict[str, Any]:
    """The values of this page's settings that make it show a contest."""
    recipe = contest.recipe
    shared = ("task", "layers", "initialisation", "optimizer", "learning_rate", "clip", "batch_size", "budget",
              "steps", "seconds")  # fmt: skip
    return {
        **{name: getattr(recipe, name) for name in shared},
        "units": recipe.hidden_size,
        "directions": str(recipe.directions),
        "sequence_length": recipe.length,
        "cells": contest.cells,
        "seeds": contest.seeds,
        "first_seed": contest.first_seed,
        "equal": contest.equal,
    }
