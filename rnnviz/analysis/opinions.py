"""What moved a decision: three measures of each word of a sentence, and what permuted weights of attention do.

Whether the weights explain the answer is disputed: see `rnnviz.analysis.saliency`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from rnnviz.analysis.saliency import rank_agreement
from rnnviz.cells import Array
from rnnviz.gradients import backpropagate
from rnnviz.gradients.reverse import TAPE, Node, gradient
from rnnviz.language.arithmetic import bind, evaluate
from rnnviz.language.structure import argument_of_softmax
from rnnviz.networks.attention import ALIGNED
from rnnviz.networks.classifier import DECIDE, LOOK, Opinion, annotations_of


@dataclass(frozen=True, eq=False)
class WordMeasures:
    """Three measures of what each word did for an opinion, (T,) each.

    Attributes
    ----------
    alignment
        Where the network looked.
    gradient_times_input
        The gradient of the log odds of "positive" by the embedding of each word, times that embedding.
    left_out
        How much the log odds fall when the word is left out. nan where nothing would be left to read.
    """

    alignment: Array
    gradient_times_input: Array
    left_out: Array


def word_measures(opinion: Opinion) -> WordMeasures:
    """Measure what each word did for an opinion."""
    embedded = opinion.network.embed(opinion.tokens)
    slopes = _log_odds_by_embeddings(opinion, embedded)
    return WordMeasures(opinion.alignment, (slopes * embedded).sum(-1), _left_out(opinion, embedded))


def _log_odds_by_embeddings(opinion: Opinion, embedded: Array) -> Array:
    """The gradient of the log odds by the embeddings, (T, D)."""
    weights, S = opinion.network.weights, Node(opinion.values["S"])
    m = evaluate(LOOK, weights["look"], {"S": S}, TAPE)["m"]
    logits = bind(argument_of_softmax(DECIDE), TAPE)({**weights["decide"], "m": m})
    (by_S,) = gradient(logits, [S], np.array([-1.0, 1.0]))  # the log odds are the second logit minus the first
    forwards, backwards = np.split(by_S, 2, axis=1)
    traces = opinion.network.read(embedded)
    return backpropagate(traces[0], forwards).inputs + backpropagate(traces[1], backwards[::-1]).inputs[::-1]


def _left_out(opinion: Opinion, embedded: Array) -> Array:
    count = len(embedded)
    if count == 1:
        return np.full(1, np.nan)
    network = opinion.network
    rest = np.stack([np.delete(embedded, place, axis=0) for place in range(count)], axis=1)
    without = network.decide(annotations_of(network.read(rest)).swapaxes(0, 1))
    return _log_odds(opinion.values["y"]) - _log_odds(without["y"])


def _log_odds(y: Array) -> Array:
    odds: Array = np.log(y[..., 1]) - np.log(y[..., 0])
    return odds


def rank_agreements(measures: WordMeasures) -> dict[tuple[str, str], float | None]:
    """Kendall's tau between each two measures of the words: "alignment", "gradient_times_input", "left_out".

    Attention has no sign, so all are compared by their sizes. None where tau is not defined: fewer than two words, or
    a measure that is the same for all of them.
    """
    rows: Mapping[str, Array] = {name: values[None] for name, values in vars(measures).items()}
    return {pair: None if np.isnan(tau) else tau for pair, (tau,) in rank_agreement(rows).items()}


def permuted(opinion: Opinion, n: int, seed: int) -> Array:
    """The probability of "positive" after each of `n` random permutations of the weights (Jain & Wallace 2019), (n,).

    Raises
    ------
    ValueError
        When `n` is below 1.
    """
    if n < 1:
        raise ValueError(f"the weights must be permuted at least once, not {n} times")
    shuffled = np.random.default_rng(seed).permuted(np.tile(opinion.alignment, (n, 1)), axis=1)
    contexts = evaluate(ALIGNED, {}, {"a": shuffled, "S": opinion.values["S"]})
    positive: Array = evaluate(DECIDE, opinion.network.weights["decide"], contexts)["y"][:, 1]
    return positive
