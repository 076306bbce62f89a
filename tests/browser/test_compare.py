"""Train and compare as it is served: a contest really trained, watched, left, and found again."""

import re

import pytest
from playwright.sync_api import expect

#: A contest of a second or two.
TINY = "/compare?units=4&sequence_length=8&batch_size=4&steps=60&seeds=2&cells=Elman+RNN&cells=GRU"


def visit(page, address, path=TINY):
    page.goto(f"{address}{path}")
    expect(page.locator("[data-testid=stVegaLiteChart] svg.marks").first).to_be_visible()
    return page


def numbers(page):
    """The table of results, row by row."""
    table = page.locator("table", has_text="Weights").first
    expect(table).to_be_visible(timeout=60_000)
    expect(page.locator("[data-test-script-state=notRunning]")).to_be_visible()
    return [row.all_text_contents() for row in [line.locator("th, td") for line in table.locator("tr").all()]]


@pytest.fixture(scope="module")
def results(browser, address):
    """The results of the tiny contest, trained by a visitor who then leaves."""
    page = visit(browser.new_page(), address)
    page.get_by_role("button", name="Train 4 runs").click()
    expect(page.get_by_text("All of these runs are finished")).to_be_visible(timeout=90_000)
    found = numbers(page)
    page.close()
    return found


def test_training_ends_in_a_table_with_every_run(results):
    head, *rows = results
    assert head[1:5] == ["Runs", "Hidden size", "Weights", "Mean squared error"]
    assert [row[0] for row in rows] == ["Elman RNN", "GRU"]
    assert all(row[1:3] == ["2", "4"] for row in rows)
    assert all(re.fullmatch(r"[\d.]+ \([\d.]+ to [\d.]+\)", row[4]) for row in rows)


def test_whoever_opens_the_link_sees_the_same_runs(page, address, results):
    visit(page, address)
    assert numbers(page) == results
    expect(page.get_by_role("button", name="Train")).to_have_count(0)
    page.reload()
    assert numbers(page) == results


def test_a_run_is_watched_in_the_browser_at_every_moment(page, address, results):
    messages = []
    page.on("websocket", lambda socket: socket.on("framesent", lambda _: messages.append(1)))
    page.goto(f"{address}{TINY.replace('?', '?show=Watch+it+learn&')}")
    player = page.get_by_test_id("player")
    expect(player).to_be_visible()
    expect(player).to_contain_text("After 60 of 60 steps")
    expect(page.locator("[data-test-script-state=notRunning]")).to_be_visible()
    page.wait_for_load_state("networkidle")
    messages.clear()
    player.locator(".strip").press(",")
    expect(player).not_to_contain_text("After 60 of 60 steps")
    player.locator(".strip").press(".")
    expect(player).to_contain_text("After 60 of 60 steps")
    assert messages == []


def test_a_tab_that_is_closed_stops_nothing(open_page, address):
    query = TINY.replace("steps=60", "steps=1500").replace("seeds=2", "seeds=1&first_seed=9")
    first = visit(open_page(), address, query)
    first.get_by_role("button", name="Train 2 runs").click()
    expect(first.get_by_role("button", name="Cancel")).to_be_visible()
    first.close()
    second = visit(open_page(), address, query)
    expect(second.get_by_text("All of these runs are finished")).to_be_visible(timeout=120_000)


def test_pause_and_cancel_do_what_they_say(page, address):
    long = TINY.replace("steps=60", "steps=9000").replace("sequence_length=8", "sequence_length=200")
    visit(page, address, long.replace("seeds=2", "seeds=1"))
    page.get_by_role("button", name="Train 2 runs").click()
    page.get_by_role("button", name="Pause").click()
    expect(page.get_by_role("button", name="Go on")).to_be_visible(timeout=30_000)
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_text("training ")).to_be_visible(timeout=60_000)
    expect(page.get_by_role("button", name="Go on")).to_have_count(0)
    page.get_by_role("button", name="Cancel").click()
    expect(page.get_by_role("button", name="Train 2 runs")).to_be_visible(timeout=30_000)


def test_the_page_is_useful_at_once(page, address):
    visit(page, address, "/compare")
    expect(page.get_by_text("These runs came with rnnviz")).to_be_visible()
    assert len(numbers(page)) == 4


def test_choosing_another_task_sets_its_length_and_the_address(page, address):
    visit(page, address, "/compare?sequence_length=80")
    page.get_by_role("button", name="Long lag").or_(page.get_by_role("radio", name="Long lag")).first.click()
    expect(page.get_by_role("spinbutton", name="Length (distractors)")).to_have_value("100")
    expect(page).to_have_url(f"{address}/compare?task=lag")
