"""A series of one's own, found by a run on it: whoever has the address of the run sees its numbers."""

from __future__ import annotations

from rnnviz.data.own_series import series_of
from rnnviz.data.series import Series
from rnnviz.training.run import RunOf
from rnnviz.training.series import SeriesRecipe
from rnnviz.ui.jobs import kept, visitor

SeriesRun = RunOf[SeriesRecipe]


def own_series(run_id: str) -> Series | None:
    """The series that the run of an address learns from; None where it is no such run, or is not kept here."""
    run = kept().known(run_id, visitor()) if run_id else None
    if run is None or not isinstance(run.recipe, SeriesRecipe) or run.recipe.own_text is None:
        return None
    text = kept().text(run_id)
    return None if text is None else series_of(text)
