"""One Chromium and one served app for all browser tests, and for each test a page that tolerates no error."""

from urllib.parse import urlsplit

import pytest

from tests.browser.stage import Stage
from tools.serving import chromium, serve

#: Streamlit looks for these under the path of a page first, and says so in the console.
_LOOKED_FOR_TWICE = ("/_stcore/health", "/_stcore/host-config")


@pytest.fixture(scope="session")
def browser():
    with chromium() as browser:
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
    contexts, complaints = [], []

    def open_page(**options):
        context = browser.new_context(**options)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(f"{error}\n{error.stack or ''}"))
        page.on("console", lambda message: complaints.append(message.text) if _is_ours(message) else None)
        page.on("dialog", lambda dialog: (complaints.append(f"a dialog: {dialog.message}"), dialog.dismiss()))
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert complaints == []


@pytest.fixture
def page(open_page):
    return open_page()


@pytest.fixture
def stage(page):
    return Stage(page)


def _is_ours(message):
    place = urlsplit(message.location["url"]).path
    known = "404" in message.text and place.endswith(_LOOKED_FOR_TWICE) and place not in _LOOKED_FOR_TWICE
    return message.type == "error" and not known
