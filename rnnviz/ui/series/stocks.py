"""What networks and simple methods make of a stock: of its price, its returns, and how much it moves within a day."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass

import numpy as np

from rnnviz.analysis.copying import Direction, direction, returns_of, shifted_errors
from rnnviz.analysis.forecasting import forecasts_of
from rnnviz.analysis.units import correlation
from rnnviz.cells import Array, Cell
from rnnviz.data.series import STOCK_QUANTITIES, load_series
from rnnviz.networks.forecaster import Forecaster
from rnnviz.settings.series import STOCKS
from rnnviz.tasks.forecasting import examples, split
from rnnviz.training.baselines import baselines_of
from rnnviz.training.recipe import AnyRecipe
from rnnviz.training.series import SeriesRecipe, recipe_for
from rnnviz.ui.jobs import kept, visitor
from rnnviz.ui.series.results import Forecasts, networks_of, simple_methods
from rnnviz.ui.series.shown import SEEDS

#: By how many days at most a forecast is drawn earlier.
SHIFTS = (0, 1, 2, 3)


@dataclass(frozen=True, eq=False)
class NextDay:
    """What a network said of the next day at every origin of the test part, (N,) each.

    Attributes
    ----------
    times
        Of the days that are forecast.
    before, came
        The last value that was read, and the one that came.
    said
        The forecast.
    """

    times: tuple[str, ...]
    before: Array
    came: Array
    said: Array


def next_day(recipe: SeriesRecipe) -> NextDay:
    """The forecasts of a network for the next day.

    Raises
    ------
    LookupError
        When there is no finished network of this recipe.
    """
    run = kept().find(recipe, visitor())
    if run is None or run.status != "done":
        raise LookupError("There is no network of this cell on stocks here yet.")
    network = Forecaster.of(kept().weights(run, max(run.moments)), recipe.cell, recipe.reads, recipe.window)
    series = load_series(recipe.series)
    test = examples(series.values, split(len(series.values)).test, network.needed, network.horizon)
    said = forecasts_of(network, test.windows, "direct")[0]
    return NextDay(tuple(series.times[step + 1] for step in test.origins), test.windows[-1], test.targets[0], said)


@dataclass(frozen=True, eq=False)
class PriceForecasts:
    """What the networks of a cell say of the price of a stock, by seed."""

    seeds: tuple[NextDay, ...]

    @property
    def shifted(self) -> dict[int, float]:
        """How far a forecast of the price is from what came so many days before: the median over the seeds."""
        every = [shifted_errors(one.said, one.came, SHIFTS) for one in self.seeds]
        return {shift: float(np.median([errors[shift] for errors in every])) for shift in SHIFTS}

    @property
    def fits_best(self) -> int:
        """By how many days it must be drawn earlier to fit best."""
        return min(self.shifted, key=self.shifted.__getitem__)

    @property
    def correlation(self) -> float:
        """Of the forecast price with that which came: the median over the seeds; nan where one never changes."""
        found = [correlation(one.said[:, None], one.came[:, None])[0, 0] for one in self.seeds]
        return float(np.median(found))

    @property
    def as_returns(self) -> tuple[Array, ...]:
        """The forecasts of the price as returns."""
        return tuple(returns_of(one.said, one.before) for one in self.seeds)

    @property
    def returns_that_came(self) -> Array:
        """The returns of the days whose price was forecast."""
        return returns_of(self.seeds[0].came, self.seeds[0].before)


def recipes_of(stock: str, cell: Cell) -> list[AnyRecipe]:
    """All runs that the trap shows of a stock: networks on its price, return and range, and the simple methods."""
    networks = [recipe_for(f"{stock}-{what}", cell, seed) for what in STOCK_QUANTITIES for seed in SEEDS]
    return [*dict.fromkeys(map(baselines_of, networks)), *networks]


def price_forecasts(stock: str, cell: Cell) -> PriceForecasts:
    """What the networks of a cell say of the price of a stock.

    Raises
    ------
    LookupError
        When there are none.
    """
    return PriceForecasts(_by_seed(stock, "price", cell))


@dataclass(frozen=True, eq=False)
class StockForecasts:
    """What networks and simple methods reach on a stock, on the next day alone.

    Attributes
    ----------
    returns, range
        Networks that have learned from returns, and from how much the price moves within a day.
    simple_returns, simple_range
        The simple methods on the same.
    directions
        How often the networks on returns know which way the price goes, by seed.
    """

    returns: Forecasts
    range: Forecasts
    simple_returns: Mapping[str, Forecasts]
    simple_range: Mapping[str, Forecasts]
    directions: tuple[Direction, ...]


def stock_forecasts(stock: str, cell: Cell) -> StockForecasts:
    """What networks of a cell and simple methods reach on a stock.

    Raises
    ------
    LookupError
        When there are no such networks, or nothing is measured.
    """
    found: dict[str, tuple[Forecasts, dict[str, Forecasts]]] = {}
    for what in ("return", "range"):
        series = load_series(f"{stock}-{what}")
        networks, simple = networks_of(series, cell), simple_methods(recipe_for(series.name, cell))
        if not (networks and simple):
            raise LookupError("There is no network of this cell on stocks here yet.")
        found[what] = networks["direct"].first, {one.name: one.first for one in simple}
    (returns, simple_returns), (ranges, simple_ranges) = found["return"], found["range"]
    return StockForecasts(
        returns,
        ranges,
        simple_returns,
        simple_ranges,
        tuple(direction(one.said, one.came) for one in _by_seed(stock, "return", cell)),
    )


def range_forecasts(stock: str, cell: Cell) -> NextDay:
    """What the network of the first seed says of how much the price moves within the next day.

    Raises
    ------
    LookupError
        When there is none.
    """
    return next_day(recipe_for(f"{stock}-range", cell, SEEDS[0]))


def known_stocks(cell: Cell) -> dict[str, StockForecasts]:
    """What networks of a cell and simple methods reach on every stock on which such networks are trained."""
    found = {}
    for stock in STOCKS:
        with suppress(LookupError):
            found[stock] = stock_forecasts(stock, cell)
    return found


def _by_seed(stock: str, what: str, cell: Cell) -> tuple[NextDay, ...]:
    return tuple(next_day(recipe_for(f"{stock}-{what}", cell, seed)) for seed in SEEDS)
