"""Gradients against torch's autograd, central differences and closed forms."""

import re

import numpy as np
import pytest
import torch
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from rnnviz.analysis.dynamics import carried
from rnnviz.cells import CELLS, ELMAN, GRU, LSTM, Cell, from_torch
from rnnviz.gradients import (
    CrossEntropy,
    SquaredError,
    backpropagate,
    clip_by_norm,
    clip_by_value,
    gradient_by_steps_back,
    gradient_reach,
    jacobian_norms,
    singular_values,
    state_jacobians,
)
from rnnviz.language.arithmetic import bind
from rnnviz.networks.torch_modules import TORCH
from rnnviz.trace import run
from rnnviz.what_if import Clamp, Silence
from tests.own_cells import FIRST_GRU, PEEPHOLE

#: Everything the language has: all operators, a matrix into the input's size, weights alone, a weight used twice, a
#: letter that nothing follows from, a state that is another letter.
LANGUAGE = Cell(
    name="language",
    state=("h", "c", "k"),
    equations="""
        e = W_e @ h * x
        a = W_a @ e - U @ (h / (2 + c * c)) + sigmoid(2) * b + U @ (3 * b)
        s = softmax(a / 3)
        r = relu(-a + v)
        k = r
        c = -0.5 * c + s * r + k / (1.5 + s)
        unused = tanh(c)
        h = sigmoid(c - h) * softmax(V @ tanh(c) * h) + softmax(b)
    """,
)
LINEAR = Cell("linear", ("h",), "h = W_xh @ x + W_hh @ h + b_h")
#: The input opens and shuts the whole state.
GATED = Cell("gated", ("h",), "h = (W_xh @ x) * (W_hh @ h)")

ALL_CELLS = [*CELLS.values(), PEEPHOLE, FIRST_GRU, LANGUAGE, LINEAR]
every_cell = pytest.mark.parametrize("cell", ALL_CELLS, ids=lambda cell: cell.name)
drawn = st.fixed_dictionaries(
    {
        "steps": st.integers(1, 5),
        "inputs": st.integers(1, 3),
        "units": st.integers(1, 4),
        "batch": st.sampled_from([(), (), (1,), (3,)]),
        "seed": st.integers(0, 10**6),
    }
)
few = settings(max_examples=15)


def setting(cell, size, changes=()):
    """A run with random weights, inputs and initial state, on a scale at which nothing saturates."""
    random = np.random.default_rng(size["seed"])
    weights = cell.init(size["inputs"], size["units"], size["seed"])
    inputs = random.normal(size=(size["steps"], *size["batch"], size["inputs"]))
    start = {state: random.normal(size=(*size["batch"], size["units"])) for state in cell.state}
    return run(cell, weights, inputs, start, changes)


def fixed(cell, changes=(), **other):
    return setting(cell, {"steps": 6, "inputs": 3, "units": 4, "batch": (), "seed": 0} | other, changes)


class TorchRun:
    """A run again in torch: the derivatives are torch's own, the text of the equations is read by our parser."""

    def __init__(self, trace, detach_every=None):
        def leaf(array):
            return torch.tensor(array, requires_grad=True)

        cell = trace.cell
        self.weights = {name: leaf(value) for name, value in trace.weights.items()}
        self.inputs = [leaf(x) for x in trace.inputs]
        self.start = {state: leaf(value) for state, value in trace.initial_state.items()}
        self.steps = []
        previous = self.start
        for t, x in enumerate(self.inputs):
            if detach_every and t and t % detach_every == 0:
                previous = {state: value.detach() for state, value in previous.items()}
            values = {**self.weights, "x": x, **{f"{state}'": value for state, value in previous.items()}}
            for line in cell.program.equations:
                value = bind(line.expression, TORCH)(values)
                value = value + torch.zeros(trace[line.target].shape[1:])  # a tensor of its own, for each sequence
                if line.target in trace.held:
                    constant = torch.tensor(trace.held[line.target])
                    value = torch.where(torch.isnan(constant), value, constant)
                values[line.target] = value
            self.steps.append({target: values[target] for target in cell.program.targets})
            previous = {state: values[state] for state in cell.state}

    def stacked(self, letter):
        return torch.stack([step[letter] for step in self.steps])


def derivative(value, tensors):
    found = torch.autograd.grad(value, tensors, retain_graph=True, allow_unused=True)
    return [torch.zeros_like(x).numpy() if g is None else g.numpy() for g, x in zip(found, tensors)]


def assert_close(ours, theirs, rtol=1e-8):
    np.testing.assert_allclose(ours, theirs, rtol=rtol, atol=rtol * (1e-3 + np.abs(theirs).max(initial=0)))


def assert_gradients(ours, twin, loss):
    """Every derivative in `ours` is torch's."""
    quantities = [(letter, t) for letter in ours.quantities for t in range(len(twin.steps))]
    for (letter, t), theirs in zip(quantities, derivative(loss, [twin.steps[t][letter] for letter, t in quantities])):
        assert_close(ours[letter][t], theirs)
    assert_close(ours.inputs, np.stack(derivative(loss, twin.inputs)))
    for found, leaves in ((ours.weights, twin.weights), (ours.initial_state, twin.start)):
        assert list(found) == list(leaves)
        for name, theirs in zip(leaves, derivative(loss, list(leaves.values()))):
            assert found[name].shape == theirs.shape
            assert_close(found[name], theirs)


def slope(function, around):
    """The derivative of a function of one number by differences of the fourth order, if there is no kink about."""

    def difference(step):
        return (8 * (function(step) - function(-step)) - (function(2 * step) - function(-2 * step))) / (12 * step)

    found = difference(3e-4)
    assume(np.allclose(found, difference(1e-3), rtol=1e-6, atol=1e-8 * around))
    return found


def unit_direction(random, shape):
    direction = random.normal(size=shape)
    return direction / np.linalg.norm(direction)


# Against torch


@every_cell
@given(size=drawn)
@few
def test_every_gradient_is_autograd_s(cell, size):
    trace = setting(cell, size)
    twin = TorchRun(trace)
    random = np.random.default_rng(1)
    direct = {state: random.normal(size=trace[state].shape) for state in cell.state}
    loss = sum((twin.stacked(state) * torch.tensor(direct[state])).sum() for state in cell.state)
    assert_gradients(backpropagate(trace, direct), twin, loss)


@every_cell
@given(size=drawn)
@few
def test_the_state_jacobian_is_autograd_s(cell, size):
    trace = setting(cell, size)
    jacobians = state_jacobians(trace)
    units, states = size["units"], len(cell.state)
    assert jacobians.shape == (size["steps"], *size["batch"], states * units, states * units)
    blocks = jacobians.reshape(*jacobians.shape[:-2], states, units, states, units)
    for t in range(size["steps"]):
        before = {state: trace[state][t - 1] for state in cell.state} if t else trace.initial_state
        alone = TorchRun(run(cell, trace.weights, trace.inputs[t : t + 1], before))
        for a, after in enumerate(cell.state):
            for unit in range(units):
                value = alone.steps[0][after][..., unit].sum()
                for b, theirs in enumerate(derivative(value, list(alone.start.values()))):
                    assert_close(blocks[t][..., a, unit, b, :], theirs)


@pytest.mark.parametrize("order", [2, "fro"])
@every_cell
@given(size=drawn)
@few
def test_the_norms_of_all_pairs_are_those_of_an_autograd_loop(cell, order, size):
    trace = setting(cell, size)
    steps = [step[cell.state[0]] for step in TorchRun(trace).steps]
    norms = jacobian_norms(trace, order)
    wanted = np.zeros((len(steps), len(steps), *size["batch"]))
    for t, hidden in enumerate(steps):
        rows = [derivative(hidden[..., unit].sum(), steps[: t + 1]) for unit in range(size["units"])]
        for s in range(t + 1):
            jacobian = np.stack([row[s] for row in rows], axis=-2)
            wanted[t, s] = np.linalg.norm(jacobian, order, axis=(-2, -1))
    assert_close(norms, wanted)
    np.testing.assert_array_equal(norms[np.triu_indices(len(steps), 1)], 0)
    assert_close(gradient_reach(trace), jacobian_norms(trace)[-1])
    assert_close(singular_values(trace)[..., 0], jacobian_norms(trace)[-1])
    assert_close(np.sqrt((singular_values(trace, 0) ** 2).sum(-1)), jacobian_norms(trace, "fro")[0, :1])


@pytest.mark.parametrize(
    ("module", "gates"),
    [
        (torch.nn.RNN(3, 5), "h"),
        (torch.nn.RNN(3, 5, nonlinearity="relu"), "h"),
        (torch.nn.LSTM(3, 5), "ifgo"),
        (torch.nn.GRU(3, 5), "rzn"),
    ],
    ids=["rnn", "rnn_relu", "lstm", "gru"],
)
@pytest.mark.parametrize("batch", [(), (2,)])
@pytest.mark.parametrize("every_step", [False, True])
def test_the_gradients_of_the_weights_are_those_of_torch_s_own_layers(module, gates, batch, every_step):
    module = module.double()
    cell, weights = from_torch(module)
    random = np.random.default_rng(0)
    inputs = random.normal(size=(7, *batch, 3))
    loss = SquaredError(random.normal(size=(7, *batch, 5) if every_step else (*batch, 5)), every_step)
    module.zero_grad()
    hidden = module(torch.tensor(inputs))[0]
    theirs = ((hidden if every_step else hidden[-1]) - torch.tensor(loss.targets)).square().sum() / 2
    theirs.backward()
    trace = run(cell, weights, inputs)
    ours = backpropagate(trace, loss)
    np.testing.assert_allclose(loss.value(trace), theirs.item(), rtol=1e-12)
    for kind, letter, bias in (("ih", "x", "x"), ("hh", "h", "h")):
        matrix = np.concatenate([ours.weights[f"W_{letter}{gate}"] for gate in gates])
        assert_close(matrix, getattr(module, f"weight_{kind}_l0").grad.numpy())
        vector = [ours.weights.get(f"b_{gate}", ours.weights.get(f"b_{bias}{gate}")) for gate in gates]
        assert_close(np.concatenate(vector), getattr(module, f"bias_{kind}_l0").grad.numpy())


@pytest.mark.parametrize("batch", [(), (3,)])
@pytest.mark.parametrize("every_step", [False, True])
def test_cross_entropy_is_torch_s(every_step, batch):
    trace = fixed(LSTM, batch=batch)
    random = np.random.default_rng(0)
    readout = {"W_hy": random.normal(size=(7, 4)), "b_y": random.normal(size=7)}
    targets = random.integers(7, size=(6, *batch) if every_step else batch)
    loss = CrossEntropy(readout, targets, every_step)
    twin = TorchRun(trace)
    hidden = twin.stacked("h") if every_step else twin.stacked("h")[-1]
    scores = hidden @ torch.tensor(readout["W_hy"]).T + torch.tensor(readout["b_y"])
    theirs = torch.nn.functional.cross_entropy(
        scores.reshape(-1, 7), torch.tensor(targets).reshape(-1), reduction="sum"
    )
    np.testing.assert_allclose(loss.value(trace), theirs.item(), rtol=1e-12)
    assert_gradients(backpropagate(trace, loss), twin, theirs)


def test_cross_entropy_of_a_certain_mistake_is_large_and_finite():
    trace = fixed(ELMAN)
    loss = CrossEntropy({"W_hy": np.zeros((2, 4)), "b_y": np.array([0.0, 5000.0])}, 0)
    assert loss.value(trace) == 5000
    assert (backpropagate(trace, loss)["h"] == 0).all()


@every_cell
@given(size=drawn, letter=st.data(), unit=st.sampled_from([None, 0]), window=st.sampled_from([None, 1, 2]))
@few
def test_what_is_held_passes_nothing_back_and_still_counts(cell, size, letter, unit, window):
    letter = letter.draw(st.sampled_from(cell.program.targets))
    changes = [Clamp(letter, 0.25, unit), *([Silence(0)] if unit is None else [])]
    trace = setting(cell, size, changes)
    twin = TorchRun(trace, detach_every=window)
    loss = sum((twin.stacked(state) ** 3).sum() for state in cell.state)
    direct = {state: 3 * trace[state] ** 2 for state in cell.state}
    assert_gradients(backpropagate(trace, direct, truncate=window), twin, loss)


@every_cell
@pytest.mark.parametrize("window", [1, 2, 3, 6, 100])
def test_truncated_is_detached_before_every_window(cell, window):
    trace = fixed(cell)
    twin = TorchRun(trace, detach_every=window)
    loss = SquaredError(np.ones((6, 4)), every_step=True)
    theirs = ((twin.stacked(cell.state[0]) - 1) ** 2).sum() / 2
    assert_gradients(backpropagate(trace, loss, truncate=window), twin, theirs)


def test_a_window_that_holds_the_whole_sequence_truncates_nothing():
    trace, loss = fixed(LSTM), SquaredError(np.ones(4))
    whole, one = backpropagate(trace, loss), backpropagate(trace, loss, truncate=6)
    np.testing.assert_array_equal(one.weights["W_hf"], whole.weights["W_hf"])
    cut = backpropagate(trace, loss, truncate=2)
    assert not cut["c"][:4].any()
    assert cut["c"][4:].all()


@every_cell
@given(size=drawn, chosen=st.data())
@few
def test_each_part_of_a_gradient_is_what_torch_carries_so_far_back_and_no_further(cell, size, chosen):
    name = chosen.draw(st.sampled_from(list(cell.program.weights)))
    trace, random = setting(cell, size), np.random.default_rng(1)
    direct = {state: random.normal(size=trace[state].shape) for state in cell.state}
    parts = gradient_by_steps_back(trace, direct, name)
    assert_close(parts.sum(axis=0), backpropagate(trace, direct).weights[name])
    for back in range(size["steps"]):
        total = np.zeros_like(trace.weights[name])
        for step in range(size["steps"]):
            first = max(0, step - back)
            before = {state: trace[state][first - 1] if first else trace.initial_state[state] for state in cell.state}
            twin = TorchRun(run(cell, trace.weights, trace.inputs[first : step + 1], before))
            loss = sum((twin.steps[-1][state] * torch.tensor(direct[state][step])).sum() for state in cell.state)
            total += derivative(loss, [twin.weights[name]])[0]
        assert_close(parts[: back + 1].sum(axis=0), total)


def test_a_weight_that_there_is_not_has_no_parts():
    with pytest.raises(KeyError, match="elman has no weight 'W_hf'; it has W_xh, W_hh, b_h"):
        gradient_by_steps_back(fixed(ELMAN), SquaredError(np.ones(4)), "W_hf")


def test_answers_that_do_not_count_leave_no_trace_in_a_loss():
    trace = fixed(LSTM, batch=(3,))
    random = np.random.default_rng(0)
    readout = {"W_hy": random.normal(size=(7, 4)), "b_y": random.normal(size=7)}
    targets, counts = random.integers(7, size=(6, 3)), random.integers(3, size=(6, 3)) / 4
    loss = CrossEntropy(readout, targets, every_step=True, counts=counts)
    twin = TorchRun(trace)
    scores = twin.stacked("h") @ torch.tensor(readout["W_hy"]).T + torch.tensor(readout["b_y"])
    each = torch.nn.functional.cross_entropy(scores.movedim(-1, 1), torch.tensor(targets), reduction="none")
    theirs = (each * torch.tensor(counts)).sum()
    np.testing.assert_allclose(loss.value(trace), theirs.item(), rtol=1e-12)
    assert_gradients(backpropagate(trace, loss), twin, theirs)


# Against differences and closed forms


@every_cell
@given(size=drawn)
@few
def test_every_gradient_is_a_central_difference(cell, size):
    trace, random = setting(cell, size), np.random.default_rng(1)
    loss = SquaredError(random.normal(size=trace[cell.state[0]].shape), every_step=True)
    ours, around = backpropagate(trace, loss), loss.value(trace)
    given = {"inputs": trace.inputs, **trace.weights, **{f"{s}'": value for s, value in trace.initial_state.items()}}
    found = {"inputs": ours.inputs, **ours.weights, **{f"{s}'": value for s, value in ours.initial_state.items()}}
    for name, value in given.items():
        direction = unit_direction(random, value.shape)

        def moved(step, name=name, value=value, direction=direction):
            now = given | {name: value + step * direction}
            start = {s: now[f"{s}'"] for s in cell.state}
            return loss.value(run(cell, {w: now[w] for w in trace.weights}, now["inputs"], start))

        wanted = slope(moved, around)
        np.testing.assert_allclose((found[name] * direction).sum(), wanted, rtol=1e-8, atol=1e-9 * (1 + around))


@every_cell
@given(size=drawn)
@few
def test_the_state_jacobian_is_a_central_difference(cell, size):
    trace, random = setting(cell, {**size, "batch": ()}), np.random.default_rng(1)
    jacobians, units = state_jacobians(trace), size["units"]
    for t in range(size["steps"]):
        before = {s: trace[s][t - 1] if t else trace.initial_state[s] for s in cell.state}
        direction = unit_direction(random, len(cell.state) * units)

        def moved(step, t=t, before=before, direction=direction):
            parts = np.split(step * direction, len(cell.state))
            start = {s: before[s] + part for s, part in zip(cell.state, parts)}
            after = run(cell, trace.weights, trace.inputs[t : t + 1], start)
            return np.concatenate([after[s][0] for s in cell.state])

        np.testing.assert_allclose(jacobians[t] @ direction, slope(moved, 1), rtol=1e-8, atol=1e-9)


def test_the_elman_jacobian_is_the_one_in_the_books():
    trace = fixed(ELMAN)
    slopes = 1 - trace["h"] ** 2
    np.testing.assert_allclose(
        state_jacobians(trace), [np.diag(row) @ trace.weights["W_hh"] for row in slopes], rtol=1e-12
    )


def test_along_the_cell_path_the_jacobian_is_the_product_of_the_forget_gates():
    trace = fixed(LSTM)
    np.testing.assert_allclose(state_jacobians(trace)[:, 4:, 4:], [np.diag(row) for row in trace["f"]], rtol=1e-14)
    weights = {name: torch.tensor(value) for name, value in trace.weights.items()}
    memory = [torch.tensor(trace.initial_state["c"], requires_grad=True)]
    hidden = torch.tensor(trace.initial_state["h"])
    for x in torch.tensor(trace.inputs):
        i, f, o = (
            torch.sigmoid(weights[f"W_x{gate}"] @ x + weights[f"W_h{gate}"] @ hidden + weights[f"b_{gate}"])
            for gate in "ifo"
        )
        g = torch.tanh(weights["W_xg"] @ x + weights["W_hg"] @ hidden + weights["b_g"])
        memory.append(f * memory[-1] + i * g)
        hidden = (o * torch.tanh(memory[-1])).detach()  # so that only the path through c is left
    theirs = derivative(memory[-1].sum(), memory[1:])
    np.testing.assert_allclose(carried(trace)["c"], theirs, rtol=1e-12)


def test_the_gradients_of_a_linear_network_are_powers_of_its_matrix():
    trace = fixed(LINEAR)
    W, T = trace.weights["W_hh"], len(trace)
    power = np.linalg.matrix_power
    wanted = [[np.linalg.norm(power(W, t - s), 2) if s <= t else 0 for s in range(T)] for t in range(T)]
    np.testing.assert_allclose(jacobian_norms(trace), wanted, rtol=1e-12)
    error = trace["h"][-1] - np.ones(4)
    ours = backpropagate(trace, SquaredError(np.ones(4)))
    lambdas = np.array([power(W.T, T - 1 - t) @ error for t in range(T)])
    before = np.concatenate([trace.initial_state["h"][None], trace["h"][:-1]])
    np.testing.assert_allclose(ours["h"], lambdas, rtol=1e-12)
    np.testing.assert_allclose(ours.weights["W_hh"], lambdas.T @ before, rtol=1e-12)
    np.testing.assert_allclose(ours.weights["W_xh"], lambdas.T @ trace.inputs, rtol=1e-12)
    np.testing.assert_allclose(ours.initial_state["h"], power(W.T, T) @ error, rtol=1e-12)


def orthogonal(size=4, seed=0):
    return np.linalg.qr(np.random.default_rng(seed).normal(size=(size, size)))[0]


@pytest.mark.parametrize("radius", [0.5, 0.9, 1.0, 1.1])
def test_a_linear_network_decays_at_exactly_the_rate_of_its_spectral_radius(radius):
    # Exactly at every step, for a matrix whose eigenvectors are at right angles.
    weights = LINEAR.init(3, 4, seed=0) | {"W_hh": radius * orthogonal()}
    trace = run(LINEAR, weights, np.ones((40, 3)))
    np.testing.assert_allclose(gradient_reach(trace), radius ** np.arange(39.0, -1, -1), rtol=1e-11)
    np.testing.assert_allclose(singular_values(trace), radius ** np.tile(np.arange(39.0, -1, -1), (4, 1)).T, rtol=1e-11)


def test_in_the_long_run_any_linear_network_decays_at_the_rate_of_its_spectral_radius():
    weights = LINEAR.init(3, 4, seed=0)
    radius = np.abs(np.linalg.eigvals(weights["W_hh"])).max()
    assert np.linalg.norm(weights["W_hh"], 2) > 1.05 * radius
    reach = gradient_reach(run(LINEAR, weights, np.ones((600, 3))))
    np.testing.assert_allclose((reach[0] / reach[500]) ** (1 / 500), radius, rtol=2e-3)


@every_cell
@given(size=drawn)
@few
def test_what_the_steps_contribute_sums_to_the_gradient(cell, size):
    trace = setting(cell, size)
    ours = backpropagate(trace, np.ones_like(trace[cell.state[0]]))
    for name, gradient in ours.weights.items():
        parts = ours.contribution(name)
        assert parts.shape == (size["steps"], *gradient.shape)
        assert_close(parts.sum(0), gradient, 1e-12)
        assert_close(ours.contribution_norms(name), np.sqrt((parts.reshape(len(parts), -1) ** 2).sum(1)), 1e-12)


@pytest.mark.parametrize("cell", [LSTM, GRU, LANGUAGE], ids=lambda cell: cell.name)
def test_what_one_step_contributes_is_autograd_s_for_a_weight_of_that_step_alone(cell):
    trace = fixed(cell)
    ours = backpropagate(trace, SquaredError(np.ones(4)))
    for name in cell.program.weights:
        for t in range(len(trace)):
            weights = {key: torch.tensor(value) for key, value in trace.weights.items()}
            own = weights[name].clone().requires_grad_()
            values = {f"{s}'": torch.tensor(value) for s, value in trace.initial_state.items()}
            for step, x in enumerate(torch.tensor(trace.inputs)):
                values |= {**weights, "x": x} | ({name: own} if step == t else {})
                for line in cell.program.equations:
                    values[line.target] = bind(line.expression, TORCH)(values)
                values |= {f"{s}'": values[s] for s in cell.state}
            (theirs,) = derivative(((values[cell.state[0]] - 1) ** 2).sum() / 2, [own])
            assert_close(ours.contribution(name)[t], theirs)


def test_the_sequences_of_a_batch_do_not_touch_each_other():
    trace = fixed(LSTM, batch=(3,))
    for number in range(3):
        start = {state: value[number] for state, value in trace.initial_state.items()}
        alone = run(LSTM, trace.weights, trace.inputs[:, number], start)
        np.testing.assert_allclose(state_jacobians(trace)[:, number], state_jacobians(alone), rtol=1e-12, atol=1e-15)
        np.testing.assert_allclose(jacobian_norms(trace)[..., number], jacobian_norms(alone), rtol=1e-12)


def test_gradients_are_found_by_name_and_by_letter():
    ours = backpropagate(fixed(LSTM), SquaredError(np.ones(4)))
    assert ours["cell_state"] is ours["c"] is ours.states["c"]
    assert list(ours.states) == ["h", "c"]
    assert list(ours.quantities) == list(LSTM.program.targets)
    with pytest.raises(KeyError, match="lstm has no weight 'W'; it has W_xi, W_hi, b_i"):
        ours.contribution("W")


def test_a_loss_may_be_an_array_a_mapping_or_an_object():
    trace = fixed(LSTM)
    error = np.zeros((6, 4))
    error[-1] = trace["h"][-1] - 1
    wanted = backpropagate(trace, SquaredError(np.ones(4))).weights["W_xi"]
    for loss in (error, {"h": error}, {"hidden_state": error}, {"h": error.tolist(), "c": np.zeros((6, 4))}):
        np.testing.assert_array_equal(backpropagate(trace, loss).weights["W_xi"], wanted)


def test_relu_at_zero_has_slope_zero_as_in_torch():
    relu = CELLS["elman_relu"]
    weights = {name: np.zeros_like(value) for name, value in relu.init(3, 4, seed=0).items()} | {"W_hh": np.eye(4)}
    assert not state_jacobians(run(relu, weights, np.ones((2, 3)))).any()


# Too large and too small: a warning is an error here


@pytest.mark.parametrize("order", [2, "fro"])
@pytest.mark.parametrize("exponent", [-310, -300, -100, -10, 100, 150, 300])
def test_norms_reach_zero_and_infinity_without_a_warning(exponent, order):
    weights = LINEAR.init(3, 4, seed=0) | {"W_hh": orthogonal() * 10.0**exponent, "b_h": np.zeros(4)}
    trace = run(LINEAR, weights, np.zeros((40, 3)))
    norms, unit = jacobian_norms(trace, order), 1 if order == 2 else 2
    for steps in range(40):
        wanted = float(f"{unit}e{exponent * steps}")
        np.testing.assert_allclose(np.diagonal(norms, -steps), wanted, rtol=1e-10, atol=1e-320)
    np.testing.assert_array_equal(gradient_reach(trace) == np.inf, jacobian_norms(trace)[-1] == np.inf)
    assert not np.isnan(singular_values(trace)).any()


def test_what_is_too_large_on_the_way_may_come_back():
    factors = np.array([1.0, 1e200, 1e200, 1e-200, 1e-200, 1e-300, 1e-300, 1e300, 1e300])
    weights = {"W_xh": np.ones((4, 1)), "W_hh": orthogonal()}
    trace = run(GATED, weights, factors[:, None])
    wanted = [float(f"1e{e}") for e in (0, -200, -400, -200, 0, 300, 600, 300, 0)]
    np.testing.assert_allclose(gradient_reach(trace), wanted, rtol=1e-10)
    gradients = backpropagate(trace, SquaredError(np.full(4, -1.0)))
    np.testing.assert_allclose(np.linalg.norm(gradients["h"][[0, 4, 8]], axis=1), 2, rtol=1e-10)
    assert (np.abs(gradients["h"][6]) == np.inf).all()
    assert (gradients["h"][2] == 0).all()


# Powers of two, since a product rounded before it is subtracted would leave a difference that is infinite in its turn.
@pytest.mark.parametrize("matrix", [[[0, 2.0**700], [0, 0]], [[2.0**700, 2.0**700], [-(2.0**700), -(2.0**700)]]])
def test_infinity_times_zero_and_infinity_minus_infinity_do_not_arise(matrix):
    weights = {"W_xh": np.zeros((2, 1)), "W_hh": np.array(matrix), "b_h": np.zeros(2)}
    norms = jacobian_norms(run(LINEAR, weights, np.zeros((5, 1))))
    np.testing.assert_allclose(np.diagonal(norms, -1), np.linalg.norm(matrix, 2), rtol=1e-12)
    assert not np.tril(norms, -2).any()


def test_an_exploding_gradient_is_infinite_and_never_nan():
    weights = {"W_xh": np.zeros((2, 1)), "W_hh": 1e200 * np.array([[2.0, 1], [1, -1]]), "b_h": np.zeros(2)}
    trace = run(LINEAR, weights, np.zeros((5, 1)))
    ours = backpropagate(trace, np.ones((5, 2)))
    assert (np.abs(ours["h"][:2]) == np.inf).all()
    assert (np.abs(ours.weights["b_h"]) == np.inf).all()
    assert not ours.weights["W_hh"].any()  # the state is 0 throughout
    assert (ours.contribution_norms("b_h")[:2] == np.inf).all()
    everything = [*ours.quantities.values(), *ours.weights.values(), *ours.initial_state.values(), ours.inputs]
    assert not any(np.isnan(array).any() for array in everything)


def test_of_nothing_the_gradient_is_zero():
    trace = fixed(LSTM, batch=(2,))
    ours = backpropagate(trace, np.zeros((6, 2, 4)))
    assert not any(array.any() for array in (*ours.quantities.values(), *ours.weights.values()))
    assert not ours.contribution_norms("W_hf").any()
    still = {name: np.zeros_like(value) for name, value in trace.weights.items()}
    np.testing.assert_array_equal(
        jacobian_norms(run(ELMAN, ELMAN.init(1, 1, 0) | {"W_hh": [[0]]}, [[1], [1]])), np.eye(2)
    )
    assert np.isfinite(jacobian_norms(run(LSTM, still, trace.inputs), "fro")).all()


def test_a_run_that_has_overflowed_is_refused_with_the_step():
    relu = CELLS["elman_relu"]
    weights = {"W_xh": np.ones((1, 1)), "W_hh": np.full((1, 1), 1e200), "b_h": np.zeros(1)}
    with np.errstate(all="ignore"):
        trace = run(relu, weights, np.ones((4, 1)))
    for compute in (state_jacobians, jacobian_norms, lambda trace: backpropagate(trace, np.ones((4, 1)))):
        with pytest.raises(ValueError, match="hidden_state is not finite at time step 2: the run has overflowed"):
            compute(trace)


def test_a_derivative_too_large_for_a_number_is_refused():
    cell = Cell("t", ("h",), "h = W @ (V @ (U @ h))")
    trace = run(cell, dict.fromkeys("WVU", 1e150 * np.eye(2)), np.zeros((2, 2)))
    with pytest.raises(ValueError, match="a state Jacobian is too large for float64; the weights are too large"):
        state_jacobians(trace)


# Clipping


@given(
    seed=st.integers(0, 10**6),
    scale=st.sampled_from([-300, -100, -9, -6, -3, 0, 3, 100, 150]),
    threshold=st.floats(1e-3, 1e3),
)
def test_clipping_is_torch_s(seed, scale, threshold):
    random = np.random.default_rng(seed)
    gradients = {"W": random.normal(size=(3, 2)) * 10.0**scale, "b": random.normal(size=4) * 10.0**scale}
    for ours, clip in (
        (clip_by_norm(gradients, threshold)[0], torch.nn.utils.clip_grad_norm_),
        (clip_by_value(gradients, threshold), torch.nn.utils.clip_grad_value_),
    ):
        parameters = [torch.nn.Parameter(torch.tensor(value)) for value in gradients.values()]
        for parameter, value in zip(parameters, gradients.values()):
            parameter.grad = torch.tensor(value)
        norm = clip(parameters, threshold)
        for mine, parameter in zip(ours.values(), parameters):
            np.testing.assert_allclose(mine, parameter.grad.numpy(), rtol=1e-12)
        if norm is not None and scale > -150:  # torch's squares vanish below
            np.testing.assert_allclose(clip_by_norm(gradients, threshold)[1], norm.item(), rtol=1e-12)


@pytest.mark.parametrize("size", [1e-300, 1e300, 0.0])
def test_the_norm_of_very_small_and_very_large_gradients_is_right(size):
    clipped, norm = clip_by_norm({"W": [[3 * size], [0]], "b": [4 * size]}, 2.0)
    np.testing.assert_allclose(norm, 5 * size, rtol=1e-14)
    np.testing.assert_allclose(clipped["b"], 4 * size if size < 1 else 1.6, rtol=1e-14)
    assert clip_by_norm({}, 1.0) == ({}, 0.0)


def test_an_infinite_gradient_can_be_clipped_by_value_only():
    assert clip_by_value({"b": [np.inf, -np.inf, 0.5]}, 1.0)["b"].tolist() == [1, -1, 0.5]
    for entries in ([np.inf, 1.0], [1.7e308, 1.7e308]):
        with pytest.raises(ValueError, match="the norm of the gradients is infinite; only a finite one can be clipped"):
            clip_by_norm({"b": entries}, 1.0)


@pytest.mark.parametrize("clip", [clip_by_norm, clip_by_value])
def test_clipping_refuses_what_makes_no_sense(clip):
    for threshold in (0, -1.0, np.nan):
        with pytest.raises(ValueError, match=f"threshold must be above 0, not {threshold}"):
            clip({"b": [1.0]}, threshold)
    with pytest.raises(ValueError, match="the gradient of b holds nan, which cannot be clipped"):
        clip({"W": [1.0], "b": [np.nan]}, 1.0)


# Refusals


READOUT_WEIGHTS = {"W_hy": np.zeros((7, 4)), "b_y": np.zeros(7)}


@pytest.mark.parametrize(
    ("loss", "sentence"),
    [
        ({"f": np.zeros((6, 4))}, "a loss looks at the states h, c of lstm, not at 'f'"),
        (np.zeros(4), "the loss by h must be (6, 4), not of shape (4,)"),
        ({"cell_state": np.zeros((6, 3))}, "the loss by cell_state must be (6, 4), not of shape (6, 3)"),
        (np.full((6, 4), np.inf), "the loss by h must be finite numbers; found nan or infinity"),
        (SquaredError(np.zeros((6, 4))), "targets must be (4,), not of shape (6, 4)"),
        (SquaredError(np.zeros(4), every_step=True), "targets must be (6, 4), not of shape (4,)"),
        (CrossEntropy(READOUT_WEIGHTS, 7), "targets must be from 0 to 6"),
        (CrossEntropy(READOUT_WEIGHTS, -1), "targets must be from 0 to 6"),
        (CrossEntropy(READOUT_WEIGHTS, 0.5), "targets must be whole numbers (), not float64 ()"),
        (CrossEntropy(READOUT_WEIGHTS, [1, 2], every_step=True), "targets must be whole numbers (6,), not int64 (2,)"),
        (CrossEntropy(READOUT_WEIGHTS | {"W_hy": np.zeros((7, 5))}, 0), "the read-out must take 4 units, not 5"),
    ],
)
def test_a_loss_that_does_not_fit_says_why(loss, sentence):
    with pytest.raises(ValueError, match=re.escape(sentence)):
        backpropagate(fixed(LSTM), loss)


def test_what_is_no_norm_no_step_and_no_window_is_refused():
    trace = fixed(LSTM)
    with pytest.raises(ValueError, match='ord must be 2 or "fro", not 1'):
        jacobian_norms(trace, 1)
    for compute in (singular_values, gradient_reach):
        with pytest.raises(ValueError, match="time_step must be from -6 to 5, not 6"):
            compute(trace, 6)
    for window in (0, 1.5):
        with pytest.raises(ValueError, match=f"truncate must be a whole number of steps from 1, not {window}"):
            backpropagate(trace, np.zeros((6, 4)), truncate=window)


@pytest.mark.parametrize("steps", [range(0, 7, 2), range(1, 7, 3), range(3, 7), range(6, 7)])
def test_norms_between_some_steps_are_those_between_all(steps):
    trace = run(LSTM, LSTM.init(3, 4, 0), np.random.default_rng(0).normal(size=(7, 3)))
    some, whole = jacobian_norms(trace, steps=steps), jacobian_norms(trace)
    np.testing.assert_allclose(some, whole[np.ix_(steps, steps)], rtol=1e-9)


@pytest.mark.parametrize("steps", [range(0), range(0, 8), range(-1, 3), range(6, 2, -1)])
def test_steps_that_are_not_there_are_refused(steps):
    trace = run(LSTM, LSTM.init(3, 4, 0), np.zeros((7, 3)))
    with pytest.raises(ValueError, match="steps must be rising and from 0 to 6"):
        jacobian_norms(trace, steps=steps)
