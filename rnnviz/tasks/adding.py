"""The adding problem: which two of many numbers to add is marked."""

from __future__ import annotations

import numpy as np

from rnnviz.tasks.task import Examples, Floats, Metric, Task

#: The variance of a sum of two numbers uniform on [0, 1]: the error of always answering its mean, 1.
VARIANCE = 1 / 6


def draw(random: np.random.Generator, length: int, count: int) -> Examples:
    """Sequences of `length` values and markers."""
    half, sequences = length // 2, np.arange(count)
    inputs = np.zeros((length, count, 2), np.float32)
    inputs[..., 0] = random.random((length, count), np.float32)
    first, second = random.integers(0, half, count), random.integers(half, length, count)
    inputs[first, sequences, 1] = inputs[second, sequences, 1] = 1
    targets = np.zeros((length, count), np.float32)
    targets[-1] = inputs[first, sequences, 0] + inputs[second, sequences, 0]
    mask = np.zeros((length, count), np.bool_)
    mask[-1] = True
    return Examples(inputs, targets, mask)


def squared_error(outputs: Floats, examples: Examples) -> float:
    """The mean squared error of the scored numbers."""
    scored = examples.scored
    return float(np.mean((outputs[scored, 0].astype(np.float64) - examples.targets[scored]) ** 2))


ADDING = Task(
    name="adding",
    title="Adding",
    asks="Two of the values read are marked, one in each half. After the last, give their sum.",
    source="Hochreiter & Schmidhuber 1997, as simplified by Arjovsky, Shah & Bengio 2016",
    inputs=("Value", "Marker"),
    one_hot=False,
    outputs=(),
    metric=Metric("squared_error", "Mean squared error", "smaller", learned=0.01),
    lengths=(4, 50, 400),
    length_title="Steps",
    draw=draw,
    held_out=draw,
    score=squared_error,
    chance=lambda length: VARIANCE,
    chance_loss=lambda length: VARIANCE,
)
