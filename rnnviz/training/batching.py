"""What batches save and what padding wastes, with PyTorch's recurrent layers on this machine.

Importing this module does not import torch; measuring does.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from time import perf_counter
from typing import TYPE_CHECKING, Any, ClassVar, final

import numpy as np
from numpy.typing import NDArray

from rnnviz.data.names import VOCABULARY, encode, load_names
from rnnviz.training.measuring import Measuring, MeasuringRecipe, Spread, spread_of, torch_with
from rnnviz.training.run import Arrays, State, follow
from rnnviz.training.timing import LAYERS

if TYPE_CHECKING:
    from torch import Tensor

Indices = NDArray[np.int64]

#: How many sequences are read side by side.
BATCH_SIZES = tuple(2**power for power in range(9))

#: A batch size is enough from this share of the best throughput on.
ENOUGH = 0.9

#: Hidden states, between -1 and 1 in float32, that differ by less than this are equal but for rounding.
ROUNDING = 1e-5


@dataclass(frozen=True)
class Speed:
    """How many sequences a second are trained on in batches of one size: the median and the quartiles about it."""

    batch_size: int
    low: float
    median: float
    high: float


@final
@dataclass(frozen=True, kw_only=True)
class SpeedsRecipe(MeasuringRecipe):
    """How many sequences a second PyTorch's layers learn from, forward and backward, in float32 on one thread.

    To be measured, all cells and batch sizes in turns. They read noise of (sequence_length, batch, symbols of the
    names).
    """

    kind: ClassVar[str] = "speeds"
    loop: ClassVar[str] = "rnnviz.training.batching.SpeedsMeasured"

    hidden_size: int
    sequence_length: int
    batch_sizes: tuple[int, ...] = BATCH_SIZES

    def __post_init__(self) -> None:
        sizes = tuple(self.batch_sizes) if isinstance(self.batch_sizes, (list, tuple)) else ()
        if not sizes or not all(type(size) is int and 1 <= size <= BATCH_SIZES[-1] for size in sizes):
            raise ValueError(f"batch sizes must be whole numbers from 1 to {BATCH_SIZES[-1]}, not {sizes!r}")
        object.__setattr__(self, "batch_sizes", sizes)
        self._check(sequence_length=(1, 1000))

    def read(self, arrays: Arrays) -> dict[str, tuple[Speed, ...]]:
        """The speeds of each cell by its name, in the order of the batch sizes, from the arrays kept."""
        quartiles = np.quantile(arrays["times"], [0.75, 0.5, 0.25], axis=0)
        return {
            cell: tuple(
                Speed(batch_size, *(float(batch_size / quartile) for quartile in quartiles[:, row, column]))
                for column, batch_size in enumerate(self.batch_sizes)
            )
            for row, cell in enumerate(LAYERS)
        }


class SpeedsMeasured(Measuring[SpeedsRecipe]):
    """The measurement of `SpeedsRecipe`."""

    def __init__(self, recipe: SpeedsRecipe, state: State | None = None) -> None:
        import torch

        super().__init__(recipe, (len(LAYERS), len(recipe.batch_sizes)), state)
        self.modules = _modules(recipe.hidden_size)
        random = torch.Generator().manual_seed(0)
        shape = recipe.sequence_length, max(recipe.batch_sizes), len(VOCABULARY)
        self.noise = torch.randn(shape, generator=random)

    def _repeat(self, times: NDArray[np.float64]) -> Iterator[None]:
        for row, module in enumerate(self.modules.values()):
            with torch_with(onednn=True):
                for column, batch_size in enumerate(self.recipe.batch_sizes):
                    inputs = self.noise[:, :batch_size].contiguous()
                    start = perf_counter()
                    _backward(module, module(inputs)[0].sum())
                    times[row, column] = perf_counter() - start
            yield


def measure_speeds(recipe: SpeedsRecipe) -> dict[str, tuple[Speed, ...]]:
    """Measure here and now."""
    return recipe.read(follow(recipe))


def enough(speeds: Sequence[Speed]) -> Speed:
    """The speed at the smallest batch size from which none reaches more than a ninth as many sequences again."""
    best = max(speed.median for speed in speeds)
    return next(speed for speed in speeds if speed.median >= ENOUGH * best)


@dataclass(frozen=True)
class Work:
    """How many steps are computed for a set of sequences, and how many of them are padding."""

    steps: int
    padding: int

    @property
    def wasted(self) -> float:
        """The share of padding."""
        return self.padding / self.steps


@lru_cache(maxsize=1)
def shuffled_names() -> tuple[tuple[int, ...], ...]:
    """All names as they are read, each from the boundary before it to its last letter, in an order of chance."""
    names = load_names()
    return tuple(encode(names[index])[:-1] for index in np.random.default_rng(0).permutation(len(names)))


def cut(lengths: Sequence[int], batch_size: int, *, by_length: bool) -> list[Indices]:
    """Cut sequences into batches, as they come or sorted by length; the last batch may be smaller.

    Parameters
    ----------
    by_length
        Sequences of like length are put together; the batches themselves come in an order of chance, as one trains.

    Returns
    -------
    list
        The places of each batch's sequences.

    Raises
    ------
    ValueError
        When the batch size is less than 1.
    """
    if batch_size < 1:
        raise ValueError(f"a batch must have at least 1 sequence, not {batch_size}")
    order = np.argsort(lengths, kind="stable") if by_length else np.arange(len(lengths))
    batches = [order[start : start + batch_size] for start in range(0, len(order), batch_size)]
    return [batches[index] for index in np.random.default_rng(0).permutation(len(batches))] if by_length else batches


def work(lengths: Sequence[int], batch_size: int) -> dict[str, Work]:
    """What is computed for sequences of some lengths when they are "padded" as they come, "bucketed" and "packed"."""
    needed = sum(lengths)
    steps = {
        way: sum(
            len(batch) * max(lengths[index] for index in batch) for batch in cut(lengths, batch_size, by_length=by)
        )
        for way, by in (("padded", False), ("bucketed", True))
    }
    return {way: Work(count, count - needed) for way, count in {**steps, "packed": needed}.items()}


@dataclass(frozen=True, eq=False)
class Passes:
    """What was measured of one pass over all names, forward and backward.

    Attributes
    ----------
    times
        How long a pass takes "padded", "bucketed" and "packed".
    differences
        How far a hidden state is at most from that of the same name run alone: "padded", "bucketed", "packed" as the
        names come, and "sorted", packed with each batch sorted by length.
    """

    times: Mapping[str, Spread]
    differences: Mapping[str, float]


#: In these ways a pass is timed; and also whether packing sorted batches gives the same.
_TIMED, _COMPARED = ("padded", "bucketed", "packed"), ("padded", "bucketed", "packed", "sorted")


@final
@dataclass(frozen=True, kw_only=True)
class PassesRecipe(MeasuringRecipe):
    """How long a pass over the names takes in batches that are padded, bucketed and packed, and what they compute.

    To be measured, the three in turns. The loss is the sum of all hidden states at steps that are not padding. What is
    timed begins with batches that lie padded in memory; packing them is part of it.

    Attributes
    ----------
    cell
        By its name in `rnnviz.training.timing.LAYERS`.
    """

    kind: ClassVar[str] = "passes"
    loop: ClassVar[str] = "rnnviz.training.batching.PassesMeasured"

    cell: str
    hidden_size: int
    batch_size: int

    def __post_init__(self) -> None:
        self._check_names(cell=LAYERS)
        self._check()

    def read(self, arrays: Arrays) -> Passes:
        """What was measured, from the arrays that the run has kept."""
        times = {way: spread_of(arrays["times"][:, column]) for column, way in enumerate(_TIMED)}
        return Passes(times, dict(zip(_COMPARED, arrays["differences"].tolist())))


class PassesMeasured(Measuring[PassesRecipe]):
    """The measurement of `PassesRecipe`."""

    def __init__(self, recipe: PassesRecipe, state: State | None = None) -> None:
        super().__init__(recipe, (len(_TIMED),), state)
        self.sequences = shuffled_names()
        lengths = [len(sequence) for sequence in self.sequences]
        as_they_come = cut(lengths, recipe.batch_size, by_length=False)
        batches = as_they_come, cut(lengths, recipe.batch_size, by_length=True), as_they_come
        self.module = _modules(recipe.hidden_size)[recipe.cell]
        self.laid_out = {way: [_Batch(self.sequences, one) for one in cuts] for way, cuts in zip(_TIMED, batches)}
        self.differences = np.zeros(len(_COMPARED))
        self._known: dict[int, Tensor] = {}  # the hidden states of a name alone, by its place

    def _repeat(self, times: NDArray[np.float64]) -> Iterator[None]:
        for column, (way, cuts) in enumerate(self.laid_out.items()):
            with torch_with(onednn=True):
                start = perf_counter()
                for batch in cuts:
                    loss = batch.packed_loss(self.module) if way == "packed" else batch.padded_loss(self.module)
                    _backward(self.module, loss)
                times[column] = perf_counter() - start
            yield

    def _compare(self) -> Iterator[None]:
        """How far a hidden state is, in each way, from that of the same name alone."""
        for batches in zip(*self.laid_out.values()):
            with torch_with(onednn=True):
                self._differ(dict(zip(_TIMED, batches)))
            yield

    def _differ(self, batches: Mapping[str, _Batch]) -> None:
        import torch

        with torch.no_grad():
            ways = (
                batches["padded"].padded_states(self.module),
                batches["bucketed"].padded_states(self.module),
                batches["packed"].packed_states(self.module, ordered=False),
                batches["packed"].packed_states(self.module, ordered=True),
            )
            for place, states in enumerate(ways):
                for name, found in states:
                    apart = float((found - self._alone(name)).abs().max())
                    self.differences[place] = max(self.differences[place], apart)

    def _alone(self, place: int) -> Tensor:
        if place not in self._known:
            batch = _Batch(self.sequences, np.array([place]))
            self._known[place] = next(batch.padded_states(self.module))[1]
        return self._known[place]

    def _found(self) -> dict[str, NDArray[Any]]:
        return {"differences": self.differences}


def measure_passes(recipe: PassesRecipe) -> Passes:
    """Measure here and now."""
    return recipe.read(follow(recipe))


class _Batch:
    """Sequences of one-hot symbols side by side, padded with zeros."""

    def __init__(self, sequences: Sequence[Sequence[int]], places: Indices) -> None:
        import torch

        self.places = places
        self.lengths = torch.tensor([len(sequences[place]) for place in places])
        steps = int(self.lengths.max())
        self.inputs = torch.zeros(steps, len(places), len(VOCABULARY))
        for column, place in enumerate(places):
            self.inputs[range(len(sequences[place])), column, list(sequences[place])] = 1.0
        self.mask = (torch.arange(steps)[:, None] < self.lengths).unsqueeze(-1)

    def padded_loss(self, module: Any) -> Tensor:
        loss: Tensor = (module(self.inputs)[0] * self.mask).sum()
        return loss

    def packed_loss(self, module: Any) -> Tensor:
        from torch.nn.utils.rnn import pack_padded_sequence

        packed = pack_padded_sequence(self.inputs, self.lengths, enforce_sorted=False)
        loss: Tensor = module(packed)[0].data.sum()
        return loss

    def padded_states(self, module: Any) -> Iterator[tuple[int, Tensor]]:
        """Each sequence's place and its hidden states, (T, H)."""
        return self._apart(module(self.inputs)[0], range(len(self.places)))

    def packed_states(self, module: Any, *, ordered: bool) -> Iterator[tuple[int, Tensor]]:
        """The same, packed as they come or `ordered` by falling length."""
        from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

        columns = self.lengths.argsort(descending=True).tolist() if ordered else range(len(self.places))
        inputs, lengths = self.inputs[:, list(columns)], self.lengths[list(columns)]
        packed = pack_padded_sequence(inputs, lengths, enforce_sorted=ordered)
        return self._apart(pad_packed_sequence(module(packed)[0])[0], columns)

    def _apart(self, states: Tensor, columns: Sequence[int]) -> Iterator[tuple[int, Tensor]]:
        for place, column in enumerate(columns):
            yield int(self.places[column]), states[: self.lengths[column], place]


def _modules(hidden_size: int) -> dict[str, Any]:
    """PyTorch's layer of each cell, with PyTorch's own start from a fixed seed."""
    import torch

    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        return {cell: getattr(torch.nn, layer)(len(VOCABULARY), hidden_size) for cell, layer in LAYERS.items()}


def _backward(module: Any, loss: Tensor) -> None:
    """Compute the gradient by every weight."""
    import torch

    torch.autograd.grad(loss, list(module.parameters()))
