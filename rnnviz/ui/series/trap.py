"""The view `trap` of the page on series: a price forecast that copies yesterday, and what can be foreseen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import altair as alt
import numpy as np
import streamlit as st

from rnnviz.cells import Cell
from rnnviz.data.series import STOCK_QUANTITIES
from rnnviz.figures.over_time import Forecast, forecast_over_time
from rnnviz.notation import PALETTES, Palette, percent
from rnnviz.settings.series import STOCKS, Forecasting
from rnnviz.ui.controls import Controls, refuse
from rnnviz.ui.lesson_card import Shown
from rnnviz.ui.series.missing import offer_training
from rnnviz.ui.series.results import Forecasts, best_of, outcome
from rnnviz.ui.series.standing import between, digits, span
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


def trap_view(page: Shown, controls: Controls[Forecasting]) -> None:
    """Draw the view."""
    with st.container(horizontal=True, gap="medium", vertical_alignment="bottom"):
        shown = controls.draw("stock", "cell")
    recipes = recipes_of(shown.stock, shown.cell)
    offer_training(recipes, f"Train {len(recipes) - len(STOCK_QUANTITIES)} networks on {STOCKS[shown.stock]}")
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
    """Whether anything is better than the mean of the returns."""
    network, mean = standing.returns, standing.simple_returns["mean"]
    said = {
        "simple": (
            "**Nothing here beats the mean.** What {stock} gains or loses on the next day is missed by {mean} % if one "
            "always says the mean of the days learned from, and by {errors} % by the {network} ({seeds} seeds). "
            "A forecast of the price may look far better, and is not."
        ),
        "tie": (
            "**Nothing here beats the mean.** What {stock} gains or loses on the next day is missed by {mean} % if one "
            "always says the mean of the days learned from, and by {errors} % by the {network} ({seeds} seeds): "
            "a tie. A forecast of the price may look far better, and is not."
        ),
        "alike": (
            "**Nothing here beats the mean.** What {stock} gains or loses on the next day is missed by {mean} % if one "
            "always says the mean of the days learned from, and by {errors} % by the {network} ({seeds} seeds): "
            "as good as alike. A forecast of the price may look far better, and is not."
        ),
        "network": (
            "**From every seed the {network} is better than the mean here.** What {stock} gains or loses on the next "
            "day is missed by {mean} % if one always says the mean of the days learned from, and by {errors} % "
            "by the {network} ({seeds} seeds)."
        ),
        "once": (
            "What {stock} gains or loses on the next day is missed by {mean} % if one always says the mean of the days "
            "learned from, and by {errors} % by one training of the {network}."
        ),
    }[outcome(network, mean)]
    return said.format(
        stock=stock,
        network=network.title,
        mean=digits(mean.middle),
        errors=between(network.overall),
        seeds=len(network.overall),
    )


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
    return (
        f"**It looks excellent**: over {len(price.seeds[0].came):,} days that it has not learned from, what it says "
        f"and what comes have a correlation of {price.correlation:.3f}."
    )


def copied(price: PriceForecasts) -> str:
    """Whether that forecast is a copy of the day before."""
    errors, best = price.shifted, price.fits_best
    if best == 0:
        return (
            f"It fits best where it is: off by {digits(errors[0])} $, and by {digits(errors[1])} $ if it is drawn one "
            "day earlier. It does not copy yesterday."
        )
    return (
        f"**Drawn {_days(best)} earlier it fits {errors[0] / errors[best]:.0f} times as well**: off by "
        f"{digits(errors[best])} $ instead of {digits(errors[0])} $. It says hardly anything about the next day: it "
        f"repeats the price of {_ago(best)}, and prices change little from day to day."
    )


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
    given = (
        f"As returns, the forecasts of the price are off by {between(errors)} % a day. "
        f"That the price stays as it is: {digits(stays)} %; the mean of the returns: {digits(mean)} %."
    )
    best = min(stays, mean)
    if min(errors) > best:
        return f"{given} **What looked excellent is worse than saying the same every day.**"
    if max(errors) < best:
        return f"{given} **From every seed that is better than saying the same every day.**"
    return f"{given} That is as good as saying the same every day: the difference is within what the seed alone makes."


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
    less = [1 - one.range.middle / one.simple_range["mean"].middle for one in standings.values()]
    wins = [
        STOCKS[stock]
        for stock, one in standings.items()
        if outcome(one.range, best_of([*one.simple_range.values()])) == "network"
    ]
    return (
        f"**How much a price moves within a day can be foreseen**: the error is {span(min(less), max(less))} smaller "
        f"than that of the mean, since quiet days follow quiet days. {_beside_simple(wins, len(standings))} "
        f"{_which_way(standings)}"
    )


def _beside_simple(wins: Sequence[str], count: int) -> str:
    if not wins:
        return "A simple method foresees it as well as the network, or better."
    if len(wins) == count:
        return "On each of these stocks the network is better than every simple method."
    return f"The network is better than every simple method on {_and(wins)} alone."


def _which_way(standings: Mapping[str, StockForecasts]) -> str:
    knows = [STOCKS[stock] for stock, one in standings.items() if all(found.knows for found in one.directions)]
    if not knows:
        return "**Which way it goes cannot**: on none of the stocks does every seed do better than a coin."
    return f"Which way it goes was foreseen better than by a coin on {_and(knows)}."


def foreseen_table(standings: Mapping[str, StockForecasts]) -> str:
    """By stock: who is how far off on the next day's return, its direction and its range."""
    network = next(iter(standings.values())).returns.title
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
    return table(head, rows, "Mean absolute error on the next day: of returns in %, of the range in its logarithm")


def _days(count: int) -> str:
    return f"{count} day" if count == 1 else f"{count} days"


def _ago(days: int) -> str:
    return "the day before" if days == 1 else f"{days} days before"


def _and(names: Sequence[str]) -> str:
    *first, last = names
    return f"{', '.join(first)} and {last}" if first else last
