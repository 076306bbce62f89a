"""Everything that decides a training run: the same recipe, seed and versions give the same run.

Importing this module does not import torch.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from functools import cache
from hashlib import sha256
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from rnnviz.cells import CELLS
from rnnviz.initialisation import INITIALISATIONS
from rnnviz.tasks import TASKS

OPTIMIZERS: Mapping[str, str] = {"adam": "Adam", "rmsprop": "RMSprop", "sgd": "SGD", "momentum": "SGD with momentum"}
BUDGETS: Mapping[str, str] = {"steps": "Steps", "seconds": "Seconds"}

#: The least and the most each number may be. A length is further bound by its task.
LIMITS: Mapping[str, tuple[float, float]] = {
    "hidden_size": (1, 128),
    "layers": (1, 2),
    "directions": (1, 2),
    "learning_rate": (1e-5, 10.0),
    "clip": (0.0, 100.0),
    "batch_size": (1, 256),
    "length": (1, 400),
    "steps": (1, 10_000),
    "seconds": (1, 300),
    "seed": (0, 9999),
}
_VERSIONS = ("rnnviz", "torch", "numpy")


@dataclass(frozen=True)
class Recipe:
    """A training run before it is made.

    Attributes
    ----------
    task, cell
        By name: of `rnnviz.tasks.TASKS`, of `rnnviz.cells.CELLS`.
    layers, directions
        How many of each; 2 directions read from both ends.
    initialisation
        How the weights start: a name of `rnnviz.initialisation.INITIALISATIONS`.
    clip
        The longest gradient a step may have; 0 for no limit.
    length
        How long the sequences are, in what the task counts.
    budget
        "steps" or "seconds": which of the two numbers ends the run. The other is not part of the run.
    seed
        Fixes the start of the weights and the sequences learned from.

    Raises
    ------
    ValueError
        With a sentence that says what is accepted.
    """

    task: str = "adding"
    cell: str = "lstm"
    hidden_size: int = 32
    layers: int = 1
    directions: int = 1
    initialisation: str = "default"
    optimizer: str = "adam"
    learning_rate: float = 0.01
    clip: float = 1.0
    batch_size: int = 32
    length: int = 50
    budget: str = "steps"
    steps: int = 1000
    seconds: int = 30
    seed: int = 0

    def __post_init__(self) -> None:
        names: Mapping[str, Mapping[str, Any]] = {
            "task": TASKS, "cell": CELLS, "initialisation": INITIALISATIONS, "optimizer": OPTIMIZERS, "budget": BUDGETS
        }  # fmt: skip
        for name, known in names.items():
            if getattr(self, name) not in known:
                raise ValueError(f"{_words(name)} must be one of {', '.join(known)}, not {getattr(self, name)!r}")
        task = TASKS[self.task]
        shortest, _, longest = task.lengths
        for name, (low, high) in {**LIMITS, "length": (shortest, longest)}.items():
            value, whole = getattr(self, name), isinstance(LIMITS[name][0], int)
            if type(value) not in ((int,) if whole else (int, float)) or not low <= value <= high:
                wanted = f"a {'whole ' * whole}number from {low:g} to {high:g}"
                raise ValueError(f"{_words(name)} must be {wanted}, not {value!r}")
        if self.directions > 1 and not task.both_directions:
            raise ValueError(f"{task.title}: a network that also reads from the end would see the answer")

    @property
    def key(self) -> str:
        """The recipe as a short text that no other recipe has."""
        return _digest(self._deciding())

    @property
    def run_id(self) -> str:
        """The same with the versions that run it."""
        return _digest({**self._deciding(), "versions": versions()})

    def as_dict(self) -> dict[str, Any]:
        """The recipe as plain JSON; `Recipe(**recipe.as_dict())` is the same again."""
        return asdict(self)

    def _deciding(self) -> dict[str, Any]:
        """What decides the run: all but the budget that is not used, every number written in one way."""
        unused = "seconds" if self.budget == "steps" else "steps"
        return {
            name: float(value) if isinstance(value, (int, float)) else value
            for name, value in asdict(self).items()
            if name != unused
        }


def read_recipe(values: Mapping[str, Any]) -> Recipe:
    """A recipe from plain JSON.

    Raises
    ------
    ValueError
        When a name in it is unknown or a value cannot be used.
    """
    unknown = sorted(set(values) - {field.name for field in fields(Recipe)})
    if unknown:
        raise ValueError(f"a recipe has no {', '.join(unknown)}")
    return Recipe(**values)


def versions() -> dict[str, str]:
    """The versions that decide what a run computes; "" for what is not installed here."""
    return {name: _version(name) for name in _VERSIONS}


@cache
def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return ""


def _digest(values: Mapping[str, Any]) -> str:
    return sha256(json.dumps(values, sort_keys=True).encode()).hexdigest()[:16]


def _words(name: str) -> str:
    return name.replace("_", " ")
