"""What the browser finds right, and why, against what Python finds: each is the other's witness."""

import re
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some
from playwright.sync_api import expect

from rnnviz.cells import ELMAN, GRU, LSTM
from rnnviz.data.number_words import say
from rnnviz.lessons.checks import (
    Above,
    Fate,
    GuessChanges,
    HowLarge,
    LooksMost,
    Reaches,
    Remembered,
    RemembersBest,
    TranslatedRight,
    UndecidedError,
    Units,
)
from rnnviz.lessons.evidence import Evidence, ShownRun
from rnnviz.lessons.lesson import Prediction
from rnnviz.networks.translator import Translator
from rnnviz.player.payload import Dial, backward, translation
from rnnviz.settings import PAGES
from rnnviz.settings.changes import Changeable, read_changes
from rnnviz.settings.gradients import Experiment
from rnnviz.settings.kinds import Span
from rnnviz.ui.evidence import evidence, translation_evidence
from rnnviz.ui.gradients.experiments import compared_scenes, experiment_scene
from tests.browser.stage import random_scene
from tests.browser.test_what_if import changes

STEPS, UNITS = 6, 5
CELLS = [ELMAN, LSTM, GRU]
MANY = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])

_MOUNT = """async ([kind, data, options]) => {
    window.player?.destroy();
    const { mount } = await import(`/kinds/${kind}.js`);
    window.changes = [];
    const onChange = (selection) => window.changes.push(selection);
    window.player = mount(document.getElementById("root"), data, { ...options, onChange });
    const card = document.querySelector(".prediction");
    return [card.dataset.verdict, card.querySelector(".outcome").textContent];
}"""


def asked(check, **more):
    return {**Prediction("Q", check).as_dict(), "tolerance": check.tolerance, "look_for": "", "stop": None, **more}


def told(stage, kind, data, check, **initial):
    """What the browser says to somebody who cannot tell: the right answer, and the sentence."""
    data = {**data, "classroom": False, "prediction": asked(check)}
    return stage.page.evaluate(_MOUNT, [kind, data, {"initial": {"answer": "unsure", **initial}}])


_NUMBER = re.compile(r"−?\d+(?:\.\d+)?(?:e[−+]\d+)?")


def _value(text):
    return float(text.replace("−", "-"))


def assert_says(found, check, shown):
    """The browser has found what Python finds, in the same words; where neither decides, for the same reason."""
    verdict, outcome = found
    try:
        finding = check.find(shown)
    except UndecidedError as error:
        answer, ending = "none", f"The run cannot decide this: {error}."
    else:
        answer, ending = finding.answer, f": {finding.because}."
    said, wanted = (_NUMBER.sub("#", text) for text in (outcome, ending))
    assert said.endswith(wanted)
    # Written in three digits, and what is nothing but rounding is not the same in both.
    for one, other in zip(_NUMBER.findall(outcome)[::-1], _NUMBER.findall(ending)[::-1]):
        assert _value(one) == pytest.approx(_value(other), rel=0.06, abs=0.0011)
    assert verdict == answer if isinstance(answer, str) else float(verdict) == pytest.approx(answer, abs=1e-12)


def scenes_of(seed):
    """Three cells over the same inputs, which guess."""
    first, *others = (random_scene(cell, seed=seed, steps=STEPS, hidden_size=UNITS, readout=True) for cell in CELLS)
    return [first, *(replace(other, inputs=first.inputs) for other in others)]


@some.composite
def checks(draw):
    """A check of some run, which may not fit."""
    cell = draw(some.sampled_from([*CELLS, None]))
    name = cell.name if cell else "peephole"
    step, unit = draw(some.integers(1, STEPS + 1)), draw(some.integers(1, UNITS + 1))
    letter = draw(some.sampled_from((cell or LSTM).program.targets))
    level = draw(some.integers(-100, 100)) / 100
    return draw(
        some.sampled_from(
            [
                Remembered(name, step),
                GuessChanges(name, step),
                Above(name, letter, unit, step, level),
                HowLarge(name, letter, unit, step, abs(level)),
                Units(name),
                RemembersBest(step),
            ]
        )
    )


def test_of_runs_with_any_changes(stage):
    @MANY
    @given(some.integers(0, 99), checks(), some.lists(some.sampled_from(CELLS).flatmap(changes), max_size=4))
    def same(seed, check, drawn):
        scenes = scenes_of(seed)
        text = "*".join(text for text, _ in drawn if not text.startswith("read"))
        networks = {scene.cell.name: Changeable(scene.cell, scene.weights, scene.inputs) for scene in scenes}
        found = read_changes(text, networks)
        runs = {
            scene.cell.name: ShownRun(
                scene.cell,
                scene.weights,
                scene.inputs,
                found[scene.cell.name],
                scene.readout.weights,
                scene.readout.symbols,
            )
            for scene in scenes
        }
        data = stage.board_data(scenes, ("what_if",))
        assert_says(told(stage, "board", data, check, whatIf=text), check, Evidence(runs=runs))

    same()


@some.composite
def experiments(draw):
    return Experiment(
        cell=draw(some.sampled_from(CELLS)),
        loss=draw(some.sampled_from(["last", "every"])),
        radius=draw(some.sampled_from([0.3, 0.9, 1.0, 1.9])),
        forget_bias=draw(some.sampled_from([-1.0, 1.0, 5.0])),
        start=draw(some.sampled_from(["gaussian", "orthogonal", "identity"])),
        activation=draw(some.sampled_from(["tanh", "relu"])),
        input_scale=draw(some.sampled_from([0.0, 0.1, 1.0])),
        length=draw(some.integers(5, 30)),
        hidden_size=draw(some.integers(1, 6)),
        seed=draw(some.integers(0, 99)),
        cut=draw(some.sampled_from([0, 1, 4])),
    )


def test_of_gradients_with_dials_anywhere(stage):
    page = PAGES["gradients"]
    live = {name: setting for name, setting in page.settings.items() if setting.live and isinstance(setting, Span)}

    @MANY
    @given(experiments(), some.integers(1, 31), some.sampled_from([Fate, Reaches, Remembered]))
    def same(experiment, step, kind):
        shown = evidence(page, experiment)
        [name] = shown.runs
        check = {Fate: Fate(step), Reaches: Reaches(step, 0.5), Remembered: Remembered(name, step)}[kind]
        dials = [Dial(name, one.title, one.help, one.low, one.high, one.step, one.look) for name, one in live.items()]
        data = backward(
            experiment_scene(experiment),
            every_step=experiment.loss == "every",
            compared=compared_scenes(experiment),
            dials=dials,
        )
        at = {name: getattr(experiment, name) for name in live}
        assert_says(told(stage, "backward", data, check, at=at), check, shown)

    same()


def test_of_a_trained_network_s_gradients(stage):
    experiment = Experiment(weights="trained", text="anna", loss="every", cut=2)
    data = backward(experiment_scene(experiment), every_step=True, compared=[], dials=[])
    for cut in (0, 2):
        shown = evidence(PAGES["gradients"], replace(experiment, cut=cut))
        dial = Dial("cut", "", "", 0, 200, 1, "box")
        found = told(stage, "backward", {**data, "dials": [vars(dial)]}, Fate(1), at={"cut": cut})
        assert_says(found, Fate(1), shown)


@some.composite
def meddlings(draw, words):
    """Changes to a translation as the address keeps them."""
    looks = draw(some.dictionaries(some.integers(1, 9), some.sampled_from(["even", *range(1, len(words) + 1)])))
    other = draw(
        some.dictionaries(some.integers(1, len(words)), some.sampled_from(["", *say(1, "en"), *say(20, "en")]))
    )
    return ";".join([f"look{step}={at}" for step, at in looks.items()] + [f"word{n}={w}" for n, w in other.items()])


@pytest.mark.parametrize("attention", ["dot", "none"])
def test_of_translations_whatever_is_changed(stage, attention):
    translator = Translator.load("en-de", attention)

    @MANY
    @given(some.integers(0, 999_999), some.data(), some.integers(1, 9))
    def same(number, data, step):
        words = say(number, "en")
        text = data.draw(meddlings(words))
        check = data.draw(some.sampled_from([LooksMost(step), TranslatedRight()]))
        found = told(stage, "translation", translation(translator, words, "A network"), check, whatIf=text)
        assert_says(found, check, translation_evidence(translator, words, text))

    same()


# What a learner sees


@pytest.fixture
def scenes():
    return scenes_of(0)


def mounted(stage, scenes, check, look_for="", **initial):
    data = {**stage.board_data(scenes, ("what_if",)), "classroom": False}
    data["prediction"] = asked(check, look_for=look_for)
    stage.page.evaluate(_MOUNT, ["board", data, {"initial": initial}])
    return stage.page.locator(".prediction")


def test_an_answer_is_welcomed_and_what_to_look_for_opens(stage, scenes):
    check = Remembered("elman", STEPS)
    for answer, welcome in (("Yes", "Right."), ("No", "Not quite."), ("I can't tell", "Fair enough")):
        card = mounted(stage, scenes, check, "- the *state*\n- `h`\n\nand <b>1</b> [a](http://e.test) 2 * 3 \\*")
        expect(card.locator(".look-for")).to_be_hidden()
        card.get_by_role("button", name=answer).click()
        expect(card.locator(".outcome")).to_contain_text(welcome)
        expect(card.locator(".look-for")).to_be_visible()
    looking = card.locator(".look-for")
    assert looking.locator("li").all_inner_texts() == ["the state", "h"]
    expect(looking.locator("em")).to_have_text("state")
    expect(looking.locator("code")).to_have_text("h")
    expect(looking.locator("p")).to_have_text("and <b>1</b> [a](http://e.test) 2 * 3 *")
    assert looking.locator("a, b, img, script").count() == 0


def test_a_number_is_right_within_what_is_said(stage, scenes):
    check = HowLarge("lstm", "f", 2, 3, 0.1)
    right = check.find(Evidence(runs={"lstm": ShownRun(LSTM, scenes[1].weights, scenes[1].inputs)})).answer
    for off, welcome in ((0.09, "Right."), (-0.09, "Right."), (0.11, "Not quite."), (-0.11, "Not quite.")):
        card = mounted(stage, scenes, check)
        card.get_by_label("Your number").fill(f"{right + off:.6f}")
        card.get_by_label("Your number").press("Enter")
        expect(card.locator(".outcome")).to_contain_text(welcome)
        expect(card.locator(".outcome")).to_contain_text("(within 0.1 counts as right)")


def test_an_answer_is_about_the_run_it_was_given_for(stage, scenes):
    check = Remembered("elman", STEPS)
    card = mounted(stage, scenes, check)
    card.get_by_role("button", name="Yes").click()
    again, outcome = card.get_by_role("button", name="Ask again"), card.locator(".outcome")
    expect(again).to_be_hidden()
    first, given = outcome.text_content(), stage.changes()[-1]

    other = {**stage.board_data(scenes_of(1), ("what_if",)), "classroom": False, "prediction": asked(check)}
    assert stage.page.evaluate("data => player.update(data)", other)
    expect(outcome).to_contain_text("You said “Yes” about the run before your change. The run now says yes:")
    expect(again).to_be_visible()
    same = {**other, **stage.board_data(scenes, ("what_if",))}
    assert stage.page.evaluate("data => player.update(data)", same)
    expect(again).to_be_hidden()
    assert outcome.text_content() == first

    # The same answer, given before a reload, is about that run too.
    card = mounted(stage, scenes, check, whatIf="silence elman 1", answer="yes", about=given["about"])
    expect(outcome).to_contain_text("about the run before your change")
    again.click()
    expect(stage.page.locator(".board")).to_be_hidden()
    expect(outcome).to_be_hidden()
    assert "answer" not in stage.page.evaluate("JSON.parse(JSON.stringify(changes.at(-1)))")
    card.get_by_role("button", name="No", exact=True).click()
    expect(outcome).to_contain_text("Not quite.")
