import numpy as np
import pytest
import torch

from rnnviz import cells
from rnnviz.cells import CELLS, READOUT, Cell
from rnnviz.language.arithmetic import NUMPY, evaluate
from rnnviz.language.functions import FUNCTIONS
from rnnviz.networks.torch_modules import TORCH, CellLayer, NextSymbol
from rnnviz.trace import run
from tests.own_cells import PEEPHOLE

T, B, I, H = 7, 3, 4, 5
LAYERS = {
    "elman": torch.nn.RNN,
    "elman_relu": lambda *sizes, **options: torch.nn.RNN(*sizes, nonlinearity="relu", **options),
    "lstm": torch.nn.LSTM,
    "gru": torch.nn.GRU,
}


def numbers(*shape, seed=0):
    return torch.randn(*shape, dtype=torch.float64, generator=torch.Generator().manual_seed(seed))


@pytest.fixture(params=LAYERS, ids=str)
def pair(request):
    """A layer of PyTorch and ours with the same weights."""
    torch.manual_seed(0)
    theirs = LAYERS[request.param](I, H, dtype=torch.float64)
    cell, weights = cells.from_torch(theirs)
    assert cell is CELLS[request.param]
    return theirs, CellLayer(cell, weights, torch.float64)


def initial_states(layer):
    return {name: numbers(B, H, seed=10 + place) for place, name in enumerate(layer.cell.state)}


def run_theirs(theirs, inputs, states):
    packed = tuple(state.unsqueeze(0) for state in states.values())
    return theirs(inputs, packed if len(packed) > 1 else packed[0])[0]


def test_torch_can_do_what_numpy_can():
    assert TORCH.functions.keys() == NUMPY.functions.keys()


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_of_the_language_is_the_same_in_torch(name):
    values = 4 * numbers(T, H)
    wanted = torch.from_numpy(FUNCTIONS[name].compute(values.numpy()))
    torch.testing.assert_close(TORCH.functions[name](values), wanted, rtol=0, atol=1e-12)


def test_hidden_states_are_those_of_torch(pair):
    theirs, ours = pair
    inputs, states = numbers(T, B, I), initial_states(ours)
    torch.testing.assert_close(ours(inputs)["h"], theirs(inputs)[0], rtol=0, atol=1e-12)
    torch.testing.assert_close(ours(inputs, states)["h"], run_theirs(theirs, inputs, states), rtol=0, atol=1e-12)


def test_gradients_through_time_are_those_of_torch(pair):
    theirs, ours = pair
    gradients = []
    for layer in pair:
        inputs = numbers(T, B, I).requires_grad_()
        states = {name: state.requires_grad_() for name, state in initial_states(ours).items()}
        hidden = ours(inputs, states)["h"] if layer is ours else run_theirs(theirs, inputs, states)
        # The end depends on the first input and state only through all steps between.
        (hidden[-1] * numbers(B, H, seed=5)).sum().backward()
        gradients.append([inputs.grad, *(state.grad for state in states.values())])
    for theirs_gradient, ours_gradient in zip(*gradients):
        assert ours_gradient.abs().max() > 0
        torch.testing.assert_close(ours_gradient, theirs_gradient, rtol=0, atol=1e-12)

    # Read as weights, PyTorch's gradient is stacked gate by gate just as its weights are.
    with torch.no_grad():
        for parameter in theirs.parameters():
            parameter.copy_(parameter.grad)
    _, wanted = cells.from_torch(theirs)
    for name, parameter in ours.named_parameters():
        # from_torch adds PyTorch's two biases where we have one (b_f, not b_xn); each has the gradient of the sum.
        times = 2 if name.startswith("b_") and len(name) == 3 else 1
        np.testing.assert_allclose(times * parameter.grad.numpy(), wanted[name], rtol=0, atol=1e-12)


def test_a_cell_given_only_by_its_equations_runs_and_learns():
    layer = CellLayer(PEEPHOLE, PEEPHOLE.init(I, H, seed=0), torch.float64)
    inputs, target = numbers(T, B, I), numbers(T, B, H, seed=1).tanh()
    optimizer = torch.optim.SGD(layer.parameters(), lr=0.1)
    losses = []
    for _ in range(2):
        optimizer.zero_grad()
        loss = ((layer(inputs)["h"] - target) ** 2).mean()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    assert losses[1] < losses[0]
    assert all(parameter.grad.abs().max() > 0 for parameter in layer.parameters())
    trace, values = run(PEEPHOLE, layer.arrays(), inputs.numpy()), layer(inputs)
    assert list(values) == ["i", "f", "g", "c", "o", "h"]
    for symbol, value in values.items():
        np.testing.assert_allclose(value.detach().numpy(), trace[symbol], rtol=0, atol=1e-12)


def test_every_operation_of_the_language_agrees_with_numpy():
    cell = Cell(
        name="odd",
        state=("h",),
        equations="""
            a = softmax(-x / 2) + sigmoid(1) - relu(-3) * x
            k = tanh(b_k)
            h = relu(W_ah @ (a * a) + W_hh @ (k * h)) + tanh(W_xh @ x)
        """,
    )
    layer = CellLayer(cell, cell.init(I, H, seed=0), torch.float64)
    for inputs in (numbers(T, I), numbers(T, B, I)):
        trace = run(cell, layer.arrays(), inputs.numpy())
        for symbol, value in layer(inputs).items():
            np.testing.assert_allclose(value.detach().numpy(), trace[symbol], rtol=0, atol=1e-12)


def test_weights_come_back_as_they_went_in():
    weights = cells.LSTM.init(I, H, seed=3)
    layer = CellLayer(cells.LSTM, weights)
    assert all(parameter.dtype == torch.float32 for parameter in layer.parameters())
    assert list(layer.arrays()) == list(weights)
    for name, array in layer.arrays().items():
        np.testing.assert_array_equal(array, weights[name].astype(np.float32).astype(np.float64))


def test_weights_that_do_not_fit_are_refused():
    with pytest.raises(ValueError, match=r"elman: W_hh must be \(H=5, H=5\), not of shape \(5, 6\)"):
        CellLayer(cells.ELMAN, {"W_xh": np.zeros((5, 4)), "W_hh": np.zeros((5, 6)), "b_h": np.zeros(5)})
    cell = Cell(name="taken", state=("h",), equations="h = tanh(half @ x + W_hh @ h)")
    with pytest.raises(ValueError, match="a weight cannot be named 'half' in PyTorch"):
        CellLayer(cell, cell.init(I, H, seed=0))
    with pytest.raises(ValueError, match="the read-out must take 5 units to 4 symbols"):
        NextSymbol(cells.ELMAN, cells.ELMAN.init(4, 5, seed=0), {"W_hy": np.zeros((3, 5)), "b_y": np.zeros(3)})


@pytest.mark.parametrize("name", CELLS)
def test_predictions_are_the_softmax_of_the_read_out(name):
    model = NextSymbol.init(CELLS[name], symbols=6, hidden_size=H, seed=0).double()
    symbols = torch.randint(6, (T, B), generator=torch.Generator().manual_seed(0))
    trace = run(CELLS[name], model.core.arrays(), np.eye(6)[symbols.numpy()])
    wanted = evaluate(READOUT, model.readout.arrays(), {"h": trace["h"]})["y"]
    np.testing.assert_allclose(model(symbols).softmax(-1).detach().numpy(), wanted, rtol=0, atol=1e-12)


def test_initial_weights_are_fixed_by_the_seed_and_bounded_as_in_torch():
    one, same, other = (NextSymbol.init(cells.GRU, 27, 16, seed).state_dict() for seed in (0, 0, 1))
    assert all(torch.equal(one[name], same[name]) for name in one)
    assert not any(torch.equal(one[name], other[name]) for name in one)
    assert all(0.2 < value.abs().max() <= 0.25 for value in one.values())
    assert one["core.W_xr"].dtype == torch.float32
    assert not torch.equal(one["core.W_xr"].flatten(), one["readout.W_hy"].flatten())  # not drawn from one stream
