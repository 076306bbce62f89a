"""The gradients page as it is served, and the figures of norms by their data."""

import re

import numpy as np
import pytest
from playwright.sync_api import expect

from rnnviz.cells import ELMAN, GRU, LSTM
from rnnviz.gradients import SquaredError, gradient_by_steps_back
from rnnviz.player.payload import Dial
from rnnviz.settings.address import write
from rnnviz.settings.gradients import PAGE, Experiment
from rnnviz.trace import run
from rnnviz.ui.gradients.experiments import PRESETS
from tests.browser.stage import point_in, random_scene
from tests.browser.test_accessibility import SCROLLS_SIDEWAYS, look_at_all, serious_violations
from tests.browser.test_step_through import in_link
from tests.ui.experiment import chosen_of, curves_of, scene_of


def visit(page, address, query=""):
    page.goto(f"{address}/gradients{query}")
    player = page.get_by_test_id("player")
    expect(player).to_be_visible()
    expect(player.locator(".readings li").first).to_be_visible()
    expect(page.locator("[data-test-script-state=notRunning]")).to_be_visible()
    return player


def readings(player, heading):
    """What a chart reads off at the shown step, by the title of the curve."""
    chart = player.locator(".card", has=player.page.get_by_role("heading", name=heading, exact=True))
    return dict(
        chart.locator(".readings li").evaluate_all(
            "all => all.map((item) => [item.querySelector('span').textContent, item.querySelector('b').dataset.value])"
        )
    )


def test_the_charts_read_off_what_python_computes(page, address):
    player = visit(page, address, "?step=31&bound=true")
    read = readings(player, "How far back does it reach?")
    titles = ["Elman RNN", "Elman RNN, bound", "LSTM", "LSTM, cell state alone", "GRU"]
    assert list(read) == titles
    curves = [values for _, _, values in curves_of(Experiment())]
    np.testing.assert_allclose([float(read[title]) for title in titles], [values[30] for values in curves], rtol=1e-9)
    values = [float(value) for value in readings(player, "In which directions, LSTM").values()]
    singular, _ = chosen_of(Experiment())
    np.testing.assert_allclose(values, singular[:, 30], rtol=1e-9)
    expect(player.locator(".sentence").first).to_contain_text("LSTM: over 49 steps the norm becomes")
    expect(player.locator(".sentence + .caption").first).to_contain_text(
        "radius 0.9, a keeping gate of bias 1 (seed 1, untrained), reads 4 random numbers a step, of standard "
        "deviation 1."
    )
    lines = player.locator(".log-chart").first.locator("path.curve")
    assert lines.count() == len(curves) * 2  # in the chart and in its legend


def test_the_triangle_is_the_norms_of_all_pairs(page, address):
    player = visit(page, address, "?cell=GRU&length=9")
    _, pairs = chosen_of(Experiment(cell=GRU, length=9))
    canvas = player.locator(".triangle canvas")
    box = canvas.bounding_box()
    canvas.hover(position={"x": box["width"] * 2.5 / 9, "y": box["height"] * 6.5 / 9})
    wanted = pairs(range(9))[6, 2]
    expect(player.locator(".triangle .caption")).to_have_text(f"‖dh/dh‖ from step 7 back to step 3: {wanted:.3f}")
    canvas.hover(position={"x": box["width"] * 6.5 / 9, "y": box["height"] * 2.5 / 9})
    expect(player.locator(".triangle .caption")).to_have_text("Nothing flows back from the past to the future.")


def test_walking_asks_nothing_of_the_server_and_is_in_the_link(page, address):
    messages = []
    page.on("websocket", lambda socket: socket.on("framesent", lambda frame: messages.append(frame)))
    player = visit(page, address)
    expect(player).to_have_attribute("data-time-step", "49")
    page.wait_for_load_state("networkidle")
    messages.clear()
    for _ in range(3):
        page.keyboard.press("ArrowLeft")
    column = player.locator("[data-line=c] .column-of").first
    column.click(**point_in(column, 4))
    player.get_by_label("Weight", exact=True).select_option("W_xf")
    in_link(page, step="47", unit="5", line="c")
    assert messages == []
    page.reload()
    expect(player).to_have_attribute("data-time-step", "46")
    expect(player.locator(".formula .where")).to_contain_text("Unit 5, from step 47 back")


def test_the_first_step_is_in_the_link_too_and_the_loss_stays_at_the_end(page, address):
    player = visit(page, address)
    page.locator("[data-testid=player] .strip").press("Home")
    in_link(page, step="1")
    page.reload()
    expect(player).to_have_attribute("data-time-step", "0")
    page.locator("[data-testid=player] .strip").press("End")
    in_link(page, step=None)
    steps = page.get_by_role("spinbutton", name="Steps")
    steps.fill("60")
    steps.press("Enter")
    expect(player).to_have_attribute("data-time-step", "59")


def test_a_slider_changes_every_curve_and_the_server_is_only_told(page, address):
    messages = []
    page.on("websocket", lambda socket: socket.on("framesent", lambda frame: messages.append(frame)))
    player = visit(page, address, "?step=20&radius=1.2")
    before = readings(player, "How far back does it reach?")
    page.wait_for_load_state("networkidle")
    messages.clear()
    slider = player.get_by_role("slider", name="Spectral radius")
    slider.evaluate(
        """(slider) => {
            for (let step = 0; step < 7; step++) {
                slider.stepDown();
                slider.dispatchEvent(new Event("input", { bubbles: true }));
            }
        }"""
    )
    expect(player.locator(".strip + .caption")).to_contain_text("radius 0.85")
    in_link(page, radius="0.85")
    assert len(messages) == 1  # not at each step of the slider
    # the curves come with the caption of the networks they were measured of
    expect(player.locator(".sentence + .caption").first).to_contain_text("radius 0.85")
    read = readings(player, "How far back does it reach?")
    wanted = [values[19] for _, kind, values in curves_of(Experiment(radius=0.85)) if kind != "bound"]
    np.testing.assert_allclose([float(value) for value in read.values()], wanted, rtol=1e-9)
    assert read != before
    page.reload()
    expect(slider).to_have_value("0.85")
    expect(player.locator(".strip + .caption")).to_contain_text("radius 0.85")


def test_every_dial_says_what_it_does(page, address):
    player = visit(page, address)
    for setting in PAGE.settings.values():
        if setting.live:
            dial = player.get_by_label(setting.title, exact=True)
            expect(dial).to_have_accessible_description(setting.help)
            expect(player.get_by_text(setting.help, exact=True)).to_be_visible()


def test_the_bound_is_hidden_until_it_is_asked_for(page, address):
    player = visit(page, address, "?length=100")
    chart = player.locator(".log-chart").first
    without = chart.locator(".ticks").inner_text()
    assert "Elman RNN, bound" not in readings(player, "How far back does it reach?")
    toggle = player.get_by_role("switch", name="Bound")
    expect(toggle).not_to_be_checked()
    toggle.check()
    expect(chart.locator(".readings li")).to_have_count(5)
    assert chart.locator(".ticks").inner_text() != without  # it stretches the axis
    in_link(page, bound="true")
    page.reload()
    expect(chart.locator(".readings li")).to_have_count(5)
    toggle.uncheck()
    expect(chart.locator(".ticks")).to_have_text(without.replace("\n", ""))
    in_link(page, bound=None)


def test_the_verdict_stands_first_and_follows_every_dial(page, address):
    player = visit(page, address)
    verdict = player.locator(".verdict")
    heard = player.locator(".verdicts [aria-live=polite]")
    singular, _ = chosen_of(Experiment())
    parts = float(f"{1 / singular[0, 0]:.2g}")
    said = f"49 steps back, at most one part in {parts:,.0f} of the gradient is left."
    expect(verdict).to_have_text(said)
    expect(heard).to_have_text(said)
    top = verdict.bounding_box()["y"]
    assert top < player.locator(".strip").bounding_box()["y"] < player.locator(".log-chart").first.bounding_box()["y"]
    for dial in ("Bias of the keeping gate", "Spectral radius", "Input scale"):
        before = verdict.inner_text()
        slider = player.get_by_role("slider", name=dial)
        slider.press("End")
        expect(verdict).not_to_have_text(before)
    player.get_by_role("spinbutton", name="Cut every (0: never)").fill("8")
    expect(verdict).to_contain_text("1 step back, ")
    expect(verdict).to_contain_text("The cut lets nothing go further back.")
    page.get_by_role("radio", name="Every step").or_(page.get_by_role("button", name="Every step")).first.click()
    expect(verdict).to_contain_text("the last step's gradient")
    expect(heard).to_have_text(verdict.inner_text())


def test_a_screen_reader_hears_the_verdict_once_a_dial_rests(stage, clock):
    scene = random_scene(LSTM)
    radius = Dial("radius", "Radius", "", 0.1, 2.0, 0.1, "slider")
    player = stage.mount_backward(scene, compared=[scene], dials=[radius], initial={"at": {"radius": 1.0}})
    verdict, detail, heard = map(player.locator, (".verdict", ".verdicts .caption", ".verdicts [aria-live=polite]"))
    expect(verdict).not_to_be_empty()
    said = set()
    for _ in range(5):
        before = detail.inner_text()
        player.get_by_role("slider", name="Radius").press("ArrowRight")
        expect(detail).not_to_have_text(before)
        clock.run_for(200)
        said.add(heard.text_content())
    assert said == {""}
    clock.run_for(1000)
    expect(heard).to_have_text(verdict.inner_text())


def test_where_the_loss_is_at_every_step_its_gradient_is_shown_by_how_far_back_it_comes(page, address):
    shown = Experiment(cell=ELMAN, radius=0.5, loss="every")
    player = visit(page, address, "?cell=elman&radius=0.5&loss=every")
    bars = player.locator(".distances")
    scene = scene_of(shown)
    trace = run(scene.cell, scene.weights, scene.inputs)
    loss = SquaredError(np.zeros_like(trace["h"]), every_step=True)

    def wanted(name):
        return [np.linalg.norm(part) for part in gradient_by_steps_back(trace, loss, name)]

    def drawn():
        return [float(size) for size in bars.get_attribute("data-left").split()]

    expect(bars).to_contain_text("Half of what W_hh is told comes from the very step of the loss;")
    np.testing.assert_allclose(drawn(), wanted("W_hh"), rtol=1e-9, atol=1e-15)
    player.get_by_label("Weight", exact=True).select_option("W_xh")
    expect(bars).to_contain_text("what W_xh is told")
    np.testing.assert_allclose(drawn(), wanted("W_xh"), rtol=1e-9, atol=1e-15)
    page.get_by_role("radio", name="Last step").or_(page.get_by_role("button", name="Last step")).first.click()
    expect(bars).to_be_hidden()


def test_dials_and_controls_keep_what_the_other_has_set(page, address):
    player = visit(page, address)
    bias = player.get_by_role("slider", name="Bias of the keeping gate")
    bias.press("End")
    in_link(page, forget_bias="5")
    page.get_by_role("radio", name="GRU").or_(page.get_by_role("button", name="GRU")).first.click()
    expect(player).to_have_attribute("data-cell", "gru")
    expect(bias).to_have_value("5")
    in_link(page, forget_bias="5", cell="gru")
    expect(player.locator(".sentence").first).to_contain_text("GRU: over 49 steps")
    page.get_by_role("link", name="Attention").first.click()
    expect(page.get_by_role("heading", name="Attention", exact=True, level=1)).to_be_visible()
    page.get_by_role("link", name="Gradients through time").first.click()
    expect(bias).to_have_value("5")


def test_whatever_is_typed_into_the_cut_is_a_cut_or_changes_nothing(page, address):
    player = visit(page, address)
    cut = player.get_by_role("spinbutton", name="Cut every (0: never)")
    cut.fill("10")
    expect(player.locator(".column.cut")).to_have_count(4)
    for rubbish in ("", "-3", "2.5", "1e9"):
        cut.fill(rubbish)
        cut.blur()
        expect(cut).to_have_value("10")
    expect(player.locator(".column.cut")).to_have_count(4)
    in_link(page, cut="10")


@pytest.mark.parametrize("title", PRESETS)
def test_a_preset_is_a_link_to_its_screen(page, address, title):
    visit(page, address)
    page.get_by_role("link", name=title, exact=True).click()
    player = page.get_by_test_id("player")
    given, _ = PRESETS[title]
    in_link(page, **{name: text for name, [text] in write(PAGE, PAGE.of(given)).items()})
    expect(page.locator("[data-test-script-state=notRunning]")).to_be_visible()
    expect(player).to_have_attribute("data-cell", re.compile(given.get("cell", LSTM).name))


def test_the_gradient_is_cut_where_it_is_asked(page, address):
    player = visit(page, address, "?cut=10&loss=Every+step&length=40")
    expect(player.locator(".column.cut")).to_have_count(3)
    expect(player.locator(".strip + .caption")).to_contain_text("The gradient is cut every 10 steps")


def test_extremes_are_drawn_or_said(page, address):
    player = visit(page, address, "?length=200&radius=2.0&start=Identity&activation=ReLU&cell=Elman+RNN&hidden_size=2")
    expect(player.locator(".sentence").first).to_contain_text("over 199 steps the norm becomes")
    expect(player.locator(".readings b").first).not_to_be_empty()
    assert "NaN" not in player.inner_text()
    player = visit(page, address, "?length=200&radius=0.1&forget_bias=-2.0")
    assert "NaN" not in player.inner_text()


def test_a_name_that_cannot_be_read_is_explained(page, address):
    player = visit(page, address, "?weights=Trained&text=anna1")
    expect(page.get_by_test_id("stAlert")).to_contain_text("Until then the page shows what could be read last.")
    expect(player).to_have_attribute("data-cell", "lstm")


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("query", ["?weights=Trained&cut=3&loss=Every+step&step=4", "?clipping=true"])
def test_it_is_for_everyone(open_page, address, theme, query):
    page = open_page(color_scheme=theme, reduced_motion="reduce")
    visit(page, address, query)
    if "clipping" in query:
        expect(page.locator(".js-plotly-plot").first).to_be_visible()
    for width in (1280, 390):
        look_at_all(page, width)
        assert serious_violations(page) == []
        assert page.evaluate(SCROLLS_SIDEWAYS) == []
