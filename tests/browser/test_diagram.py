"""The cell as a diagram: it computes what the equations do, shows their numbers, and can be read."""

import re
from math import prod

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from playwright.sync_api import expect

from rnnviz.cells import LSTM, Cell
from rnnviz.player.payload import describe
from rnnviz.trace import run
from tests.browser.stage import ALL_CELLS, random_scene

MINIMAL = Cell("minimal", ("h",), "z = sigmoid(W_xz @ x + b_z)\nn = W_xn @ x + b_n\nh = (1 - z) * h + z * n")
TWO_LANES = Cell(
    "two_lanes",
    ("h", "s"),
    """
        u = tanh(W_xu @ x + W_hu @ h + b_u)
        s = 0.9 * s + 0.1 * u
        g = sigmoid(W_xg @ x + W_sg @ s + b_g)
        h = h + g * (tanh(s) - h)
    """,
)
TWICE = Cell("twice", ("h",), "h = tanh(W_xh @ x + W_ah @ h + W_bh @ h + h + b)")
DRAWN = [*ALL_CELLS, MINIMAL, TWO_LANES, TWICE]

#: Everything that the diagram of a cell is: its graph and where it is drawn.
_DIAGRAM = """async (cell) => {
    const { dataflow } = await import("/engine/dataflow.js");
    const { layOut } = await import("/views/network/diagram_layout.js");
    const { HALF } = await import("/views/network/diagram_paths.js");
    const flow = dataflow(cell);
    const layout = layOut(flow);
    return { nodes: flow.nodes, layout: { ...layout, places: Object.fromEntries(layout.places) }, half: HALF };
}"""


def diagram(stage, cell):
    return stage.page.evaluate(_DIAGRAM, describe(cell))


def computed(node, values, weights):
    """What a part of a diagram gives, from its inputs and what it says of itself alone."""
    if node["kind"] == "box":
        return _box(node, values, weights)
    operands = [_operand(one, values, weights) for one in node["operands"]]
    match node["label"]:
        case "+":
            return sum(operands)
        case "*":
            return prod(operands)
        case "-":
            left, right = operands
            return left - right
        case "/":
            left, right = operands
            return left / right
        case "negate":
            return -operands[0]
    [alone] = operands
    return alone


def _operand(operand, values, weights):
    if "id" in operand:
        return values[operand["id"]]
    name = operand["constant"]
    return weights[name] if name in weights else float(name)


def _box(node, values, weights):
    """The sum of all that comes in, each times the weight that its line names, and of the biases; bent."""
    total = 0.0
    for name in node["inputs"]:
        for weight in map(weights.get, node["weights"][name]):
            met = (
                values[name] if weight is None else weight @ values[name] if weight.ndim == 2 else weight * values[name]
            )
            total = total + met
    expression = node["expression"] if node["label"] == "W" else node["expression"]["arguments"][0]
    for term in _summands(expression):
        total += weights[term["weight"]] if "weight" in term else term.get("number", 0.0)
    match node["label"]:
        case "tanh":
            return np.tanh(total)
        case "relu":
            return np.maximum(total, 0)
        case "sigmoid":
            return 1 / (1 + np.exp(-total))
    return total


def _times(weight, value):
    if weight is None:
        return value
    return weight @ value if weight.ndim == 2 else weight * value


def _summands(expression):
    if expression.get("function") != "+":
        return [expression]
    return [term for part in expression["arguments"] for term in _summands(part)]


def assert_computes(found, cell, t=3):
    """Every part that has a name gives what numpy computes by the equations."""
    scene = random_scene(cell)
    trace = run(cell, scene.weights, scene.inputs)
    values = {}
    for node in found["nodes"]:
        name = node["name"]
        if node["kind"] == "source":
            values[name] = scene.inputs[t] if name == "x" else trace[name.removesuffix("'")][t - 1]
            continue
        values[node["id"]] = computed(node, values, scene.weights)
        if name:
            np.testing.assert_allclose(values[node["id"]], trace[name][t], rtol=1e-12, atol=1e-12)
    assert {node["name"] for node in found["nodes"]} >= set(cell.program.targets)


@pytest.mark.parametrize("cell", DRAWN, ids=lambda cell: cell.name)
def test_parts_and_wires_compute_what_the_equations_do(stage, cell):
    assert_computes(diagram(stage, cell), cell)


@pytest.mark.parametrize(
    ("expression", "sign"),
    [
        ("1 - s", "1−"),
        ("s - 1", "−1"),
        ("s / 2", "∕2"),
        ("h - s", "−s′"),
        ("s - tanh(h)", "s′−"),
        ("s * s", "×s′"),
        ("s + s", "+s′"),
        ("0.5 * s", "×0.5"),
        ("-s", "−"),
    ],
)
def test_a_sign_says_what_it_works_with_beside_its_wires_and_on_which_side(stage, expression, sign):
    cell = Cell("signs", ("h", "s"), f"h = tanh(W_xh @ x + W_hh @ h + b)\ns = {expression}")
    player = stage.mount(random_scene(cell))
    assert sign in player.locator(".part.sign .does").all_text_contents()


def rectangles(found):
    kinds = {node["id"]: node["kind"] for node in found["nodes"]}
    for name, place in found["layout"]["places"].items():
        half = found["half"][kinds[name]]
        yield name, (place["x"] - half["x"], place["y"] - half["y"], place["x"] + half["x"], place["y"] + half["y"])


def assert_legible(found):
    """No two parts overlap, all is within the picture, every input is wired."""
    layout = found["layout"]
    boxes = dict(rectangles(found))
    drawn = {node["id"]: node for node in found["nodes"] if node["kind"] != "source"}
    assert boxes.keys() == drawn.keys()
    for name, (left, top, right, bottom) in boxes.items():
        assert 0 <= left < right <= layout["width"]
        assert 0 <= top < bottom <= layout["height"]
        for other, (a, b, c, d) in boxes.items():
            assert other == name or right <= a or c <= left or bottom <= b or d <= top
    wired = {(wire["from"], wire["to"]) for wire in layout["wires"]}
    wired |= {(line["source"], tap["to"]) for line in layout["lines"] for tap in line["taps"]}
    assert wired == {(name, node["id"]) for node in drawn.values() for name in node["inputs"]}


@pytest.mark.parametrize("cell", DRAWN, ids=lambda cell: cell.name)
def test_a_diagram_can_be_read(stage, cell):
    found = diagram(stage, cell)
    assert_legible(found)
    boxes = dict(rectangles(found))
    wires = [(wire["path"], {wire["from"], wire["to"]}) for wire in found["layout"]["wires"]]
    wires += [(tap["path"], {tap["to"]}) for line in found["layout"]["lines"] for tap in line["taps"]]
    for path, ends in wires:
        for x, low, high in uprights(path):
            for name, (left, top, right, bottom) in boxes.items():
                crosses = left < x < right and low < bottom - 1 and high > top + 1
                assert name in ends or not crosses, (path, name)


def uprights(path):
    """The vertical pieces of a path: x, from, to."""
    x = y = 0.0
    for sign, numbers in re.findall(r"([MVHC])([-\d. ]+)", path):
        place = list(map(float, numbers.split()))
        match sign:
            case "M" | "C":
                x, y = place[-2:]
            case "H":
                x = place[0]
            case "V":
                yield x, min(y, place[0]), max(y, place[0])
                y = place[0]


def expressions(names):
    leaves = st.sampled_from([*names, "(W_hh @ h)", "(W_xh @ x + b)", "0.5", "1"])
    return st.recursive(
        leaves,
        lambda inner: st.one_of(
            st.tuples(inner, st.sampled_from("+-*"), inner).map(lambda parts: f"({' '.join(parts)})"),
            st.tuples(st.sampled_from(["tanh", "sigmoid", "relu"]), inner).map(lambda parts: f"{parts[0]}({parts[1]})"),
        ),
        max_leaves=6,
    )


@given(expressions(["h", "s"]), expressions(["h", "s", "u"]), expressions(["h", "s", "u"]))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_cell_has_a_diagram(stage, u, s, h):
    text = f"u = tanh(W_xu @ x) * {u}\ns = {s} + 0.1 * u\nh = tanh(W_xo @ x) + {h}"
    cell = Cell("drawn", ("h", "s"), text)
    found = diagram(stage, cell)
    assert_legible(found)
    assert_computes(found, cell)


def test_wires_carry_the_numbers_of_the_chosen_unit(stage):
    scene = random_scene(LSTM)
    trace = run(LSTM, scene.weights, scene.inputs)
    player = stage.mount(scene, initial={"timeStep": 2, "unit": 3, "line": "c"})
    parts = player.locator(".diagram .part")
    said = [part.text_content().split() for part in parts.locator(".number").all()]
    shown = {words[0]: float(words[1].replace("−", "-")) for words in said if len(words) == 2}
    assert shown == {name: pytest.approx(trace[name][2, 3], abs=0.005) for name in LSTM.program.targets}
    assert set(player.locator(".part.framed").evaluate_all("parts => parts.map((part) => part.dataset.line)")) == {"c"}
    parts.and_(player.locator("[data-line=g]")).click()
    expect(player.locator(".part.framed")).to_have_attribute("data-line", "g")
    expect(player.locator(".equation[data-line=g] .title")).to_have_attribute("aria-pressed", "true")
