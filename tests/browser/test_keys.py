"""Keys reach the player in sight wherever the focus is, except where they mean something else."""

import pytest
from playwright.sync_api import expect

from rnnviz.cells import LSTM
from rnnviz.player.payload import payload
from rnnviz.settings import PAGES
from tests.browser.stage import random_scene

STEPS = {"ArrowLeft", "ArrowRight"}
MOVES = {*STEPS, "ArrowUp", "ArrowDown", "Home", "End"}
SPACE = {"Space"}
ALL = MOVES | SPACE

#: What may have the focus, and which keys then mean something else, by what browsers and the ARIA practices say.
FOCUSED = {
    "nothing": ("", set()),
    "the page's main part, as in Streamlit": ('<main tabindex="0" style="overflow: auto; height: 40px">', set()),
    "a heading": ('<h2 tabindex="-1">Title</h2>', set()),
    "a group": ('<div role="group" tabindex="0">x</div>', set()),
    "a link": ('<a href="#x">x</a>', SPACE),
    "a button": ("<button>x</button>", SPACE),
    "a button of another make": ('<div role="button" tabindex="0">x</div>', SPACE),
    "what unfolds": ("<details><summary>x</summary>y</details>", SPACE),
    "a box to tick": ('<input type="checkbox">', SPACE),
    "a switch": ('<div role="switch" tabindex="0" aria-checked="true">x</div>', SPACE),
    "a button among fields": ('<input type="submit">', SPACE),
    "a text": ("<input>", ALL),
    "a text to search for": ('<input type="search">', ALL),
    "a number": ('<input type="number">', ALL),
    "a date": ('<input type="date">', ALL),
    "a long text": ("<textarea></textarea>", ALL),
    "what can be edited": ('<div contenteditable tabindex="0"><p>x</p></div>', ALL),
    "what cannot": ('<div contenteditable="false" tabindex="0">x</div>', set()),
    "a box of text of another make": ('<div role="textbox" tabindex="0">x</div>', ALL),
    "a slider": ('<input type="range">', MOVES),
    "a slider of another make": ('<div role="slider" tabindex="0" aria-valuenow="1">x</div>', MOVES),
    "a spin button": ('<div role="spinbutton" tabindex="0">x</div>', ALL),
    "a list to unfold": ("<select><option>x</option><option>y</option></select>", ALL),
    "a combobox": ('<div role="combobox" tabindex="0">x</div>', ALL),
    "an option": ('<ul role="listbox"><li role="option" tabindex="0">x</li></ul>', ALL),
    "a radio button": ('<input type="radio" name="x"><input type="radio" name="x">', ALL),
    "a radio button of another make": ('<div role="radiogroup"><button role="radio">x</button></div>', ALL),
    "a tab": ('<div role="tablist"><button role="tab">x</button></div>', ALL),
    "a menu": ('<ul role="menu"><li role="menuitem" tabindex="0">x</li></ul>', ALL),
    "a tree": ('<ul role="tree"><li role="treeitem" tabindex="0">x</li></ul>', ALL),
    "a table of cells": ('<div role="grid"><div role="row"><div role="gridcell" tabindex="0">x</div></div></div>', ALL),
    "a film": ('<video controls tabindex="0"></video>', ALL),
    "a dialog": ('<div role="dialog"><h2 tabindex="0">x</h2></div>', ALL),
    "nothing, while a dialog is open": ("<dialog open><p>x</p></dialog>", ALL),
    "nothing, while a dialog is closed": ('<div role="dialog" hidden>x</div>', set()),
    "what scrolls sideways": (
        '<div tabindex="0" style="overflow-x: auto; width: 60px"><p style="width: 900px">x</p></div>',
        STEPS,
    ),
    "what scrolls down": (
        '<div tabindex="0" style="overflow-y: auto; height: 20px"><p style="height: 900px">x</p></div>',
        ALL - STEPS,
    ),
    "what could scroll, but holds too little": ('<div tabindex="0" style="overflow: auto">x</div>', set()),
}
#: Puts what is to have the focus on the page, before the player or, where it is a main part, around it.
_FOCUS = """html => {
    const root = document.getElementById("root");
    document.body.append(root);
    document.getElementById("place")?.remove();
    const place = Object.assign(document.createElement("div"), { id: "place", innerHTML: html });
    document.body.prepend(place);
    document.activeElement.blur();
    place.querySelector("main")?.append(root);
    const focused = place.querySelector("[tabindex], a, button, summary, input, select, textarea") ?? document.body;
    focused.focus();
    return document.activeElement === focused;
}"""


@pytest.fixture(scope="module")
def scene():
    return random_scene(LSTM, readout=True)


def state(page):
    return page.evaluate("[player.clock.step, player.clock.unit, player.clock.chosen.playing]")


def heard(page, key):
    """Whether a key does anything, from the middle of the sequence and of the units."""
    page.evaluate("player.clock.stop(); player.clock.change({ timeStep: 2, unit: 2 })")
    before = state(page)
    page.keyboard.press(key)
    return state(page) != before


def test_every_key_does_what_it_means_where_the_focus_is(clock, stage, scene):
    stage.mount(scene)
    wrong = {}
    for name, (html, own) in FOCUSED.items():
        assert stage.page.evaluate(_FOCUS, html), name
        found = {key for key in sorted(ALL) if not heard(stage.page, key)}
        if found != own:
            wrong[name] = sorted(found ^ own)
    assert wrong == {}


def test_inside_the_player_too(clock, stage, scene):
    player = stage.mount(scene)
    player.get_by_text("The same as a table").click()
    table = player.get_by_role("group", name="Values as a table")
    table.evaluate("table => Object.assign(table.style, { maxHeight: '3em', maxWidth: '10em' })")
    inside = {
        ".strip": set(),  # it scrolls along with the steps
        ".lines": set(),
        "button.size": SPACE,
        "summary": SPACE,
        "select": ALL,
        "details .scroller": ALL,
    }
    for selector, own in inside.items():
        player.locator(selector).first.focus()
        assert {key for key in sorted(ALL) if not heard(stage.page, key)} == own, selector


def test_with_a_modifier_or_after_another_has_taken_it_a_key_is_not_heard(clock, stage, scene):
    stage.mount(scene)
    for modifier in ("Control", "Alt", "Meta", "Shift"):
        assert not heard(stage.page, f"{modifier}+ArrowDown")
    stage.page.evaluate("document.body.addEventListener('keydown', event => event.preventDefault(), { once: true })")
    assert not heard(stage.page, "ArrowRight")
    assert heard(stage.page, "ArrowRight")


def test_of_several_players_the_one_in_sight_hears_and_none_that_is_out_of_sight(clock, stage, scene):
    page = stage.page
    page.set_viewport_size({"width": 1000, "height": 700})
    page.evaluate(
        """async (data) => {
            const { mount } = await import("/kinds/player.js");
            document.getElementById("root").remove();
            const room = () => Object.assign(document.createElement("div"), { style: "height: 2000px" });
            window.all = Array.from({ length: 2 }, () => {
                const host = document.createElement("div");
                document.body.append(room(), host);
                const root = Object.assign(document.createElement("div"), { className: "host" });
                host.attachShadow({ mode: "open" }).append(root);
                return { root, player: mount(root, data) };
            });
            document.body.append(room());
        }""",
        {**payload(scene), "view": "full"},
    )

    def steps():
        return page.evaluate("all.map(({ player }) => player.clock.step)")

    def look_at(place, block="start"):
        page.evaluate("([place, block]) => all[place].root.scrollIntoView({ block })", [place, block])

    page.keyboard.press("ArrowRight")
    assert steps() == [0, 0]
    look_at(0)
    page.keyboard.press("ArrowRight")
    assert steps() == [1, 0]
    look_at(1)
    page.keyboard.press("End")
    assert steps() == [1, 5]
    page.evaluate("all[0].root.querySelector('button').focus({ preventScroll: true })")  # it has the focus
    page.keyboard.press("Home")
    assert steps() == [0, 5]
    page.evaluate("all[1].player.destroy()")
    page.evaluate("document.activeElement.blur()")
    look_at(1)
    page.keyboard.press("ArrowRight")
    assert steps() == [0, 5]


def test_where_no_unit_is_shown_alone_up_and_down_scroll_the_page(stage, scene):
    stage.mount(scene, view="glance")
    stage.page.evaluate("document.body.style.paddingBottom = '3000px'")
    stage.page.keyboard.press("ArrowDown")
    stage.page.wait_for_function("scrollY > 0")
    assert stage.changes() == []


def test_a_picture_that_waits_for_a_prediction_is_not_moved(stage, scene):
    check = {"kind": "remembered", "cell": "lstm", "step": 1}
    board = stage.mount_board([scene], {"question": "Does it?", "check": check})
    stage.page.keyboard.press("ArrowRight")
    expect(board).to_have_attribute("data-time-step", "0")
    board.get_by_role("button", name="Yes").click()
    stage.page.keyboard.press("ArrowRight")
    expect(board).to_have_attribute("data-time-step", "1")


WITH_PLAYER = [f"/{name}" for name, page in PAGES.items() if page.player and name != "compare"]


@pytest.mark.parametrize("path", [*WITH_PLAYER, "/compare?show=learning&task=lag", "/step_through?classroom=true"])
def test_after_a_click_on_the_heading_every_key_reaches_the_picture(open_page, address, path):
    page = open_page(viewport={"width": 1280, "height": 1600})  # with the picture in sight
    page.goto(f"{address}{path}")
    player = page.get_by_test_id("player")
    expect(player).to_be_visible()
    expect(page.locator("[data-test-script-state=notRunning]")).to_be_visible()
    page.get_by_role("heading", level=1).click()
    assert page.evaluate("document.activeElement.tagName") == "MAIN"
    page.keyboard.press("End")
    last = int(player.get_attribute("data-time-step"))
    first = int(player.get_by_role("slider", name="Time step").get_attribute("min"))
    for key, step in (("Home", first), ("ArrowRight", first + 1), ("ArrowLeft", first), ("End", last)):
        page.keyboard.press(key)
        expect(player).to_have_attribute("data-time-step", str(step))
    unit = int(player.get_attribute("data-unit"))
    away, back = ("ArrowUp", -1), ("ArrowDown", 0)  # from the last of them
    for key, moved in (away, back) if unit else (("ArrowDown", 1), ("ArrowUp", 0)):
        page.keyboard.press(key)
        expect(player).to_have_attribute("data-unit", str(unit + moved))
