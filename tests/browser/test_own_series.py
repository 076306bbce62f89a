"""Your own series as it is served: a table is dropped, asked about, really learned from, linked to, and deleted."""

import math

import pytest
from playwright.sync_api import expect

from tests.browser.test_accessibility import SCROLLS_SIDEWAYS, look_at_all, serious_violations

#: One cell, so that it is soon learned.
SMALL = "/series?view=own&own_cells=elman"
SECRET = "Takings"
#: As a German spreadsheet saves it, with days and months that can be exchanged.
TABLE = f"Monat;{SECRET} <img src=x onerror=alert(1)>\r\n" + "".join(
    f"01.{1 + place % 12:02d}.{2000 + place // 12};1.{200 + place},{int(50 + 49 * math.sin(place)):02d}\r\n"
    for place in range(96)
)


def give(page, address):
    """Drop the table, and answer what is asked."""
    page.goto(f"{address}{SMALL}")
    expect(page.get_by_text("up to 20,000 rows and 5 MB")).to_be_visible()
    expect(page.get_by_text("per file")).to_be_hidden()  # Streamlit's own limit is another
    page.get_by_label("Your table").fill("date,value\n2012-01-01,=1+1")
    page.get_by_label("Your table").press("Control+Enter")
    expect(page.get_by_text("in line 2, column 2, stands “=1+1”")).to_be_visible()
    page.locator("input[type=file]").set_input_files(
        {"name": "table.csv", "mimeType": "text/csv", "buffer": TABLE.encode("utf-16")}
    )
    expect(page.get_by_text("The file is UTF-16, and was read as that.")).to_be_visible()
    expect(page.get_by_label("Your table")).to_have_value("")
    page.get_by_role("combobox", name="When is").click()
    page.get_by_role("option", name="day, month, year").click()
    expect(page.get_by_text("from 2000-01 to 2007-12")).to_be_visible()
    return page


def train(page):
    page.get_by_role("button", name="Train").click()
    expect(page.get_by_text("All 4 are done")).to_be_visible(timeout=90_000)


@pytest.fixture(scope="module")
def link(browser, address):
    """The link of a series, given by a visitor who then leaves."""
    page = give(browser.new_page(), address)
    train(page)
    found = page.url
    page.close()
    return found


def test_whoever_has_the_link_sees_the_series_and_who_has_the_table_deletes_it(page, address, link, server_log):
    assert SECRET not in link
    page.goto(link)
    expect(page.get_by_text("All 4 are done")).to_be_visible()
    expect(page.get_by_role("button", name="Delete")).to_have_count(0)
    page.get_by_role("button", name="Another series").click()
    give(page, address)
    train(page)
    assert page.url == link
    page.get_by_role("button", name="Delete").click()
    page.get_by_role("button", name="Delete for good").click()
    expect(page.get_by_label("Your table")).to_have_value("")
    page.goto(link)
    expect(page.get_by_text("No series of this address is kept on this server")).to_be_visible()
    assert SECRET not in server_log.read_text()


def test_axe_finds_nothing_serious_wide_or_narrow(open_page, address):
    page = give(open_page(color_scheme="dark", reduced_motion="reduce"), address)
    for width in (1280, 390):
        look_at_all(page, width)
        assert serious_violations(page) == []
        assert page.evaluate(SCROLLS_SIDEWAYS) == []
