import pytest

from rnnviz.cells import ANSWER, CELLS, ELMAN, GRU, LSTM, READOUT, Cell
from rnnviz.language.equations import Number, Operation, Value, parse
from rnnviz.language.structure import argument_of_softmax, dependencies, kept_share
from tests.own_cells import PEEPHOLE


def test_a_state_is_the_previous_one_up_to_its_own_line_and_the_new_one_after_it():
    text = "y = A @ h\nh = y + B @ h\nz = h * 2\nc = c + h"
    timed = parse(text, inputs={"x": "I"}, state=("h", "c"))
    assert dependencies(timed) == {"y": ("A", "h'"), "h": ("y", "B", "h'"), "z": ("h",), "c": ("c'", "h")}


def test_dependencies_of_a_cell_in_the_order_written():
    assert dependencies(CELLS["gru"].program)["h"] == ("z", "n", "h'")
    peephole = dependencies(PEEPHOLE.program)
    assert peephole["i"] == ("W_xi", "x", "W_hi", "h'", "p_i", "c'", "b_i")
    assert peephole["c"] == ("f", "c'", "i", "g")
    assert peephole["o"] == ("W_xo", "x", "W_ho", "h'", "p_o", "c", "b_o")
    assert peephole["h"] == ("o", "c")


def test_the_shares_kept_are_the_gates_that_the_papers_name():
    assert kept_share(LSTM.program) == kept_share(PEEPHOLE.program) == {"c": Value("f")}
    assert kept_share(GRU.program) == {"h": Value("z")}
    assert kept_share(ELMAN.program) == kept_share(CELLS["elman_relu"].program) == {}


@pytest.mark.parametrize(
    ("line", "share"),
    [
        ("h = h + n", Number(1.0)),
        ("h = h * z + n", Value("z")),
        ("h = n + z * n * h", Operation("*", (Value("z"), Value("n")))),
        ("h = z * (h * n)", Operation("*", (Value("z"), Value("n")))),
        ("h = z * (h + n)", Value("z")),
        ("h = z * h + h * n", Operation("+", (Value("z"), Value("n")))),
        ("h = h - z * h", Operation("+", (Number(1.0), Operation("negate", (Value("z"),))))),
    ],
)
def test_the_share_kept_is_found_wherever_it_stands(line, share):
    cell = Cell("t", ("h",), f"z = sigmoid(W @ x)\nn = tanh(U @ h)\n{line}")
    assert kept_share(cell.program) == {"h": share}


@pytest.mark.parametrize("line", ["h = tanh(z * h)", "h = n / h", "h = n", "h = U @ h + n"])
def test_what_is_not_multiplied_and_summed_keeps_no_share(line):
    cell = Cell("t", ("h",), f"z = sigmoid(W @ x)\nn = tanh(V @ h)\n{line}")
    assert kept_share(cell.program) == {}


def test_what_a_softmax_is_applied_to_and_that_without_one_there_is_nothing():
    assert Operation("softmax", (argument_of_softmax(READOUT),)) == READOUT.equations[-1].expression
    with pytest.raises(TypeError, match="the equations must end in a softmax"):
        argument_of_softmax(ANSWER)
