"""Train the networks that forecast the series that ship: every cell on every series, from three seeds each.

Of each the last moment ships, with its weights in float16, measured anew with those. All of them take about eight
minutes of processor time; the numbers are the same on every machine with the same versions, but for the seconds.

    python -m tools.series                # all of them anew
    python -m tools.series seattle        # those of one series
"""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from multiprocessing import get_context
from time import perf_counter
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from rnnviz.analysis.forecasting import findings
from rnnviz.cells import CELLS
from rnnviz.data.series import SERIES, load_series
from rnnviz.networks import checkpoints
from rnnviz.networks.forecaster import Forecaster
from rnnviz.training.recipe import versions
from rnnviz.training.run import Ended, Moment, Point, RunOf, write_run
from rnnviz.training.series import SeriesRecipe, recipe_for

FOLDER = checkpoints.shipped("runs")
TRAINED, SEEDS = ("elman", "lstm", "gru"), (0, 1, 2)
PROCESSES = 2
#: Of the points of a run one in so many ships, the last one always.
EVERY = 25


def recipes(names: Sequence[str] = tuple(SERIES)) -> list[SeriesRecipe]:
    """The recipe of every run on some series."""
    return [recipe_for(name, CELLS[cell], seed) for name in names for cell in TRAINED for seed in SEEDS]


def short(arrays: Mapping[str, NDArray[Any]]) -> dict[str, NDArray[Any]]:
    """The weights as they ship, in float16; what is not a weight stays as it is."""
    return {
        name: array.astype(np.float16) if name.startswith(("core.", "readout.")) else array
        for name, array in arrays.items()
    }


def as_shipped(recipe: SeriesRecipe, last: Moment, ended: Ended) -> tuple[dict[str, NDArray[Any]], Ended]:
    """What ships of a run: its last weights, and what those reach; and how it ended, with the same numbers."""
    weights = short(last.weights)
    network = Forecaster.of(weights, recipe.cell, recipe.reads, recipe.window)
    found = findings(network, load_series(recipe.series))
    errors = found["mae.direct"].tolist()
    told = replace(ended, metric=float(np.mean(errors)), tested=dict(enumerate(errors, start=1)))
    return weights | {name: _single(array) for name, array in found.items()}, told


def _single(array: NDArray[Any]) -> NDArray[Any]:
    return array.astype(np.float32) if array.dtype == np.float64 else array


def made(recipe: SeriesRecipe) -> str:
    """Make one run and write it; what it reached, in a line."""
    torch.set_num_threads(1)
    training = recipe.training()
    items = [*filter(None, training)]
    points = [one for one in items if isinstance(one, Point)][::-EVERY][::-1]
    last = [one for one in items if isinstance(one, Moment)][-1]
    if training.ended is None or training.ended.reason != "done":
        raise RuntimeError(f"{recipe.in_words}: {training.ended}")
    weights, ended = as_shipped(recipe, last, training.ended)
    run = RunOf(recipe.run_id, recipe, "done", points, {last.step: last.metric}, ended, versions=versions())
    write_run(FOLDER, recipe.shipped_name, run, {last.step: weights})
    return f"{recipe.in_words}: {ended.metric:.4f}, {ended.seconds:.1f} s"


def main(names: Sequence[str]) -> None:
    if unknown := set(names) - set(SERIES):
        raise SystemExit(f"there is no {', '.join(sorted(unknown))}; there are: {', '.join(SERIES)}")
    start, wanted = perf_counter(), recipes(names or tuple(SERIES))
    for name in {recipe.series for recipe in wanted}:
        for file in FOLDER.glob(f"{name}-*"):
            file.unlink()
    with ProcessPoolExecutor(PROCESSES, mp_context=get_context("spawn")) as pool:
        for line in pool.map(made, wanted):
            print(line, flush=True)
    print(f"{len(wanted)} runs in {perf_counter() - start:.0f} s")


if __name__ == "__main__":
    main(sys.argv[1:])
