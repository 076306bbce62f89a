"""Whatever an address says, its page opens: what cannot be is refused, in as many log lines as sentences."""

import logging
from collections import defaultdict

import pytest

from tests.addresses import address, drawings
from tests.pages.visit import visit


@pytest.mark.parametrize("asked", drawings(1, 40), ids=lambda asked: address(*asked)[:60])
def test_a_page_opens_whatever_its_address_says(asked, caplog):
    name, query = asked
    texts = defaultdict(list)
    for key, text in query:
        if key not in ("embed", "embed_options"):  # Streamlit's own
            texts[key].append(text)
    with caplog.at_level(logging.WARNING):
        page = visit(name, **texts)
    assert not page.exception
    said = [record for record in caplog.records if record.name.startswith("rnnviz")]
    assert len(said) == len(page.warning)
    others = [record.getMessage() for record in caplog.records if record not in said]
    assert [message for message in others if "missing ScriptRunContext" not in message] == []  # the test's own thread
    # What was refused is no longer there for anybody to read; what remains is read without a word.
    again = visit(name, **page.query_params)
    assert not again.exception
    links = [warning.value for warning in again.warning if warning.value.startswith("The link asks for")]
    assert links == []
