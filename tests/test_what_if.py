"""What-ifs against torch with the same number replaced by hand, and against what cannot change."""

import re

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from rnnviz.cells import CELLS, ELMAN, GRU, LSTM, from_torch
from rnnviz.trace import run
from rnnviz.what_if import Clamp, Erase, SetInput, SetSymbol, SetWeight, Silence, influence
from tests.own_cells import PEEPHOLE

STEPS, INPUTS, UNITS = 9, 3, 5
GATES = [(cell, letter) for cell in (LSTM, GRU) for letter in cell.program.targets if letter not in cell.state]


def setting(cell, seed=0, batch=()):
    weights = cell.init(INPUTS, UNITS, seed)
    return weights, np.random.default_rng(seed).normal(size=(STEPS, *batch, INPUTS))


def torch_trace(cell, weights, inputs, held=None, silent=None):
    """The textbook loop in torch, with the gates in `held` replaced by a constant; nothing of it is our code."""
    w = {name: torch.tensor(value) for name, value in weights.items()}
    h, c = torch.zeros(UNITS, dtype=torch.float64), torch.zeros(UNITS, dtype=torch.float64)
    rows = []

    def gate(letter, squash, total):
        value = squash(total)
        if held and held[0] == letter:
            _, constant, unit = held
            value[slice(None) if unit is None else unit] = constant
        return value

    def total(letter, x, h):
        return w[f"W_x{letter}"] @ x + w[f"W_h{letter}"] @ h + w[f"b_{letter}"]

    for x in torch.tensor(inputs):
        if cell is LSTM:
            i, f, o = (gate(letter, torch.sigmoid, total(letter, x, h)) for letter in "ifo")
            g = gate("g", torch.tanh, total("g", x, h))
            c = f * c + i * g
            h = o * torch.tanh(c)
        elif cell is GRU:
            r, z = (gate(letter, torch.sigmoid, total(letter, x, h)) for letter in "rz")
            n = gate("n", torch.tanh, w["W_xn"] @ x + w["b_xn"] + r * (w["W_hn"] @ h + w["b_hn"]))
            h = (1 - z) * n + z * h
        else:
            h = torch.tanh(total("h", x, h))
        if silent is not None:
            h[silent] = 0.0
        rows.append((h.clone(), c.clone()))
    hidden, memory = (torch.stack(parts).numpy() for parts in zip(*rows))
    return {"h": hidden, "c": memory}


@pytest.mark.parametrize("unit", [None, 2])
@pytest.mark.parametrize(("cell", "letter"), GATES, ids=lambda value: getattr(value, "name", value))
def test_a_held_gate_is_torch_with_that_gate_a_constant(cell, letter, unit):
    weights, inputs = setting(cell)
    trace = run(cell, weights, inputs, changes=[Clamp(cell.quantities[letter], 0.25, unit=unit)])
    wanted = torch_trace(cell, weights, inputs, held=(letter, 0.25, unit))
    for state in cell.state:
        np.testing.assert_allclose(trace[state], wanted[state], rtol=0, atol=1e-12)
    held = trace[letter] if unit is None else trace[letter][:, unit]
    np.testing.assert_array_equal(held, 0.25)


@pytest.mark.parametrize("cell", [ELMAN, LSTM, GRU], ids=lambda cell: cell.name)
def test_a_silent_unit_is_torch_with_that_state_zero(cell):
    weights, inputs = setting(cell)
    wanted = torch_trace(cell, weights, inputs, silent=1)
    trace = run(cell, weights, inputs, changes=[Silence(unit=1)])
    for state in cell.state:
        np.testing.assert_allclose(trace[state], wanted[state], rtol=0, atol=1e-12)


def test_a_silent_unit_is_silent_before_the_first_step_too():
    weights, inputs = setting(ELMAN)
    start = {"h": np.ones(UNITS)}
    trace = run(ELMAN, weights, inputs, start, changes=[Silence(unit=1)])
    assert trace.initial_state["h"].tolist() == [1, 0, 1, 1, 1]
    assert start["h"].tolist() == [1] * UNITS


@pytest.mark.parametrize("name", ["weight_ih_l0", "weight_hh_l0", "bias_ih_l0"])
def test_a_weight_set_here_is_a_weight_set_in_torch(name):
    torch.manual_seed(0)
    module = torch.nn.LSTM(INPUTS, UNITS).double()
    cell, weights = from_torch(module)
    ours = {"weight_ih_l0": "W_xf", "weight_hh_l0": "W_hf", "bias_ih_l0": "b_f"}[name]
    place = (2, 1) if ours.startswith("W") else (2,)
    with torch.no_grad():
        parameter = getattr(module, name)
        other = module.bias_hh_l0[UNITS + 2].item() if len(place) == 1 else 0.0  # our bias is the sum of both
        parameter[(UNITS + place[0], *place[1:])] = 0.5 - other
        inputs = torch.randn(STEPS, INPUTS, dtype=torch.float64)
        wanted = module(inputs)[0].numpy()
    index = place if len(place) == 2 else place[0]
    trace = run(cell, weights, inputs.numpy(), changes=[SetWeight(ours, index, 0.5)])
    np.testing.assert_allclose(trace["h"], wanted, rtol=0, atol=1e-12)
    assert trace.weights[ours][place] == 0.5
    assert weights[ours][place] != 0.5


def test_inputs_are_changed_where_it_says_and_nowhere_else():
    weights, _ = setting(ELMAN)
    inputs = np.eye(INPUTS)[[0, 1, 2, 0]] * 2.0
    changes = [SetInput(time_step=1, index=0, value=-1.0), SetSymbol(time_step=2, index=1), Erase(time_step=3)]
    trace = run(ELMAN, weights, inputs, changes=changes)
    np.testing.assert_array_equal(trace.inputs, [[2, 0, 0], [-1, 2, 0], [0, 2, 0], [0, 0, 0]])
    np.testing.assert_array_equal(inputs, np.eye(INPUTS)[[0, 1, 2, 0]] * 2.0)
    np.testing.assert_array_equal(trace["h"], run(ELMAN, weights, trace.inputs)["h"])


def test_the_later_change_counts_and_all_sequences_of_a_batch_are_changed():
    weights, inputs = setting(LSTM, batch=(4,))
    trace = run(
        LSTM, weights, inputs, changes=[Clamp("f", 1.0), Clamp("forget_gate", 0.0, unit=3), SetInput(2, 1, 7.0)]
    )
    assert (trace["f"][..., 3] == 0).all()
    assert (np.delete(trace["f"], 3, axis=-1) == 1).all()
    assert (trace.inputs[2, :, 1] == 7).all()


@given(
    cell=st.sampled_from([*CELLS.values(), PEEPHOLE]),
    seed=st.integers(0, 10**6),
    unit=st.integers(0, UNITS - 1),
    share=st.floats(0, 1),
    step=st.integers(0, STEPS - 1),
)
def test_undoing_every_change_gives_the_first_trace_back_bit_for_bit(cell, seed, unit, share, step):
    weights, inputs = setting(cell, seed)
    before = run(cell, weights, inputs)
    matrix = next(name for name, shape in cell.program.weights.items() if len(shape) == 2)
    changes = [
        Clamp(cell.state[0], share, unit=unit),
        Silence(unit=unit),
        SetWeight(matrix, (unit, 0), 9.0),
        SetInput(step, 0, 9.0),
        Erase(step),
    ]
    run(cell, weights, inputs, changes=changes)
    after = run(cell, weights, inputs, changes=[])
    undone = [SetWeight(matrix, (unit, 0), float(weights[matrix][unit, 0])), SetInput(step, 0, float(inputs[step, 0]))]
    restored = run(cell, weights, inputs, changes=[*changes[2:4], *undone])
    for letter in before.values:
        np.testing.assert_array_equal(after[letter], before[letter])
        np.testing.assert_array_equal(restored[letter], before[letter])


@pytest.mark.parametrize("cell", [*CELLS.values(), PEEPHOLE], ids=lambda cell: cell.name)
def test_influence_is_the_difference_of_two_runs_and_nothing_before_the_step(cell):
    weights, inputs = setting(cell)
    effect = influence(cell, weights, inputs, 4)
    other = inputs.copy()
    other[4] = 0.0
    for state in cell.state:
        np.testing.assert_array_equal(effect[state][:4], 0.0)
        np.testing.assert_array_equal(
            effect[state], run(cell, weights, inputs)[state] - run(cell, weights, other)[state]
        )
        assert np.abs(effect[state][4:]).max() > 0


def test_with_its_other_paths_cut_a_lstm_keeps_exactly_what_its_forget_gates_keep():
    weights, inputs = setting(LSTM)
    cut = {name: value * (not name.startswith("W_h")) for name, value in weights.items()}
    effect = influence(LSTM, cut, inputs, 3)["c"]
    forget = run(LSTM, cut, inputs)["f"]
    for t in range(3, STEPS):
        np.testing.assert_allclose(effect[t], effect[3] * forget[4 : t + 1].prod(axis=0), rtol=1e-9, atol=1e-15)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (Clamp("update_gate", 1.0), "lstm has no 'update_gate'; it has input_gate (i), forget_gate (f)"),
        (Clamp("forget_gate", 1.5), "forget_gate can be held at 0 to 1, not at 1.5"),
        (Clamp("forget_gate", float("nan")), "forget_gate can be held at 0 to 1, not at nan"),
        (Clamp("cell_state", float("inf")), "cell_state can be held at -inf to inf, not at inf"),
        (Clamp("forget_gate", 1.0, unit=5), "unit must be from 0 to 4, not 5"),
        (Clamp("forget_gate", 1.0, unit=-1), "unit must be from 0 to 4, not -1"),
        (Silence(unit=99), "unit must be from 0 to 4, not 99"),
        (SetWeight("W_hz", (0, 0), 1.0), "lstm has no weight 'W_hz'; it has W_xi, W_hi, b_i"),
        (SetWeight("W_hf", (0,), 1.0), "W_hf is of shape (5, 5) and needs an index for each axis, not (0,)"),
        (SetWeight("W_hf", (0, 5), 1.0), "an index of W_hf must be from 0 to 4, not 5"),
        (SetWeight("b_f", 0, float("inf")), "a value must be a finite number, not inf"),
        (SetInput(9, 0, 1.0), "time_step must be from 0 to 8, not 9"),
        (SetInput(0, 3, 1.0), "index must be from 0 to 2, not 3"),
        (SetInput(0, 0, float("nan")), "a value must be a finite number, not nan"),
        (SetSymbol(0, 1.5), "index must be from 0 to 2, not 1.5"),
        (Erase(-1), "time_step must be from 0 to 8, not -1"),
    ],
)
def test_a_change_that_does_not_fit_says_why(change, sentence):
    weights, inputs = setting(LSTM)
    with pytest.raises(ValueError, match=re.escape(sentence)):
        run(LSTM, weights, inputs, changes=[change])


# What the gates page teaches


def test_forget_gate_one_and_input_gate_zero_keep_the_cell_state_to_the_last_bit():
    weights, inputs = setting(LSTM)
    start = {"c": np.random.default_rng(1).normal(size=UNITS)}
    trace = run(LSTM, weights, inputs, start, changes=[Clamp("forget_gate", 1.0), Clamp("input_gate", 0.0)])
    for t in range(STEPS):
        np.testing.assert_array_equal(trace["cell_state"][t], start["c"])


def test_a_gru_with_update_gate_one_copies_its_state():
    weights, inputs = setting(GRU)
    start = {"h": np.random.default_rng(1).uniform(-1, 1, UNITS)}
    trace = run(GRU, weights, inputs, start, changes=[Clamp("update_gate", 1.0)])
    for t in range(STEPS):
        np.testing.assert_array_equal(trace["hidden_state"][t], start["h"])


def test_with_z_zero_and_r_one_a_gru_is_an_elman_rnn_with_one_more_bias():
    weights, inputs = setting(GRU)
    trace = run(GRU, weights, inputs, changes=[Clamp("update_gate", 0.0), Clamp("reset_gate", 1.0)])
    elman = {"W_xh": weights["W_xn"], "W_hh": weights["W_hn"], "b_h": weights["b_xn"] + weights["b_hn"]}
    module = torch.nn.RNN(INPUTS, UNITS).double()
    with torch.no_grad():
        module.weight_ih_l0.copy_(torch.tensor(weights["W_xn"]))
        module.weight_hh_l0.copy_(torch.tensor(weights["W_hn"]))
        module.bias_ih_l0.copy_(torch.tensor(weights["b_xn"]))
        module.bias_hh_l0.copy_(torch.tensor(weights["b_hn"]))
        theirs = module(torch.tensor(inputs))[0].numpy()
    np.testing.assert_allclose(trace["hidden_state"], run(ELMAN, elman, inputs)["hidden_state"], rtol=0, atol=1e-12)
    np.testing.assert_allclose(trace["hidden_state"], theirs, rtol=0, atol=1e-12)
