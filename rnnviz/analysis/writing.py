"""What a network that predicts the next character writes by itself, character by character."""

from __future__ import annotations

import numpy as np

from rnnviz.cells import READOUT, Array
from rnnviz.data.text import BEGINNING, encode
from rnnviz.language.arithmetic import evaluate
from rnnviz.networks.checkpoints import Checkpoint


def write(network: Checkpoint, length: int, *, prompt: str = "", temperature: float = 1.0, seed: int = 0) -> str:
    """What a network writes after a prompt: so many characters, each drawn and read in turn.

    Parameters
    ----------
    temperature
        Probabilities are drawn from to the power of one over it, in proportion; it is above 0.
    seed
        Fixes what is drawn: the numbers of chance are those of the page that writes in the browser.
    """
    chance = np.random.RandomState(seed).random_sample(length)
    state = {name: np.zeros(network.cell.sizes(network.weights)["H"]) for name in network.cell.state}
    probabilities = np.empty(0)
    for code in encode(BEGINNING + prompt, network.vocabulary):
        state, probabilities = _read(network, int(code), state)
    written = []
    for number in chance:
        code = _drawn(probabilities ** (1 / temperature), number)
        written.append(network.vocabulary[code])
        state, probabilities = _read(network, code, state)
    return "".join(written)


def _read(network: Checkpoint, code: int, state: dict[str, Array]) -> tuple[dict[str, Array], Array]:
    """The states after a character, and the probability of each to come next."""
    x = np.zeros(len(network.vocabulary))
    x[code : code + 1] = 1.0  # what is unknown reads as zeros
    before = {f"{name}'": value for name, value in state.items()}
    values = evaluate(network.cell.program, network.weights, {"x": x, **before})
    hidden = values[network.cell.state[0]]
    return {name: values[name] for name in state}, evaluate(READOUT, network.readout, {"h": hidden})["y"]


def _drawn(weights: Array, chance: float) -> int:
    """The place that a number from 0 up to 1 falls on, each as wide as its weight."""
    ends = np.cumsum(weights / weights.sum())
    return min(int(np.searchsorted(ends, chance, side="right")), len(weights) - 1)
