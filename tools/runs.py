"""Train the runs that ship with rnnviz: every cell at every task's usual recipe, and other starts where they matter.

Three seeds each; and the network that the page on gradients trains with and without clipping. Writes the curves of
every run, and of the first seed the weights at some moments, among the checkpoints. The numbers are the same on every
machine with the same versions, but for the seconds.

    python -m tools.runs                                # all of them anew
    python -m tools.runs --missing                      # those that there are not
    python -m tools.runs adding-chrono --processes 1    # one contest anew, one run at a time
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from multiprocessing import get_context

import click
import torch

from rnnviz.cells import CELLS
from rnnviz.networks import checkpoints
from rnnviz.settings.compare import comparison
from rnnviz.settings.gradients import EXPERIMENT
from rnnviz.tasks import TASKS
from rnnviz.training.recipe import AnyRecipe, versions
from rnnviz.training.run import Moment, Point, RunOf, shipped, write_run

#: What is compared, by name, each as the settings that show it.
CONTESTS: Mapping[str, Mapping[str, str]] = {
    **{name: {"task": name} for name in TASKS},
    "adding-forget_bias": {"task": "adding", "initialisation": "forget_bias"},
    "adding-equal-weights": {"task": "adding", "equal": "parameters"},
    "adding-chrono": {"task": "adding", "initialisation": "chrono"},
    "order-chrono": {"task": "order", "initialisation": "chrono"},
    "lag-chrono": {"task": "lag", "initialisation": "chrono"},
}
#: The trainings with and without clipping that the page on gradients shows.
CLIPPING = "clipping"
NAMES = (*CONTESTS, CLIPPING)
FOLDER = checkpoints.shipped("runs")
PROCESSES = 2
#: Of the moments of a run one in so many is kept, the last one always.
EVERY = 2


def recipes(names: Iterable[str] = NAMES) -> list[AnyRecipe]:
    """The recipe of every run of some contests, and of the two trainings about clipping, once each."""
    found: dict[str, AnyRecipe] = {}
    for name in names:
        if name == CLIPPING:
            found[EXPERIMENT.clipping_recipe.key] = EXPERIMENT.clipping_recipe
            continue
        contest = comparison(**CONTESTS[name], cells=tuple(CELLS.values())).contest
        found |= {recipe.key: recipe for of_cell in contest.recipes().values() for recipe in of_cell}
    return list(found.values())


def made(recipe: AnyRecipe) -> str:
    """Make one run and write it; what it reached, in a line."""
    torch.set_num_threads(1)
    training, points, moments = recipe.training(), [], []
    for item in filter(None, training):
        (points if isinstance(item, Point) else moments).append(item)
    kept: list[Moment] = moments[::-EVERY][::-1] if recipe.seed == 0 else []
    run = RunOf(recipe.run_id, recipe, training.ended.reason, points, versions=versions(), ended=training.ended)
    run = replace(run, moments={moment.step: moment.metric for moment in kept})
    write_run(FOLDER, recipe.shipped_name, run, {moment.step: moment.weights for moment in kept})
    ended = training.ended
    return f"{recipe.in_words}: {ended.reason}, {ended.metric}, {ended.seconds:.1f} s"


@click.command()
@click.argument("contests", nargs=-1, type=click.Choice(NAMES))
@click.option("--missing", is_flag=True, help="Make only the runs that there are not.")
@click.option("--processes", default=PROCESSES, show_default=True, help="How many runs are made at a time.")
def main(contests: Sequence[str], missing: bool, processes: int) -> None:
    """Make the runs of some contests, or of all, whose old files then go first."""
    FOLDER.mkdir(exist_ok=True)
    wanted = [recipe for recipe in recipes(contests or NAMES) if not (missing and shipped(recipe))]
    if not (contests or missing):
        for name in (*TASKS, CLIPPING):
            for file in FOLDER.glob(f"{name}-*"):
                file.unlink()
    with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
        for line in pool.map(made, wanted):
            print(line, flush=True)


if __name__ == "__main__":
    main()
