"""The tape against central differences and torch."""

import numpy as np
import pytest

from rnnviz.gradients.reverse import TAPE, Node, gradient
from rnnviz.language.arithmetic import evaluate
from rnnviz.language.equations import parse


def test_all_that_equations_allow_has_its_gradient():
    program = parse(
        """
        e = tanh(S @ U_e / 2 - W_he @ (h * 3)) @ v_e
        a = softmax(-e)
        m = a @ S
        k = relu(m + 1) * sigmoid(h) / (2 + h * h)
        """,
        inputs={"S": ("T", "H"), "h": "H"},
    )
    random = np.random.default_rng(0)
    arrays = {"S": random.normal(size=(4, 3)), "h": random.normal(size=3)}
    arrays |= {name: random.normal(size=[3] * len(shape)) for name, shape in program.weights.items()}
    direction = random.normal(size=3)
    nodes = {name: Node(array) for name, array in arrays.items()}
    result = evaluate(program, {}, nodes, TAPE)["k"]
    total = TAPE.functions["*"](result, direction)
    found = dict(zip(nodes, gradient(total, list(nodes.values()))))

    def value(changed):
        return float(evaluate(program, {}, changed)["k"] @ direction)

    for name, array in arrays.items():
        for place in np.ndindex(array.shape):
            moved = [array.copy(), array.copy()]
            moved[0][place] += 1e-6
            moved[1][place] -= 1e-6
            slope = (value({**arrays, name: moved[0]}) - value({**arrays, name: moved[1]})) / 2e-6
            assert found[name][place] == pytest.approx(slope, rel=1e-6, abs=1e-8)
