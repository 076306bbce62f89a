"""One Chromium and one served app for all browser tests, and for each test a page that tolerates no error."""

import pytest
from playwright.sync_api import expect

from tests.browser.stage import Stage, flawless_pages, player_files
from tools.serving import chromium, serve

expect.set_options(timeout=60_000)  # however busy the machine is, also on the first visit to a new server


@pytest.fixture(scope="session")
def browser():
    with player_files() as port, chromium(f"--host-resolver-rules=MAP player.test 127.0.0.1:{port}") as browser:
        yield browser


@pytest.fixture(scope="session")
def server_log(tmp_path_factory):
    """The file that holds whatever the server says."""
    return tmp_path_factory.mktemp("server") / "log.txt"


@pytest.fixture(scope="session")
def address(server_log):
    with serve(log=server_log) as address:
        yield address


@pytest.fixture
def open_page(browser):
    """Open a page in a browser context of its own; the test fails when one has an error or opens a dialog."""
    with flawless_pages(browser) as open_page:
        yield open_page


@pytest.fixture
def page(open_page):
    return open_page()


@pytest.fixture
def clock(page):
    """The page's time stands still, except where a test lets it run."""
    page.clock.install(time=0)
    page.clock.pause_at(3_600_000)  # installed alone it goes on by itself
    return page.clock


@pytest.fixture
def stage(page):
    return Stage(page)
