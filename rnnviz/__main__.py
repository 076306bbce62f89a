"""Training without a browser: ``python -m rnnviz train`` makes a run and keeps it, ``... runs`` lists what is kept."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import fields
from typing import Any

import click

from rnnviz.cells import CELLS, Cell
from rnnviz.jobs.queue import Jobs
from rnnviz.jobs.store import Store
from rnnviz.networks.initialisation import INITIALISATIONS
from rnnviz.settings import compare
from rnnviz.settings.address import link
from rnnviz.tasks import TASKS
from rnnviz.training.contest import Contest
from rnnviz.training.recipe import BUDGETS, LIMITS, OPTIMIZERS, Recipe
from rnnviz.training.run import AnyRun, Run

_NAMES = {"task": TASKS, "cell": CELLS, "initialisation": INITIALISATIONS, "optimizer": OPTIMIZERS, "budget": BUDGETS}
#: Seconds between two looks at the run, and how many parts its bar has.
_POLL, _BAR = 0.2, 1000


@click.group(help="See recurrent neural networks think: the part that needs no browser.")
def main() -> None:
    """Gather the commands."""


def _recipe_options(command: Callable[..., None]) -> Callable[..., None]:
    """An option for every field of a recipe, with what it may be."""
    for field in reversed(fields(Recipe)):
        option, default = f"--{field.name.replace('_', '-')}", field.default
        if isinstance(default, Cell):
            default = default.name
        if field.name in _NAMES:
            accepts: Any = click.Choice(list(_NAMES[field.name]))
        else:
            low, high = LIMITS[field.name]
            accepts = click.IntRange(int(low), int(high)) if isinstance(default, int) else click.FloatRange(low, high)
        if field.name in ("length", "steps"):
            command = click.option(option, type=accepts, help="As usual for the task if left out.")(command)
        else:
            command = click.option(option, type=accepts, default=default, show_default=True)(command)
    return command


@main.command()
@_recipe_options
@click.option("--origin", default="http://localhost:8501", show_default=True, help="Where the app is served.")
def train(origin: str, **settings: Any) -> None:
    """Train one network, keep the run, and print its id and the link that opens it.

    Asked again, the answer is there at once. With RNNVIZ_SCHEDULER=tcp://host:8786 a worker of that cluster trains.
    Stopped by Ctrl-C the run is paused; asked again it goes on.
    """
    task = TASKS[settings["task"]]
    settings["length"], settings["steps"] = settings["length"] or task.lengths[1], settings["steps"] or task.steps
    try:
        recipe = Recipe(**settings)
    except ValueError as error:
        raise click.UsageError(str(error)) from error
    jobs = Jobs(Store())
    try:
        run = _follow(jobs, recipe)
    finally:
        jobs.close()
    for note in run.notes:
        click.echo(note, err=True)
    click.echo(f"{run.run_id}  {_outcome(run)}")
    contest = Contest(recipe, (recipe.cell,), 1, recipe.seed)
    where = link(compare.PAGE, show="learning" if run.moments else "race", **compare.settings_of(contest))
    click.echo(f"{origin.rstrip('/')}/{where}")
    if run.status == "failed":
        raise SystemExit(1)


def _follow(jobs: Jobs, recipe: Recipe) -> Run:
    """Ask for a run and show how far it is until it has ended."""
    run = jobs.ask(recipe, "command line")
    if run.finished:
        return run
    try:
        with click.progressbar(length=_BAR, label=f"{recipe.task}, {recipe.cell.name}, seed {recipe.seed}") as bar:
            while run.under_way:
                time.sleep(_POLL)
                run = jobs.find(recipe) or run
                bar.update(round(_BAR * run.share_done) - bar.pos)
            bar.update(_BAR - bar.pos)
    except KeyboardInterrupt:
        jobs.pause(recipe)
        raise
    return run


def _outcome(run: AnyRun) -> str:
    """How a run ended, in a few words."""
    ended = run.ended
    if ended is None:
        return run.status
    if ended.reason == "diverged":
        return f"diverged at step {ended.step}"
    took = f"{ended.step} steps, {ended.seconds:.1f} s"
    metric = run.recipe.metric
    return took if metric is None else f"{metric.title.lower()} {ended.metric:.4g} after {took}"


@main.command()
def runs() -> None:
    """List the runs that are kept."""
    store = Store()
    for run in store.runs():
        click.echo(f"{run.run_id}  {run.recipe.in_words}: {_outcome(run)}")
    store.close()


if __name__ == "__main__":
    main(prog_name="python -m rnnviz")
