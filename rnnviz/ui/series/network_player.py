"""The player of a network that forecasts, from a run of its training: the same in every view that shows one."""

from __future__ import annotations

from rnnviz.analysis.forecasting import WAYS
from rnnviz.data.series import Series
from rnnviz.networks.forecaster import Forecaster
from rnnviz.player.component import forecasting
from rnnviz.player.series_payload import forecasting as forecasting_payload
from rnnviz.tasks.forecasting import Measured
from rnnviz.training.baselines import baselines_of
from rnnviz.ui.jobs import kept, visitor
from rnnviz.ui.lesson_card import Shown
from rnnviz.ui.scenes import with_article
from rnnviz.ui.series.own_network import SeriesRun


def network_player(page: Shown, series: Series, run: SeriesRun, *, opened: bool = False) -> None:
    """Show the network of a finished run at work on its series, beside the simple methods that are measured by now.

    Parameters
    ----------
    opened
        Whether its cell is open from the start.

    Raises
    ------
    OSError, ValueError
        When its weights cannot be read.
    """
    recipe, arrays = run.recipe, kept().weights(run, max(run.moments))
    network = Forecaster.of(arrays, recipe.cell, recipe.reads, recipe.window)
    measurement = kept().find(baselines_of(recipe), visitor())
    simple = {}
    if measurement is not None and measurement.moments:
        simple = measurement.recipe.read(kept().weights(measurement, max(measurement.moments)))
    about = f"{with_article(recipe.cell.title)} with {recipe.hidden_size} units, trained on this series"
    measured = {way: Measured.read(way, arrays) for way in WAYS}
    forecasting(
        forecasting_payload(series, network, about, measured, simple, opened=opened),
        key="forecasting",
        classroom=page.classroom,
        opening=page.opening,
    )
