import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from rnnviz.analysis.dynamics import (
    carried,
    half_life,
    kept,
    mean_half_life,
    pascanu_bound,
    spectral_norm,
    spectral_radius,
    with_spectral_radius,
)
from rnnviz.cells import CELLS, ELMAN, GRU, LSTM, Cell
from rnnviz.gradients import gradient_reach
from rnnviz.language.structure import recurrence
from rnnviz.networks.initialisation import recurrent_start
from rnnviz.trace import run
from rnnviz.what_if import Clamp, Silence
from tests.own_cells import PEEPHOLE

INPUTS = np.random.default_rng(0).normal(size=(9, 3))
BATCH = np.random.default_rng(1).normal(size=(9, 2, 3))


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


# What is carried along


@pytest.mark.parametrize("inputs", [INPUTS, BATCH])
@pytest.mark.parametrize(("cell", "state", "gate"), [(LSTM, "c", "f"), (PEEPHOLE, "c", "f"), (GRU, "h", "z")])
def test_what_is_carried_is_the_product_of_all_later_gates(cell, state, gate, inputs):
    trace = run(cell, cell.init(3, 5, seed=0), inputs)
    assert list(carried(trace)) == [state]
    wanted = [trace[gate][t + 1 :].prod(axis=0) for t in range(9)]
    np.testing.assert_allclose(carried(trace)[state], wanted, rtol=1e-13)
    assert (carried(trace)[state][-1] == 1).all()


def test_an_open_forget_gate_carries_all_and_a_held_state_nothing():
    weights = LSTM.init(3, 5, seed=0)
    assert (carried(run(LSTM, weights, INPUTS, changes=[Clamp("f", 1.0)]))["c"] == 1).all()
    held = carried(run(LSTM, weights, INPUTS, changes=[Clamp("c", 0.5, unit=2)]))["c"]
    assert (held[:-1, 2] == 0).all()
    assert (np.delete(held, 2, axis=1) > 0).all()
    silent = carried(run(GRU, GRU.init(3, 5, seed=0), INPUTS, changes=[Silence(1)]))["h"]
    assert (silent[:-1, 1] == 0).all()
    assert carried(run(ELMAN, ELMAN.init(3, 5, seed=0), INPUTS)) == {}


def test_a_share_of_zero_stops_even_what_has_grown_without_bounds():
    cell = Cell("t", ("c",), "c = (W @ x) * c")
    inputs = np.array([[1.0], [1e200], [0.0], [1e200], [1e200], [1e200]])
    trace = run(cell, {"W": np.ones((1, 1))}, inputs)
    np.testing.assert_array_equal(carried(trace)["c"][:, 0], [0, 0, np.inf, np.inf, 1e200, 1])


# Matrices

square = st.integers(0, 10**6).map(lambda seed: np.random.default_rng(seed).normal(size=(4, 4)))


@given(matrix=square)
def test_the_spectral_radius_is_at_most_the_spectral_norm_which_is_at_most_the_frobenius_norm(matrix):
    assert spectral_radius(matrix) <= spectral_norm(matrix) * (1 + 1e-9)
    assert spectral_norm(matrix) <= np.sqrt((matrix**2).sum()) * (1 + 1e-12)
    np.testing.assert_allclose(spectral_norm(matrix) ** 2, np.linalg.eigvalsh(matrix.T @ matrix)[-1], rtol=1e-9)


@pytest.mark.parametrize("size", [1e-300, 1e-10, 1.0, 1e300])
def test_radius_and_norm_of_matrices_that_can_be_done_by_hand(size):
    jordan = np.array([[2.0, 3.0], [0.0, -2.0]])
    np.testing.assert_allclose(spectral_radius(size * jordan), 2 * size, rtol=1e-12)
    np.testing.assert_allclose(spectral_norm(size * jordan), 4 * size, rtol=1e-12)  # singular values 4 and 1
    np.testing.assert_allclose(spectral_radius([[0, -3 * size], [3 * size, 0]]), 3 * size, rtol=1e-12)
    assert spectral_radius(np.zeros((3, 3))) == spectral_norm(np.zeros((3, 3))) == 0


@given(matrix=square, radius=st.floats(1e-3, 10))
def test_a_matrix_gets_the_spectral_radius_asked_for_and_keeps_its_direction(matrix, radius):
    given_one = with_spectral_radius(matrix, radius)
    np.testing.assert_allclose(np.abs(np.linalg.eigvals(given_one)).max(), radius, rtol=1e-9)
    np.testing.assert_allclose(given_one * spectral_radius(matrix), matrix * radius, rtol=1e-12)


@pytest.mark.parametrize("compute", [spectral_radius, spectral_norm, lambda matrix: with_spectral_radius(matrix, 1)])
def test_what_is_no_square_matrix_of_numbers_is_refused(compute):
    for shape in ((2, 3), (2,), (0, 0), (2, 2, 2)):
        with pytest.raises(ValueError, match=re.escape(f"matrix must be square, not of shape {shape}")):
            compute(np.ones(shape))
    with pytest.raises(ValueError, match="matrix must be finite numbers; found nan or infinity"):
        compute([[1, np.inf], [0, 1]])


def test_a_radius_that_cannot_be_is_refused():
    for radius in (-1.0, np.inf, np.nan):
        with pytest.raises(ValueError, match=f"radius must be a finite number from 0, not {radius}"):
            with_spectral_radius(np.eye(2), radius)
    with pytest.raises(ValueError, match="a matrix whose eigenvalues are all 0 cannot be given another"):
        with_spectral_radius([[0, 1], [0, 0]], 0.9)


# The bound

LINEAR = Cell("linear", ("h",), "h = W_xh @ x + W_hh @ h + b_h")
SIMPLE = [
    ELMAN,
    CELLS["elman_relu"],
    LINEAR,
    Cell("sigmoid", ("h",), "h = sigmoid(-(b - W_hh @ h) + V @ x)"),
    Cell("softmax", ("h",), "h = softmax(W_hh @ h + V @ x)"),
    Cell("two_lines", ("h",), "u = tanh(V @ x)\na = W_hh @ h + u\nh = tanh(a)"),
]


@pytest.mark.parametrize("cell", SIMPLE, ids=lambda cell: cell.name)
@given(seed=st.integers(0, 10**6), scale=st.floats(0.1, 4))
def test_no_gradient_goes_beyond_the_bound(cell, seed, scale):
    weights = cell.init(3, 5, seed)
    trace = run(cell, weights | {"W_hh": scale * weights["W_hh"]}, INPUTS)
    bound = pascanu_bound(trace)
    assert (gradient_reach(trace) <= bound * (1 + 1e-9)).all()
    slope = {"sigmoid": 0.25, "softmax": 0.5}.get(cell.name, 1.0)
    assert recurrence(cell.program) == ("W_hh", slope)
    largest = np.linalg.svd(trace.weights["W_hh"], compute_uv=False)[0]
    np.testing.assert_allclose(bound, [(slope * largest) ** (8 - t) for t in range(9)], rtol=1e-12)


def test_the_bound_is_reached_where_the_activation_is_steepest():
    weights = ELMAN.init(3, 5, seed=0) | {"b_h": np.zeros(5), "W_hh": 0.9 * recurrent_start("orthogonal", 5, 0)}
    trace = run(ELMAN, weights, np.zeros((9, 3)))
    np.testing.assert_allclose(gradient_reach(trace), pascanu_bound(trace), rtol=1e-12)


def test_a_bound_may_be_infinite_or_zero():
    weights = ELMAN.init(3, 5, seed=0)
    bounds = [
        pascanu_bound(run(ELMAN, weights | {"W_hh": size * np.eye(5)}, np.zeros((4, 3)))) for size in (1e200, 0.0)
    ]
    assert np.array(bounds).tolist() == [[np.inf, np.inf, 1e200, 1], [0, 0, 0, 1]]


@pytest.mark.parametrize(
    "cell",
    [
        LSTM,
        GRU,
        PEEPHOLE,
        Cell("t", ("h",), "h = tanh(W @ h + V @ h)"),
        Cell("t", ("h",), "h = tanh(W @ h + h)"),
        Cell("t", ("h",), "h = tanh(W @ (V @ h))"),
        Cell("t", ("h",), "h = tanh(V @ x)"),
        Cell("t", ("h",), "h = tanh(W @ h) + b"),
        Cell("t", ("h",), "u = tanh(V @ h)\nh = tanh(W @ h + u)"),
        Cell("t", ("h", "c"), "c = V @ x\nh = tanh(W @ h + c)"),
    ],
    ids=lambda cell: cell.equations.strip().splitlines()[-1].strip(),
)
def test_other_cells_have_no_such_bound(cell):
    with pytest.raises(ValueError, match="is not an activation of one sum with one recurrent matrix, as Elman's is"):
        recurrence(cell.program)
