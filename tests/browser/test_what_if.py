"""Every what-if of the browser against its Python twin."""

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rnnviz.analysis.dynamics import half_life, kept, mean_half_life
from rnnviz.cells import GRU, LSTM
from rnnviz.trace import run
from rnnviz.what_if import Clamp, Erase, SetInput, SetSymbol, SetWeight, Silence
from tests.browser.stage import ALL_CELLS, assert_equal, random_scene

STEPS, INPUTS, UNITS = 6, 3, 5


def one_hot_scene(cell, seed=0, scale=2.0):
    """A cell that reads the symbols a, b and c."""
    scene = random_scene(cell, seed=seed, input_size=INPUTS, hidden_size=UNITS, steps=STEPS)
    scene.inputs[:] = np.eye(INPUTS)[np.random.default_rng(seed).integers(INPUTS, size=STEPS)] * scale
    object.__setattr__(scene, "input_symbols", ("a", "b", "c"))
    return scene


def bounded(cell):
    """The letters of a cell with both bounds finite, and these."""
    return [
        (letter, cell.quantity(letter).bounds)
        for letter in cell.program.targets
        if np.isfinite(cell.quantity(letter).bounds).all()
    ]


@st.composite
def changes(draw, cell):
    """A change as the address writes it, and its twin in Python."""
    name = cell.name
    unit, step, index = (draw(st.integers(0, size - 1)) for size in (UNITS, STEPS, INPUTS))
    value = draw(st.integers(-300, 300)) / 100
    kind = draw(st.sampled_from(["hold", "hold all", "silence", "matrix", "bias", "input", "read"]))
    if kind.startswith("hold"):
        if not bounded(cell):
            return f"silence {name} {unit + 1}", Silence(unit)
        letter, (low, high) = draw(st.sampled_from(bounded(cell)))
        value = round(low + (high - low) * draw(st.integers(0, 100)) / 100, 4)
        whom = None if kind == "hold all" else unit
        return f"hold {name} {letter} {'all' if whom is None else unit + 1} {value}", Clamp(letter, value, whom)
    if kind == "silence":
        return f"silence {name} {unit + 1}", Silence(unit)
    if kind in ("matrix", "bias"):
        length = {"matrix": 2, "bias": 1}[kind]
        named = [weight for weight, shape in cell.program.weights.items() if len(shape) == length]
        weight = draw(st.sampled_from(named))
        columns = INPUTS if cell.program.weights[weight][-1] == "I" else UNITS
        place = (unit, draw(st.integers(0, columns - 1))) if length == 2 else (unit,)
        return f"weight {name} {weight} {'.'.join(str(at + 1) for at in place)} {value}", SetWeight(
            weight, place, value
        )
    if kind == "input":
        return f"input {step + 1} {index + 1} {value}", SetInput(step, index, value)
    return f"read {step + 1} {'abc'[index]}", SetSymbol(step, index)


@pytest.mark.parametrize("cell", ALL_CELLS, ids=lambda cell: cell.name)
def test_whatever_is_changed_the_browser_computes_what_python_computes(stage, cell):
    scene = one_hot_scene(cell)

    @settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(st.lists(changes(cell), max_size=6))
    def same(drawn):
        shown = stage.compute(scene, "*".join(text for text, _ in drawn))
        # In the browser a later change of the same place replaces the earlier one where that stood.
        trace = run(cell, scene.weights, scene.inputs, changes=[twin for _, twin in drawn])
        assert_equal(shown.pop("x"), trace.inputs)
        for letter, values in shown.items():
            assert_equal(values, trace[letter])

    same()


@pytest.mark.parametrize("cell", [LSTM, GRU], ids=lambda cell: cell.name)
@pytest.mark.parametrize("held", [None, 0.0, 1.0])
def test_half_lives_are_python_s(stage, cell, held):
    scene = random_scene(cell, steps=12, seed=3)
    ((state, shares),) = kept(run(cell, scene.weights, scene.inputs)).items()
    shares = shares.copy()
    if held is not None:
        shares[:, 2] = held
    assert state in cell.state
    every, mean = stage.page.evaluate(
        """async (shares) => {
            const { halfLives, meanHalfLives } = await import("/engine/memory.js");
            const vectors = shares.map((vector) => Float64Array.from(vector));
            const plain = (vector) => Array.from(vector, (value) => (value === Infinity ? "long" : value));
            return [halfLives(vectors).map(plain), plain(meanHalfLives(vectors))];
        }""",
        shares.tolist(),
    )
    numbers = np.vectorize(lambda value: np.inf if value == "long" else float(value))
    np.testing.assert_allclose(numbers(np.array(every, dtype=object)), half_life(shares), rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(numbers(np.array(mean, dtype=object)), mean_half_life(shares), rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("cell", ALL_CELLS, ids=lambda cell: cell.name)
def test_an_erased_input_is_python_s(stage, cell):
    scene = random_scene(cell)
    shown = stage.page.evaluate(
        """async ([data, timeStep]) => {
            const { Network } = await import("/engine/trace.js");
            const { erased } = await import("/engine/what_if.js");
            const { values } = erased(new Network(data), timeStep);
            return Object.fromEntries(Array.from(values, ([key, rows]) => [key, rows.map((row) => Array.from(row))]));
        }""",
        [stage.board_data([scene], ())["networks"][0], 2],
    )
    trace = run(cell, scene.weights, scene.inputs, changes=[Erase(2)])
    for letter in trace.values:
        assert_equal(shown[letter], trace[letter])


READ = """async ([data, text]) => {
    const { Network } = await import("/engine/trace.js");
    const { readChanges, writeChanges } = await import("/engine/what_if.js");
    const entry = (network) => [network.cell.name, { data: network, network: new Network(network) }];
    const cells = new Map(data.networks.map(entry));
    const { changes, refusals } = readChanges(text, cells);
    return [writeChanges(changes, cells), refusals];
}"""


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("hold lstm z 1 0.5", "LSTM has no z"),
        ("hold lstm f 6 0.5", "it needs a unit from 1 to 5"),
        ("hold lstm f 0 0.5", "it needs a unit from 1 to 5"),
        ("hold lstm f all 1.5", "forget gate can be held at 0 to 1"),
        ("hold lstm f all x", "forget gate can be held at 0 to 1"),
        ("hold lstm f", "it needs a unit from 1 to 5"),
        ("hold vanilla f all 1", "no cell here is called vanilla"),
        ("silence gru 9", "it needs a unit from 1 to 5"),
        ("weight lstm W_zz 1.1 1", "LSTM has no weight W_zz"),
        ("weight lstm W_hf 1 1", "W_hf needs a row and a column"),
        ("weight lstm b_f 1.1 1", "b_f needs a row"),
        ("weight lstm W_hf 1.6 1", "W_hf has only 5 times 5 values"),
        ("weight lstm W_hf 1.5 1e9", "it needs a number"),
        ("weight lstm constructor 1 1", "LSTM has no weight constructor"),
        ("input 7 1 1", "it needs a step from 1 to 6"),
        ("input 1 4 1", "it needs a component from 1 to 3"),
        ("input 1 1 NaN", "it needs a number"),
        ("read 1 z", "it needs one of the letters that are read"),
        ("read 9 a", "it needs a step from 1 to 6"),
        ("constructor", "there is no change called constructor"),
        ("<img src=x>", "there is no change called <img"),
    ],
)
def test_a_change_that_does_not_fit_is_refused_in_a_sentence_and_the_others_stand(stage, text, problem):
    data = stage.board_data([one_hot_scene(LSTM), one_hot_scene(GRU)], ())
    written, refusals = stage.page.evaluate(READ, [data, f"silence lstm 1*{text}*read 2 b"])
    assert written == "silence lstm 1*read 2 b"
    assert refusals == [f"The link asks for the change “{text}”, which does not fit: {problem}."]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "hold lstm f all 1*hold lstm f 3 0.25*hold gru h 5 -0.5*hold lstm c 1 -12.5",
        "silence gru 5*weight lstm W_hf 5.1 -0.123456*weight gru b_z 2 3*input 6 3 -1*read 1 c",
    ],
)
def test_changes_are_read_as_they_were_written(stage, text):
    data = stage.board_data([one_hot_scene(LSTM), one_hot_scene(GRU)], ())
    assert stage.page.evaluate(READ, [data, text]) == [text, []]
