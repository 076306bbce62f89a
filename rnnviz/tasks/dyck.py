"""Dyck-1: brackets of one kind, so counting.

A sequence is the beginning of a legal one: where no bracket is open the next opens, elsewhere it opens or closes with
probability 1/2. So the number of open brackets is the distance of a random walk from its start, which makes the chance
levels closed forms (Feller 1968, chapter III).
"""

from __future__ import annotations

from math import comb, log

import numpy as np

from rnnviz.tasks.task import Baseline, Examples, Floats, Metric, Task, one_hot

OPEN, CLOSE = "(", ")"
#: How many brackets the baseline looks back.
WINDOW = 8


def draw(random: np.random.Generator, length: int, count: int) -> Examples:
    """Sequences of `length` brackets."""
    walk = np.cumsum(2 * random.integers(0, 2, (length, count)) - 1, axis=0)
    depth = np.abs(walk)
    closes = np.diff(depth, axis=0, prepend=0) < 0
    return Examples(one_hot(closes.astype(np.int64), 2), (depth > 0).astype(np.int64), np.ones_like(closes))


def share_faultless(outputs: Floats, examples: Examples) -> float:
    """The share of the sequences in which every scored answer is right."""
    right = outputs.argmax(axis=-1) == examples.targets
    return float(np.mean(np.all(right | ~examples.scored, axis=0)))


def return_probability(time_step: int) -> float:
    """How probable it is that no bracket is open after so many."""
    return comb(time_step, time_step // 2) / 2**time_step if time_step % 2 == 0 else 0.0


def always_legal(length: int) -> float:
    """How probable it is that ")" is legal at every step.

    As probable as that no bracket is open after the last even step: Feller's "main lemma".
    """
    return return_probability(length - length % 2)


def answer_entropy(length: int) -> float:
    """The mean over the steps of the answer's entropy, in nats: the loss of who knows the step and nothing else."""
    return float(np.mean([_entropy(return_probability(step)) for step in range(1, length + 1)]))


def _entropy(probability: float) -> float:
    return -sum(p * log(p) for p in (probability, 1 - probability) if p > 0)


def window_faultless(length: int) -> float:
    """How probable it is that one who sees only the last `WINDOW` brackets makes no mistake.

    While these are all there have been, the open ones can be counted; from then on the answer is that ")" is legal. So
    the last step at which none is open must come no later than `WINDOW`: the arcsine law of last visits.
    """
    even = length - length % 2
    return sum(return_probability(k) * return_probability(even - k) for k in range(0, min(WINDOW, even) + 1, 2))


DYCK = Task(
    name="dyck",
    title="Brackets",
    asks="After each bracket: may a closing one come next? Trained on short sequences, tested on longer ones too.",
    source=(
        "Dyck-1, as in Suzgun, Gehrmann, Belinkov & Shieber 2019. Ours are the beginnings of legal sequences: where "
        "none is open the next bracket opens, elsewhere it opens or closes with probability 1/2."
    ),
    inputs=(OPEN, CLOSE),
    one_hot=True,
    outputs=("Must open", "May close"),
    metric=Metric("faultless", "Sequences without a mistake", "larger", learned=0.99, share=True),
    lengths=(2, 40, 400),
    length_title="Brackets",
    draw=draw,
    held_out=draw,
    score=share_faultless,
    chance=always_legal,
    chance_loss=answer_entropy,
    baseline=Baseline(f"Seeing only the last {WINDOW} brackets", window_faultless),
    both_directions=False,
    tested_at=(80, 160),
)
