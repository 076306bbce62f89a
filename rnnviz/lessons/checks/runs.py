"""Questions about a run: what is remembered, guessed, large."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from rnnviz.lessons.checks.check import (
    NONE,
    Check,
    Finding,
    Numeric,
    UndecidedError,
    check_number,
    check_places,
    check_step,
    number,
    yes,
)
from rnnviz.lessons.evidence import Evidence, ShownRun
from rnnviz.settings.numbers import MAX_NUMBER

#: A smaller change of the state, at the unit that changes most, counts as forgotten.
REMEMBERED = 0.01


@dataclass(frozen=True)
class _AtStep(Check):
    """A check of one step of the run of one cell."""

    cell: str
    step: int

    def __post_init__(self) -> None:
        check_places(step=self.step)

    def run(self, shown: Evidence) -> ShownRun:
        """The run it asks about, which has such a step."""
        if self.cell not in shown.runs:
            raise UndecidedError(f"no {self.cell} is shown")
        run = shown.runs[self.cell]
        check_step(run, self.step)
        return run


@dataclass(frozen=True)
class Remembered(_AtStep):
    """Whether erasing the input of a step still changes the hidden state at the last step."""

    kind = "remembered"
    pages = ("step_through", "gates", "gradients")
    title = "An input is still remembered at the end"
    meaning = "“Yes” is right if erasing the input of that step still changes the hidden state at the last step."
    needs = ("input", "memory")

    def find(self, shown: Evidence) -> Finding:
        """By an intervention: the run that reads nothing at that step."""
        change = self.run(shown).change_without(self.step - 1)
        because = (
            f"without the input of step {self.step} the hidden state at the last step changes by "
            f"{number(change)} in the unit that changes most; under {REMEMBERED} counts as forgotten"
        )
        return Finding(yes(change >= REMEMBERED), because, change)


@dataclass(frozen=True)
class GuessChanges(_AtStep):
    """Whether the best guess at a step is a different one after the changes."""

    kind = "guess"
    pages = ("gates",)
    title = "The best guess changes"
    meaning = "“Yes” is right if the best guess at that step is a different one after the changes."
    needs = ("what_if",)

    def find(self, shown: Evidence) -> Finding:
        """By the run as it is changed, and as it would be."""
        run = self.run(shown)
        if not run.symbols:
            raise UndecidedError("these networks guess nothing")
        after, before = (run.guesses(changed=changed)[self.step - 1] for changed in (True, False))
        (here, p), (there, q) = ((run.symbols[each.argmax()], each.max()) for each in (after, before))
        because = (
            f"the best guess at step {self.step} is “{here}” (probability {number(p)}), and without the changes "
            f"“{there}” ({number(q)})"
        )
        return Finding(yes(here != there), because, float(p))


@dataclass(frozen=True)
class _AtUnit(Check):
    """A check of a quantity, named by its letter in the cell's equations, in one unit at one step."""

    cell: str
    quantity: str
    unit: int
    step: int

    def __post_init__(self) -> None:
        check_places(step=self.step, unit=self.unit)

    def value_of(self, shown: Evidence) -> tuple[float, str]:
        """The number, and it in words."""
        run = _AtStep(self.cell, self.step).run(shown)
        values = run.trace().values
        width = values[self.quantity].shape[-1] if self.quantity in values else 0
        if self.unit > width:
            raise UndecidedError(f"there is no unit {self.unit} of {self.quantity}")
        value = float(values[self.quantity][self.step - 1, self.unit - 1])
        title = run.cell.quantity(self.quantity).title.lower()
        return value, f"the {title} of unit {self.unit} at step {self.step} is {number(value)}"


@dataclass(frozen=True)
class Above(_AtUnit):
    """Whether a quantity is above a value in one unit at one step."""

    kind = "above"
    pages = ("step_through", "gates", "gradients")
    title = "A value is above a number"
    meaning = "“Yes” is right if that quantity is above that number, in that unit at that step."
    needs = ("input",)

    value: float

    def __post_init__(self) -> None:
        super().__post_init__()
        check_number("value to compare with", self.value, -MAX_NUMBER)

    def find(self, shown: Evidence) -> Finding:
        """By the run."""
        value, said = self.value_of(shown)
        return Finding(yes(value > self.value), f"{said}; above {number(self.value)} counts as yes", value)


@dataclass(frozen=True)
class HowLarge(Numeric, _AtUnit):
    """Which number a quantity is, in one unit at one step."""

    kind = "value"
    pages = ("step_through", "gates", "gradients")
    title = "How large a value is (a number)"
    meaning = "The number is that quantity in that unit at that step; so far from it an answer still counts as right."
    needs = ("input",)

    within: float

    def __post_init__(self) -> None:
        super().__post_init__()
        check_number("tolerance", self.within, 0)

    def find(self, shown: Evidence) -> Finding:
        """By the run."""
        value, said = self.value_of(shown)
        return Finding(value, said, value)


@dataclass(frozen=True)
class Units(Check):
    """How many units the state of a cell has."""

    kind = "units"
    pages = ("step_through", "gates")
    title = "How many units there are (a number)"
    meaning = "The number is how many values the hidden state has at each step."
    needs = ("input",)

    cell: str

    def options(self, shown: Evidence) -> None:
        """A number."""

    def find(self, shown: Evidence) -> Finding:
        """By the weights."""
        run = _AtStep(self.cell, 1).run(shown)
        size = run.cell.sizes(run.weights)["H"]
        because = f"the hidden state has {size} units at each of the {len(run.inputs)} steps"
        return Finding(float(size), because, float(size))


@dataclass(frozen=True)
class RemembersBest(Check):
    """In which cell erasing the input of a step changes the hidden state at the last step most."""

    kind = "longest"
    pages = ("gates",)
    title = "Which cell remembers an input best at the end"
    meaning = (
        "Right is the cell whose hidden state at the last step changes most when the input of that step is erased."
    )
    needs = ("input", "memory")

    step: int

    def __post_init__(self) -> None:
        check_places(step=self.step)

    def options(self, shown: Evidence) -> Mapping[str, str]:
        """The cells, and none."""
        return {**{name: run.cell.title for name, run in shown.runs.items()}, NONE: "None of them"}

    def find(self, shown: Evidence) -> Finding:
        """By an intervention in each."""
        for run in shown.runs.values():
            check_step(run, self.step)
        changes = {name: run.change_without(self.step - 1) for name, run in shown.runs.items()}
        best = max(changes, key=changes.__getitem__)
        told = ", ".join(f"{shown.runs[name].cell.title} {number(change)}" for name, change in changes.items())
        because = (
            f"without the input of step {self.step} the hidden state at the last step changes, in the unit that "
            f"changes most, by: {told}; under {REMEMBERED} counts as forgotten"
        )
        return Finding(best if changes[best] >= REMEMBERED else NONE, because, changes[best])
