"""The plain settings of a page: what its URL holds, what each may be, and what to say when it is something else."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any, TypeVar

from rnnviz.cells import CELLS
from rnnviz.data.number_words import LANGUAGES
from rnnviz.networks.attention import ATTENTIONS
from rnnviz.networks.initialisation import INITIALISATIONS
from rnnviz.tasks import TASKS
from rnnviz.tasks.task import Task
from rnnviz.training.contest import MOST_LENGTHS, MOST_SEEDS, Contest
from rnnviz.training.recipe import BUDGETS, LIMITS, OPTIMIZERS, Recipe

#: The longest sequence a page accepts.
MAX_STEPS = 200
_MONTHS = tuple(f"{year}-{month:02}" for year in range(2012, 2016) for month in range(1, 13))
#: The largest number, up or down, that a typed series may hold.
MAX_NUMBER = 1e6


@dataclass(frozen=True)
class Choice:
    """A setting that is one of a few names, each with the title a person sees."""

    titles: Mapping[str, str]

    @property
    def accepts(self) -> str:
        """What is accepted, in words."""
        shown = list(self.titles.values())
        return f"one of {', '.join(shown)}" if len(shown) < 10 else f"{shown[0]} to {shown[-1]}"

    def read(self, text: str) -> str | None:
        """The name a text stands for, given as a name or as a title, in any case; or None."""
        wanted = text.casefold()
        return next((name for name, title in self.titles.items() if wanted in (name, title.casefold())), None)


@dataclass(frozen=True)
class Span:
    """A setting that is a number from `low` to `high`; whole where `step` is."""

    low: float
    high: float
    step: float

    @property
    def whole(self) -> bool:
        """Whether only integers count."""
        return isinstance(self.step, int)

    @property
    def accepts(self) -> str:
        """What is accepted, in words."""
        return f"a {'whole ' * self.whole}number from {self.low:g} to {self.high:g}"

    def read(self, text: str) -> float | None:
        """The setting a text stands for, or None."""
        if not re.fullmatch(r"-?\d{1,12}(\.\d{1,12})?", text, re.ASCII):
            return None
        value = float(text)
        if not self.low <= value <= self.high or (self.whole and value != int(value)):
            return None
        return int(value) if self.whole else value


@dataclass(frozen=True)
class Scenario:
    """What the step-through page shows, apart from the step and the unit, which the player keeps in the URL itself."""

    cell: str = "lstm"
    network: str = "trained"
    text: str = "annabel"
    seed: int = 1
    hidden_size: int = 12
    input_scale: float = 1.0
    series: str = "seattle"
    month: str = "2012-01"
    days: int = 31
    numbers: str = "0, 1, 0, -1, 0, 1, 0, -1"
    number_scale: float = 0.3


@dataclass(frozen=True)
class Experiment:
    """What the gradients page shows, apart from what the player keeps in the URL itself.

    `radius` is the spectral radius of every recurrent matrix and `start` what it is made of; `forget_bias` is the bias
    of the gate that keeps the state; `length` is the number of time steps; `cut` the steps after which the gradient is
    cut, 0 for never.
    """

    cell: str = "lstm"
    weights: str = "random"
    text: str = "annabel"
    start: str = "gaussian"
    radius: float = 0.9
    activation: str = "tanh"
    forget_bias: float = 1.0
    input_scale: float = 1.0
    seed: int = 1
    hidden_size: int = 16
    length: int = 50
    loss: str = "last"
    cut: int = 0


@dataclass(frozen=True)
class Reading:
    """What the attention page shows of a translator, apart from what the player keeps in the URL itself.

    `reads` is in how many directions the encoder does; `known` says which numbers the network has learned from, "all"
    up to 999,999 or "short" ones below 100,000.
    """

    sentence: str = "ninety-seven thousand four hundred twelve"
    source: str = "en"
    target: str = "de"
    attention: str = "dot"
    core: str = "gru"
    reads: str = "2"
    known: str = "all"

    @property
    def pair(self) -> str:
        """The two languages, as `rnnviz.networks.translator.Translator.load` takes them."""
        return f"{self.source}-{self.target}"


DEFAULT = Scenario()
READING = Reading()
EXPERIMENT = Experiment()
RECIPE = Recipe()
CONTEST = Contest(RECIPE)


def _limits(name: str) -> tuple[float, float]:
    return LIMITS[name]


#: What each setting may be; the texts a person types (`text`, `numbers`) are read where they are used.
CHOICES: Mapping[str, Choice] = {
    "cell": Choice({name: CELLS[name].title for name in ("elman", "lstm", "gru")}),
    "network": Choice({"trained": "Trained", "random": "Random", "numbers": "Numbers"}),
    "series": Choice({"seattle": "Seattle", "typed": "Typed"}),
    "month": Choice({month: month for month in _MONTHS}),
    "weights": Choice({"random": "Random", "trained": "Trained"}),
    "start": Choice({"gaussian": "Gaussian", "orthogonal": "Orthogonal", "identity": "Identity"}),
    "activation": Choice({"tanh": "tanh", "relu": "ReLU"}),
    "loss": Choice({"last": "Last step", "every": "Every step"}),
    "show": Choice({"race": "Race", "reach": "By length", "learning": "Watch it learn", "batching": "Batching"}),
    "task": Choice({name: task.title for name, task in TASKS.items()}),
    "equal": Choice({"hidden_size": "Hidden size", "parameters": "Number of weights"}),
    "initialisation": Choice({name: kind.title for name, kind in INITIALISATIONS.items()}),
    "optimizer": Choice(OPTIMIZERS),
    "budget": Choice(BUDGETS),
    "directions": Choice({"1": "One", "2": "Both"}),
    "view": Choice(
        {
            "translate": "Translate",
            "helps": "Does it help?",
            "decode": "Decode",
            "explains": "Is it an explanation?",
            "decision": "A decision",
        }
    ),
    "source": Choice({code: language.title for code, language in LANGUAGES.items()}),
    "target": Choice({code: language.title for code, language in LANGUAGES.items()}),
    "attention": Choice({name: kind.title for name, kind in ATTENTIONS.items()}),
    "core": Choice({name: CELLS[name].title for name in ("gru", "lstm", "elman")}),
    "reads": Choice({"2": "Both", "1": "One"}),
    "known": Choice({"all": "Up to 999,999", "short": "Below 100,000"}),
    "axis": Choice({"steps": "Against steps", "seconds": "Against seconds"}),
}
#: The cells that can be trained, by name, each with the title a person sees.
TRAINED: Mapping[str, str] = {name: cell.title for name, cell in CELLS.items()}
SPANS: Mapping[str, Span] = {
    "seed": Span(0, 9999, 1),
    "hidden_size": Span(1, 64, 1),
    "input_scale": Span(0.0, 10.0, 0.1),
    "days": Span(1, MAX_STEPS, 1),
    "number_scale": Span(0.0, 10.0, 0.01),
    "step": Span(1, MAX_STEPS, 1),
    "unit": Span(1, 64, 1),
    "radius": Span(0.1, 2.0, 0.05),
    "forget_bias": Span(-2.0, 5.0, 0.25),
    "length": Span(5, MAX_STEPS, 1),
    "cut": Span(0, MAX_STEPS, 1),
    "units": Span(*_limits("hidden_size"), 1),
    "layers": Span(*_limits("layers"), 1),
    "learning_rate": Span(*_limits("learning_rate"), 0.001),
    "clip": Span(*_limits("clip"), 0.1),
    "batch_size": Span(*_limits("batch_size"), 1),
    "sequence_length": Span(*_limits("length"), 1),
    "steps": Span(*_limits("steps"), 1),
    "seconds": Span(*_limits("seconds"), 1),
    "seeds": Span(1, MOST_SEEDS, 1),
    "first_seed": Span(*_limits("seed"), 1),
    "example": Span(0, 9999, 1),
    "beam": Span(1, 5, 1),
    "temperature": Span(0.1, 5.0, 0.1),
    "draw": Span(0, 9999, 1),
}


def read_link(query: Mapping[str, str]) -> tuple[dict[str, Any], list[str]]:
    """What a URL sets, and one plain sentence for every setting in it that cannot be what it says."""
    settings: dict[str, Choice | Span] = {**CHOICES, **SPANS}
    read = {name: setting.read(query[name]) for name, setting in settings.items() if name in query}
    refusals = [
        f"The link asks for {name.replace('_', ' ')} “{shorten(query[name])}”; it can be {settings[name].accepts}."
        for name, value in read.items()
        if value is None
    ]
    return {name: value for name, value in read.items() if value is not None}, refusals


def scenario(settings: Mapping[str, Any]) -> Scenario:
    """A scenario from the settings at hand; what is missing keeps its default."""
    return _filled(DEFAULT, settings)


def experiment(settings: Mapping[str, Any]) -> Experiment:
    """An experiment from the settings at hand; what is missing keeps its default."""
    return _filled(EXPERIMENT, settings)


def reading(settings: Mapping[str, Any]) -> Reading:
    """What a translator reads, from the settings at hand; what is missing keeps its default.

    Where both languages are one, the other is the first that is not.
    """
    found = _filled(READING, settings)
    if found.source != found.target:
        return found
    return replace(found, target=next(code for code in LANGUAGES if code != found.source))


def contest(settings: Mapping[str, Any]) -> Contest:
    """What is trained on the page "Train and compare", from the settings at hand; what is missing keeps its default.

    A length that the task does not have, and a direction in which it would show the answer, become the task's own.
    """
    task = TASKS[settings.get("task") or RECIPE.task]
    shortest, usual, longest = task.lengths
    names = {field.name for field in fields(Recipe)} - {"cell", "seed", "directions", "length", "hidden_size"}
    given = {name: value for name, value in settings.items() if name in names and value is not None}
    given.setdefault("steps", task.steps)
    recipe = replace(
        RECIPE,
        **given,
        hidden_size=settings.get("units") or RECIPE.hidden_size,
        directions=int(settings.get("directions") or 1) if task.both_directions else 1,
        length=min(max(settings.get("sequence_length") or usual, shortest), longest),
    )
    chosen = settings.get("cells") or [cell.name for cell in CONTEST.cells]
    cells = tuple(cell for name, cell in CELLS.items() if name in chosen)
    names = {field.name for field in fields(Contest)} - {"recipe", "cells"}
    given = {name: value for name, value in settings.items() if name in names and value is not None}
    return Contest(recipe, cells, **given)


def contest_address(shown: Contest) -> dict[str, str | list[str]]:
    """The settings of an address that shows a contest: those that differ from what is there without it."""
    recipe, task = shown.recipe, shown.task
    plain = contest({"task": recipe.task})
    values: dict[str, Any] = {
        "task": (recipe.task, RECIPE.task),
        "units": (recipe.hidden_size, plain.recipe.hidden_size),
        "sequence_length": (recipe.length, task.lengths[1]),
        "directions": (str(recipe.directions), str(plain.recipe.directions)),
        "seeds": (shown.seeds, plain.seeds),
        "first_seed": (shown.first_seed, plain.first_seed),
        "equal": (shown.equal, plain.equal),
    }
    shared = (
        "layers",
        "initialisation",
        "optimizer",
        "learning_rate",
        "clip",
        "batch_size",
        "budget",
        "steps",
        "seconds",
    )
    values |= {name: (getattr(recipe, name), getattr(plain.recipe, name)) for name in shared}
    differing = {name: value for name, (value, default) in values.items() if value != default}
    address: dict[str, str | list[str]] = {
        name: CHOICES[name].titles[value] if name in CHOICES else str(value) for name, value in differing.items()
    }
    if shown.cells != plain.cells:
        address["cells"] = [cell.title for cell in shown.cells]
    return address


def read_cells(texts: Sequence[str]) -> tuple[tuple[str, ...], list[str]]:
    """The cells that a URL asks to train, and one plain sentence for each that it cannot have."""
    known = Choice(TRAINED)
    read = {text: known.read(text) for text in texts}
    refusals = [
        f"The link asks for the cell “{shorten(text)}”; it can be {known.accepts}."
        for text, name in read.items()
        if name is None
    ]
    return tuple(name for name in read.values() if name is not None), refusals


_Settings = TypeVar("_Settings", Scenario, Experiment, Reading)


def _filled(default: _Settings, settings: Mapping[str, Any]) -> _Settings:
    names = {field.name for field in fields(default)}
    known = {name: value for name, value in settings.items() if name in names and value is not None}
    return replace(default, **known)


def read_numbers(text: str) -> tuple[float, ...]:
    """The numbers of a typed series: separated by commas, semicolons or spaces, in brackets or not.

    Raises
    ------
    ValueError
        With a sentence for the person who typed, when there is none, something else, one too large, or too many.
    """
    accepted = f"write up to {MAX_STEPS} numbers with commas between them, such as 0.5, 1, -2"
    body = text.strip()
    if body.startswith("[") != body.endswith("]"):
        raise ValueError(f"The list has a [ or a ] without the other; {accepted}.")
    parts = [part for part in re.split(r"[\s,;]+", body.removeprefix("[").removesuffix("]")) if part]
    if not parts:
        raise ValueError(f"There is no number yet; {accepted}.")
    if len(parts) > MAX_STEPS:
        raise ValueError(f"These are {len(parts)} numbers; {accepted}.")
    return tuple(_read_number(part, accepted) for part in parts)


def read_lengths(text: str, task: Task) -> list[int]:
    """The lengths of a comparison as they were typed, in order.

    Raises
    ------
    ValueError
        With a sentence for the person who typed, when there is none, something else, too many, or one the task lacks.
    """
    shortest, _, longest = task.lengths
    accepted = f"write up to {MOST_LENGTHS} whole numbers from {shortest} to {longest} with commas between them"
    values = sorted(set(read_numbers(text)))
    if any(value != int(value) or not shortest <= value <= longest for value in values):
        wrong = next(value for value in values if value != int(value) or not shortest <= value <= longest)
        raise ValueError(f"{wrong:g} is not a length of this task; {accepted}.")
    if len(values) > MOST_LENGTHS:
        raise ValueError(f"These are {len(values)} lengths; {accepted}.")
    return [int(value) for value in values]


def _read_number(part: str, accepted: str) -> float:
    if not re.fullmatch(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", part, re.ASCII):
        raise ValueError(f"“{shorten(part)}” is not a number here; {accepted}.")
    value = float(part)
    if abs(value) > MAX_NUMBER:
        raise ValueError(f"“{shorten(part)}” is too large; numbers up to {MAX_NUMBER:,.0f} are fine.")
    return value


def shorten(text: str, length: int = 30) -> str:
    """A person's text for quoting in a sentence: one line, printable, not too long."""
    plain = "".join(character if character.isprintable() else "\N{REPLACEMENT CHARACTER}" for character in text)
    return plain if len(plain) <= length else plain[: length - 1] + "…"
