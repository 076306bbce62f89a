"""What the player measures of gradients that are compared, against the library and numpy."""

from dataclasses import asdict

import numpy as np
import pytest

from rnnviz.cells import ELMAN, GRU, LSTM, MAIN, Cell
from rnnviz.player.payload import backward
from rnnviz.settings.gradients import PAGE, Experiment
from rnnviz.ui.gradients.experiments import PRESETS, compared_scenes, experiment_scene
from tests.browser.stage import ORIGIN
from tests.own_cells import FIRST_GRU, PEEPHOLE
from tests.ui.experiment import chosen_of, curves_of, scene_of, traces_of

DIALS = [name for name, setting in PAGE.settings.items() if setting.live]


def at(experiment):
    """Where the dials stand that do anything."""
    dials = DIALS if experiment.weights == "random" else []
    return {name: asdict(experiment)[name] for name in dials if name != "cut"}


def measure(page, experiment):
    """The curves, what they say, the singular values, the steps and their norms, as the player finds them."""
    data = backward(experiment_scene(experiment), every_step=False, compared=compared_scenes(experiment))
    page.goto(ORIGIN)
    return page.evaluate(
        """async ([data, at]) => {
            const { Comparison } = await import("/views/backward/comparison.js");
            const run = (work) => { for (;;) { const { done, value } = work.next(); if (done) return value; } };
            const comparison = new Comparison(data);
            const found = comparison.curves(at);
            const said = (numbers) => Array.from(numbers, String);
            const { steps, norms } = run(comparison.pairs(found.jacobians, found.size));
            return {
                curves: found.curves.map(({ kind, title, values }) => ({ kind, title, values: said(values) })),
                reading: found.reading,
                singular: found.singular.map(said),
                steps,
                norms: said(norms),
            };
        }""",
        [data, at(experiment)],
    )


def numbers(said):
    return np.array([float(number.replace("Infinity", "inf")) for number in said])


def close(found, wanted, **bounds):
    """To a billionth, also where a number is near the smallest that there are."""
    with np.errstate(invalid="ignore"):
        np.testing.assert_allclose(found, wanted, rtol=1e-9, atol=bounds.get("atol", 1e-300))


def assert_same(page, experiment):
    found = measure(page, experiment)
    wanted = curves_of(experiment)
    assert [curve["kind"] for curve in found["curves"]] == [kind for _, kind, _ in wanted]
    for curve, (_, _, values) in zip(found["curves"], wanted, strict=True):
        close(numbers(curve["values"]), values)
    singular, pairs = chosen_of(experiment)
    for shown, values in zip(found["singular"], singular, strict=True):
        finite = np.isfinite(singular[0])
        # two ways to find a small singular value agree to the rounding of the largest
        atol = 1e-12 * np.where(finite, singular[0], 0)
        shown = numbers(shown)
        np.testing.assert_array_equal(np.isinf(shown), np.isinf(values))
        assert (
            np.abs(shown - values)[np.isfinite(values)] <= (atol + 1e-9 * np.abs(values))[np.isfinite(values)]
        ).all()
    steps = found["steps"]
    assert steps[-1] == len(singular[0]) - 1
    assert len(steps) <= 50
    norms = pairs(range(steps[0], steps[-1] + 1, steps[1] - steps[0] if len(steps) > 1 else 1))
    close(numbers(found["norms"]).reshape(norms.shape), norms)
    return found


@pytest.mark.parametrize("title", PRESETS)
def test_a_preset_is_measured_as_python_does(page, title):
    assert_same(page, PAGE.of(PRESETS[title][0]))


@pytest.mark.parametrize("seed", range(12))
def test_drawn_experiments_are_measured_as_python_does(page, seed):
    draw = np.random.default_rng(seed)

    def number(name, high=None):
        setting = PAGE.settings[name]
        top = high or setting.high
        return float(draw.choice([setting.low, top, round(draw.uniform(setting.low, top), 2)]))

    experiment = Experiment(
        cell=[*MAIN, PEEPHOLE, FIRST_GRU][draw.integers(5)],
        start=str(draw.choice(["gaussian", "orthogonal", "identity"])),
        activation=str(draw.choice(["tanh", "relu"])),
        length=int(draw.integers(5, 60)),
        hidden_size=int(draw.integers(1, 12)),
        seed=seed,
        radius=number("radius"),
        forget_bias=number("forget_bias"),
        input_scale=number("input_scale", 2.0),  # far beyond, a slope of 1 - h^2 is all rounding: see below
    )
    assert_same(page, experiment)


def test_a_saturated_network_is_measured_as_far_as_its_slopes_have_digits(page):
    shown = Experiment(cell=ELMAN, input_scale=10.0)
    found = [numbers(curve["values"]) for curve in measure(page, shown)["curves"]]
    for values, (_, _, wanted) in zip(found, curves_of(shown), strict=True):
        np.testing.assert_allclose(np.log10(values), np.log10(wanted), atol=1)


@pytest.mark.parametrize("cell", MAIN, ids=lambda cell: cell.name)
def test_trained_networks_are_measured_as_python_does(page, cell):
    assert_same(page, Experiment(weights="trained", cell=cell, text="annabel"))


def test_what_overflows_and_what_vanishes_is_measured_as_python_does(page):
    shown = Experiment(cell=ELMAN, start="identity", activation="relu", radius=2.0, length=200, hidden_size=2)
    assert_same(page, shown)
    assert_same(page, Experiment(cell=LSTM, radius=0.1, forget_bias=-2.0, length=200, hidden_size=3))


@pytest.mark.parametrize("length", [5, 50, 51, 120, 200])
def test_the_pairs_that_are_drawn_end_with_the_last_step(page, length):
    found = assert_same(page, Experiment(length=length, hidden_size=3, cell=GRU))
    assert len(found["steps"]) > 1


def simple_cell(equations):
    return Cell(name="simple", title="Simple", state=("h",), equations=equations, quantities={"h": "hidden_state"})


@pytest.mark.parametrize("function", ["sigmoid", "softmax", "tanh"])
def test_the_bound_goes_by_the_largest_slope_of_the_activation(page, function):
    shown = Experiment(cell=simple_cell(f"h = {function}(0 - W_hh @ h)"), radius=0.3, length=12, hidden_size=3)
    found = assert_same(page, shown)
    bound = next(numbers(curve["values"]) for curve in found["curves"] if curve["title"] == "Simple, bound")
    slope = {"sigmoid": 0.25, "softmax": 0.5, "tanh": 1.0}[function]
    assert bound[-2] == pytest.approx(slope * np.linalg.norm(scene_of(shown).weights["W_hh"], 2))


def test_many_units_have_fewer_pairs(page):
    assert len(measure(page, Experiment(length=60, hidden_size=40))["steps"]) <= 25


def test_a_run_that_grows_beyond_all_numbers_is_said_to(page):
    equations = "h = W_hh @ (h * h * 1000) + W_xh @ x"
    found = measure(page, Experiment(cell=simple_cell(equations), length=60, radius=2.0))
    assert "Simple: the run has grown too large for a computer's numbers" in found["reading"]
    assert "LSTM: over 59 steps" in found["reading"]


# The words


def test_the_words_are_those_of_the_curves(page):
    for title, claim in {
        "Exploding": "the spectral radius is 1.50 and predicts it well",
        "Radius 1 is not safe": "the spectral radius is 1.00 and does not predict it: the activation is bent",
    }.items():
        assert claim in measure(page, PAGE.of(PRESETS[title][0]))["reading"]
    shown = Experiment()
    found = measure(page, shown)
    for curve in found["curves"]:
        if curve["kind"] == "whole":
            rate = float(curve["values"][0]) ** (1 / 49)
            assert f"{curve['title']}: over 49 steps the norm becomes" in found["reading"]
            assert f"a factor of {rate:.2f} a step" in found["reading"]


def test_the_slope_in_the_words_is_the_mean_of_the_tanh(page):
    shown = Experiment(cell=ELMAN, radius=1.0)
    hidden = traces_of(shown)["elman"]["h"]
    assert f"its slope is {(1 - hidden**2).mean():.2f} on average" in measure(page, shown)["reading"]


def test_the_largest_singular_value_in_the_words_is_numpy_s(page):
    equations = "h = W_hh @ h + W_xh @ x"  # no activation that bends it
    shown = Experiment(cell=simple_cell(equations), length=5)
    stretch = np.linalg.norm(scene_of(shown).weights["W_hh"], 2)
    said = f"does not predict it over so few steps: the largest singular value is {stretch:.2f}."
    assert measure(page, shown)["reading"].endswith(said)


@pytest.mark.parametrize(
    ("reach", "said"),
    [
        ([0.0, 0.0, 1e-300, 1.0], "nothing at all reaches step 2 or those before it."),
        (["Infinity", 1e300, 1.0], "too large for a computer's numbers at the first step."),
        ([1.0], "one step only, and nothing to carry back."),
    ],
)
def test_what_has_no_place_on_the_axis_is_said_in_words(page, reach, said):
    page.goto(ORIGIN)
    found = page.evaluate(
        """async (reach) => {
            const { reading } = await import("/views/backward/comparison.js");
            return reading({ cell: { title: "LSTM" }, simple: null }, Float64Array.from(reach, Number), {});
        }""",
        reach,
    )
    assert found == f"LSTM: {'the norm is ' if 'large' in said else 'there is ' if 'one' in said else ''}{said}"


@pytest.mark.parametrize(
    ("size", "words"),
    [(0.5234, "0.523"), (12.0, "12"), (1234.0, "1230"), (1.84e-6, "1.8·10⁻⁶"), (3e300, "3.0·10³⁰⁰")],
)
def test_sizes_are_written_as_people_do(page, size, words):
    page.goto(ORIGIN)
    assert page.evaluate("async (size) => (await import('/shell/typeset.js')).inPowers(size)", size) == words


# Singular values


@pytest.mark.parametrize("size", [1, 2, 3, 5, 16, 40])
@pytest.mark.parametrize("kind", ["normal", "low rank", "triangular", "graded", "identity", "zero", "orthogonal"])
def test_singular_values_are_numpy_s(page, size, kind):
    draw = np.random.default_rng(size)
    square = draw.normal(size=(size, size))
    array = {
        "normal": square,
        "low rank": square[:, :1] @ square[:1],
        "triangular": np.triu(square),
        "graded": square * 10.0 ** -np.arange(size),
        "identity": np.eye(size),
        "zero": np.zeros((size, size)),
        "orthogonal": np.linalg.qr(square)[0],
    }[kind]
    page.goto(ORIGIN)
    found = page.evaluate(
        """async ([size, values]) => {
            const { Scaled } = await import("/engine/scaled.js");
            const { singularValues } = await import("/engine/singular_values.js");
            const numbers = { rows: size, columns: size, values: Float64Array.from(values) };
            return singularValues(new Scaled(numbers), Array.from({ length: size }, (_, place) => place));
        }""",
        [size, array.ravel().tolist()],
    )
    wanted = np.linalg.svd(array, compute_uv=False)
    np.testing.assert_allclose(found, wanted, rtol=0, atol=1e-13 * (wanted[0] or 1))


@pytest.mark.parametrize("power", [-2000, -1100, -1023, -5, 0, 1000, 1023, 1024, 3000])
def test_a_product_keeps_its_power_of_two(page, power):
    page.goto(ORIGIN)
    found = page.evaluate("async (power) => String((await import('/engine/scaled.js')).timesPower(0.75, power))", power)
    with np.errstate(over="ignore", under="ignore"):
        assert numbers([found])[0] == np.ldexp(0.75, power)
