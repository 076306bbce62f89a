"""A series over its times."""

from __future__ import annotations

import json
from collections.abc import Sequence
from itertools import pairwise

import altair as alt
import numpy as np
import pandas as pd

from rnnviz.cells import Array
from rnnviz.figures.lines import axis, chart
from rnnviz.notation import Palette

#: So many steps are drawn as they are; of more, the least and the most of every few.
_MOST_DRAWN = 1500
_TICKS = 5


def series_line(
    times: Sequence[str], values: Array, title: str, palette: Palette, *, height: int = 220, font_size: int = 14
) -> alt.LayerChart:
    """Draw values (T,) against the steps that they belong to, which are named by their times.

    Of a long series the least and the most of every few steps are drawn, so that no peak is lost.
    """
    places = _drawn(values)
    drawn = pd.DataFrame({"step": places + 1, "time": [times[place] for place in places], "value": values[places]})
    ticks = [int(place) for place in np.linspace(0, len(values) - 1, _TICKS).round()]
    names = json.dumps({str(place + 1): times[place] for place in ticks})
    x = alt.X(
        "step:Q",
        title=None,
        scale=alt.Scale(domain=[1, len(values)], nice=False),
        axis=axis(
            font_size,
            values=[place + 1 for place in ticks],
            labelExpr=f"({names})[datum.value]",
            labelBound=True,
            labelFlush=True,
            labelOverlap=True,
        ),
    )
    y = alt.Y("value:Q", title=title, scale=alt.Scale(zero=False), axis=axis(font_size, tickCount=4, format=",~r"))
    tips = [alt.Tooltip("time:N", title="Time"), alt.Tooltip("value:Q", title=title, format=",.6~r")]
    line = alt.Chart(drawn).mark_line(color=palette.accent, strokeWidth=1.5).encode(x=x, y=y, tooltip=tips)
    least, most = float(values.min()), float(values.max())
    said = f"{title} over {len(values):,} steps, from {times[0]} to {times[-1]}: {least:.4g} to {most:.4g}."
    return chart([line], said, height)


def _drawn(values: Array) -> np.ndarray:
    """The places that are drawn."""
    if len(values) <= _MOST_DRAWN:
        return np.arange(len(values))
    edges = np.linspace(0, len(values), _MOST_DRAWN // 2 + 1).astype(int)
    ends = {0, len(values) - 1}
    for start, stop in pairwise(edges.tolist()):
        ends |= {start + int(values[start:stop].argmin()), start + int(values[start:stop].argmax())}
    return np.array(sorted(ends))
