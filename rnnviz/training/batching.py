"""What batches save and what padding wastes, with PyTorch's recurrent layers on this machine.

Importing this module does not import torch; measuring does.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from time import perf_counter
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from rnnviz.data.names import VOCABULARY, encode, load_names
from rnnviz.training.timing import LAYERS, Spread, torch_with

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


def measure_speeds(
    hidden_size: int, sequence_length: int, repetitions: int, batch_sizes: Sequence[int] = BATCH_SIZES
) -> dict[str, tuple[Speed, ...]]:
    """Time training steps, forward and backward, of PyTorch's layers in float32 on one thread of this machine.

    All cells and batch sizes take turns, so that what else the machine does meets all alike. They read noise of
    (sequence_length, batch, symbols of the names). Progress is written to the standard error, a line at a time.

    Parameters
    ----------
    repetitions
        How often each is measured, after a quarter as many times that do not count.

    Returns
    -------
    dict
        The speeds of each cell by its name, in the order of `batch_sizes`.
    """
    import torch

    with torch_with(onednn=True):
        modules = _modules(hidden_size)
        random = torch.Generator().manual_seed(0)
        noise = torch.randn(sequence_length, max(batch_sizes), len(VOCABULARY), generator=random)
        seconds = np.empty((repetitions, len(modules), len(batch_sizes)))
        for repetition in range(-(repetitions // 4), repetitions):
            for row, module in enumerate(modules.values()):
                for column, batch_size in enumerate(batch_sizes):
                    inputs = noise[:, :batch_size].contiguous()
                    start = perf_counter()
                    _backward(module, module(inputs)[0].sum())
                    end = perf_counter()
                    if repetition >= 0:
                        seconds[repetition, row, column] = end - start
            _tell(repetition, repetitions)
    quartiles = np.quantile(seconds, [0.75, 0.5, 0.25], axis=0)
    return {
        cell: tuple(
            Speed(batch_size, *(float(batch_size / quartile) for quartile in quartiles[:, row, column]))
            for column, batch_size in enumerate(batch_sizes)
        )
        for row, cell in enumerate(modules)
    }


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


def measure_passes(
    cell: str,
    hidden_size: int,
    batch_size: int,
    repetitions: int,
    names: Sequence[Sequence[int]] | None = None,
) -> Passes:
    """Time one pass over the names in batches that are padded, bucketed and packed, and compare what they compute.

    The loss is the sum of all hidden states at steps that are not padding. What is timed begins with batches that lie
    padded in memory; packing them is part of it. The three take turns. Progress is written to the standard error.

    Parameters
    ----------
    repetitions
        How often each is measured, after a quarter as many times that do not count.
    names
        The codes of each; `shuffled_names` where None.
    """
    import torch

    sequences = shuffled_names() if names is None else names
    lengths = [len(sequence) for sequence in sequences]
    as_they_come = cut(lengths, batch_size, by_length=False)
    batches = {"padded": as_they_come, "bucketed": cut(lengths, batch_size, by_length=True), "packed": as_they_come}
    with torch_with(onednn=True):
        module = _modules(hidden_size)[cell]
        laid_out = {way: [_Batch(sequences, batch) for batch in cuts] for way, cuts in batches.items()}
        seconds = np.empty((repetitions, len(laid_out)))
        for repetition in range(-(repetitions // 4), repetitions):
            for column, (way, cuts) in enumerate(laid_out.items()):
                start = perf_counter()
                for batch in cuts:
                    _backward(module, batch.packed_loss(module) if way == "packed" else batch.padded_loss(module))
                end = perf_counter()
                if repetition >= 0:
                    seconds[repetition, column] = end - start
            _tell(repetition, repetitions)
        sys.stderr.write("comparing with each name alone\n")
        with torch.no_grad():
            differences = _differences(module, sequences, laid_out)
    quartiles = 1000 * np.quantile(seconds, [0.25, 0.5, 0.75], axis=0)
    times = {way: Spread(*map(float, quartiles[:, column])) for column, way in enumerate(laid_out)}
    return Passes(times, differences)


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


def _differences(
    module: Any, sequences: Sequence[Sequence[int]], laid_out: Mapping[str, Sequence[_Batch]]
) -> dict[str, float]:
    alone = [next(_Batch(sequences, np.array([place])).padded_states(module))[1] for place in range(len(sequences))]
    ways = {
        "padded": (batch.padded_states(module) for batch in laid_out["padded"]),
        "bucketed": (batch.padded_states(module) for batch in laid_out["bucketed"]),
        "packed": (batch.packed_states(module, ordered=False) for batch in laid_out["packed"]),
        "sorted": (batch.packed_states(module, ordered=True) for batch in laid_out["packed"]),
    }
    return {
        way: max(float((states - alone[place]).abs().max()) for batch in batches for place, states in batch)
        for way, batches in ways.items()
    }


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


def _tell(repetition: int, repetitions: int) -> None:
    done = f"{repetition + 1} of {repetitions} repetitions" if repetition >= 0 else "warming up"
    sys.stderr.write(f"{done}\n")
