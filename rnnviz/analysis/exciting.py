"""What drives a unit: where in a text it is highest and lowest, and a text found by search that drives it further.

The second is feature visualisation as for pictures (Erhan et al. 2009), for a network that reads characters: a beam
search, and so the best text that was tried, not the best there is.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from rnnviz.cells import READOUT, Array
from rnnviz.data.text import BEGINNING, encode
from rnnviz.language.arithmetic import evaluate
from rnnviz.networks.checkpoints import Checkpoint

#: How many characters of a text stand for a place in it: those up to and with it.
PASSAGE = 40
#: How many partial texts are kept at each length, how long they grow, and by how many of the likeliest characters each.
WIDTH, LONGEST, LIKELIEST = 12, 30, 10


def extremes(values: ArrayLike, most: int, *, apart: int = PASSAGE) -> NDArray[np.int64]:
    """The places (up to `most`,) of the highest of some values (T,), the highest first, each so far apart from all."""
    order = np.argsort(-np.asarray(values, dtype=np.float64), kind="stable")
    free, found = np.ones(len(order), bool), list[int]()
    for place in order:
        if free[place]:
            found.append(int(place))
            if len(found) == most:
                break
            free[max(0, place - apart + 1) : place + apart] = False
    return np.array(found, dtype=np.int64)


@dataclass(frozen=True)
class Excited:
    """A text, what a unit is after its last character, and the log probability of the text, in nats."""

    text: str
    value: float
    log_probability: float


@dataclass(frozen=True, eq=False)
class _Texts:
    """Texts of one length: their codes (B, length), their states (B, H), their log probabilities (B,)."""

    codes: NDArray[np.int64]
    states: Mapping[str, Array]
    log_probabilities: Array


def excite(
    checkpoint: Checkpoint,
    letter: str,
    unit: int,
    *,
    high: bool = True,
    plausible: float,
    width: int = WIDTH,
    longest: int = LONGEST,
    likeliest: int = LIKELIEST,
) -> Excited:
    """The text found after which a unit is highest, or lowest, for how plausible the text is.

    Of all texts tried that with the greatest sum of the unit's value (its negative where not `high`) and `plausible`
    times the log probability that the network itself gives the text.

    Parameters
    ----------
    letter, unit
        The quantity, by its letter in the equations, and which of its units, counted from 0.
    width, longest, likeliest
        How many texts of each length are kept, how many characters they may have, and by how many of the characters
        that the network holds likeliest each is continued.
    """
    sign = 1.0 if high else -1.0
    texts = _beginning(checkpoint)
    best, best_score = Excited("", float("nan"), 0.0), -np.inf
    for _ in range(longest):
        texts, values = _continued(checkpoint, texts, min(likeliest, len(checkpoint.vocabulary)), letter, unit)
        scores = sign * values + plausible * texts.log_probabilities
        kept = np.argsort(-scores, kind="stable")[:width]
        texts = _Texts(
            texts.codes[kept], {name: one[kept] for name, one in texts.states.items()}, texts.log_probabilities[kept]
        )
        if scores[kept[0]] > best_score:
            best_score = scores[kept[0]]
            text = "".join(checkpoint.vocabulary[code] for code in texts.codes[0])
            best = Excited(text, float(values[kept[0]]), float(texts.log_probabilities[0]))
    return best


def _beginning(checkpoint: Checkpoint) -> _Texts:
    """The empty text: what is read before every text has been read."""
    size = checkpoint.cell.sizes(checkpoint.weights)["H"]
    states = {name: np.zeros((1, size)) for name in checkpoint.cell.state}
    values = _step(checkpoint, states, encode(BEGINNING, checkpoint.vocabulary))
    return _Texts(np.zeros((1, 0), np.int64), {name: values[name] for name in states}, np.zeros(1))


def _step(checkpoint: Checkpoint, states: Mapping[str, Array], codes: NDArray[np.int64]) -> dict[str, Array]:
    """Every quantity of the cell after one more character of each text."""
    read = np.eye(len(checkpoint.vocabulary) + 1)[codes][:, :-1]
    given = {"x": read, **{f"{name}'": one for name, one in states.items()}}
    return evaluate(checkpoint.cell.program, checkpoint.weights, given)


def _continued(checkpoint: Checkpoint, texts: _Texts, likeliest: int, letter: str, unit: int) -> tuple[_Texts, Array]:
    """Every text by each of its likeliest next characters, and what the unit is then."""
    hidden = texts.states[checkpoint.cell.state[0]]
    logs = np.log(np.maximum(evaluate(READOUT, checkpoint.readout, {"h": hidden})["y"], np.finfo(np.float64).tiny))
    codes = np.argsort(-logs, axis=1, kind="stable")[:, :likeliest]
    sums = texts.log_probabilities[:, None] + np.take_along_axis(logs, codes, axis=1)
    read = np.repeat(np.arange(len(codes)), likeliest)
    values = _step(checkpoint, {name: one[read] for name, one in texts.states.items()}, codes.ravel())
    longer = np.concatenate([texts.codes[read], codes.reshape(-1, 1)], axis=1)
    continued = _Texts(longer, {name: values[name] for name in texts.states}, sums.ravel())
    return continued, values[letter][:, unit]
