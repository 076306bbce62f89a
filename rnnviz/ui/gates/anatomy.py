"""What gates do and what they cost: how often they are saturated, how many parameters they have, how long they take."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.metadata import version
from itertools import groupby
from math import prod

import numpy as np
import streamlit as st

from rnnviz.analysis.anatomy import Size, parameters, pytorch_total, sized, sized_for, weights_by_shape
from rnnviz.analysis.saturation import Saturation, gate_saturation, gates
from rnnviz.cells import CELLS, ELMAN, GRU, LSTM, Cell
from rnnviz.data.names import encode, load_names, split
from rnnviz.figures.saturation import saturation_scatter
from rnnviz.networks import checkpoints
from rnnviz.notation import percent, quantity, variant
from rnnviz.settings.gates import Board, side_by_side
from rnnviz.trace import run
from rnnviz.training.measuring import Spread
from rnnviz.training.timing import Layer, Timing, TimingRecipe
from rnnviz.ui.asked import asked
from rnnviz.ui.controls import Controls
from rnnviz.ui.lesson_card import Shown
from rnnviz.ui.tables import table
from rnnviz.ui.terms import chart_words, header, subheader

_SEQUENCE_LENGTH, _BATCH, _REPETITIONS = 50, 1, 60
#: The cells whose parts are counted and timed, the one that the others are compared with first.
_COUNTED = (LSTM, GRU, ELMAN)


@dataclass(frozen=True, eq=False)
class HeldOut:
    """The saturation of each gate of a trained network, by its name, over all steps of the names it never saw."""

    names: int
    steps: int
    gates: Mapping[str, Saturation]


@lru_cache(maxsize=len(CELLS))
def checkpoint_saturation(cell_name: str) -> HeldOut:
    """The saturation of a trained network's gates over its test names; names of one length are run side by side."""
    checkpoint = checkpoints.load(cell_name)
    codes = sorted(map(encode, split(load_names(), checkpoint.card["data"]["split_seed"]).test), key=len)
    batches = [np.array(list(names)).T[:-1] for _, names in groupby(codes, key=len)]  # each (T, B)
    one_hot = np.eye(len(checkpoint.vocabulary))
    traces = [run(checkpoint.cell, checkpoint.weights, one_hot[batch]) for batch in batches]
    return HeldOut(len(codes), sum(batch.size for batch in batches), gate_saturation(traces))


def trained_saturation() -> None:
    """Draw the saturation of the trained networks of all cells with gates."""
    gated = [cell for cell in side_by_side(LSTM, trained=True) if gates(cell)]
    measured = {cell: checkpoint_saturation(cell.name) for cell in gated}
    first = next(iter(measured.values()))
    saturation(
        {cell: held_out.gates for cell, held_out in measured.items()},
        f"all {first.steps:,} steps of the {first.names} names that the trained networks never saw",
    )


def saturation(cells: Mapping[Cell, Mapping[str, Saturation]], over: str) -> None:
    """Draw how often the gates of some cells are nearly shut and nearly open.

    Parameters
    ----------
    cells
        For each cell its gates' saturation by name, as from `rnnviz.analysis.saturation.gate_saturation`.
    over
        Which steps were counted, as it stands in the sentence "counted over ...".
    """
    header("How often the gates are nearly shut or open")
    st.markdown(
        "A gate is **left-saturated**, nearly shut, where it is under 0.1, and **right-saturated**, nearly open, where "
        f"it is over 0.9. Each dot is one unit, counted over {over}: the further right, the more often its gate is "
        "nearly open; the higher, the more often it is nearly shut. On the thin line a gate is never in between. "
        "After Karpathy, Johnson & Fei-Fei 2015."
    )
    with st.container(horizontal=True, gap="small"):
        for cell, gates in cells.items():
            for name, shares in gates.items():
                title = f"{cell.title}: {_title(name)}"
                st.altair_chart(saturation_scatter(shares, title, variant(cell.name).colour), width=240, height=265)
    chart_words(*(_title(name) for gates in cells.values() for name in gates))
    st.markdown(" ".join(saturation_sentence(cell, gates) for cell, gates in cells.items()))
    rows = [
        (f"{cell.title}: {_title(name)}", *(f"{percent(end.mean())}, {percent(end.max())}" for end in ends))
        for cell, gates in cells.items()
        for name, shares in gates.items()
        for ends in [(shares.left, shares.right)]
    ]
    head = ("Gate", "Nearly shut: mean, highest unit", "Nearly open: mean, highest unit")
    st.markdown(
        f"<details><summary>The same as a table: share of steps</summary>{table(head, rows)}</details>",
        unsafe_allow_html=True,
    )


def saturation_sentence(cell: Cell, gates: Mapping[str, Saturation]) -> str:
    """Which gates of a cell are saturated most, in words."""
    if not gates:
        return f"The {cell.title} has no gate."
    shut, opened = ({name: getattr(shares, end) for name, shares in gates.items()} for end in ("left", "right"))
    ends = []
    for word, shares in (("open", opened), ("shut", shut)):
        name = max(shares, key=lambda name: float(shares[name].mean()))
        if shares[name].any():
            ends.append(
                f"the {_title(name)} is most often nearly {word}: at {percent(shares[name].mean())} of the steps on "
                f"average over the units, at {percent(shares[name].max())} in the unit with the largest share"
            )
        else:
            ends.append(f"no gate is ever nearly {word}")
    return f"In the {cell.title} {'; '.join(ends)}."


def cost(page: Shown) -> None:
    """What the gates cost at sizes of the reader's own, those of the networks above at first."""
    header("What the gates cost")
    controls: Controls[Board] = Controls(page, "cost_inputs", "cost_units")
    with st.container(horizontal=True, gap="small"):
        controls.draw("cost_inputs", "cost_units")
    chosen = controls.keep()
    own = tuple(cell for cell in side_by_side(chosen.cell, trained=False) if cell not in CELLS.values())
    anatomy(chosen.cost_inputs, chosen.cost_units, own)


def anatomy(input_size: int, hidden_size: int, own: tuple[Cell, ...] = ()) -> None:
    """Draw what the cells cost: parameters of each gate, and the time that PyTorch's layers take on this machine.

    Parameters
    ----------
    own
        Cells that somebody has written, counted beside the others.
    """
    same_size = [sized(cell, input_size, hidden_size) for cell in (*_COUNTED, *own)]
    lstm = same_size[0]
    same_count = [sized_for(size.cell, input_size, lstm.parameters) for size in same_size]
    st.markdown(
        "Every gate has a weight for each input and each unit of the state, and a bias, so each costs as much as a "
        f"whole Elman RNN. The LSTM has four such parts, the GRU three: **{percent(_ratio(same_size[1], lstm))} of "
        "the LSTM's parameters** at the same hidden size. Its update gate stands for two of the LSTM's gates: what is "
        "not kept is what is written, z and 1 − z. Merging input and forget gate is one half of the GRU; the other "
        "is that it has no cell state beside the hidden state, and so no output gate, but a reset gate."
    )
    st.markdown(
        table(
            ("Cell", "Formula", "Parameters", "of the LSTM's", "PyTorch stores", "Units for as many"),
            [
                (
                    size.cell.title,
                    formula(size.cell),
                    f"{size.parameters:,}",
                    percent(_ratio(size, lstm)),
                    _stored(size.cell, input_size, hidden_size),
                    f"{other.hidden_size}",
                )
                for size, other in zip(same_size, same_count)
            ],
            f"Parameters at I = {input_size} inputs and H = {hidden_size} units, and the units with which each cell "
            "has as many as the LSTM",
        ),
        unsafe_allow_html=True,
    )
    st.markdown(
        f"The formula counts the weights of the equations: for the LSTM {worked(LSTM, input_size, hidden_size)}. "
        "**PyTorch stores more**: two biases for every gate, `b_ih` and `b_hh`, which only add up, where the equations "
        "have one. The GRU's candidate alone needs both, since the reset gate acts between them. This app counts the "
        "biases of the equations, here and wherever numbers of weights are made equal."
    )
    parts = table(
        ("Cell", "Computes", "Parameters"),
        [
            (size.cell.title, f"{size.cell.quantity(symbol).title.lower()} {symbol}", f"{count:,}")
            for size in same_size
            for symbol, count in parameters(size.cell, input_size, hidden_size).items()
            if count
        ],
        f"Parameters of each gate: {input_size} inputs, {hidden_size} units",
    )
    st.markdown(f"<details><summary>Gate by gate</summary>{parts}</details>", unsafe_allow_html=True)
    _measurement(input_size, [*same_size[: len(_COUNTED)], *same_count[1 : len(_COUNTED)]])


def formula(cell: Cell) -> str:
    """How many weights a cell has, in letters: ``4·H·I + 4·H² + 4·H``."""
    return " + ".join("·".join([*_times(count), *_powers(shape)]) for shape, count in weights_by_shape(cell).items())


def worked(cell: Cell, input_size: int, hidden_size: int) -> str:
    """The same in numbers, with what it comes to."""
    sizes = {"I": input_size, "H": hidden_size}
    shapes = weights_by_shape(cell)
    terms = ["·".join(map(str, [*_times(count), *(sizes[size] for size in shape)])) for shape, count in shapes.items()]
    found = sum(count * prod(sizes[size] for size in shape) for shape, count in shapes.items())
    return f"{' + '.join(terms)} = {found:,}"


def _times(count: int) -> list[str]:
    return [] if count == 1 else [str(count)]


def _powers(shape: Sequence[str]) -> list[str]:
    return [size if shape.count(size) == 1 else f"{size}²" for size in dict.fromkeys(shape)] or ["1"]


def _stored(cell: Cell, input_size: int, hidden_size: int) -> str:
    stored = pytorch_total(cell, input_size, hidden_size)
    return "has no such layer" if stored is None else f"{stored:,}"


def _measurement(input_size: int, sizes: Sequence[Size]) -> None:
    """The button that measures, the wait, and what was measured: once for all visitors of a server."""
    subheader("How long they take")
    plain = Layer(LSTM.name, sizes[0].hidden_size, onednn=False)
    recipe = TimingRecipe(
        input_size=input_size,
        measured=(*(Layer(size.cell.name, size.hidden_size) for size in sizes), plain),
        sequence_length=_SEQUENCE_LENGTH,
        batch=_BATCH,
        repetitions=_REPETITIONS,
    )
    st.markdown(
        f"Forward and backward through one sequence of {_SEQUENCE_LENGTH} steps by PyTorch's own layers, on the "
        "machine that serves this page, at equal hidden size and at equal number of parameters. The layers take turns, "
        "so that what else the machine does meets all alike. **Why a GRU can be slower than an LSTM with more "
        "weights:** on most processors PyTorch hands the LSTM's whole sequence to one routine of oneDNN, and computes "
        "the other cells step by step."
    )
    found = asked(recipe, "measure")
    if found is not None:
        _measured(recipe.read(found), [*sizes, sizes[0]], recipe.measured)


def _measured(timings: Mapping[Layer, Timing], sizes: Sequence[Size], layers: Sequence[Layer]) -> None:
    rows = [
        (
            f"{size.cell.title}{'' if layer.onednn else ' without oneDNN'}, "
            f"{size.hidden_size} units, {size.parameters:,} parameters",
            _milliseconds(timings[layer].forward),
            _milliseconds(timings[layer].backward),
        )
        for size, layer in zip(sizes, layers)
    ]
    caption = (
        f"Milliseconds, median of {_REPETITIONS} runs (and its quartiles); sequences of {_SEQUENCE_LENGTH} steps, "
        f"batch of {_BATCH}, float32, one thread, PyTorch {version('torch')}"
    )
    st.markdown(table(("Layer", "Forward", "Backward"), rows, caption), unsafe_allow_html=True)
    st.markdown(timing_sentence(timings, sizes[0], sizes[1]))


def timing_sentence(timings: Mapping[Layer, Timing], lstm: Size, gru: Size) -> str:
    """What was measured of the GRU and the LSTM at equal hidden size, in words."""

    def ratio(other: Layer, part: str) -> float:
        first, second = timings[Layer(gru.cell.name, gru.hidden_size)], timings[other]
        return float(getattr(first, part).median / getattr(second, part).median)

    fused = Layer(lstm.cell.name, lstm.hidden_size)
    plain = fused._replace(onednn=False)
    forward, backward = ratio(fused, "forward"), ratio(fused, "backward")
    faster = "here they are" if max(forward, backward) < 1 else "here they are not"
    return (
        f"With {percent(_ratio(gru, lstm))} of the LSTM's parameters the GRU takes {forward:.1f} times as long "
        f"forward and {backward:.1f} times as long backward. Fewer parameters are not automatically faster; {faster}. "
        "Compared with an LSTM without oneDNN's routine the GRU takes "
        f"{ratio(plain, 'forward'):.1f} times as long forward and {ratio(plain, 'backward'):.1f} times backward."
    )


def _ratio(size: Size, other: Size) -> float:
    return size.parameters / other.parameters


def _title(quantity_name: str) -> str:
    return quantity(quantity_name, quantity_name).title.lower()


def _milliseconds(spread: Spread) -> str:
    return f"{spread.median:.2f} ({spread.low:.2f} to {spread.high:.2f})"
