"""What charts of lines are made of: axes, the look of each title, levels, and labels that lie beside one another."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from math import ceil, floor, log10
from textwrap import wrap
from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from rnnviz.cells import Array
from rnnviz.notation import Palette, Variant, percent, variant

_HEIGHT = 300
#: That of the pages, which charts know for their axes only.
FONT = '"Source Sans", sans-serif'
#: How many characters a line of a label has at most, so that it fits a telephone.
_LABEL_WIDTH = 28
#: Dashes for further lines of one cell, which share its colour.
_MORE_DASHES = ((14, 4), (1, 3), (10, 3, 2, 3, 2, 3), (5, 8))

X, Y, LOW, HIGH = alt.X("x:Q"), alt.Y("y:Q"), alt.Y("low:Q"), alt.Y2("high:Q")
COLOUR, DASH = alt.Color("title:N"), alt.StrokeDash("title:N")
OF_TITLE = alt.Tooltip("title:N", title=" ")
_TEXT = alt.Text("label:N")


@dataclass(frozen=True)
class Level:
    """A number to compare with: chance, a baseline, from where on a task counts as learned."""

    title: str
    value: float


class Look:
    """The colour and the dash of each title; a second title of a cell gets other dashes."""

    def __init__(self, names: Iterable[tuple[str, str]], font_size: int) -> None:
        self._font_size = font_size
        self._variants: dict[str, Variant] = {}
        for cell_name, title in names:
            if title not in self._variants:
                own = variant(cell_name)
                choices = [own, *(replace(own, dash=dash) for dash in _MORE_DASHES)]
                taken = list(self._variants.values())
                self._variants[title] = min(choices, key=taken.count)

    @property
    def titles(self) -> list[str]:
        """Each once, in order."""
        return list(self._variants)

    def axes(self, across: alt.X, up: Vertical) -> alt.Chart:
        """A layer without marks for the axes and the legend; the others share its scales."""
        colours = [look.colour for look in self._variants.values()]
        dashes = [list(look.dash) or [1, 0] for look in self._variants.values()]
        options: dict[str, Any] = {"title": None, "legend": legend(self._font_size, self.titles)}
        nothing = alt.Chart(pd.DataFrame(columns=["title", "x", "y"])).mark_line()
        layer: alt.Chart = nothing.encode(
            x=across,
            y=up.encode(),
            color=alt.Color("title:N", scale=alt.Scale(domain=self.titles, range=colours), **options),
            strokeDash=alt.StrokeDash("title:N", scale=alt.Scale(domain=self.titles, range=dashes), **options),
        )
        return layer


@dataclass(frozen=True)
class Vertical:
    """The vertical axis of a chart: its title, its ends, and how numbers are placed and written on it."""

    title: str
    low: float
    high: float
    log: bool
    share: bool
    font_size: int

    def encode(self) -> alt.Y:
        """As Altair takes it."""
        scale = alt.Scale(type="log" if self.log else "linear", domain=[self.low, self.high], nice=False, clamp=True)
        form = ".3~p" if self.share else "~e" if self.log and (self.low < 1e-4 or self.high > 1e6) else ",~r"
        ticks: dict[str, Any] = {"values": self.ticks} if self.log else {"tickCount": 5}
        return alt.Y("y:Q", title=self.title, scale=scale, axis=axis(self.font_size, format=form, **ticks))

    @property
    def ticks(self) -> list[float]:
        """Where a logarithmic axis has numbers: few round ones."""
        first, last = floor(log10(self.low)), ceil(log10(self.high))
        apart = ceil((last - first) / 7)
        digits = (1, 2, 5) if last - first < 3 else (1, 3) if last - first < 5 else (1,)
        ticks = [float(f"{digit}e{power}") for power in range(first, last + 1, apart) for digit in digits]
        return [tick for tick in ticks if self.low <= tick <= self.high]

    def tip(self, field: str, title: str) -> alt.Tooltip:
        """What is said of a number when it is pointed at."""
        return alt.Tooltip(f"{field}:Q", title=title, format=".6~p" if self.share else ",.3~r")

    def said(self, value: float) -> str:
        """A number as it is written in a label."""
        return said_share(value) if self.share else f"{value:.3g}".replace("-", "−")

    def pixel(self, value: float) -> float:
        """How far below the top a number is."""
        low, high, at = np.log([self.low, self.high, value]) if self.log else (self.low, self.high, value)
        return float(_HEIGHT * np.clip((high - at) / (high - low), 0, 1))

    def at(self, pixel: float) -> float:
        """The number that is so far below the top."""
        share = 1 - pixel / _HEIGHT
        if self.log:
            return float(self.low * (self.high / self.low) ** share)
        return self.low + share * (self.high - self.low)


@dataclass(frozen=True)
class Label:
    """What is written at a point."""

    text: str
    x: float
    y: float

    @property
    def lines(self) -> list[str]:
        """The text in lines that fit."""
        return wrap(self.text, _LABEL_WIDTH)


def texts(labels: Sequence[Label], up: Vertical, last: float, palette: Palette) -> list[alt.Chart]:
    """Labels, each beside its point, or as near to it as the others and the border let it be."""
    if not labels:
        return []
    line = 1.25 * up.font_size
    labels = sorted(labels, key=lambda label: -label.y)
    heights = np.array([line * len(label.lines) for label in labels])
    beside = [_beside(up.pixel(label.y), height) for label, height in zip(labels, heights)]
    rows = pd.DataFrame(
        {
            "label": "\n".join(label.lines),
            "x": label.x,
            "y": up.at(middle - (len(label.lines) - 1) * line / 2),
            "align": ("left", "center", "right")[min(int(3 * label.x / last), 2)],
        }
        for label, middle in zip(labels, _stacked(beside, heights, _HEIGHT))
    )
    texts = alt.Chart(rows).encode(x=X, y=Y, text=_TEXT)
    style: dict[str, Any] = {
        "font": FONT, "fontSize": up.font_size, "lineBreak": "\n", "lineHeight": line, "baseline": "middle",
        "align": alt.ExprRef("datum.align"),
    }  # fmt: skip
    return [
        texts.mark_text(color=palette.page, stroke=palette.page, strokeWidth=7, strokeJoin="round", **style),
        texts.mark_text(color=palette.ink, **style),
    ]


def _beside(pixel: float, height: float) -> float:
    """The middle of a text of some height just above a place; just below where there is no room above."""
    return pixel + (-1 if pixel > height + 2 else 1) * (height / 2 + 2)


def _stacked(middles: Sequence[float], heights: Array, room: float) -> Array:
    """Middles as near to those wanted as boxes of some heights, one below another, allow that stay in the room."""
    ends = np.cumsum(heights)
    # How far each box is below where it is when all are pushed to the top: boxes do not overlap when it never falls.
    pushed = np.maximum.accumulate(np.maximum(np.array(middles) + heights / 2 - ends, 0))
    lowered: Array = np.minimum(pushed, max(room - ends[-1], 0)) + ends - heights / 2
    return lowered


def level_rules(levels: Sequence[Level], up: Vertical, palette: Palette) -> list[alt.Chart]:
    """A thin line across the chart for each level."""
    if not levels:
        return []
    rows = pd.DataFrame({"title": level.title, "y": level.value} for level in levels)
    tips = [OF_TITLE, up.tip("y", "Level")]
    return [alt.Chart(rows).mark_rule(color=palette.quiet, strokeWidth=1.5).encode(y=Y, tooltip=tips)]


def around(numbers: Sequence[float], *, log: bool) -> tuple[float, float]:
    """The ends of an axis a little beyond all numbers; one on which nothing is negative begins at 0 or above."""
    low, high = (float(min(numbers)), float(max(numbers))) if len(numbers) else (0.1, 1.0)
    if log:
        beyond = max(high / low, 2.0) ** 0.05
        return low / beyond, high * beyond
    beyond = 0.05 * ((high - low) or abs(high) or 1.0)
    return (low - beyond if low < 0 else max(low - beyond, 0.0)), high + beyond


def said_share(share: float) -> str:
    """A share in three digits, where they do not make it all or nearly none."""
    return f"{100 * share:.3g} %" if 0.001 <= share <= 0.999 else percent(share)


def described(drawn: str, look: Look, labels: Sequence[Label]) -> str:
    """What a chart shows, for those who do not see it."""
    of = ", ".join(look.titles) or "no run yet"
    return ". ".join([f"{drawn}: {of}", *(label.text for label in labels)]) + "."


def legend(font_size: int, titles: Sequence[str], **options: Any) -> alt.Legend:
    """Above the chart, in as many columns as there is room for."""
    style = {"symbolType": "stroke", "symbolStrokeWidth": 3, "symbolSize": 500, "symbolOpacity": 1, **options}
    column = 45 + 0.55 * font_size * max(map(len, titles), default=0)
    columns = alt.ExprRef(f"max(1, floor(width / {column:.0f}))")
    return alt.Legend(orient="top", labelFontSize=font_size, labelLimit=0, columns=columns, **style)


def axis(font_size: int, **options: Any) -> alt.Axis:
    """An axis in the type of the pages."""
    return alt.Axis(labelFontSize=font_size, titleFontSize=font_size, titleFontWeight="normal", grid=False, **options)


def chart(layers: Sequence[alt.Chart], description: str, height: int = _HEIGHT) -> alt.LayerChart:
    """Layers over one another, as wide as their place."""
    return alt.LayerChart(
        layer=list(layers),
        width="container",
        height=height,
        autosize=alt.AutoSizeParams(type="fit-x", contains="padding"),
        background="transparent",
        description=description,
    )
