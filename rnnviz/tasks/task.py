"""What a task is: sequences to read, answers that are wanted, and how good an answer is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Examples:
    """Sequences side by side, with the answers that are wanted.

    Attributes
    ----------
    inputs
        (T, B, I).
    targets
        (T, B): the class that is right (int64), or the number (float32). 0 where no answer is wanted.
    mask
        (T, B): where an answer is wanted, so where the loss counts.
    counted
        (T, B): where the metric counts, if that is not everywhere an answer is wanted.
    """

    inputs: Floats
    targets: NDArray[np.int64] | Floats
    mask: NDArray[np.bool_]
    counted: NDArray[np.bool_] | None = None

    @property
    def scored(self) -> NDArray[np.bool_]:
        """Where the metric counts, (T, B)."""
        return self.mask if self.counted is None else self.counted


@dataclass(frozen=True)
class Metric:
    """How good answers are, in one number.

    Attributes
    ----------
    name, title
        In code and on an axis, the unit included.
    better
        Whether a larger or a smaller number is better.
    learned
        From which number on the task counts as learned; None where nothing says so.
    share
        Whether it is a share of one, shown in percent.
    """

    name: str
    title: str
    better: Literal["larger", "smaller"]
    learned: float | None = None
    share: bool = False

    def reached(self, value: float, level: float) -> bool:
        """Whether a number is as good as a level or better."""
        return value >= level if self.better == "larger" else value <= level


#: How good a translator is: the share of numbers held out whose translation has no mistake.
EXACT_MATCH = Metric("exact_match", "Exact match", "larger", share=True)


@dataclass(frozen=True, eq=False)
class Baseline:
    """What needs no recurrent network: its title and the metric it has at a length."""

    title: str
    level: Callable[[int], float]


@dataclass(frozen=True, eq=False)
class Task:
    """Something to be learned from sequences.

    Attributes
    ----------
    name, title
        In code and in prose.
    asks
        What is to be learned, in one or two sentences.
    source
        Who defined it, and how ours differs if it does.
    inputs
        What each component of an input stands for; the symbols where `one_hot`.
    outputs
        What each class of the answer stands for; () when the answer is a number.
    lengths
        The shortest, the usual and the longest length; all equal where the data decide the length.
    length_title
        What the length counts: "Steps", "Distractors".
    draw
        ``draw(random, length, count)``: `count` new sequences to learn from.
    held_out
        The same for sequences that are never learned from.
    score
        ``score(outputs, examples)``: the metric of a network's outputs (T, B, O); of classes they are logits.
    chance
        The metric, at a length, of one who has not looked at the input.
    chance_loss
        The same of the loss: nats where the answer is a class, squared error where it is a number.
    baseline
        A simple method beside it, where there is one.
    both_directions
        Whether a network may also read from the end: not where that would show it the answer.
    tested_at
        At which lengths a network trained at the usual one is tested besides; () where it is not.
    steps
        How many steps of training show what it is about.
    """

    name: str
    title: str
    asks: str
    source: str
    inputs: tuple[str, ...]
    one_hot: bool
    outputs: tuple[str, ...]
    metric: Metric
    lengths: tuple[int, int, int]
    length_title: str
    draw: Callable[[np.random.Generator, int, int], Examples]
    held_out: Callable[[np.random.Generator, int, int], Examples]
    score: Callable[[Floats, Examples], float]
    chance: Callable[[int], float]
    chance_loss: Callable[[int], float]
    baseline: Baseline | None = None
    both_directions: bool = True
    tested_at: tuple[int, ...] = ()
    steps: int = 1000

    @property
    def has_lengths(self) -> bool:
        """Whether its sequences can be longer or shorter: not where the data decide."""
        return self.lengths[0] < self.lengths[2]

    @property
    def output_size(self) -> int:
        """How many numbers a network must give at each step."""
        return len(self.outputs) or 1


def one_hot(codes: NDArray[np.int64], size: int) -> Floats:
    """Each code as a vector with one 1 in it, (..., size); all zeros for the code `size`, which is padding."""
    return np.eye(size + 1, size, dtype=np.float32)[codes]


def share_right(outputs: Floats, examples: Examples) -> float:
    """The share of the scored answers whose class is right."""
    scored = examples.scored
    return float(np.mean(outputs[scored].argmax(axis=-1) == examples.targets[scored]))
