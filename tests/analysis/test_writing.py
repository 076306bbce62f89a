import numpy as np
import pytest
import torch

from rnnviz.analysis.writing import write
from rnnviz.cells import CELLS, LSTM
from rnnviz.networks.checkpoints import Checkpoint
from rnnviz.networks.torch_modules import LanguageModel
from tests.own_cells import PEEPHOLE

VOCABULARY = tuple("\nabcdefgh")


def network(cell, seed=0):
    """A network with large random weights in torch, and the same as a checkpoint."""
    model = LanguageModel(cell, len(VOCABULARY), 6, initialisation="default", seed=seed).double()
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.mul_(3)
    card = {"recipe": {"cell": cell}, "vocabulary": VOCABULARY}
    weights = {name: array.astype(np.float64) for name, array in model.arrays().items()}
    core = {name.removeprefix("core."): array for name, array in weights.items() if name.startswith("core.")}
    readout = {name.removeprefix("readout."): array for name, array in weights.items() if name.startswith("readout.")}
    return model, Checkpoint(cell, core, readout, VOCABULARY, card)


@pytest.mark.parametrize("cell", [*CELLS.values(), PEEPHOLE], ids=lambda cell: cell.name)
@pytest.mark.parametrize("temperature", [0.5, 1.0])
def test_what_is_written_is_drawn_from_the_probabilities_of_torch(cell, temperature):
    model, checkpoint = network(cell)
    prompt = "abx"  # the last is unknown
    text = write(checkpoint, 40, prompt=prompt, temperature=temperature, seed=3)
    codes = [0, 1, 2, len(VOCABULARY), *(VOCABULARY.index(one) for one in text)]
    inputs = torch.nn.functional.one_hot(torch.tensor(codes), len(VOCABULARY) + 1)[:, None, :-1].double()
    with torch.no_grad():
        hidden, _ = model._run(inputs, None)
        shares = torch.softmax(model.readout(hidden)[:, 0] / temperature, dim=-1).numpy()
    chance = np.random.RandomState(3).random_sample(40)
    for place, number in enumerate(chance):
        ends = shares[len(prompt) + place].cumsum()
        code = codes[len(prompt) + 1 + place]
        assert ends[code] - shares[len(prompt) + place][code] - 1e-6 <= number <= ends[code] + 1e-6


def test_the_same_seed_writes_the_same_and_another_something_else():
    _, checkpoint = network(LSTM)
    assert write(checkpoint, 50, seed=1) == write(checkpoint, 50, seed=1)
    assert write(checkpoint, 50, seed=1) != write(checkpoint, 50, seed=2)
    assert len(write(checkpoint, 50)) == 50
