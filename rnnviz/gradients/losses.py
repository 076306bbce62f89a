"""What a run is judged by: losses that know their own gradient by the states they see."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import logsumexp

from rnnviz.cells import READOUT, Array, Weights, sizes_of
from rnnviz.gradients.reverse import TAPE, Node, gradient
from rnnviz.language.arithmetic import bind
from rnnviz.language.functions import FUNCTIONS
from rnnviz.language.structure import argument_of_softmax
from rnnviz.trace import Trace


class Loss(Protocol):
    """What a run is judged by: anything that knows its own gradient."""

    def gradient(self, trace: Trace) -> Mapping[str, ArrayLike]:
        """The derivative of the loss by each state it looks at, by the state's letter or name: (T, H) or (T, B, H).

        A state counts as directly seen by the loss; what it does to later states is the work of `backpropagate`.
        """


@dataclass(frozen=True, eq=False)
class SquaredError:
    """Half the squared distance of the hidden state from `targets`, summed over units, steps and sequences.

    `targets` is (H,) or (B, H) for the last step, (T, H) or (T, B, H) with `every_step`.
    """

    targets: ArrayLike
    every_step: bool = False

    def value(self, trace: Trace) -> float:
        """The loss."""
        return float((self._errors(trace) ** 2).sum() / 2)

    def gradient(self, trace: Trace) -> dict[str, Array]:
        """The distance itself."""
        return {trace.cell.state[0]: _at(trace, self._errors(trace), self.every_step)}

    def _errors(self, trace: Trace) -> Array:
        hidden = _seen(trace, self.every_step)
        targets = np.asarray(self.targets, dtype=np.float64)
        if targets.shape != hidden.shape:
            raise ValueError(f"targets must be {hidden.shape}, not of shape {targets.shape}")
        errors: Array = hidden - targets
        return errors


@dataclass(frozen=True, eq=False)
class CrossEntropy:
    """Minus the log of the probability that a read-out of the hidden state gives the targets, in nats.

    Summed over steps and sequences. The read-out is `rnnviz.cells.READOUT`, a softmax over symbols.

    Parameters
    ----------
    readout
        Its weights.
    targets
        The numbers of the right symbols: one number or (B,) for the last step, (T,) or (T, B) with `every_step`.
    counts
        How much each answer counts, of the same shape: 0 at padding.
    """

    readout: Weights
    targets: ArrayLike
    every_step: bool = False
    counts: ArrayLike = 1.0

    def value(self, trace: Trace) -> float:
        """The loss."""
        _, scores, targets = self._scores(trace)
        right = np.take_along_axis(scores.value, targets[..., None], axis=-1)[..., 0]
        return float((self.counts * (logsumexp(scores.value, axis=-1) - right)).sum())

    def gradient(self, trace: Trace) -> dict[str, Array]:
        """Probabilities minus the one-hot target, back through the read-out."""
        hidden, scores, targets = self._scores(trace)
        errors = FUNCTIONS["softmax"].compute(scores.value) - np.eye(scores.value.shape[-1])[targets]
        (by_hidden,) = gradient(scores, [hidden], errors * np.asarray(self.counts)[..., None])
        return {trace.cell.state[0]: _at(trace, by_hidden, self.every_step)}

    def _scores(self, trace: Trace) -> tuple[Node, Node, NDArray[np.intp]]:
        """The hidden state, what the softmax is applied to, and the targets."""
        hidden = _seen(trace, self.every_step)
        sizes = sizes_of(READOUT, self.readout, "the read-out")
        if sizes["H"] != hidden.shape[-1]:
            raise ValueError(f"the read-out must take {hidden.shape[-1]} units, not {sizes['H']}")
        targets = np.asarray(self.targets)
        if targets.shape != hidden.shape[:-1] or targets.dtype.kind not in "iu":
            raise ValueError(f"targets must be whole numbers {hidden.shape[:-1]}, not {targets.dtype} {targets.shape}")
        if targets.size and not (targets.min() >= 0 and targets.max() < sizes["O"]):
            raise ValueError(f"targets must be from 0 to {sizes['O'] - 1}")
        node = Node(hidden)
        return node, bind(argument_of_softmax(READOUT), TAPE)({**self.readout, "h": node}), targets


def _seen(trace: Trace, every_step: bool) -> Array:
    hidden = trace[trace.cell.state[0]]
    return hidden if every_step else hidden[-1]


def _at(trace: Trace, gradient: Array, every_step: bool) -> Array:
    """A gradient at every step; at the last one only, if the loss does not look at the others."""
    whole = np.zeros_like(trace[trace.cell.state[0]])
    whole[slice(None) if every_step else -1] = gradient
    return whole
