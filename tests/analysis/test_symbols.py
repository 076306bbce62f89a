import re

import pytest

from rnnviz.analysis.symbols import symbols_explained
from rnnviz.cells import CELLS, Cell
from rnnviz.language.latex import equation_latex
from tests.own_cells import PEEPHOLE


def test_the_symbols_of_the_gru_in_the_order_they_are_read():
    explained = symbols_explained(CELLS["gru"], input_size=27, hidden_size=24)
    assert explained[:9] == [
        ("r_t", "reset gate, how much of the past the candidate sees: 0 nothing, 1 all of it"),
        (r"\sigma", "sigmoid: squashes to between 0 and 1"),
        ("W_{xr}", "weights to r from x, a 24 × 27 matrix"),
        ("x_t", "the input at this time step, a vector of 27 numbers"),
        ("W_{hr}", "weights to r from h, a 24 × 24 matrix"),
        ("h_{t-1}", "hidden state at the previous time step"),
        ("b_r", "bias of r, 24 numbers"),
        ("z_t", "update gate, the share of the old state that stays; the rest is replaced by the candidate"),
        ("W_{xz}", "weights to z from x, a 24 × 27 matrix"),
    ]
    assert (r"\odot", "multiplied element by element") in explained
    assert r"\operatorname{ReLU}" not in dict(explained)


@pytest.mark.parametrize("cell", [*CELLS.values(), PEEPHOLE], ids=lambda cell: cell.name)
def test_every_symbol_is_explained_once_and_no_other(cell):
    explained = [latex for latex, words in symbols_explained(cell, 3, 5) if words]
    formulas = " ".join(equation_latex(line) for line in cell.program.equations)
    standing = re.findall(r"\\operatorname\{\w+\}|\\[a-z]+|[A-Za-z](?:_(?:\{[^}]*\}|\w))?", formulas)
    assert sorted(explained) == sorted(set(standing))
    assert explained == list(dict.fromkeys(standing))


def test_what_a_weight_does_is_read_off_its_equation_and_not_off_its_name():
    cell = Cell(
        "t",
        ("h",),
        """
        u = sigmoid(M @ (r * h) + N @ (P @ x) + q * h + s)
        h = tanh(N @ u + 2 * h + s)
        """,
    )
    explained = dict(symbols_explained(cell, input_size=1, hidden_size=5))
    assert explained["M"] == "weights to u from h, a 5 × 5 matrix"
    assert explained["N"] == "weights to u and h from x and u, a 5 × 5 matrix"
    assert explained["P"] == "weights to u from x, a 5 × 1 matrix"
    assert explained["q"] == "weights to u from h, 5 numbers"
    assert explained["s"] == "bias of u and h, 5 numbers"
    assert explained["x_t"] == "the input at this time step, a vector of 1 number"
    assert explained["u_t"] == "u, computed by its equation"
    assert "2" not in explained


def test_the_peephole_weights_lead_from_the_cell_state():
    explained = dict(symbols_explained(PEEPHOLE, 3, 5))
    assert explained["p_i"] == "weights to i from c, 5 numbers"
    assert explained["c_{t-1}"] == "cell state at the previous time step"
    assert explained["c_t"] == "cell state, the LSTM's memory: changed only by what the gates keep and let in"
