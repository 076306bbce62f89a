import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from rnnviz.analysis.anatomy import (
    hidden_size_for,
    network_pytorch_total,
    parameters,
    pytorch_total,
    sized,
    sized_for,
    total,
)
from rnnviz.cells import CELLS, ELMAN, GRU, LSTM, Cell
from tests.own_cells import PEEPHOLE

TORCH = {"elman": torch.nn.RNN, "lstm": torch.nn.LSTM, "gru": torch.nn.GRU}


@pytest.mark.parametrize("cell", [*CELLS.values(), PEEPHOLE], ids=lambda cell: cell.name)
def test_the_parts_make_the_whole_which_is_what_there_is(cell):
    parts = parameters(cell, 7, 5)
    assert tuple(parts) == cell.program.targets
    assert sum(parts.values()) == total(cell, 7, 5) == sum(array.size for array in cell.init(7, 5, seed=0).values())


@pytest.mark.parametrize("name", TORCH)
def test_the_whole_is_that_of_pytorch_less_the_biases_that_only_add_up(name):
    stored = sum(array.numel() for array in TORCH[name](7, 5).parameters())
    biases = [weight for weight in CELLS[name].program.weights if weight.startswith("b_")]
    gates = {"elman": 1, "lstm": 4, "gru": 3}[name]
    assert total(CELLS[name], 7, 5) == stored - 5 * (2 * gates - len(biases))


@pytest.mark.parametrize("name", TORCH)
@given(input_size=st.integers(1, 40), hidden_size=st.integers(1, 40))
def test_what_pytorch_stores_is_what_its_layer_has(name, input_size, hidden_size):
    stored = sum(array.numel() for array in TORCH[name](input_size, hidden_size).parameters())
    assert pytorch_total(CELLS[name], input_size, hidden_size) == stored
    assert pytorch_total(PEEPHOLE, input_size, hidden_size) is None


@pytest.mark.parametrize("name", TORCH)
@pytest.mark.parametrize(("layers", "directions"), [(1, 1), (2, 1), (1, 2), (2, 2)])
def test_what_pytorch_stores_of_a_network_is_what_its_layers_have(name, layers, directions):
    recurrent = TORCH[name](3, 7, num_layers=layers, bidirectional=directions == 2)
    network = torch.nn.ModuleList([recurrent, torch.nn.Linear(7 * directions, 2)])
    stored = sum(array.numel() for array in network.parameters())
    assert network_pytorch_total(CELLS[name], 3, 2, 7, layers, directions) == stored
    assert network_pytorch_total(PEEPHOLE, 3, 2, 7, layers, directions) is None


def test_every_gate_costs_as_much_as_an_elman_network():
    elman = total(ELMAN, 27, 24)
    assert elman == 24 * (27 + 24 + 1)
    assert parameters(LSTM, 27, 24) == {**dict.fromkeys("ifgo", elman), "c": 0, "h": 0}
    assert parameters(GRU, 27, 24) == {"r": elman, "z": elman, "n": elman + 24, "h": 0}


@given(input_size=st.integers(1, 300), hidden_size=st.integers(1, 300))
def test_a_gru_has_three_quarters_of_an_lstm_and_a_bias(input_size, hidden_size):
    assert 4 * (total(GRU, input_size, hidden_size) - hidden_size) == 3 * total(LSTM, input_size, hidden_size)


def test_a_weight_that_two_lines_share_is_counted_once():
    cell = Cell("t", ("h",), "a = sigmoid(W @ x + b)\nh = tanh(W @ x + U @ h) * a + b")
    assert parameters(cell, 3, 4) == {"a": 16, "h": 16}


@pytest.mark.parametrize("cell", [ELMAN, LSTM, GRU, PEEPHOLE], ids=lambda cell: cell.name)
@given(input_size=st.integers(1, 50), budget=st.integers(1, 5000))
def test_no_hidden_size_comes_nearer_to_the_budget(cell, input_size, budget):
    found = hidden_size_for(cell, input_size, budget)
    misses = [abs(total(cell, input_size, size) - budget) for size in range(1, 120)]
    assert misses.index(min(misses)) + 1 == found


def test_a_size_says_what_it_counts():
    budget = total(LSTM, 27, 24)
    assert sized(LSTM, 27, 24) == sized_for(LSTM, 27, budget)
    gru = sized_for(GRU, 27, budget)
    assert gru.parameters == total(GRU, 27, gru.hidden_size)
    assert gru.hidden_size > 24
