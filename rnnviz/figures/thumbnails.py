"""Small pictures without axes, as SVG: a heat map and a few curves. Their colours are those of the reader's theme."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from html import escape

import numpy as np

from rnnviz.cells import Array
from rnnviz.notation import PALETTES, Quantity, variant

#: The size of the curves' picture in its own units; a page stretches it.
_WIDTH, _HEIGHT = 320, 120
_STROKE = 3
#: So many shades lie between zero and the end of a colour scale.
_SHADES = 16


def heat_map(values: Array, quantity: Quantity, words: str) -> str:
    """Draw values (rows, columns) on the colour scale of their quantity; `words` say what is seen."""
    rows, columns = values.shape
    shades = np.rint(np.clip(values / quantity.colour_range[1], -1, 1) * _SHADES).astype(int)
    squares: defaultdict[int, str] = defaultdict(str)
    for (row, column), shade in np.ndenumerate(shades):
        squares[shade] += f"M{column} {row}h1v1h-1z"
    paths = "".join(
        f'<path d="{path}" fill="{_end_of(quantity, shade)}" fill-opacity="{abs(shade) / _SHADES:.3g}"/>'
        for shade, path in squares.items()
        if shade
    )
    ground = f'<rect width="{columns}" height="{rows}" fill="{_colour("zero")}"/>'
    return _picture(columns, rows, f'<g shape-rendering="crispEdges">{ground}{paths}</g>', words)


def curves(lines: Mapping[str, Array], words: str) -> str:
    """Draw a line for each variant over one range, in its colour and its dashes; what is not finite is left out."""
    range_ = _range(*lines.values())
    return _picture(_WIDTH, _HEIGHT, _variants(lines, range_), words)


def curves_over(ground: Array, lines: Mapping[str, Array], words: str) -> str:
    """Draw the same over one more line, of what they are about; all have values at the same places, or nan."""
    range_ = _range(ground, *lines.values())
    below = (
        f'<polyline points="{_points(ground, *range_)}" fill="none" stroke="{_colour("quiet")}" stroke-width="1.5"/>'
    )
    return _picture(_WIDTH, _HEIGHT, below + _variants(lines, range_), words)


def _range(*lines: Array) -> tuple[float, float]:
    """The lowest of all finite values, and how far the highest is above it."""
    every = np.concatenate([values[np.isfinite(values)] for values in lines])
    return float(every.min()), float(np.ptp(every)) or 1.0


def _variants(lines: Mapping[str, Array], range_: tuple[float, float]) -> str:
    return "".join(
        f'<polyline points="{_points(values, *range_)}" fill="none" stroke="{variant(name).colour}" '
        f'stroke-width="{_STROKE}" stroke-dasharray="{" ".join(map(str, variant(name).dash))}"/>'
        for name, values in lines.items()
    )


def _points(values: Array, low: float, span: float) -> str:
    across = np.linspace(_STROKE, _WIDTH - _STROKE, len(values))
    down = _HEIGHT - _STROKE - (values - low) / span * (_HEIGHT - 2 * _STROKE)
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in zip(across, down) if np.isfinite(y))


def _end_of(quantity: Quantity, shade: int) -> str:
    if quantity.scale == "gate":
        return _colour("gate")
    return _colour("positive" if shade > 0 else "negative")


def _colour(name: str) -> str:
    light, dark = (getattr(PALETTES[theme], name) for theme in ("light", "dark"))
    return f"light-dark({light},{dark})"


def _picture(width: int, height: int, content: str, words: str) -> str:
    return (
        f'<svg viewBox="0 0 {width} {height}" preserveAspectRatio="none" role="img" aria-label="{escape(words)}">'
        f"{content}</svg>"
    )
