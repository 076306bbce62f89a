"""How networks learn, how far their memory reaches, and what batches cost: lines of several cells and seeds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from math import ceil, floor, isfinite, log10
from textwrap import wrap
from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from rnnviz.cells import CELLS, Array
from rnnviz.notation import Palette, Variant, percent, variant
from rnnviz.training.batching import Speed, Work

_HEIGHT = 300
#: That of the pages, which charts know for their axes only.
_FONT = '"Source Sans", sans-serif'
#: How many points a median has at most.
_MOST_POINTS = 200
#: How far beyond all others the numbers of a run that diverged may stretch the axis: linear, logarithmic.
_STRETCH = (2.0, 1000.0)
#: Lengths are on a logarithmic axis when the longest is at least so many times the shortest.
_WIDE = 8.0
#: Pixels between the marks of two cells at one length.
_APART = 7
#: How many characters a line of a label has at most, so that it fits a telephone.
_LABEL_WIDTH = 28
#: Dashes for further lines of one cell, which share its colour.
_MORE_DASHES = ((14, 4), (1, 3), (10, 3, 2, 3, 2, 3), (5, 8))


@dataclass(frozen=True, eq=False)
class Series:
    """What was measured of one run as it was trained.

    Attributes
    ----------
    cell_name
        Which cell it is: decides the colour and the dash, by `rnnviz.notation.variant`.
    title
        Whose line it is; runs of one title are seeds of the same.
    x, y
        (n,): steps or seconds, rising, and what was measured there. n may be 0; what is not finite is not drawn.
    diverged_at
        The step at which its numbers became too large, or None.
    """

    cell_name: str
    title: str
    seed: int
    x: Array
    y: Array
    diverged_at: int | None = None


@dataclass(frozen=True)
class Level:
    """A number to compare with: chance, a baseline, from where on a task counts as learned."""

    title: str
    value: float


@dataclass(frozen=True, eq=False)
class LevelLine:
    """A number to compare with that depends on the length: `values` (n,) at `lengths` (n,), which rise."""

    title: str
    lengths: Array
    values: Array


@dataclass(frozen=True)
class Result:
    """How good a run was in the end at one length; `cell_name`, `title` and `seed` are as those of a `Series`."""

    cell_name: str
    title: str
    seed: int
    length: float
    value: float


def learning_curves(
    series: Sequence[Series],
    *,
    x: str,
    title: str,
    levels: Sequence[Level],
    palette: Palette,
    log: bool = False,
    share: bool = False,
    end: float | None = None,
    font_size: int = 14,
) -> alt.LayerChart:
    """Draw runs as they were trained: a thin line a seed, a thick one for the median, a band from least to most.

    The median and the band of a title are drawn where all its runs have points, those aside that have none yet: no run
    enters or leaves a median midway. Between two points of a run lies a straight line. A run that diverged ends with a
    cross, at the border where its numbers are far beyond all others.

    Parameters
    ----------
    series
        May be empty: then only the levels are drawn.
    x, title
        The titles of the two axes.
    log
        Whether the vertical axis is logarithmic; what is not above 0 is then left out.
    share
        Whether the numbers are shares of one, to be shown in percent.
    end
        Where the horizontal axis ends at the least: the budget of runs that are under way; None where nothing says so.
    font_size
        Of all text, in pixels.
    """
    runs = [_drawable(one, log=log) for one in series]
    rules = [level for level in levels if _drawn(level.value, log=log)]
    last = max([end or 0.0, *(float(run.x[-1]) for run in runs if len(run.x))]) or 1.0
    across = alt.X(
        "x:Q",
        title=x,
        scale=alt.Scale(domain=[0, last], nice=False),
        axis=_axis(font_size, tickCount=5, format=",~r" if last < 1e5 else "~s"),
    )
    up = _Vertical(title, *_bounds(runs, rules, log=log), log, share, font_size)
    look = _Look(((run.cell_name, run.title) for run in runs), font_size)
    begun = [run for run in runs if len(run.x)]
    of_title = {name: [run for run in begun if run.title == name] for name in look.titles}
    middle = _joined(_MIDDLE, (_middle(name, of_title[name]) for name in look.titles if of_title[name]))
    thin = _joined(_SEEDS, (_points(run) for run in begun if len(of_title[run.title]) > 1))
    heads = _joined(_SEEDS, (_points(run).tail(1) for run in begun if run.diverged_at is None))
    place = alt.Tooltip("x:Q", title=x, format=",.5~r")
    seed_tips = [_OF_TITLE, alt.Tooltip("seed:N", title="Seed"), place, up.tip("y", title)]
    layers = [
        look.axes(across, up),
        *_rules(rules, up, palette),
        alt.Chart(middle[middle["runs"] > 1])
        .mark_area(opacity=1, fillOpacity=0.17)
        .encode(x=_X, y=_LOW, y2=_HIGH, color=_COLOUR),
        alt.Chart(thin)
        .mark_line(strokeWidth=1, strokeOpacity=0.6)
        .encode(x=_X, y=_Y, color=_COLOUR, detail=_SEED, tooltip=seed_tips),
        alt.Chart(middle)
        .mark_line(strokeWidth=3)
        .encode(x=_X, y=_Y, color=_COLOUR, strokeDash=_DASH, tooltip=_middle_tips(place, up)),
        alt.Chart(heads)
        .mark_point(filled=True, size=45, opacity=1)
        .encode(x=_X, y=_Y, color=_COLOUR, tooltip=seed_tips),
    ]
    labels = [_Label(f"{level.title}: {up.said(level.value)}", last, level.value) for level in rules]
    crossed = [run for run in runs if run.diverged_at is not None]
    if crossed:
        ends = _joined(_SEEDS, (_end(run, up.high) for run in crossed))
        layers.append(
            alt.Chart(ends)
            .mark_point(filled=True, shape="cross", angle=45, size=170, opacity=1)
            .encode(x=_X, y=_Y, color=_COLOUR, tooltip=seed_tips)
        )
        labels += _divergences(crossed, ends)
    description = _described(f"{title} against {x.lower()}", look, labels)
    return _chart([*layers, *_texts(labels, up, last, palette)], description)


def gradient_norms(
    series: Sequence[Series],
    limit: float | None,
    palette: Palette,
    *,
    x: str = "Step",
    end: float | None = None,
    font_size: int = 14,
) -> alt.LayerChart:
    """Draw the norm of the gradient before clipping on a logarithmic axis, as `learning_curves` draws a metric.

    Parameters
    ----------
    limit
        Where gradients are clipped, or None.
    """
    levels = [] if limit is None else [Level("clipped above", limit)]
    title = "Norm of the gradient before clipping"
    return learning_curves(
        series, x=x, title=title, levels=levels, palette=palette, log=True, end=end, font_size=font_size
    )


def metric_by_length(
    results: Sequence[Result],
    levels: Sequence[Level | LevelLine],
    palette: Palette,
    *,
    x: str,
    title: str,
    log: bool = False,
    share: bool = False,
    font_size: int = 14,
) -> alt.LayerChart:
    """Draw how good runs were at several lengths: a dot a seed, a line through the medians, a bar from least to most.

    The lengths are on a logarithmic axis when the longest is at least eight times the shortest. The other parameters
    are those of `learning_curves`.
    """
    finished = [one for one in results if _drawn(one.value, log=log)]
    flat = [level for level in levels if isinstance(level, Level) and _drawn(level.value, log=log)]
    sloped = [_drawable_line(level, log=log) for level in levels if isinstance(level, LevelLine)]
    sloped = [level for level in sloped if len(level.values)]
    lengths = sorted({*(one.length for one in finished), *(length for level in sloped for length in level.lengths)})
    across, last = _lengths(lengths, x, font_size)
    numbers = [one.value for one in finished] + [level.value for level in flat]
    up = _Vertical(
        title,
        *_around([*numbers, *(value for level in sloped for value in level.values)], log=log),
        log,
        share,
        font_size,
    )
    look = _Look(((one.cell_name, one.title) for one in finished), font_size)
    dots = pd.DataFrame([(one.title, one.seed, one.length, one.value) for one in finished], columns=_SEEDS)
    grouped = dots.astype({"x": float, "y": float}).groupby(["title", "x"], as_index=False)
    middle = grouped.agg(y=("y", "median"), low=("y", "min"), high=("y", "max"), runs=("y", "size"))
    place = alt.Tooltip("x:Q", title=x, format=",.5~r")
    tips = [_OF_TITLE, alt.Tooltip("seed:N", title="Seed"), place, up.tip("y", title)]
    layers = [look.axes(across, up), *_rules(flat, up, palette)]
    labels = [_Label(f"{level.title}: {up.said(level.value)}", last, level.value) for level in flat]
    for level in sloped:
        line = pd.DataFrame({"x": level.lengths, "y": level.values})
        layers.append(alt.Chart(line).mark_line(color=palette.quiet, strokeWidth=1.5).encode(x=_X, y=_Y))
        labels.append(_Label(level.title, float(level.lengths[-1]), float(level.values[-1])))
    for number, name in enumerate(look.titles):
        aside = _APART * (number - (len(look.titles) - 1) / 2)
        own, of_seeds = middle[middle["title"] == name], dots[dots["title"] == name]
        bars = alt.Chart(own[own["runs"] > 1]).mark_rule(strokeWidth=2, xOffset=aside)
        lines = alt.Chart(own).mark_line(strokeWidth=3, xOffset=aside)
        marks = alt.Chart(of_seeds).mark_point(filled=True, size=50, opacity=1, fillOpacity=0.75, xOffset=aside)
        layers += [
            bars.encode(x=_X, y=_LOW, y2=_HIGH, color=_COLOUR),
            lines.encode(x=_X, y=_Y, color=_COLOUR, strokeDash=_DASH, tooltip=_middle_tips(place, up)),
            marks.encode(x=_X, y=_Y, color=_COLOUR, tooltip=tips),
        ]
    description = _described(f"{title} against {x.lower()}", look, labels)
    return _chart([*layers, *_texts(labels, up, last, palette)], description)


def batch_speed(
    speeds: Mapping[str, Sequence[Speed]], enough: Mapping[str, int], palette: Palette, *, font_size: int = 14
) -> alt.LayerChart:
    """Draw sequences per second against batch size, both on logarithmic axes: medians, and quartiles as bars.

    Parameters
    ----------
    speeds
        By the name of the cell.
    enough
        The batch size of each cell that gets a ring: larger ones gain little.
    """
    rows = pd.DataFrame(
        [
            (CELLS[cell].title, speed.batch_size, speed.median, speed.low, speed.high, speed.batch_size == enough[cell])
            for cell, measured in speeds.items()
            for speed in measured
        ],
        columns=["title", "x", "y", "low", "high", "enough"],
    )
    sizes = sorted({speed.batch_size for measured in speeds.values() for speed in measured})
    across = alt.X(
        "x:Q",
        title="Batch size",
        scale=alt.Scale(type="log", base=2, domain=[sizes[0] / 1.2, sizes[-1] * 1.2], nice=False),
        axis=_axis(font_size, values=sizes, format="d", labelOverlap=True),
    )
    bounds = _around([*rows["low"], *rows["high"]], log=True)
    up = _Vertical("Sequences per second", *bounds, True, False, font_size)
    look = _Look(((cell, CELLS[cell].title) for cell in speeds), font_size)
    of = [
        up.tip(field, said) for field, said in (("y", "Median"), ("low", "Lower quartile"), ("high", "Upper quartile"))
    ]
    tips = [_OF_TITLE, alt.Tooltip("x:Q", title="Batch size"), *of]
    base = alt.Chart(rows).encode(x=_X, tooltip=tips)
    ringed = alt.Chart(rows[rows["enough"]]).encode(x=_X, y=_Y, tooltip=tips)
    layers = [
        look.axes(across, up),
        base.mark_rule(strokeWidth=2).encode(y=_LOW, y2=_HIGH, color=_COLOUR),
        base.mark_line(strokeWidth=3).encode(y=_Y, color=_COLOUR, strokeDash=_DASH),
        base.mark_point(filled=True, size=50, opacity=1).encode(y=_Y, color=_COLOUR),
        ringed.mark_point(size=260, strokeWidth=2, color=palette.ink, opacity=1),
    ]
    drawn = "Sequences per second against batch size, a ring where larger batches gain little"
    return _chart(layers, _described(drawn, look, []))


def padding_waste(works: Mapping[str, Work], palette: Palette, *, font_size: int = 14) -> alt.LayerChart:
    """Draw the steps that each way to make batches computes as a bar, its padding at the end; ways by their titles."""
    parts = ["steps of sequences", "padding"]
    rows = pd.DataFrame(
        [
            {"way": title, "part": part, "from": start, "to": stop, "steps": stop - start}
            for title, work in works.items()
            for part, start, stop in zip(parts, (0, work.steps - work.padding), (work.steps - work.padding, work.steps))
        ]
    )
    said = [f"{title}: {_percent(work.wasted)} padding" for title, work in works.items()]
    names = pd.DataFrame({"way": list(works), "from": 0, "said": said})
    encoding = {
        "x": alt.X("from:Q", title="Steps computed", axis=_axis(font_size, tickCount=3, format=",~r")),
        "y": alt.Y(
            "way:N",
            sort=list(works),
            axis=None,
            scale=alt.Scale(paddingInner=0.6, paddingOuter=0.5),
        ),
    }
    legend = _legend(font_size, parts, symbolType="square", symbolStrokeWidth=0, symbolSize=150)
    scale = alt.Scale(domain=parts, range=[palette.accent, palette.quiet])
    tips = [
        alt.Tooltip("way:N", title=" "),
        alt.Tooltip("part:N", title="Part"),
        alt.Tooltip("steps:Q", title="Steps", format=","),
    ]
    bars = alt.Chart(rows).mark_bar()
    texts = alt.Chart(names).mark_text(
        align="left", baseline="bottom", dy=-1.2 * font_size, font=_FONT, fontSize=font_size, color=palette.ink
    )
    layers = [
        bars.encode(
            **encoding, x2="to:Q", color=alt.Color("part:N", title=None, scale=scale, legend=legend), tooltip=tips
        ),
        texts.encode(**encoding, text="said:N"),
    ]
    description = f"Steps computed and how many of them are padding. {'; '.join(said)}."
    return _chart(layers, description, height=5 * font_size * len(works))


_SEEDS = ["title", "seed", "x", "y"]
_MIDDLE = ["title", "x", "y", "low", "high", "runs"]
_X, _Y, _LOW, _HIGH = alt.X("x:Q"), alt.Y("y:Q"), alt.Y("low:Q"), alt.Y2("high:Q")
_COLOUR, _DASH = alt.Color("title:N"), alt.StrokeDash("title:N")
_SEED, _TEXT = alt.Detail("seed:N"), alt.Text("label:N")
_OF_TITLE = alt.Tooltip("title:N", title=" ")


class _Look:
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
        return list(self._variants)

    def axes(self, across: alt.X, up: _Vertical) -> alt.Chart:
        """A layer without marks for the axes and the legend; the others share its scales."""
        colours = [look.colour for look in self._variants.values()]
        dashes = [list(look.dash) or [1, 0] for look in self._variants.values()]
        options: dict[str, Any] = {"title": None, "legend": _legend(self._font_size, self.titles)}
        nothing = alt.Chart(pd.DataFrame(columns=["title", "x", "y"])).mark_line()
        layer: alt.Chart = nothing.encode(
            x=across,
            y=up.encode(),
            color=alt.Color("title:N", scale=alt.Scale(domain=self.titles, range=colours), **options),
            strokeDash=alt.StrokeDash("title:N", scale=alt.Scale(domain=self.titles, range=dashes), **options),
        )
        return layer


@dataclass(frozen=True)
class _Vertical:
    """The vertical axis of a chart: its title, its ends, and how numbers are placed and written on it."""

    title: str
    low: float
    high: float
    log: bool
    share: bool
    font_size: int

    def encode(self) -> alt.Y:
        scale = alt.Scale(type="log" if self.log else "linear", domain=[self.low, self.high], nice=False, clamp=True)
        form = ".3~p" if self.share else "~e" if self.log and (self.low < 1e-4 or self.high > 1e6) else ",~r"
        ticks: dict[str, Any] = {"values": self.ticks} if self.log else {"tickCount": 5}
        return alt.Y("y:Q", title=self.title, scale=scale, axis=_axis(self.font_size, format=form, **ticks))

    @property
    def ticks(self) -> list[float]:
        """Where a logarithmic axis has numbers: few round ones."""
        first, last = floor(log10(self.low)), ceil(log10(self.high))
        apart = ceil((last - first) / 7)
        digits = (1, 2, 5) if last - first < 3 else (1, 3) if last - first < 5 else (1,)
        ticks = [float(f"{digit}e{power}") for power in range(first, last + 1, apart) for digit in digits]
        return [tick for tick in ticks if self.low <= tick <= self.high]

    def tip(self, field: str, title: str) -> alt.Tooltip:
        return alt.Tooltip(f"{field}:Q", title=title, format=".6~p" if self.share else ",.3~r")

    def said(self, value: float) -> str:
        return _percent(value) if self.share else f"{value:.3g}".replace("-", "−")

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
class _Label:
    """What is written at a point."""

    text: str
    x: float
    y: float

    @property
    def lines(self) -> list[str]:
        return wrap(self.text, _LABEL_WIDTH)


def _texts(labels: Sequence[_Label], up: _Vertical, last: float, palette: Palette) -> list[alt.Chart]:
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
    texts = alt.Chart(rows).encode(x=_X, y=_Y, text=_TEXT)
    style: dict[str, Any] = {
        "font": _FONT, "fontSize": up.font_size, "lineBreak": "\n", "lineHeight": line, "baseline": "middle",
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


def _rules(levels: Sequence[Level], up: _Vertical, palette: Palette) -> list[alt.Chart]:
    if not levels:
        return []
    rows = pd.DataFrame({"title": level.title, "y": level.value} for level in levels)
    tips = [_OF_TITLE, up.tip("y", "Level")]
    return [alt.Chart(rows).mark_rule(color=palette.quiet, strokeWidth=1.5).encode(y=_Y, tooltip=tips)]


def _drawn(value: float, *, log: bool) -> bool:
    return isfinite(value) and (value > 0 or not log)


def _drawable(series: Series, *, log: bool) -> Series:
    """The same without what has no place on the axis."""
    kept = [place for place, value in enumerate(series.y) if _drawn(value, log=log)]
    return replace(series, x=np.asarray(series.x)[kept], y=np.asarray(series.y)[kept])


def _drawable_line(line: LevelLine, *, log: bool) -> LevelLine:
    kept = [place for place, value in enumerate(line.values) if _drawn(value, log=log)]
    return replace(line, lengths=np.asarray(line.lengths)[kept], values=np.asarray(line.values)[kept])


def _points(run: Series) -> pd.DataFrame:
    return pd.DataFrame({"title": run.title, "seed": run.seed, "x": run.x, "y": run.y})


def _end(run: Series, high: float) -> pd.DataFrame:
    """The last point of a run that diverged; the upper left corner when it has none."""
    if len(run.x):
        return _points(run).tail(1)
    return pd.DataFrame({"title": [run.title], "seed": [run.seed], "x": [0.0], "y": [high]})


def _middle(title: str, runs: Sequence[Series]) -> pd.DataFrame:
    """Median, least and most of some runs from where the last begins to where the first ends."""
    places = np.unique(np.concatenate([run.x for run in runs]))
    places = places[(places >= max(run.x[0] for run in runs)) & (places <= min(run.x[-1] for run in runs))]
    if len(places) > _MOST_POINTS:
        places = places[np.linspace(0, len(places) - 1, _MOST_POINTS).round().astype(int)]
    values = np.array([np.interp(places, run.x, run.y) for run in runs])
    return pd.DataFrame(
        {
            "title": title,
            "x": places,
            "y": np.median(values, axis=0),
            "low": values.min(axis=0),
            "high": values.max(axis=0),
            "runs": len(runs),
        }
    )


def _middle_tips(place: alt.Tooltip, up: _Vertical) -> list[alt.Tooltip]:
    of = [up.tip(field, said) for field, said in (("y", "Median"), ("low", "Least"), ("high", "Most"))]
    return [_OF_TITLE, place, *of, alt.Tooltip("runs:Q", title="Runs")]


def _joined(columns: list[str], frames: Iterable[pd.DataFrame]) -> pd.DataFrame:
    """One table of several, or an empty one."""
    kept = list(frames)
    return pd.concat(kept) if kept else pd.DataFrame(columns=columns)


def _divergences(runs: Sequence[Series], ends: pd.DataFrame) -> list[_Label]:
    """A label for each title of which runs diverged, at the last point of the one that came furthest."""
    labels = []
    for name in dict.fromkeys(run.title for run in runs):
        steps = sorted(run.diverged_at for run in runs if run.title == name and run.diverged_at is not None)
        furthest = ends[ends["title"] == name].sort_values("x").iloc[-1]
        said = f"{name}: diverged at step{'s' * (len(steps) > 1)} {_and(steps)}"
        labels.append(_Label(said, float(furthest["x"]), float(furthest["y"])))
    return labels


def _and(numbers: Sequence[int]) -> str:
    *first, last = (f"{number:,}" for number in numbers)
    return f"{', '.join(first)} and {last}" if first else last


def _bounds(runs: Sequence[Series], levels: Sequence[Level], *, log: bool) -> tuple[float, float]:
    """The ends of an axis that holds all levels and runs, but of those that diverged only what is not far beyond."""
    numbers = [level.value for level in levels]
    for run in runs:
        numbers += list(run.y if run.diverged_at is None else run.y[:1])
    highest = max(numbers, default=0.0) * _STRETCH[log]
    return _around([*numbers, *(y for run in runs for y in run.y if y <= highest)], log=log)


def _around(numbers: Sequence[float], *, log: bool) -> tuple[float, float]:
    """The ends of an axis a little beyond all numbers; one on which nothing is negative begins at 0 or above."""
    low, high = (float(min(numbers)), float(max(numbers))) if len(numbers) else (0.1, 1.0)
    if log:
        beyond = max(high / low, 2.0) ** 0.05
        return low / beyond, high * beyond
    beyond = 0.05 * ((high - low) or abs(high) or 1.0)
    return (low - beyond if low < 0 else max(low - beyond, 0.0)), high + beyond


def _lengths(lengths: Sequence[float], title: str, font_size: int) -> tuple[alt.X, float]:
    """The axis of lengths, and its end."""
    low, high = (lengths[0], lengths[-1]) if lengths else (1.0, 2.0)
    if wide := high >= _WIDE * low > 0:
        low, high = low / 1.15, high * 1.15
    else:
        beyond = 0.06 * ((high - low) or 1.0)
        low, high = low - beyond, high + beyond
    scale = alt.Scale(type="log" if wide else "linear", domain=[low, high], nice=False)
    axis = _axis(font_size, values=list(lengths), format=",~r", labelOverlap=True)
    return alt.X("x:Q", title=title, scale=scale, axis=axis), high


def _percent(share: float) -> str:
    """A share in three digits, where they do not make it all or nearly none."""
    return f"{100 * share:.3g} %" if 0.001 <= share <= 0.999 else percent(share)


def _described(drawn: str, look: _Look, labels: Sequence[_Label]) -> str:
    of = ", ".join(look.titles) or "no run yet"
    return ". ".join([f"{drawn}: {of}", *(label.text for label in labels)]) + "."


def _legend(font_size: int, titles: Sequence[str], **options: Any) -> alt.Legend:
    """Above the chart, in as many columns as there is room for."""
    style = {"symbolType": "stroke", "symbolStrokeWidth": 3, "symbolSize": 500, "symbolOpacity": 1, **options}
    column = 45 + 0.55 * font_size * max(map(len, titles), default=0)
    columns = alt.ExprRef(f"max(1, floor(width / {column:.0f}))")
    return alt.Legend(orient="top", labelFontSize=font_size, labelLimit=0, columns=columns, **style)


def _axis(font_size: int, **options: Any) -> alt.Axis:
    return alt.Axis(labelFontSize=font_size, titleFontSize=font_size, titleFontWeight="normal", grid=False, **options)


def _chart(layers: Sequence[alt.Chart], description: str, height: int = _HEIGHT) -> alt.LayerChart:
    return alt.LayerChart(
        layer=list(layers),
        width="container",
        height=height,
        autosize=alt.AutoSizeParams(type="fit-x", contains="padding"),
        background="transparent",
        description=description,
    )
