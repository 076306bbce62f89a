import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rnnviz.cells import CELLS, LSTM, READOUT
from rnnviz.language.equations import Equation, Number, Operation, Value, Weight, parse
from rnnviz.language.functions import FUNCTIONS
from rnnviz.language.latex import equation_latex, expression_latex, symbol_latex
from tests.own_cells import PEEPHOLE

TOKEN = re.compile(
    r"""\s*(?:
      (?P<number>\d+(\.\d+)?)
    | \\(?P<function>sigma|tanh|operatorname\{\w+\})
    | (?P<command>\\frac|\\odot|\\cdot)
    | (?P<letter>[A-Za-z]|\\mathit\{[A-Za-z0-9]+\})(_(?P<subscript>[A-Za-z0-9]|\{[^{}]*\}))?
    | (?P<sign>[-+(){}=]))""",
    re.VERBOSE,
)
SPOKEN = {
    "sigma": "sigmoid",
    "tanh": "tanh",
    "operatorname{ReLU}": "relu",
    "operatorname{softmax}": "softmax",
}


class Reader:
    """Reads LaTeX as a mathematician does: products before sums, a matrix applies to all that is joined to it."""

    def __init__(self, latex):
        self.tokens, place = [], 0
        while place < len(latex):
            token = TOKEN.match(latex, place)
            assert token, f"cannot read {latex[place:]!r}"
            self.tokens.append({kind: text for kind, text in token.groupdict().items() if text is not None})
            place = token.end()

    def next(self, *wanted):
        """Whether the next token is a sign or a command that is wanted; if so it is taken."""
        token = self.tokens[0] if self.tokens else {}
        found = token.get("sign", token.get("command"))
        return self.tokens.pop(0) and found if found in wanted else None

    def take(self, sign):
        assert self.next(sign), f"{sign} should stand before {self.tokens}"

    def equation(self):
        target = self.atom()
        self.take("=")
        return Equation(target.name, self.whole())

    def whole(self):
        expression = self.sum()
        assert not self.tokens, f"left over: {self.tokens}"
        return expression

    def sum(self):
        left = Operation("negate", (self.product(),)) if self.next("-") else self.product()
        while sign := self.next("+", "-"):
            left = Operation(sign, (left, self.product()))
        return left

    def product(self):
        left = self.matrix_product()
        if isinstance(left, Number) and self.is_joined():
            left = Operation("*", (left, self.matrix_product()))
        while self.next(r"\odot", r"\cdot"):
            left = Operation("*", (left, self.matrix_product()))
        return left

    def matrix_product(self):
        left = self.atom()
        return Operation("@", (left, self.matrix_product())) if isinstance(left, Weight) and self.is_joined() else left

    def is_joined(self):
        token = self.tokens[0] if self.tokens else {}
        return bool({"number", "function", "letter"} & set(token)) or token in ({"sign": "("}, {"command": r"\frac"})

    def atom(self):
        if self.next("("):
            return self.until(")")
        if self.next(r"\frac"):
            parts = []
            for _ in range(2):
                self.take("{")
                parts.append(self.until("}"))
            return Operation("/", tuple(parts))
        token = self.tokens.pop(0)
        if "number" in token:
            return Number(float(token["number"]))
        if "function" in token:
            self.take("(")
            return Operation(SPOKEN[token["function"]], (self.until(")"),))
        return self.symbol(token["letter"], token.get("subscript"))

    def until(self, end):
        expression = self.sum()
        self.take(end)
        return expression

    def symbol(self, letter, subscript):
        letter = letter.removeprefix(r"\mathit{").removesuffix("}")
        if subscript is None:
            return Weight(letter)
        subscript = subscript.removeprefix("{").removesuffix("}").replace(r"\_", "_")
        head, comma, index = subscript.rpartition(",")
        if index not in ("t", "t-1"):
            return Weight(f"{letter}_{subscript}")
        return Value(f"{letter}_{head}" if comma else letter, previous=index == "t-1")


def expression_of(text):
    return parse(f"y = {text} + 0 * a", inputs=dict.fromkeys("abchr", "N")).equations[0].expression.arguments[0]


@pytest.mark.parametrize("cell", [*CELLS.values(), PEEPHOLE], ids=lambda cell: cell.name)
def test_the_equations_of_a_cell_read_back(cell):
    for equation in (*cell.program.equations, *READOUT.equations):
        assert Reader(equation_latex(equation)).equation() == equation


names = st.from_regex(r"[A-Za-z][A-Za-z0-9_]{0,6}", fullmatch=True)
# A weight called a_t looks like a value at time t; that is its author's choice.
weights = st.builds(Weight, names.filter(lambda name: name.partition("_")[2] != "t"))
numbers = st.integers(0, 10**6).map(float) | st.floats(0, 1e20, allow_subnormal=False)
trees = st.recursive(
    weights | st.builds(Value, names, st.booleans()) | st.builds(Number, numbers),
    lambda inner: (
        st.builds(Operation, st.sampled_from("+-*/"), st.tuples(inner, inner))
        | st.builds(Operation, st.just("@"), st.tuples(weights, inner))
        | st.builds(Operation, st.sampled_from(["negate", *FUNCTIONS]), st.tuples(inner))
    ),
    max_leaves=15,
)


@settings(max_examples=500)
@given(trees)
def test_any_expression_reads_back(tree):
    assert Reader(expression_latex(tree)).whole() == tree


@pytest.mark.parametrize(
    ("text", "latex"),
    [
        ("a - (b - c)", "a_t - (b_t - c_t)"),
        ("a - b - c", "a_t - b_t - c_t"),
        ("(1 - a) * b", r"(1 - a_t) \odot b_t"),
        ("-(a + b)", "-(a_t + b_t)"),
        ("-a + b", "-a_t + b_t"),
        ("a - -b", "a_t - (-b_t)"),
        ("-(a * b)", r"-a_t \odot b_t"),
        ("(-a) * b", r"(-a_t) \odot b_t"),
        ("a / (b / c)", r"\frac{a_t}{\frac{b_t}{c_t}}"),
        ("(a + b) / 2 * c", r"\frac{a_t + b_t}{2} \odot c_t"),
        ("W @ (r * h)", r"W (r_t \odot h_t)"),
        ("W @ h * r", r"W h_t \odot r_t"),
        ("W_a @ (W_b @ tanh(h))", r"W_a W_b \tanh(h_t)"),
        ("2 * h", "2 h_t"),
        ("2 * (W @ h)", "2 W h_t"),
        ("2 * h * r", r"2 h_t \odot r_t"),
        ("h * 2", r"h_t \cdot 2"),
        ("2 * 0.5 * h", r"2 \cdot 0.5 \cdot h_t"),
        ("(1 + 2) * h", r"(1 + 2) \cdot h_t"),
        ("p * h", r"p \odot h_t"),
        ("1e-5 + h", "0.00001 + h_t"),
        ("relu(a) + softmax(b)", r"\operatorname{ReLU}(a_t) + \operatorname{softmax}(b_t)"),
    ],
)
def test_parentheses_stand_where_they_are_needed_and_nowhere_else(text, latex):
    expression = expression_of(text)
    assert expression_latex(expression) == latex
    assert Reader(latex).whole() == expression


@pytest.mark.parametrize(
    ("symbol", "latex"),
    [
        (Weight("W_xf"), "W_{xf}"),
        (Weight("b_f"), "b_f"),
        (Weight("p"), "p"),
        (Weight("W_x_f"), r"W_{x\_f}"),
        (Weight("bias_f"), r"\mathit{bias}_f"),
        (Value("f"), "f_t"),
        (Value("h", previous=True), "h_{t-1}"),
        (Value("h_new"), "h_{new,t}"),
        (Value("forget"), r"\mathit{forget}_t"),
    ],
)
def test_a_name_is_written_with_its_subscript_and_its_time(symbol, latex):
    assert symbol_latex(symbol) == latex


def test_the_lstm_as_in_a_book():
    assert [equation_latex(line) for line in LSTM.program.equations] == [
        r"i_t = \sigma(W_{xi} x_t + W_{hi} h_{t-1} + b_i)",
        r"f_t = \sigma(W_{xf} x_t + W_{hf} h_{t-1} + b_f)",
        r"g_t = \tanh(W_{xg} x_t + W_{hg} h_{t-1} + b_g)",
        r"o_t = \sigma(W_{xo} x_t + W_{ho} h_{t-1} + b_o)",
        r"c_t = f_t \odot c_{t-1} + i_t \odot g_t",
        r"h_t = o_t \odot \tanh(c_t)",
    ]


def test_a_peephole_looks_at_the_old_cell_state_and_the_output_gate_at_the_new_one():
    written = {line.target: equation_latex(line) for line in PEEPHOLE.program.equations}
    assert written["f"] == r"f_t = \sigma(W_{xf} x_t + W_{hf} h_{t-1} + p_f \odot c_{t-1} + b_f)"
    assert written["o"] == r"o_t = \sigma(W_{xo} x_t + W_{ho} h_{t-1} + p_o \odot c_t + b_o)"


def test_every_function_of_the_language_has_a_sign():
    assert {FUNCTIONS[name].latex for name in SPOKEN.values()} == {f"\\{sign}" for sign in SPOKEN}
    assert set(SPOKEN.values()) == set(FUNCTIONS)
    with pytest.raises(TypeError, match="not an expression: 'h'"):
        expression_latex("h")
