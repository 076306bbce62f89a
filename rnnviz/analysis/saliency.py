"""Which words of a source a translation depends on: by gradient, by leaving one out, and what attention says of it.

Whether attention explains is disputed: Jain & Wallace 2019 found that it agrees little with gradients and that other
weights give the same answer; Wiegreffe & Pinter 2019 answered that such weights need not be what training would find,
and that "explanation" has more than one meaning.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from scipy.stats import kendalltau

from rnnviz.cells import Array
from rnnviz.gradients.reverse import TAPE, Node, gradient, log
from rnnviz.networks.translator import Translation, Translator


def gradient_times_input(translator: Translator, translation: Translation) -> Array:
    """How the log probability of each word written follows each word read, (T_out, T_in).

    The gradient by the embedding of the word read, times that embedding (Simonyan, Vedaldi & Zisserman 2014 for the
    gradient; Denil, Demiraj & de Freitas 2015 for the product); the words written before are held.
    """
    embedded = Node(translator.embed(translation.source_tokens))
    encoded = translator.encode(embedded, TAPE)
    states, rows = encoded.states, []
    for step in translation.steps[: len(translation.tokens)]:
        states = translator.step(encoded, states, step.read, TAPE)
        (slopes,) = gradient(log(states["y"][step.said]), [embedded])
        rows.append((slopes * embedded.value).sum(-1))
    return np.array(rows).reshape(len(translation.tokens), len(translation.source_tokens))


def left_out(translator: Translator, translation: Translation) -> Array:
    """How much the log probability of each word written falls when a word read is left out, (T_out, T_in), in nats.

    The words written are held. nan where nothing would be left to read.
    """
    before = np.array([step.log_probability for step in translation.steps[: len(translation.tokens)]])
    changes = np.full((len(before), len(translation.source_tokens)), np.nan)
    for place in range(len(translation.source_tokens)):
        rest = translation.source_tokens[:place] + translation.source_tokens[place + 1 :]
        if rest:
            forced = translator.force(rest, translation.tokens)
            changes[:, place] = before - [step.log_probability for step in forced.steps[: len(before)]]
    return changes


def rank_agreement(measures: Mapping[str, Array]) -> dict[tuple[str, str], list[float]]:
    """Kendall's tau between each pair of measures (T_out, T_in), by their sizes, for every word written.

    nan where it is not defined: fewer than two words read, or a measure that is the same for all of them.
    """
    return {
        (one, other): [_tau(np.abs(a), np.abs(b)) for a, b in zip(measures[one], measures[other])]
        for one, other in combinations(measures, 2)
    }


def _tau(one: Array, other: Array) -> float:
    sound = np.isfinite(one).all() and np.isfinite(other).all()
    if not sound or len(one) < 2 or np.ptp(one) == 0 or np.ptp(other) == 0:
        return float("nan")
    return float(kendalltau(one, other).statistic)


@dataclass(frozen=True)
class Permuted:
    """What permuted weights do to one word written.

    Attributes
    ----------
    changed
        The share of permutations after which it is no longer the first choice.
    distance
        By how much the answer differs then, as total variation (0: not at all, 1: wholly): the median.
    """

    changed: float
    distance: float


def permuted(translator: Translator, translation: Translation, times: int, seed: int) -> list[Permuted]:
    """Permute the weights of attention at each step by itself, many times (Jain & Wallace 2019)."""
    if not translator.attention.looks:
        return []
    random = np.random.default_rng(seed)
    encoded = translator.encode(translator.embed(translation.source_tokens))
    states, found = encoded.states, []
    for step in translation.steps[: len(translation.tokens)]:
        distances, changes = [], 0
        for _ in range(times):
            mixed = random.permutation(step.values["a"])
            answer = translator.step(encoded, states, step.read, alignment=mixed)["y"]
            distances.append(0.5 * np.abs(answer - step.values["y"]).sum())
            changes += int(np.argmax(answer) != step.said)
        found.append(Permuted(changes / times, float(np.median(distances))))
        states = step.values
    return found


def most(rows: Array) -> Sequence[int]:
    """Where each row is largest in size."""
    places: list[int] = np.nanargmax(np.abs(rows), axis=1).tolist()
    return places
