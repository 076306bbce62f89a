"""Where in a text the same units switch on and off together: an index of one bit for each unit and character.

After LSTMVis (Strobelt et al. 2018), with a threshold of each unit's own: the one that parts its values best.

The index is a file of arrays, so that a browser can search it too (T characters, H units)::

    codes            (T,) uint8 or more       the characters as places in the alphabet; if unknown: its length
    threshold        (H,) float64             a unit is on where its value is greater
    on               (H, ceil(T / 8)) uint8   bit t % 8 of byte t // 8, the lowest first: whether it is at character t
    label.<concept>  (ceil(T / 8),) uint8     the same of a concept of yes or no

Its units are those of the state in which the cell remembers: `memory`.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from rnnviz.cells import Array, Cell

Bits = NDArray[np.bool_]
_LABEL = "label."
#: How many characters just outside a passage a unit has time to switch in.
NEAR = 3


def memory(cell: Cell) -> str:
    """The letter of the state in which a cell remembers: of an LSTM its cell state, of the others the hidden state."""
    return cell.state[-1]


@dataclass(frozen=True, eq=False)
class Index:
    """When each unit is on while a text is read.

    Attributes
    ----------
    codes
        (T,) the characters as places in an alphabet.
    threshold
        (H,) above which value a unit is on.
    on
        (H, T) whether it is, after each character.
    labels
        By the name of a concept whether it is so at each character, (T,).
    """

    codes: NDArray[np.integer[Any]]
    threshold: Array
    on: Bits
    labels: Mapping[str, Bits]

    @classmethod
    def of(cls, codes: NDArray[np.integer[Any]], values: Array, labels: Mapping[str, Array]) -> Index:
        """The index of units with values (T, H) and of labels of yes or no (T,)."""
        threshold = np.array([parting(unit) for unit in values.T])
        return cls(codes, threshold, (values > threshold).T, {name: one > 0 for name, one in labels.items()})

    def arrays(self) -> dict[str, NDArray[Any]]:
        """The arrays of its file."""
        labels = {f"{_LABEL}{name}": np.packbits(one, bitorder="little") for name, one in self.labels.items()}
        on = np.packbits(self.on, axis=1, bitorder="little")
        smallest = np.min_scalar_type(int(self.codes.max(initial=0)))
        return {"codes": self.codes.astype(smallest), "threshold": self.threshold, "on": on, **labels}

    @classmethod
    def read(cls, arrays: Mapping[str, NDArray[Any]]) -> Index:
        """The index that a file holds."""
        codes = arrays["codes"]

        def bits(packed: NDArray[Any]) -> Bits:
            return np.unpackbits(packed, axis=-1, count=len(codes), bitorder="little").astype(bool)

        labels = {name.removeprefix(_LABEL): bits(one) for name, one in arrays.items() if name.startswith(_LABEL)}
        return cls(codes, arrays["threshold"], bits(arrays["on"]), labels)


def parting(values: Array) -> float:
    """The threshold that parts numbers into the two groups whose means lie farthest apart for their sizes (Otsu 1979).

    Halfway between the greatest of those below and the least of those above; the number itself where all are one.
    """
    ordered = np.sort(values)
    below = np.arange(1, len(ordered))
    sums = np.cumsum(ordered)
    between = (sums[-1] * below - len(ordered) * sums[:-1]) ** 2 / (below * below[::-1])
    between[ordered[1:] == ordered[:-1]] = -1.0
    if not between.size or between.max() <= 0:
        return float(ordered[0])
    last = int(between.argmax())
    lower, upper = float(ordered[last]), float(ordered[last + 1])
    halfway = lower + (upper - lower) / 2
    return halfway if halfway < upper else lower


@dataclass(frozen=True)
class Passage:
    """Some characters of a text, from `start` up to and without `end`, and how many of the chosen units agree there.

    Attributes
    ----------
    switching
        How many switch with it: see `switches`.
    on
        How many are on at each of its characters.
    """

    start: int
    end: int
    switching: int
    on: int


def switches(index: Index, starts: ArrayLike, ends: ArrayLike) -> tuple[Bits, Bits]:
    """Which units switch with each of some passages, and which are on throughout it, (H, N) each.

    A unit switches with a passage when it is on at each of its characters, and off at one of the `NEAR` characters just
    before it and at one of those just after it. Beyond its ends a text counts as off.

    Parameters
    ----------
    starts, ends
        (N,) the first character of each passage, and the first one after it.
    """
    padded = np.pad(index.on, ((0, 0), (NEAR + 1, NEAR)))
    counts = np.cumsum(padded, axis=1, dtype=np.int32)
    first, last = np.asarray(starts) + NEAR, np.asarray(ends) + NEAR

    def on(start: NDArray[Any], end: NDArray[Any]) -> Bits:
        all_on: Bits = counts[:, end] - counts[:, start] == end - start
        return all_on

    throughout = on(first, last)
    return throughout & ~on(first - NEAR, first) & ~on(last, last + NEAR), throughout


def switching_units(index: Index, start: int, end: int) -> list[int]:
    """The units that switch with a passage: what to search for when somebody has chosen it."""
    return [int(unit) for unit in np.flatnonzero(switches(index, [start], [end])[0][:, 0])]


def search(index: Index, units: Collection[int], length: int, most: int = 20) -> list[Passage]:
    """The passages in which most of the chosen units switch on and off together, the best first, none over another.

    A passage is a longest run of characters at each of which so many of the units are on, one or more of them. First
    stand those with which most units switch, then those throughout which most are on, then those whose length is
    nearest, then those that come first.

    Raises
    ------
    ValueError
        When no unit is chosen, or one that there is not.
    """
    chosen = sorted(set(units))
    if not chosen or not 0 <= chosen[0] <= chosen[-1] < len(index.on):
        raise ValueError(f"units must be some of 0 to {len(index.on) - 1}, not {chosen}")
    searched = replace(index, on=index.on[chosen])
    starts, ends = _runs(searched.on.sum(axis=0), len(chosen))
    switching, throughout = (one.sum(axis=0) for one in switches(searched, starts, ends))
    order = np.lexsort((starts, np.abs(ends - starts - length), -throughout, -switching))
    free, found = np.ones(index.on.shape[1], bool), list[Passage]()
    for place in order:
        start, end = int(starts[place]), int(ends[place])
        if free[start:end].all():
            free[start:end] = False
            found.append(Passage(start, end, int(switching[place]), int(throughout[place])))
            if len(found) == most:
                break
    return found


def _runs(counts: NDArray[Any], most: int) -> tuple[NDArray[Any], NDArray[Any]]:
    """Where the longest runs of counts of at least 1, of at least 2 and so on start and end, each once."""
    found = []
    for least in range(1, most + 1):
        turns = np.diff(np.pad(counts >= least, 1).astype(np.int8))
        found.append(np.stack([np.flatnonzero(turns == 1), np.flatnonzero(turns == -1)]))
    starts, ends = np.unique(np.concatenate(found, axis=1), axis=1)
    return starts, ends


def shares(index: Index, passages: Collection[Passage]) -> dict[str, tuple[float, float]]:
    """By concept the share of passages that are so at most of their characters, and of all characters that are."""
    return {
        name: (
            float(np.mean([label[one.start : one.end].mean() > 0.5 for one in passages])) if passages else float("nan"),
            float(label.mean()),
        )
        for name, label in index.labels.items()
    }
