"""Measurements on one machine: run by the same jobs as training, with progress as points and results as arrays.

Importing this module does not import torch.
"""

from __future__ import annotations

import platform
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from time import perf_counter
from typing import Any, Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from rnnviz.training.recipe import AnyRecipe
from rnnviz.training.run import Arrays, Ended, Moment, Point, State

#: Under which name the arrays of a measurement hold the machine it was made on, as bytes.
MACHINE = "machine"


def this_machine() -> str:
    """The name of the machine that runs this."""
    return platform.node() or "unknown"


def measured_on(arrays: Arrays) -> str:
    """The name of the machine on which a measurement was made."""
    return arrays[MACHINE].tobytes().decode(errors="replace")


@dataclass(frozen=True)
class Spread:
    """The median of repeated measurements and the quartiles about it, in milliseconds."""

    low: float
    median: float
    high: float


def spread_of(seconds: NDArray[np.float64]) -> Spread:
    """The spread of some times, in seconds (repetitions,)."""
    return Spread(*map(float, 1000 * np.quantile(seconds, [0.25, 0.5, 0.75])))


@dataclass(frozen=True, kw_only=True)
class MeasuringRecipe(AnyRecipe):
    """A measurement before it is made.

    Attributes
    ----------
    repetitions
        How often each is measured, after a quarter as many times that do not count.
    machine
        For whom it is made: a store that moves to another machine has no measurement of that one.
    """

    repetitions: int
    machine: str = ""

    def _check(self, **numbers: tuple[float, float]) -> None:
        object.__setattr__(self, MACHINE, self.machine or this_machine())
        if not isinstance(self.machine, str):
            raise ValueError(f"machine must be the name of one, not {self.machine!r}")
        self._check_numbers(repetitions=(1, 1000), **numbers)

    @property
    def in_words(self) -> str:
        """The recipe as a line in a list of them."""
        return f"{self.kind:<7} measured {self.repetitions} times on {self.machine}"

    def spent(self, step: int, seconds: float) -> float:
        """The share of the repetitions that are made."""
        return min(1.0, step / self.repetitions)


M = TypeVar("M", bound=MeasuringRecipe)


class Measuring(ABC, Generic[M]):
    """A measurement of any kind, from its start or from a state on: see `rnnviz.training.run.Loop`.

    A step is one repetition of everything, so that what else the machine does meets all alike.

    Parameters
    ----------
    shape
        That of the times one repetition takes.
    """

    def __init__(self, recipe: M, shape: tuple[int, ...], state: State | None) -> None:
        self.recipe: M = recipe
        self.ended: Ended | None = None
        self.step, self.seconds = (state.step, state.seconds) if state else (0, 0.0)
        self.times = np.full((recipe.repetitions, *shape), np.nan)
        if state:
            self.times[: state.step] = state.arrays["times"]

    @abstractmethod
    def _repeat(self, times: NDArray[np.float64]) -> Iterator[None]:
        """Measure everything once and write how many seconds each took; pauses where it may be stopped."""

    def _compare(self) -> Iterator[None]:
        """What is to be done once after all repetitions."""
        yield from ()

    def _found(self) -> dict[str, NDArray[Any]]:
        """What is kept beside the times."""
        return {}

    def __iter__(self) -> Iterator[Point | Moment | None]:
        """Measure until all repetitions are made; those before the first, and before going on, do not count."""
        unused = np.empty(self.times.shape[1:])
        for repetition in range(self.step - self.recipe.repetitions // 4, self.recipe.repetitions):
            start = perf_counter()
            for _ in self._repeat(self.times[repetition] if repetition >= self.step else unused):
                yield None
            self.seconds += perf_counter() - start
            if repetition == self.step:
                self.step += 1
                yield Point(self.step, self.seconds)
        for _ in self._compare():
            yield None
        about = {MACHINE: np.frombuffer(this_machine().encode(), np.uint8), "times": self.times, **self._found()}
        yield Moment(self.step, self.seconds, float("nan"), about)
        self.ended = Ended("done", self.step, self.seconds, 0)

    def state(self) -> State:
        """The repetitions that are made."""
        return State(self.step, self.seconds, {"times": self.times[: self.step].copy()})


@contextmanager
def torch_with(*, onednn: bool) -> Iterator[None]:
    """One thread, with or without oneDNN; what was set before is set again after."""
    import torch

    mkldnn: Any = torch.backends.mkldnn  # oneDNN by its former name
    threads, enabled = torch.get_num_threads(), mkldnn.enabled
    torch.set_num_threads(1)
    mkldnn.enabled = enabled and onednn
    try:
        yield
    finally:
        torch.set_num_threads(threads)
        mkldnn.enabled = enabled
