"""The engine against PyTorch, in a process of its own with one thread: prints a list of milliseconds for each as JSON.

All three run the same LSTM from the same weights in float64 over one sequence. `run` checks its arguments and keeps
every gate of every step; fused `nn.LSTM` keeps the hidden states only, and so does the loop over `nn.LSTMCell`.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable

import numpy as np
import torch

from rnnviz.cells import from_torch
from rnnviz.trace import run

T, H, I = 100, 64, 32


def measure(repetitions: int) -> dict[str, list[float]]:
    torch.set_num_threads(1)
    torch.manual_seed(0)
    fused = torch.nn.LSTM(I, H).double()
    single = torch.nn.LSTMCell(I, H).double()
    single.load_state_dict({name.removesuffix("_l0"): value for name, value in fused.state_dict().items()})
    cell, weights = from_torch(fused)
    inputs = torch.randn(T, I, dtype=torch.float64)
    array = inputs.numpy()

    def loop() -> torch.Tensor:
        state, hidden_states = None, []
        for x in inputs:
            state = single(x, state)
            hidden_states.append(state[0])
        return torch.stack(hidden_states)

    with torch.no_grad():
        expected = fused(inputs)[0].numpy()
        for other in (run(cell, weights, array)["hidden_state"], loop().numpy()):
            np.testing.assert_allclose(other, expected, atol=1e-12)
        contenders: dict[str, Callable[[], object]] = {
            "run": lambda: run(cell, weights, array),
            "fused": lambda: fused(inputs),
            "loop": loop,
        }
        taken: dict[str, list[float]] = {name: [] for name in contenders}
        for _ in range(repetitions):
            for name, contender in contenders.items():
                start = time.perf_counter()
                contender()
                taken[name].append((time.perf_counter() - start) * 1e3)
    return taken


if __name__ == "__main__":
    print(json.dumps(measure(int(sys.argv[1]))))
