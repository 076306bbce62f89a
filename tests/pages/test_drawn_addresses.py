"""Whatever an address says, its page opens: what cannot be is refused, in as many log lines as sentences."""

import logging
from collections import defaultdict

import pytest
from streamlit.testing.v1 import AppTest

from rnnviz.settings import PAGES
from tests.addresses import address, drawings
from tools.serving import ROOT


@pytest.mark.parametrize("asked", drawings(1, 40), ids=lambda asked: address(*asked)[:60])
def test_a_page_opens_whatever_its_address_says(asked, caplog):
    name, query = asked
    page = AppTest.from_file(ROOT / "app.py", default_timeout=60).run()
    texts = defaultdict(list)
    for key, text in query:
        if key not in ("embed", "embed_options"):  # Streamlit's own
            texts[key].append(text)
    page.query_params.update(texts)
    with caplog.at_level(logging.WARNING):
        page = page.switch_page(PAGES[name].path).run()
    assert not page.exception
    said = [record for record in caplog.records if record.name.startswith("rnnviz")]
    assert len(said) == len(page.warning)
    others = [record.getMessage() for record in caplog.records if record not in said]
    assert [message for message in others if "missing ScriptRunContext" not in message] == []  # the test's own thread
    # What was refused is no longer there for anybody to read; what remains is read without a word.
    again = AppTest.from_file(ROOT / "app.py", default_timeout=60).run()
    again.query_params.update(page.query_params)
    again = again.switch_page(PAGES[name].path).run()
    assert not again.exception
    links = [warning.value for warning in again.warning if warning.value.startswith("The link asks for")]
    assert links == []
