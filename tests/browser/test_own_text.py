"""Your own text as it is served: given, really learned from, watched, found by its link, and deleted."""

import pytest
from playwright.sync_api import expect

from tests.browser.test_accessibility import SCROLLS_SIDEWAYS, look_at_all, serious_violations

#: A network that learns within seconds.
SMALL = "/text?view=own&own_units=8&own_steps=100"
SECRET = "Merrily"
SONG = f"Row, row, row your boat, <img src=x onerror=alert(1)> gently down the stream. {SECRET}!\r\n" * 20


def give(page, address):
    page.goto(f"{address}{SMALL}")
    page.locator("input[type=file]").set_input_files(
        {"name": "song.txt", "mimeType": "text/plain", "buffer": SONG.encode()}
    )
    expect(page.get_by_text("are plain line ends now")).to_be_visible()
    page.get_by_role("button", name="Train").click()
    expect(page.get_by_role("button", name="Another text or network")).to_be_visible(timeout=90_000)
    expect(page.get_by_text("After 100 steps it needs")).to_be_visible()
    return page


@pytest.fixture(scope="module")
def link(browser, address):
    """The link of a run, trained by a visitor who then leaves."""
    page = give(browser.new_page(), address)
    found = page.url
    page.close()
    return found


def test_whoever_has_the_link_sees_the_network_and_not_the_text(page, link, server_log):
    assert SECRET not in link
    page.goto(link)
    expect(page.get_by_text("After 100 steps it needs")).to_be_visible()
    expect(page.get_by_text("Whoever has the text can delete this run")).to_be_visible()
    expect(page.get_by_role("button", name="Delete")).to_have_count(0)
    last = page.get_by_test_id("stCode").inner_text()
    page.get_by_role("slider", name="Moment of the training").press("Home")
    expect(page.get_by_text("Before its first step it needs")).to_be_visible()
    expect(page).to_have_url(f"{link}&own_moment=0")
    assert page.get_by_test_id("stCode").inner_text() != last
    assert SECRET not in server_log.read_text()


def test_who_has_the_text_finds_the_same_run_and_deletes_it(page, address, link):
    give(page, address)
    assert page.url == link
    page.get_by_role("button", name="Delete").click()
    page.get_by_role("button", name="Delete for good").click()
    expect(page.get_by_label("Your text")).to_have_value("")
    page.goto(link)
    expect(page.get_by_text("No run of this address is kept on this server")).to_be_visible()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_serious_wide_or_narrow(open_page, address, theme):
    page = open_page(color_scheme=theme, reduced_motion="reduce")
    page.goto(f"{address}/text?view=own")
    expect(page.get_by_label("Your text")).to_be_visible()
    look_at_all(page, 390)
    assert serious_violations(page) == []
    give(page, address)
    page.get_by_role("button", name="Delete").click()
    expect(page.get_by_role("button", name="Delete for good")).to_be_visible()
    for width in (1280, 390):
        look_at_all(page, width)
        assert serious_violations(page) == []
        assert page.evaluate(SCROLLS_SIDEWAYS) == []
