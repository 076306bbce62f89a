"""The formula with its numbers, evaluated as it stands on the page."""

import re

import numpy as np
import pytest
from scipy.special import expit

from rnnviz.cells import GRU, LSTM
from rnnviz.language.equations import Number, Operation, Value, Weight
from rnnviz.notation import percent
from tests.browser.stage import ALL_CELLS, Stage, assert_equal, flawless_pages, random_scene, values_of

UNITS = (0, 3, 4)
STEPS = (0, 2, 5)
#: How a sign of the page is written in Python.
SIGNS = {"·": "*", "−": "-", "∕": "/", "+": "+", "(": "(", ")": ")", "σ(": "expit(", "tanh(": "tanh(", "ReLU(": "relu("}
FUNCTIONS = {"expit": expit, "tanh": np.tanh, "relu": lambda value: max(value, 0.0)}

READ_ALL = """([lines, units, steps]) => {
    const player = document.querySelector(".player");
    const text = (selector) => player.querySelector(`.formula ${selector}`).textContent;
    const part = (node) => ({ tag: node.localName, text: node.textContent, ...node.dataset });
    const readings = [];
    for (const step of steps) for (const line of lines) for (const unit of units) {
        player.querySelectorAll(".column")[step].click();
        const column = player.querySelector(`[data-line="${line}"] .column-of`);
        const { top, height } = column.getBoundingClientRect();
        const clientY = top + height * (unit + 0.5) / column.values.length;
        column.dispatchEvent(new MouseEvent("click", { clientY, bubbles: true }));
        const rows = Array.from(player.querySelectorAll(".formula math"),
            (row) => Array.from(row.querySelectorAll("mo, mn, msub"), part));
        readings.push([line, unit, step, { rows, where: text(".where"), sentence: text(".sentence") }]);
    }
    return readings;
}"""


def read_formulas(stage, scene, steps=STEPS, units=UNITS):
    """Choose every line at some units and steps by clicking; what stands there: (line, unit, step, formula)."""
    stage.mount(scene)
    return stage.page.evaluate(READ_ALL, [scene.cell.program.targets, list(units), list(steps)])


@pytest.fixture(scope="module", params=ALL_CELLS, ids=lambda cell: cell.name)
def read(request, browser):
    """A scene of each cell, its trace, and its formulas as they stand on the page."""
    scene = random_scene(request.param)
    with flawless_pages(browser) as open_page:
        yield scene, values_of(scene)[0], read_formulas(Stage(open_page()), scene)


def number(text):
    """The number that a reader sees."""
    return float(text.strip("()").replace("−", "-"))


def calculate(row):
    """What a row of signs and numbers comes to, taking for each number the exact one behind it."""
    written = [
        f"({part.get('value') or number(part['text'])})" if part["tag"] == "mn" else SIGNS[part["text"]] for part in row
    ]
    return eval(" ".join(written), FUNCTIONS)


def assert_rounds_to(text, value):
    """Three decimals, or two digits where decimals would show nothing."""
    if "e" in text:
        assert not 5e-4 <= abs(value) < 1e5
        assert number(text) == pytest.approx(value, rel=0.06)
    else:
        assert re.fullmatch(r"\(−\d+\.\d{3}\)|−?\d+\.\d{3}", text)
        assert abs(number(text) - value) <= 0.0005 * (1 + 1e-9)


def vector_of(expression, trace, step):
    """The vector that stands right of an @, computed here once more."""
    match expression:
        case Value("x"):
            return trace.inputs[step]
        case Value(name, previous=True):
            return trace[name][step - 1] if step else np.zeros_like(trace[name][0])
        case Value(name):
            return trace[name][step]
        case Operation("*", (left, right)):
            return vector_of(left, trace, step) * vector_of(right, trace, step)


def numbers_of(expression, trace, step, unit):
    """The numbers of an expression from left to right, a product with a matrix as the one number it comes to."""
    match expression:
        case Number(value):
            yield value
        case Weight(name):
            yield trace.weights[name][unit]
        case Value():
            yield vector_of(expression, trace, step)[unit]
        case Operation("@", (matrix, vector)):
            yield trace.weights[matrix.name][unit] @ vector_of(vector, trace, step)
        case Operation(_, parts):
            for part in parts:
                yield from numbers_of(part, trace, step, unit)


def shown_parts(scene, name):
    """What a sentence about a quantity says, as a pattern with the names percent, value and unit."""
    pattern = re.escape(scene.cell.quantity(name).reading)
    for part in ("percent", "value", "unit"):
        pattern = pattern.replace(re.escape("{" + part + "}"), f"(?P<{part}>[^ ]+(?: [\\d.]+)?(?: %)?)", 1)
    return re.compile(pattern)


def shown_gates(scene, sentence):
    """The letters of the gates that a sentence speaks of, each with the share it names."""
    for name in scene.cell.program.targets:
        said = shown_parts(scene, name).search(sentence)
        if said and "percent" in said.groupdict():
            yield name, said["percent"]


def assert_says(share, text):
    """In per cent, and never nothing or all of it for what is not quite that."""
    assert text == percent(share)


def test_every_number_is_the_trace_s_and_they_come_to_the_result(read):
    scene, trace, formulas = read
    expressions = {equation.target: equation.expression for equation in scene.cell.program.equations}
    for line, unit, step, formula in formulas:
        _, (equals, *numbers), *_, (_, result) = formula["rows"]
        shown = [float(part.get("value") or part["text"]) for part in numbers if part["tag"] == "mn"]
        assert_equal(shown, list(numbers_of(expressions[line], trace, step, unit)))
        assert_equal(float(result["value"]), trace[line][step, unit])
        assert_equal(calculate(numbers), float(result["value"]))
        assert equals["text"] == "="
        assert (result["quantity"], result["unit"]) == (scene.cell.quantity(line).name, str(unit))


def test_what_is_read_is_what_was_computed_rounded(read):
    for *_, formula in read[2]:
        _, (_, *numbers), *between, (_, result) = formula["rows"]
        for part in [*numbers, result]:
            if "value" in part:
                assert_rounds_to(part["text"], float(part["value"]))
        for _, function, inner, _ in between:  # σ(0.824), between the sum and the result
            assert function["text"] == numbers[0]["text"]
            assert_rounds_to(inner["text"], calculate(numbers[1:-1]))


def test_the_sentence_says_the_result_and_what_every_gate_does(read):
    scene, trace, formulas = read
    for line, unit, step, formula in formulas:
        gates = {part["quantity"] for row in formula["rows"] for part in row if "quantity" in part}
        named = {letter for letter in scene.cell.quantities if scene.cell.quantities[letter] in gates}
        for name in {line, *(letter for letter in named if scene.cell.quantity(letter).scale == "gate")}:
            said = shown_parts(scene, name).search(formula["sentence"])
            assert said, (name, formula["sentence"])
            assert said["unit"] == str(unit + 1)
            if scene.cell.quantity(name).scale == "gate":
                assert_says(trace[name][step, unit], said["percent"])
            else:
                assert_rounds_to(said["value"].rstrip("."), trace[name][step, unit])


def test_the_parts_named_in_words_add_up_to_the_sum(read):
    for *_, formula in read[2]:
        _, numbers, *between, _ = formula["rows"]
        _, told, parts = formula["sentence"].partition("In the sum: ")
        assert bool(told) == bool(between)
        if told:
            terms = [number(part.rsplit(" ", 1)[1]) for part in parts.rstrip(".").split(", ")]
            assert sum(terms) == pytest.approx(calculate(numbers[2:-1]), abs=0.0005 * len(terms) + 1e-9)


def test_shares_near_nothing_and_near_all_are_not_called_so(stage):
    scene = random_scene(LSTM, scale=30.0, seed=1)
    trace, _ = values_of(scene)
    said = set()
    for _, unit, step, formula in read_formulas(stage, scene, steps=(3, 4), units=range(5)):
        for name, gate in shown_gates(scene, formula["sentence"]):
            assert_says(trace[name][step, unit], gate)
            said.add(gate)
    assert any(text.startswith("0.") for text in said)
    assert "over 99.99 %" in said


def test_the_symbols_stand_above_their_numbers(stage):
    for line, *_, formula in read_formulas(stage, random_scene(GRU), steps=(2,), units=(1,)):
        symbols = "".join(part["text"] for part in formula["rows"][0])
        assert (
            symbols
            == {
                "r": "rt=σ(Wxrxt+Whrht−1+br)",
                "z": "zt=σ(Wxzxt+Whzht−1+bz)",
                "n": "nt=tanh(Wxnxt+bxn+rt·(Whnht−1+bhn))",
                "h": "ht=(1−zt)·nt+zt·ht−1",
            }[line]
        )
        assert formula["where"] == "Unit 2, step 3, letter “x2”"
