"""The view `inside` of the page on series: a network at work, what its units follow and how far back it looks."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from urllib.parse import urlencode

import numpy as np
import streamlit as st

from rnnviz.analysis.forecasting import FEATURES, PLACES, Follows, Reach
from rnnviz.data.series import Series
from rnnviz.figures.units import Bar, ranking
from rnnviz.settings.address import link
from rnnviz.settings.series import PAGE, Forecasting
from rnnviz.ui.address import with_classroom
from rnnviz.ui.colours import palette
from rnnviz.ui.controls import Controls, refuse
from rnnviz.ui.jobs import kept
from rnnviz.ui.lesson_card import Shown
from rnnviz.ui.series.followed import RULE, elsewhere, follows_sentence, name_of, place_of, reach_sentence
from rnnviz.ui.series.missing import train_missing
from rnnviz.ui.series.network_player import network_player
from rnnviz.ui.series.own_network import SeriesRun
from rnnviz.ui.series.results import best_of, networks_of, simple_methods
from rnnviz.ui.series.shown import recipe_of, runs_of, shown_series
from rnnviz.ui.series.standing import verdict
from rnnviz.ui.tables import table
from rnnviz.ui.terms import chart_words, subheader
from rnnviz.ui.text.verdicts import score, unit_name

#: So many units are ranked.
RANKED = 6


def inside_view(page: Shown, controls: Controls[Forecasting]) -> None:
    """Draw the view."""
    with st.container(horizontal=True, gap="medium", vertical_alignment="bottom"):
        shown = controls.draw("series", "cell")
    try:
        series = shown_series(shown)
        runs = {seed: run for seed, run in runs_of(series, shown.cell).items() if run.status == "done"}
        train_missing(series, shown)
        if runs:
            _look_inside(page, controls, series, runs)
    except (LookupError, OSError, ValueError) as error:
        refuse(f"{error}")


def _look_inside(page: Shown, controls: Controls[Forecasting], series: Series, runs: Mapping[int, SeriesRun]) -> None:
    """Draw the network from the first seed at work, and what is found in it."""
    seed, run = next(iter(runs.items()))
    cell = run.recipe.cell
    simple = simple_methods(recipe_of(series, cell))
    if simple:
        st.markdown(verdict(series, best_of([*networks_of(series, cell).values()]), best_of(simple)))
    network_player(page, series, run, opened=True)
    found = {one: kept().weights(each, max(each.moments)) for one, each in runs.items()}
    subheader("How far back it looks, on average")
    st.markdown(reach_sentence(Reach.read_from(found[seed]), run.recipe.horizon))
    subheader("What its units follow")
    follows = {one: Follows.read_from(arrays) for one, arrays in found.items()}
    feature = controls.draw("follows").follows
    others = {one: each.best(feature).score for one, each in follows.items() if one != seed}
    best = follows[seed].best(feature)
    st.markdown(f"{follows_sentence(series, cell, run.recipe.hidden_size, best)} {elsewhere(others)}")
    _ranking(run, follows[seed], feature, classroom=page.classroom)
    place = place_of(cell, run.recipe.hidden_size, best.place)
    st.markdown(unit_link(controls.values, *place, classroom=page.classroom), unsafe_allow_html=True)
    st.markdown(f":small[{RULE.format(places=PLACES)}]")


def unit_link(shown: Forecasting, letter: str, unit: int, *, classroom: bool) -> str:
    """A link to the same view with a unit chosen in its player."""
    where = f"{link(PAGE, **vars(shown))}&{urlencode({'line': letter, 'unit': unit + 1})}"
    name = unit_name(letter, unit)
    return f'<a href="{escape(with_classroom(where, classroom=classroom))}" target="_self">Watch {name} at work</a>'


def _ranking(run: SeriesRun, follows: Follows, feature: str, *, classroom: bool) -> None:
    """The units that follow a feature best and what they are compared with, as bars and as a table."""
    rows = bars_of(run, follows, feature)
    shown = [bar for bar in rows if np.isfinite(bar.score)]
    if not shown:
        return
    st.altair_chart(ranking(shown, "Correlation", 0.0, palette(), 20 if classroom else 14), theme=None, key="followed")
    chart_words("Correlation", "Untrained network")
    with st.expander("The same as a table"):
        lines = [(bar.title, bar.written) for bar in rows]
        st.markdown(
            table(("Unit", "Correlation"), lines, "On the part of the series that tests"), unsafe_allow_html=True
        )


def bars_of(run: SeriesRun, follows: Follows, feature: str) -> list[Bar]:
    """The units that follow a feature best, each in the direction of the part that chose it, and the controls."""
    row, recipe = FEATURES.index(feature), run.recipe
    turned = np.where(follows.chosen[row] < 0, -1, 1) * follows.tested[row]
    bars = [
        Bar(name_of(recipe.cell, recipe.hidden_size, place), float(turned[place]), score(float(turned[place])))
        for place in follows.ranked(feature)[:RANKED].tolist()
    ]
    best = follows.best(feature)
    controls = {"Untrained network": best.untrained} | ({} if feature == "last" else {"Last value alone": best.last})
    return [*bars, *(Bar(title, reached, score(reached), compared=True) for title, reached in controls.items())]
