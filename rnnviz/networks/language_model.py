"""A network that predicts the next symbol: it reads a text along, and writes on.

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
from rnnviz.trace import Change, Trace, run, set_up, step

Codes = NDArray[np.int64]

#: So many steps of rows are in memory at a time.
_STEPS = 10


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
    for start in range(0, len(codes), _STEPS):
        inputs = _one_hot(checkpoint, codes[start : start + _STEPS])
        trace = run(checkpoint.cell, checkpoint.weights, inputs, state)
        state = {name: trace[name][-1] for name in checkpoint.cell.state}
        yield predicted(checkpoint, trace)


def predicted(checkpoint: Checkpoint, trace: Trace) -> Array:
    """The probability of each symbol to come next after each step of a run, (..., V)."""
    return _answer(checkpoint, trace[checkpoint.cell.state[0]])


def bits_of(probabilities: Array, codes: Codes) -> Array:
    """-log2 of the probability (..., V) of each code (...); nan for the code V, of what is unknown."""
    known = codes < probabilities.shape[-1]
    given = np.take_along_axis(probabilities, np.where(known, codes, 0)[..., None], axis=-1)[..., 0]
    return np.where(known, -np.log2(given), np.nan)


def write(
    checkpoint: Checkpoint, prompt: str, *, temperature: float, seed: int, changes: Sequence[Change] = ()
) -> Iterator[str]:
    """Write on after a prompt, one drawn character after the other, without an end.

    A probability is first taken to the power of one over the temperature, which must be above 0.
    """
    random = np.random.default_rng(seed)
    inputs = _one_hot(checkpoint, encode(BEGINNING + prompt, checkpoint.vocabulary))
    setup = set_up(checkpoint.cell, checkpoint.weights, inputs, changes=changes)
    state: Mapping[str, Array] = setup.initial_state
    pending = list(setup.inputs)
    while True:
        for x in pending:
            state = step(setup, x, state)
        weights = _answer(checkpoint, state[checkpoint.cell.state[0]]) ** (1 / temperature)
        code = random.choice(len(weights), p=weights / weights.sum())
        pending = [*_one_hot(checkpoint, np.array([code]))]
        yield checkpoint.vocabulary[code]


def _answer(checkpoint: Checkpoint, hidden: Array) -> Array:
    found: Array = evaluate(READOUT, checkpoint.readout, {"h": hidden})["y"]
    return found


def _one_hot(checkpoint: Checkpoint, codes: Codes) -> Array:
    size = len(checkpoint.vocabulary)
    return np.eye(size + 1, size)[codes]
