"""From the settings of a page to what its player shows. Pure functions of small frozen values, cached and bounded."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import lru_cache

import numpy as np

from rnnviz.cells import Array, Cell, Weights
from rnnviz.data.names import VOCABULARY, encode
from rnnviz.data.weather import seattle_maximum
from rnnviz.networks import checkpoints
from rnnviz.player.payload import Readout, Scene
from rnnviz.settings.kinds import shorten
from rnnviz.settings.numbers import read_numbers
from rnnviz.settings.page import MAX_STEPS
from rnnviz.settings.step_through import Scenario
from rnnviz.trace import run


@lru_cache(maxsize=256)
def scene(scenario: Scenario) -> Scene:
    """What a scenario shows.

    Raises
    ------
    ValueError
        With a sentence for the person who typed, when the text or the numbers cannot be read.
    """
    return {"trained": _trained, "random": _random, "numbers": _numbers}[scenario.network](scenario)


@lru_cache(maxsize=256)
def difference_when_reversed(scenario: Scenario) -> float:
    """How far the last hidden state is, in the unit that differs most, from the one after reading the inputs backwards.

    The mark at the start of a name stays in its place.
    """
    shown = scene(scenario)
    start = 1 if shown.input_symbols else 0
    backwards = np.concatenate([shown.inputs[:start], shown.inputs[start:][::-1]])
    both = np.stack([shown.inputs, backwards], axis=1)
    last, other = run(shown.cell, shown.weights, both)["hidden_state"][-1]
    return float(np.abs(last - other).max())


def _trained(scenario: Scenario) -> Scene:
    codes = _codes(scenario.text)
    checkpoint = checkpoints.load(scenario.cell.name)
    hidden_size = checkpoint.cell.sizes(checkpoint.weights)["H"]
    who = f"{with_article(checkpoint.cell.title)} with {hidden_size} units"
    network = f"{who}, trained to guess the next letter of first names"
    readout = Readout(checkpoint.readout, VOCABULARY, codes[1:])
    return _reading(checkpoint.cell, checkpoint.weights, scenario.text, network, 1.0, readout)


def _random(scenario: Scenario) -> Scene:
    cell = scenario.cell
    weights = cell.init(len(VOCABULARY), scenario.hidden_size, scenario.seed)
    network = f"{_untrained(cell, scenario)}, input scale {scenario.input_scale:g}"
    return _reading(cell, weights, scenario.text, network, scenario.input_scale)


def _numbers(scenario: Scenario) -> Scene:
    cell = scenario.cell
    notes: list[str] = []
    if scenario.series == "typed":
        values = list(read_numbers(scenario.numbers))
        series = f"{len(values)} typed numbers"
    else:
        days = {day: value for day, value in seattle_maximum().items() if day >= _first_day(scenario.month)}
        dates, values = list(days)[: scenario.days], list(days.values())[: scenario.days]
        notes = [f"{day:%-d %b}" for day in dates]
        series = f"Seattle's daily maximum temperature in °C, {len(values)} days from {dates[0]:%-d %B %Y}"
    return Scene(
        cell,
        cell.init(1, scenario.hidden_size, scenario.seed),
        np.array(values).reshape(-1, 1) * scenario.number_scale,
        labels=[f"{value:g}".replace("-", "−") for value in values],
        label_kind="value",
        notes=notes,
        network=_untrained(cell, scenario),
        reads=f"{series}, each times {scenario.number_scale:g}.",
        input_scale=scenario.number_scale,
    )


def _reading(
    cell: Cell, weights: Weights, text: str, network: str, scale: float, readout: Readout | None = None
) -> Scene:
    """A network that reads a typed name letter by letter: one-hot inputs of the given size."""
    codes = _codes(text)[:-1]
    letters = [VOCABULARY[code] for code in codes]
    name = "".join(letters[1:])
    return Scene(
        cell,
        weights,
        one_hot(codes, len(VOCABULARY)) * scale,
        labels=letters,
        input_symbols=VOCABULARY,
        readout=readout,
        network=network,
        reads=f"“{name}”, {len(name)} letter{'s' * (len(name) != 1)} after the mark “·” where a name starts and ends. "
        f"{_other_letters(text.strip(), name)}".strip(),
    )


def _other_letters(text: str, name: str) -> str:
    """A sentence where a name was typed in other letters than are read; nothing where only their case is another."""
    return "" if text.lower() == name else f"“{shorten(text)}” is read as “{shorten(name)}”."


def one_hot(codes: Sequence[int], size: int) -> Array:
    """(T, size): a one for each code, zeros elsewhere."""
    return np.eye(size)[list(codes)]


def _codes(text: str) -> tuple[int, ...]:
    codes = encode(text)
    if len(codes) - 1 > MAX_STEPS:
        raise ValueError(f"These are {len(codes) - 2} letters; a name may have up to {MAX_STEPS - 1}.")
    return codes


def _first_day(month: str) -> date:
    return date.fromisoformat(f"{month}-01")


def _untrained(cell: Cell, scenario: Scenario) -> str:
    units = f"{scenario.hidden_size} unit{'s' * (scenario.hidden_size != 1)}"
    return f"{with_article(cell.title)} with {units} and random weights (seed {scenario.seed}, untrained)"


def with_article(title: str) -> str:
    """A name of a cell with "a" or "an" before it."""
    return f"{'An' if title[0] in 'AEFHILMNORSX' else 'A'} {title}"
