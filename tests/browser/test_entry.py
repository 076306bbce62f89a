"""The Streamlit component: which modules it loads, what it waits for, and where its selection comes from."""

import pytest
from playwright.sync_api import expect

from rnnviz.cells import LSTM
from rnnviz.player.payload import backward, payload
from tests.browser.stage import CUT, Stage, random_scene, serve_component

PLAYER = {**payload(random_scene(LSTM, readout=True)), "view": "full", "kind": "player"}


def serve(page, scene=PLAYER, **options):
    return serve_component(page, scene, **options)


def at_step(player, step):
    expect(player).to_have_attribute("data-time-step", str(step))


def test_a_page_loads_its_own_kind_and_no_other(page):
    Stage(page)
    loaded = []
    page.on("request", lambda request: loaded.append(request.url))
    expect(serve(page)).to_be_visible()
    kinds = {url.rpartition("/")[2] for url in loaded if "/kinds/" in url}
    assert kinds == {"player.js"}
    assert not any(f"/views/{other}/" in url for url in loaded for other in ("board", "backward", "translation"))


def test_nothing_is_seen_before_its_style_sheet_is_there(page):
    """The style sheet comes last of all, as from a busy server."""
    held = []
    stage = Stage(page)
    page.route("**/player.css", lambda route: held.append(route))
    page.evaluate(
        """() => {
            document.querySelector("link[rel=stylesheet]").remove();
            document.body.innerHTML = '<div class="host" hidden></div>';
        }"""
    )
    serve(page)
    page.wait_for_function("performance.getEntriesByName('http://player.test/kinds/player.js').length")
    page.wait_for_timeout(200)
    assert page.locator(".host").is_hidden()
    assert page.locator(".host > *").count() == 0
    [late] = held
    late.fulfill(path=stage.folder / "player.css")
    player = page.get_by_test_id("player")
    expect(player).to_be_visible()
    assert player.locator(".card").first.evaluate("card => getComputedStyle(card).display") == "grid"


def test_what_is_gone_before_its_style_sheet_came_stays_away(page):
    Stage(page)
    page.route("**/player.css", lambda route: None)
    page.evaluate("document.querySelector('link[rel=stylesheet]').remove()")
    serve(page)
    page.evaluate("destroy()")
    page.add_style_tag(content=".host { --styled: yes; }")
    page.wait_for_timeout(100)
    assert page.locator(".host > *").count() == 0


OPENING = {"step": "4", "unit": "3", "line": "f", "size": "large"}


def test_a_page_opens_as_it_is_told(page):
    Stage(page)
    player = serve(page, opening=OPENING)
    at_step(player, 3)
    expect(player).to_have_attribute("data-unit", "2")
    expect(player.locator(".equation[data-line=f]")).to_have_class("equation framed")
    expect(player).to_have_class("host player larger")


@pytest.mark.parametrize(("address", "step"), [("?step=2", 1), ("?begun=1", 0), ("?begun=1&step=6", 5)])
def test_what_the_address_says_comes_first(page, address, step):
    Stage(page)
    page.goto(f"http://player.test/{address}")
    at_step(serve(page, opening=OPENING), step)


def test_a_person_s_choice_survives_a_reload_even_where_it_is_the_default(page):
    Stage(page)
    player = serve(page, opening=OPENING)
    at_step(player, 3)
    # What the page does once a lesson is open: from now on its screen is the learner's.
    page.evaluate("history.replaceState(null, '', '?step=4&unit=3&line=f&size=large&begun=1')")
    player.locator(".strip").press("Home")
    page.wait_for_url("**/?unit=3&line=f&size=large&begun=1")
    page.reload()
    player = serve(page, opening=OPENING)
    at_step(player, 0)
    expect(player).to_have_attribute("data-unit", "2")


def test_another_kind_takes_the_place(page):
    Stage(page)
    expect(serve(page)).to_be_visible()
    serve(page, {**Stage.board_data([random_scene(LSTM)], ("what_if",)), "kind": "board"})
    expect(page.locator(".board")).to_be_visible()
    expect(page.locator(".levels")).to_have_count(0)


def test_the_server_is_told_of_a_dial_once_it_is_let_go(page):
    Stage(page)
    scene = {**backward(random_scene(LSTM), every_step=False, dials=[CUT]), "kind": "backward"}
    player = serve(page, scene, at={"cut": 2})
    cut = player.get_by_role("spinbutton")
    expect(cut).to_have_value("2")
    for _ in range(3):
        cut.press("ArrowUp")
    expect(player.locator(".column.cut")).to_have_count(1)  # after five of six steps
    page.wait_for_function("told.length")
    assert page.evaluate("told") == [["dials", {"cut": 5}]]
    player.locator(".strip").press("Home")  # the address is written, and the server is told nothing new
    page.wait_for_url("**/?step=1")
    assert page.evaluate("told.length") == 1
