"""Long lag: the first symbol, asked for after many others."""

from __future__ import annotations

import math

import numpy as np

from rnnviz.tasks.task import Examples, Metric, Task, one_hot, share_right

TO_KEEP = tuple("xy")
DISTRACTORS = tuple("abcdefgh")

_INPUTS = (*TO_KEEP, *DISTRACTORS)


def draw(random: np.random.Generator, length: int, count: int) -> Examples:
    """Sequences of the symbol to keep and `length` distractors."""
    first = random.integers(0, len(TO_KEEP), count)
    codes = random.integers(len(TO_KEEP), len(_INPUTS), (1 + length, count))
    codes[0] = first
    targets = np.zeros((1 + length, count), np.int64)
    targets[-1] = first
    mask = np.zeros((1 + length, count), np.bool_)
    mask[-1] = True
    return Examples(one_hot(codes, len(_INPUTS)), targets, mask)


LONG_LAG = Task(
    name="lag",
    title="Long lag",
    asks="The first symbol is x or y, all after it are distractors. After the last, say which the first was.",
    source=(
        "After Hochreiter & Schmidhuber 1997, task 2b. There, every next symbol is to be predicted, and the alphabet "
        "grows with the lag; here only the first symbol is asked for, and there are always eight distractors, so that "
        "networks for any lag have the same number of weights."
    ),
    inputs=_INPUTS,
    one_hot=True,
    outputs=TO_KEEP,
    metric=Metric("accuracy", "Right answers", "larger", learned=0.99, share=True),
    lengths=(1, 100, 400),
    length_title="Distractors",
    draw=draw,
    held_out=draw,
    score=share_right,
    chance=lambda length: 1 / len(TO_KEEP),
    chance_loss=lambda length: math.log(len(TO_KEEP)),
)
