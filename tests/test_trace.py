import numpy as np
import pandas as pd
import pytest

from rnnviz.cells import ELMAN, GRU, LSTM, READOUT, Cell
from rnnviz.language.arithmetic import evaluate
from rnnviz.trace import run

INPUTS = np.random.default_rng(0).normal(size=(6, 3))
BATCH = np.random.default_rng(1).normal(size=(6, 2, 3))
WEIGHTS = LSTM.init(3, 5, seed=0)


def test_a_quantity_is_found_by_its_name_and_by_its_letter():
    trace = run(LSTM, WEIGHTS, INPUTS)
    for symbol, name in LSTM.quantities.items():
        assert trace[name] is trace[symbol]
        assert trace[name].shape == (6, 5)
    assert len(trace) == 6


def test_a_letter_without_a_name_is_found_by_its_letter():
    cell = Cell("t", ("h",), "u = sigmoid(W @ h + V @ x)\nh = tanh(u)", quantities={"h": "hidden_state"})
    trace = run(cell, cell.init(3, 5, seed=0), INPUTS)
    assert (np.tanh(trace["u"]) == trace["hidden_state"]).all()


def test_what_is_not_there_is_said_with_what_is():
    trace = run(GRU, GRU.init(3, 5, seed=0), INPUTS)
    with pytest.raises(KeyError) as missing:
        trace["forget_gate"]
    assert missing.value.args == (
        "gru has no 'forget_gate'; it has reset_gate (r), update_gate (z), candidate (n), hidden_state (h)",
    )


@pytest.mark.parametrize("inputs", [INPUTS, BATCH])
def test_to_frame_is_tidy_and_holds_every_value_in_its_place(inputs):
    trace = run(LSTM, WEIGHTS, inputs)
    frame = trace.to_frame()
    axes = ["time_step", "sequence", "unit"] if inputs.ndim == 3 else ["time_step", "unit"]
    assert list(frame.columns) == ["quantity", *axes, "value"]
    assert not frame.duplicated(["quantity", *axes]).any()
    assert list(pd.unique(frame["quantity"])) == [LSTM.quantities[symbol] for symbol in trace.values]
    for name, rows in frame.groupby("quantity"):
        back = np.full(trace[name].shape, np.nan)
        back[tuple(rows[axis] for axis in axes)] = rows["value"]
        np.testing.assert_array_equal(back, trace[name])


def test_a_trace_is_frozen():
    weights, inputs, state = LSTM.init(3, 5, seed=0), INPUTS.copy(), {"h": np.ones(5)}
    trace = run(LSTM, weights, inputs, state)
    arrays = [trace.inputs, *trace.weights.values(), *trace.initial_state.values(), *trace.values.values()]
    for array in arrays:
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 0
    weights["W_xi"][:], inputs[:], state["h"][:] = 0, 0, 0  # the caller's own arrays stay free, and apart
    again = run(LSTM, WEIGHTS, INPUTS, {"h": np.ones(5)})
    assert (trace.inputs == INPUTS).all()
    assert all((trace[symbol] == again[symbol]).all() for symbol in trace.values)


def test_a_sequence_in_a_batch_is_the_sequence_alone():
    together = run(LSTM, WEIGHTS, BATCH)
    for number in range(2):
        alone = run(LSTM, WEIGHTS, BATCH[:, number])
        np.testing.assert_allclose(together["h"][:, number], alone["h"], rtol=0, atol=1e-15)


def test_the_initial_state_may_be_one_for_all_one_each_or_left_out():
    one, each = np.arange(5) / 5, np.arange(10).reshape(2, 5) / 10
    assert (run(LSTM, WEIGHTS, INPUTS)["h"] == run(LSTM, WEIGHTS, INPUTS, {"h": np.zeros(5)})["h"]).all()
    trace = run(LSTM, WEIGHTS, BATCH, {"h": one, "c": each})
    assert (trace.initial_state["h"] == [one, one]).all()
    assert (trace.initial_state["c"] == each).all()
    assert (run(LSTM, WEIGHTS, BATCH, {"c": each}).initial_state["h"] == np.zeros((2, 5))).all()


def test_a_run_continued_from_its_last_state_is_one_run():
    whole, start = run(LSTM, WEIGHTS, BATCH), run(LSTM, WEIGHTS, BATCH[:4])
    rest = run(LSTM, WEIGHTS, BATCH[4:], {name: start[name][-1] for name in LSTM.state})
    np.testing.assert_array_equal(np.concatenate([start["c"], rest["c"]]), whole["c"])


def test_weights_and_inputs_may_be_lists_of_integers():
    trace = run(ELMAN, {"W_xh": [[1, 0]], "W_hh": [[2]], "b_h": [3]}, [[1, 5], [0, 5]])
    first = np.tanh(4.0)
    np.testing.assert_allclose(trace["h"], [[first], [np.tanh(2 * first + 3)]], rtol=1e-15)


def test_a_line_of_weights_alone_is_the_same_at_every_step():
    cell = Cell("t", ("h",), "a = 2 * b\nh = tanh(W @ x + a)")
    trace = run(cell, cell.init(3, 5, seed=0), BATCH)
    np.testing.assert_array_equal(trace["a"], np.broadcast_to(2 * trace.weights["b"], (6, 2, 5)))


def test_a_readout_is_evaluated_for_all_steps_at_once():
    weights = {"W_hy": np.eye(4, 5), "b_y": np.zeros(4)}
    h = run(LSTM, WEIGHTS, BATCH)["h"]
    y = evaluate(READOUT, weights, {"h": h})["y"]
    powers = np.exp(h[..., :4])
    np.testing.assert_allclose(y, powers / powers.sum(-1, keepdims=True), rtol=1e-14)


@pytest.mark.parametrize(
    ("inputs", "state", "message"),
    [
        (INPUTS[0], None, r"inputs must be \(time, 3\) or \(time, batch, 3\), not of shape \(3,\)"),
        (INPUTS[:, :2], None, r"inputs must be \(time, 3\) or \(time, batch, 3\), not of shape \(6, 2\)"),
        (BATCH[None], None, r"inputs must be .*, not of shape \(1, 6, 2, 3\)"),
        (INPUTS[:0], None, r"inputs must be .*, not of shape \(0, 3\)"),
        (BATCH[:, :0], None, r"inputs must be .*, not of shape \(6, 0, 3\)"),
        (np.where(INPUTS > 1, np.nan, INPUTS), None, "inputs must be finite numbers; found nan or infinity"),
        (INPUTS, {"g": np.zeros(5)}, r"initial_state may hold h, c; \['g'\] is unknown"),
        (INPUTS, {"c": np.zeros(4)}, r"initial_state\['c'\] must be \(5,\), not of shape \(4,\)"),
        (BATCH, {"h": np.zeros((3, 5))}, r"initial_state\['h'\] must be \(5,\) or \(2, 5\), not of shape \(3, 5\)"),
        (INPUTS, {"h": np.full(5, np.inf)}, r"initial_state\['h'\] must be finite numbers"),
    ],
)
def test_what_does_not_fit_is_refused(inputs, state, message):
    with pytest.raises(ValueError, match=message):
        run(LSTM, WEIGHTS, inputs, state)


def test_weights_that_are_not_numbers_are_refused():
    with pytest.raises(ValueError, match="b_f must be finite numbers; found nan or infinity"):
        run(LSTM, {**WEIGHTS, "b_f": np.full(5, np.nan)}, INPUTS)
    with pytest.raises(ValueError, match=r"lstm: W_xf must be \(H=5, I=3\), not of shape \(5, 4\)"):
        run(LSTM, {**WEIGHTS, "W_xf": np.zeros((5, 4))}, INPUTS)


def test_a_cell_without_input_weights_takes_any_input_but_not_any_shape():
    cell = Cell("t", ("h",), "h = tanh(W @ h)")
    assert run(cell, {"W": np.eye(4)}, INPUTS)["h"].shape == (6, 4)
    with pytest.raises(ValueError, match=r"inputs must be \(time, input_size\), not of shape \(3,\)"):
        run(cell, {"W": np.eye(4)}, INPUTS[0])
