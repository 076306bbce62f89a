import numpy as np

from rnnviz.analysis.saturation import gate_saturation, gates, saturation
from rnnviz.cells import ELMAN, GRU, LSTM
from rnnviz.trace import run

INPUTS = np.random.default_rng(0).normal(size=(9, 3))
BATCH = np.random.default_rng(1).normal(size=(9, 2, 3))


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
