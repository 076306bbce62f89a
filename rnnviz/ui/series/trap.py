"""The view `trap` of the page on series: a price forecast that copies yesterday, and what can be foreseen."""

from __future__ import annotations

from collections.abc import Mapping

import altair as alt
import numpy as np
import streamlit as st

from rnnviz.analysis.standing import alike
from rnnviz.analysis.standing import outcome as outcome_of
from rnnviz.cells import Cell
from rnnviz.figures.over_time import Forecast, forecast_over_time
from rnnviz.notation import PALETTES, Palette, listed, percent
from rnnviz.settings.series import STOCKS, Forecasting
from rnnviz.ui.controls import Controls, refuse
from rnnviz.ui.lesson_card import Shown
from rnnviz.ui.series.missing import networks_in_words, offer_training
from rnnviz.ui.series.results import Forecasts, best_of, outcome
from rnnviz.ui.series.standing import between, capital, digits, span
from rnnviz.ui.series.stocks import (
    PriceForecasts,
    StockForecasts,
    known_stocks,
    price_forecasts,
    range_forecasts,
    recipes_of,
)
from rnnviz.ui.tables import table
from rnnviz.ui.terms import chart_words, subheader

#: How many of the last days are drawn.
DRAWN = 60
#: From such a correlation on a line looks as if it lay on the other.
EXCELLENT = 0.95
#: A forecast copies what came before where it is so many times as near to that as to what comes.
COPIES = 2.0


def trap_view(page: Shown, controls: Controls[Forecasting]) -> None:
    """Draw the view."""
    with st.container(horizontal=True, gap="medium", vertical_alignment="bottom"):
        shown = controls.draw("stock", "cell")
    recipes = recipes_of(shown.stock, shown.cell)
    offer_training(recipes, lambda count: f"Train {networks_in_words(count)} on {STOCKS[shown.stock]}")
    try:
        price, standings = price_forecasts(shown.stock, shown.cell), known_stocks(shown.cell)
    except (OSError, ValueError) as error:
        refuse(f"{error}")
        return
    except LookupError as error:
        st.markdown(f"{error}")
        return
    if shown.stock not in standings:
        return
    palette, font_size = PALETTES[st.context.theme.type or "light"], 20 if page.classroom else 14
    standing = standings[shown.stock]
    st.markdown(trap_verdict(STOCKS[shown.stock], standing))
    subheader("The price, forecast for the next day")
    shift = controls.draw("shift").shift
    chart = price_chart(shown.stock, shown.cell, price, shift, palette, font_size)
    st.altair_chart(chart, theme=None, key="trap_price")
    for sentence in (looks_good(price), copied(price)):
        st.markdown(sentence)
    st.markdown(shift_table(price), unsafe_allow_html=True)
    subheader("The same forecasts as returns")
    st.altair_chart(
        return_chart(shown.stock, shown.cell, price, standing, palette, font_size), theme=None, key="trap_return"
    )
    chart_words("Return", "Persistence")
    for sentence in (of_returns(price, standing), of_direction(standing)):
        st.markdown(sentence)
    subheader("What can be foreseen, and what cannot")
    st.markdown(foreseen(standings))
    st.altair_chart(range_chart(shown.stock, shown.cell, standing, palette, font_size), theme=None, key="trap_range")
    st.markdown(foreseen_table(standings), unsafe_allow_html=True)


def trap_verdict(stock: str, standing: StockForecasts) -> str:
    """Whether anything is better than the mean of the returns: the network, or another simple method."""
    network, mean = standing.returns, standing.simple_returns["mean"]
    best = best_of([*standing.simple_returns.values()])
    is_beaten = best.middle < mean.middle and not alike(best.middle, mean.middle)
    won = outcome(network, best if is_beaten else mean)
    return _TRAP["method" if is_beaten and won != "network" else won].format(
        stock=stock,
        network=network.title,
        method=capital(best.said),
        mean=digits(mean.middle),
        error=digits(best.middle),
        errors=between(network.overall),
        seeds=len(network.overall),
    )


_TRAP = {
    "simple": (
        "**Nothing here beats the mean.** What {stock} gains or loses on the next day is missed by {mean} % if one "
        "always says the mean of the days learned from, and by {errors} % by the {network} ({seeds} seeds). A forecast "
        "of the price may look far better all the same."
    ),
    "tie": (
        "**Nothing here beats the mean.** What {stock} gains or loses on the next day is missed by {mean} % if one "
        "always says the mean of the days learned from, and by {errors} % by the {network} ({seeds} seeds): a tie. A "
        "forecast of the price may look far better all the same."
    ),
    "alike": (
        "**Nothing here beats the mean.** What {stock} gains or loses on the next day is missed by {mean} % if one "
        "always says the mean of the days learned from, and by {errors} % by the {network} ({seeds} seeds), of which "
        "the nearest differs by less than one in the third digit. A forecast of the price may look far better all the "
        "same."
    ),
    "network": (
        "**From every seed the {network} is better than the mean here.** What {stock} gains or loses on the next day "
        "is missed by {mean} % if one always says the mean of the days learned from, and by {errors} % by the "
        "{network} ({seeds} seeds)."
    ),
    "method": (
        "**{method}, a simple method, beats the mean here, and the {network} does not beat it.** What {stock} gains or "
        "loses on the next day is missed by {error} % by that method, by {mean} % if one always says the mean of the "
        "days learned from, and by {errors} % by the {network} (seeds: {seeds})."
    ),
    "once": (
        "What {stock} gains or loses on the next day is missed by {mean} % if one always says the mean of the days "
        "learned from, and by {errors} % by one training of the {network}."
    ),
}


def price_chart(
    stock: str, cell: Cell, price: PriceForecasts, shift: int, palette: Palette, font_size: int
) -> alt.LayerChart:
    """The price of the last days, and what was forecast of it, drawn so many days earlier."""
    days = price.seeds[0]
    last = slice(len(days.came) - DRAWN, None)
    moved = np.concatenate([days.said[shift:], np.full(shift, np.nan)])
    title = f"{cell.title}, one day ahead" if not shift else f"{cell.title}, drawn {_days(shift)} earlier"
    return forecast_over_time(
        days.times[last],
        days.came[last],
        [Forecast(title, moved[last], cell.name)],
        palette,
        title=f"Price of {STOCKS[stock]}, $",
        font_size=font_size,
    )


def looks_good(price: PriceForecasts) -> str:
    """How good a forecast of the price looks."""
    looks = price.correlation
    said = "constant" if np.isnan(looks) else "excellent" if looks >= EXCELLENT else "poor"
    return _LOOKS[said].format(days=f"{len(price.seeds[0].came):,}", correlation=f"{looks:.3f}".replace("-", "−"))


_LOOKS = {
    "excellent": (
        "**It looks excellent**: over {days} days that it has not learned from, what it says and what comes have a "
        "correlation of {correlation}."
    ),
    "poor": (
        "**It does not look excellent**: over {days} days that it has not learned from, what it says and what comes "
        "have a correlation of {correlation} alone."
    ),
    "constant": (
        "**It does not look like a forecast**: over {days} days that it has not learned from, it says the same every "
        "day, which has no correlation with what comes."
    ),
}


def copied(price: PriceForecasts) -> str:
    """Whether that forecast is a copy of a day before."""
    errors, best = price.shifted, price.fits_best
    here, there = errors[0], errors[best or 1]
    return _COPIED[_how_copied(here, there, best)].format(
        shift=_days(best or 1),
        ago=_ago(best or 1),
        here=digits(here),
        there=digits(there),
        times=f"{here / there:.0f}" if there else "",
    )


def _how_copied(here: float, there: float, best: int) -> str:
    """What a forecast is, by its errors where it is and drawn so many days earlier: 0 where it fits best."""
    if alike(here, there):
        return "alike"
    if best == 0:
        return "own"
    if not there:
        return "exact"
    return "copy" if here >= COPIES * there else "leans"


_COPIED = {
    "own": (
        "It fits best where it is: off by {here} $, and by {there} $ if it is drawn {shift} earlier. It does not copy "
        "yesterday."
    ),
    "alike": (
        "It fits as well where it is as drawn {shift} earlier: off by {here} $ and by {there} $. It is as near to the "
        "price of {ago} as to that of its own day."
    ),
    "leans": (
        "Drawn {shift} earlier it fits better: off by {there} $ instead of {here} $. It is nearer to the price of "
        "{ago} than to that of its own day, and yet not a copy of it."
    ),
    "copy": (
        "**Drawn {shift} earlier it fits {times} times as well**: off by {there} $ instead of {here} $. It says hardly "
        "anything about the next day: it repeats the price of {ago}, and prices change little from day to day."
    ),
    "exact": (
        "**Drawn {shift} earlier it fits exactly**, instead of being off by {here} $. It says nothing about the next "
        "day: it is the price of {ago}, and prices change little from day to day."
    ),
}


def shift_table(price: PriceForecasts) -> str:
    """How well the forecast fits by how many days it is drawn earlier."""
    head = ["Drawn earlier by", *map(_days, price.shifted)]
    row = ["Off by", *(f"{digits(error)} $" for error in price.shifted.values())]
    return table(head, [row], f"Mean distance of the forecast from the price: the median of {len(price.seeds)} seeds")


def return_chart(
    stock: str, cell: Cell, price: PriceForecasts, standing: StockForecasts, palette: Palette, font_size: int
) -> alt.LayerChart:
    """The returns of the last days, the forecast of the price as one, and the mean of the returns before."""
    days = price.seeds[0]
    last = slice(len(days.came) - DRAWN, None)
    mean = _mean_of(standing.simple_returns)
    return forecast_over_time(
        days.times[last],
        price.returns_that_came[last],
        [
            Forecast(f"{cell.title}, its price as a return", price.as_returns[0][last], cell.name),
            Forecast("Mean of the days learned from", np.full(DRAWN, mean)),
        ],
        palette,
        title=f"Return of {STOCKS[stock]}, %",
        font_size=font_size,
    )


def range_chart(stock: str, cell: Cell, standing: StockForecasts, palette: Palette, font_size: int) -> alt.LayerChart:
    """By how many percent the high of the last days was above their low, and what was forecast of it."""
    days = range_forecasts(stock, cell)
    last = slice(len(days.came) - 2 * DRAWN, None)
    mean = _mean_of(standing.simple_range)
    return forecast_over_time(
        days.times[last],
        np.exp(days.came[last]),
        [
            Forecast(f"{cell.title}, one day ahead", np.exp(days.said[last]), cell.name),
            Forecast("Mean of the days learned from", np.full(2 * DRAWN, np.exp(mean))),
        ],
        palette,
        title=f"Range of {STOCKS[stock]} within the day, %",
        font_size=font_size,
    )


def _mean_of(simple: Mapping[str, Forecasts]) -> float:
    """The mean of what was learned from."""
    fitted = simple["mean"].fitted
    return float(fitted.parameters["coefficients"][0, 0]) if fitted else float("nan")


def of_returns(price: PriceForecasts, standing: StockForecasts) -> str:
    """What is left of the forecast of the price where only the change counts."""
    errors = [float(np.abs(said - price.returns_that_came).mean()) for said in price.as_returns]
    stays = float(np.abs(price.returns_that_came).mean())
    mean = standing.simple_returns["mean"].middle
    return _RETURNS[outcome_of(errors, min(stays, mean))].format(
        errors=between(errors), stays=digits(stays), mean=digits(mean)
    )


_AS_RETURNS = (
    "As returns, the forecasts of the price are off by {errors} % a day. That the price stays as it is: {stays} %; the "
    "mean of the returns: {mean} %."
)
_RETURNS = {
    "simple": f"{_AS_RETURNS} **That is worse than saying the same every day.**",
    "network": f"{_AS_RETURNS} **From every seed that is better than saying the same every day.**",
    "tie": (
        f"{_AS_RETURNS} That is as good as saying the same every day: the difference is within what the seed alone "
        "makes."
    ),
    "alike": (
        f"{_AS_RETURNS} That is as good as saying the same every day: the nearest seed differs by less than one in the "
        "third digit."
    ),
    "once": f"{_AS_RETURNS} What the seed alone makes is not known from one network.",
}


def of_direction(standing: StockForecasts) -> str:
    """Whether the networks on returns know which way the price goes."""
    found = standing.directions
    gaps = {
        "network": standing.returns.title,
        "right": span(min(one.right for one in found), max(one.right for one in found)),
        "days": f"{found[0].count:,}",
        "seeds": len(found),
        "low": percent(found[0].chance[0]),
        "high": percent(found[0].chance[1]),
        "always": percent(found[0].always),
    }
    known = sum(one.knows for one in found)
    return _DIRECTIONS["all" if known == len(found) else "some" if known else "none"].format(**gaps)


_DIRECTION = (
    "Whether the price rises or falls the {network} that has learned from returns says rightly on {right} of {days} "
    "days ({seeds} seeds). Whoever tosses a coin is right on {low} to {high} of so many days, in 95 of 100 tries; "
    "always to say the same is right on {always}: "
)
_DIRECTIONS = {
    "none": f"{_DIRECTION}**it does not know the direction**.",
    "some": f"{_DIRECTION}which seed it is decides whether it does better, so it does not know the direction.",
    "all": f"{_DIRECTION}**it does better than both**, with every seed.",
}


def foreseen(standings: Mapping[str, StockForecasts]) -> str:
    """What is known of how much prices move, and of which way."""
    return f"{_how_much(standings)} {_beside_simple(standings)} {_which_way(standings)}"


def _how_much(standings: Mapping[str, StockForecasts]) -> str:
    better = {
        STOCKS[stock]: 1 - one.range.middle / one.simple_range["mean"].middle
        for stock, one in standings.items()
        if outcome(one.range, one.simple_range["mean"]) == "network"
    }
    said = "all" if len(better) == len(standings) else "some" if better else "none"
    less = span(min(better.values()), max(better.values())) if better else ""
    return _HOW_MUCH[said].format(network=_network_of(standings), less=less, stocks=listed([*better]))


_HOW_MUCH = {
    "all": (
        "**How much a price moves within a day can be foreseen**: the error of the {network} is {less} smaller than "
        "that of the mean, since quiet days follow quiet days."
    ),
    "some": (
        "**How much a price moves within a day can be foreseen on {stocks}**: the error of the {network} is {less} "
        "smaller than that of the mean. On the others it is not better from every seed."
    ),
    "none": (
        "**How much a price moves within a day the {network} does not foresee**: on none of the stocks is it better "
        "than the mean from every seed."
    ),
}


def _beside_simple(standings: Mapping[str, StockForecasts]) -> str:
    won = {stock: outcome(one.range, best_of([*one.simple_range.values()])) for stock, one in standings.items()}
    wins = [STOCKS[stock] for stock, who in won.items() if who == "network"]
    said = "once" if "once" in won.values() else "all" if len(wins) == len(standings) else "some" if wins else "none"
    return _BESIDE_SIMPLE[said].format(network=_network_of(standings), stocks=listed(wins))


_BESIDE_SIMPLE = {
    "none": "On each of these stocks a simple method does as well as the {network}, or better.",
    "some": "The {network} is better than every simple method on {stocks} alone.",
    "all": "On each of these stocks the {network} is better than every simple method.",
    "once": "Beside the simple methods it is not known from one network what the seed alone makes.",
}


def _which_way(standings: Mapping[str, StockForecasts]) -> str:
    knows = [STOCKS[stock] for stock, one in standings.items() if all(found.knows for found in one.directions)]
    return _WHICH_WAY["some" if knows else "none"].format(stocks=listed(knows))


_WHICH_WAY = {
    "none": (
        "**Which way it goes cannot be foreseen**: on none of the stocks does every seed do better than a coin and "
        "than always to say the same."
    ),
    "some": "Which way it goes was foreseen on {stocks}, from every seed better than by a coin and by always the same.",
}


def _network_of(standings: Mapping[str, StockForecasts]) -> str:
    return next(iter(standings.values())).range.title


def foreseen_table(standings: Mapping[str, StockForecasts]) -> str:
    """By stock: who is how far off on the next day's return, its direction and its range."""
    network = _network_of(standings)
    head = [
        "",
        "Return: mean",
        f"Return: {network}",
        f"Direction right: {network}",
        "Range: mean",
        "Range: best simple method",
        f"Range: {network}",
    ]
    rows = []
    for stock, one in standings.items():
        best = best_of([*one.simple_range.values()])
        rights = [found.right for found in one.directions]
        rows.append(
            [
                STOCKS[stock],
                digits(one.simple_returns["mean"].middle),
                between(one.returns.overall),
                span(min(rights), max(rights)),
                digits(one.simple_range["mean"].middle),
                f"{digits(best.middle)} ({best.said})",
                between(one.range.overall),
            ]
        )
    return table(head, rows, _ABOUT_THE_TABLE)


_ABOUT_THE_TABLE = (
    "Mean absolute error on the next day: of returns in %, of the range in its logarithm. Which simple method is the "
    "best is known from these same errors"
)


def _days(count: int) -> str:
    return f"{count} day" if count == 1 else f"{count} days"


def _ago(days: int) -> str:
    return "the day before" if days == 1 else f"{days} days before"
