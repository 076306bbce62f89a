"""The networks and measurements that a series has not yet: asked for, and how far they are."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import streamlit as st

from rnnviz.data.own_text import OwnText
from rnnviz.data.series import Series
from rnnviz.settings.series import Forecasting
from rnnviz.training.baselines import baselines_of
from rnnviz.training.recipe import AnyRecipe
from rnnviz.training.series import SeriesRecipe
from rnnviz.ui.jobs import jobs, kept, visitor
from rnnviz.ui.series.shown import SEEDS, recipe_of

#: Seconds between two looks at runs under way.
_LOOK = 1.0


def train_missing(series: Series, shown: Forecasting) -> None:
    """Draw how what stands beside one another on a series comes to be, where something of it is missing."""
    recipes = [recipe_of(series, shown.cell, seed) for seed in SEEDS]
    text = kept().text(shown.own) if shown.series == "own" else None
    offer_training(
        [baselines_of(recipes[0]), *recipes],
        lambda count: f"Train the {shown.cell.title} from {seeds_in_words(count)}",
        text,
    )


def seeds_in_words(count: int) -> str:
    """So many seeds."""
    return "1 seed" if count == 1 else f"{count} seeds"


def networks_in_words(count: int) -> str:
    """So many networks."""
    return "1 network" if count == 1 else f"{count} networks"


def offer_training(recipes: Sequence[AnyRecipe], ask: Callable[[int], str], text: OwnText | None = None) -> None:
    """Draw the button that has what is missing of some runs made, or how far they are; nothing where all are there.

    Parameters
    ----------
    ask
        What stands on the button where so many networks are missing.
    text
        The series of one's own that they learn from.
    """
    known = {recipe: kept().find(recipe, visitor()) for recipe in recipes}
    under_way = sum(run is not None and run.under_way for run in known.values())
    if under_way:
        st.fragment(_watch, run_every=_LOOK)(tuple(recipes), under_way)
    elif missing := [recipe for recipe, run in known.items() if run is None or not run.finished]:
        networks = sum(isinstance(recipe, SeriesRecipe) for recipe in missing)
        st.button(
            ask(networks) if networks else "Measure the simple methods",
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
