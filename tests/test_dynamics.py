import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from rnnviz.cells import CELLS, ELMAN, GRU, LSTM, Cell
from rnnviz.dynamics import gate_saturation, gates, half_life, kept, kept_share, mean_half_life, saturation
from rnnviz.equations import Number, Operation, Value
from rnnviz.trace import run
from tests.peephole import PEEPHOLE

INPUTS = np.random.default_rng(0).normal(size=(9, 3))
BATCH = np.random.default_rng(1).normal(size=(9, 2, 3))


def test_the_shares_kept_are_the_gates_that_the_papers_name():
    assert kept_share(LSTM.program) == kept_share(PEEPHOLE.program) == {"c": Value("f")}
    assert kept_share(GRU.program) == {"h": Value("z")}
    assert kept_share(ELMAN.program) == kept_share(CELLS["elman_relu"].program) == {}


@pytest.mark.parametrize(
    ("line", "share"),
    [
        ("h = h + n", Number(1.0)),
        ("h = h * z + n", Value("z")),
        ("h = n + z * n * h", Operation("*", (Value("z"), Value("n")))),
        ("h = z * (h * n)", Operation("*", (Value("z"), Value("n")))),
        ("h = z * (h + n)", Value("z")),
        ("h = z * h + h * n", Operation("+", (Value("z"), Value("n")))),
        ("h = h - z * h", Operation("+", (Number(1.0), Operation("negate", (Value("z"),))))),
    ],
)
def test_the_share_kept_is_found_wherever_it_stands(line, share):
    cell = Cell("t", ("h",), f"z = sigmoid(W @ x)\nn = tanh(U @ h)\n{line}")
    assert kept_share(cell.program) == {"h": share}


@pytest.mark.parametrize("line", ["h = tanh(z * h)", "h = n / h", "h = n", "h = U @ h + n"])
def test_what_is_not_multiplied_and_summed_keeps_no_share(line):
    cell = Cell("t", ("h",), f"z = sigmoid(W @ x)\nn = tanh(V @ h)\n{line}")
    assert kept_share(cell.program) == {}


def test_a_share_may_need_the_weights_the_inputs_and_the_state_before():
    cell = Cell("t", ("h", "c"), "c = (w + h + V @ x) * c + V @ x\nh = tanh(c)")
    weights, start = cell.init(3, 4, seed=0), {"h": np.full(4, 0.3), "c": np.full(4, 0.2)}
    trace = run(cell, weights, INPUTS, start)
    before = np.concatenate([[start["h"]], trace["h"][:-1]])
    np.testing.assert_allclose(kept(trace)["c"], weights["w"] + before + INPUTS @ weights["V"].T, rtol=1e-13)


def test_a_share_that_is_a_number_is_the_same_everywhere():
    cell = Cell("t", ("c",), "c = c + W @ x")
    assert (kept(run(cell, cell.init(3, 4, seed=0), BATCH))["c"] == np.ones((9, 2, 4))).all()


@pytest.mark.parametrize("inputs", [INPUTS, BATCH])
@pytest.mark.parametrize(("cell", "state", "gate"), [(LSTM, "c", "forget_gate"), (GRU, "h", "update_gate")])
def test_the_share_kept_is_the_gate_of_the_trace(cell, state, gate, inputs):
    trace = run(cell, cell.init(3, 5, seed=0), inputs)
    assert list(kept(trace)) == [state]
    np.testing.assert_array_equal(kept(trace)[state], trace[gate])


@pytest.mark.parametrize(("cell", "gate"), [(LSTM, "f"), (PEEPHOLE, "f")])
def test_a_memory_that_nothing_is_written_to_is_the_product_of_what_is_kept(cell, gate):
    weights = cell.init(3, 5, seed=0)
    weights |= {f"W_{source}i": np.zeros_like(weights[f"W_{source}i"]) for source in "xh"}
    weights |= {"b_i": np.full(5, -800.0)} | ({"p_i": np.zeros(5)} if "p_i" in weights else {})
    trace = run(cell, weights, INPUTS, {"c": np.ones(5)})
    assert np.ptp(trace[gate]) > 0.1
    np.testing.assert_allclose(trace["c"], np.cumprod(kept(trace)["c"], axis=0), rtol=1e-13)


@pytest.mark.parametrize(
    ("cell", "state", "off"),
    [(LSTM, "c", ("W_hi", "W_hf", "W_hg", "W_ho")), (GRU, "h", ("W_hr", "W_hz", "W_hn"))],
)
def test_more_at_the_start_is_more_at_the_end_by_the_product_of_what_is_kept(cell, state, off):
    weights = cell.init(3, 5, seed=0)
    weights |= {name: np.zeros((5, 5)) for name in off} | ({"b_hn": np.zeros(5)} if "b_hn" in weights else {})
    less, more = (run(cell, weights, INPUTS, {state: np.full(5, start)}) for start in (0.3, 0.7))
    share = np.prod(kept(less)[state], axis=0)
    np.testing.assert_allclose(more[state][-1] - less[state][-1], 0.4 * share, rtol=0, atol=1e-14)


@given(share=st.floats(0.05, 0.99))
def test_a_constant_gate_has_the_half_life_of_an_exponential(share):
    life = np.log(2) / -np.log(share)
    shares = np.full((int(life) + 5, 2), share)
    np.testing.assert_allclose(half_life(shares)[0], life, rtol=1e-9)
    np.testing.assert_allclose(mean_half_life(shares), life, rtol=1e-9)


def slow_half_life(shares):
    lives = np.full(shares.shape, np.inf)
    for t, unit in np.ndindex(shares.shape):
        left = 1.0
        for n, share in enumerate(shares[t + 1 :, unit], start=1):
            if left * share <= 0.5:
                part = np.log(left / 0.5) / np.log(left / (left * share)) if left * share else 0.0
                lives[t, unit] = n - 1 + part
                break
            left *= share
    return lives


@given(shares=arrays(float, (12, 3), elements=st.one_of(st.sampled_from([0.0, 0.5, 1.0]), st.floats(1e-3, 1.0))))
def test_half_lives_are_those_of_a_plain_loop(shares):
    np.testing.assert_allclose(half_life(shares), slow_half_life(shares), rtol=1e-9)


def test_half_lives_of_a_batch_are_those_of_each_sequence():
    shares = run(LSTM, LSTM.init(3, 5, seed=0), BATCH)["f"]
    for number in range(2):
        np.testing.assert_array_equal(half_life(shares)[:, number], half_life(shares[:, number]))
        np.testing.assert_allclose(mean_half_life(shares)[number], mean_half_life(shares[:, number]), rtol=1e-14)


def test_a_half_life_counts_from_the_step_after():
    shares = np.array([[0.0], [1.0], [0.25], [0.9]])
    np.testing.assert_allclose(half_life(shares)[:, 0], [1.5, 0.5, np.inf, np.inf])
    np.testing.assert_allclose(mean_half_life(shares), np.log(2) * 3 / -np.log(0.25 * 0.9))


def test_a_closed_gate_holds_nothing_an_open_one_all_and_a_last_step_has_nothing_after_it():
    assert (half_life(np.array([[1.0], [0.0]])) == [[0.0], [np.inf]]).all()
    assert (half_life(np.ones((3, 1))) == np.inf).all()
    assert mean_half_life(np.array([[0.3, 0.3], [0.0, 1.0], [0.5, 1.0]])).tolist() == [0.0, np.inf]
    assert mean_half_life(np.full((1, 2), 0.5)).tolist() == [np.inf, np.inf]


def test_saturation_counts_the_steps_beyond_each_end():
    gate = np.array([[0.05, 0.95], [0.1, 0.9], [0.0, 0.5], [0.5, 1.0]])
    counted = saturation(gate)
    assert counted.left.tolist() == [0.5, 0.0]
    assert counted.right.tolist() == [0.0, 0.5]
    assert saturation(gate[:, None]).left.tolist() == saturation(gate.reshape(2, 2, 2)).left.tolist() == [0.5, 0.0]
    assert saturation(gate, low=0.5, high=0.5).right.tolist() == [0.0, 0.75]


def test_the_gates_are_what_lies_between_zero_and_one():
    assert gates(LSTM) == ("i", "f", "o")
    assert gates(GRU) == ("r", "z")
    assert gates(ELMAN) == ()


def test_saturation_of_several_traces_counts_every_step_of_each_alike():
    weights = LSTM.init(3, 5, seed=0)
    traces = [run(LSTM, weights, 30 * inputs) for inputs in (INPUTS[:4], BATCH)]
    counted = gate_saturation(iter(traces))
    assert list(counted) == ["input_gate", "forget_gate", "output_gate"]
    values = np.concatenate([traces[0]["f"], *(traces[1]["f"][:, number] for number in range(2))])
    assert len(values) == 4 + 2 * 9
    np.testing.assert_allclose(counted["forget_gate"].left, (values < 0.1).sum(0) / 22)
    np.testing.assert_allclose(counted["forget_gate"].right, (values > 0.9).sum(0) / 22)
    assert counted["forget_gate"].left.any()
    assert counted["forget_gate"].right.any()
