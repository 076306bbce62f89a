"""Everything that decides a run: the same recipe, seed and versions give the same run.

Importing this module does not import torch.
"""

from __future__ import annotations

import json
from abc import ABC, abstractmethod
from collections.abc import Collection, Mapping
from dataclasses import MISSING, dataclass, fields
from functools import cache
from hashlib import sha256
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, Any, ClassVar, final

from rnnviz.cells import GRU, LSTM, Cell, from_value, to_value
from rnnviz.data.number_splits import SAMPLINGS
from rnnviz.data.number_words import LANGUAGES, LARGEST, SHORT
from rnnviz.data.own_text import OwnText
from rnnviz.networks.attention import ATTENTIONS
from rnnviz.networks.initialisation import INITIALISATIONS
from rnnviz.tasks import TASKS
from rnnviz.tasks.task import EXACT_MATCH, Metric

if TYPE_CHECKING:
    from rnnviz.training.run import Loop, State

OPTIMIZERS: Mapping[str, str] = {"adam": "Adam", "rmsprop": "RMSprop", "sgd": "SGD", "momentum": "SGD with momentum"}
BUDGETS: Mapping[str, str] = {"steps": "Steps", "seconds": "Seconds"}

#: The least and the most each number may be. A length is further bound by its task.
LIMITS: Mapping[str, tuple[float, float]] = {
    "hidden_size": (1, 128),
    "embedding_size": (1, 64),
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
class AnyRecipe(ABC):
    """What decides a run of any kind: of what is trained, and of what is measured.

    A kind is a frozen dataclass of plain values (a cell is one) that is named in `KINDS`.

    Attributes
    ----------
    kind
        The name of the kind in `KINDS`.
    loop
        The module and the name of what follows such recipes: called with a recipe and a state.
    before
        What the fields that were added later stand for in recipes that are older, and so do not name them.
    """

    kind: ClassVar[str]
    loop: ClassVar[str]
    before: ClassVar[Mapping[str, Any]] = {}

    @property
    def metric(self) -> Metric | None:
        """What is measured of the network; None where there is no network to be measured."""
        return None

    @property
    def key(self) -> str:
        """The recipe as a short text that no other recipe has."""
        return _digest(self._deciding())

    @property
    def run_id(self) -> str:
        """The same with the versions that run it."""
        return _digest({**self._deciding(), "versions": versions()})

    @property
    def shipped_name(self) -> str | None:
        """What the files of its run are called if one comes with rnnviz; None where none can."""
        return None

    @property
    def own_text(self) -> str | None:
        """The name of the text of one's own that it learns from, which comes beside it; None where it needs none."""
        return None

    @property
    @abstractmethod
    def in_words(self) -> str:
        """The recipe as a line in a list of them."""

    @abstractmethod
    def spent(self, step: int, seconds: float) -> float:
        """The share of the work that is done after so many steps, which took so long."""

    def training(self, state: State | None = None, text: OwnText | None = None) -> Loop:
        """The run itself, from its start or from a state on. Only this imports what it needs.

        A text is of use where the recipe names one: see `own_text`.
        """
        loop: Loop = _found(self.loop)(self, state)
        return loop

    def as_dict(self) -> dict[str, Any]:
        """The recipe as plain JSON; `read_recipe` makes the same of it again."""
        return {"kind": self.kind, **self._values()}

    def _values(self) -> dict[str, Any]:
        values = {field.name: getattr(self, field.name) for field in fields(self)}
        return {name: to_value(value) if isinstance(value, Cell) else value for name, value in values.items()}

    def _deciding(self) -> dict[str, Any]:
        """What decides the run, every number written in one way."""
        return {"kind": self.kind, **self._plain()}

    def _plain(self) -> dict[str, Any]:
        """Without the fields that say what older recipes mean without them: so those keep their keys."""
        return {
            name: float(value) if isinstance(value, (int, float)) else value
            for name, value in self._values().items()
            if name not in self.before or value != self.before[name]
        }

    def _check_names(self, **names: Collection[str | int]) -> None:
        """Refuse a value that is none of those known."""
        for name, known in names.items():
            value = getattr(self, name)
            if not isinstance(value, (str, int)) or value not in known:
                raise ValueError(f"{_words(name)} must be one of {', '.join(map(str, known))}, not {value!r}")

    def _check_numbers(self, **others: tuple[float, float]) -> None:
        """Refuse a number outside of its limits: those of `LIMITS` where no others are given."""
        limits = {**LIMITS, **others}
        for name in [field.name for field in fields(self) if field.name in limits]:
            low, high = limits[name]
            value, whole = getattr(self, name), isinstance(low, int)
            if type(value) not in ((int,) if whole else (int, float)) or not low <= value <= high:
                wanted = f"a {'whole ' * whole}number from {low:g} to {high:g}"
                raise ValueError(f"{_words(name)} must be {wanted}, not {value!r}")


@final
@dataclass(frozen=True)
class Recipe(AnyRecipe):
    """A training run of a task before it is made.

    Attributes
    ----------
    task
        A name of `rnnviz.tasks.TASKS`.
    cell
        Any cell; one of `rnnviz.cells.CELLS` may be given by its name.
    layers, directions
        How many of each; 2 directions read from both ends.
    initialisation
        How the weights start: a name of `rnnviz.networks.initialisation.INITIALISATIONS`.
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

    kind: ClassVar[str] = "task"
    loop: ClassVar[str] = "rnnviz.training.loop.Training"

    task: str = "adding"
    cell: Cell = LSTM
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
        object.__setattr__(self, "cell", from_value(self.cell))
        self._check_names(task=TASKS, initialisation=INITIALISATIONS, optimizer=OPTIMIZERS, budget=BUDGETS)
        task = TASKS[self.task]
        shortest, _, longest = task.lengths
        self._check_numbers(length=(shortest, longest))
        if self.directions > 1 and not task.both_directions:
            raise ValueError(f"{task.title}: a network that also reads from the end would see the answer")

    @property
    def metric(self) -> Metric:
        """What is measured of the network."""
        return TASKS[self.task].metric

    @property
    def data(self) -> dict[str, str]:
        """What it learns from."""
        task = TASKS[self.task]
        return {"task": task.title, "source": task.source}

    @property
    def shipped_name(self) -> str:
        """What the files of its run are called if one comes with rnnviz."""
        return f"{self.task}-{self.cell.name}-{self.key}"

    @property
    def in_words(self) -> str:
        """The recipe as a line in a list of them."""
        amount = f"{self.steps} steps" if self.budget == "steps" else f"{self.seconds} s"
        network = f"{self.cell.name:<11} {self.hidden_size:>3} units"
        return f"{self.task:<7} {network}, length {self.length}, {amount}, seed {self.seed}"

    def spent(self, step: int, seconds: float) -> float:
        """The share of the budget that is spent after so many steps, which took so long."""
        return min(1.0, step / self.steps if self.budget == "steps" else seconds / self.seconds)

    def _deciding(self) -> dict[str, Any]:
        """All but the budget that is not used; not the kind, since such runs are older than kinds."""
        unused = "seconds" if self.budget == "steps" else "steps"
        return {name: value for name, value in self._plain().items() if name != unused}


@final
@dataclass(frozen=True)
class TranslationRecipe(AnyRecipe):
    """A training run of an encoder-decoder that translates number words, before it is made.

    By teacher forcing and Adam, whose learning rate falls linearly to zero.

    Attributes
    ----------
    source, target
        The languages: two names of `rnnviz.data.number_words.LANGUAGES`.
    attention
        A name of `rnnviz.networks.attention.ATTENTIONS`.
    cell
        Any cell; one of `rnnviz.cells.CELLS` may be given by its name.
    directions
        In how many the encoder reads; two share the hidden size evenly.
    largest
        It learns from numbers up to this one: `LARGEST` or `SHORT` of `rnnviz.data.number_words`.
    learning_rate
        That of the first step.
    clip
        The longest gradient a step may have; 0 for no limit.
    seed
        Fixes the start of the weights and the numbers learned from at each step.
    sampling
        Which numbers are learned from, and how often each comes: a name of `rnnviz.data.number_splits.SAMPLINGS`.

    Raises
    ------
    ValueError
        With a sentence that says what is accepted.
    """

    kind: ClassVar[str] = "translation"
    loop: ClassVar[str] = "rnnviz.training.loop.TranslationTraining"
    budget: ClassVar[str] = "steps"
    before: ClassVar[Mapping[str, Any]] = {"sampling": "even"}

    source: str = "en"
    target: str = "de"
    attention: str = "dot"
    cell: Cell = GRU
    directions: int = 2
    hidden_size: int = 64
    embedding_size: int = 32
    largest: int = LARGEST
    batch_size: int = 64
    learning_rate: float = 0.005
    clip: float = 1.0
    steps: int = 2000
    seed: int = 0
    sampling: str = "short"

    def __post_init__(self) -> None:
        object.__setattr__(self, "cell", from_value(self.cell))
        self._check_names(
            source=LANGUAGES, target=LANGUAGES, attention=ATTENTIONS, largest=(SHORT, LARGEST), sampling=SAMPLINGS
        )
        self._check_numbers()
        if self.source == self.target:
            raise ValueError(f"source and target must be two languages, not both {LANGUAGES[self.source].title}")
        if self.hidden_size % self.directions:
            raise ValueError(f"two directions need an even hidden size, not {self.hidden_size}")

    @property
    def metric(self) -> Metric:
        """What is measured of the network."""
        return EXACT_MATCH

    @property
    def in_words(self) -> str:
        """The recipe as a line in a list of them."""
        network = f"{self.cell.name:<11} {self.hidden_size:>3} units, attention {self.attention}"
        reads = f"{self.directions} direction{'s' * (self.directions > 1)}"
        numbers = f"numbers up to {self.largest:,}, {SAMPLINGS[self.sampling].title}"
        return f"{self.source}-{self.target:<4} {network}, {reads}, {numbers}, {self.steps} steps, seed {self.seed}"

    def spent(self, step: int, seconds: float) -> float:
        """The share of the budget that is spent after so many steps; how long they took does not matter."""
        return min(1.0, step / self.steps)

    def _deciding(self) -> dict[str, Any]:
        """Not the kind, since such runs are older than kinds."""
        return self._plain()


#: Every kind of recipe: its module and its class, imported when one is read.
KINDS: Mapping[str, str] = {
    "task": "rnnviz.training.recipe.Recipe",
    "translation": "rnnviz.training.recipe.TranslationRecipe",
    "text": "rnnviz.training.text.TextRecipe",
    "series": "rnnviz.training.series.SeriesRecipe",
    "baselines": "rnnviz.training.baselines.BaselinesRecipe",
    "timing": "rnnviz.training.timing.TimingRecipe",
    "speeds": "rnnviz.training.batching.SpeedsRecipe",
    "passes": "rnnviz.training.batching.PassesRecipe",
    "clipping": "rnnviz.training.clipping.ClippingRecipe",
}


def read_recipe(values: Mapping[str, Any]) -> AnyRecipe:
    """A recipe from plain JSON; one that names no kind is of that which has its names, as before there were kinds.

    What it does not name is what it was before it could be named, and else the default.

    Raises
    ------
    ValueError
        When its kind or a name in it is unknown, or a value cannot be used.
    """
    given = dict(values)
    kind = given.pop("kind", None)
    if kind is not None and (not isinstance(kind, str) or kind not in KINDS):
        raise ValueError(f"the kind of a recipe must be one of {', '.join(KINDS)}, not {kind!r}")
    able: list[type[AnyRecipe]] = [Recipe, TranslationRecipe] if kind is None else [_found(KINDS[kind])]
    found, unknown = min(
        ((one, sorted(set(given) - {field.name for field in fields(one)})) for one in able),
        key=lambda pair: len(pair[1]),
    )
    if unknown:
        raise ValueError(f"a recipe has no {', '.join(unknown)}")
    wanted = [field.name for field in fields(found) if field.default is MISSING]
    if missing := sorted(set(wanted) - set(given)):
        raise ValueError(f"a recipe of the kind {found.kind} needs {', '.join(missing)}")
    return found(**{**found.before, **given})


def _found(path: str) -> Any:
    """What a module and a name in it, written in one, stand for."""
    module, _, name = path.rpartition(".")
    return getattr(import_module(module), name)


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
