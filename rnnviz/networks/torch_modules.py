"""Torch networks around a cell: the same equations, with gradients."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from typing import Any, cast

import numpy as np
import torch
from numpy.typing import ArrayLike, NDArray
from torch import Tensor
from torch.nn import functional

from rnnviz.cells import READOUT, Array, Cell, sizes_of, torch_gates, unstacked
from rnnviz.language.arithmetic import Arithmetic, bind, bound, evaluate
from rnnviz.language.equations import Program
from rnnviz.language.functions import FUNCTIONS, product
from rnnviz.language.structure import argument_of_softmax
from rnnviz.networks.attention import ATTENDED, ATTENTIONS, WORDS, bridge
from rnnviz.networks.initialisation import INITIALISATIONS


def _activation(name: str, function: Callable[[Tensor], Tensor]) -> Callable[[Tensor | float], Tensor | float]:
    """A torch function that also takes the plain numbers of an equation, which stay plain numbers."""
    return lambda value: function(value) if isinstance(value, Tensor) else float(FUNCTIONS[name].compute(value))


#: The arithmetic of the equations in torch, as `rnnviz.language.arithmetic.NUMPY` is in numpy.
TORCH = Arithmetic(
    {
        "+": operator.add,
        "-": operator.sub,
        "*": operator.mul,
        "/": operator.truediv,
        "@": product,
        "negate": operator.neg,
        "sigmoid": _activation("sigmoid", torch.sigmoid),
        "tanh": _activation("tanh", torch.tanh),
        "relu": _activation("relu", torch.relu),
        "softmax": lambda values: torch.softmax(values, dim=-1),
    },
    lambda vectors: torch.stack(list(vectors)),
    lambda tensors: torch.cat(list(tensors), dim=-1),
)


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
        lines = bound(program, TORCH)
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
        logits: Tensor = bind(argument_of_softmax(READOUT), TORCH)({**dict(self.named_parameters()), "h": hidden})
        return logits


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
        random, sizes = np.random.default_rng([seed, 1]), {"H": hidden_size, "O": symbols}
        return cls(cell, cell.init(symbols, hidden_size, seed), _uniform(READOUT, sizes, random))

    def forward(self, symbols: Tensor, initial_state: Mapping[str, Tensor] | None = None) -> Tensor:
        """The logits of the next symbol after each of `symbols` (T,) or (T, B) of int64: (T, O) or (T, B, O)."""
        dtype = next(self.parameters()).dtype
        inputs = functional.one_hot(symbols, self.core.sizes["I"]).to(dtype)
        states: dict[str, Tensor] = self.core(inputs, initial_state)
        logits: Tensor = self.readout(states[self.core.cell.state[0]])
        return logits


def fused(cell: Cell, *sizes: int, **settings: Any) -> torch.nn.RNNBase:
    """PyTorch's own layer that computes a cell in one call, where the cell says that there is one."""
    if cell.pytorch is None:
        raise ValueError(f"PyTorch has no layer for the cell {cell.name!r}")
    kind, _, nonlinearity = cell.pytorch[0].partition("_")
    if nonlinearity:
        settings["nonlinearity"] = nonlinearity.lower()
    layer: torch.nn.RNNBase = getattr(torch.nn, kind)(*sizes, **settings)
    return layer


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
        A name of `rnnviz.networks.initialisation.INITIALISATIONS`.
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
                fused(cell, input_size, hidden_size, layers, bidirectional=directions > 1)
                if cell.pytorch
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
        """Copy the weights out under the names of the equations: see `rnnviz.training.run.Moment`."""
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


class LanguageModel(SequenceModel):
    """A network in one layer that reads symbols, predicts the next one, and goes on from the state it was left in.

    Parameters
    ----------
    symbols
        How many there are. The code after the last stands for what is unknown, which reads as zeros.
    """

    def __init__(self, cell: Cell, symbols: int, hidden_size: int, *, initialisation: str, seed: int) -> None:
        super().__init__(cell, symbols, symbols, hidden_size, initialisation=initialisation, seed=seed)
        self.symbols = symbols

    def read(self, codes: Tensor, state: Mapping[str, Tensor] | None = None) -> tuple[Tensor, dict[str, Tensor]]:
        """The logits of what comes after each of `codes` (T, B), (T, B, symbols), and the states (B, H) left behind.

        Parameters
        ----------
        state
            The states before the first symbol, each (B, H); zeros if None.
        """
        inputs = functional.one_hot(codes, self.symbols + 1)[..., : self.symbols].float()
        hidden, left = self._run(inputs, state)
        return self.readout(hidden), left

    def from_symbols(self) -> list[torch.nn.Parameter]:
        """The weights that meet symbols, a column each: `W_xf` and its like."""
        if isinstance(self.core, CellStack):
            shapes = self.cell.program.weights
            return [value for name, value in self.core.layers["l0"].named_parameters() if shapes[name][-1] == "I"]
        return [value for name, value in self.core.named_parameters() if name.startswith("weight_ih")]

    def _run(self, inputs: Tensor, state: Mapping[str, Tensor] | None) -> tuple[Tensor, dict[str, Tensor]]:
        names = self.cell.state
        if isinstance(self.core, CellStack):
            values = self.core.layers["l0"](inputs, state)
            return values[names[0]], {name: values[name][-1] for name in names}
        start = state and tuple(state[name].unsqueeze(0) for name in names)
        hidden, left = self.core(inputs, start and (start if len(names) > 1 else start[0]))
        return hidden, {name: value.squeeze(0) for name, value in zip(names, left if len(names) > 1 else [left])}

    def arrays(self) -> dict[str, NDArray[np.float32]]:
        """Copy the weights out as `rnnviz.networks.checkpoints.Checkpoint` takes them: "core.W_xf", "readout.W_hy"."""
        return {name.replace("layer1.", "core."): value for name, value in super().arrays().items()}


def _place(layer: str) -> str:
    """What `rnnviz.training.run.Moment` calls a layer of PyTorch's: layer1, layer1.backward."""
    number, _, backward = layer.removeprefix("l").partition("_")
    return f"layer{int(number) + 1}{'.backward' if backward else ''}"


class _Reader(torch.nn.Module):
    """A cell in one direction, as PyTorch's fused layer where there is one, by its equations where there is none."""

    def __init__(self, cell: Cell, input_size: int, hidden_size: int, seed: int) -> None:
        super().__init__()
        self.cell = cell
        self.core: torch.nn.Module = (
            fused(cell, input_size, hidden_size)
            if cell.pytorch
            else CellLayer(cell, cell.init(input_size, hidden_size, seed))
        )

    def forward(self, inputs: Tensor, state: Mapping[str, Tensor] | None = None) -> Tensor:
        """The hidden state (T, B, H) after each of `inputs` (T, B, I), from states (B, H) on, zeros if None."""
        if isinstance(self.core, CellLayer):
            hidden: Tensor = self.core(inputs, state)[self.cell.state[0]]
            return hidden
        start = None
        if state is not None:
            first, *others = (state[name].unsqueeze(0) for name in self.cell.state)
            start = (first, *others) if others else first
        outputs: Tensor = self.core(inputs, start)[0]
        return outputs

    def arrays(self) -> dict[str, NDArray[np.float32]]:
        named = {name: value.detach().numpy() for name, value in self.core.named_parameters()}
        return dict(named) if isinstance(self.core, CellLayer) else unstacked(self.cell, named, "l0")


class EncoderDecoder(torch.nn.Module):
    """A network that reads one sequence and writes another, with attention or without.

    The arithmetic after the cells is that of `rnnviz.networks.attention`. An annotation has H components whether the
    encoder reads in one direction or in two of H / 2 units each.

    Parameters
    ----------
    source_size, target_size
        How many words either side has; word 0 of the target ends a translation, and begins it.
    attention
        A name of `rnnviz.networks.attention.ATTENTIONS`.

    Raises
    ------
    ValueError
        When two directions cannot share `hidden_size` evenly.
    """

    def __init__(
        self,
        cell: Cell,
        source_size: int,
        target_size: int,
        *,
        attention: str = "dot",
        hidden_size: int = 64,
        embedding_size: int = 32,
        directions: int = 2,
        seed: int = 0,
    ) -> None:
        super().__init__()
        if hidden_size % directions:
            raise ValueError(f"two directions need an even hidden size, not {hidden_size}")
        self.cell, self.attention, self.bridge_program = cell, ATTENTIONS[attention], bridge(cell)
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            self.source = torch.nn.Embedding(source_size, embedding_size)
            self.target = torch.nn.Embedding(target_size, embedding_size)
            self.encoders = torch.nn.ModuleList(
                _Reader(cell, embedding_size, hidden_size // directions, seed + k) for k in range(directions)
            )
            self.decoder = _Reader(cell, embedding_size, hidden_size, seed + directions)
        sizes, random = {"H": hidden_size, "O": target_size}, np.random.default_rng([seed, 1])
        self.heads = torch.nn.ModuleDict(
            {
                name: _Layer(_uniform(program, sizes, random), torch.float32)
                for name, program in self._programs().items()
            }
        )

    def _programs(self) -> dict[str, Program]:
        return {
            "bridge": self.bridge_program, "attention": self.attention.program, "attended": ATTENDED, "words": WORDS
        }  # fmt: skip

    def forward(self, source: Tensor, lengths: Tensor, written: Tensor) -> tuple[Tensor, Tensor | None]:
        """The logits of every next word by what has been written, and where the decoder looked.

        Parameters
        ----------
        source
            Codes (T, B), padded after their ends with anything.
        lengths
            How many words each sequence has, (B,), at least 1.
        written
            Codes (U, B): what the decoder reads at each step, 0 first.

        Returns
        -------
        (U, B, O) and the alignment (U, B, T), 0 at padding; None without attention.
        """
        annotations, summary = self.encode(source, lengths)
        state = self._line("bridge", {"s": summary})
        hidden = self.decoder(self.target(written), {name: state[name] for name in self.cell.state})
        padding = torch.arange(len(source)).unsqueeze(0) >= lengths.unsqueeze(1)
        looked = self._look(annotations.transpose(0, 1), summary.expand_as(hidden), padding, hidden)
        attended = self._line("attended", {"m": looked["m"], "h": hidden})
        logits: Tensor = bind(argument_of_softmax(WORDS), TORCH)({**self._weights("words"), **attended})
        return logits, looked.get("a")

    def encode(self, source: Tensor, lengths: Tensor) -> tuple[Tensor, Tensor]:
        """The annotations (T, B, H), and their summary (B, H): the last state of each direction."""
        read, columns = self.source(source), torch.arange(source.shape[1])
        steps = torch.arange(len(source)).unsqueeze(1)
        # The other direction begins at each sequence's own end; what lies behind that end stays where it is.
        mirrored = torch.where(steps < lengths, lengths - 1 - steps, steps)
        parts, ends = [], []
        for number, encoder in enumerate(self.encoders):
            hidden = encoder(read[mirrored, columns] if number else read)
            ends.append(hidden[lengths - 1, columns])
            parts.append(hidden[mirrored, columns] if number else hidden)
        return torch.cat(parts, dim=-1), torch.cat(ends, dim=-1)

    def _look(self, annotations: Tensor, summary: Tensor, padding: Tensor, hidden: Tensor) -> dict[str, Tensor]:
        """The attention's equations for all steps of all sequences, (U, B, ...); padding scores minus infinity."""
        values = {**self._weights("attention"), "S": annotations, "s": summary, "h": hidden}
        found = {}
        for target, compute in bound(self.attention.program, TORCH):
            value = compute(values)
            values[target] = found[target] = torch.where(padding, -torch.inf, value) if target == "e" else value
        return found

    def _line(self, name: str, values: Mapping[str, Tensor]) -> dict[str, Tensor]:
        return evaluate(self._programs()[name], self._weights(name), values, TORCH)

    def _weights(self, name: str) -> dict[str, Tensor]:
        return dict(self.heads[name].named_parameters())

    def arrays(self) -> dict[str, NDArray[np.float32]]:
        """Copy the weights out, each under its part and its name in the equations: "encoder1.W_xr", "words.b_y"."""
        parts = {
            f"encoder{number + 1}": cast(_Reader, encoder).arrays() for number, encoder in enumerate(self.encoders)
        }
        parts |= {"decoder": self.decoder.arrays()}
        parts |= {"source": {"E": self.source.weight.detach().numpy()}}
        parts |= {"target": {"E": self.target.weight.detach().numpy()}}
        parts |= {
            name: {key: value.detach().numpy() for key, value in head.named_parameters()}
            for name, head in self.heads.items()
        }
        return {f"{part}.{name}": value.copy() for part, weights in parts.items() for name, value in weights.items()}


def _uniform(program: Program, sizes: Mapping[str, int], random: np.random.Generator) -> dict[str, Array]:
    """Random weights as PyTorch's linear layers have them: uniform on +-1/sqrt of what they take in, here H."""
    end = sizes["H"] ** -0.5
    return {name: random.uniform(-end, end, [sizes[size] for size in shape]) for name, shape in program.weights.items()}
