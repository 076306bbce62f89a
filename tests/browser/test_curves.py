"""Charts of curves that the server has measured, read off in the browser."""

import numpy as np
import pytest
from playwright.sync_api import expect

from rnnviz.player.payload import Curve, CurveChart, curves
from tests.browser.stage import ORIGIN
from tests.browser.test_player import TEXT_SIZES

LOSS = np.array([4.0, 3.0, 2.5, np.nan])
NORM = np.array([1e-3, 10.0, 1e9, 0.5])


@pytest.fixture
def shown(page):
    data = curves(
        "A training",
        "It ends well.",
        [
            CurveChart("Loss", "In bits.", [Curve("one", "negative", LOSS, (6, 3)), Curve("two", "positive", NORM)]),
            CurveChart("Gradient", "Its norm.", [Curve("norm", "ink", NORM[::-1])]),
        ],
    )
    page.goto(ORIGIN)
    page.evaluate(
        """async (data) => {
            const { mount } = await import("/kinds/curves.js");
            window.player = mount(document.getElementById("root"), data, {});
        }""",
        data,
    )
    return page.get_by_test_id("curves")


def read(shown):
    return [float(text) for text in shown.locator(".readings b").evaluate_all("all => all.map((b) => b.dataset.value)")]


def test_the_curves_are_read_off_where_one_points(shown):
    expect(shown).to_have_accessible_name("A training")
    expect(shown.locator(".verdict")).to_have_text("It ends well.")
    np.testing.assert_allclose(read(shown), [np.nan, 0.5, 1e-3], rtol=1e-6)
    expect(shown.locator(".readings b").first).to_have_text("too large for a computer's numbers")
    shown.get_by_role("slider", name="Step").press("Home")
    np.testing.assert_allclose(read(shown), [4.0, 1e-3, 0.5], rtol=1e-6)
    chart = shown.locator(".map").nth(1)
    box = chart.bounding_box()
    chart.hover(position={"x": 0.6 * box["width"], "y": 5})
    np.testing.assert_allclose(read(shown), [2.5, 1e9, 10.0], rtol=1e-6)
    expect(shown.get_by_role("slider", name="Step")).to_have_value("3")


def test_it_writes_nothing_into_the_address_and_takes_other_curves(shown):
    page = shown.page
    assert page.evaluate("player.selection()") is None
    other = curves("Another", "It ends badly.", [CurveChart("Loss", "", [Curve("one", "ink", np.ones(7))])])
    assert page.evaluate("data => player.update(data)", other)
    expect(shown.locator(".verdict")).to_have_text("It ends badly.")
    expect(shown.get_by_role("slider", name="Step")).to_have_value("7")


@pytest.mark.parametrize("width", [390, 1400])
def test_it_is_legible_and_no_wider_than_its_place(shown, width):
    shown.page.set_viewport_size({"width": width, "height": 900})
    assert shown.page.evaluate("document.documentElement.scrollWidth") <= width
    assert {text: size for text, size in shown.evaluate(TEXT_SIZES) if size < 14} == {}
