"""The strongest simple baseline of next-symbol prediction: n-grams smoothed as Kneser & Ney did, counted in millions.

Sources: Kneser & Ney 1995; interpolated, with three discounts an order, by Chen & Goodman 1998, whose section 3 has
the formulas.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rnnviz.tasks.leb128 import packed, unpacked

Codes = Sequence[int] | NDArray[np.int64]
Integers = NDArray[np.int64]
Floats = NDArray[np.float64]

#: What is taken off a count of one, two and more where a text is too small to tell: KenLM's (Heafield et al. 2013).
USUAL_DISCOUNTS = (0.5, 1.0, 1.5)


@dataclass(frozen=True, eq=False)
class Order:
    """What is known of the n-grams of one length.

    An n-gram is one number: its symbols are the digits, the one that is predicted last. Without it, it is a context.

    Attributes
    ----------
    base
        How many digits there are: every symbol, and one more for what is unknown.
    ngrams
        (N,): those that were seen, rising.
    counts
        (N,): how often each was seen; below the highest order, after how many different symbols.
    """

    base: int
    ngrams: Integers
    counts: Integers

    @cached_property
    def starts(self) -> Integers:
        """Where the n-grams of each context begin, (C,)."""
        return np.flatnonzero(np.diff(self.ngrams // self.base, prepend=-1))

    @cached_property
    def contexts(self) -> Integers:
        """Each context once, rising, (C,)."""
        return self.ngrams[self.starts] // self.base

    @cached_property
    def discounts(self) -> Floats:
        """What is taken off a count of one, of two and of more, (3,): equation 26 of Chen & Goodman 1998."""
        having = np.bincount(np.minimum(self.counts, 5), minlength=6).astype(np.float64)
        share = having[1] / (having[1] + 2 * having[2]) if having[1] else np.nan
        found = [
            count - (count + 1) * share * having[count + 1] / having[count] if having[count] else np.nan
            for count in (1, 2, 3)
        ]
        return np.array([value if value > 0 else usual for value, usual in zip(found, USUAL_DISCOUNTS, strict=True)])

    @cached_property
    def shares(self) -> Floats:
        """The probability that each n-gram has by itself, (N,)."""
        if not len(self.ngrams):
            return np.zeros(0)
        totals = np.repeat(np.add.reduceat(self.counts, self.starts), np.diff(self.starts, append=len(self.ngrams)))
        shares: Floats = (self.counts - self.discounts[np.minimum(self.counts, 3) - 1]) / totals
        return shares

    @cached_property
    def rests(self) -> Floats:
        """What each context leaves to the order below, (C,)."""
        return 1 - np.add.reduceat(self.shares, self.starts) if len(self.starts) else np.zeros(0)

    def after(self, context: int) -> tuple[Integers, Floats, float]:
        """The symbols seen after a context, their shares, and what is left to the order below."""
        place = int(np.searchsorted(self.contexts, context))
        if place == len(self.contexts) or self.contexts[place] != context:
            return np.zeros(0, dtype=np.int64), np.zeros(0), 1.0
        found = slice(self.starts[place], self.starts[place + 1] if place + 1 < len(self.starts) else None)
        return self.ngrams[found] % self.base, self.shares[found], float(self.rests[place])


@dataclass(frozen=True, eq=False)
class KneserNey:
    """An interpolated n-gram model with the smoothing of Kneser & Ney.

    The probability after a context is the discounted share of what followed it, and the rest is shared out as the model
    does that sees one symbol less. Below the highest order an n-gram counts as often as there are different symbols
    it came after: what follows many contexts is likely in a new one. Below no context at all lies the uniform
    distribution. What a text begins with is given, not predicted.

    Attributes
    ----------
    vocabulary_size
        The number of symbols; the code `vocabulary_size` stands for what is unknown, which is never predicted.
    orders
        From 1 up.
    """

    vocabulary_size: int
    orders: tuple[Order, ...]

    @classmethod
    def count(cls, codes: Codes, vocabulary_size: int, order: int) -> KneserNey:
        """The model of a text, (T,) codes.

        Raises
        ------
        ValueError
            When the order is not positive, or so large that an n-gram is no 64-bit number.
        """
        base = vocabulary_size + 1
        if order < 1:
            raise ValueError(f"order must be at least 1, not {order}")
        if base**order > np.iinfo(np.int64).max:
            raise ValueError(f"order {order} is too high for {vocabulary_size} symbols")
        read = np.asarray(codes, dtype=np.int64)
        unknown = _windows((read == vocabulary_size).astype(np.int64), 2, order) > 0
        ngrams, counts = np.unique(_windows(read, base, order)[~unknown], return_counts=True)
        return cls._of(vocabulary_size, order, Order(base, ngrams, counts))

    @classmethod
    def of(cls, arrays: Mapping[str, NDArray[Any]], vocabulary_size: int, order: int) -> KneserNey:
        """The model whose `arrays` these are."""
        ngrams = np.cumsum(unpacked(arrays["steps"]))
        return cls._of(vocabulary_size, order, Order(vocabulary_size + 1, ngrams, unpacked(arrays["counts"])))

    @classmethod
    def _of(cls, vocabulary_size: int, order: int, highest: Order) -> KneserNey:
        """The model that follows from its highest order: what is counted below it are the n-grams above."""
        orders = [highest]
        for length in range(order - 1, 0, -1):
            ngrams, counts = np.unique(orders[0].ngrams % highest.base**length, return_counts=True)
            orders.insert(0, Order(highest.base, ngrams, counts))
        return cls(vocabulary_size, tuple(orders))

    @property
    def arrays(self) -> dict[str, NDArray[np.uint8]]:
        """Its highest order, from which the others follow: the steps from n-gram to n-gram, and the counts, packed."""
        highest = self.orders[-1]
        return {"steps": packed(np.diff(highest.ngrams, prepend=0)), "counts": packed(highest.counts)}

    @property
    def entries(self) -> int:
        """How many n-grams of all orders it holds."""
        return sum(len(order.ngrams) for order in self.orders)

    def probabilities(self, context: Codes) -> Floats:
        """The probability of each symbol to come next, (vocabulary_size,)."""
        probabilities = np.full(self.vocabulary_size, 1 / self.vocabulary_size)
        code = 0
        for length, order in enumerate(self.orders[: len(context) + 1]):
            if length:
                code += int(context[-length]) * order.base ** (length - 1)
            symbols, shares, rest = order.after(code)
            probabilities *= rest
            probabilities[symbols] += shares
        return probabilities

    def bits(self, codes: Codes) -> Floats:
        """-log2 of the probability of each symbol after the first, (T - 1,); nan for what is unknown."""
        read = np.asarray(codes, dtype=np.int64)
        probabilities = np.full(len(read), 1 / self.vocabulary_size)
        for length, order in enumerate(self.orders, start=1):
            ngrams = _windows(read, order.base, length)
            shares = _looked_up(order.ngrams, order.shares, ngrams, 0.0)
            rests = _looked_up(order.contexts, order.rests, ngrams // order.base, 1.0)
            probabilities[length - 1 :] = shares + rests * probabilities[length - 1 :]
        probabilities[read == self.vocabulary_size] = np.nan
        bits: Floats = -np.log2(probabilities[1:])
        return bits

    def bits_per_symbol(self, codes: Codes) -> float:
        """The mean of `bits` over what is known."""
        return float(np.nanmean(self.bits(codes)))


def _windows(codes: Integers, base: int, length: int) -> Integers:
    """Every run of `length` codes as one number, (T - length + 1,)."""
    numbers = np.zeros(max(0, len(codes) - length + 1), dtype=np.int64)
    for place in range(length):
        numbers = numbers * base + codes[place : place + len(numbers)]
    return numbers


def _looked_up(keys: Integers, values: Floats, wanted: Integers, missing: float) -> Floats:
    """The value of each wanted key, or what stands for a missing one."""
    if not len(keys):
        return np.full(len(wanted), missing)
    places = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
    return np.where(keys[places] == wanted, values[places], missing)
