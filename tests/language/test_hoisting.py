import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rnnviz.cells import CELLS, Cell
from rnnviz.language.arithmetic import bind
from rnnviz.language.equations import Value, leaves
from rnnviz.language.hoisting import hoist
from rnnviz.trace import run
from tests.own_cells import PEEPHOLE

NUMBERS = ["0", "1", "2", "0.5", "3e-1"]
FUNCTIONS = ["tanh", "sigmoid", "relu", "softmax"]
COMPOUND = ["sum", "sum", "product", "product", "binary", "number", "negate", "function", "quotient"]


@st.composite
def expressions(draw, names, size, depth):
    """Text of a vector with the size of the state (H) or of the input (I), made of `names` and of weights."""

    def inner(of=size):
        return draw(expressions(names, of, depth - 1))

    match draw(st.sampled_from(["name", "name", "weight", *COMPOUND * (depth > 0)])):
        case "name":
            return draw(st.sampled_from(names[size]))
        case "weight":
            return f"{draw(st.sampled_from('ab'))}_{size}"
        case "sum":
            return " + ".join(inner() for _ in range(draw(st.integers(2, 4))))
        case "binary":
            return f"({inner()} {draw(st.sampled_from('+-*'))} {inner()})"
        case "number":
            left, right = draw(st.permutations([draw(st.sampled_from(NUMBERS)), f"({inner()})"]))
            return f"({left} {draw(st.sampled_from('+-*'))} {right})"
        case "negate":
            return f"-({inner()})"
        case "function":
            return f"{draw(st.sampled_from(FUNCTIONS))}({inner()})"
        case "quotient":
            return f"({inner()}) / (1.5 + sigmoid({inner()}))"
    columns = draw(st.sampled_from("HI"))
    factor = inner(columns)
    if factor in (f"a_{columns}", f"b_{columns}"):  # a matrix multiplies what is computed, not a weight
        factor = f"1 * {factor}"
    return f"(W{draw(st.integers(1, 2))}_{size}{columns} @ ({factor}))"


@st.composite
def cells(draw):
    """A cell of one or two states and up to two more lines, in any order."""
    state = draw(st.sampled_from([("h",), ("h", "c")]))
    names = {"H": [*state, "s"], "I": ["x"]}
    lines = ["s = W1_HI @ x + W1_HH @ h"]  # so that the weights tell both sizes
    for target in draw(st.permutations([*state, *"uv"[: draw(st.integers(0, 2))]])):
        size = "H" if target in state else draw(st.sampled_from("HI"))
        expression = draw(expressions(names, size, 3))
        lines.append(f"{target} = {f'tanh({expression})' if target in state else expression}")
        if target not in state:
            names[size].append(target)
    return Cell("generated", state, "\n".join(lines))


def naive_step(trace, t):
    """Every line of the text as it stands, from the states at the step before."""
    before = trace.initial_state if t == 0 else {name: trace[name][t - 1] for name in trace.cell.state}
    values = {**trace.weights, "x": trace.inputs[t], **{f"{name}'": value for name, value in before.items()}}
    for equation in trace.cell.program.equations:
        values[equation.target] = bind(equation.expression)(values)
    return values


def assert_equals_naive_steps(cell, seed=0, shape=(4,)):
    """Step by step from the same states, so that a chaotic cell does not blow rounding up."""
    random = np.random.default_rng(seed)
    initial_state = {name: random.normal(size=5) for name in cell.state}
    trace = run(cell, cell.init(3, 5, seed), random.normal(size=(*shape, 3)), initial_state)
    for t in range(len(trace)):
        naive = naive_step(trace, t)
        for target in cell.program.targets:
            difference = np.abs(trace[target][t] - naive[target])
            assert (difference <= 1e-12 * np.maximum(1, np.abs(naive[target]))).all(), (target, t)


@settings(max_examples=400)
@given(cells(), st.integers(0, 9), st.sampled_from([(3,), (2, 2), (1, 1)]))
def test_a_hoisted_run_is_the_text_line_by_line(cell, seed, shape):
    assert_equals_naive_steps(cell, seed, shape)


BY_HAND = {
    "numbers alone in a sum": "h = tanh(1 + W @ h + 2 + V @ x + 3)",
    "numbers and the state only": "h = 1 + 0.5 * h + 2 + V @ x",
    "several products of one state": "h = tanh(A @ h + B @ h + V @ x + A @ h)",
    "a product subtracted": "h = tanh(b - A @ h - (V @ x + B @ h))",
    "a product of a product": "h = tanh(A @ (B @ h) + V @ (U @ x))",
    "a product inside a product": "h = tanh(A @ (r * h + V @ x) + b)",
    "an input of its own name": "y = x\nh = tanh(V @ y + W @ h)",
    "the same state, previous and new": "y = W @ h\nh = tanh(V @ x + y)\nz = W @ h + V @ x",
    "a bias alone": "b = a\nh = tanh(b + W @ h + V @ x)",
    "minGRU": "z = sigmoid(W_z @ x + b_z)\nn = W_n @ x + b_n\nh = (1 - z) * h + z * n",
}


@pytest.mark.parametrize("text", BY_HAND.values(), ids=BY_HAND)
@pytest.mark.parametrize("shape", [(4,), (3, 2)])
def test_cases_by_hand(text, shape):
    assert_equals_naive_steps(Cell("by hand", ("h",), text), shape=shape)


@pytest.mark.parametrize("cell", [*CELLS.values(), PEEPHOLE], ids=lambda cell: cell.name)
def test_cells(cell):
    assert_equals_naive_steps(cell, shape=(5, 2))


def test_the_lstm_is_one_product_a_step_and_nothing_of_the_input_is_left_in_the_loop():
    plan = hoist(CELLS["lstm"].program)
    assert [product.weight for product in plan.products["h"]] == ["W_hi", "W_hf", "W_hg", "W_ho"]
    assert all("x" in [leaf.name for leaf in leaves(product.ahead)] for product in plan.products["h"])
    assert not plan.ahead
    assert not any(leaf == Value("x") for line in plan.equations for leaf in leaves(line.expression))


def test_the_part_of_a_sum_that_is_known_ahead_is_computed_ahead():
    plan = hoist(CELLS["gru"].program)
    assert [product.weight for product in plan.products["h"]] == ["W_hr", "W_hz", "W_hn"]
    (ahead,) = plan.ahead.values()
    assert [leaf.name for leaf in leaves(ahead)] == ["W_xn", "x", "b_xn"]
