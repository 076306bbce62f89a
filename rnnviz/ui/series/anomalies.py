"""The view `anomalies` of the page on series: methods watch a series, and a person plants what does not belong."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import replace

import numpy as np
import streamlit as st

from rnnviz.analysis.detection import OneStep, measured_on
from rnnviz.cells import Cell
from rnnviz.data.series import Series
from rnnviz.networks.forecaster import Forecaster
from rnnviz.notation import variant
from rnnviz.player.component import detecting
from rnnviz.player.detection_payload import Watcher
from rnnviz.player.detection_payload import detecting as detecting_payload
from rnnviz.settings.series import Forecasting
from rnnviz.tasks.detection import Detector, learned_part, scores, simple_detectors
from rnnviz.ui.controls import Controls, refuse
from rnnviz.ui.jobs import kept
from rnnviz.ui.lesson_card import Shown
from rnnviz.ui.scenes import with_article
from rnnviz.ui.series.alarms import AUTUMN, LABELS, TITLES, needs_a_network, of_2008, rule, who_finds_all
from rnnviz.ui.series.missing import train_missing
from rnnviz.ui.series.shown import runs_of, shown_series

#: The threshold at which the picture opens, and the highest that it can be: with labels and without.
WITH_LABELS, WITHOUT = (5.0, 20.0), (2.0, 8.0)
#: The dashes of the simple methods.
DASHES = {"mean": (2, 3), "difference": (7, 4), "rolling": (8, 3, 2, 3), "autoregression": ()}


def anomalies_view(page: Shown, controls: Controls[Forecasting]) -> None:
    """Draw the view."""
    with st.container(horizontal=True, gap="medium", vertical_alignment="bottom"):
        shown = controls.draw("watched", "cell")
    watched = replace(shown, series=shown.watched)
    try:
        series = shown_series(watched)
        network = network_of(series, shown.cell)
    except (LookupError, OSError, ValueError) as error:
        refuse(f"{error}")
        return
    for sentence in said(series, shown.cell):
        st.markdown(sentence)
    if network is None:
        train_missing(series, watched)
    data = detecting_payload(
        series,
        watchers(series, shown.cell, network),
        f"{with_article(shown.cell.title)} that was trained on {series.title}",
        *(WITH_LABELS if series.events else WITHOUT),
        opening_step(series),
        rule(series),
    )
    detecting(data, key=f"detecting_{series.name}", classroom=page.classroom, opening=page.opening)


def network_of(series: Series, cell: Cell) -> Forecaster | None:
    """The first network of a cell on a series that is finished, by seed; None where there is none."""
    done = [run for run in runs_of(series, cell).values() if run.status == "done"]
    if not done:
        return None
    recipe = done[0].recipe
    weights = kept().weights(done[0], max(done[0].moments))
    return Forecaster.of(weights, recipe.cell, recipe.reads, recipe.window)


def watchers(series: Series, cell: Cell, network: Forecaster | None) -> list[Watcher]:
    """The methods side by side, the simple ones first."""
    found = [
        Watcher(name, *TITLES[name], detector, "ink" if name == "autoregression" else "quiet", DASHES[name])
        for name, detector in simple_detectors(series).items()
    ]
    if network is None:
        return found
    return [*found, Watcher("network", cell.title, f"the {cell.title}", OneStep(network), variant(cell.name).colour)]


def said(series: Series, cell: Cell) -> list[str]:
    """What is said before the picture, the verdict first."""
    if series.events:
        reached = measured_on(series.name)
        whose = [needs_a_network(cell.name, cell.title, reached)] if cell.name in reached else []
        return [" ".join([*whose, who_finds_all(reached)]), LABELS[series.name]]
    detectors = simple_detectors(series)
    if series.name.endswith("-range"):
        return [of_2008(series, detectors, WITHOUT[0])]
    return ["Nobody has labelled an event in your series: alarms are counted, and none of them is right or false."]


def opening_step(series: Series) -> int:
    """The step at which the picture opens: the first event, the autumn of 2008, or where most surprises."""
    if series.events:
        return series.events[0][0]
    if series.name.endswith("-range"):
        return bisect_left(series.times, AUTUMN[0])
    return most_surprising(series, simple_detectors(series)["autoregression"])


def most_surprising(series: Series, detector: Detector) -> int:
    """The step with the highest score; the last where nothing has one."""
    scored = scores(detector, series.values, learned_part(series))
    return int(np.nanargmax(scored)) if np.isfinite(scored).any() else len(scored) - 1
