"""What a lesson can ask to be predicted, and what decides it: each kind of question once, with its answer computed.

A check is plain data, as a link holds it; its steps and units count from 1. Where a player draws the picture, the
browser finds the answer by itself, with the same words: see `rnnviz/player/shell/checks.js`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import inf, isfinite
from statistics import median
from typing import ClassVar

from rnnviz.lessons.evidence import Evidence, Race, ShownRun, ShownTranslation
from rnnviz.settings.numbers import MAX_NUMBER
from rnnviz.settings.page import PLAYER

#: A smaller change of the state, at the unit that changes most, counts as forgotten.
REMEMBERED = 0.01
#: A gradient has vanished once it is less than this share of that at the last step, and exploded above the inverse.
VANISHED = 0.01
#: The answers to a question that is answered by yes or no.
YES_NO: Mapping[str, str] = {"yes": "Yes", "no": "No"}
NONE = "none"


class UndecidedError(ValueError):
    """What is shown does not decide a check; the reason completes "The run cannot decide this: ..."."""


@dataclass(frozen=True)
class Finding:
    """The right answer, and why.

    Attributes
    ----------
    answer
        The name of an option, or a number.
    because
        What was measured, and the bound it is judged by; it follows a colon and has no full stop.
    measured
        The number behind it.
    """

    answer: str | float
    because: str
    measured: float


@dataclass(frozen=True)
class Check:
    """A kind of question whose answer is computed.

    Attributes
    ----------
    kind
        In links.
    pages
        Where it can be asked, by their names in `rnnviz.settings.PAGES`.
    title, meaning
        What whoever makes a lesson reads: what is asked, and what decides it.
    needs
        The groups of a page that show what the question is about, and no more.
    in_browser
        Whether the player finds the answer by itself, once its picture is there; the server asks where it does not.
    """

    kind: ClassVar[str]
    pages: ClassVar[tuple[str, ...]]
    title: ClassVar[str]
    meaning: ClassVar[str]
    needs: ClassVar[tuple[str, ...]] = ()
    in_browser: ClassVar[bool] = True

    def options(self, shown: Evidence) -> Mapping[str, str] | None:
        """The names and titles of the possible answers; None where the answer is a number."""
        return YES_NO

    @property
    def tolerance(self) -> float:
        """How far a number may be from the right one and still count as right."""
        return 0.0

    def find(self, shown: Evidence) -> Finding:
        """The right answer.

        Raises
        ------
        UndecidedError
            Where what is shown does not decide it.
        """
        raise NotImplementedError


@dataclass(frozen=True)
class _AtStep(Check):
    """A check of one step of the run of one cell."""

    cell: str
    step: int

    def __post_init__(self) -> None:
        _check_places(step=self.step)

    def run(self, shown: Evidence) -> ShownRun:
        """The run it asks about, which has such a step."""
        if self.cell not in shown.runs:
            raise UndecidedError(f"no {self.cell} is shown")
        run = shown.runs[self.cell]
        _check_step(run, self.step)
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
            f"without the input of step {self.step} the hidden state at the last step is another one by "
            f"{number(change)} in the unit that changes most; under {REMEMBERED} counts as forgotten"
        )
        return Finding(_yes(change >= REMEMBERED), because, change)


@dataclass(frozen=True)
class GuessChanges(_AtStep):
    """Whether the best guess at a step is another one after the changes."""

    kind = "guess"
    pages = ("gates",)
    title = "The best guess changes"
    meaning = "“Yes” is right if the best guess at that step is another one after the changes."
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
        return Finding(_yes(here != there), because, float(p))


@dataclass(frozen=True)
class _AtUnit(Check):
    """A check of a quantity, named by its letter in the cell's equations, in one unit at one step."""

    cell: str
    quantity: str
    unit: int
    step: int

    def __post_init__(self) -> None:
        _check_places(step=self.step, unit=self.unit)

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
        _check_number("value to compare with", self.value, -MAX_NUMBER)

    def find(self, shown: Evidence) -> Finding:
        """By the run."""
        value, said = self.value_of(shown)
        return Finding(_yes(value > self.value), f"{said}; above {number(self.value)} counts as yes", value)


@dataclass(frozen=True)
class HowLarge(_AtUnit):
    """Which number a quantity is, in one unit at one step."""

    kind = "value"
    pages = ("step_through", "gates", "gradients")
    title = "How large a value is (a number)"
    meaning = "The number is that quantity in that unit at that step; so far from it an answer still counts as right."
    needs = ("input",)

    within: float

    def __post_init__(self) -> None:
        super().__post_init__()
        _check_number("tolerance", self.within, 0)

    @property
    def tolerance(self) -> float:
        """What the lesson says."""
        return self.within

    def options(self, shown: Evidence) -> None:
        """A number."""

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
        _check_places(step=self.step)

    def options(self, shown: Evidence) -> Mapping[str, str]:
        """The cells, and none."""
        return {**{name: run.cell.title for name, run in shown.runs.items()}, NONE: "None of them"}

    def find(self, shown: Evidence) -> Finding:
        """By an intervention in each."""
        for run in shown.runs.values():
            _check_step(run, self.step)
        changes = {name: run.change_without(self.step - 1) for name, run in shown.runs.items()}
        best = max(changes, key=changes.__getitem__)
        told = ", ".join(f"{shown.runs[name].cell.title} {number(change)}" for name, change in changes.items())
        because = (
            f"without the input of step {self.step} the hidden state at the last step is another one, in the unit that "
            f"changes most, by: {told}; under {REMEMBERED} counts as forgotten"
        )
        return Finding(best if changes[best] >= REMEMBERED else NONE, because, changes[best])


@dataclass(frozen=True)
class _GradientAt(Check):
    """A check of the gradient at one step, beside that at the last."""

    step: int

    def __post_init__(self) -> None:
        _check_places(step=self.step)

    def share(self, shown: Evidence) -> float:
        """The norm of the gradient by the hidden state at the step, as a share of that at the last step."""
        run = next((run for run in shown.runs.values() if len(run.gradient_norms)), None)
        if run is None:
            raise UndecidedError("no gradient is shown")
        _check_step(run, self.step)
        here, last = run.gradient_norms[self.step - 1], run.gradient_norms[-1]
        if not (isfinite(last) and last > 0):
            raise UndecidedError("there is no gradient at the last step")
        return float(here / last)

    def said(self, share: float) -> str:
        """The share in words."""
        return f"the gradient at step {self.step}, divided by that at the last step, is {sized(share)}"


@dataclass(frozen=True)
class Reaches(_GradientAt):
    """Whether the gradient at a step is at least a share of that at the last step."""

    kind = "reaches"
    pages = ("gradients",)
    title = "The gradient reaches a step"
    meaning = "“Yes” is right if the gradient at that step is at least that share of the gradient at the last step."
    needs = ("start", "loss")

    at_least: float

    def __post_init__(self) -> None:
        super().__post_init__()
        _check_number("share", self.at_least, 0)

    def find(self, shown: Evidence) -> Finding:
        """By backpropagation, cut where the page cuts it."""
        share = self.share(shown)
        because = f"{self.said(share)}; at least {number(self.at_least)} counts as yes"
        return Finding(_yes(share >= self.at_least), because, share)


@dataclass(frozen=True)
class Fate(_GradientAt):
    """Whether the gradient has vanished, is still there, or has exploded at a step."""

    kind = "fate"
    pages = ("gradients",)
    title = "What becomes of the gradient"
    meaning = (
        "Vanished: at that step it is less than 1 % of the gradient at the last step. Exploded: more than 100 times "
        "that. Else it arrives."
    )
    needs = ("start", "loss")

    def options(self, shown: Evidence) -> Mapping[str, str]:
        """Three."""
        return {"vanishes": "It vanishes", "arrives": "It arrives", "explodes": "It explodes"}

    def find(self, shown: Evidence) -> Finding:
        """By backpropagation, cut where the page cuts it."""
        share = self.share(shown)
        answer = "vanishes" if share < VANISHED else "explodes" if share > 1 / VANISHED else "arrives"
        because = f"{self.said(share)}; under {VANISHED} counts as vanished, more than {1 / VANISHED:.0f} as exploded"
        return Finding(answer, because, share)


@dataclass(frozen=True)
class EndsLower(Check):
    """Which descent of the cliff ends at the lower loss."""

    kind = "cliff"
    pages = ("gradients",)
    title = "Which descent of the cliff ends lower"
    meaning = "Right is the descent whose loss is lower after its last step; one that diverges has no loss."
    needs = ("clipping",)
    in_browser = False

    def options(self, shown: Evidence) -> Mapping[str, str]:
        """With and without clipping."""
        return {"with": "With clipping", "without": "Without clipping"}

    def find(self, shown: Evidence) -> Finding:
        """By both descents."""
        if not shown.descents:
            raise UndecidedError("no cliff is shown")
        ends = {name: inf if path.diverged else float(path.losses[-1]) for name, path in shown.descents.items()}
        best = min(ends, key=ends.__getitem__)
        if ends["with"] == ends["without"]:
            raise UndecidedError(f"both end with a loss of {sized(ends['with'])}")
        because = (
            f"the loss ends at {sized(ends['with'])} with clipping and at {sized(ends['without'])} without; the lower "
            "one counts"
        )
        return Finding(best, because, ends[best])


@dataclass(frozen=True)
class _OfRace(Check):
    """A check of a contest."""

    in_browser = False

    def race(self, shown: Evidence) -> Race:
        """The contest, which there is."""
        if shown.race is None:
            raise UndecidedError("no race is shown")
        return shown.race

    def options(self, shown: Evidence) -> Mapping[str, str] | None:
        """The cells."""
        return {cell.name: cell.title for cell in shown.race.contest.cells} if shown.race else {}


@dataclass(frozen=True)
class LearnsFirst(_OfRace):
    """Which cell of a contest first reaches what counts as learned, in the median of its runs."""

    kind = "first"
    pages = ("compare",)
    title = "Which cell learns it first"
    meaning = (
        "Right is the cell whose runs reach what counts as learned after the fewest steps, in the median of its seeds; "
        "a run that never does counts as the slowest. All runs must be finished."
    )
    needs = ("task",)

    def options(self, shown: Evidence) -> Mapping[str, str]:
        """The cells, and none."""
        return {**(super().options(shown) or {}), NONE: "None of them"}

    def find(self, shown: Evidence) -> Finding:
        """By the finished runs."""
        race = self.race(shown)
        steps = race.steps_to_learn
        if untrained := [cell.title for cell in race.contest.cells if len(steps.get(cell, ())) < race.contest.seeds]:
            raise UndecidedError(f"not trained, or not to the end: {', '.join(untrained)}")
        medians = {cell: median([inf if step is None else step for step in of_cell]) for cell, of_cell in steps.items()}
        told = ", ".join(f"{cell.title} {_steps(middle, steps[cell])}" for cell, middle in medians.items())
        least = min(medians.values())
        if isfinite(least) and sum(middle == least for middle in medians.values()) > 1:
            raise UndecidedError(f"two are level: {told}")
        first = min(medians, key=medians.__getitem__).name if isfinite(least) else NONE
        because = f"median steps until it counts as learned: {told}; a run that never gets there counts as the slowest"
        return Finding(first, because, least)


def _steps(middle: float, found: Sequence[int | None]) -> str:
    """A median in words, with how many runs there were to be counted."""
    there = sum(step is not None for step in found)
    told = f"{middle:,.0f}" if isfinite(middle) else "never"
    return f"{told} ({there} of {len(found)} runs learn it)"


@dataclass(frozen=True)
class Clipped(_OfRace):
    """Which share of a cell's training steps was clipped, in percent."""

    kind = "clipped"
    pages = ("compare",)
    title = "How often gradients were clipped (a number)"
    meaning = (
        "The number is the share of that cell's training steps whose gradient was clipped, in percent, the median of "
        "its seeds; so far from it an answer still counts as right."
    )
    needs = ("task",)

    cell: str
    within: float

    def __post_init__(self) -> None:
        _check_number("tolerance", self.within, 0)

    @property
    def tolerance(self) -> float:
        """What the lesson says."""
        return self.within

    def options(self, shown: Evidence) -> None:
        """A number."""

    def find(self, shown: Evidence) -> Finding:
        """By the finished runs."""
        race = self.race(shown)
        found = next((one for cell, one in race.results.items() if cell.name == self.cell), None)
        if found is None:
            raise UndecidedError(f"no {self.cell} is shown")
        if found.clipped is None or found.finished < race.contest.seeds:
            raise UndecidedError(f"not trained, or not to the end: {found.cell.title}")
        share = 100 * found.clipped.median
        because = f"{share:.1f} % of the steps of the {found.cell.title} were clipped, the median of its seeds"
        return Finding(share, because, share)


@dataclass(frozen=True)
class Widest(_OfRace):
    """Which cell of a contest has the most units."""

    kind = "widest"
    pages = ("compare",)
    title = "Which cell has the most units"
    meaning = "Right is the cell whose layers are widest in this contest, as the page makes them equal."
    needs = ("more",)

    def find(self, shown: Evidence) -> Finding:
        """By the sizes that the contest gives them."""
        contest = self.race(shown).contest
        sizes, weights = contest.sizes(), contest.parameters()
        best = max(sizes, key=sizes.__getitem__)
        told = ", ".join(f"{cell.title} {size} units and {weights[cell]:,} weights" for cell, size in sizes.items())
        if sum(size == sizes[best] for size in sizes.values()) > 1:
            raise UndecidedError(f"two are level: {told}")
        return Finding(best.name, told, float(sizes[best]))


@dataclass(frozen=True)
class Padding(Check):
    """Which share of the work on a padded batch is padding, in percent."""

    kind = "padding"
    pages = ("compare",)
    title = "How much of a padded batch is padding (a number)"
    meaning = (
        "The number is the share of steps that are padding when batches are made as the names come, in percent; so far "
        "from it an answer still counts as right."
    )
    in_browser = False

    within: float

    def __post_init__(self) -> None:
        _check_number("tolerance", self.within, 0)

    @property
    def tolerance(self) -> float:
        """What the lesson says."""
        return self.within

    def options(self, shown: Evidence) -> None:
        """A number."""

    def find(self, shown: Evidence) -> Finding:
        """By counting."""
        if not shown.padding:
            raise UndecidedError("no batches are shown")
        padded, bucketed = shown.padding["padded"], shown.padding["bucketed"]
        because = (
            f"{padded.padding:,} of {padded.steps:,} steps are padding, {100 * padded.wasted:.1f} %; with names of "
            f"like length together it is {100 * bucketed.wasted:.1f} %"
        )
        return Finding(100 * padded.wasted, because, 100 * padded.wasted)


@dataclass(frozen=True)
class _OfTranslation(Check):
    """A check of a translation."""

    def translation(self, shown: Evidence) -> ShownTranslation:
        """The translation, which there is."""
        if shown.translation is None:
            raise UndecidedError("no translation is shown")
        return shown.translation


@dataclass(frozen=True)
class LooksMost(_OfTranslation):
    """At which word the decoder looks most while it writes the word of a step."""

    kind = "looks"
    pages = ("attention",)
    title = "At which word the decoder looks most"
    meaning = "Right is the word read that has the largest weight at that step of the decoder."
    needs = ("sentence",)

    step: int

    def __post_init__(self) -> None:
        _check_places(step=self.step)

    def options(self, shown: Evidence) -> Mapping[str, str]:
        """The words read, by their places."""
        read = shown.translation.read if shown.translation else ()
        return {f"word{place + 1}": f"{place + 1}. {word}" for place, word in enumerate(read)}

    def find(self, shown: Evidence) -> Finding:
        """By the alignment."""
        seen = self.translation(shown)
        if not len(seen.alignment):
            raise UndecidedError("this network has no attention")
        if self.step > len(seen.alignment):
            raise UndecidedError(f"there is no step {self.step}")
        weights = seen.alignment[self.step - 1]
        most = int(weights.argmax())
        because = (
            f"at step {self.step} it writes “{seen.labels[self.step - 1]}” with the weight {number(weights[most])} on "
            f"“{seen.read[most]}”; the largest counts"
        )
        return Finding(f"word{most + 1}", because, float(weights[most]))


@dataclass(frozen=True)
class TranslatedRight(_OfTranslation):
    """Whether a translation is the right one."""

    kind = "right"
    pages = ("attention",)
    title = "The translation is right"
    meaning = "“Yes” is right if the words written are those of the same number in the other language."
    needs = ("sentence",)

    def find(self, shown: Evidence) -> Finding:
        """By how the number is said."""
        seen = self.translation(shown)
        if not seen.right:
            raise UndecidedError("what is read is not a number")
        because = f"it writes “{' '.join(seen.written)}”; right is “{' '.join(seen.right)}”"
        same = tuple(seen.written) == tuple(seen.right)
        return Finding(_yes(same), because, float(same))


@dataclass(frozen=True)
class Explained(_OfTranslation):
    """Whether, for every word written, the word with most attention changes the answer most when it is left out."""

    kind = "explained"
    pages = ("attention",)
    title = "Attention points at what matters"
    meaning = (
        "“Yes” is right if for every word written the word with the most attention is also the one that changes the "
        "answer most when it is left out."
    )
    in_browser = False

    def find(self, shown: Evidence) -> Finding:
        """By leaving words out."""
        seen = self.translation(shown)
        count = len(seen.written)
        if not len(seen.alignment) or len(seen.read) < 2 or not count:
            raise UndecidedError("there is nothing to compare without attention, or with one word")
        same = int((seen.alignment[:count].argmax(1) == abs(seen.left_out).argmax(1)).sum())
        because = f"they are the same word for {same} of the {count} words written; all of them counts as yes"
        return Finding(_yes(same == count), because, float(same))


#: Every kind, in the order in which they are offered.
CHECKS: Mapping[str, type[Check]] = {
    check.kind: check
    for check in (
        Remembered,
        GuessChanges,
        Above,
        HowLarge,
        Units,
        RemembersBest,
        Reaches,
        Fate,
        EndsLower,
        LearnsFirst,
        Clipped,
        Widest,
        Padding,
        LooksMost,
        TranslatedRight,
        Explained,
    )
}


def number(value: float) -> str:
    """A number for reading, as the player writes it: three decimals, an exponent only where these would hide it."""
    size = abs(value)
    if size != 0 and (size < 0.5e-3 or size >= 1e5):
        digits, exponent = f"{value:.1e}".split("e")
        return f"{digits}e{int(exponent):+d}".replace("-", "−")
    return f"{value + 0.0:.3f}".replace("-", "−")


def sized(value: float) -> str:
    """The size of something that may have grown beyond all numbers, for reading."""
    return number(value) if isfinite(value) else "too large for a computer's numbers"


def _yes(holds: bool) -> str:
    return "yes" if holds else "no"


def _check_step(run: ShownRun, step: int) -> None:
    if step > len(run.inputs):
        raise UndecidedError(f"there is no step {step}")


def _check_places(**places: int) -> None:
    """Refuse a step or a unit that no page shows."""
    for name, place in places.items():
        span = PLAYER[name]
        if type(place) is not int or not span.fits(place):
            raise ValueError(f"The {name} to ask about must be {span.accepts}.")


def _check_number(what: str, value: float, least: float) -> None:
    if type(value) not in (int, float) or not least <= value <= MAX_NUMBER:
        bound = f"a number up to {MAX_NUMBER:,.0f}" if least < 0 else f"a number from {least:g} to {MAX_NUMBER:,.0f}"
        raise ValueError(f"The {what} must be {bound}.")
