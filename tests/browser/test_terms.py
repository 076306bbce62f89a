"""Words that explain themselves: in labels of the player, behind the help signs of controls, on the glossary's page."""

import pytest
from playwright.sync_api import expect

from rnnviz.cells import LSTM
from rnnviz.lessons.glossary import GLOSSARY, terms_in
from rnnviz.player.payload import glossary
from tests.browser.stage import random_scene

#: Every way to write a term, and the term.
GLOSSARY_WORDS = {word.casefold(): term for term in GLOSSARY.values() for word in term.words}


@pytest.fixture
def player(stage):
    return stage.mount(random_scene(LSTM), terms=glossary())


def test_every_quantity_through_time_explains_itself_to_pointer_and_ear(player):
    for heading in player.locator(".through-time h3").all():
        [term] = terms_in(heading.locator("span").first.text_content())
        button = heading.get_by_role("button", name=term.title)
        expect(button).to_have_accessible_description(term.meaning)
        button.hover()
        note = player.get_by_role("note")
        expect(note).to_contain_text(term.meaning)
        box, window = note.bounding_box(), player.page.viewport_size
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= window["width"]
        assert box["y"] >= 0
        assert box["y"] + box["height"] <= window["height"]


def test_a_term_opens_by_keyboard_its_links_come_next_and_escape_closes_it(player):
    button = player.get_by_role("button", name="Forget gate", exact=True).last
    player.get_by_role("button", name="Input gate", exact=True).last.focus()
    player.page.keyboard.press("Tab")
    note = player.get_by_role("note")
    while not note.is_visible() or "Forget gate" not in note.text_content():
        player.page.keyboard.press("Tab")
    expect(button).to_be_focused()
    expect(button).to_have_attribute("aria-expanded", "true")
    player.page.keyboard.press("Tab")
    expect(note.get_by_role("link", name="Try it")).to_be_focused()
    assert note.get_by_role("link", name="Try it").get_attribute("href") == GLOSSARY["forget-gate"].link
    player.page.keyboard.press("Escape")
    expect(note).to_be_hidden()
    expect(button).to_be_focused()
    expect(button).to_have_attribute("aria-expanded", "false")


def test_a_note_stays_while_the_pointer_is_on_it_and_goes_with_escape(player):
    player.get_by_role("button", name="Candidate", exact=True).last.hover()
    note = player.get_by_role("note")
    expect(note).to_be_visible()
    note.hover()
    expect(note).to_be_visible()
    player.page.keyboard.press("Escape")
    expect(note).to_be_hidden()


def test_the_page_goes_to_the_term_that_its_address_ends_in(page, address):
    page.goto(f"{address}/glossary#update-gate")
    term = page.locator("dt#update-gate")
    expect(term).to_be_in_viewport()
    assert term.evaluate("term => term.matches(':target')")
    assert page.locator(".glossary dt").all_text_contents() == [term.title for term in GLOSSARY.values()]
    page.locator("dt#update-gate + dd").get_by_role("link", name="Try it").click()
    expect(page.get_by_role("heading", name="Gates and memory")).to_be_visible()


def test_the_help_sign_of_a_control_is_read_by_keyboard(page, address):
    page.goto(f"{address}/step_through?network=random")
    page.get_by_role("button", name="Help for Input scale").focus()
    expect(page.get_by_role("tooltip")).to_contain_text(GLOSSARY["input-scale"].meaning)


@pytest.mark.parametrize(
    "where", ["step_through?cell=lstm", "gates", "gradients", "compare?show=learning&task=lag", "attention"]
)
def test_every_label_of_a_player_explains_its_terms(page, address, where):
    page.goto(f"{address}/{where}")
    player = page.get_by_test_id("player")
    player.wait_for()
    labels = player.locator(
        "h2, h3, th[scope=col], .name:not(tspan), .dial .field > span, .switch > span:not(.meaning)"
    )
    expect(labels.first).to_be_attached()
    found = set()
    for label in labels.all():
        marked = {GLOSSARY_WORDS[word.casefold()] for word in label.locator(".term").all_text_contents()}
        written = (
            label.locator(":scope > :not(.range)").all_text_contents() if label.locator(".range").count() else None
        )
        text = " ".join(written) if written is not None else label.text_content()
        assert marked == set(terms_in(text)), text
        found |= marked
    assert found
