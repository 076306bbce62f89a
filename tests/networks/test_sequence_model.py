"""`rnnviz.networks.torch_modules.SequenceModel`: what is trained on tasks."""

import numpy as np
import pytest
import torch

from rnnviz.cells import CELLS
from rnnviz.networks.initialisation import INITIALISATIONS
from rnnviz.networks.torch_modules import SequenceModel
from rnnviz.trace import run
from tests.own_cells import PEEPHOLE

T, B, I, H, O = 6, 3, 4, 5, 2
INPUTS = torch.randn(T, B, I, generator=torch.Generator().manual_seed(0))
ALL = [*CELLS.values(), PEEPHOLE]


def model(cell, **options):
    return SequenceModel(cell, I, O, H, **options)


def by_equations(cell, arrays, inputs, layers, directions):
    """The same network by `rnnviz.trace.run`, layer by layer, from the weights by name."""
    hidden = inputs
    for layer in range(1, layers + 1):
        read = []
        for place in [f"layer{layer}", f"layer{layer}.backward"][:directions]:
            weights = {
                name.removeprefix(f"{place}."): value
                for name, value in arrays.items()
                if name.rpartition(".")[0] == place
            }
            backward = place.endswith("backward")
            states = run(cell, weights, hidden[::-1] if backward else hidden)["hidden_state"]
            read.append(states[::-1] if backward else states)
        hidden = np.concatenate(read, axis=-1)
    return hidden @ arrays["readout.W_hy"].T + arrays["readout.b_y"]


@pytest.mark.parametrize("cell", ALL, ids=lambda cell: cell.name)
@pytest.mark.parametrize(("layers", "directions"), [(1, 1), (2, 1), (1, 2), (2, 2)])
def test_it_computes_what_its_weights_say_by_name(cell, layers, directions):
    network = model(cell, layers=layers, directions=directions, seed=1)
    arrays = network.arrays()
    assert len([name for name in arrays if name.endswith(".W_xh" if cell.name.startswith("elman") else "W_hf")]) in (
        layers * directions,
        0,
    )
    wanted = by_equations(cell, arrays, INPUTS.numpy().astype(float), layers, directions)
    np.testing.assert_allclose(network(INPUTS).detach().numpy(), wanted, atol=1e-6)


@pytest.mark.parametrize("cell", ALL, ids=lambda cell: cell.name)
@pytest.mark.parametrize("kind", INITIALISATIONS)
def test_every_initialisation_reaches_the_network(cell, kind):
    network = model(cell, layers=2, directions=2, initialisation=kind, steps=50, seed=2)
    plain = model(cell, layers=2, directions=2, seed=2).arrays()
    arrays, random = network.arrays(), np.random.default_rng([2, 1])
    for place in ("layer1", "layer1.backward", "layer2", "layer2.backward"):
        changes = INITIALISATIONS[kind].changes(cell, H, 50, random)
        for name in cell.program.weights:
            wanted = changes.get(name, plain[f"{place}.{name}"])
            np.testing.assert_allclose(arrays[f"{place}.{name}"], wanted, atol=1e-7, err_msg=f"{place}.{name}")
    wanted = by_equations(cell, arrays, INPUTS.numpy().astype(float), 2, 2)
    np.testing.assert_allclose(network(INPUTS).detach().numpy(), wanted, atol=1e-6)


@pytest.mark.parametrize("name", CELLS)
def test_the_default_start_is_pytorchs_own(name):
    torch.manual_seed(7)
    layers = {"lstm": torch.nn.LSTM, "gru": torch.nn.GRU}
    theirs = layers[name](I, H) if name in layers else torch.nn.RNN(I, H)
    ours = dict(model(CELLS[name], seed=7).core.named_parameters())
    assert all(torch.equal(value, ours[key]) for key, value in theirs.named_parameters())


def test_the_seed_decides_and_nothing_else_is_disturbed():
    torch.manual_seed(0)
    wanted = torch.rand(3)
    torch.manual_seed(0)
    one, same, other = (model(PEEPHOLE, seed=seed).arrays() for seed in (1, 1, 2))
    assert torch.equal(torch.rand(3), wanted)
    assert all(np.array_equal(one[name], same[name]) for name in one)
    assert not any(np.array_equal(one[name], other[name]) for name in one)
