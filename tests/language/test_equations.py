import sys
from contextlib import contextmanager

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from rnnviz.cells import READOUT, Cell
from rnnviz.language.arithmetic import Arithmetic, bind
from rnnviz.language.equations import EquationError, Number, Operation, Value, Weight, parse
from rnnviz.language.functions import FUNCTIONS


def program(text, state=("h",)):
    return parse(text, inputs={"x": "I"}, state=state)


REFUSED = {
    "a call": ("h = open(x)", 1, 5, "`open(x)` is not allowed"),
    "a call of something computed": ("h = W @ h\ny = h(x)", 2, 5, "`h(x)` is not allowed"),
    "two arguments": ("h = tanh(x, x)", 1, 5, "`tanh(x, x)` is not allowed"),
    "a keyword argument": ("h = tanh(values=x)", 1, 5, "is not allowed"),
    "no argument": ("h = tanh()", 1, 5, "`tanh()` is not allowed"),
    "unpacking": ("h = tanh(*x)", 1, 10, "`*x` is not allowed"),
    "an import": ("h = __import__('os').system('ls')", 1, 5, "is not allowed"),
    "an import statement": ("import os", 1, 1, "write `name = expression`"),
    "an attribute": ("h = x.real + h", 1, 5, "`x.real` is not allowed"),
    "a subscript": ("h = x[0] * h", 1, 5, "`x[0]` is not allowed"),
    "an f-string": ("h = f'{x}'", 1, 5, "is not allowed"),
    "a lambda": ("h = lambda: x", 1, 5, "`lambda: x` is not allowed"),
    "a walrus": ("h = (y := x)", 1, 6, "`y := x` is not allowed"),
    "a comprehension": ("h = [a for a in x]", 1, 5, "is not allowed"),
    "a string": ("h = 'x'", 1, 5, "`'x'` is not allowed"),
    "a boolean": ("h = W @ h + True", 1, 13, "`True` is not allowed"),
    "None": ("h = None", 1, 5, "`None` is not allowed"),
    "an ellipsis": ("h = ...", 1, 5, "`...` is not allowed"),
    "a complex number": ("h = h * 2j", 1, 9, "`2j` is not allowed"),
    "an infinite number": ("h = h * 1e999", 1, 9, "`1e999` is not allowed"),
    "a huge integer": ("h = h * 1" + "0" * 400, 1, 9, "is not allowed"),
    "a power": ("h = h ** 2", 1, 5, "`h ** 2` is not allowed"),
    "a remainder": ("h = h % 2", 1, 5, "`h % 2` is not allowed"),
    "unary plus": ("h = +h", 1, 5, "`+h` is not allowed"),
    "a comparison": ("h = h < 2", 1, 5, "`h < 2` is not allowed"),
    "a choice": ("h = h if x else 0", 1, 5, "is not allowed"),
    "a tuple": ("h = h, x", 1, 5, "is not allowed"),
    "two targets": ("h = y = W @ h", 1, 1, "write `name = expression`"),
    "an augmented assignment": ("h += x", 1, 1, "`h += x` is not allowed"),
    "an annotation": ("h: int = x", 1, 1, "`h: int = x` is not allowed"),
    "an unpacked target": ("h, c = x", 1, 1, "`h, c = x` is not allowed"),
    "an expression alone": ("h = W @ h\nW @ x", 2, 1, "`W @ x` is not allowed"),
    "a block": ("if x: h = x", 1, 1, "write `name = expression`"),
    "a name not in ASCII": ("h = W @ h\nü = x", 2, 1, "`ü` is not a name; use letters a to z"),
    "a name with an underscore first": ("h = W @ h + _b", 1, 13, "`_b` is not a name"),
    "a function without its argument": ("h = W @ tanh", 1, 9, "`tanh` is a function; write `tanh(...)`"),
    "a function as target": ("tanh = W @ h", 1, 1, "`tanh` is a function"),
    "an unclosed parenthesis": ("h = tanh(W @ h", 1, 9, "'(' was never closed"),
    "a second line, indented": ("\n    h = W @ h\n    y = h.T\n", 3, 9, "`h.T` is not allowed"),
    "a syntax error, indented": ("\n    h = W @ h\n    y = h $ h\n", 3, 11, "this is not an equation"),
    "deep nesting": (f"h = {'-' * 100}h", 1, 65, "nested more than 60 deep"),
    "a very long text": ("h = h" + " + h" * 2500, 1, 1, "10005 characters are too long; at most 10000"),
    "no text": ("", 1, 1, "the state `h` is never computed"),
    "used before computed": ("y = W @ z\nz = W @ h\nh = y", 1, 9, "`z` is used before the line that computes it"),
    "used in its own line": ("y = y + x\nh = W @ h", 1, 5, "`y` is used before the line that computes it"),
    "computed twice": ("h = W @ h\nh = W @ x", 2, 1, "`h` is computed twice"),
    "an input as target": ("x = W @ h", 1, 1, "`x` is an input and cannot be computed"),
    "a state that is never computed": ("y = W @ h", 1, 1, "the state `h` is never computed; write a line `h = ...`"),
    "sizes that differ": ("h = h + x", 1, 5, "`h` is (H,) and does not fit `x`, which is (I,)"),
    "a state of the wrong size": ("h = 2 * x", 1, 1, "`h` is (H,) and does not fit `2 * x`, which is (I,)"),
    "one matrix for two sizes": ("h = W @ h + W @ x", 1, 13, "`W` is (?, H) and cannot be multiplied by `x`, which"),
    "a matrix as vector": ("h = W @ h + W", 1, 13, "`W` is used both as a matrix (left of @) and as a vector"),
    "a vector as matrix": ("h = b + b @ h", 1, 9, "`b` is used both as a matrix (left of @) and as a vector"),
    "a value as matrix": ("h = x @ h", 1, 5, "left of @ stands a weight matrix; `x` is a vector"),
    "a product of matrices": ("h = A @ B @ x", 1, 5, "a weight matrix, not `A @ B`; write `A @ (B @ x)`"),
    "a matrix times a weight": ("h = W @ b", 1, 9, "right of @ stands something computed; `b` is not"),
    "a matrix times a number": ("h = W @ 2 + h", 1, 9, "right of @ stands something computed; `2` is not"),
    "a matrix times numbers": ("h = W @ -(1 + 2) + h", 1, 9, "right of @ stands something computed; `-(1 + 2)` is not"),
    "softmax of a number": ("h = h + softmax(1 + 2)", 1, 17, "softmax takes a vector; `1 + 2` is a number"),
    "a number as value": ("y = 1 + 2\nh = y * h", 1, 5, "`y` must be a vector; its right side is a number"),
}  # fmt: skip


@pytest.mark.parametrize(("text", "line", "column", "phrase"), REFUSED.values(), ids=REFUSED)
def test_refused_with_the_place_and_the_reason(text, line, column, phrase):
    with pytest.raises(EquationError) as refused:
        program(text)
    assert phrase in str(refused.value)
    assert (refused.value.line, refused.value.column) == (line, column)
    assert str(refused.value).startswith(f"line {line}, column {column}: ")


# What Python itself says of these, and where, differs among its versions.
UNREADABLE = {
    "more digits than Python reads": "h = h * 1" + "0" * 5000,
    "a null byte": "h = \0",
    "half a character": "h = \ud800",
    "an unexpected indent": "h = W @ h\n  y = h",
    "deeper than Python reads": f"h = {'-' * 9000}h",
    "more parentheses than Python reads": f"h = {'(' * 500}h{')' * 500}",
}


@pytest.mark.parametrize("text", UNREADABLE.values(), ids=UNREADABLE)
def test_what_python_cannot_read_is_refused_all_the_same(text):
    with pytest.raises(EquationError, match=r"^line \d+, column \d+: "):
        program(text)


def test_a_refusal_says_what_is_allowed():
    with pytest.raises(
        EquationError, match=r"names, numbers, \+ - \* / @, unary minus, and the functions sigmoid, tanh"
    ):
        program("h = h ** 2")
    with pytest.raises(EquationError, match="there is no equation"):
        program("# a comment", state=())


ACCEPTED = [
    ("h = tanh(W_xh @ x + W_hh @ h + b_h)", {"W_xh": ("H", "I"), "W_hh": ("H", "H"), "b_h": ("H",)}, {"h": ("H",)}),
    ("h = W_a @ (W_b @ x)", {"W_a": ("H", "H"), "W_b": ("H", "I")}, {"h": ("H",)}),
    ("h = W_a @ softmax(W_b @ h) + 1", {"W_a": ("H", "H"), "W_b": ("H", "H")}, {"h": ("H",)}),
    ("e = V @ h * x\nh = U @ e", {"V": ("I", "H"), "U": ("H", "I")}, {"e": ("I",), "h": ("H",)}),
    ("s = a * x\nh = h / 2 + A @ s", {"a": ("I",), "A": ("H", "I")}, {"s": ("I",)}),
    ("h = p * -h", {"p": ("H",)}, {"h": ("H",)}),
    ("a = b / 2\nh = 0.5 * h", {"b": ("H",)}, {"a": ("H",)}),
    ("h = A @ (r * h)  # r is a weight here", {"A": ("H", "H"), "r": ("H",)}, {}),
    ("h = (A @ h +\n     B @ x)", {"A": ("H", "H"), "B": ("H", "I")}, {}),
]


@pytest.mark.parametrize(("text", "weights", "values"), ACCEPTED)
def test_shapes_are_inferred(text, weights, values):
    found = program(text)
    assert dict(found.weights) == weights
    assert dict(found.values) == {"x": ("I",), "h": ("H",)} | values


def test_the_sizes_of_a_readout():
    assert dict(READOUT.weights) == {"W_hy": ("O", "H"), "b_y": ("O",)}
    assert dict(READOUT.values) == {"h": ("H",), "y": ("O",)}


def test_the_tree_is_the_text():
    (line,) = program("h = -(1 - z) * h / 2 + W @ x").equations
    negated = Operation("negate", (Operation("-", (Number(1.0), Weight("z"))),))
    quotient = Operation("/", (Operation("*", (negated, Value("h", previous=True))), Number(2.0)))
    assert line.expression == Operation("+", (quotient, Operation("@", (Weight("W"), Value("x")))))


def test_bind_takes_its_arithmetic_from_the_caller():
    (line,) = program("h = -tanh(W @ x) + 2 * h").equations
    said = {name: lambda left, right, sign=name: f"({left} {sign} {right})" for name in ("+", "*")}
    said |= {name: lambda inner, function=name: f"{function}[{inner}]" for name in ("negate", "tanh")}
    said |= {"@": lambda left, right, ranks: f"({left} @ {right}, {ranks})"}
    spoken = Arithmetic(said, " over ".join, " beside ".join)
    wanted = "(negate[tanh[(W @ x, (2, 1))]] + (2.0 * old))"
    assert bind(line.expression, spoken)({"W": "W", "x": "x", "h'": "old"}) == wanted
    with pytest.raises(TypeError, match="not an expression: 'h'"):
        bind("h", spoken)


# What Python reports when it runs code; an audit hook cannot be taken away again, so it is switched.
executed: list[str] = []
watching = False
sys.addaudithook(lambda event, _: executed.append(event) if watching and event in ("exec", "import") else None)


@contextmanager
def nothing_executed():
    global watching
    executed.clear()
    watching = True
    try:
        yield
    finally:
        watching = False
    assert executed == []


def test_the_watch_sees_execution():
    with pytest.raises(AssertionError), nothing_executed():
        eval("1 + 1")


WORDS = [
    *"hcxbWV=+-*/@()\n ,.:[]{}0129e_#'\"\\%",
    *(
        "h = ",
        "W @ ",
        " + ",
        "(1 - ",
        "W_xh @ x",
        "1e9",
        "lambda x: ",
        "f'{x}'",
        ":=",
        "if ",
        " for ",
        "**",
        "\t",
        "\r",
    ),
    *("eval('1')", "exec('1')", "__import__('os')", "().__class__", "print(x)", "\x00", "\x0c", "é", "True", "2j"),
    *(f"{name}(" for name in FUNCTIONS),
]


@settings(max_examples=300)
@given(st.text(max_size=60) | st.lists(st.sampled_from(WORDS), max_size=25).map("".join))
@example("h = tanh(W @ x + V @ h)")
@example("h = eval('1') + h")
def test_any_text_is_a_cell_or_an_equation_error(text):
    with nothing_executed():
        try:
            cell = Cell("t", ("h",), text)
        except EquationError as refused:
            place = refused.line, refused.column
        else:
            place = 1, 1 + cell.program.targets.index("h")
    assert min(place) >= 1
