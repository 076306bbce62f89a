"""Which series a view shows, and the networks that were trained on it: those that ship, and a person's own."""

from __future__ import annotations

from rnnviz.cells import Cell
from rnnviz.data.series import SERIES, Series, load_series
from rnnviz.settings.series import Forecasting
from rnnviz.training.own_series import own_recipe
from rnnviz.training.series import SeriesRecipe, recipe_for
from rnnviz.ui.jobs import kept, visitor
from rnnviz.ui.series.own_network import NOT_KEPT, SeriesRun, own_series

#: Every network is trained so many times, each time from other weights.
SEEDS = (0, 1, 2)


def shown_series(values: Forecasting) -> Series:
    """The series that a page is set to.

    Raises
    ------
    LookupError
        With a sentence, where it is one of a person's own that is not kept here.
    """
    if values.series != "own":
        return load_series(values.series)
    found = own_series(values.own)
    if found is None:
        raise LookupError(NOT_KEPT)
    return found


def recipe_of(series: Series, cell: Cell, seed: int = 0) -> SeriesRecipe:
    """The training of a cell on a series, one that ships or one's own."""
    return recipe_for(series.name, cell, seed) if series.name in SERIES else own_recipe(series, cell, seed)


def runs_of(series: Series, cell: Cell) -> dict[int, SeriesRun]:
    """What is known by now of the runs of a cell on a series, by seed; without those that nobody has asked for."""
    recipes = {seed: recipe_of(series, cell, seed) for seed in SEEDS}
    found = {seed: kept().find(recipe, visitor()) for seed, recipe in recipes.items()}
    return {seed: run for seed, run in found.items() if run is not None}
