"""The charts of a contest as Vega-Lite specifications: drawn anew only when there is something new to draw.

Several people may watch the same runs, each looking once a second, and drawing a chart takes the server longer than
finding out that it would be the same.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import altair as alt
import numpy as np

from rnnviz.cells import Cell
from rnnviz.figures import curves
from rnnviz.figures.curves import LevelLine, Series
from rnnviz.figures.lines import Level
from rnnviz.notation import PALETTES
from rnnviz.tasks.task import Task
from rnnviz.training.contest import Contest
from rnnviz.training.run import Run

Runs = Mapping[Cell, Sequence[Run]]
Spec = dict[str, Any]


@dataclass(frozen=True)
class Look:
    """The theme, "light" or "dark", and the size of what is written, in pixels."""

    theme: str
    font_size: int


@dataclass(frozen=True)
class _Race:
    """What decides the charts of a race; the runs themselves are told apart by how far they are."""

    contest: Contest
    far: tuple[tuple[str, str, int], ...]
    axis: str
    look: Look
    runs: Runs = field(compare=False)


@dataclass(frozen=True)
class _Reach:
    """What decides the chart of a metric against the length."""

    contest: Contest
    far: tuple[tuple[str, str, int], ...]
    lengths: tuple[int, ...]
    look: Look
    runs: Mapping[int, Runs] = field(compare=False)


def race_charts(contest: Contest, runs: Runs, axis: str, look: Look) -> list[Spec]:
    """The metric, the loss where that is something else, and the norm of the gradient against steps or seconds."""
    return [json.loads(text) for text in _race(_Race(contest, _far(runs), axis, look, runs))]


def reach_chart(contest: Contest, runs: Mapping[int, Runs], look: Look) -> Spec:
    """The metric that finished runs reached against the length, with the levels."""
    far = tuple(place for of_length in runs.values() for place in _far(of_length))
    spec: Spec = json.loads(_reach(_Reach(contest, far, tuple(sorted(runs)), look, runs)))
    return spec


def _far(runs: Runs) -> tuple[tuple[str, str, int], ...]:
    return tuple((run.run_id, run.status, len(run.points)) for of_cell in runs.values() for run in of_cell)


@lru_cache(maxsize=64)
def _race(drawn: _Race) -> list[str]:
    contest, runs, axis, look = drawn.contest, drawn.runs, drawn.axis, drawn.look
    task, length, recipe = contest.task, contest.recipe.length, contest.recipe
    x = "Step" if axis == "steps" else "Seconds of training"
    budget = recipe.steps if recipe.budget == "steps" else recipe.seconds
    end = float(budget) if axis == recipe.budget else None
    levels = [Level("Chance", task.chance(length))]
    if task.baseline:
        levels.append(Level(task.baseline.title, task.baseline.level(length)))
    if task.metric.learned is not None:
        levels.append(Level("Learned", task.metric.learned))
    common: dict[str, Any] = {"x": x, "palette": PALETTES[look.theme], "end": end, "font_size": look.font_size}
    charts = [
        curves.learning_curves(
            _series(runs, axis, "metric"), title=task.metric.title, levels=levels, log=_logarithmic(task),
            share=task.metric.share, **common,
        )
    ]  # fmt: skip
    if task.outputs and task.metric.share:
        nats = [Level("Chance", task.chance_loss(length))]
        charts.append(curves.learning_curves(_series(runs, axis, "loss"), title="Loss (nats)", levels=nats, **common))
    charts.append(curves.gradient_norms(_series(runs, axis, "gradient_norm"), recipe.clip or None, **common))
    return [_packed(chart) for chart in charts]


def titles(spec: Spec) -> list[str]:
    """Whatever is written on a chart as a title: of an axis, of a line, of itself."""
    return sorted(set(_titles(spec)))


def _titles(part: Any) -> Iterator[str]:
    if isinstance(part, Mapping):
        if isinstance(part.get("title"), str):
            yield part["title"]
        for name, inner in part.items():
            if name not in ("data", "datasets"):
                yield from _titles(inner)
    elif isinstance(part, list):
        for inner in part:
            yield from _titles(inner)


def _series(runs: Runs, axis: str, what: str) -> list[Series]:
    return [
        Series(
            cell.name,
            cell.title,
            run.recipe.seed,
            np.array([point.step if axis == "steps" else point.seconds for point in run.points], dtype=np.float64),
            np.array([getattr(point, what) for point in run.points], dtype=np.float64),
            run.ended.step if run.ended and run.ended.reason == "diverged" else None,
        )
        for cell, of_cell in runs.items()
        for run in of_cell
        if run.points
    ]


@lru_cache(maxsize=64)
def _reach(drawn: _Reach) -> str:
    task, x = drawn.contest.task, np.array(drawn.lengths, dtype=np.float64)
    values = [
        curves.Result(cell.name, cell.title, run.recipe.seed, length, run.ended.metric)
        for length, of_length in drawn.runs.items()
        for cell, of_cell in of_length.items()
        for run in of_cell
        if run.ended and run.ended.metric is not None
    ]
    lines = [LevelLine("Chance", x, np.array([task.chance(length) for length in drawn.lengths]))]
    if task.baseline:
        levels = np.array([task.baseline.level(length) for length in drawn.lengths])
        lines.append(LevelLine(task.baseline.title, x, levels))
    if task.metric.learned is not None:
        lines.append(LevelLine("Learned", x, np.full(len(x), task.metric.learned)))
    chart: alt.LayerChart = curves.metric_by_length(
        values, lines, PALETTES[drawn.look.theme], x=task.length_title, title=task.metric.title,
        share=task.metric.share, log=_logarithmic(task), font_size=drawn.look.font_size,
    )  # fmt: skip
    return _packed(chart)


def _packed(chart: alt.LayerChart) -> str:
    """A chart as text: as dicts, its thousands of numbers would be walked by every collection of garbage.

    Not checked against Altair's own schema, which takes longer than to draw it.
    """
    return json.dumps(chart.to_dict(validate=False))


def _logarithmic(task: Task) -> bool:
    """Whether the metric falls over powers of ten: an error does, bits do not."""
    return not task.outputs
