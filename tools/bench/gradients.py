"""All pairs of ||dh_t/dh_s|| against PyTorch, in a process of its own with one thread: prints milliseconds as JSON.

Both get the same LSTM, with the same weights in float64, run over one sequence beforehand: what is timed is from the
run to the norms. `fro` and `spectral` are `jacobian_norms`. `loop` is what autograd offers and people write: one
backward pass for each unit of each step, ``grad(h_t[unit], [h_0, ..., h_t])``, which gives that unit's row of dh_t/dh_s
for all s at once; then the Frobenius norm of each matrix. Each h_s is one tensor that the next step reads, so its
derivative has all paths through it.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable

import numpy as np
import torch

from rnnviz.cells import from_torch
from rnnviz.gradients import jacobian_norms
from rnnviz.trace import run

T, H, I = 50, 32, 16


def measure(repetitions: int, loops: int) -> dict[str, list[float]]:
    torch.set_num_threads(1)
    torch.manual_seed(0)
    fused = torch.nn.LSTM(I, H).double()
    single = torch.nn.LSTMCell(I, H).double()
    single.load_state_dict({name.removesuffix("_l0"): value for name, value in fused.state_dict().items()})
    inputs = torch.randn(T, I, dtype=torch.float64)
    trace = run(*from_torch(fused), inputs.numpy())

    state, hidden_states = None, []
    for x in inputs:
        state = single(x, state)
        hidden_states.append(state[0])

    def loop() -> np.ndarray:
        norms = torch.zeros(T, T, dtype=torch.float64)
        for t, hidden in enumerate(hidden_states):
            rows = [torch.autograd.grad(unit, hidden_states[: t + 1], retain_graph=True) for unit in hidden]
            for s in range(t + 1):
                norms[t, s] = torch.linalg.matrix_norm(torch.stack([row[s] for row in rows]))
        return norms.numpy()

    contenders: dict[str, tuple[int, Callable[[], np.ndarray]]] = {
        "fro": (repetitions, lambda: jacobian_norms(trace, "fro")),
        "spectral": (repetitions, lambda: jacobian_norms(trace)),
        "loop": (loops, loop),
    }
    np.testing.assert_allclose(jacobian_norms(trace, "fro"), loop(), rtol=1e-8)
    taken: dict[str, list[float]] = {name: [] for name in contenders}
    for turn in range(max(repetitions, loops)):
        for name, (turns, contender) in contenders.items():
            if turn < turns:
                start = time.perf_counter()
                contender()
                taken[name].append((time.perf_counter() - start) * 1e3)
    return taken


if __name__ == "__main__":
    print(json.dumps(measure(repetitions=int(sys.argv[1]), loops=int(sys.argv[2]))))
