"""Measure what the simple methods reach on the series that ship: in about a minute.

The numbers are the same on every machine with the same versions, but for the seconds.

    python -m tools.baselines
"""

from __future__ import annotations

from rnnviz.cells import GRU
from rnnviz.data.series import SERIES
from rnnviz.networks import checkpoints
from rnnviz.training.baselines import BaselinesRecipe, baselines_of
from rnnviz.training.series import recipe_for
from tools.runs import made

FOLDER = checkpoints.shipped("runs")


def recipes() -> list[BaselinesRecipe]:
    """The simple methods beside the networks on every series."""
    return [baselines_of(recipe_for(name, GRU)) for name in SERIES]


def main() -> None:
    for file in FOLDER.glob(f"{BaselinesRecipe.kind}-*"):
        file.unlink()
    for recipe in recipes():
        print(made(recipe), flush=True)


if __name__ == "__main__":
    main()
