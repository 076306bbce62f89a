"""How far back a network that writes looks: what it loses when some of what came before is taken from it.

After Khandelwal, He, Qi & Jurafsky 2018, "Sharp Nearby, Fuzzy Far Away: How Neural Language Models Use Context", who
did this with words.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rnnviz.cells import Array
from rnnviz.networks.checkpoints import Checkpoint
from rnnviz.networks.language_model import bits_of, read_rows

Codes = NDArray[np.int64]

#: How many characters back the whole context goes, and at how many places of a text guesses are measured.
WHOLE, PLACES = 300, 2000
#: How many of the last characters alone are read, and how many are left when those before are shuffled or forgotten,
#: which takes longer to measure.
KEPT = (1, 2, 3, 4, 5, 6, 7, 8, 10, 15, 20, 30, 50, 75, 100, 150, 200)
FEWER = (1, 5, 10, 20, 50, 100, 200)
#: The context is long enough where the loss is at most so much larger than with all of it: the 1 % of Khandelwal et al.
ENOUGH = 0.01


@dataclass(frozen=True)
class Reach:
    """Bits per character of one network at the same places of a text, by what it was given to read.

    Attributes
    ----------
    whole
        With the last `WHOLE` characters as they are.
    cut
        With the last k alone, from the zero state on, by k.
    shuffled
        With those before the last k in an order of chance, by k.
    reset
        With the state set to zero after every k characters of the text, by k: so a guess is made after 1 to k of them.
    ngrams
        Of n-grams counted on what the network has learned from, at the same places, by how many characters they see.
    """

    whole: float
    cut: Mapping[int, float]
    shuffled: Mapping[int, float]
    reset: Mapping[int, float]
    ngrams: Mapping[int, float]

    @property
    def enough(self) -> int:
        """From how many of the last characters on the loss is within `ENOUGH` of that with the whole context."""
        return _first_from(self.cut, self.whole)

    @property
    def ordered(self) -> int:
        """From how many on it does not matter, in the same measure, in which order those before them stand."""
        return _first_from(self.shuffled, self.whole)

    def as_dict(self) -> dict[str, Any]:
        """Plain JSON; `reach_from` makes the same of it again."""
        return {
            "whole": self.whole,
            **{name: {str(k): bits for k, bits in getattr(self, name).items()} for name in _CURVES},
        }


_CURVES = ("cut", "shuffled", "reset", "ngrams")


def reach_from(values: Mapping[str, Any]) -> Reach:
    """The reach that `Reach.as_dict` told."""
    curves = {name: {int(k): bits for k, bits in values[name].items()} for name in _CURVES}
    return Reach(values["whole"], **curves)


def _first_from(curve: Mapping[int, float], whole: float) -> int:
    """From which k on a curve stays within `ENOUGH` of a loss; `WHOLE` where it never does."""
    near = WHOLE
    for k in sorted(curve, reverse=True):
        if curve[k] > whole * (1 + ENOUGH):
            break
        near = k
    return near


def places_of(length: int) -> Codes:
    """The places of a text of some length at which guesses are measured: `PLACES`, evenly over all with a context."""
    return np.linspace(WHOLE, length - 1, min(PLACES, length - WHOLE)).round().astype(np.int64)


def whole(network: Checkpoint, codes: Codes, places: Codes) -> Array:
    """The bits of the character at each place after the `WHOLE` before it, (places,)."""
    return cut(network, codes, places, WHOLE)


def cut(network: Checkpoint, codes: Codes, places: Codes, kept: int) -> Array:
    """The bits of the character at each place after the last `kept` before it, from the zero state on, (places,)."""
    return _guessed(network, _before(codes, places, kept), codes[places])


def shuffled(network: Checkpoint, codes: Codes, places: Codes, kept: int, seed: int = 0) -> Array:
    """The same after the `WHOLE` before it, all but the last `kept` of them in an order of chance, (places,)."""
    context = _before(codes, places, WHOLE)
    far = np.random.default_rng(seed).permuted(context[: WHOLE - kept], axis=0)
    return _guessed(network, np.concatenate([far, context[WHOLE - kept :]]), codes[places])


def reset(network: Checkpoint, codes: Codes, places: Codes, every: int) -> Array:
    """The bits of the character at each place where the state is set to zero after every so many, (places,)."""
    seen = (places - 1) % every + 1  # since the last time
    steps = np.minimum(places - seen + np.arange(every)[:, None], len(codes) - 1)
    bits, done = np.empty(len(places)), 0
    for probabilities in read_rows(network, codes[steps]):
        now = (seen > done) & (seen <= done + len(probabilities))
        bits[now] = bits_of(probabilities[seen[now] - done - 1, now], codes[places[now]])
        done += len(probabilities)
    return bits


def measure(
    network: Checkpoint,
    codes: Codes,
    ngrams: Mapping[int, Array],
    kept: Sequence[int] = KEPT,
    fewer: Sequence[int] = FEWER,
) -> Reach:
    """Measure all of it on a text (T,).

    Parameters
    ----------
    ngrams
        The bits of each character but the first, (T - 1,), by how many characters the n-gram sees.
    """
    places = places_of(len(codes))
    return Reach(
        float(np.nanmean(whole(network, codes, places))),
        {k: float(np.nanmean(cut(network, codes, places, k))) for k in kept},
        {k: float(np.nanmean(shuffled(network, codes, places, k))) for k in fewer},
        {k: float(np.nanmean(reset(network, codes, places, k))) for k in fewer},
        {seen: float(np.nanmean(bits[places - 1])) for seen, bits in ngrams.items()},
    )


def _before(codes: Codes, places: Codes, count: int) -> Codes:
    """The last so many codes before each place, (count, places)."""
    found: Codes = codes[places + np.arange(-count, 0)[:, None]]
    return found


def _guessed(network: Checkpoint, context: Codes, wanted: Codes) -> Array:
    """The bits of a code after each context (k, B), from the zero state on, (B,)."""
    *_, last = read_rows(network, context)
    return bits_of(last[-1], wanted)
