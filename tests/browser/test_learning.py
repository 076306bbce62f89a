"""Watch it learn: the player at the moments of a training, against Python's run and torch's gradient."""

import re
from dataclasses import replace
from urllib.parse import urlsplit

import numpy as np
import pytest
import torch
from playwright.sync_api import expect
from torch.nn import functional

from rnnviz.cells import ANSWER, ELMAN, ELMAN_RELU, GRU, LSTM, READOUT
from rnnviz.language.arithmetic import bind, evaluate
from rnnviz.networks.torch_modules import TORCH
from rnnviz.player.payload import MomentView, Progress, Readout, learning
from rnnviz.trace import run
from tests.browser.stage import ALL_CELLS, Stage, random_scene, serve_component
from tests.browser.test_accessibility import serious_violations
from tests.browser.test_player import TEXT_SIZES, VALUES, all_values, at_step, button

SYMBOLS = tuple("abcdefg")
NEXT, SOME, NUMBER = "the next symbol", "a symbol at some steps", "a number at the last step"
STEPS = 6
#: After how many steps of training each moment is.
KEPT = (0, 40, 120, 1000)
PROGRESS = Progress("Symbols recalled", "larger", (0, 250, 500, 1000), (0.1, 0.4, 0.35, 0.95), True, 0.125, 0.9)


def single(weights):
    return {name: np.float32(array) for name, array in weights.items()}


def learner(cell=LSTM, answer=SOME, steps=STEPS, kept=KEPT, scale=1.0):
    """A scene and a network at several moments, each with random weights of its own."""
    random = np.random.default_rng(7)
    size = 1 if answer == NUMBER else len(SYMBOLS)
    moments = [
        MomentView(
            step,
            [0.11, 0.52, 0.9, 0.97][k % 4],
            single({name: scale * array for name, array in cell.init(3, 5, seed=k).items()}),
            single({"W_hy": random.normal(size=(size, 5)), "b_y": random.normal(size=size)}),
        )
        for k, step in enumerate(kept)
    ]
    scene = random_scene(cell, steps=steps)
    last = [t == steps - 1 for t in range(steps)]
    readout = {
        NEXT: Readout({}, SYMBOLS, random.integers(7, size=steps).tolist()),
        SOME: Readout({}, SYMBOLS, random.integers(7, size=steps).tolist(), wanted=[t % 3 == 1 for t in range(steps)]),
        NUMBER: Readout({}, (), [0.0] * (steps - 1) + [0.75], ANSWER, last),
    }[answer]
    return replace(scene, readout=readout), moments, PROGRESS


def computed(scene, moment):
    """Python's trace and answers at a moment."""
    trace = run(scene.cell, moment.weights, scene.inputs)
    readout = {name: np.float64(array) for name, array in moment.readout.items()}
    program = READOUT if scene.readout.symbols else ANSWER
    assert scene.readout.program is program
    return trace, evaluate(program, readout, {"h": trace[scene.cell.state[0]]})["y"]


def by_torch(scene, moment):
    """The loss, and its gradient at every hidden state (T, H), by torch's autograd in float64."""
    values = {name: torch.tensor(array, dtype=torch.float64) for name, array in moment.weights.items()}
    values |= {f"{name}'": torch.zeros(5, dtype=torch.float64) for name in scene.cell.state}
    matrix, bias = (torch.tensor(moment.readout[name], dtype=torch.float64) for name in ("W_hy", "b_y"))
    matrix.requires_grad_()
    for name in moment.weights:
        values[name].requires_grad_()
    hidden = []
    for x in torch.tensor(scene.inputs):
        values["x"] = x
        for line in scene.cell.program.equations:
            values[line.target] = bind(line.expression, TORCH)(values)
        for name in scene.cell.state:
            values[f"{name}'"] = values[name]
        values[scene.cell.state[0]].retain_grad()
        hidden.append(values[scene.cell.state[0]])
    outputs = torch.stack(hidden) @ matrix.T + bias
    readout = scene.readout
    mask = torch.tensor(readout.wanted or [True] * len(hidden))
    if readout.symbols:
        loss = functional.cross_entropy(outputs[mask], torch.tensor(readout.targets)[mask])
    else:
        loss = functional.mse_loss(outputs[mask][:, 0], torch.tensor(readout.targets, dtype=torch.float64)[mask])
    loss.backward()
    none = torch.zeros(5, dtype=torch.float64)
    return loss.item(), np.stack([none if state.grad is None else state.grad for state in hidden])


def close(shown, wanted, rtol=1e-10):
    np.testing.assert_allclose(shown, wanted, rtol=rtol, atol=1e-12)


def moments_of(player):
    return player.get_by_role("slider", name="Moment of the training")


def at_moment(player, k):
    made = f"{KEPT[k]:,}"
    expect(player.locator(".when")).to_have_text(f"After {made} of 1,000 steps")
    expect(moments_of(player)).to_have_value(str(k))


def facts(player):
    return {
        name: float(value) for name, value in player.locator(".moments .sentence").evaluate("p => p.dataset").items()
    }


# What is shown


@pytest.mark.parametrize("answer", [NEXT, SOME, NUMBER])
@pytest.mark.parametrize("cell", ALL_CELLS, ids=lambda cell: cell.name)
def test_the_picture_at_every_moment_is_python_s(stage, cell, answer):
    made = scene, moments, _ = learner(cell, answer)
    player = stage.mount_learning(*made, initial={"timeStep": 4})
    for k in (0, 2, 3, 1):
        moments_of(player).fill(str(k))
        at_moment(player, k)
        trace, answers = computed(scene, moments[k])
        values = all_values(cell, trace, 4)
        shown = player.locator(".cell [data-quantity]").evaluate_all(VALUES)
        assert {(name, unit) for name, unit, _ in shown} == set(values)
        close([number for *_, number in shown], [values[name, unit] for name, unit, _ in shown])
        selector = ".answer [data-quantity]" if answer == NUMBER else ".guesses li:not(.spare)[data-quantity]"
        for name, unit, number in player.locator(selector).evaluate_all(VALUES):
            assert name == ("answer" if answer == NUMBER else "prediction")
            close(number, answers[4, unit])
        assert facts(player)["metric"] == moments[k].metric


def test_the_strip_and_the_heat_maps_follow_the_moment(stage):
    made = scene, moments, _ = learner()
    player = stage.mount_learning(*made)
    for k in (0, 3):
        moments_of(player).fill(str(k))
        hidden = computed(scene, moments[k])[0]["hidden_state"]
        colours = player.locator(".strip canvas").evaluate(
            """canvas => Array.from({ length: 6 }, (_, t) => Array.from({ length: 5 }, (_, unit) =>
                Array.from(canvas.getContext("2d").getImageData(10 * t + 5, unit, 1, 1).data)))"""
        )
        blue_minus_red = np.array(colours)[..., 2] - np.array(colours)[..., 0].astype(int)
        order = np.argsort(hidden.ravel())
        assert (np.diff(blue_minus_red.ravel()[order]) >= -3).all()  # from orange by grey to blue as the values rise
        assert np.ptp(blue_minus_red) > 60


@pytest.mark.parametrize("answer", [NEXT, SOME, NUMBER])
@pytest.mark.parametrize("cell", [ELMAN, ELMAN_RELU, LSTM, GRU], ids=lambda cell: cell.name)
def test_the_loss_and_its_gradient_are_torch_s(stage, cell, answer):
    made = scene, moments, _ = learner(cell, answer)
    player = stage.mount_learning(*made)
    reading = player.locator(".gradient .readings b")
    for k in range(4):
        moments_of(player).fill(str(k))
        at_moment(player, k)
        loss, gradient = by_torch(scene, moments[k])
        close(facts(player)["loss"], loss)
        norms = []
        for step in range(STEPS):
            player.locator(".column").nth(step).click()
            at_step(player, step)
            norms.append(float(reading.get_attribute("data-value")))
        np.testing.assert_allclose(norms, np.linalg.norm(gradient, axis=1), rtol=1e-10, atol=0)


def test_the_sentence_says_what_is_left_of_the_gradient_at_the_first_step(stage):
    made = scene, moments, _ = learner(answer=NUMBER, steps=20)
    norms = np.linalg.norm(by_torch(scene, moments[3])[1], axis=1)
    player = stage.mount_learning(*made)
    left = f"{norms[0] / norms[-1]:.1e}".replace("e-0", "e−").replace("e-", "e−")
    said = f"At step 1 the gradient is {left} times as long as at step 20, where the answer is wanted."
    expect(player.locator(".gradient .sentence")).to_have_text(said)


def test_with_several_answers_it_says_where_the_gradient_is_long(stage):
    made = scene, moments, _ = learner(answer=NEXT)
    norms = np.linalg.norm(by_torch(scene, moments[3])[1], axis=1)
    ends = " to ".join(f"{norms[k]:.3f} at step {k + 1}" for k in (norms.argmin(), norms.argmax()))
    player = stage.mount_learning(*made)
    expect(player.locator(".gradient .sentence")).to_have_text(f"Its length goes from {ends}.")


def test_the_gradients_of_all_moments_share_an_axis(stage):
    player = stage.mount_learning(*learner())
    ticks = player.locator(".gradient .ticks")
    before = ticks.all_inner_texts()
    for k in range(4):
        moments_of(player).fill(str(k))
        assert ticks.all_inner_texts() == before


def test_the_metric_is_said_with_what_it_is_worth(stage):
    player = stage.mount_learning(*learner())
    words = player.locator(".moments .sentence")
    expect(words).to_contain_text(
        "Symbols recalled on held-out sequences: 97 %, which counts as learned; chance is 13 %."
    )
    moments_of(player).fill("1")
    expect(words).to_contain_text("Symbols recalled on held-out sequences: 52 %; chance is 13 %.")
    expect(words).to_contain_text(" nats, the mean over 2 answers.")


def test_of_an_error_less_is_better(stage):
    scene, moments, _ = learner(answer=NUMBER)
    progress = Progress("Mean squared error", "smaller", (0, 1000), (1.2, 0.1), chance=1 / 6, learned=0.6)
    player = stage.mount_learning(scene, moments, progress)
    words = player.locator(".moments .sentence")
    expect(words).not_to_contain_text("counts as learned")
    moments_of(player).fill("1")
    expect(words).to_contain_text("held-out sequences: 0.520, which counts as learned; chance is 0.167.")
    expect(words).to_contain_text("On the sequence below its squared error, the loss, is ")


@pytest.mark.parametrize("metric", [np.nan, np.inf])
def test_a_metric_that_is_not_a_number_any_more_is_said(stage, metric):
    scene, moments, _ = learner()
    progress = replace(PROGRESS, values=(0.1, metric, 0.3, metric))
    player = stage.mount_learning(scene, [*moments[:3], replace(moments[3], metric=metric)], progress)
    expect(player.locator(".moments .sentence")).to_contain_text("held-out sequences: not a number any more.")
    expect(player.locator(".progress .dot:visible")).to_have_count(4)  # three moments and the legend's


def test_numbers_beyond_all_bounds_are_said(stage):
    player = stage.mount_learning(*learner(ELMAN_RELU, NUMBER, steps=60, scale=1e6))
    expect(player.locator(".moments .sentence")).to_contain_text("is too large for a computer's numbers.")
    expect(player.locator(".gradient .sentence")).to_contain_text("becomes too large for a computer's numbers.")


# Answers


def test_where_no_answer_is_wanted_none_is_shown(stage):
    made = scene, moments, _ = learner()
    best = computed(scene, moments[3])[1].argmax(axis=1)
    player = stage.mount_learning(*made, initial={"timeStep": 1})
    assert player.locator(".column .guess:visible b").all_inner_texts() == [SYMBOLS[best[1]], SYMBOLS[best[4]]]
    expect(player.get_by_role("heading", name="What is the answer?")).to_be_visible()
    expect(player.locator(".guesses .outcome")).to_contain_text(f"“{SYMBOLS[scene.readout.targets[1]]}” is wanted: ")
    expect(player.locator(".guesses li.came .share")).to_contain_text("· wanted")
    for step, said in ((2, "An answer is wanted at step 5, not here."), (5, "No answer is wanted from here on.")):
        player.locator(".column").nth(step).click()
        expect(player.locator(".guesses .outcome")).to_have_text(said)
        expect(player.locator(".guesses li:not(.spare):visible")).to_have_count(0)


def test_the_step_is_announced_with_the_answer_only_where_one_is_wanted(stage):
    made = scene, moments, _ = learner()
    _, answers = computed(scene, moments[3])
    player = stage.mount_learning(*made)
    said = player.locator("p[aria-live=polite]")
    player.locator(".column").nth(2).click()
    expect(said).to_have_text("Step 3 of 6, letter x2")
    player.locator(".column").nth(4).click()
    expect(said).to_have_text(re.compile(f"Step 5 of 6, letter x4, best guess: {SYMBOLS[answers[4].argmax()]}, \\d+ %"))


def test_the_next_symbol_is_asked_for_at_every_step(stage):
    player = stage.mount_learning(*learner(answer=NEXT))
    expect(player.get_by_role("heading", name="What comes next?")).to_be_visible()
    expect(player.locator(".column .guess:visible")).to_have_count(STEPS)


def test_an_answer_that_is_a_number_is_drawn_and_said(stage):
    made = scene, moments, _ = learner(answer=NUMBER)
    player = stage.mount_learning(*made)
    for k in (3, 0):
        moments_of(player).fill(str(k))
        answers = computed(scene, moments[k])[1][:, 0]
        points = player.locator(".answer .line").get_attribute("d").lstrip("M").split("L")
        drawn = np.array([point.split() for point in points], dtype=float)
        close(drawn[:, 0], np.arange(STEPS) + 0.5)
        close(drawn[:, 1], (2 - np.clip(answers, -2, 2)) / 4 * 100)
        ring = player.locator(".answer i.ring").get_attribute("style")
        close([float(part) for part in re.findall(r"([\d.]+)%", ring)], [5.5 / 6 * 100, 1.25 / 4 * 100])
        answer, error = (f"{number:.3f}".replace("-", "−") for number in (answers[-1], abs(answers[-1] - 0.75)))
        side = "low" if answers[-1] < 0.75 else "high"
        expect(player.locator(".answer .sentence")).to_have_text(
            f"It answers {answer}; 0.750 is wanted. That is {error} too {side}."
        )
        expect(player.locator(".column .guess:visible")).to_have_text(answer)
    player.locator(".strip").press("ArrowLeft")
    expect(player.locator(".answer .sentence")).to_contain_text("Here it would answer ")
    expect(player.locator(".answer .sentence")).to_contain_text("An answer is wanted at step 6, not here.")


# The run's curve


def test_the_curve_and_its_rules_are_where_their_numbers_are(stage):
    player = stage.mount_learning(*learner())
    points = player.locator(".progress .line").get_attribute("d").lstrip("M").split("L")
    drawn = np.array([point.split() for point in points], dtype=float)
    close(drawn, [(0, 90), (150, 60), (300, 65), (600, 5)])
    dots = [re.findall(r"([\d.]+)%", dot.get_attribute("style")) for dot in player.locator(".progress i.dot").all()]
    close(np.array(dots, dtype=float), [(0, 89), (4, 48), (12, 10), (100, 3)])
    expect(player.locator(".rule")).to_have_text(["chance 13 %", "learned 90 %"])
    rules = [rule.get_attribute("style") for rule in player.locator(".rule").all()]
    close([float(re.findall(r"([\d.]+)%", style)[0]) for style in rules], [87.5, 10])
    expect(player.locator(".progress .ticks span")).to_have_text(["100 %", "0 %"])
    expect(player.locator(".progress .axis span")).to_have_text(["step 0", "step 1,000"])


def test_an_error_far_beyond_chance_is_drawn_at_the_edge_and_said(stage):
    scene, moments, _ = learner(answer=NUMBER)
    progress = Progress("Mean squared error", "smaller", (0, 500, 1000), (40.0, 0.25, 0.125), chance=0.25)
    player = stage.mount_learning(scene, moments, progress)
    points = player.locator(".progress .line").get_attribute("d").lstrip("M").split("L")
    close(np.array([point.split() for point in points], dtype=float)[:, 1], [0, 50, 75])
    expect(player.locator(".progress .ticks span").first).to_have_text("≥ 0.500")


@pytest.mark.parametrize(("share", "k"), [(0.0, 0), (0.045, 1), (0.5, 2), (0.6, 3), (1.0, 3)])
def test_a_click_on_the_curve_chooses_the_nearest_moment(stage, share, k):
    player = stage.mount_learning(*learner(), initial={"moment": 1})
    curve = player.locator(".progress .map")
    box = curve.bounding_box()
    curve.click(position={"x": min(max(share * box["width"], 1), box["width"] - 1), "y": box["height"] / 2})
    at_moment(player, k)
    assert stage.selection()["moment"] == (k if k < 3 else None)


def test_the_curve_can_be_dragged_along(stage):
    player = stage.mount_learning(*learner())
    box = player.locator(".progress .map").bounding_box()
    mouse, middle = stage.page.mouse, box["y"] + box["height"] / 2
    mouse.move(box["x"] + box["width"] * 0.9, middle)
    mouse.down()
    for share, k in ((0.1, 2), (0.03, 1), (-0.2, 0)):
        mouse.move(box["x"] + box["width"] * share, middle)
        at_moment(player, k)
    mouse.up()
    mouse.move(box["x"] + box["width"] * 0.9, middle)
    at_moment(player, 0)


# Choosing


def test_it_opens_at_the_last_moment_and_the_last_step(stage):
    player = stage.mount_learning(*learner())
    at_moment(player, 3)
    at_step(player, STEPS - 1)
    assert (stage.selection()["moment"], stage.selection()["timeStep"]) == (None, None)


def test_buttons_and_keys_go_through_the_moments(stage):
    player = stage.mount_learning(*learner())
    button(player, "Previous moment").click()
    at_moment(player, 2)
    strip = player.locator(".strip")
    for key, k in ((",", 1), (",", 0), (",", 0), (".", 1)):
        strip.press(key)
        at_moment(player, k)
    moments_of(player).press(".")
    at_moment(player, 2)
    moments_of(player).press("ArrowLeft")
    at_moment(player, 1)
    button(player, "Next moment").click()
    at_moment(player, 2)
    assert [change["moment"] for change in stage.changes()] == [2, 1, 0, 0, 1, 2, 1, 2]


def test_the_moments_keys_need_no_focus_either(stage):
    player = stage.mount_learning(*learner())
    stage.page.keyboard.press(",")
    at_moment(player, 2)
    stage.page.keyboard.press(".")
    at_moment(player, 3)


def test_all_can_be_reached_by_tab(stage):
    stage.mount_learning(*learner())
    reached = set()
    for _ in range(12):
        stage.page.keyboard.press("Tab")
        reached.add(stage.page.evaluate("document.activeElement.ariaLabel ?? document.activeElement.textContent"))
    assert {"Previous moment", "Watch it learn", "Next moment", "Moment of the training", "Time step"} <= reached


def test_another_moment_keeps_step_unit_and_line(stage):
    made = scene, moments, _ = learner()
    player = stage.mount_learning(*made, initial={"timeStep": 2, "unit": 3, "line": "f"})
    for k in (1, 0, 2):
        moments_of(player).fill(str(k))
        chosen = stage.selection()
        assert [chosen[name] for name in ("moment", "timeStep", "unit", "line")] == [k, 2, 3, "f"]
        result = player.locator(".formula .result mn")
        close(float(result.get_attribute("data-value")), computed(scene, moments[k])[0]["f"][2, 3])


@pytest.mark.parametrize(("asked", "k"), [(99, 3), (-1, 0), (1.5, 1), (None, 3)])
def test_a_moment_that_does_not_exist_is_brought_within(stage, asked, k):
    at_moment(stage.mount_learning(*learner(), initial={"moment": asked}), k)


@pytest.mark.parametrize("motion", ["reduce", "no-preference"])
def test_it_is_watched_only_when_asked_from_the_first_moment_to_the_last(clock, stage, motion):
    stage.page.emulate_media(reduced_motion=motion)
    player = stage.mount_learning(*learner())
    clock.run_for(9000)
    at_moment(player, 3)
    button(player, "Watch it learn").click()
    said = player.locator("p[aria-live=polite]")
    for k in range(4):
        at_moment(player, k)
        expect(said).to_be_empty()  # not to be talked over
        clock.run_for(600)
    expect(button(player, "Watch it learn")).to_be_visible()
    expect(said).to_contain_text("Step 6 of 6")
    clock.run_for(9000)
    at_moment(player, 3)


def test_whatever_moment_is_touched_the_watching_stops(clock, stage):
    player = stage.mount_learning(*learner(), initial={"moment": 0})
    for touch in (lambda: button(player, "Pause").click(), lambda: player.locator(".strip").press(",")):
        moments_of(player).fill("0")
        button(player, "Watch it learn").click()
        clock.run_for(600)
        at_moment(player, 1)
        touch()
        where = player.locator(".when").inner_text()
        clock.run_for(9000)
        expect(player.locator(".when")).to_have_text(where)
        expect(button(player, "Watch it learn")).to_be_visible()


def test_steps_can_be_gone_through_while_it_learns(clock, stage):
    player = stage.mount_learning(*learner(), initial={"moment": 0})
    button(player, "Watch it learn").click()
    player.locator(".column").nth(2).click()
    clock.run_for(1200)
    at_moment(player, 2)
    at_step(player, 2)


# What the server sends later


def sent(*made):
    return {**learning(*made), "prediction": None, "classroom": False}


def test_a_run_that_goes_on_is_followed_by_those_at_its_end(stage):
    longer = scene, moments, _ = learner(kept=(*KEPT, 2000))
    player = stage.mount_learning(*learner())
    assert stage.page.evaluate("data => player.update(data)", sent(*longer))
    expect(player.locator(".when")).to_have_text("After 2,000 of 2,000 steps")
    close(facts(player)["loss"], by_torch(scene, moments[4])[0])
    moments_of(player).fill("1")
    assert stage.page.evaluate("data => player.update(data)", sent(*learner(kept=(*KEPT, 2000, 3000))))
    expect(player.locator(".when")).to_have_text("After 40 of 3,000 steps")


def test_another_input_keeps_the_end(stage):
    player = stage.mount_learning(*learner(answer=NUMBER), initial={"moment": 1})
    assert stage.page.evaluate("data => player.update(data)", sent(*learner(answer=NUMBER, steps=9)))
    at_step(player, 8)
    at_moment(player, 1)
    expect(player.locator(".answer .sentence")).to_contain_text("0.750 is wanted.")


def test_another_cell_or_kind_of_answer_needs_another_picture(stage):
    stage.mount_learning(*learner())
    for other in (learner(GRU), learner(answer=NUMBER)):
        assert not stage.page.evaluate("data => player.update(data)", sent(*other))


def test_destroy_leaves_nothing_behind(clock, stage):
    player = stage.mount_learning(*learner())
    button(player, "Watch it learn").click()
    stage.page.evaluate("player.destroy()")
    clock.run_for(9000)
    expect(player).to_be_empty()
    assert stage.changes() == []


# The address


def serve(page, made):
    return serve_component(page, {**sent(*made), "kind": "learning"})


def test_a_reload_finds_the_moment_again(page):
    stage, made = Stage(page), learner()
    player = serve(page, made)
    player.locator(".strip").press(",")
    player.locator(".strip").press(",")
    player.locator(".strip").press("ArrowLeft")
    page.wait_for_url(lambda url: set(urlsplit(url).query.split("&")) == {"step=5", "moment=2"})
    page.reload()
    player = serve(stage.page, made)
    at_moment(player, 1)
    at_step(player, 4)
    for key in (".", ".", "End"):
        player.locator(".strip").press(key)
    page.wait_for_url("http://player.test/")  # the end of both is the default


@pytest.mark.parametrize(("asked", "k"), [("4", 3), ("0", 0), ("99", 3), ("rubbish", 0)])
def test_an_address_by_hand_is_brought_within(page, asked, k):
    Stage(page)
    page.goto(f"http://player.test/?moment={asked}")
    at_moment(serve(page, learner()), k)


# Being legible


@pytest.mark.parametrize(("width", "larger"), [(320, False), (390, True), (1400, True)])
@pytest.mark.parametrize("answer", [SOME, NUMBER])
def test_it_is_legible_and_no_wider_than_its_place(stage, answer, width, larger):
    stage.page.set_viewport_size({"width": width, "height": 900})
    player = stage.mount_learning(*learner(answer=answer), initial={"larger": larger})
    assert stage.page.evaluate("document.documentElement.scrollWidth") <= width
    assert {text: size for text, size in player.evaluate(TEXT_SIZES) if size < 14} == {}


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("answer", [SOME, NUMBER])
def test_axe_finds_nothing_serious(stage, answer, theme):
    player = stage.mount_learning(*learner(answer=answer), theme=theme)
    player.evaluate("root => (document.body.style.background = getComputedStyle(root).getPropertyValue('--page'))")
    stage.page.evaluate("document.title = 'Stage'")
    assert serious_violations(stage.page) == []
