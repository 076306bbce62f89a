"""Simple methods that forecast a series, which a network stands beside: nothing of them is learned by gradients.

All but exponential smoothing are one linear map of the past for each horizon.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

from rnnviz.data.series import Series
from rnnviz.tasks.forecasting import Examples, Floats, Split, absolute_errors, examples, split, usual_values, windows

Steps = NDArray[np.int64]

#: The longest season of which every step has a number of its own; of a longer one too few pass to learn from.
LONGEST_SEASON = 24
#: Of so many numbers of lags, evenly by ratio, the best is chosen.
_LAGS_TRIED = 40
#: A method that chooses its lags tries up to so many windows of them, but one in so many of the values learned from.
_WINDOWS_TRIED, _VALUES_A_LAG = 4, 8
#: Of so many values the parameters of exponential smoothing are found; of more that would take minutes.
MOST_FITTED = 2000
#: The weights of exponential smoothing in the order of `Smoothing.weights`, as statsmodels calls them, and what they
#: are in a model without their part.
_WEIGHTS = {"smoothing_level": 0.0, "smoothing_trend": 0.0, "smoothing_seasonal": 0.0, "damping_trend": 1.0}
#: What trend exponential smoothing may have: none, one that goes on, one that fades (Gardner & McKenzie 1985).
_TRENDS = ((None, False), ("add", False), ("add", True))


@dataclass(frozen=True, eq=False)
class Problem:
    """What is to be forecast: a series, and how much of it is read and asked for.

    Attributes
    ----------
    window, horizon
        How many values a network reads before a forecast, and how many are forecast.

    Raises
    ------
    ValueError
        When the series is too short for its window and horizon; by what is asked of it.
    """

    series: Series
    window: int
    horizon: int

    @cached_property
    def values(self) -> Floats:
        """The values of the series, (T,); of a labelled one those that are usual."""
        return usual_values(self.series)

    @property
    def parts(self) -> Split:
        """The values by time."""
        return split(len(self.values))

    @property
    def season(self) -> int:
        """After how many steps it comes back; 0 where nothing does."""
        return self.series.season

    @cached_property
    def learned(self) -> Floats:
        """The values that are learned from."""
        return self.values[: self.parts.learn.stop]

    @property
    def most_lags(self) -> int:
        """How many values a method may read that chooses how many: at least as many as a network does."""
        return max(self.window, min(_WINDOWS_TRIED * self.window, len(self.learned) // _VALUES_A_LAG))

    def learn(self, window: int) -> Examples:
        """What parameters are fitted to, by methods that read so many values."""
        return examples(self.values, self.parts.learn, window, self.horizon)

    @cached_property
    def choose(self) -> Examples:
        """What lags, trends and intervals are chosen on."""
        return examples(self.values, self.parts.choose, self.window, self.horizon)

    @cached_property
    def test(self) -> Examples:
        """What nothing is fitted to or chosen on."""
        return examples(self.values, self.parts.test, self.window, self.horizon)

    @property
    def comes_back(self) -> bool:
        """Whether a season has passed before the first origin on which anything is chosen."""
        return 1 < self.season <= int(self.choose.origins[0]) + 1

    @property
    def short_season(self) -> bool:
        """Whether each step of the season can have a number of its own: three seasons and a window are learned from."""
        enough = 3 * self.season + self.most_lags + self.horizon <= len(self.learned)
        return self.comes_back and self.season <= LONGEST_SEASON and enough


class Fitted(Protocol):
    """A simple method whose parameters are known."""

    @property
    def parameters(self) -> Mapping[str, Floats]:
        """All that it is made of, by name."""

    def forecast(self, values: Floats, origins: Steps) -> Floats:
        """The next K values after each origin (N,) in a series (T,), of which nothing after it is read: (K, N)."""


F = TypeVar("F", bound=Fitted)


@dataclass(frozen=True, eq=False)
class LinearMap:
    """The values that come, each a linear function of the last ones.

    Attributes
    ----------
    coefficients
        (K, p + 1): a constant, then what the last value counts, the one before it, and so on.
    """

    coefficients: Floats

    @property
    def parameters(self) -> Mapping[str, Floats]:
        """All that it is made of, by name."""
        return {"coefficients": self.coefficients}

    @property
    def lags(self) -> int:
        """How many of the last values are read."""
        return int(self.coefficients.shape[1]) - 1

    def forecast(self, values: Floats, origins: Steps) -> Floats:
        """The next K values after each origin (N,) in a series (T,): (K, N).

        Raises
        ------
        ValueError
            When there are fewer values than are read up to an origin.
        """
        if min(origins, default=self.lags) < self.lags - 1:
            raise ValueError(f"{self.lags} values up to each origin are read, and there are only {min(origins) + 1}")
        read = windows(values, self.lags)[::-1, origins - (self.lags - 1)]
        constant, by_lag = self.coefficients[:, :1], self.coefficients[:, 1:]
        found: Floats = constant + by_lag @ read
        return found


@dataclass(frozen=True, eq=False)
class Smoothing:
    """Exponential smoothing with an additive, possibly damped trend and an additive season (Holt 1957, Winters 1960).

    level_t  = alpha (y_t - season_{t-m}) + (1 - alpha) (level_{t-1} + phi trend_{t-1})
    trend_t  = beta (level_t - level_{t-1}) + (1 - beta) phi trend_{t-1}
    season_t = gamma (y_t - level_{t-1} - phi trend_{t-1}) + (1 - gamma) season_{t-m}

    Attributes
    ----------
    weights
        (4,): alpha, beta, gamma, phi. Without a trend beta is 0 and the first trend too, without a season gamma and
        the one season.
    start
        (2 + m,): the level and the trend before the first value, and the season of the m values that begin a series.
    horizon
        How many values are forecast.
    """

    weights: Floats
    start: Floats
    horizon: int

    @property
    def parameters(self) -> Mapping[str, Floats]:
        """All that it is made of but the horizon, by name."""
        return {"weights": self.weights, "start": self.start}

    def forecast(self, values: Floats, origins: Steps) -> Floats:
        """The next K values after each origin (N,) in a series (T,), filtered from its beginning: (K, N)."""
        levels, trends, seasons = self._filtered(values[: max(origins, default=-1) + 1])
        length, damping = len(self.start) - 2, self.weights[3]
        ahead = np.arange(1, self.horizon + 1)[:, None]
        last = origins + ahead + length * (1 - ceil_divided(ahead, length))
        found: Floats = levels[origins] + np.cumsum(damping**ahead, axis=0) * trends[origins] + seasons[last]
        return found

    def _filtered(self, values: Floats) -> tuple[Floats, Floats, Floats]:
        """The level and the trend after each value, (T,), and the seasons, those of the start before: (m + T,)."""
        alpha, beta, gamma, phi = self.weights.tolist()
        level, trend, *first = self.start.tolist()
        levels, trends, seasons = [], [], first
        for value, season in zip(values.tolist(), seasons):  # which grows meanwhile
            expected = level + phi * trend
            seasons.append(gamma * (value - expected) + (1 - gamma) * season)
            before, level = level, alpha * (value - season) + (1 - alpha) * expected
            trend = beta * (level - before) + (1 - beta) * phi * trend
            levels.append(level)
            trends.append(trend)
        return np.array(levels), np.array(trends), np.array(seasons)


def ceil_divided(numbers: Steps, by: int) -> Steps:
    """Numbers divided, each rounded up to a whole one."""
    return -(-numbers // by)


def persistence(problem: Problem) -> LinearMap:
    """All that comes is the last value."""
    return LinearMap(np.tile([0.0, 1.0], (problem.horizon, 1)))


def mean(problem: Problem) -> LinearMap:
    """All that comes is the mean of what is learned from."""
    return LinearMap(np.tile([problem.learned.mean(), 0.0], (problem.horizon, 1)))


def seasonal_naive(problem: Problem) -> LinearMap | None:
    """All that comes is what was there one season before."""
    if not problem.comes_back:
        return None
    return LinearMap(_one_season_before(problem, problem.season))


def autoregression(problem: Problem) -> LinearMap:
    """Least squares on the last p values, a map for each horizon; p is chosen."""
    learn = problem.learn(problem.most_lags)
    centre = problem.learned.mean()
    maps = _least_squares(learn.windows[::-1] - centre, learn.targets - centre)
    return best((LinearMap(_from_centre(found, centre)) for found in maps), problem)


def seasonal_autoregression(problem: Problem) -> LinearMap | None:
    """Least squares on the last p differences from one season before, a map for each horizon; p is chosen."""
    if not problem.short_season:
        return None
    season = problem.season
    learn = problem.learn(problem.most_lags + season)
    naive = LinearMap(_one_season_before(problem, season)).forecast(problem.values, learn.origins)
    newest_first = learn.windows[::-1]
    maps = _least_squares(newest_first[:-season] - newest_first[season:], learn.targets - naive)
    return best((LinearMap(_undifferenced(found, problem)) for found in maps), problem)


def smoothing(problem: Problem) -> Smoothing | None:
    """Exponential smoothing, fitted to the squares of its errors one step ahead; its trend is chosen."""
    fitted = [found for trend, damped in _TRENDS if (found := _smoothed(problem, trend, damped=damped))]
    return best(fitted, problem) if fitted else None


@dataclass(frozen=True)
class Method:
    """A simple method.

    Attributes
    ----------
    title, said
        What it is called by itself, and within a sentence.
    fit
        Its parameters from a problem; None where the series has nothing for it.
    """

    title: str
    said: str
    fit: Callable[[Problem], Fitted | None]


#: Every simple method, by name.
METHODS: Mapping[str, Method] = {
    "persistence": Method("Persistence", "persistence", persistence),
    "seasonal_naive": Method("Seasonal naive", "the seasonal naive forecast", seasonal_naive),
    "mean": Method("Mean", "the mean", mean),
    "linear": Method("Linear autoregression", "linear autoregression", autoregression),
    "seasonal_linear": Method("Seasonal autoregression", "seasonal autoregression", seasonal_autoregression),
    "smoothing": Method("Exponential smoothing", "exponential smoothing", smoothing),
}


def best(fitted: Iterable[F], problem: Problem) -> F:
    """The one with the smallest mean absolute error over all horizons on the part that chooses; the first of equals."""
    choose = problem.choose

    def error(one: F) -> float:
        return float(absolute_errors(one.forecast(problem.values, choose.origins), choose.targets).mean())

    return min(fitted, key=error)


def _lags_tried(longest: int) -> Sequence[int]:
    return [*map(int, np.unique(np.geomspace(1, longest, _LAGS_TRIED).round()))]


def _least_squares(read: Floats, targets: Floats) -> Iterable[Floats]:
    """The best maps from a constant and the first p of some rows (p_max, N) to targets (K, N), for each p: (K, p + 1).

    One QR decomposition serves every p, since the columns of a smaller one are the first of a larger one.
    """
    columns = np.column_stack([np.ones(read.shape[1]), read.T])
    orthogonal, triangle = np.linalg.qr(columns)
    projected = orthogonal.T @ targets.T
    for lags in _lags_tried(len(read)):
        size = lags + 1
        yield np.linalg.lstsq(triangle[:size, :size], projected[:size])[0].T


def _from_centre(coefficients: Floats, centre: float) -> Floats:
    """The same map of values as they are, of one of values from which a centre is taken."""
    found = coefficients.copy()
    found[:, 0] += centre * (1 - coefficients[:, 1:].sum(axis=1))
    return found


def _one_season_before(problem: Problem, lags: int) -> Floats:
    """The coefficients of the value at the same place of the last season that is known, among so many lags."""
    ahead = np.arange(1, problem.horizon + 1)
    found = np.zeros((problem.horizon, lags + 1))
    found[ahead - 1, 1 + problem.season * ceil_divided(ahead, problem.season) - ahead] = 1.0
    return found


def _undifferenced(coefficients: Floats, problem: Problem) -> Floats:
    """The map of values, of one of p differences from one season before to those that come."""
    season, lags = problem.season, coefficients.shape[1] - 1
    found = _one_season_before(problem, lags + season)
    found[:, : lags + 1] += coefficients
    found[:, season + 1 :] -= coefficients[:, 1:]
    return found


def _smoothed(problem: Problem, trend: str | None, *, damped: bool) -> Smoothing | None:
    """Exponential smoothing as statsmodels fits it; None where it finds no parameters.

    By the last `MOST_FITTED` values that are learned from. A longer series is filtered from its beginning with the
    start of those, each season at its place: what a weight lets go of is forgotten where anything is forecast, and what
    it does not is as it was fitted.
    """
    from statsmodels.tsa.holtwinters import ExponentialSmoothing

    season = problem.season if problem.short_season else None
    recent = problem.learned[-MOST_FITTED:]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about fits that have not converged: each is measured, whatever it is
        model = ExponentialSmoothing(
            recent, trend=trend, damped_trend=damped, seasonal=season and "add", seasonal_periods=season,
            initialization_method="estimated",
        )  # fmt: skip
        found = model.fit().params
    weights = [_known(found[name], default) for name, default in _WEIGHTS.items()]
    seasons = np.roll(found["initial_seasons"], len(problem.learned) - len(recent)) if season else [0.0]
    start = [_known(found["initial_level"], 0.0), _known(found["initial_trend"], 0.0), *seasons]
    fitted = Smoothing(np.array(weights), np.array(start), problem.horizon)
    return fitted if np.isfinite(fitted.start).all() else None


def _known(number: float | None, default: float) -> float:
    """A parameter that a model without its part has not."""
    return default if number is None or np.isnan(number) else float(number)
