"""The networks and measurements that a series has not yet: asked for, and how far they are."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from rnnviz.data.own_text import OwnText
from rnnviz.data.series import Series
from rnnviz.settings.series import Forecasting
from rnnviz.training.baselines import baselines_of
from rnnviz.training.recipe import AnyRecipe
from rnnviz.ui.jobs import jobs, kept, visitor
from rnnviz.ui.series.shown import SEEDS, recipe_of

#: Seconds between two looks at runs under way.
_LOOK = 1.0


def wanted_for(series: Series, shown: Forecasting) -> list[AnyRecipe]:
    """All that stands beside one another on a series: the chosen cell from every seed, and the simple methods."""
    recipes = [recipe_of(series, shown.cell, seed) for seed in SEEDS]
    return [baselines_of(recipes[0]), *recipes]


def train_missing(series: Series, shown: Forecasting) -> None:
    """Draw the button that has what is missing trained, or how far that is; nothing where all is there."""
    known = {recipe: kept().find(recipe, visitor()) for recipe in wanted_for(series, shown)}
    missing = [recipe for recipe, run in known.items() if run is None or not (run.finished or run.under_way)]
    under_way = [recipe for recipe, run in known.items() if run is not None and run.under_way]
    if under_way:
        st.fragment(_watch, run_every=_LOOK)(tuple(known), len(under_way))
    elif missing:
        networks = sum(not isinstance(recipe, type(baselines_of(recipe_of(series, shown.cell)))) for recipe in missing)
        text = kept().text(shown.own) if shown.series == "own" else None
        st.button(
            f"Train {shown.cell.title} from {networks} seeds" if networks else "Measure the simple methods",
            icon=":material/play_arrow:",
            key="series_train",
            type="primary",
            on_click=_ask,
            args=(missing, text),
        )


def _ask(recipes: Sequence[AnyRecipe], text: OwnText | None) -> None:
    for recipe in recipes:
        jobs().ask(recipe, visitor(), text)


def _watch(recipes: Sequence[AnyRecipe], before: int) -> None:
    """How far the runs are; the page is drawn anew whenever one of them ends."""
    runs = [run for recipe in recipes if (run := jobs().find(recipe, visitor())) is not None]
    left = sum(run.under_way for run in runs)
    if left != before:
        st.rerun()
    done = sum(run.share_done for run in runs) / len(recipes)
    st.progress(done, f"{len(runs) - left} of {len(recipes)} finished")
