"""Where a translation comes from, by several measures side by side, and the tree of a beam search."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import exp
from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from rnnviz.analysis.beam import Branch
from rnnviz.cells import Array
from rnnviz.notation import Palette

_CELL = 34
_PLAIN: dict[str, Any] = {
    "background": "transparent",
    "view": {"stroke": None},
    "font": '"Source Sans", sans-serif',
}


def word_map(
    title: str,
    values: Array,
    read: Sequence[str],
    written: Sequence[str],
    colours: Sequence[str],
    palette: Palette,
    font_size: int = 14,
) -> alt.Chart:
    """Draw a measure (T_out, T_in) as a heat map: a row for each word written, a column for each word read.

    It is coloured by its share of the largest in its row, up or down: which words stand out can then be compared with
    another measure.

    Parameters
    ----------
    colours
        Those of nothing and of the largest; of a measure with signs three, that of the largest below zero first.
    """
    shares = values / np.maximum(np.abs(values).max(axis=1, keepdims=True), 1e-300)
    rows, columns = ([f"{k + 1}. {word}" for k, word in enumerate(words)] for words in (written, read))
    frame = pd.DataFrame(
        [
            {"written": row, "read": column, "value": float(values[t, j]), "share": float(shares[t, j])}
            for t, row in enumerate(rows)
            for j, column in enumerate(columns)
        ]
    )
    label: dict[str, Any] = {
        "labelFontSize": font_size, "labelColor": palette.ink, "domain": False, "ticks": False, "labelLimit": 0,
        "title": None,
    }  # fmt: skip
    x = alt.X("read:N", sort=columns, axis=alt.Axis(orient="top", labelAngle=-60, **label))
    y = alt.Y("written:N", sort=rows, axis=alt.Axis(**label))
    scale = alt.Scale(domain=[-1, 0, 1][-len(colours) :], range=list(colours), interpolate="rgb")
    tips = [
        alt.Tooltip("written:N", title="Written"),
        alt.Tooltip("read:N", title="Read"),
        alt.Tooltip("value:Q", title=title, format=".3g"),
    ]
    chart: alt.Chart = (
        alt.Chart(frame, title=alt.Title(title, fontSize=font_size + 1, color=palette.ink, anchor="start"))
        .mark_rect()
        .encode(x=x, y=y, color=alt.Color("share:Q", scale=scale, legend=None), tooltip=tips)
        .properties(
            width=_CELL * len(read), height=0.75 * _CELL * len(written), autosize=alt.AutoSizeParams(type="pad")
        )
        .configure(**_PLAIN)
    )
    return chart


def beam_tree(
    tree: Sequence[Sequence[Branch]],
    symbols: Sequence[str],
    say: Callable[[float], str],
    palette: Palette,
    font_size: int = 14,
) -> alt.LayerChart:
    """Draw a beam search: a column for each length, the likeliest branch on top, what was dropped pale.

    A word stands with the probability of all words up to it; the tooltip says its score in nats. The best translation
    is drawn bold.

    Parameters
    ----------
    say
        How a probability is written.
    """
    best, path = tree[-1][0], set()
    branch: Branch | None = best
    while branch is not None:
        path.add(branch)
        branch = branch.parent
    drawn = [
        (depth, [one for one in level if not (one.ended and one in tree[depth - 1])])
        for depth, level in enumerate(tree)
    ]
    place = {one: (depth, row) for depth, level in drawn for row, one in enumerate(level)}
    nodes = pd.DataFrame(
        [
            {
                "x": depth,
                "y": row,
                "word": "start" if one.code is None else symbols[one.code],
                "share": say(exp(one.score)) if one.parent else "",
                "score": one.score,
                "what": "best" if one in path else "kept" if one.kept else "dropped",
            }
            for one, (depth, row) in place.items()
        ]
    )
    edges = pd.DataFrame(
        [
            {"x": place[one.parent][0] + 0.32, "y": place[one.parent][1], "x2": depth - 0.32, "y2": row,
             "what": "best" if one in path else "kept" if one.kept else "dropped"}
            for one, (depth, row) in place.items()
            if one.parent is not None
        ]
    )  # fmt: skip
    high = max(len(level) for _, level in drawn)
    x = alt.X("x:Q", axis=None, scale=alt.Scale(domain=[-0.5, len(tree) - 0.5], nice=False))
    y = alt.Y("y:Q", axis=None, scale=alt.Scale(domain=[high - 0.4, -0.6], nice=False))
    kinds = ["best", "kept", "dropped"]
    colour = alt.Color(
        "what:N", scale=alt.Scale(domain=kinds, range=[palette.accent, palette.ink, palette.quiet]), legend=None
    )
    width = alt.StrokeWidth("what:N", scale=alt.Scale(domain=kinds, range=[3, 1.2, 0.8]), legend=None)
    dash = alt.StrokeDash("what:N", scale=alt.Scale(domain=kinds, range=[[1, 0], [1, 0], [3, 3]]), legend=None)
    tips = [
        alt.Tooltip("word:N", title="Word"),
        alt.Tooltip("score:Q", title="Log probability so far (nats)", format=".3f"),
        alt.Tooltip("what:N", title="Branch"),
    ]
    base = alt.Chart(nodes).encode(x=x, y=y, color=colour, tooltip=tips)
    whole: alt.LayerChart = (
        alt.layer(
            alt.Chart(edges)
            .mark_rule()
            .encode(x=x, y=y, x2="x2", y2="y2", color=colour, strokeWidth=width, strokeDash=dash),
            base.mark_text(fontSize=font_size, dy=-2).encode(text="word:N"),
            base.mark_text(fontSize=max(font_size - 2, 12), dy=font_size).encode(text="share:N"),
        )
        .properties(width=max(320, 92 * len(tree)), height=max(90, 46 * high))
        .configure(**_PLAIN)
    )
    return whole
