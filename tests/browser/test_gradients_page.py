"""The gradients page as it is served, and the figures of norms by their data."""

import re

import numpy as np
import pytest
from playwright.sync_api import expect

from rnnviz.cells import GRU, LSTM
from rnnviz.settings.address import write
from rnnviz.settings.gradients import PAGE, Experiment
from rnnviz.ui.gradients.experiments import PRESETS, drawn, experiment_scene, norms
from tests.browser.stage import point_in
from tests.browser.test_accessibility import SCROLLS_SIDEWAYS, look_at_all, serious_violations
from tests.browser.test_step_through import in_link


def visit(page, address, query=""):
    page.goto(f"{address}/gradients{query}")
    player = page.get_by_test_id("player")
    expect(player).to_be_visible()
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


def test_the_charts_read_off_what_python_computed(page, address):
    player = visit(page, address, "?step=31")
    shown = norms(Experiment())
    read = readings(player, "How far back does it reach?")
    assert set(read) == {curve.title for curve in shown["curves"]}
    for curve in shown["curves"]:
        assert float(read[curve.title]) == pytest.approx(curve.values[30], rel=1e-12)
    values = [float(value) for value in readings(player, "In which directions, LSTM").values()]
    np.testing.assert_allclose(values, shown["singular"][30][[0, 7, 15]], rtol=1e-12)
    expect(player.locator(".sentence").first).to_have_text(shown["reading"])
    expect(player.locator(".sentence + .caption").first).to_contain_text(
        "radius 0.9 (seed 1, untrained), reads 4 random"
    )
    lines = player.locator(".log-chart").first.locator("path.curve")
    assert lines.count() == len(shown["curves"]) * 2  # in the chart and in its legend


def test_the_triangle_is_the_norms_of_all_pairs(page, address):
    player = visit(page, address, "?cell=GRU&length=9")
    shown = norms(Experiment(cell=GRU, length=9))["norms"]
    canvas = player.locator(".triangle canvas")
    box = canvas.bounding_box()
    canvas.hover(position={"x": box["width"] * 2.5 / 9, "y": box["height"] * 6.5 / 9})
    expect(player.locator(".triangle .caption")).to_have_text(f"‖dh/dh‖ from step 7 back to step 3: {shown[6, 2]:.3f}")
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


def test_a_slider_changes_every_curve(page, address):
    player = visit(page, address, "?step=20")
    before = readings(player, "How far back does it reach?")
    slider = page.get_by_role("slider", name="Spectral radius")
    slider.focus()
    slider.press("ArrowLeft")
    in_link(page, radius="0.85")
    expect(player.locator(".strip + .caption")).to_contain_text("radius 0.85")
    wanted = norms(Experiment(radius=0.85))
    expect(player.locator(".sentence").first).to_have_text(wanted["reading"])
    assert readings(player, "How far back does it reach?") != before


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
    experiment = Experiment(cut=10, loss="every", length=40)
    assert drawn(experiment)["truncate"] == 10
    assert len(experiment_scene(experiment).inputs) == 40


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
