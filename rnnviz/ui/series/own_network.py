"""A series of one's own, found by a run on it: whoever has the address of the run sees its numbers."""

from __future__ import annotations

from rnnviz.data.own_series import series_of
from rnnviz.data.series import Series
from rnnviz.training.baselines import BaselinesRecipe
from rnnviz.training.run import AnyRun, RunOf
from rnnviz.training.series import SeriesRecipe
from rnnviz.ui.jobs import kept, visitor

#: Said of an address of which nothing is here.
NOT_KEPT = "No series of this address is kept on this server: it was deleted, or belongs to another server."

SeriesRun = RunOf[SeriesRecipe]


def own_run(run_id: str) -> AnyRun | None:
    """The run of an address; None where it is none on a series of one's own, or is not kept here."""
    run = kept().known(run_id, visitor()) if run_id else None
    is_own = run is not None and isinstance(run.recipe, (SeriesRecipe, BaselinesRecipe)) and run.recipe.own_text
    return run if is_own else None


def own_series(run_id: str) -> Series | None:
    """The series that the run of an address learns from; None where there is no such run."""
    text = kept().text(run_id) if own_run(run_id) else None
    return series_of(text) if text else None
