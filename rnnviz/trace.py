"""Run a cell over a sequence and keep every value it computes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Protocol

import numpy as np
from numpy.typing import ArrayLike

from rnnviz.cells import Array, Cell, Weights
from rnnviz.language.arithmetic import bind
from rnnviz.language.hoisting import hoist

if TYPE_CHECKING:
    import pandas as pd


@dataclass(eq=False)
class Setup:
    """What a run starts from, to be edited by changes before it starts.

    `held` has, for the letter of a quantity, a (H,) array: the value each unit is held at, nan where it is free.
    """

    cell: Cell
    sizes: Mapping[str, int]
    weights: dict[str, Array]
    inputs: Array
    initial_state: dict[str, Array]
    held: dict[str, Array] = field(default_factory=dict)

    def size_of(self, letter: str) -> int:
        """How many units a quantity has."""
        return self.sizes[self.cell.program.values[letter][0]]


class Change(Protocol):
    """Something done to a run: see `rnnviz.what_if`."""

    def apply(self, setup: Setup) -> None:
        """Edit the set-up of a run, or raise a `ValueError` that says why the change does not fit."""


@dataclass(frozen=True, eq=False)
class Trace:
    """Every value a cell computed over a sequence: ``trace["forget_gate"]`` or ``trace["f"]``, (T, H) or (T, B, H).

    `inputs` is (T, I) or (T, B, I); `initial_state` holds a (H,) or (B, H) array for each state. Weights, inputs and
    initial state are those that ran, after any changes. `held` has, for the letter of a quantity, a (H,) array: the
    value each unit was held at, nan where it was free. All arrays are read-only.
    """

    cell: Cell
    weights: Weights
    inputs: Array
    initial_state: Mapping[str, Array]
    values: Mapping[str, Array]
    held: Mapping[str, Array] = field(default_factory=dict)

    def __getitem__(self, name: str) -> Array:
        return self.values[self.cell.letter(name)]

    def __len__(self) -> int:
        return len(self.inputs)

    def to_frame(self) -> pd.DataFrame:
        """Tidy table with the columns quantity, time_step, (sequence,) unit, value; steps and units count from 0."""
        import pandas as pd

        axes = ["time_step", "sequence", "unit"] if self.inputs.ndim == 3 else ["time_step", "unit"]
        parts = []
        for symbol, values in self.values.items():
            places = dict(zip(axes, (index.ravel() for index in np.indices(values.shape))))
            parts.append(pd.DataFrame({"quantity": self.cell.quantity(symbol).name, **places, "value": values.ravel()}))
        return pd.concat(parts, ignore_index=True)


def run(
    cell: Cell,
    weights: Mapping[str, ArrayLike],
    inputs: ArrayLike,
    initial_state: Mapping[str, ArrayLike] | None = None,
    changes: Sequence[Change] = (),
) -> Trace:
    """Run a cell over a sequence, or over a batch of sequences of equal length.

    Parameters
    ----------
    cell, weights
        The equations and their weights, as from ``cell.init`` or ``cells.from_torch``.
    inputs
        (time, input_size) or (time, batch, input_size).
    initial_state
        The states before the first step, each (hidden_size,) or (batch, hidden_size); zeros where None or left out.
    changes
        What is done to the run, one after the other, as in `rnnviz.what_if`; what is given here stays as it is.

    Raises
    ------
    ValueError
        When weights, inputs or initial state are of the wrong shape or name, or not finite, or a change does not fit.
    """
    arrays = {name: _finite(name, value) for name, value in weights.items()}
    sizes = cell.sizes(arrays)
    x = _finite("inputs", inputs)
    if x.ndim not in (2, 3) or 0 in x.shape or x.shape[-1] != sizes.get("I", x.shape[-1]):
        wanted = f"(time, {sizes['I']}) or (time, batch, {sizes['I']})" if "I" in sizes else "(time, input_size)"
        raise ValueError(f"inputs must be {wanted}, not of shape {x.shape}")
    state = _initial_state(cell, initial_state or {}, (*x.shape[1:-1], sizes["H"]))
    setup = Setup(cell, {"I": x.shape[-1], **sizes}, arrays, x, state)
    for change in changes:
        change.apply(setup)
    values = _steps(setup)
    for array in (x, *arrays.values(), *state.values(), *values.values(), *setup.held.values()):
        array.flags.writeable = False
    return Trace(cell, arrays, x, state, values, setup.held)


def known(trace: Trace) -> dict[str, Array]:
    """Every value of all time steps under its key in the equations: weights, ``x``, each letter, ``h'`` for h before.

    A state's values before each step, (T, H) or (T, B, H), start with the initial state.
    """
    previous = {
        f"{state}'": np.concatenate([trace.initial_state[state][None], trace.values[state][:-1]])
        for state in trace.cell.state
    }
    return {**trace.weights, **trace.values, **previous, "x": trace.inputs}


def _finite(name: str, value: ArrayLike) -> Array:
    array = np.array(value, dtype=np.float64)
    if not np.isfinite(array).all():
        raise ValueError(f"{name} must be finite numbers; found nan or infinity")
    return array


def _initial_state(cell: Cell, given: Mapping[str, ArrayLike], shape: tuple[int, ...]) -> dict[str, Array]:
    unknown = sorted(set(given) - set(cell.state))
    if unknown:
        raise ValueError(f"initial_state may hold {', '.join(cell.state)}; {unknown} is unknown")
    state, allowed = {}, sorted({shape[-1:], shape}, key=len)
    for name in cell.state:
        value = _finite(f"initial_state[{name!r}]", given.get(name, np.zeros(shape)))
        if value.shape not in allowed:
            wanted = " or ".join(map(str, allowed))
            raise ValueError(f"initial_state[{name!r}] must be {wanted}, not of shape {value.shape}")
        state[name] = np.broadcast_to(value, shape).copy()
    return state


_hoisted = lru_cache(maxsize=64)(hoist)


def _holding(compute: Callable[..., Array], held: Array | None) -> Callable[..., Array]:
    """The same computation with some units held at a value."""
    if held is None:
        return compute
    free = np.isnan(held)
    return lambda values: np.where(free, compute(values), held)


def _steps(setup: Setup) -> dict[str, Array]:
    """The loop over time; see `rnnviz.language.hoisting` for what is done before it."""
    program, weights, inputs, state = setup.cell.program, setup.weights, setup.inputs, setup.initial_state
    plan = _hoisted(program)
    leading = inputs.shape[:-1]
    given = {**weights, "x": inputs}

    ahead = []
    for key, expression in plan.ahead.items():
        terms = np.asarray(bind(expression)(given))
        ahead.append((key, np.broadcast_to(terms, (*leading, terms.shape[-1]))))

    products = []
    for name, group in plan.products.items():
        matrix = np.concatenate([weights[product.weight] for product in group])
        sums, parts, start = np.zeros((*leading, len(matrix))), [], 0
        for product in group:
            rows = (..., slice(start, start := start + len(weights[product.weight])))
            parts.append((product.key, rows))
            if product.ahead:
                sums[rows] = bind(product.ahead)(given)
        products.append((f"{name}'", matrix.T, sums, parts))

    results = {target: np.empty((*leading, setup.size_of(target))) for target in program.targets}
    lines = [
        (target, _holding(bind(expression), setup.held.get(target)), results[target])
        for target, expression in ((line.target, line.expression) for line in plan.equations)
    ]
    values: dict[str, Array] = {**weights, **{f"{name}'": value for name, value in state.items()}}
    for t in range(len(inputs)):
        for key, array in ahead:
            values[key] = array[t]
        for previous, matrix, sums, parts in products:
            total = values[previous] @ matrix + sums[t]
            for key, rows in parts:
                values[key] = total[rows]
        for target, compute, result in lines:
            values[target] = result[t] = compute(values)
        for name in state:
            values[f"{name}'"] = values[name]
    return results
