"""How long PyTorch's recurrent layers take on this machine, forward and backward.

Importing this module does not import torch; measuring does.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from time import perf_counter
from typing import Any, NamedTuple

import numpy as np

#: The layer of `torch.nn` that computes each cell.
LAYERS = {"elman": "RNN", "lstm": "LSTM", "gru": "GRU"}


class Layer(NamedTuple):
    """The name of a cell, its hidden size, and whether PyTorch may use the kernels of oneDNN.

    On a CPU oneDNN computes the LSTM's whole sequence in one call; the other layers do not change with it.
    """

    cell: str
    hidden_size: int
    onednn: bool = True


@dataclass(frozen=True)
class Spread:
    """The median of repeated measurements and the quartiles about it, in milliseconds."""

    low: float
    median: float
    high: float


@dataclass(frozen=True)
class Timing:
    """How long a layer takes for a batch of sequences.

    `forward` keeps what `backward` needs, as in training; `backward` computes the gradient by every weight.
    """

    forward: Spread
    backward: Spread


def measure(
    input_size: int, layers: Sequence[Layer], sequence_length: int, batch: int, repetitions: int
) -> dict[Layer, Timing]:
    """Time `torch.nn.RNN`, `LSTM` and `GRU` in float32 on one thread of this machine.

    The layers take turns, so that what else the machine does meets all alike.

    Parameters
    ----------
    input_size, sequence_length, batch
        The layers read noise of (sequence_length, batch, input_size).
    layers
        What to measure.
    repetitions
        How often each is measured, after a quarter as many times that do not count.

    Raises
    ------
    ValueError
        When PyTorch has no layer for a cell.
    """
    import torch

    unknown = sorted({layer.cell for layer in layers} - set(LAYERS))
    if unknown:
        raise ValueError(f"PyTorch has layers for {', '.join(LAYERS)}; not for {unknown}")
    modules = [getattr(torch.nn, LAYERS[layer.cell])(input_size, layer.hidden_size) for layer in layers]
    inputs = torch.randn(sequence_length, batch, input_size)
    seconds = np.empty((repetitions, len(layers), 2))
    for repetition in range(-(repetitions // 4), repetitions):
        for place, (layer, module) in enumerate(zip(layers, modules)):
            with torch_with(onednn=layer.onednn):
                start = perf_counter()
                loss = module(inputs)[0].sum()
                middle = perf_counter()
                torch.autograd.grad(loss, list(module.parameters()))
                end = perf_counter()
            if repetition >= 0:
                seconds[repetition, place] = middle - start, end - middle
    quartiles = 1000 * np.quantile(seconds, [0.25, 0.5, 0.75], axis=0)
    return {
        layer: Timing(*(Spread(*map(float, quartiles[:, place, part])) for part in (0, 1)))
        for place, layer in enumerate(layers)
    }


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
