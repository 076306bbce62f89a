"""What clipping does: gradient descent at a cliff, and the training of a small network with and without it.

Importing this module does not import torch; training does.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, ClassVar, Literal, NamedTuple, final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from rnnviz.cells import ELMAN, Array, Weights
from rnnviz.data.names import VOCABULARY, encode, load_names, split
from rnnviz.gradients import CrossEntropy, clip_by_norm, gradient_by_steps_back
from rnnviz.gradients.reverse import TAPE, Node, gradient
from rnnviz.language.arithmetic import NUMPY, Arithmetic, evaluate
from rnnviz.language.equations import parse
from rnnviz.tasks import TASKS
from rnnviz.trace import run
from rnnviz.training.recipe import AnyRecipe
from rnnviz.training.run import Arrays, Ended, Moment, Point, State, follow

#: One recurrent unit without input, and its loss (Pascanu, Mikolov & Bengio 2013, equation 8).
UNIT = parse("x = w * sigmoid(x) + b", inputs={}, state=("x",))
UNIT_LOSS = parse("d = sigmoid(x) - 0.7\nl = d * d", inputs={"x": "H"})
#: The part of the error surface that is drawn, and how many steps a path over it has.
CLIFF_W, CLIFF_B, CLIFF_STEPS = (3.8, 5.4), (-2.9, -1.3), 40


def cliff(w: ArrayLike, b: ArrayLike) -> tuple[Array, Array, Array]:
    """The error surface of one recurrent unit without input, and its slopes.

    x_t = w sigmoid(x_{t-1}) + b with x_0 = 0.5, for t = 1 to 50, and the loss (sigmoid(x_50) - 0.7)^2: equation 8 and
    figure 6 of Pascanu, Mikolov & Bengio 2013, "On the difficulty of training recurrent neural networks".

    Parameters
    ----------
    w, b
        Numbers, or arrays that broadcast to one shape.

    Returns
    -------
    loss, by_w, by_b
        Arrays of that shape. A slope that is too large for float64 is infinite or nan.
    """
    weight, bias = (
        Node(np.array(each)) for each in np.broadcast_arrays(np.asarray(w, np.float64), np.asarray(b, np.float64))
    )
    with np.errstate(over="ignore", invalid="ignore"):
        loss = _cliff(weight, bias, TAPE)
        by_w, by_b = gradient(loss, [weight, bias])
    return loss.value, by_w, by_b


def cliff_surface(w: ArrayLike, b: ArrayLike) -> Array:
    """The loss of `cliff` at every pair of the numbers `w` (W,) and `b` (B,): (B, W)."""
    surface: Array = _cliff(np.asarray(w)[None, :], np.asarray(b)[:, None], NUMPY)
    return surface


def _cliff(w: Any, b: Any, by: Arithmetic) -> Any:
    x: Any = 0.5
    for _ in range(50):
        x = evaluate(UNIT, {"w": w, "b": b}, {"x'": x}, by)["x"]
    return evaluate(UNIT_LOSS, {}, {"x": x}, by)["l"]


@dataclass(frozen=True, eq=False)
class Path:
    """Gradient descent on the cliff: n steps, so n + 1 points.

    Attributes
    ----------
    points
        (n + 1, 2): w and b at the start and after every step.
    losses, norms
        (n + 1,): the loss at each point, and the norm of the gradient there before clipping; infinite where it is too
        large for float64.
    threshold
        What the norm was clipped at, or None.
    diverged
        The step, counted from 1, that could not be made because the gradient or the next point is too large for
        float64; the path ends before it.
    """

    points: Array
    losses: Array
    norms: Array
    threshold: float | None
    diverged: int | None

    @property
    def clipped(self) -> int:
        """How many of its steps were shortened."""
        return 0 if self.threshold is None else int((self.norms[:-1] > self.threshold).sum())

    @property
    def left(self) -> int | None:
        """The first step, counted from 1, that ends beyond the part of the surface that is drawn."""
        low, high = np.transpose([CLIFF_W, CLIFF_B])
        beyond = ((self.points < low) | (self.points > high)).any(axis=1)
        return int(beyond.argmax()) if beyond.any() else None

    @property
    def drawn(self) -> Array:
        """The path over the drawn part of the surface, (m, 3): w, b and loss, up to where it first leaves it.

        A step is a straight line, so one that leaves is cut at the border.
        """
        corners = np.column_stack([self.points, self.losses])
        if not self.left:
            return corners[:1] if self.left == 0 else corners
        inside, outside = corners[self.left - 1], corners[self.left]
        low, high = np.transpose([CLIFF_W, CLIFF_B])
        move = outside[:2] - inside[:2]
        border = np.where(move > 0, high, low) - inside[:2]
        share = np.min(np.divide(border, move, out=np.ones(2), where=np.abs(move) > np.abs(border)))
        return np.vstack([corners[: self.left], inside + share * (outside - inside)])


@lru_cache(maxsize=64)
def descend(start: tuple[float, float], learning_rate: float, steps: int, threshold: float | None = None) -> Path:
    """Go down the cliff by gradient descent, with the gradient's norm clipped at `threshold` if there is one.

    Parameters
    ----------
    start
        w and b.
    """
    point = np.array(start, dtype=np.float64)
    points, losses, norms, diverged = [], [], [], None
    for step in range(steps + 1):
        loss, *slopes = cliff(*point)
        norm = math.hypot(*slopes)
        points.append(point)
        losses.append(float(loss))
        norms.append(norm if math.isfinite(norm) else math.inf)
        if step < steps:
            gradient = np.array(slopes)
            if threshold is not None and math.isfinite(norm):
                gradient = clip_by_norm({"theta": gradient}, threshold)[0]["theta"]
            with np.errstate(over="ignore", invalid="ignore"):
                point = point - learning_rate * gradient
            if not np.isfinite(point).all():
                diverged = step + 1
                break
    arrays = np.array(points), np.array(losses), np.array(norms)
    for array in arrays:
        array.flags.writeable = False
    return Path(*arrays, threshold, diverged)


#: The network that is trained, and what it learns from: several names in a row, the next character to be predicted.
UNITS, NAMES_IN_A_ROW, BATCH, STEPS = 32, 3, 32, 400
#: The loss of one who holds all symbols for equally likely, in bits.
GUESSING = math.log2(len(VOCABULARY))

By = Literal["norm", "value"]


@final
@dataclass(frozen=True)
class ClippingRecipe(AnyRecipe):
    """Two trainings of a small Elman RNN that predicts the next character of names: without clipping and with it.

    By plain gradient descent, theta <- theta - learning_rate * gradient, from the same weights on the same batches.
    Clipping is `torch.nn.utils.clip_grad_norm_` or `clip_grad_value_`.

    Attributes
    ----------
    by
        What is compared with the threshold: the norm of the whole gradient, or each of its entries by itself.
    steps
        Of each of the two.
    """

    kind: ClassVar[str] = "clipping"
    loop: ClassVar[str] = "rnnviz.training.clipping.ClippingCompared"

    by: By
    threshold: float
    learning_rate: float
    seed: int
    steps: int = STEPS

    def __post_init__(self) -> None:
        self._check_names(by=("norm", "value"))
        self._check_numbers(threshold=(0.0, 1e6), learning_rate=(0.0, 1e38))

    @property
    def data(self) -> dict[str, str]:
        """What it learns from."""
        task = TASKS["names"]
        return {"task": f"{task.title}, {NAMES_IN_A_ROW} in a row", "source": task.source}

    @property
    def shipped_name(self) -> str:
        """What the files of its run are called if one comes with rnnviz."""
        return f"{self.kind}-{self.by}-{self.key}"

    @property
    def in_words(self) -> str:
        """The recipe as a line in a list of them."""
        how = f"clipped by {self.by} at {self.threshold:g}, learning rate {self.learning_rate:g}"
        return f"clipping {how}, {self.steps} steps, seed {self.seed}"

    def spent(self, step: int, seconds: float) -> float:
        """The share of the steps of both that are made."""
        return min(1.0, step / (2 * self.steps))

    def read(self, arrays: Arrays) -> Comparison:
        """What was measured, from the arrays that the run has kept."""
        without, clipped = (
            Descent(losses, norms, entries, int(end) or None)
            for (losses, norms, entries), end in zip((arrays[name].T for name in _BOTH), arrays["diverged"])
        )
        reach = Reach(int(arrays["reach.step"]), arrays["reach.before"], arrays["reach.after"])
        return Comparison(self, without, clipped, reach)


#: The two trainings, in the order in which they are made.
_BOTH = ("without", "clipped")


@dataclass(frozen=True, eq=False)
class Descent:
    """What was measured of each batch before the step it led to.

    Attributes
    ----------
    losses
        (n,): bits per character.
    norms, entries
        (n,): the norm of the gradient by all weights before clipping, and the absolute value of its largest entry.
    diverged
        The step, counted from 1, at which the loss or the gradient was too large for float32; the run ends before it.
    """

    losses: Array
    norms: Array
    entries: Array
    diverged: int | None

    @property
    def lost(self) -> int | None:
        """The first step, counted from 1, at which a network that was better than guessing is worse than that again."""
        worse = (self.losses > GUESSING) & (np.minimum.accumulate(self.losses) < GUESSING)
        return int(worse.argmax()) + 1 if worse.any() else None

    def compared(self, by: By) -> Array:
        """What a threshold is compared with, (n,)."""
        return self.norms if by == "norm" else self.entries


@dataclass(frozen=True, eq=False)
class Reach:
    """What a batch's losses contribute to its gradient by W_hh, by how many steps back.

    Attributes
    ----------
    step
        The step of the run, counted from 1.
    before, after
        (T,): the norm of what comes from k steps back, before and after clipping.
    """

    step: int
    before: Array
    after: Array


@dataclass(frozen=True, eq=False)
class Comparison:
    """One network trained twice from the same weights on the same batches, without clipping and with it.

    `reach` is that of the step with the longest gradient of the run with clipping.
    """

    recipe: ClippingRecipe
    without: Descent
    clipped: Descent
    reach: Reach

    @property
    def shortened(self) -> NDArray[np.bool_]:
        """Which steps of the run with clipping had something to clip, (n,)."""
        return self.clipped.compared(self.recipe.by) > self.recipe.threshold


def compare(recipe: ClippingRecipe) -> Comparison:
    """Train both here and now."""
    return recipe.read(follow(recipe))


class _Longest(NamedTuple):
    """The step with the longest gradient so far, and what `by_steps_back` needs of it."""

    step: int
    norm: float
    weights: Weights
    readout: Weights
    inputs: NDArray[np.int64]
    targets: NDArray[np.int64]
    mask: NDArray[np.bool_]


class ClippingCompared:
    """The run of a `ClippingRecipe`, from its start or from a state on: see `rnnviz.training.run.Loop`."""

    def __init__(self, recipe: ClippingRecipe, state: State | None = None) -> None:
        self.recipe = recipe
        self.ended: Ended | None = None
        self.step, self.seconds = (state.step, state.seconds) if state else (0, 0.0)
        self._done: dict[str, NDArray[Any]] = {}
        self._diverged = [0, 0]
        self._begin()
        if state:
            self._restore(state.arrays)

    def _begin(self) -> None:
        """Be at the start of one of the two."""
        import torch

        from rnnviz.networks.torch_modules import NextSymbol

        self.model = NextSymbol.init(ELMAN, len(VOCABULARY), UNITS, self.recipe.seed)
        self.optimizer = torch.optim.SGD(self.model.parameters(), lr=self.recipe.learning_rate)
        self.random = np.random.default_rng(self.recipe.seed)
        self.measured: list[tuple[float, float, float]] = []
        self.longest: _Longest | None = None

    def __iter__(self) -> Iterator[Point | Moment | None]:
        """Train without clipping, then with it."""
        import torch

        torch.set_num_threads(1)
        names = [encode(name)[1:] for name in split(load_names(), seed=0).train]
        while len(self._done) < len(_BOTH):
            place = len(self._done)
            while len(self.measured) < self.recipe.steps and not self._diverged[place]:
                start = time.perf_counter()
                self._learn(names, place)
                self.seconds += time.perf_counter() - start
                yield self._point() if self.measured and len(self.measured) % _TOLD == 0 else None
            if not self.measured:
                raise ValueError("the gradient of the untrained network is not finite")
            self._done[_BOTH[place]] = np.array(self.measured)
            if len(self._done) < len(_BOTH):
                self._begin()
        if self.longest is not None:
            yield Moment(self.step, self.seconds, math.nan, self._found(self.longest))
        self.ended = Ended("done", self.step, self.seconds, self._parameters)

    @property
    def _parameters(self) -> int:
        return sum(parameter.numel() for parameter in self.model.parameters())

    def _learn(self, names: Sequence[Sequence[int]], place: int) -> None:
        """Measure the next batch, and make the step unless numbers are too large for float32."""
        import torch
        from torch.nn.utils import clip_grad_norm_, clip_grad_value_, get_total_norm

        from rnnviz.training.loop import batch_of, bits_per_symbol

        clips: dict[str, Callable[..., object]] = {"norm": clip_grad_norm_, "value": clip_grad_value_}
        rows = self.random.integers(len(names), size=(BATCH, NAMES_IN_A_ROW))
        batch = batch_of([(0, *(code for index in row for code in names[index])) for row in rows])
        self.optimizer.zero_grad()
        loss = bits_per_symbol(self.model, batch)
        torch.autograd.backward(loss)
        gradients = [parameter.grad for parameter in self.model.parameters() if parameter.grad is not None]
        norm, step = float(get_total_norm(gradients)), len(self.measured) + 1
        if not math.isfinite(loss.item()) or not math.isfinite(norm):
            self._diverged[place] = step
            return
        self.step += 1
        self.measured.append((loss.item(), norm, max(float(gradient.abs().max()) for gradient in gradients)))
        if self.longest is None or norm > self.longest.norm:
            arrays = batch.inputs.numpy(), batch.targets.numpy(), batch.mask.numpy()
            self.longest = _Longest(step, norm, self.model.core.arrays(), self.model.readout.arrays(), *arrays)
        if _BOTH[place] == "clipped":
            clips[self.recipe.by](self.model.parameters(), self.recipe.threshold)
        self.optimizer.step()

    def _point(self) -> Point:
        losses, norms, _ = zip(*self.measured[-_TOLD:])
        return Point(self.step, self.seconds, sum(losses) / len(losses), gradient_norm=max(norms))

    def _found(self, longest: _Longest) -> dict[str, NDArray[Any]]:
        """Both trainings, and the reach of the longest gradient of the second."""
        step = longest.step
        contributions = by_steps_back(longest.weights, longest.readout, longest.inputs, longest.targets, longest.mask)
        share = _kept(contributions.sum(axis=0), longest.norm, self.recipe)
        before, after = (np.linalg.norm(parts, axis=(1, 2)) for parts in (contributions, contributions * share))
        reach = {"reach.step": np.array(step), "reach.before": before, "reach.after": after}
        return {**self._done, **reach, "diverged": np.array(self._diverged)}

    def state(self) -> State:
        """All that is needed to go on from here."""
        arrays = {f"done.{name}": measured for name, measured in self._done.items()}
        arrays |= {f"model.{name}": value.numpy().copy() for name, value in self.model.state_dict().items()}
        arrays["measured"] = np.array(self.measured).reshape(-1, 3)
        arrays["diverged"] = np.array(self._diverged)
        if self.longest is not None:
            step, norm, weights, readout, *batch = self.longest
            arrays["longest.marks"] = np.array([step, norm])
            arrays |= {f"longest.weights.{name}": value for name, value in weights.items()}
            arrays |= {f"longest.readout.{name}": value for name, value in readout.items()}
            arrays |= {f"longest.batch.{place}": value for place, value in enumerate(batch)}
        return State(self.step, self.seconds, arrays)

    def _restore(self, arrays: Mapping[str, NDArray[Any]]) -> None:
        import torch

        self._done = _part(arrays, "done.")
        weights = _part(arrays, "model.")
        self.model.load_state_dict({name: torch.from_numpy(np.array(value)) for name, value in weights.items()})
        self.measured = [(loss, norm, entry) for loss, norm, entry in arrays["measured"].tolist()]
        self._diverged = [int(step) for step in arrays["diverged"]]
        if "longest.marks" in arrays:
            step, norm = arrays["longest.marks"].tolist()
            network = _part(arrays, "longest.weights."), _part(arrays, "longest.readout.")
            batch = _part(arrays, "longest.batch.")
            self.longest = _Longest(int(step), norm, *network, batch["0"], batch["1"], batch["2"])
        count = len(split(load_names(), seed=0).train)
        for _ in self.measured:
            self.random.integers(count, size=(BATCH, NAMES_IN_A_ROW))  # the names that were drawn before


#: A point is told every so many steps.
_TOLD = 10


def _part(arrays: Mapping[str, NDArray[Any]], prefix: str) -> dict[str, NDArray[Any]]:
    return {name.removeprefix(prefix): value for name, value in arrays.items() if name.startswith(prefix)}


def _kept(gradient: Array, norm: float, recipe: ClippingRecipe) -> Array | float:
    """What clipping multiplies a gradient with: one number when by norm, one for each entry when by value."""
    if recipe.by == "norm":
        return min(1.0, recipe.threshold / (norm + 1e-6))
    size = np.abs(gradient)
    return np.divide(recipe.threshold, size, out=np.ones_like(size), where=size > recipe.threshold)


def by_steps_back(
    weights: Weights,
    readout: Weights,
    inputs: NDArray[np.int64],
    targets: NDArray[np.int64],
    mask: NDArray[np.bool_],
) -> Array:
    """The gradient by W_hh of an Elman RNN's loss, by how many steps it was carried back.

    See `rnnviz.gradients.gradient_by_steps_back`.

    Parameters
    ----------
    weights, readout
        Of the cell and of `rnnviz.cells.READOUT`.
    inputs, targets, mask
        (T, B): codes read, codes to be predicted, and where that is not padding. The loss is the mean over the latter,
        in bits.

    Returns
    -------
    array
        (T, H, H); the sum over k is the gradient.
    """
    symbols = len(readout["b_y"])
    counts = mask / (mask.sum() * math.log(2))
    loss = CrossEntropy(readout, targets, every_step=True, counts=counts)
    return gradient_by_steps_back(run(ELMAN, weights, np.eye(symbols)[inputs]), loss, "W_hh")


def beyond(norms: Array) -> Array:
    """The share of the sum of all contributions' norms that comes from more than k steps back, for each k: (T,)."""
    largest = norms.max()
    scaled = norms / largest if largest > 0 else norms
    later = np.append(np.cumsum(scaled[::-1])[::-1], 0.0)
    shares: Array = later[1:] / (later[0] or 1.0)
    return shares
