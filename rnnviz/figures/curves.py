"""How networks learn, and how far their memory reaches: lines of several cells and seeds."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from math import isfinite

import altair as alt
import numpy as np
import pandas as pd

from rnnviz.cells import Array
from rnnviz.figures.lines import (
    COLOUR,
    DASH,
    HIGH,
    LOW,
    OF_TITLE,
    Label,
    Level,
    Look,
    Vertical,
    X,
    Y,
    around,
    axis,
    chart,
    described,
    level_rules,
    texts,
)
from rnnviz.notation import Palette, listed

#: How many points a median has at most.
_MOST_POINTS = 200
#: How far beyond all others the numbers of a run that diverged may stretch the axis: linear, logarithmic.
_STRETCH = (2.0, 1000.0)
#: Lengths are on a logarithmic axis when the longest is at least so many times the shortest.
_WIDE = 8.0
#: Pixels between the marks of two cells at one length.
_APART = 7
_SEED = alt.Detail("seed:N")
_SEEDS = ["title", "seed", "x", "y"]
_MIDDLE = ["title", "x", "y", "low", "high", "runs"]


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
        axis=axis(font_size, tickCount=5, format=",~r" if last < 1e5 else "~s"),
    )
    up = Vertical(title, *_bounds(runs, rules, log=log), log, share, font_size)
    look = Look(((run.cell_name, run.title) for run in runs), font_size)
    begun = [run for run in runs if len(run.x)]
    of_title = {name: [run for run in begun if run.title == name] for name in look.titles}
    middle = _joined(_MIDDLE, (_middle(name, of_title[name]) for name in look.titles if of_title[name]))
    thin = _joined(_SEEDS, (_points(run) for run in begun if len(of_title[run.title]) > 1))
    heads = _joined(_SEEDS, (_points(run).tail(1) for run in begun if run.diverged_at is None))
    place = alt.Tooltip("x:Q", title=x, format=",.5~r")
    seed_tips = [OF_TITLE, alt.Tooltip("seed:N", title="Seed"), place, up.tip("y", title)]
    layers = [
        look.axes(across, up),
        *level_rules(rules, up, palette),
        alt.Chart(middle[middle["runs"] > 1])
        .mark_area(opacity=1, fillOpacity=0.17)
        .encode(x=X, y=LOW, y2=HIGH, color=COLOUR),
        alt.Chart(thin)
        .mark_line(strokeWidth=1, strokeOpacity=0.6)
        .encode(x=X, y=Y, color=COLOUR, detail=_SEED, tooltip=seed_tips),
        alt.Chart(middle)
        .mark_line(strokeWidth=3)
        .encode(x=X, y=Y, color=COLOUR, strokeDash=DASH, tooltip=_middle_tips(place, up)),
        alt.Chart(heads).mark_point(filled=True, size=45, opacity=1).encode(x=X, y=Y, color=COLOUR, tooltip=seed_tips),
    ]
    labels = [Label(f"{level.title}: {up.said(level.value)}", last, level.value) for level in rules]
    crossed = [run for run in runs if run.diverged_at is not None]
    if crossed:
        ends = _joined(_SEEDS, (_end(run, up.high) for run in crossed))
        layers.append(
            alt.Chart(ends)
            .mark_point(filled=True, shape="cross", angle=45, size=170, opacity=1)
            .encode(x=X, y=Y, color=COLOUR, tooltip=seed_tips)
        )
        labels += _divergences(crossed, ends)
    description = described(f"{title} against {x.lower()}", look, labels)
    return chart([*layers, *texts(labels, up, last, palette)], description)


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
    up = Vertical(
        title,
        *around([*numbers, *(value for level in sloped for value in level.values)], log=log),
        log,
        share,
        font_size,
    )
    look = Look(((one.cell_name, one.title) for one in finished), font_size)
    dots = pd.DataFrame([(one.title, one.seed, one.length, one.value) for one in finished], columns=_SEEDS)
    grouped = dots.astype({"x": float, "y": float}).groupby(["title", "x"], as_index=False)
    middle = grouped.agg(y=("y", "median"), low=("y", "min"), high=("y", "max"), runs=("y", "size"))
    place = alt.Tooltip("x:Q", title=x, format=",.5~r")
    tips = [OF_TITLE, alt.Tooltip("seed:N", title="Seed"), place, up.tip("y", title)]
    layers = [look.axes(across, up), *level_rules(flat, up, palette)]
    labels = [Label(f"{level.title}: {up.said(level.value)}", last, level.value) for level in flat]
    for level in sloped:
        line = pd.DataFrame({"x": level.lengths, "y": level.values})
        layers.append(alt.Chart(line).mark_line(color=palette.quiet, strokeWidth=1.5).encode(x=X, y=Y))
        labels.append(Label(level.title, float(level.lengths[-1]), float(level.values[-1])))
    for number, name in enumerate(look.titles):
        aside = _APART * (number - (len(look.titles) - 1) / 2)
        own, of_seeds = middle[middle["title"] == name], dots[dots["title"] == name]
        bars = alt.Chart(own[own["runs"] > 1]).mark_rule(strokeWidth=2, xOffset=aside)
        lines = alt.Chart(own).mark_line(strokeWidth=3, xOffset=aside)
        marks = alt.Chart(of_seeds).mark_point(filled=True, size=50, opacity=1, fillOpacity=0.75, xOffset=aside)
        layers += [
            bars.encode(x=X, y=LOW, y2=HIGH, color=COLOUR),
            lines.encode(x=X, y=Y, color=COLOUR, strokeDash=DASH, tooltip=_middle_tips(place, up)),
            marks.encode(x=X, y=Y, color=COLOUR, tooltip=tips),
        ]
    description = described(f"{title} against {x.lower()}", look, labels)
    return chart([*layers, *texts(labels, up, last, palette)], description)


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


def _middle_tips(place: alt.Tooltip, up: Vertical) -> list[alt.Tooltip]:
    of = [up.tip(field, said) for field, said in (("y", "Median"), ("low", "Least"), ("high", "Most"))]
    return [OF_TITLE, place, *of, alt.Tooltip("runs:Q", title="Runs")]


def _joined(columns: list[str], frames: Iterable[pd.DataFrame]) -> pd.DataFrame:
    """One table of several, or an empty one."""
    kept = list(frames)
    return pd.concat(kept) if kept else pd.DataFrame(columns=columns)


def _divergences(runs: Sequence[Series], ends: pd.DataFrame) -> list[Label]:
    """A label for each title of which runs diverged, at the last point of the one that came furthest."""
    labels = []
    for name in dict.fromkeys(run.title for run in runs):
        steps = sorted(run.diverged_at for run in runs if run.title == name and run.diverged_at is not None)
        furthest = ends[ends["title"] == name].sort_values("x").iloc[-1]
        said = f"{name}: diverged at step{'s' * (len(steps) > 1)} {listed([f'{step:,}' for step in steps])}"
        labels.append(Label(said, float(furthest["x"]), float(furthest["y"])))
    return labels


def _bounds(runs: Sequence[Series], levels: Sequence[Level], *, log: bool) -> tuple[float, float]:
    """The ends of an axis that holds all levels and runs, but of those that diverged only what is not far beyond."""
    numbers = [level.value for level in levels]
    for run in runs:
        numbers += list(run.y if run.diverged_at is None else run.y[:1])
    highest = max(numbers, default=0.0) * _STRETCH[log]
    return around([*numbers, *(y for run in runs for y in run.y if y <= highest)], log=log)


def _lengths(lengths: Sequence[float], title: str, font_size: int) -> tuple[alt.X, float]:
    """The axis of lengths, and its end."""
    low, high = (lengths[0], lengths[-1]) if lengths else (1.0, 2.0)
    if wide := high >= _WIDE * low > 0:
        low, high = low / 1.15, high * 1.15
    else:
        beyond = 0.06 * ((high - low) or 1.0)
        low, high = low - beyond, high + beyond
    scale = alt.Scale(type="log" if wide else "linear", domain=[low, high], nice=False)
    ticks = axis(font_size, values=list(lengths), format=",~r", labelOverlap=True)
    return alt.X("x:Q", title=title, scale=scale, axis=ticks), high
