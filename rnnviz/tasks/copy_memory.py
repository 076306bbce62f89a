"""Copy memory: ten symbols, a long blank, and the ten again."""

from __future__ import annotations

import math

import numpy as np

from rnnviz.tasks.task import Examples, Metric, Task, one_hot, share_right

SYMBOLS = tuple("abcdefgh")
#: Nothing to read or to answer; the sign that it is time to answer.
BLANK, CUE = "_", "?"
REMEMBERED = 10

_INPUTS = (*SYMBOLS, BLANK, CUE)
_OUTPUTS = (*SYMBOLS, BLANK)


def draw(random: np.random.Generator, length: int, count: int) -> Examples:
    """Sequences of `length` + 20 steps: ten symbols, `length` - 1 blanks, the cue, ten blanks."""
    steps = length + 2 * REMEMBERED
    symbols = random.integers(0, len(SYMBOLS), (REMEMBERED, count))
    codes = np.full((steps, count), _INPUTS.index(BLANK))
    codes[:REMEMBERED] = symbols
    codes[-REMEMBERED - 1] = _INPUTS.index(CUE)
    targets = np.full((steps, count), _OUTPUTS.index(BLANK))
    targets[-REMEMBERED:] = symbols
    scored = np.zeros((steps, count), np.bool_)
    scored[-REMEMBERED:] = True
    return Examples(one_hot(codes, len(_INPUTS)), targets, np.ones((steps, count), np.bool_), scored)


COPY = Task(
    name="copy",
    title="Copy memory",
    asks=f"Ten symbols, then blanks ({BLANK}). After the cue ({CUE}), give the ten in their order; until then, blanks.",
    source="Arjovsky, Shah & Bengio 2016, after Hochreiter & Schmidhuber 1997",
    inputs=_INPUTS,
    one_hot=True,
    outputs=_OUTPUTS,
    metric=Metric("recall", "Symbols recalled", "larger", learned=0.99, share=True),
    lengths=(1, 10, 300),
    length_title="Steps between",
    draw=draw,
    held_out=draw,
    score=share_right,
    chance=lambda length: 1 / len(SYMBOLS),
    chance_loss=lambda length: REMEMBERED * math.log(len(SYMBOLS)) / (length + 2 * REMEMBERED),
    steps=3000,
)
