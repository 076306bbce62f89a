"""The view on how far back a network looks, as its reader would use it."""

import pytest

from rnnviz.analysis.context import reach_from
from rnnviz.networks.checkpoints import available_text, load_text
from rnnviz.settings.text import MOMENTS
from rnnviz.ui.text.reach import far_sentence, of_moment
from tests.pages.visit import visit


def said(page):
    return [element.value for element in page.markdown]


@pytest.mark.parametrize("name", available_text())
def test_the_numbers_come_first_and_every_moment_can_be_read(name):
    page = visit("text", view="reach", network=name)
    network = load_text(name)
    sentences = [sentence for sentence in said(page) if sentence.startswith("**")]
    assert sentences[0] == far_sentence(reach_from(network.card["reach"]))
    assert len(page.get("vega_lite_chart")) == 1
    for moment, one in zip(MOMENTS, network.card["writes"], strict=True):
        page.get("button_group")[-1].set_value(moment).run()
        assert not page.exception
        assert of_moment(network, one) in said(page)
        assert page.code[0].value == network.card["writing"]["prompt"] + one["text"]


def test_what_was_written_is_shown_as_plain_text_in_the_address_of_its_moment():
    page = visit("text", view="reach", moment="30")
    card = load_text("python").card
    assert page.code[0].value == card["writing"]["prompt"] + card["writes"][2]["text"]
    assert page.code[0].language == "plaintext"
    assert page.query_params["moment"] == "30"
