"""Train the runs that ship with rnnviz: every cell at every task's usual recipe, and where chrono matters with it.

Three seeds each; and the network that the page on gradients trains with and without clipping. Writes the curves of
every run, and of the first seed the weights at some moments, among the checkpoints. The numbers are the same on every
machine with the same versions, but for the seconds.
"""

from __future__ import annotations

from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from multiprocessing import get_context

import torch

from rnnviz.cells import CELLS
from rnnviz.networks import checkpoints
from rnnviz.settings.compare import comparison
from rnnviz.settings.gradients import EXPERIMENT
from rnnviz.tasks import TASKS
from rnnviz.training.recipe import AnyRecipe, versions
from rnnviz.training.run import Moment, Point, RunOf, write_run

CONTESTS = (
    *({"task": name} for name in TASKS),
    {"task": "order", "initialisation": "chrono"},
    {"task": "lag", "initialisation": "chrono"},
)
FOLDER = checkpoints.shipped("runs")
WORKERS = 2
#: Of the moments of a run one in so many is kept, the last one always.
EVERY = 2


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


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    for file in (*FOLDER.glob("*.json"), *FOLDER.glob("*.safetensors")):
        file.unlink()
    recipes = {
        recipe.key: recipe
        for settings in CONTESTS
        for of_cell in comparison(**settings, cells=tuple(CELLS.values())).contest.recipes().values()
        for recipe in of_cell
    }
    recipes[EXPERIMENT.clipping_recipe.key] = EXPERIMENT.clipping_recipe
    with ProcessPoolExecutor(WORKERS, mp_context=get_context("spawn")) as pool:
        for line in pool.map(made, recipes.values()):
            print(line, flush=True)


if __name__ == "__main__":
    main()
