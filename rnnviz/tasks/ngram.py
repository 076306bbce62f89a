"""The simple baseline of next-symbol prediction: count what followed the last few symbols."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

Codes = Sequence[int]


class NGram:
    """An interpolated n-gram model with the smoothing of Witten & Bell 1991 (as in Chen & Goodman 1998).

    The prediction after a context of k symbols mixes what followed it with the prediction after its last k - 1
    symbols; the latter weighs as much as the number of different symbols that followed. Below the empty context lies
    the uniform distribution. A sequence begins with a symbol that is given, not predicted.

    Parameters
    ----------
    sequences
        The sequences to count in, each of codes under `vocabulary_size`.
    vocabulary_size
        The number of symbols.
    order
        The n: the predicted symbol and n - 1 before it.
    """

    def __init__(self, sequences: Iterable[Codes], vocabulary_size: int, order: int) -> None:
        if order < 1:
            raise ValueError(f"order must be at least 1, not {order}")
        self.vocabulary_size = vocabulary_size
        self.order = order
        self._followers: dict[tuple[int, ...], Counter[int]] = defaultdict(Counter)
        for context, symbol in self._predictions(sequences):
            for start in range(len(context) + 1):
                self._followers[context[start:]][symbol] += 1

    def probabilities(self, context: Codes) -> NDArray[np.float64]:
        """The probability of each symbol to come next, (vocabulary_size,)."""
        context = tuple(context[max(0, len(context) - self.order + 1) :])
        probabilities = np.full(self.vocabulary_size, 1 / self.vocabulary_size)
        for start in range(len(context), -1, -1):
            followers = self._followers.get(context[start:])
            if not followers:
                break
            counts = np.zeros(self.vocabulary_size)
            counts[list(followers)] = list(followers.values())
            probabilities = (counts + len(followers) * probabilities) / (counts.sum() + len(followers))
        return probabilities

    def bits_per_symbol(self, sequences: Iterable[Codes]) -> float:
        """The mean of -log2 of the probability given to each symbol after the first."""
        return float(np.mean([-np.log2(self.probabilities(c)[symbol]) for c, symbol in self._predictions(sequences)]))

    def _predictions(self, sequences: Iterable[Codes]) -> Iterator[tuple[tuple[int, ...], int]]:
        """Every symbol to predict, after the symbols of its context."""
        for sequence in sequences:
            for time_step in range(1, len(sequence)):
                yield tuple(sequence[max(0, time_step - self.order + 1) : time_step]), sequence[time_step]
