"""A training loop that yields what it measured after every epoch. Nothing here knows a page."""

from __future__ import annotations

import math
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import torch
from torch import Tensor
from torch.nn import functional
from torch.nn.utils import clip_grad_norm_

Codes = Sequence[int]


@dataclass(frozen=True)
class Epoch:
    """What was measured in one pass over the training sequences.

    Attributes
    ----------
    number
        Counted from 1.
    loss
        Bits per symbol while learning: the mean over every symbol predicted, ends included.
    gradient_norm
        The norm of the loss's gradient by all weights, before clipping: the mean over the steps.
    validation
        Bits per symbol on the validation sequences, after this epoch.
    seconds
        How long the epoch took, validation included.
    """

    number: int
    loss: float
    gradient_norm: float
    validation: float
    seconds: float


class Batch(NamedTuple):
    """Sequences side by side, each (T, B): what is read, what is to be predicted, and where that is not padding."""

    inputs: Tensor
    targets: Tensor
    mask: Tensor


def batch_of(sequences: Sequence[Codes]) -> Batch:
    """Pad sequences of codes to the longest; each symbol but the last is read, each but the first predicted."""
    rows = [torch.tensor(sequence) for sequence in sequences]
    if min(map(len, rows), default=0) < 2:
        raise ValueError("a batch needs sequences of at least two symbols: one to read, one to predict")
    codes = torch.nn.utils.rnn.pad_sequence(rows)
    lengths = torch.tensor([len(row) for row in rows])
    return Batch(codes[:-1], codes[1:], torch.arange(1, len(codes)).unsqueeze(1) < lengths)


def bits_per_symbol(model: torch.nn.Module, batch: Batch) -> Tensor:
    """The mean of -log2 of the probability given to each predicted symbol."""
    logits = model(batch.inputs)
    return functional.cross_entropy(logits[batch.mask], batch.targets[batch.mask]) / math.log(2)


def evaluate(model: torch.nn.Module, sequences: Sequence[Codes]) -> float:
    """Bits per symbol of a network on sequences it does not learn from."""
    with torch.no_grad():
        return float(bits_per_symbol(model, batch_of(sequences)))


def train(
    model: torch.nn.Module,
    training: Sequence[Codes],
    validation: Sequence[Codes],
    *,
    epochs: int,
    batch_size: int,
    learning_rate: float,
    clip: float,
    seed: int,
) -> Iterator[Epoch]:
    """Train a network in place to predict the next symbol, and report after every epoch.

    By Adam (Kingma & Ba 2015), with a learning rate that falls linearly to zero.

    Parameters
    ----------
    model
        Takes codes (T, B), gives logits (T, B, symbols).
    training, validation
        Sequences of codes; the last batch of an epoch may be smaller than `batch_size`.
    learning_rate
        That of the first step.
    clip
        The longest gradient a step may have; longer ones are scaled down to it.
    seed
        Fixes the order in which the sequences are visited.
    """
    order = torch.Generator().manual_seed(seed)
    optimizer = torch.optim.Adam(model.parameters(), lr=learning_rate)
    steps = math.ceil(len(training) / batch_size)
    decay = torch.optim.lr_scheduler.LinearLR(optimizer, 1.0, 0.0, total_iters=epochs * steps)
    for number in range(1, epochs + 1):
        start = time.perf_counter()
        bits = norms = symbols = 0.0
        visited = torch.randperm(len(training), generator=order).tolist()
        for first in range(0, len(visited), batch_size):
            batch = batch_of([training[index] for index in visited[first : first + batch_size]])
            optimizer.zero_grad()
            loss = bits_per_symbol(model, batch)
            torch.autograd.backward(loss)
            norms += float(clip_grad_norm_(model.parameters(), clip))
            optimizer.step()
            decay.step()
            predicted = int(batch.mask.sum())
            bits += loss.item() * predicted
            symbols += predicted
        measured = evaluate(model, validation)
        yield Epoch(number, bits / symbols, norms / steps, measured, time.perf_counter() - start)
