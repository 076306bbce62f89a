"""What the player measures of gradients that are compared, against the library and numpy."""

import re
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
            const own = comparison.own(at);
            const found = { ...own, ...comparison.curves(at, own) };
            const said = (numbers) => Array.from(numbers, String);
            const { steps, norms } = run(comparison.pairs(found.jacobians, found.trace.hiddenSize));
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
    shown = Experiment()
    found = measure(page, shown)
    for curve in found["curves"]:
        if curve["kind"] == "whole":
            rate = float(curve["values"][0]) ** (1 / 49)
            assert f"{curve['title']}: over 49 steps the norm becomes" in found["reading"]
            assert f"a factor of {rate:.2f} a step" in found["reading"]


CLOSE = 0.05  # of two rates' logarithms


def prediction_of(shown):
    """What the words must say of an Elman RNN: by numpy's eigenvalues, powers of the matrix and singular values."""
    trace = traces_of(shown)["elman"]
    matrix, steps = trace.weights["W_hh"], len(trace) - 1
    bent = trace["h"] > 0 if shown.activation == "relu" else 1 - trace["h"] ** 2
    radius, slope = np.abs(np.linalg.eigvals(matrix)).max(), np.mean(bent)
    alike = slope * np.linalg.norm(np.linalg.matrix_power(matrix, steps), 2) ** (1 / steps)
    measured = next(values for name, kind, values in curves_of(shown) if (name, kind) == ("elman", "whole"))[0]
    return radius, slope, alike, measured ** (1 / steps), np.linalg.norm(matrix, 2)


@pytest.mark.parametrize("seed", range(12))
def test_radius_times_slope_stands_beside_what_is_measured_and_why_they_differ(page, seed):
    draw = np.random.default_rng(seed)
    shown = Experiment(
        cell=ELMAN,
        start=["gaussian", "orthogonal", "identity"][seed % 3],
        activation="tanh" if seed % 4 else "relu",
        radius=round(draw.uniform(0.3, 1.4), 2),
        length=int(draw.integers(5, 60)),
        input_scale=round(draw.uniform(0.1, 2), 1),
        seed=seed,
    )
    radius, slope, alike, measured, stretch = prediction_of(shown)
    said = measure(page, shown)["reading"]
    assert (
        f"Its spectral radius of {radius:.2f} times the mean slope of its activation, {slope:.2f}, is "
        f"{radius * slope:.2f} a step; {measured:.2f} is measured"
    ) in said
    close = abs(np.log(measured / (radius * slope))) < CLOSE
    stretches, uneven = np.log(alike / (radius * slope)), np.log(measured / alike)
    assert ("is measured, which is close." in said) == close
    named = f"up to {stretch:.2f}, its largest singular value." in said
    assert named == (not close and stretches >= min(CLOSE, abs(uneven)))
    named_too = f"with their mean everywhere it would be {alike:.2f}." in said
    assert named_too == (not close and abs(uneven) >= min(CLOSE, stretches))
    assert close or named or named_too
    if shown.start != "gaussian":  # every direction alike
        assert "singular value" not in said


@pytest.mark.parametrize(
    ("settings", "reasons"),
    [
        ({}, ["which is close"]),
        ({"start": "gaussian", "input_scale": 0.1, "length": 6}, ["largest singular value"]),
        ({"start": "identity", "radius": 1.5}, ["The slopes differ"]),
    ],
)
def test_each_reason_has_an_experiment_where_it_is_the_only_one(page, settings, reasons):
    said = measure(page, Experiment(cell=ELMAN, **settings))["reading"].splitlines()[0]
    every = ["which is close", "largest singular value", "The slopes differ"]
    assert [reason for reason in every if reason in said] == reasons


def test_without_an_activation_the_slope_is_one(page):
    shown = Experiment(cell=simple_cell("h = W_hh @ h + W_xh @ x"), length=5)
    said = measure(page, shown)["reading"]
    assert "times the mean slope of its activation, 1.00, is 0.90 a step" in said
    assert f"up to {np.linalg.norm(scene_of(shown).weights['W_hh'], 2):.2f}, its largest singular value." in said


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
            const { reading } = await import("/views/backward/words.js");
            return reading("LSTM", Float64Array.from(reach, Number));
        }""",
        reach,
    )
    assert found == f"LSTM: {'the norm is ' if 'large' in said else 'there is ' if 'one' in said else ''}{said}"


def verdicts(page, cases):
    """The sentences that each (reach, cut) gets, where the loss is at the last step and where it is at every one."""
    page.goto(ORIGIN)
    return page.evaluate(
        """async (cases) => {
            const { verdict } = await import("/views/backward/words.js");
            return cases.map(([reach, cut]) => [false, true].map((everyStep) => {
                const { sentence } = verdict(Float64Array.from(reach, Number), { title: "LSTM", everyStep, cut });
                return sentence;
            }));
        }""",
        [[[str(size).replace("inf", "Infinity").replace("nan", "NaN") for size in reach], cut] for reach, cut in cases],
    )


def claimed(sentence):
    """The least and the most factor that a sentence allows, by its own rounding."""
    if "can be as large as it was" in sentence:
        return 0.995, 1.005
    number = re.search(r"([\d.,]+)(?:·10([⁰¹²³⁴⁵⁶⁷⁸⁹]+))?( %|-fold| of the)", sentence)
    digits, power, kind = number.groups()
    exponent = int("".join(str("⁰¹²³⁴⁵⁶⁷⁸⁹".index(one)) for one in power)) if power else 0
    size = float(digits.replace(",", "")) * 10.0**exponent
    if kind == " %":
        return (size - 0.5) / 100, (size + 0.5) / 100
    if kind == "-fold":
        return size * 0.94, size * 1.06
    return 0.94 / size, 1.06 / size


def test_a_verdict_says_the_size_that_is_drawn(page):
    draw = np.random.default_rng(0)
    sizes = [*10 ** draw.uniform(-300, 300, 60), *10 ** draw.uniform(-4, 4, 150), *draw.uniform(0.9, 1.1, 30)]
    for size, said in zip(sizes, verdicts(page, [([size, 0.5, 1.0], 0) for size in sizes]), strict=True):
        for sentence, whose in zip(said, ("the gradient", "the last step's gradient"), strict=True):
            low, high = claimed(sentence)
            assert low <= size <= high, sentence
            assert sentence.startswith("2 steps back, ")
            assert whose in sentence
            assert ("grown" in sentence) == (size >= 1.005)


def test_a_verdict_goes_as_far_back_as_the_cut_lets_it(page):
    reach = [float(f"0.{90 - 3 * t}") for t in range(19, -1, -1)]  # each another one
    reach[-1] = 1.0
    for cut, ((sentence, _),) in [(cut, verdicts(page, [(reach, cut)])) for cut in range(1, 25)]:
        back = 19 % cut if cut < 20 else 19
        if not back:
            assert sentence == "The cut is right before the last step: its gradient reaches no other."
            continue
        assert sentence.startswith("1 step back, " if back == 1 else f"{back} steps back, ")
        low, high = claimed(sentence)
        assert low <= reach[19 - back] <= high
        assert sentence.endswith("The cut lets nothing go further back.") == (back < 19)


@pytest.mark.parametrize(
    ("reach", "said"),
    [
        ([0.0, 0.0, 1e-300, 1.0], "2 steps back, nothing at all of the gradient is left."),
        ([np.inf, 1e300, 1.0], "2 steps back, the gradient has grown beyond a computer's numbers."),
        ([np.nan, np.nan, 1.0], "The run has grown too large for a computer's numbers, so that nothing can be carried"),
        ([1.0], "There is one step only, and nothing to carry back."),
        ([5e-324, 0.1, 1.0], "2 steps back, at most one part in 1.8·10³⁰⁸ of the gradient is left."),
        ([1.0, 1.0, 1.0], "2 steps back, the gradient can be as large as it was."),
    ],
)
def test_a_verdict_has_a_sentence_for_every_end(page, reach, said):
    ((sentence, _),) = verdicts(page, [(reach, 0)])
    assert sentence.startswith(said)


def test_from_how_far_back_is_said_by_the_parts_that_are_drawn(page):
    draw = np.random.default_rng(1)
    cases = [draw.uniform(size=draw.integers(2, 40)) ** draw.integers(1, 9) for _ in range(40)]
    page.goto(ORIGIN)
    said = page.evaluate(
        """async (cases) => {
            const { distances } = await import("/views/backward/words.js");
            return [...cases, [0, 0], [Infinity, 1]].map((sizes) => distances("W_hh", sizes));
        }""",
        [case.tolist() for case in cases],
    )
    *sentences, nothing, beyond = said
    assert nothing == "The loss tells W_hh nothing."
    assert beyond == "The gradient of W_hh is too large for a computer's numbers."
    for sizes, sentence in zip(cases, sentences, strict=True):
        half = int((np.cumsum(sizes) / sizes.sum() >= 0.5).argmax())
        where = "the very step of the loss" if not half else f"at most {half} step{'s' * (half > 1)} back"
        assert f"Half of what W_hh is told comes from {where}; " in sentence
        far = min(10, len(sizes) // 2)
        share, said = (
            re.search(rf"; (.*) % comes from more than {far} steps? back", sentence).group(1).rpartition(" ")[::2]
        )
        beyond = 100 * sizes[far + 1 :].sum() / sizes.sum()
        assert beyond < float(said) if share == "under" else abs(beyond - float(said)) <= 0.5


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
