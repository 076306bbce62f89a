"""The cells, each written as its equations, and their weights.

A new cell is a new `Cell(...)` below; one that ships also has a colour in `rnnviz.notation` and trained networks.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from rnnviz.language.equations import EquationError, Operation, Program, parse
from rnnviz.language.functions import FUNCTIONS
from rnnviz.notation import Quantity, quantity

if TYPE_CHECKING:
    import torch

Array = NDArray[np.float64]
Weights = Mapping[str, Array]


@dataclass(frozen=True, eq=False)
class Cell:
    """A recurrent cell: its equations, and what their letters are called.

    Parameters
    ----------
    name, title
        The name in code and in prose.
    state
        What is carried from one time step to the next; the first is the hidden state, which a read-out sees.
    equations
        One a line, in the language of `rnnviz.language.equations`; ``x`` is the input.
    quantities
        The name of each letter computed, where it has one: ``{"f": "forget_gate"}``. Others go by their letter.
    source
        Who published it.
    variant_of
        The name of the cell that this one changes in a detail; "" for one of its own.
    pytorch
        The mode of `torch.nn.RNNBase` that computes this very cell, and the letters of its gates in the order in which
        PyTorch stacks them into one matrix, top to bottom; None when PyTorch has no such layer.

    Cells are equal, and one key of a dict, when all but the last two are: these say nothing about what is computed.

    Raises
    ------
    EquationError
        When the equations cannot be accepted, or `quantities` names a letter that they do not compute.
    """

    name: str
    state: tuple[str, ...]
    equations: str
    quantities: Mapping[str, str] = field(default_factory=dict)
    title: str = ""
    source: str = ""
    variant_of: str = ""
    pytorch: tuple[str, str] | None = None
    program: Program = field(init=False, repr=False)
    _value: tuple[object, ...] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        program = parse(self.equations, inputs={"x": "I"}, state=self.state)
        unknown = set(self.quantities) - set(program.targets)
        if unknown:
            raise EquationError(f"quantities names {sorted(unknown)}, which no equation computes")
        object.__setattr__(self, "program", program)
        object.__setattr__(self, "title", self.title or self.name)
        names = tuple(sorted(self.quantities.items()))
        value = self.name, self.title, tuple(self.state), self.lines, names, self.source
        object.__setattr__(self, "_value", value)

    def __eq__(self, other: object) -> bool:
        return self._value == other._value if isinstance(other, Cell) else NotImplemented

    def __hash__(self) -> int:
        return hash(self._value)

    @property
    def lines(self) -> str:
        """The equations, one a line, without what only indents them."""
        return "\n".join(line.strip() for line in self.equations.strip().splitlines())

    def letter(self, name: str) -> str:
        """The letter of a quantity given by its name or its letter; a `KeyError` that lists them if it is unknown."""
        for letter in self.program.targets:
            if name in (letter, self.quantities.get(letter)):
                return letter
        known = ", ".join(f"{self.quantities.get(letter, letter)} ({letter})" for letter in self.program.targets)
        raise KeyError(f"{self.name} has no {name!r}; it has {known}")

    def quantity(self, symbol: str) -> Quantity:
        """Everything known about one letter of the equations, bounds included."""
        expression = next(line.expression for line in self.program.equations if line.target == symbol)
        function = FUNCTIONS.get(expression.function) if isinstance(expression, Operation) else None
        return quantity(self.quantities.get(symbol, symbol), symbol, function.bounds if function else None)

    def weight_shapes(self, input_size: int, hidden_size: int) -> dict[str, tuple[int, ...]]:
        """The shape of every weight, in the order of the equations."""
        sizes = {"I": input_size, "H": hidden_size}
        return {name: tuple(sizes[size] for size in shape) for name, shape in self.program.weights.items()}

    def init(self, input_size: int, hidden_size: int, seed: int) -> dict[str, Array]:
        """Random weights, uniform on +-1/sqrt(hidden_size) as in PyTorch, float64."""
        for name, size in (("input_size", input_size), ("hidden_size", hidden_size)):
            if size < 1:
                raise ValueError(f"{name} must be at least 1, not {size}")
        random, end = np.random.default_rng(seed), hidden_size**-0.5
        shapes = self.weight_shapes(input_size, hidden_size)
        return {name: random.uniform(-end, end, shape) for name, shape in shapes.items()}

    def sizes(self, weights: Mapping[str, Any]) -> dict[str, int]:
        """Read the sizes off the weights: ``{"I": input_size, "H": hidden_size}``.

        Raises
        ------
        ValueError
            When a weight is missing, unknown, or of a shape that does not fit the others.
        """
        sizes = sizes_of(self.program, weights, self.name)
        if "H" not in sizes:
            raise ValueError(f"{self.name} has no weight that says how many units it has")
        return sizes


def sizes_of(program: Program, weights: Mapping[str, Any], owner: str) -> dict[str, int]:
    """Read the sizes of a program off its weights, or say in a `ValueError` which weight does not fit."""
    wanted = program.weights
    if set(weights) != set(wanted):
        missing, extra = sorted(set(wanted) - set(weights)), sorted(set(weights) - set(wanted))
        raise ValueError(f"{owner} needs the weights {', '.join(wanted)}; missing {missing}, unknown {extra}")
    sizes: dict[str, int] = {}
    for name, shape in wanted.items():
        actual = tuple(np.shape(weights[name]))
        expected = f"({', '.join(f'{size}={sizes[size]}' if size in sizes else size for size in shape)})"
        if len(actual) != len(shape) or any(sizes.setdefault(*pair) != pair[1] for pair in zip(shape, actual)):
            raise ValueError(f"{owner}: {name} must be {expected}, not of shape {actual}")
    return sizes


ELMAN = Cell(
    name="elman",
    title="Elman RNN",
    state=("h",),
    equations="h = tanh(W_xh @ x + W_hh @ h + b_h)",
    quantities={"h": "hidden_state"},
    source="Elman 1990",
    pytorch=("RNN_TANH", "h"),
)

ELMAN_RELU = Cell(
    name="elman_relu",
    title="Elman RNN with ReLU",
    state=("h",),
    equations="h = relu(W_xh @ x + W_hh @ h + b_h)",
    quantities={"h": "hidden_state"},
    source="Elman 1990; with ReLU: Le, Jaitly & Hinton 2015",
    variant_of="elman",
    pytorch=("RNN_RELU", "h"),
)

LSTM = Cell(
    name="lstm",
    title="LSTM",
    state=("h", "c"),
    equations="""
        i = sigmoid(W_xi @ x + W_hi @ h + b_i)
        f = sigmoid(W_xf @ x + W_hf @ h + b_f)
        g = tanh(W_xg @ x + W_hg @ h + b_g)
        o = sigmoid(W_xo @ x + W_ho @ h + b_o)
        c = f * c + i * g
        h = o * tanh(c)
    """,
    quantities={
        "i": "input_gate",
        "f": "forget_gate",
        "g": "candidate",
        "o": "output_gate",
        "c": "cell_state",
        "h": "hidden_state",
    },
    source="Hochreiter & Schmidhuber 1997; forget gate: Gers, Schmidhuber & Cummins 2000",
    pytorch=("LSTM", "ifgo"),
)

# PyTorch's convention: the reset gate acts after the recurrent matrix, the update gate keeps the old state.
GRU = Cell(
    name="gru",
    title="GRU",
    state=("h",),
    equations="""
        r = sigmoid(W_xr @ x + W_hr @ h + b_r)
        z = sigmoid(W_xz @ x + W_hz @ h + b_z)
        n = tanh(W_xn @ x + b_xn + r * (W_hn @ h + b_hn))
        h = (1 - z) * n + z * h
    """,
    quantities={"r": "reset_gate", "z": "update_gate", "n": "candidate", "h": "hidden_state"},
    source="Cho et al. 2014, in the form of PyTorch",
    pytorch=("GRU", "rzn"),
)

#: The cells by name.
CELLS: Mapping[str, Cell] = {cell.name: cell for cell in (ELMAN, ELMAN_RELU, LSTM, GRU)}

#: Those that are compared side by side: all but variants of another.
MAIN: tuple[Cell, ...] = tuple(cell for cell in CELLS.values() if not cell.variant_of)

_PARTS = ("name", "title", "state", "equations", "quantities", "source")
#: How long what a person wrote may be, and how a cell and a letter may be called: nothing that would be markup.
_LONGEST, _NAME, _TITLE = 4000, re.compile(r"[^\W\d]\w{0,39}"), re.compile(r"[^\W_][\w ,'()+-]{0,59}")


def to_value(cell: Cell) -> str | dict[str, Any]:
    """A cell as plain JSON: its name if it comes with rnnviz, or else all that it is."""
    if CELLS.get(cell.name) == cell:
        return cell.name
    return {
        "name": cell.name,
        "title": cell.title,
        "state": list(cell.state),
        "equations": cell.lines,
        "quantities": dict(cell.quantities),
        "source": cell.source,
    }


def from_value(value: Any) -> Cell:
    """The cell that `to_value` gave a value for; a cell is taken as it is.

    Raises
    ------
    ValueError
        When it is neither the name of a cell nor the parts of one; an `EquationError` when its equations cannot be
        accepted. Nothing in it is ever evaluated.
    """
    if isinstance(value, Cell):
        value = to_value(value)
    if isinstance(value, str) and value in CELLS:
        return CELLS[value]
    if not isinstance(value, Mapping):
        raise ValueError(f"cell must be one of {', '.join(CELLS)}, not {value!r}")
    if unknown := sorted(map(str, set(value) - set(_PARTS))):
        raise ValueError(f"a cell has no {', '.join(unknown)}; it has {', '.join(_PARTS)}")
    parts = {"title": "", "quantities": {}, "source": "", **value}
    for part in ("name", "title", "equations", "source"):
        if not isinstance(parts.get(part), str) or len(parts[part]) > _LONGEST:
            raise ValueError(f"the {part} of a cell must be a text of up to {_LONGEST} characters")
    if not _NAME.fullmatch(parts["name"]):
        raise ValueError("the name of a cell must be up to 40 letters, digits and underscores, a letter first")
    if parts["title"] and not _TITLE.fullmatch(parts["title"]):
        raise ValueError("the title of a cell must be up to 60 letters, digits, spaces and signs of , ' ( ) + -")
    states, quantities = parts.get("state"), parts["quantities"]
    if not isinstance(states, (list, tuple)) or not states or not all(isinstance(one, str) for one in states):
        raise ValueError("the state of a cell must be a list of letters, that of the hidden state first")
    texts = [text for pair in quantities.items() for text in pair] if isinstance(quantities, Mapping) else [None]
    if not all(isinstance(text, str) and _NAME.fullmatch(text) for text in texts):
        raise ValueError("the quantities of a cell must be names of letters, such as {'f': 'forget_gate'}")
    cell = Cell(**{**parts, "state": tuple(states), "quantities": dict(quantities)})
    known = CELLS.get(cell.name)
    return known if known == cell and known is not None else cell


#: The read-out of a network that predicts the next symbol: the hidden state in, a probability for each symbol out.
READOUT = parse("y = softmax(W_hy @ h + b_y)", inputs={"h": "H"}, free_size="O")

#: The read-out of a network that answers with numbers.
ANSWER = parse("y = W_hy @ h + b_y", inputs={"h": "H"}, free_size="O")


def from_torch(module: torch.nn.RNNBase) -> tuple[Cell, dict[str, Array]]:
    """Take the cell and the float64 weights out of a `torch.nn.RNN`, `LSTM` or `GRU`.

    PyTorch's two biases are added where the equations have one; a layer without bias gets zeros. Weights that PyTorch
    computes anew for every call (`torch.nn.utils.parametrizations`) are taken as they then are; a layer that was
    compiled (`torch.compile`) is taken as it was before.

    Raises
    ------
    ValueError
        When the module is none of these or computes something else than they do, when it has several layers, two
        directions or a projection, when its inputs are batch first, or when its weights cannot be read.
    """
    layer: Any = getattr(module, "_orig_mod", module)
    own: Any = type(layer)
    kind: Any = next((kind for kind in own.__mro__ if kind.__module__ == "torch.nn.modules.rnn"), None)
    mode = str(getattr(layer, "mode", None))
    cell = next((cell for cell in CELLS.values() if cell.pytorch and cell.pytorch[0] == mode), None)
    if cell is None or kind is None:
        raise ValueError(f"from_torch takes a torch.nn.RNN, LSTM or GRU, not {own.__name__} of {own.__module__}")
    if layer.num_layers != 1 or layer.bidirectional or layer.proj_size:
        raise ValueError("from_torch takes one layer in one direction without projection (proj_size=0)")
    if layer.batch_first:
        raise ValueError(
            "from_torch takes a layer that reads time first, as run does, and this one has batch_first=True: set "
            "layer.batch_first = False, and give run the inputs with their first two axes swapped"
        )
    if own.forward is not kind.forward or "forward" in vars(layer) or own.__call__ is not kind.__call__:
        raise ValueError(
            f"from_torch takes a layer that computes what PyTorch's does; this {mode} has a forward of its own"
        )
    if layer._forward_pre_hooks or layer._forward_hooks:
        raise ValueError(
            "from_torch takes a layer without forward hooks, which may change what it computes; remove them, such as "
            "by torch.nn.utils.remove_weight_norm or torch.nn.utils.prune.remove"
        )
    return cell, unstacked(cell, _parameters(layer), "l0")


def _parameters(layer: Any) -> dict[str, NDArray[Any]]:
    """The float64 weights of a recurrent layer of PyTorch under its names, those that are computed included."""
    names = [f"{kind}_l0" for kind in ("weight_ih", "weight_hh", *(("bias_ih", "bias_hh") if layer.bias else ()))]
    copied = deepcopy(layer)  # some weights change what they are computed from
    if missing := [name for name in names if not hasattr(copied, name)]:
        raise ValueError(f"from_torch takes a layer with all of its weights; this one lacks {', '.join(missing)}")
    first, again = ({name: getattr(copied, name).detach() for name in names} for _ in range(2))
    if any(value.is_meta for value in first.values()):
        raise ValueError("from_torch takes a layer with weights; this one is on the meta device and has none")
    if any(value.is_complex() or value.is_sparse for value in first.values()):
        raise ValueError("from_torch takes a layer of real, dense weights; these are complex or sparse")
    if not all(value.isfinite().all() for value in first.values()):
        raise ValueError("from_torch takes a layer whose weights are finite; some of these are not")
    if any((value != again[name]).any() for name, value in first.items()):
        raise ValueError("from_torch takes a layer whose weights stay as they are; call its eval() first")
    return {name: value.cpu().double().numpy() for name, value in first.items()}


def torch_gates(cell: Cell) -> str:
    """The letters of a cell in the order in which PyTorch stacks them; "" when PyTorch has no such layer."""
    return cell.pytorch[1] if cell.pytorch else ""


def unstacked(cell: Cell, parameters: Mapping[str, NDArray[Any]], layer: str) -> dict[str, NDArray[Any]]:
    """The weights of one layer of a PyTorch module, "l0" or "l1_reverse", under their names in the equations.

    PyTorch's two biases are added where the equations have one; a layer without bias gets zeros.
    """
    hidden_size = parameters[f"weight_hh_{layer}"].shape[1]

    def rows(kind: str, place: int) -> NDArray[Any]:
        whole = parameters.get(f"{kind}_{layer}")
        return np.zeros(hidden_size) if whole is None else whole[place * hidden_size : (place + 1) * hidden_size].copy()

    weights: dict[str, NDArray[Any]] = {}
    for place, gate in enumerate(torch_gates(cell)):
        weights[f"W_x{gate}"], weights[f"W_h{gate}"] = rows("weight_ih", place), rows("weight_hh", place)
        from_input, from_state = rows("bias_ih", place), rows("bias_hh", place)
        if f"b_{gate}" in cell.program.weights:
            weights[f"b_{gate}"] = from_input + from_state
        else:
            weights[f"b_x{gate}"], weights[f"b_h{gate}"] = from_input, from_state
    return {name: weights[name] for name in cell.program.weights}
