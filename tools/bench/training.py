"""Training through the jobs against a bare loop of PyTorch, in a process of its own: prints measurements as JSON.

Both train the page's default LSTM on the adding problem: the same network, sequences, optimiser and clipping. The loop
measures nothing and keeps nothing; a run measures its metric at every step, tests and sends its weights at twenty
moments, and tells the server how far it is. `learned` is how long the page's default contest takes, from asking for
runs that nobody has made until one of an LSTM or a GRU is finished and good enough.
"""

from __future__ import annotations

import json
import sys
import time
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import torch

from rnnviz.jobs.queue import Jobs
from rnnviz.jobs.store import Store
from rnnviz.settings.compare import comparison
from rnnviz.tasks import TASKS
from rnnviz.training.loop import Training
from rnnviz.training.recipe import Recipe

RECIPE = Recipe(steps=1500)
FIRST_SEED = 1000


def bare(seed: int) -> float:
    """Milliseconds for a thousand sequences of the bare loop."""
    recipe = replace(RECIPE, seed=seed)
    model, task = Training(recipe).model, TASKS[recipe.task]
    optimizer = torch.optim.Adam(model.parameters(), lr=recipe.learning_rate)
    start = time.perf_counter()
    for step in range(recipe.steps):
        examples = task.draw(np.random.default_rng([seed, step]), recipe.length, recipe.batch_size)
        outputs = model(torch.from_numpy(examples.inputs))
        mask = torch.from_numpy(examples.mask)
        loss = torch.nn.functional.mse_loss(outputs[mask][:, 0], torch.from_numpy(examples.targets)[mask])
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), recipe.clip)
        optimizer.step()
    return _per_thousand(time.perf_counter() - start, recipe.steps)


def through_jobs(jobs: Jobs, seed: int) -> float:
    """The same for a run, from its first point to its last as the server hears of them."""
    recipe = replace(RECIPE, seed=seed)
    jobs.ask(recipe, "bench")
    begun: tuple[float, int] | None = None
    while True:
        time.sleep(0.005)
        run = jobs.find(recipe)
        if run is None or not run.points:
            continue
        now, step = time.perf_counter(), run.points[-1].step
        begun = begun or (now, step)
        if step == recipe.steps:
            return _per_thousand(now - begun[0], step - begun[1])


def _per_thousand(seconds: float, steps: int) -> float:
    return seconds * 1e3 / (steps * RECIPE.batch_size) * 1e3


def learned(jobs: Jobs) -> float:
    """Seconds until an LSTM or a GRU of a new default contest has learned the adding problem."""
    shown = comparison(first_seed=FIRST_SEED).contest
    recipes = sorted((r for of_cell in shown.recipes().values() for r in of_cell), key=lambda recipe: recipe.seed)
    start = time.perf_counter()
    for recipe in recipes:
        jobs.ask(recipe, "bench")
    gated = [recipe for recipe in recipes if recipe.cell.name in ("lstm", "gru")]
    while True:
        time.sleep(0.02)
        ended = [run.ended.metric for recipe in gated if (run := jobs.find(recipe)) and run.ended]
        if any(metric is not None and metric < 0.01 for metric in ended):
            return time.perf_counter() - start


def measure(repetitions: int) -> dict[str, list[float]]:
    torch.set_num_threads(1)
    taken: dict[str, list[float]] = {"bare": [], "jobs": [], "learned": []}
    with TemporaryDirectory() as folder:
        jobs = Jobs(Store(Path(folder)), workers=2)
        try:
            through_jobs(jobs, 0)  # starts the workers
            for seed in range(1, repetitions + 1):
                taken["bare"].append(bare(seed))
                taken["jobs"].append(through_jobs(jobs, seed))
            taken["learned"].append(learned(jobs))
        finally:
            jobs.close()
    return taken


if __name__ == "__main__":
    print(json.dumps(measure(int(sys.argv[1]))))
