"""Watch it learn: the network of a run at each of its kept moments, reading the same input."""

from __future__ import annotations

import numpy as np
import streamlit as st

from rnnviz.cells import ANSWER, READOUT
from rnnviz.networks.initialisation import INITIALISATIONS
from rnnviz.player.payload import MomentView, Progress, Readout, Scene
from rnnviz.tasks import TASKS
from rnnviz.tasks.task import Task
from rnnviz.training.contest import Contest
from rnnviz.training.run import Run
from rnnviz.ui.compare.controls import watch_controls
from rnnviz.ui.controls import refuse
from rnnviz.ui.jobs import jobs, visitor
from rnnviz.ui.lesson_card import Shown
from rnnviz.ui.scenes import with_article


def watched(page: Shown, contest: Contest) -> tuple[Scene, list[MomentView], Progress] | None:
    """One run of a contest at the moments of its training, chosen by controls; None, with a sentence, where none is."""
    if contest.recipe.layers > 1 or contest.recipe.directions > 1:
        st.markdown(
            "The player shows networks of one layer that read in one direction: choose these under *More settings*."
        )
        return None
    if not contest.cells:
        return None
    chosen = watch_controls(page)
    recipe = next(one for one in contest.recipes()[chosen.watch] if one.seed == chosen.watch_seed)
    run = jobs().find(recipe, visitor())
    if run is None or not run.moments:
        st.markdown("No weights of this run are kept. Train it under *Race*, or choose another cell or seed.")
        return None
    try:
        views = moments(run)
    except (OSError, ValueError) as error:
        refuse(f"The weights of this run cannot be shown: {error}.")
        return None
    return example_scene(run, views[-1], chosen.example), views, progress(run)


def moments(run: Run) -> list[MomentView]:
    """The network at every moment that was kept."""
    cell = run.recipe.cell
    views = []
    for step, metric in run.moments.items():
        kept = jobs().weights(run, step)
        weights = {name: kept[f"layer1.{name}"] for name in cell.program.weights}
        views.append(MomentView(step, metric, weights, {name: kept[f"readout.{name}"] for name in ANSWER.weights}))
    return views


def progress(run: Run) -> Progress:
    """How the metric of a run went."""
    task = TASKS[run.recipe.task]
    return Progress(
        task.metric.title,
        task.metric.better,
        [point.step for point in run.points],
        [point.metric for point in run.points],
        share=task.metric.share,
        chance=task.chance(run.recipe.length),
        learned=task.metric.learned,
    )


def example_scene(run: Run, last: MomentView, example: int) -> Scene:
    """A held-out sequence of the run's task, as its network reads it at its last moment."""
    recipe, task = run.recipe, TASKS[run.recipe.task]
    drawn = task.held_out(np.random.default_rng(example), recipe.length, 1)
    inputs = drawn.inputs[:, 0].astype(np.float64)
    steps = int(np.flatnonzero(drawn.mask[:, 0])[-1]) + 1  # what follows the last answer is padding
    wanted = drawn.mask[:steps, 0]
    cell = recipe.cell
    return Scene(
        cell,
        {name: array.astype(np.float64) for name, array in last.weights.items()},
        inputs[:steps],
        labels=labels(task, inputs[:steps]),
        label_kind="symbol" if task.one_hot else "value",
        notes=[] if task.one_hot else ["marked" if marker else "" for marker in inputs[:steps, 1]],
        input_symbols=task.inputs if task.one_hot else (),
        readout=Readout(
            {name: array.astype(np.float64) for name, array in last.readout.items()},
            task.outputs,
            drawn.targets[:steps, 0].tolist(),
            READOUT if task.outputs else ANSWER,
            wanted.tolist(),
        ),
        network=(
            f"{with_article(cell.title)} with {recipe.hidden_size} units in training "
            f"({INITIALISATIONS[recipe.initialisation].title} start, seed {recipe.seed})"
        ),
        reads=f"held-out sequence {example} of the task “{task.title}”.",
    )


def labels(task: Task, inputs: np.ndarray) -> list[str]:
    """What stands under each step: the symbol that is read, or the first of its numbers."""
    if task.one_hot:
        return [task.inputs[place] for place in inputs.argmax(axis=1)]
    return [f"{value:.2f}" for value in inputs[:, 0]]
