"""Equations over matrices: what they may say, their shapes, and what is refused."""

import numpy as np
import pytest

from rnnviz.cells import CELLS
from rnnviz.language.arithmetic import evaluate
from rnnviz.language.equations import EquationError, parse
from rnnviz.networks.attention import ATTENTIONS, bridge

INPUTS = {"S": ("T", "H"), "R": ("T", "K"), "h": "H", "a": "T"}


def test_shapes_follow_from_the_equations():
    program = ATTENTIONS["additive"].program
    assert program.values["e"] == program.values["a"] == ("T",)
    assert program.values["m"] == ("H",)
    assert program.weights["v_e"] == ("H",)
    assert ATTENTIONS["general"].program.weights == {"W_he": ("H", "H")}
    assert [name for name, kind in ATTENTIONS.items() if not kind.looks] == ["none"]


@pytest.mark.parametrize("cell", CELLS.values(), ids=lambda cell: cell.name)
def test_every_state_of_a_cell_has_its_bridge(cell):
    assert bridge(cell).targets == cell.state


def test_a_vector_meets_every_row_of_a_matrix():
    random = np.random.default_rng(0)
    values = {"S": random.normal(size=(4, 3)), "h": random.normal(size=3), "v": random.normal(size=3)}
    program = parse("e = tanh((h * S - h) / 2 + S) @ v", inputs=INPUTS)
    wanted = [np.tanh((values["h"] * row - values["h"]) / 2 + row) @ values["v"] for row in values["S"]]
    np.testing.assert_allclose(evaluate(program, {}, values)["e"], wanted, rtol=1e-14)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("m = S", "`m` must be a vector; its right side is \\(T, H\\)"),
        ("m = S @ a", "`S` is \\(T, H\\) and cannot be multiplied by `a`, which is \\(T,\\)"),
        ("m = h @ S", "`h` is \\(H,\\) and cannot be multiplied by `S`, which is \\(T, H\\)"),
        ("m = (S + R) @ h", "`S` is \\(T, H\\) and does not fit `R`, which is \\(T, K\\)"),
        ("m = (S + a) @ h", "`S` is \\(T, H\\) and does not fit `a`, which is \\(T,\\)"),
        ("m = S @ 2", "`S @ 2` is no product of a matrix"),
        ("m = h @ a", "left of @ stands a weight matrix; `h` is a vector"),
    ],
)
def test_what_does_not_fit_is_refused_with_its_shapes(text, sentence):
    with pytest.raises(EquationError, match=sentence):
        parse(text, inputs=INPUTS)
