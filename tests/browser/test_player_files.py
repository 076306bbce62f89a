"""The files of the player: what is sent to whoever asks, and what a page has the browser ask for."""

from http.client import HTTPConnection
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from rnnviz.player import PLACE
from rnnviz.settings import PAGES
from rnnviz.ui.player_files import preloads
from tools.serving import ROOT

FOLDER = ROOT / "rnnviz" / "player"


def answer_to(address, path, headers=None):
    """What the server says to a path exactly as it is written."""
    connection = HTTPConnection(urlsplit(address).netloc, timeout=60)
    connection.request("GET", path, headers=headers or {})
    answer = connection.getresponse()
    content = answer.read()
    connection.close()
    return answer, content


def test_every_file_is_sent_as_it_is(address):
    for path in [*FOLDER.rglob("*.js"), FOLDER / "player.css"]:
        answer, content = answer_to(address, f"/{PLACE}/{path.relative_to(FOLDER).as_posix()}")
        assert content == path.read_bytes()
        assert answer.headers["Content-Type"].startswith("text/css" if path.suffix == ".css" else "text/javascript")


def test_what_a_browser_has_is_not_sent_again(address):
    tag = answer_to(address, f"/{PLACE}/entry.js")[0].headers["ETag"]
    answer, content = answer_to(address, f"/{PLACE}/entry.js", {"If-None-Match": tag})
    assert (answer.status, content) == (304, b"")
    assert answer_to(address, f"/{PLACE}/player.css", {"If-None-Match": tag})[0].status == 200


@pytest.mark.parametrize("name", ["component.py", "../ui/frame.css", "%2e%2e/ui/frame.css", "kinds", "nothing.js"])
def test_nothing_else_is_sent(address, name):
    answer, content = answer_to(address, f"/{PLACE}/{name}")
    assert answer.status in (400, 404)
    assert b"import" not in content
    assert b"{" not in content


@pytest.mark.parametrize("name", [name for name, page in PAGES.items() if page.kinds])
def test_a_page_asks_for_what_it_has_named_and_for_no_more(page, address, name):
    asked = set()
    page.on("request", lambda request: asked.add(urlsplit(request.url).path))
    page.goto(f"{address}/{'' if name == 'home' else name}")
    expect(page.get_by_test_id("player").first).to_be_visible()
    page.wait_for_load_state("networkidle")
    needed = {path.removeprefix(f"/{PLACE}/") for path in asked if path.startswith(f"/{PLACE}/")}
    needed = {name for name in needed if name.endswith(".js") and not name.endswith("_worker.js")}
    assert needed == {part.split('"')[0] for part in preloads(*PAGES[name].kinds).split(f"{PLACE}/")[1:]}
