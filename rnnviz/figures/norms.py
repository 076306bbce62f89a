"""How long the gradients of a training run are, and from how far back they come."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from rnnviz.cells import Array
from rnnviz.notation import Palette

_WITHOUT, _WITH = "without clipping", "with clipping"
_DASHES = [[6, 3], [1, 0]]


def norm_histogram(without: Array, clipped: Array, threshold: float, title: str, palette: Palette) -> alt.LayerChart:
    """Draw how often the gradients of two runs have which size before clipping, on a logarithmic axis.

    Parameters
    ----------
    without, clipped
        The sizes at each step of the runs; what is not above 0 and finite is left out.
    threshold
        Where gradients are clipped.
    title
        What is measured, for the axis.
    """
    edges = _edges([without, clipped], threshold)
    counts = pd.DataFrame(
        [
            {"run": run, "low": low, "high": high, "none": 0, "steps": int(count)}
            for run, sizes in ((_WITHOUT, without), (_WITH, clipped))
            for low, high, count in zip(edges[:-1], edges[1:], np.histogram(_loggable(sizes), edges)[0])
        ]
    )
    x = alt.X("low:Q", title=title, scale=_log(edges[0], edges[-1]), axis=_axis(format="~g", tickCount=6))
    y = alt.Y("steps:Q", title="Steps", axis=_axis(tickCount=4))
    colour = _colour(palette)
    tooltip = [
        alt.Tooltip("run:N", title="Run"),
        alt.Tooltip("low:Q", title="From", format=".3g"),
        alt.Tooltip("high:Q", title="To", format=".3g"),
        alt.Tooltip("steps:Q", title="Steps"),
    ]
    base = alt.Chart(counts).encode(x=x, y=y, color=colour, tooltip=tooltip)
    bars = base.transform_filter(alt.datum.run == _WITH).mark_rect(opacity=0.55).encode(x2="high:Q", y2="none:Q")
    outline = base.transform_filter(alt.datum.run == _WITHOUT).mark_line(
        interpolate="step-after", strokeWidth=2.5, strokeDash=_DASHES[0]
    )
    limit = alt.Chart(pd.DataFrame({"threshold": [threshold]}))
    rule = limit.mark_rule(color=palette.ink, strokeWidth=1.5).encode(x="threshold:Q")
    label = limit.mark_text(
        text="threshold", align="left", dx=5, dy=7, baseline="top", fontSize=14, color=palette.ink
    ).encode(x="threshold:Q", y=alt.value(0))
    return _chart([bars, outline, rule, label], 260, "How many steps had a gradient of which size before clipping.")


def reach_curves(before: Array, after: Array, palette: Palette) -> alt.LayerChart:
    """Draw what comes from how many steps back, before and after clipping, on a logarithmic axis; zeros are left out.

    Parameters
    ----------
    before, after
        (T,): the norm of the contribution of k steps back.
    """
    rows = pd.DataFrame(
        [
            {"run": run, "back": back, "norm": float(norm)}
            for run, norms in (("before clipping", before), ("after clipping", after))
            for back, norm in enumerate(norms)
            if norm > 0 and np.isfinite(norm)
        ]
    )
    order = ["before clipping", "after clipping"]
    base = alt.Chart(rows).encode(
        x=alt.X("back:Q", title="Steps back", axis=_axis(tickCount=6, format="d")),
        y=alt.Y(
            "norm:Q",
            title="Norm of the contribution",
            scale=alt.Scale(type="log"),
            axis=_axis(format="~e", tickCount=5),
        ),
        color=alt.Color(
            "run:N", sort=order, title=None, scale=alt.Scale(range=[palette.negative, palette.positive]), legend=_LEGEND
        ),
        tooltip=[
            alt.Tooltip("run:N", title=" "),
            alt.Tooltip("back:Q", title="Steps back"),
            alt.Tooltip("norm:Q", title="Norm", format=".3g"),
        ],
    )
    dash = alt.StrokeDash("run:N", sort=order, scale=alt.Scale(range=_DASHES), legend=None)
    lines = base.mark_line(strokeWidth=2.5).encode(strokeDash=dash)
    points = base.mark_point(filled=True, size=45, shape="circle")
    return _chart([lines, points], 260, "The norm of what comes from how many steps back, before and after clipping.")


_LEGEND = alt.Legend(orient="top", labelFontSize=14, symbolType="stroke", symbolStrokeWidth=3, labelLimit=0)


def _colour(palette: Palette) -> alt.Color:
    scale = alt.Scale(domain=[_WITHOUT, _WITH], range=[palette.negative, palette.positive])
    return alt.Color("run:N", title=None, scale=scale, legend=_LEGEND)


def _loggable(sizes: Array) -> Array:
    return sizes[(sizes > 0) & np.isfinite(sizes)]


def _edges(runs: Sequence[Array], threshold: float) -> Array:
    """The borders of about 40 bins of equal ratio that hold all sizes; the threshold is one of them."""
    sizes = np.log10(np.append(np.concatenate([_loggable(run) for run in runs]), threshold) / threshold)
    width = max((sizes.max() - sizes.min()) / 40, 0.02)
    places = width * np.arange(np.floor(sizes.min() / width), sizes.max() // width + 2)
    numbers = np.finfo(np.float64)
    edges: Array = threshold * 10 ** np.clip(places, numbers.minexp * np.log10(2) + 3, numbers.maxexp * np.log10(2) - 3)
    return edges


def _log(low: float, high: float) -> alt.Scale:
    return alt.Scale(type="log", domain=[low, high], nice=False)


def _axis(**options: Any) -> alt.Axis:
    return alt.Axis(labelFontSize=14, titleFontSize=14, titleFontWeight="normal", grid=False, **options)


def _chart(layers: Sequence[alt.Chart], height: int, description: str) -> alt.LayerChart:
    return alt.LayerChart(
        layer=list(layers), width="container", height=height, background="transparent", description=description
    )
