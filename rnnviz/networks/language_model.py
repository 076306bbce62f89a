"""A network that predicts the next symbol, reading a text along.

Importing this module does not import torch.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rnnviz.cells import READOUT, Array
from rnnviz.data.text import BEGINNING, encode
from rnnviz.language.arithmetic import evaluate
from rnnviz.networks.checkpoints import Checkpoint
from rnnviz.trace import Change, Trace, run

Codes = NDArray[np.int64]

#: So many steps of rows, all rows counted, are in memory at a time.
_STEPS = 20_000


@dataclass(frozen=True, eq=False)
class Reading:
    """What a network computed while it read a text, and how probable it found it.

    Attributes
    ----------
    text
        What was read after `rnnviz.data.text.BEGINNING`; T characters.
    trace
        The run: step 0 reads the beginning, step t the t-th character, counted from 1.
    probabilities
        (T + 1, V): after each step, of each symbol to come next.
    bits
        (T,): -log2 of the probability that each character had; nan for one that the network does not know.
    """

    text: str
    trace: Trace
    probabilities: Array
    bits: Array

    @property
    def bits_per_character(self) -> float:
        """The mean of `bits` over what is known."""
        return float(np.nanmean(self.bits))


def read(checkpoint: Checkpoint, text: str, changes: Sequence[Change] = ()) -> Reading:
    """Read a text from its beginning; changes are those of `rnnviz.what_if`."""
    codes = encode(BEGINNING + text, checkpoint.vocabulary)
    trace = run(checkpoint.cell, checkpoint.weights, _one_hot(checkpoint, codes), changes=changes)
    probabilities = predicted(checkpoint, trace)
    return Reading(text, trace, probabilities, bits_of(probabilities[:-1], codes[1:]))


def read_rows(checkpoint: Checkpoint, codes: Codes) -> Iterator[Array]:
    """Read texts side by side, (T, B) codes: the probabilities after each step, (t, B, V), some steps at a time.

    From the zero state, with nothing read before: for readings that are too long to be kept whole.
    """
    state: Mapping[str, Array] = {}
    steps = max(1, _STEPS // codes.shape[1])
    for start in range(0, len(codes), steps):
        inputs = _one_hot(checkpoint, codes[start : start + steps])
        trace = run(checkpoint.cell, checkpoint.weights, inputs, state)
        state = {name: trace[name][-1] for name in checkpoint.cell.state}
        yield predicted(checkpoint, trace)


def predicted(checkpoint: Checkpoint, trace: Trace) -> Array:
    """The probability of each symbol to come next after each step of a run, (..., V)."""
    hidden = trace[checkpoint.cell.state[0]]
    found: Array = evaluate(READOUT, checkpoint.readout, {"h": hidden})["y"]
    return found


def bits_of(probabilities: Array, codes: Codes) -> Array:
    """-log2 of the probability (..., V) of each code (...); nan for the code V, of what is unknown."""
    known = codes < probabilities.shape[-1]
    given = np.take_along_axis(probabilities, np.where(known, codes, 0)[..., None], axis=-1)[..., 0]
    return np.where(known, -np.log2(given), np.nan)


def _one_hot(checkpoint: Checkpoint, codes: Codes) -> Array:
    size = len(checkpoint.vocabulary)
    return np.eye(size + 1, size)[codes]
