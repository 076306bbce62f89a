"""Drawn addresses one after another in one tab, and back, and forward: every page opens, and asks nobody else."""

from collections import defaultdict
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import expect

from rnnviz.settings import PAGES
from rnnviz.settings.address import read
from tests.addresses import address as written
from tests.addresses import drawings

_DRAWN = drawings(2, 12)
_JOURNEYS = [_DRAWN[start : start + 3] for start in range(0, len(_DRAWN), 3)]


def settled(page):
    """The title of what is seen once all is drawn."""
    expect(page.get_by_role("heading", level=1)).to_have_count(1)
    expect(page.locator("[data-test-script-state=notRunning]")).to_be_visible()
    expect(page.get_by_test_id("stException")).to_have_count(0)
    return page.get_by_role("heading", level=1).text_content()


def refused(name, query):
    """What an address says that cannot be."""
    texts = defaultdict(list)
    for key, text in query:
        texts[key].append(text)
    return set(read(PAGES[name], texts).refusals)


@pytest.mark.parametrize("journey", _JOURNEYS, ids=lambda journey: " ".join(name for name, _ in journey))
def test_a_tab_stands_whatever_is_opened_in_it(page, address, server_log, journey):
    hosts, sentences, seen = set(), 0, []
    page.on("request", lambda request: hosts.add(urlsplit(request.url).hostname))
    with server_log.open() as log:
        log.read()
        for asked in journey:
            page.goto(f"{address}{written(*asked)}")
            seen.append(settled(page))
            gone = refused(*asked)
            page.wait_for_url(lambda url, gone=gone: not gone & parse_qs(urlsplit(url).query).keys())
            sentences += page.get_by_test_id("stAlert").count()
        assert len(log.read().splitlines()) <= sentences
        for title in reversed(seen[:-1]):
            page.go_back()
            expect(page.get_by_role("heading", level=1)).to_have_text(title)
            settled(page)
        for title in seen[1:]:
            page.go_forward()
            expect(page.get_by_role("heading", level=1)).to_have_text(title)
            settled(page)
        assert "The link" not in log.read()  # what could not be is gone from the addresses
    assert hosts <= {urlsplit(address).hostname, None}
