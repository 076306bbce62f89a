"""Temporal order: which of two symbols came first and which second, far apart among others.

Sequences differ in length, so the shorter are padded with zeros after their end, and each is answered at its own last
symbol. There, a network that reads forward has read no padding: to it the task is the published one. What one that
also reads from the end knows of the padding is the sequence's length, and that tells nothing of the classes.
"""

from __future__ import annotations

import math

import numpy as np

from rnnviz.tasks.task import Examples, Metric, Task, one_hot, share_right

START, END = "E", "B"
DISTRACTORS = tuple("abcd")
MARKS = tuple("XY")

_INPUTS = (START, END, *MARKS, *DISTRACTORS)
_PADDING = len(_INPUTS)
_CLASSES = tuple(f"{first}, then {second}" for first in MARKS for second in MARKS)


def draw(random: np.random.Generator, length: int, count: int) -> Examples:
    """Sequences of `length` to 1.1 times as many symbols.

    The first mark comes after 0.1 to 0.2 times `length` symbols, the second after 0.5 to 0.6 times.
    """
    sequences = np.arange(count)
    lasts = random.integers(length - 1, length * 11 // 10, count)
    first = random.integers(length // 10, length // 5, count, endpoint=True)
    second = random.integers(length // 2, length * 3 // 5, count, endpoint=True)
    marks = random.integers(0, len(MARKS), (2, count))
    steps = lasts.max() + 1
    codes = random.integers(_INPUTS.index(DISTRACTORS[0]), len(_INPUTS), (steps, count))
    codes[0] = _INPUTS.index(START)
    codes[first, sequences], codes[second, sequences] = marks + _INPUTS.index(MARKS[0])
    codes[lasts, sequences] = _INPUTS.index(END)
    codes[np.arange(steps)[:, None] > lasts] = _PADDING
    targets = np.zeros((steps, count), np.int64)
    targets[lasts, sequences] = marks[0] * len(MARKS) + marks[1]
    mask = np.zeros((steps, count), np.bool_)
    mask[lasts, sequences] = True
    return Examples(one_hot(codes, len(_INPUTS)), targets, mask)


ORDER = Task(
    name="order",
    title="Temporal order",
    asks=f"Two of the symbols are X or Y, far apart. At {END}, the end, say which came first and which second.",
    source="Hochreiter & Schmidhuber 1997, task 6a: theirs exactly at length 100; positions scale with the length",
    inputs=_INPUTS,
    one_hot=True,
    outputs=_CLASSES,
    metric=Metric("accuracy", "Right answers", "larger", learned=0.99, share=True),
    lengths=(10, 100, 360),
    length_title="Steps, at least",
    draw=draw,
    held_out=draw,
    score=share_right,
    chance=lambda length: 1 / len(_CLASSES),
    chance_loss=lambda length: math.log(len(_CLASSES)),
)
