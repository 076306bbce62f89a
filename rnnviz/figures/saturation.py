"""How often the units of a gate are nearly shut and nearly open: one dot a unit."""

from __future__ import annotations

import altair as alt
import pandas as pd

from rnnviz.analysis.saturation import Saturation

_THIN = "#8c919b"  # grey that is seen on light and on dark


def saturation_scatter(saturation: Saturation, title: str, colour: str) -> alt.LayerChart:
    """Draw the units of one gate as Karpathy, Johnson & Fei-Fei 2015 do: right-saturated across, left-saturated up.

    No unit can lie beyond the diagonal, on which its gate is never in between.

    Parameters
    ----------
    saturation
        The shares of the gate's units.
    title
        Which gate of which cell it is.
    colour
        That of the cell.
    """
    shares = {"right": saturation.right, "left": saturation.left, "between": 1 - saturation.right - saturation.left}
    units = pd.DataFrame({"unit": range(1, len(saturation.left) + 1), **shares})
    scale = alt.Scale(domain=[0, 1], nice=False)
    axis = alt.Axis(
        values=[0, 0.5, 1], labelExpr="100 * datum.value + ' %'", labelFlush=False, labelFontSize=14, titleFontSize=14,
        grid=False, domain=True, domainColor=_THIN,
    )  # fmt: skip
    corners = alt.Chart(pd.DataFrame({"right": [0, 1], "left": [1, 0]})).encode(
        x=alt.X("right:Q", title="Steps nearly open", scale=scale, axis=axis),
        y=alt.Y("left:Q", title="Steps nearly shut", scale=scale, axis=axis),
    )
    dots = corners.properties(data=units).encode(
        tooltip=[
            alt.Tooltip("unit:N", title="Unit"),
            alt.Tooltip("right:Q", title="Nearly open", format=".3~p"),
            alt.Tooltip("left:Q", title="Nearly shut", format=".3~p"),
            alt.Tooltip("between:Q", title="In between", format=".3~p"),
        ]
    )
    return alt.LayerChart(
        layer=[
            corners.mark_line(color=_THIN, strokeWidth=1),
            dots.mark_point(filled=True, color=colour, size=70, opacity=0.85),
        ],
        title=alt.TitleParams(title, fontSize=16, anchor="start", offset=8),
        background="transparent",
        description=f"{title}: for each unit the share of steps nearly open, across, and nearly shut, up.",
    )
