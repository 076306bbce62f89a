"""Where a translation comes from, by several measures side by side, and the tree of a beam search."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import exp
from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from rnnviz.beam import Branch
from rnnviz.cells import Array
from rnnviz.notation import Palette

_CELL = 34
_PLAIN: dict[str, Any] = {
    "background": "transparent",
    "view": {"stroke": None},
    "font": '"Source Sans", sans-serif',
}


def word_maps(
    measures: Mapping[str, Array], read: Sequence[str], written: Sequence[str], palette: Palette, font_size: int = 14
) -> alt.HConcatChart:
    """Draw measures (T_out, T_in) as heat maps side by side: a row for each word written, a column for each read.

    Each is coloured by its share of the largest in its row, up or down: what is compared is which words stand out.
    """
    charts = []
    for place, (title, values) in enumerate(measures.items()):
        largest = np.maximum(np.abs(values).max(axis=1, keepdims=True), 1e-300)
        frame = pd.DataFrame(
            [
                {"written": f"{t + 1}. {word}", "read": f"{j + 1}. {other}", "value": value, "share": share}
                for t, word in enumerate(written)
                for j, other in enumerate(read)
                for value, share in [(float(values[t, j]), float((values / largest)[t, j]))]
            ]
        )
        rows, columns = ([f"{k + 1}. {word}" for k, word in enumerate(words)] for words in (written, read))
        label: dict[str, Any] = {"labelFontSize": font_size, "labelColor": palette.ink, "domain": False, "ticks": False}
        x = alt.X("read:N", sort=columns, title=None, axis=alt.Axis(orient="top", labelAngle=-60, **label))
        y = alt.Y("written:N", sort=rows, title=None, axis=alt.Axis(labels=place == 0, **label))
        scale = alt.Scale(
            domain=[-1, 0, 1], range=[palette.negative, palette.zero, palette.positive], interpolate="rgb"
        )
        tips = [
            alt.Tooltip("written:N", title="Written"),
            alt.Tooltip("read:N", title="Read"),
            alt.Tooltip("value:Q", title=title, format=".3g"),
        ]
        charts.append(
            alt.Chart(frame, title=alt.Title(title, fontSize=font_size + 1, color=palette.ink))
            .mark_rect()
            .encode(x=x, y=y, color=alt.Color("share:Q", scale=scale, legend=None), tooltip=tips)
            .properties(width=_CELL * len(read), height=_CELL * 0.75 * len(written))
        )
    whole: alt.HConcatChart = alt.hconcat(*charts).configure(**_PLAIN)
    return whole


def beam_tree(
    tree: Sequence[Sequence[Branch]], symbols: Sequence[str], palette: Palette, font_size: int = 14
) -> alt.LayerChart:
    """Draw a beam search: a column for each length, the likeliest branch on top, what was dropped pale.

    A word stands with the probability of all words up to it; the tooltip says its score in nats. The best translation
    is drawn bold.
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
                "share": f"{exp(one.score):.2g}" if one.parent else "",
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
