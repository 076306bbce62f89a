"""Measure every detector on the labelled series that ship: the simple ones, and each network from every seed.

About ten seconds on one core, after ``python -m tools.series``, whose networks it reads.

    python -m tools.detection
"""

from __future__ import annotations

import json

from rnnviz.analysis.detection import MEASURED, OneStep, reached
from rnnviz.cells import CELLS
from rnnviz.data.series import SERIES, Series, load_series
from rnnviz.networks.forecaster import Forecaster
from rnnviz.tasks.detection import simple_detectors
from rnnviz.training.run import shipped, shipped_weights
from rnnviz.training.series import recipe_for
from tools.series import SEEDS, TRAINED


def network(series: str, cell: str, seed: int) -> OneStep:
    recipe = recipe_for(series, CELLS[cell], seed)
    run = shipped(recipe)
    if run is None:
        raise SystemExit(f"{recipe.in_words} does not ship: python -m tools.series {series}")
    return OneStep(Forecaster.of(shipped_weights(run, max(run.moments)), recipe.cell, recipe.reads, recipe.window))


def measured(series: Series) -> dict[str, list[tuple[float, ...]]]:
    detectors = {name: [one] for name, one in simple_detectors(series).items()}
    networks = {cell: [network(series.name, cell, seed) for seed in SEEDS] for cell in TRAINED}
    return {name: [reached(series, one) for one in of] for name, of in {**detectors, **networks}.items()}


def main() -> None:
    labelled = [series for series in map(load_series, SERIES) if series.events]
    MEASURED.parent.mkdir(exist_ok=True)
    MEASURED.write_text(json.dumps({series.name: measured(series) for series in labelled}, indent=1) + "\n")
    print(MEASURED.read_text())


if __name__ == "__main__":
    main()
