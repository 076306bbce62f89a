"""The tape against central differences and torch."""

import numpy as np
import pytest
import torch

from rnnviz.gradients.reverse import TAPE, Node, gradient, log
from rnnviz.language.arithmetic import evaluate
from rnnviz.language.equations import parse
from rnnviz.networks.torch_modules import TORCH


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


@pytest.mark.parametrize(("steps", "sequences"), [((), ()), ((5,), ()), ((5,), (3,)), ((2, 5), (3,))])
def test_gradients_over_leading_axes_are_torch_s(steps, sequences):
    program = parse(
        "e = tanh(S @ U_e + W_he @ h + S * (h / 2)) @ v_e\na = softmax(e)\nm = relu(a @ S) - sigmoid(b - h) * h",
        inputs={"S": ("T", "H"), "h": "H"},
    )
    random = np.random.default_rng(1)
    arrays = {name: random.normal(size=[4] * len(shape)) for name, shape in program.weights.items()}
    arrays |= {"S": random.normal(size=(*sequences, 6, 4)), "h": random.normal(size=(*steps, *sequences, 4))}
    adjoint = random.normal(size=arrays["h"].shape)
    nodes = {name: Node(array) for name, array in arrays.items()}
    found = gradient(evaluate(program, {}, nodes, TAPE)["m"], list(nodes.values()), adjoint)
    tensors = {name: torch.tensor(array, requires_grad=True) for name, array in arrays.items()}
    result = evaluate(program, {}, tensors, TORCH)["m"]
    wanted = torch.autograd.grad((result * torch.tensor(adjoint)).sum(), list(tensors.values()))
    for ours, theirs in zip(found, wanted):
        assert ours.shape == theirs.shape
        np.testing.assert_allclose(ours, theirs, rtol=1e-10, atol=1e-12)


def test_parts_stacked_joined_and_taken_out_have_their_gradients():
    random = np.random.default_rng(2)
    one, other, factor = random.normal(size=(3, 4))
    nodes = Node(one**2), Node(other)
    rows, row = TAPE.stack([nodes[0], nodes[1], nodes[0]]), TAPE.join(nodes)
    result = TAPE.functions["+"](TAPE.functions["*"](rows[1], log(rows[2])), row[2:6])
    tensors = [torch.tensor(node.value, requires_grad=True) for node in nodes]
    rows, row = torch.stack([tensors[0], tensors[1], tensors[0]]), torch.cat(tensors)
    theirs = rows[1] * torch.log(rows[2]) + row[2:6]
    np.testing.assert_allclose(result.value, theirs.detach(), rtol=1e-14)
    wanted = torch.autograd.grad((theirs * torch.tensor(factor)).sum(), tensors)
    for ours, slope in zip(gradient(result, nodes, factor), wanted):
        np.testing.assert_allclose(ours, slope, rtol=1e-12)
    assert (gradient(result, [Node(one)])[0] == 0).all()
