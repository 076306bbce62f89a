"""The view on writing in the app: a link says all of it."""

from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import expect

from rnnviz.networks import checkpoints
from rnnviz.settings.address import link
from rnnviz.settings.text import PAGE, writing
from rnnviz.ui.text.write import writer_of
from rnnviz.what_if import Clamp
from tests.browser.test_writing import text_of, written

SAMPLING = {"temperature": 0.7, "top_k": 20, "top_p": 0.9, "seed": 5, "characters": 60}


@pytest.mark.parametrize("name", checkpoints.available_text())
def test_a_link_writes_the_same_text_in_every_browser_and_follows_what_is_typed(open_page, address, name):
    writer = writer_of(writing(network=name))
    cell = writer.checkpoint.cell
    at = {"prompt": "a = 'b\n ", **SAMPLING}
    url = f"{address}/{link(PAGE, view='write', network=name, **at)}&what_if=silence+{cell.name}+3"
    text, changed = (written(writer, at, changes)[0] for changes in ((), [Clamp(cell.state[0], 0.0, unit=2)]))
    for _ in range(2):
        page = open_page()
        page.goto(url)
        player = page.get_by_test_id("player")
        expect(player.locator("[data-author=changed] .said")).to_contain_text("On average")
        assert (text_of(player), text_of(player, "changed")) == (text, changed)
        at["prompt"] = "<b>: "
        player.get_by_role("textbox", name="Prompt").fill(at["prompt"])
        page.wait_for_url(lambda url: parse_qs(urlsplit(url).query)["prompt"] == [at["prompt"]])
        url = page.url
        text, changed = (written(writer, at, changes)[0] for changes in ((), [Clamp(cell.state[0], 0.0, unit=2)]))
        assert (text_of(player), text_of(player, "changed")) == (text, changed)
