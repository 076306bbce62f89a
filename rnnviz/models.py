"""Torch networks around a cell: the same equations, with gradients."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import numpy as np
import torch
from numpy.typing import ArrayLike, NDArray
from torch import Tensor
from torch.nn import functional

from rnnviz.cells import READOUT, Array, Cell, sizes_of, torch_gates, unstacked
from rnnviz.equations import Expression, Operation, bind
from rnnviz.initialisation import INITIALISATIONS
from rnnviz.trace import NUMPY


def _activation(name: str, function: Callable[[Tensor], Tensor]) -> Callable[[Tensor | float], Tensor | float]:
    """A torch function that also takes the plain numbers of an equation, which stay plain numbers."""
    return lambda value: function(value) if isinstance(value, Tensor) else float(NUMPY[name](value))


#: The arithmetic of the equations in torch, as `rnnviz.trace.NUMPY` is in numpy.
TORCH: Mapping[str, Callable[..., Any]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "@": lambda matrix, vector: vector @ matrix.T,
    "negate": operator.neg,
    "sigmoid": _activation("sigmoid", torch.sigmoid),
    "tanh": _activation("tanh", torch.tanh),
    "relu": _activation("relu", torch.relu),
    "softmax": lambda values: torch.softmax(values, dim=-1),
}


class _Layer(torch.nn.Module):
    """Weights as parameters, each under its name in the equations."""

    def __init__(self, weights: Mapping[str, ArrayLike], dtype: torch.dtype) -> None:
        super().__init__()
        for name, value in weights.items():
            if hasattr(self, name):
                raise ValueError(f"a weight cannot be named {name!r} in PyTorch, which uses that name itself")
            self.register_parameter(name, torch.nn.Parameter(torch.tensor(np.asarray(value), dtype=dtype)))

    def arrays(self) -> dict[str, Array]:
        """Copy the weights out, in float64 as numpy runs them."""
        return {name: value.detach().cpu().double().numpy().copy() for name, value in self.named_parameters()}


class CellLayer(_Layer):
    """Any cell as a torch module, run by its own equations.

    Parameters
    ----------
    cell, weights
        The equations and their weights, as from ``cell.init`` or ``cells.from_torch``.
    dtype
        The precision to compute in.
    """

    def __init__(self, cell: Cell, weights: Mapping[str, ArrayLike], dtype: torch.dtype = torch.float32) -> None:
        self.sizes = cell.sizes(weights)
        super().__init__(weights, dtype)
        self.cell = cell

    def forward(self, inputs: Tensor, initial_state: Mapping[str, Tensor] | None = None) -> dict[str, Tensor]:
        """Every quantity of the cell by its letter, (T, H) or (T, B, H).

        Parameters
        ----------
        inputs
            (T, I) or (T, B, I).
        initial_state
            The states before the first step, each (H,) or (B, H); zeros where None or left out.
        """
        program, leading = self.cell.program, inputs.shape[1:-1]
        values: dict[str, Tensor] = dict(self.named_parameters())
        for name in self.cell.state:
            values[f"{name}'"] = inputs.new_zeros(*leading, self.sizes["H"])
        values |= {f"{name}'": value for name, value in (initial_state or {}).items()}
        lines = [(line.target, bind(line.expression, TORCH)) for line in program.equations]
        history: dict[str, list[Tensor]] = {target: [] for target in program.targets}
        for x in inputs:
            values["x"] = x
            for target, compute in lines:
                values[target] = value = compute(values)
                history[target].append(value.expand(*leading, value.shape[-1]))
            for name in self.cell.state:
                values[f"{name}'"] = values[name]
        return {target: torch.stack(steps) for target, steps in history.items()}


class _Logits(_Layer):
    """`READOUT` without its softmax, which the loss takes in one with the logarithm."""

    def forward(self, hidden: Tensor) -> Tensor:
        """What the softmax of the read-out is applied to, (..., O)."""
        logits: Tensor = bind(_argument_of_softmax(), TORCH)({**dict(self.named_parameters()), "h": hidden})
        return logits


def _argument_of_softmax() -> Expression:
    match READOUT.equations[-1].expression:
        case Operation("softmax", (argument,)):
            return argument
    raise TypeError("the read-out must end in a softmax")


class NextSymbol(torch.nn.Module):
    """One-hot symbols, a cell, the read-out: a network that predicts the next symbol.

    Parameters
    ----------
    cell, weights
        The cell and its weights; its input size is the number of symbols.
    readout
        The weights of `rnnviz.cells.READOUT`.
    dtype
        The precision to compute in.
    """

    def __init__(
        self,
        cell: Cell,
        weights: Mapping[str, ArrayLike],
        readout: Mapping[str, ArrayLike],
        dtype: torch.dtype = torch.float32,
    ) -> None:
        super().__init__()
        self.core = CellLayer(cell, weights, dtype)
        symbols, wanted = self.core.sizes["I"], sizes_of(READOUT, readout, "the read-out")
        if wanted != {"H": self.core.sizes["H"], "O": symbols}:
            raise ValueError(f"the read-out must take {self.core.sizes['H']} units to {symbols} symbols, not {wanted}")
        self.readout = _Logits(readout, dtype)

    @classmethod
    def init(cls, cell: Cell, symbols: int, hidden_size: int, seed: int) -> NextSymbol:
        """A network with random weights: the cell's by ``cell.init``, the read-out's uniform on +-1/sqrt(H) too."""
        # The second stream of the same seed: drawn from the first, the read-out would repeat the cell's numbers.
        random, end, sizes = np.random.default_rng([seed, 1]), hidden_size**-0.5, {"H": hidden_size, "O": symbols}
        readout = {
            name: random.uniform(-end, end, [sizes[size] for size in shape]) for name, shape in READOUT.weights.items()
        }
        return cls(cell, cell.init(symbols, hidden_size, seed), readout)

    def forward(self, symbols: Tensor, initial_state: Mapping[str, Tensor] | None = None) -> Tensor:
        """The logits of the next symbol after each of `symbols` (T,) or (T, B) of int64: (T, O) or (T, B, O)."""
        dtype = next(self.parameters()).dtype
        inputs = functional.one_hot(symbols, self.core.sizes["I"]).to(dtype)
        states: dict[str, Tensor] = self.core(inputs, initial_state)
        logits: Tensor = self.readout(states[self.core.cell.state[0]])
        return logits


#: PyTorch's own layers, by the name of the cell that they compute in one call.
_FUSED: Mapping[str, Callable[..., torch.nn.RNNBase]] = {
    "elman": torch.nn.RNN,
    "elman_relu": partial(torch.nn.RNN, nonlinearity="relu"),
    "lstm": torch.nn.LSTM,
    "gru": torch.nn.GRU,
}


class CellStack(torch.nn.Module):
    """Any cell in layers, in one or both directions, run by its own equations: what `torch.nn.LSTM` is for the LSTM."""

    def __init__(self, cell: Cell, input_size: int, hidden_size: int, layers: int, directions: int, seed: int) -> None:
        super().__init__()
        self.cell = cell
        sizes = [input_size, *[directions * hidden_size] * (layers - 1)]
        self.layers = torch.nn.ModuleDict()
        for number, size in enumerate(sizes):
            for direction in range(directions):
                weights = cell.init(size, hidden_size, seed + 10_000 * (directions * number + direction))
                self.layers[f"l{number}{'_reverse' * direction}"] = CellLayer(cell, weights)

    def forward(self, inputs: Tensor) -> tuple[Tensor]:
        """The hidden state of the last layer at every step, (T, B, directions * H), as the first of a tuple."""
        hidden, both = inputs, "l0_reverse" in self.layers
        for name, layer in self.layers.items():
            if name.endswith("_reverse"):
                continue
            read = [layer(hidden)[self.cell.state[0]]]
            if both:
                read.append(self.layers[f"{name}_reverse"](hidden.flip(0))[self.cell.state[0]].flip(0))
            hidden = torch.cat(read, dim=-1)
        return (hidden,)


class SequenceModel(torch.nn.Module):
    """A cell in layers, in one or both directions, and a linear read-out at every step.

    PyTorch's fused layer computes the cell where there is one, its equations where there is none.

    Parameters
    ----------
    initialisation
        A name of `rnnviz.initialisation.INITIALISATIONS`.
    steps
        How long a sequence is, for those that ask.
    """

    def __init__(
        self,
        cell: Cell,
        input_size: int,
        output_size: int,
        hidden_size: int,
        *,
        layers: int = 1,
        directions: int = 1,
        initialisation: str = "default",
        steps: int = 2,
        seed: int = 0,
    ) -> None:
        super().__init__()
        self.cell = cell
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            self.core: torch.nn.Module = (
                _FUSED[cell.name](input_size, hidden_size, layers, bidirectional=directions > 1)
                if torch_gates(cell)
                else CellStack(cell, input_size, hidden_size, layers, directions, seed)
            )
            self.readout = torch.nn.Linear(directions * hidden_size, output_size)
        random = np.random.default_rng([seed, 1])
        for name in self._layers():
            self._start(name, INITIALISATIONS[initialisation].changes(cell, hidden_size, steps, random))

    def forward(self, inputs: Tensor) -> Tensor:
        """What the read-out gives after each of `inputs` (T, B, I): (T, B, O), of classes their logits."""
        outputs: Tensor = self.readout(self.core(inputs)[0])
        return outputs

    def arrays(self) -> dict[str, NDArray[np.float32]]:
        """Copy the weights out under the names of the equations: see `rnnviz.runs.Moment`."""
        arrays = {
            f"{_place(layer)}.{name}": value for layer in self._layers() for name, value in self._weights(layer).items()
        }
        readout = {"W_hy": self.readout.weight, "b_y": self.readout.bias}
        return arrays | {f"readout.{name}": value.detach().numpy().copy() for name, value in readout.items()}

    def _layers(self) -> list[str]:
        """As PyTorch calls them: l0, l0_reverse, l1, ..."""
        if isinstance(self.core, CellStack):
            return list(self.core.layers)
        prefix = "weight_hh_"
        return [name.removeprefix(prefix) for name, _ in self.core.named_parameters() if name.startswith(prefix)]

    def _weights(self, layer: str) -> dict[str, NDArray[np.float32]]:
        if isinstance(self.core, CellStack):
            inner = self.core.layers[layer]
            return {name: value.detach().numpy().copy() for name, value in inner.named_parameters()}
        return unstacked(
            self.cell, {name: value.detach().numpy() for name, value in self.core.named_parameters()}, layer
        )

    @torch.no_grad()
    def _start(self, layer: str, changes: Mapping[str, Array]) -> None:
        """Give some weights of a layer, by their names in the equations, other values."""
        known = dict(self.core.named_parameters())
        for name, values in changes.items():
            new = torch.tensor(values, dtype=torch.float32)
            if isinstance(self.core, CellStack):
                known[f"layers.{layer}.{name}"].copy_(new)
                continue
            # W_xf, W_hf; b_f is the sum of PyTorch's two, b_xn and b_hn are each one of them.
            kind, from_state, gate = name[0], name[2:-1] == "h", name[-1]
            rows = slice(place := torch_gates(self.cell).index(gate) * len(new), place + len(new))
            stacked = {True: f"_hh_{layer}", False: f"_ih_{layer}"}
            known[{"W": "weight", "b": "bias"}[kind] + stacked[from_state]][rows].copy_(new)
            if kind == "b" and len(name) == len("b_f"):
                known["bias" + stacked[True]][rows] = 0.0


def _place(layer: str) -> str:
    """What `rnnviz.runs.Moment` calls a layer of PyTorch's: layer1, layer1.backward."""
    number, _, backward = layer.removeprefix("l").partition("_")
    return f"layer{int(number) + 1}{'.backward' if backward else ''}"
