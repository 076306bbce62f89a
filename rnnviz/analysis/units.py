"""Which units of a network follow something in the text that it reads, and whether that is worth a word.

After Karpathy, Johnson & Fei-Fei 2015, "Visualizing and Understanding Recurrent Networks", with what such a search
needs to be believed: units are chosen on the first half of a text that the network has not learned from and scored on
the other half, beside what the character that was just read tells by itself, and beside the best unit, found in the
same way, of the same network before any training.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.stats import rankdata

from rnnviz.analysis.concepts import Concept
from rnnviz.cells import Array
from rnnviz.networks.checkpoints import Checkpoint
from rnnviz.networks.language_model import read

#: The seed of the weights of the network before any training.
UNTRAINED_SEED = 0
#: A concept that a control tells as well as this needs no unit that follows it.
TELLS = 0.9
#: A unit is a finding where it leaves at most this share of what the better of the two controls leaves to be told.
LEFT = 0.5
#: How many units of a ranking are told.
TOLD = 10
#: How much the weights of the linear probe are held back, as in scikit-learn's `Ridge`.
RIDGE = 1.0


#: A finding; or no finding, since the character alone or the untrained network tells it already, since no unit follows
#: it much better than these, or since there is nothing to compare.
Verdict = Literal["finding", "character", "untrained", "weak", "undefined"]


@dataclass(frozen=True)
class Unit:
    """A unit of a quantity, and how well it follows a concept.

    Attributes
    ----------
    letter, unit
        The letter of the quantity in the cell's equations, and which of its units, counted from 0.
    high
        Whether it is high where the concept is so, or more so; otherwise it is low there.
    chosen, score
        On the half of the text that chose it, and on the other, in the direction of the first: the area under the ROC
        curve for a concept of yes or no (1 always right, 0.5 as good as chance), for a number the correlation. nan
        where it is not defined.
    """

    letter: str
    unit: int
    high: bool
    chosen: float
    score: float


@dataclass(frozen=True)
class Found:
    """What was found of a concept: the best units, and what they have to be compared with.

    Attributes
    ----------
    mean
        Of the labels of the whole text.
    units
        The best first, by the half that chose them.
    character
        The score of the mean label of each character, learned on the half that chooses.
    untrained
        The best unit of the same network with random weights.
    together
        The score of a linear probe of all units of the state: ridge regression, fitted on the half that chooses.
    """

    mean: float
    units: tuple[Unit, ...]
    character: float
    untrained: Unit
    together: float

    @property
    def best(self) -> Unit:
        """The unit that follows the concept best on the half that chooses."""
        return self.units[0]

    @property
    def control(self) -> float:
        """The better score of the character alone and of the untrained network."""
        return float(np.nanmax([self.character, self.untrained.score, 0.0]))

    @property
    def verdict(self) -> Verdict:
        """Whether the best unit is a finding, by its score on the half that did not choose it, and if not, why.

        It is one where neither control reaches `TELLS` and it leaves at most `LEFT` of what the better one leaves to a
        perfect score of 1. No score is defined where a half of the text has one label throughout.
        """
        if not np.isfinite(self.best.score):
            return "undefined"
        if self.control >= TELLS:
            return "character" if self.character >= TELLS else "untrained"
        return "finding" if 1 - self.best.score <= LEFT * (1 - self.control) else "weak"

    def to_value(self) -> dict[str, Any]:
        """The same as plain JSON, with None for what is not defined."""
        value: dict[str, Any] = json.loads(json.dumps(asdict(self)), parse_constant=lambda name: None)
        return value

    @classmethod
    def of(cls, value: Mapping[str, Any]) -> Found:
        """What `to_value` gave a value for."""
        units, control = tuple(map(_unit, value["units"])), _unit(value["untrained"])
        return cls(value["mean"], units, _defined(value["character"]), control, _defined(value["together"]))


def _unit(value: Mapping[str, Any]) -> Unit:
    return Unit(**{**value, "chosen": _defined(value["chosen"]), "score": _defined(value["score"])})


def _defined(score: float | None) -> float:
    return float("nan") if score is None else score


def auc(labels: ArrayLike, values: ArrayLike) -> Array:
    """The area under the ROC curve of each value (T, H) for each label of 0 or 1 (T, C): (C, H).

    The probability that the value is greater where the label is 1 than where it is 0, equal ones counted half (Mann &
    Whitney 1947). nan where all labels are one.
    """
    yes, ranks = np.asarray(labels, dtype=np.float64), rankdata(values, axis=0)
    ones = yes.sum(axis=0)[:, None]
    with np.errstate(invalid="ignore"):
        areas: Array = (yes.T @ ranks - ones * (ones + 1) / 2) / (ones * (len(yes) - ones))
    return areas


def correlation(labels: ArrayLike, values: ArrayLike) -> Array:
    """Pearson's correlation of each value (T, H) with each label (T, C): (C, H); nan where one never changes."""
    one, other = _standard(np.asarray(labels, dtype=np.float64)), _standard(np.asarray(values, dtype=np.float64))
    found: Array = np.clip(one.T @ other / len(one), -1.0, 1.0)  # rounding may pass 1
    return found


def _standard(columns: Array) -> Array:
    """With mean 0 and deviation 1; nan where nothing changes."""
    spread = np.where(np.ptp(columns, axis=0) > 0, columns.std(axis=0), np.nan)
    standard: Array = (columns - columns.mean(axis=0)) / spread
    return standard


#: By the kind of a concept how a value is compared with it, and what chance would reach.
MEASURES = {"yes or no": (auc, 0.5), "number": (correlation, 0.0)}


def values_of(checkpoint: Checkpoint, text: str) -> dict[str, Array]:
    """Every quantity of a network after each of T characters, (T, H), by its letter in the equations."""
    return {letter: values[1:] for letter, values in read(checkpoint, text).trace.values.items()}


def untrained(checkpoint: Checkpoint) -> Checkpoint:
    """The same network before any training: random weights of its cell, as `Cell.init` draws them."""
    sizes = checkpoint.cell.sizes(checkpoint.weights)
    return replace(checkpoint, weights=checkpoint.cell.init(sizes["I"], sizes["H"], UNTRAINED_SEED))


def find(
    concepts: Sequence[Concept],
    text: str,
    values: Mapping[str, Array],
    values_untrained: Mapping[str, Array],
    state: Sequence[str],
) -> dict[str, Found]:
    """What the units of a network tell of some concepts, by their names.

    Parameters
    ----------
    text
        T characters that the network has not learned from.
    values, values_untrained
        Each quantity of the network after each character, (T, H), by its letter; and of the same network untrained.
    state
        The letters of the state, whose units are taken together.
    """
    codes = np.unique([*text], return_inverse=True)[1]
    probed = np.concatenate([values[letter] for letter in state], axis=1)
    found = {}
    for kind in MEASURES:
        of_kind = [concept for concept in concepts if concept.kind == kind]
        if not of_kind:
            continue
        labels = np.stack([concept.label(text) for concept in of_kind], axis=1)
        ranked, control = (_ranked(kind, labels, one) for one in (values, values_untrained))
        guesses = [_by_character(codes, labels), _by_all(probed, labels)]
        for place, concept in enumerate(of_kind):
            character, together = (_on_the_other_half(kind, labels[:, place], one[:, place]) for one in guesses)
            mean = float(labels[:, place].mean())
            found[concept.name] = Found(mean, tuple(ranked[place]), character, control[place][0], together)
    return {concept.name: found[concept.name] for concept in concepts}


def _ranked(kind: str, labels: Array, values: Mapping[str, Array]) -> list[list[Unit]]:
    """For each label (T, C) the units that follow it best on the first half, with their score on the other."""
    measure, chance = MEASURES[kind]
    half = len(labels) // 2
    places = [(letter, unit) for letter, of_letter in values.items() for unit in range(of_letter.shape[1])]
    chosen = np.concatenate([measure(labels[:half], one[:half]) for one in values.values()], axis=1)
    ranked = []
    for label, scores in zip(labels.T, chosen):
        strength = np.nan_to_num(np.abs(scores - chance), nan=-1.0)
        best = [(*places[place], scores[place]) for place in np.argsort(-strength, kind="stable")[:TOLD]]
        ranked.append(
            [_scored(kind, label, letter, unit, values[letter][:, unit], float(s)) for letter, unit, s in best]
        )
    return ranked


def _scored(kind: str, label: Array, letter: str, unit: int, values: Array, chosen: float) -> Unit:
    chance = MEASURES[kind][1]
    high = not chosen < chance
    other = _on_the_other_half(kind, label, values)
    turned = (chosen, other) if high else (2 * chance - chosen, 2 * chance - other)
    return Unit(letter, unit, high, *turned)


def _on_the_other_half(kind: str, label: Array, values: Array) -> float:
    half = len(label) // 2
    return float(MEASURES[kind][0](label[half:, None], values[half:, None])[0, 0])


def _by_character(codes: NDArray[Any], labels: Array) -> Array:
    """The mean label of each character on the first half, (T, C); of one that is not there the mean of all."""
    half = len(codes) // 2
    size = int(codes.max()) + 1
    counts = np.bincount(codes[:half], minlength=size)
    means = []
    for label in labels.T:
        sums = np.bincount(codes[:half], label[:half], minlength=size)
        means.append(np.where(counts > 0, sums / np.maximum(counts, 1), label[:half].mean())[codes])
    return np.stack(means, axis=1)


def _by_all(values: Array, labels: Array) -> Array:
    """The guess of a linear probe of all units (T, N), fitted on the first half: (T, C)."""
    half = len(values) // 2
    spread = values[:half].std(axis=0)
    units = (values - values[:half].mean(axis=0)) / np.where(spread > 0, spread, 1.0)
    first, wanted = units[:half], labels[:half] - labels[:half].mean(axis=0)
    weights = np.linalg.solve(first.T @ first + RIDGE * np.eye(units.shape[1]), first.T @ wanted)
    guesses: Array = units @ weights + labels[:half].mean(axis=0)
    return guesses
