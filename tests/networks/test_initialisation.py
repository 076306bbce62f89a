import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnnviz.analysis.dynamics import spectral_radius
from rnnviz.cells import CELLS, ELMAN, ELMAN_RELU, GRU, LSTM, Cell
from rnnviz.language.structure import keeping_biases, writing_biases
from rnnviz.networks.initialisation import INITIALISATIONS, STARTS, recurrent_start
from rnnviz.trace import run
from tests.own_cells import PEEPHOLE

H, STEPS = 400, 100


def changes(cell, kind, seed=0):
    return INITIALISATIONS[kind].changes(cell, H, STEPS, np.random.default_rng(seed))


@pytest.mark.parametrize(
    ("cell", "keeping", "writing"),
    [
        (LSTM, ["b_f"], ["b_i"]),
        (PEEPHOLE, ["b_f"], ["b_i"]),
        (GRU, ["b_z"], []),
        (ELMAN, [], []),
        (ELMAN_RELU, [], []),
    ],
    ids=lambda value: getattr(value, "name", None),
)
def test_which_gate_keeps_and_which_writes_is_read_off_the_equations(cell, keeping, writing):
    assert keeping_biases(cell.program) == keeping
    assert writing_biases(cell.program) == writing


def test_a_gate_of_ones_own_is_found_too():
    cell = Cell(
        name="coupled",
        state=("h", "s"),
        equations="""
            k = sigmoid(W_xk @ x + W_hk @ h + b_k)
            w = sigmoid(W_xw @ x + b_w)
            n = tanh(W_xn @ x + W_hn @ h + b_n)
            s = k * s + w * n
            h = tanh(s)
        """,
    )
    assert (keeping_biases(cell.program), writing_biases(cell.program)) == (["b_k"], ["b_w"])


@pytest.mark.parametrize("kind", INITIALISATIONS)
@pytest.mark.parametrize("cell", [*CELLS.values(), PEEPHOLE], ids=lambda cell: cell.name)
def test_what_changes_has_the_shape_of_the_weight(cell, kind):
    shapes = cell.weight_shapes(3, H)
    for name, values in changes(cell, kind).items():
        assert values.shape == shapes[name]
        assert np.isfinite(values).all()


def test_the_default_changes_nothing_and_gates_are_needed_for_a_bias_of_theirs():
    assert changes(LSTM, "default") == {}
    assert changes(ELMAN, "chrono") == changes(ELMAN, "forget_bias") == {}


def test_chrono_biases_are_logarithms_of_times_from_one_to_the_whole_sequence():
    biases = changes(LSTM, "chrono")
    assert set(biases) == {"b_f", "b_i"}
    np.testing.assert_array_equal(biases["b_i"], -biases["b_f"])
    times = np.sort(np.exp(biases["b_f"]))
    assert times[0] >= 1
    assert times[-1] <= STEPS - 1
    # Uniform, so its quantiles lie on a straight line: Kolmogorov-Smirnov at the 0.1 % level.
    uniform = 1 + (STEPS - 2) * (np.arange(H) + 0.5) / H
    assert np.abs(times - uniform).max() / (STEPS - 2) < 1.95 / np.sqrt(H)


def test_a_chrono_unit_forgets_at_its_own_pace():
    # Tallec & Ollivier 2018: with a bias of log(T - 1) a unit keeps 1 - 1/T at each step.
    for name, cell in (("b_f", LSTM), ("b_z", GRU)):
        bias = changes(cell, "chrono")[name]
        kept = 1 / (1 + np.exp(-bias))
        np.testing.assert_allclose(1 / (1 - kept), 1 + np.exp(bias), rtol=1e-9)


def test_a_forget_bias_of_one_keeps_73_percent():
    weights = {name: np.zeros(shape) for name, shape in LSTM.weight_shapes(3, H).items()} | changes(LSTM, "forget_bias")
    assert run(LSTM, weights, np.zeros((1, 3)))["forget_gate"][0, 0] == pytest.approx(0.7311, abs=1e-4)


def test_orthogonal_matrices_keep_every_length_and_differ():
    matrices = changes(GRU, "orthogonal")
    assert set(matrices) == {"W_hr", "W_hz", "W_hn"}
    for matrix in matrices.values():
        np.testing.assert_allclose(matrix @ matrix.T, np.eye(H), atol=1e-12)
    assert np.abs(matrices["W_hr"] - matrices["W_hz"]).max() > 0.01


def test_with_the_identity_and_relu_a_state_keeps_itself():
    weights = {"W_xh": np.eye(H)[:, :3], **changes(ELMAN_RELU, "identity")}
    inputs = np.zeros((STEPS, 3))
    inputs[0] = [1.0, 2.0, 3.0]
    np.testing.assert_array_equal(run(ELMAN_RELU, weights, inputs)["h"][-1, :4], [1, 2, 3, 0])


def test_the_seed_decides():
    np.testing.assert_array_equal(changes(LSTM, "chrono", 3)["b_f"], changes(LSTM, "chrono", 3)["b_f"])
    assert np.abs(changes(LSTM, "chrono", 3)["b_f"] - changes(LSTM, "chrono", 4)["b_f"]).max() > 0.1


@given(size=st.integers(1, 8), seed=st.integers(0, 10**6))
def test_an_orthogonal_start_keeps_every_length(size, seed):
    start = recurrent_start("orthogonal", size, seed)
    np.testing.assert_allclose(start @ start.T, np.eye(size), rtol=0, atol=1e-12)
    np.testing.assert_array_equal(start, recurrent_start("orthogonal", size, seed))
    np.testing.assert_array_equal(recurrent_start("identity", size, seed), np.eye(size))


def test_orthogonal_starts_are_spread_evenly():
    traces = [np.trace(recurrent_start("orthogonal", 2, seed)) for seed in range(2000)]
    assert abs(np.mean(traces)) < 0.1  # of matrices uniform in O(2) the mean trace is 0, of its square 1
    assert abs(np.mean(np.square(traces)) - 1) < 0.1


def test_a_gaussian_start_has_variance_one_over_its_size_and_a_radius_near_one():
    start = recurrent_start("gaussian", 400, seed=0)
    np.testing.assert_allclose(start.var(), 1 / 400, rtol=0.02)
    np.testing.assert_allclose(spectral_radius(start), 1, atol=0.06)


def test_a_start_that_is_not_known_is_refused():
    assert list(STARTS) == ["gaussian", "orthogonal", "identity"]
    with pytest.raises(ValueError, match="kind must be one of gaussian, orthogonal, identity, not 'xavier'"):
        recurrent_start("xavier", 4, 0)
    with pytest.raises(ValueError, match="size must be at least 1, not 0"):
        recurrent_start("identity", 0, 0)
