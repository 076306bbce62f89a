"""Training runs: what is known of one, as bytes and as files, and those that ship with rnnviz."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, astuple, dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import Any, Generic, Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

from rnnviz.networks import checkpoints
from rnnviz.networks.checkpoints import pack, read_arrays, read_card, save, unpack
from rnnviz.training.recipe import AnyRecipe, Recipe, TranslationRecipe, read_recipe

Arrays = Mapping[str, NDArray[Any]]
R = TypeVar("R", bound=AnyRecipe)


@dataclass(frozen=True)
class Point:
    """What was measured since the point before.

    Attributes
    ----------
    step
        How many steps had been made.
    seconds
        Spent in training up to here, without pauses.
        What follows is nan where a run has no such number: a measurement only tells how far it is.
    loss, metric
        The mean over the steps since the point before, each on sequences that the network had not seen until then.
        (Names repeat: there the loss is that of learning.)
    gradient_norm
        By all weights before clipping: the largest since the point before.
    clipped
        The share of these steps whose gradient was longer than the limit.
    """

    step: int
    seconds: float
    loss: float = math.nan
    metric: float = math.nan
    gradient_norm: float = math.nan
    clipped: float = math.nan


@dataclass(frozen=True, eq=False)
class Moment:
    """The network at one moment of its training; of a measurement, at its end, what was measured.

    Attributes
    ----------
    metric
        On sequences held out, the same for every run of the task at this length, or up to the same largest number.
    weights
        Under the names of the cell's equations, ``layer1.W_xf``; in layer 2 and from the end ``layer2.backward.W_xf``;
        the read-out's are ``readout.W_hy`` and ``readout.b_y``. Of a translator as
        `rnnviz.networks.torch_modules.EncoderDecoder.arrays` names them, of a network that writes as `LanguageModel`
        there.
    """

    step: int
    seconds: float
    metric: float
    weights: Arrays


@dataclass(frozen=True, eq=False)
class State:
    """All that is needed to go on with a run as if it had not stopped."""

    step: int
    seconds: float
    arrays: Mapping[str, NDArray[Any]]


@dataclass(frozen=True)
class Ended:
    """How a run ended.

    Attributes
    ----------
    reason
        "done" or "diverged": at `step` the loss or the gradient was too large for float32.
    metric
        On the held-out sequences at the end; None when it diverged.
    tested
        The same at other lengths, where the task is tested at them; of a translator by the number of digits.
    shares
        The same of other groups by name: of a translator "below_1000", of all numbers from 0 to 999, most of which it
        has learned from, and "round", of round numbers held out.
    parameters
        How many weights the network has.
    norm_before
        The norm of the gradient one step before it diverged.
    timed_on
        The machine that made it and nothing else meanwhile, from its start to its end; None where other runs were under
        way beside it, or nobody knows. Only seconds of one such machine can be set against each other.
    """

    reason: str
    step: int
    seconds: float
    parameters: int
    metric: float | None = None
    tested: Mapping[int, float] | None = None
    norm_before: float | None = None
    timed_on: str | None = None
    shares: Mapping[str, float] | None = None


class Loop(Protocol):
    """What follows a recipe: iterate over it to get on, and take what it measures; None where nothing is to tell.

    Attributes
    ----------
    ended
        How it ended, once it has.
    """

    ended: Ended | None

    def __iter__(self) -> Iterator[Point | Moment | None]:
        """Get on until the end."""

    def state(self) -> State:
        """All that is needed to go on from here."""


def follow(recipe: AnyRecipe) -> Arrays:
    """Follow a recipe here and now: what its last moment holds."""
    moments = [item for item in recipe.training() if isinstance(item, Moment)]
    return moments[-1].weights


@dataclass(frozen=True, eq=False)
class RunOf(Generic[R]):
    """What is known of a run by now; `R` is the kind of its recipe.

    Attributes
    ----------
    status
        "waiting", "running", "paused", "stopped" (cancelled), "failed", "done" or "diverged".
    moments
        At which steps weights were kept, each with the metric on held-out sequences then.
    notes
        Plain sentences about what befell it: resumed after a worker was lost, could not be kept, failed with an error.
    shipped
        Whether it came with rnnviz.
    """

    run_id: str
    recipe: R
    status: str
    points: Sequence[Point] = ()
    moments: Mapping[int, float] = field(default_factory=dict)
    ended: Ended | None = None
    notes: Sequence[str] = ()
    versions: Mapping[str, str] | None = None
    shipped: bool = False

    @property
    def finished(self) -> bool:
        """Whether there is nothing left to do."""
        return self.status in FINISHED

    @property
    def share_done(self) -> float:
        """How much of its budget is spent."""
        if self.ended or not self.points:
            return 1.0 if self.ended else 0.0
        last = self.points[-1]
        return self.recipe.spent(last.step, last.seconds)

    @property
    def under_way(self) -> bool:
        """Whether it is being trained or waits for its turn."""
        return self.status in UNDER_WAY


Run = RunOf[Recipe]
TranslationRun = RunOf[TranslationRecipe]
AnyRun = RunOf[Any]

UNDER_WAY, FINISHED = ("waiting", "running"), ("done", "diverged")
_SHIPPED = checkpoints.shipped("runs")


def pack_state(state: State) -> bytes:
    """A state in the safetensors format."""
    return pack({**state.arrays, "": np.array([state.step, state.seconds])})


def unpack_state(data: bytes) -> State:
    """The state of `pack_state`.

    Raises
    ------
    ValueError
        When the bytes are not one.
    """
    arrays = unpack(data)
    try:
        step, seconds = arrays.pop("").tolist()
    except (KeyError, ValueError) as error:
        raise ValueError("not the state of a run") from error
    return State(int(step), seconds, arrays)


def ended_from(values: Mapping[str, Any] | None) -> Ended | None:
    """How a run ended, from plain JSON, whose names are texts."""
    if values is None:
        return None
    tested = values["tested"]
    return Ended(**{**values, "tested": tested and {int(length): metric for length, metric in tested.items()}})


def write_run(folder: Path, name: str, run: AnyRun, weights: Mapping[int, Arrays]) -> None:
    """Write a finished run as ``name.json`` and ``name.safetensors``.

    The numbers of its points keep six digits; null is what a run has no number of. A weight is named after its step,
    ``400/layer1.W_xf``.

    Raises
    ------
    ValueError
        When the run has not finished, or weights of a moment are missing.
    """
    if not run.finished:
        raise ValueError(f"only a finished run can be written, not one that is {run.status}")
    if set(weights) != set(run.moments):
        raise ValueError(f"weights are needed of the steps {list(run.moments)}, not of {list(weights)}")
    ended = run.ended
    card = {
        "run_id": run.run_id,
        "recipe": run.recipe.as_dict(),
        "data": run.recipe.data,
        "seed": run.recipe.seed,
        "steps": ended and ended.step,
        "reached": ended and asdict(ended),
        "versions": run.versions,
        "status": run.status,
        "moments": {step: _shortened(metric) for step, metric in run.moments.items()},
        "points": [list(map(_shortened, astuple(point))) for point in run.points],
    }
    arrays = {f"{step}/{key}": array for step, kept in weights.items() for key, array in kept.items()}
    save(folder, name, arrays, card)


def _shortened(number: float) -> float | None:
    return None if math.isnan(number) else float(f"{number:.6g}")


def _number(shortened: float | None) -> float:
    return math.nan if shortened is None else shortened


def read_run(folder: Path, name: str) -> RunOf[Any]:
    """A run that `write_run` wrote.

    Raises
    ------
    FileNotFoundError
        When there is none.
    ValueError
        When the file is not one.
    """
    try:
        card = read_card(folder, name)
        return RunOf(
            card["run_id"],
            read_recipe(card["recipe"]),
            card["status"],
            tuple(Point(int(step), *map(_number, numbers)) for step, *numbers in card["points"]),
            {int(step): _number(metric) for step, metric in card["moments"].items()},
            ended_from(card["reached"]),
            versions=card["versions"],
        )
    except (KeyError, TypeError, ValueError) as error:
        raise ValueError(f"{name}.json is not a run: {error}") from error


def read_weights(folder: Path, name: str, step: int) -> Arrays:
    """The weights at one kept moment of a run that `write_run` wrote.

    Raises
    ------
    FileNotFoundError
        When there is no such run.
    ValueError
        When the file cannot be read or has no weights of that step.
    """
    arrays = read_arrays(folder, name, f"{step}/")
    if not arrays:
        raise ValueError(f"{name}.safetensors has no weights of step {step}")
    return arrays


@lru_cache(maxsize=512)
def shipped(recipe: R) -> RunOf[R] | None:
    """The run of a recipe that came with rnnviz, if there is one."""
    if recipe.shipped_name is None:
        return None
    try:
        return replace(read_run(_SHIPPED, recipe.shipped_name), shipped=True)
    except FileNotFoundError:
        return None


def shipped_weights(run: RunOf[Any], step: int) -> Arrays:
    """The weights at a kept moment of a run that came with rnnviz."""
    return read_weights(_SHIPPED, run.recipe.shipped_name, step)
