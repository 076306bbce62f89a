"""Programs over leading axes: all time steps and sequences at once are each of them alone."""

import numpy as np
import pytest
import torch

from rnnviz.gradients.reverse import TAPE, Node
from rnnviz.language.arithmetic import NUMPY, evaluate
from rnnviz.language.equations import parse
from rnnviz.networks.attention import ATTENTIONS
from rnnviz.networks.torch_modules import TORCH

ROWS = parse(
    "e = tanh((h * S - h) / 2 + S + S * (2 - h)) @ v\na = softmax(e)\nm = relu(a @ S) / (3 + h * h)",
    inputs={"S": ("T", "H"), "h": "H"},
)
PROGRAMS = {name: kind.program for name, kind in ATTENTIONS.items()} | {"rows": ROWS}
every_program = pytest.mark.parametrize("program", PROGRAMS.values(), ids=PROGRAMS)
STEPS, SEQUENCES, WORDS, UNITS = 6, 3, 5, 4


def setting(program):
    random = np.random.default_rng(0)
    weights = {name: random.normal(size=[UNITS] * len(shape)) for name, shape in program.weights.items()}
    S, s = random.normal(size=(SEQUENCES, WORDS, UNITS)), random.normal(size=(SEQUENCES, UNITS))
    return weights, S, s, random.normal(size=(STEPS, SEQUENCES, UNITS))


def in_torch(program, weights, inputs):
    tensors = [{name: torch.tensor(value) for name, value in given.items()} for given in (weights, inputs)]
    return {name: value.numpy() for name, value in evaluate(program, *tensors, TORCH).items()}


def on_tape(program, weights, inputs):
    found = evaluate(program, weights, {name: Node(value) for name, value in inputs.items()}, TAPE)
    return {name: node.value for name, node in found.items()}


@every_program
@pytest.mark.parametrize("compute", [evaluate, in_torch, on_tape])
def test_all_steps_of_all_sequences_at_once_are_each_step_of_each_sequence_alone(program, compute):
    weights, S, s, h = setting(program)
    together = compute(program, weights, {"S": S, "s": s, "h": h})
    for step, sequence in np.ndindex(STEPS, SEQUENCES):
        alone = compute(program, weights, {"S": S[sequence], "s": s[sequence], "h": h[step, sequence]})
        for letter, values in alone.items():
            whole = np.broadcast_to(together[letter], (STEPS, SEQUENCES, *values.shape))
            np.testing.assert_allclose(whole[step, sequence], values, rtol=1e-12, atol=1e-13)


@every_program
def test_all_steps_of_one_sequence_need_no_axis_for_sequences(program):
    weights, S, s, h = setting(program)
    together = evaluate(program, weights, {"S": S[0], "s": s[0], "h": h[:, 0]})
    for step in range(STEPS):
        alone = evaluate(program, weights, {"S": S[0], "s": s[0], "h": h[step, 0]})
        for letter, values in alone.items():
            whole = np.broadcast_to(together[letter], (STEPS, *values.shape))
            np.testing.assert_allclose(whole[step], values, rtol=1e-12, atol=1e-13)


def test_every_arithmetic_stacks_and_joins_alike():
    random = np.random.default_rng(0)
    one, other = random.normal(size=(2, 3))
    for by, into, out in (
        (NUMPY, np.array, np.array),
        (TORCH, torch.tensor, lambda tensor: tensor.numpy()),
        (TAPE, Node, lambda node: node.value),
    ):
        assert by.functions.keys() == NUMPY.functions.keys()
        np.testing.assert_array_equal(out(by.stack([into(one), into(other)])), [one, other])
        np.testing.assert_array_equal(out(by.join([into(one), into(other)])), [*one, *other])
