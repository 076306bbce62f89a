"""Questions about gradients: how far one reaches, and where a descent ends."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import inf, isfinite

from rnnviz.lessons.checks.check import (
    Check,
    Finding,
    UndecidedError,
    check_number,
    check_places,
    check_step,
    number,
    sized,
    yes,
)
from rnnviz.lessons.evidence import Evidence

#: A gradient has vanished once it is less than this share of that at the last step, and exploded above the inverse.
VANISHED = 0.01


@dataclass(frozen=True)
class _GradientAt(Check):
    """A check of the gradient at one step, beside that at the last."""

    step: int

    def __post_init__(self) -> None:
        check_places(step=self.step)

    def share(self, shown: Evidence) -> float:
        """The norm of the gradient by the hidden state at the step, as a share of that at the last step."""
        run = next((run for run in shown.runs.values() if len(run.gradient_norms)), None)
        if run is None:
            raise UndecidedError("no gradient is shown")
        check_step(run, self.step)
        here, last = run.gradient_norms[self.step - 1], run.gradient_norms[-1]
        if not (isfinite(last) and last > 0):
            raise UndecidedError("there is no gradient at the last step")
        return float(here / last)

    def said(self, share: float) -> str:
        """The share in words."""
        return f"the gradient of this loss at step {self.step}, divided by that at the last step, is {sized(share)}"


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
        check_number("share", self.at_least, 0)

    def find(self, shown: Evidence) -> Finding:
        """By backpropagation, cut where the page cuts it."""
        share = self.share(shown)
        because = f"{self.said(share)}; at least {number(self.at_least)} counts as yes"
        return Finding(yes(share >= self.at_least), because, share)


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
