"""The error surface of one recurrent unit, with paths of gradient descent over it: in relief, and from above."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import plotly.graph_objects as go

from rnnviz.cells import Array
from rnnviz.notation import Palette
from rnnviz.training.clipping import Path

#: How a path is told from the other beside its colour: the dash of its line, the mark at its points.
_CUES = (("dash", "diamond"), ("solid", "circle"))


@dataclass(frozen=True, eq=False)
class Surface:
    """The loss (B, W) at every pair of the numbers w (W,) and b (B,)."""

    w: Array
    b: Array
    loss: Array


def cliff_relief(surface: Surface, paths: Mapping[str, Path], palette: Palette) -> go.Figure:
    """Draw the surface as a landscape that can be turned, and up to two paths over it."""
    figure = go.Figure(
        go.Surface(
            x=surface.w, y=surface.b, z=surface.loss.astype(np.float32), colorscale=_scale(palette), showscale=False,
            hovertemplate="w %{x:.2f}, b %{y:.2f}: loss %{z:.3f}<extra></extra>",
            lighting={"ambient": 0.75, "diffuse": 0.5, "specular": 0.05}, name="Loss",
        )
    )  # fmt: skip
    lift = 0.012  # what lies in the surface cannot be seen from all sides
    for (name, path), colour, (dash, mark) in zip(paths.items(), _colours(palette), _CUES):
        w, b, loss = path.drawn.T
        figure.add_scatter3d(
            x=w, y=b, z=loss + lift, customdata=loss, mode="lines+markers", name=name,
            line={"color": colour, "width": 7, "dash": dash}, marker={"color": colour, "size": 3.5, "symbol": mark},
            hovertemplate="step %{pointNumber}: w %{x:.3f}, b %{y:.3f}, loss %{customdata:.4f}<extra></extra>",
        )  # fmt: skip
    axis = {"showbackground": False, "gridcolor": palette.line, "tickfont": {"size": 14}, "color": palette.ink}
    figure.update_layout(
        _layout(palette),
        scene={
            "xaxis": {**axis, "title": {"text": "w"}, "range": _ends(surface.w), "nticks": 5},
            "yaxis": {**axis, "title": {"text": "b"}, "range": _ends(surface.b), "nticks": 5},
            "zaxis": {**axis, "title": {"text": "loss"}, "range": [0, 0.5], "nticks": 4},
            "camera": {"eye": {"x": 0.92, "y": 1.8, "z": 1.08}, "center": {"x": 0, "y": 0, "z": -0.2}},
            "aspectratio": {"x": 1, "y": 1, "z": 0.65},
        },
        margin={"l": 0, "r": 0, "t": 0, "b": 0},
        showlegend=False,
    )
    return figure


def cliff_map(surface: Surface, paths: Mapping[str, Path], palette: Palette) -> go.Figure:
    """Draw the same from above: the higher the loss the darker (in dark mode: the brighter) the ground."""
    figure = go.Figure(
        go.Heatmap(
            x=surface.w, y=surface.b, z=surface.loss.astype(np.float32), zmin=0, zmax=0.5, colorscale=_scale(palette),
            colorbar={"title": {"text": "loss"}, "thickness": 12, "tickfont": {"size": 14}, "nticks": 4},
            hovertemplate="w %{x:.2f}, b %{y:.2f}: loss %{z:.3f}<extra></extra>", name="Loss",
        )
    )  # fmt: skip
    for (name, path), colour, (dash, mark) in zip(paths.items(), _colours(palette), _CUES):
        w, b, loss = path.drawn.T
        figure.add_scatter(
            x=w, y=b, customdata=loss, mode="lines+markers", name=name,
            line={"color": colour, "width": 2.5, "dash": dash}, marker={"color": colour, "size": 7, "symbol": mark},
            hovertemplate="step %{pointNumber}: w %{x:.3f}, b %{y:.3f}, loss %{customdata:.4f}<extra></extra>",
        )  # fmt: skip
    if paths:
        w, b, _ = next(iter(paths.values())).drawn[0]
        figure.add_annotation(
            x=w, y=b, text="start", showarrow=False, yshift=16, font={"size": 14, "color": palette.ink}
        )
    axis = {"zeroline": False, "showgrid": False, "tickfont": {"size": 14}, "color": palette.ink, "nticks": 5}
    figure.update_layout(
        _layout(palette),
        xaxis={**axis, "title": {"text": "w"}, "range": _ends(surface.w)},
        yaxis={**axis, "title": {"text": "b"}, "range": _ends(surface.b)},
        legend={"orientation": "h", "yanchor": "bottom", "y": 1.02, "x": 0, "font": {"size": 14}},
        margin={"l": 60, "r": 0, "t": 40, "b": 50},
        dragmode=False,
    )
    return figure


def _layout(palette: Palette) -> dict[str, object]:
    ground = "rgba(0,0,0,0)"
    return {
        "paper_bgcolor": ground,
        "plot_bgcolor": ground,
        "font": {"size": 14, "color": palette.ink},
        "hoverlabel": {"font": {"size": 14}},
    }


def _scale(palette: Palette) -> list[tuple[float, str]]:
    """From no loss to much: a grey that neither path is drawn in."""
    return [(0.0, palette.card), (1.0, palette.quiet)]


def _colours(palette: Palette) -> tuple[str, str]:
    return palette.negative, palette.positive


def _ends(values: Array) -> tuple[float, float]:
    return float(values[0]), float(values[-1])
