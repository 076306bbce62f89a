"""Lessons as links: opened, made, damaged, hostile; and the classroom."""

import json
import re
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import expect

from rnnviz.cells import GRU as GRU_CELL
from rnnviz.lessons.lesson import CONTROLS, Lesson, decode, encode
from rnnviz.lessons.path import PATH
from rnnviz.lessons.shipped import LESSONS
from rnnviz.settings.step_through import scenario
from rnnviz.trace import run
from rnnviz.ui.scenes import scene
from tests.browser.test_accessibility import SCROLLS_SIDEWAYS, look_at_all, serious_violations
from tests.browser.test_step_through import choose, in_link, picture

GRU = Lesson(
    "step_through",
    {"cell": "GRU", "network": "Random", "text": "rosalind", "seed": "7", "hidden_size": "4", "step": "5", "unit": "2"},
    "What a *GRU* keeps",
    "Which gate keeps the **old** state? Try `z`.\n\n- one\n- two",
    "The update gate.",
    ("input", "equations"),
)
ROSALIND = scene(scenario(cell=GRU_CELL, text="rosalind"))
RACE, CLIFF = (
    next(lesson for lesson in LESSONS if lesson.title == title)
    for title in ("How the weights start", "At the edge of a cliff")
)
#: What the address says once it is open: names that belong to no language.
AS_NAMES = {**GRU.settings, "cell": "gru", "network": "random"}
HOSTILE = Lesson(
    "step_through",
    {},
    "<script>alert(1)</script> [a](http://e.test) # :material/home:",
    "![i](http://e.test/i.png) <img src=x onerror=alert(1)> http://e.test www.e.test a@e.test :red[b] :smile: $x^2$\n\n"
    "Title\n===\n\n---\n\n[r]: http://e.test\n\n[r] **kept** `ke[p]t:1`\n\n| a | b |\n|---|---|\n| c | d |",
    "\\[a](http://e.test) &colon;material/home&colon; https&colon;//e.test www\\.e.test http\\://e.test WWW.e.test\n\n"
    "`a\n` [a](http://e.test) ` b\n\n<https://e.test> <a href='javascript:alert(1)'>c</a> \\` [d](x) `",
)


def opened(page, address, lesson, more=""):
    page.goto(f"{address}/{lesson.page}?lesson={encode(lesson)}{more}")
    return ready(page)


def ready(page):
    player = page.get_by_test_id("player")
    expect(player).to_be_visible()
    expect(page.locator("[data-test-script-state=notRunning]")).to_be_visible()
    return player


def heading(page):
    return page.get_by_role("heading", level=1)


def controls(page):
    return page.locator("[data-testid=stWidgetLabel]").all_text_contents()


def test_a_lesson_opens_its_screen_and_nothing_else(page, address):
    player = opened(page, address, GRU)
    expect(player).to_have_attribute("data-cell", "gru")
    expect(player).to_have_attribute("data-time-step", "4")
    expect(player.locator(".formula .where")).to_have_text("Unit 2, step 5, letter “a”")
    expect(player.locator(".foot .caption")).to_contain_text("4 units and random weights (seed 7")
    in_link(page, begun="1", **AS_NAMES)

    expect(heading(page)).to_have_text("What a GRU keeps")
    card = page.locator(".st-key-lesson")
    expect(card.locator("strong")).to_have_text("old")
    expect(card.locator("code")).to_have_text("z")
    expect(card.locator("li")).to_have_count(2)
    page.get_by_text("What to look for").click()
    expect(page.get_by_text("The update gate.", exact=True)).to_be_visible()

    assert controls(page) == ["A name", "Classroom"] or controls(page) == ["Classroom", "A name"]
    expect(page.get_by_role("heading", name="The equations of the GRU")).to_be_visible()
    expect(page.get_by_role("button", name=re.compile("Download"))).to_have_count(0)


def test_the_learner_s_screen_survives_a_reload_and_starting_again_forgets_it(page, open_page, address):
    player = opened(page, address, GRU)
    page.get_by_label("A name", exact=True).fill("ada")
    expect(player.locator(".foot .caption")).to_contain_text("reads “ada”")
    player.get_by_role("button", name="First step").click()
    in_link(page, text="ada", step=None, cell="gru", seed="7")
    before = picture(page)
    page.reload()
    ready(page)
    expect(player.locator(".foot .caption")).to_contain_text("reads “ada”")
    assert picture(page) == before
    other = open_page()
    other.goto(page.url)
    ready(other)
    assert picture(other) == before
    other.close()

    page.get_by_role("link", name="Start again").click()
    expect(player.locator(".foot .caption")).to_contain_text("reads “rosalind”")
    expect(player).to_have_attribute("data-time-step", "4")
    page.get_by_role("link", name="Leave the lesson").click()
    expect(heading(page)).to_have_text("Step through a cell")
    expect(page).to_have_url(f"{address}/step_through?cell=elman")
    expect(page.get_by_label("A name", exact=True)).to_have_value("annabel")


def test_a_screen_of_defaults_is_the_learner_s_too(page, address):
    lesson = Lesson("step_through", {"cell": "GRU"}, "T", "Q", shows=("cell",))
    player = opened(page, address, lesson)
    expect(player).to_have_attribute("data-cell", "gru")
    choose(page, "LSTM")
    in_link(page, cell="lstm", begun="1")
    page.reload()
    ready(page)
    expect(player).to_have_attribute("data-cell", "lstm")


def test_the_way_back_leads_out_of_a_lesson(page, address):
    page.goto(address)
    page.get_by_role("link", name=LESSONS[0].title).click()
    expect(heading(page)).to_have_text(LESSONS[0].title)
    ready(page)
    in_link(page, begun="1")
    page.go_back()
    expect(heading(page)).to_have_text("See a recurrent network think")


@pytest.mark.parametrize(
    ("damaged", "said"),
    [
        (lambda text: text[:-9], "was cut off"),
        (lambda text: text[:40] + ("A" if text[40] != "A" else "B") + text[41:], "was changed"),
        (lambda text: "2" + text[1:], "a newer version of rnnviz"),
        (lambda text: "%3Cscript%3Ealert(1)%3C/script%3E", "was changed"),
    ],
)
def test_a_damaged_link_says_so_and_opens_the_plain_page(page, address, damaged, said):
    page.goto(f"{address}/step_through?lesson={damaged(encode(GRU))}&cell=gru")
    player = ready(page)
    expect(page.get_by_test_id("stAlert")).to_contain_text([said])
    expect(heading(page)).to_have_text("Step through a cell")
    expect(player).to_have_attribute("data-cell", "gru")
    in_link(page, lesson=None, cell="gru")
    page.reload()
    ready(page)
    expect(page.get_by_test_id("stAlert")).to_have_count(0)


def test_the_text_of_a_stranger_stays_text(page, address):
    opened(page, address, HOSTILE)
    page.get_by_text("What to look for").click()
    card = page.locator(".st-key-lesson")
    expect(card).to_contain_text("<script>alert(1)</script>")
    expect(card.locator("strong")).to_have_text("kept")
    expect(card.locator("code")).to_have_text("ke[p]t:1")
    assert card.locator("a").all_text_contents() == ["Start again", "Leave the lesson"]
    made = "img, script, iframe, table, h2, h3, .katex, [data-testid=stIconMaterial][translate=no], span[style*=color]"
    assert card.locator("[data-testid=stMarkdownContainer]").locator(made).count() == 0
    assert page.locator("h1").count() == 1


def test_a_lesson_made_here_is_the_same_screen_elsewhere(page, open_page, address):
    page.set_viewport_size({"width": 1280, "height": 1200})  # a list of choices closes when its page is scrolled
    page.goto(f"{address}/step_through?cell=GRU&text=rosalind")
    player = ready(page)
    player.locator(".column").nth(4).click()
    player.locator(".strip").press("ArrowDown")
    in_link(page, step="5", unit="2", cell="gru", text="rosalind")
    before = picture(page)
    page.get_by_role("button", name="Make a lesson").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Title").fill("What the update gate keeps")
    dialog.get_by_role("button", name="Make the link").click()
    expect(dialog.get_by_test_id("stAlert")).to_contain_text("The question is empty; write it first.")
    expect(dialog.get_by_label("Title")).to_have_value("What the update gate keeps")
    dialog.get_by_label("Question", exact=True).fill("What happens to unit 2?")
    for title in ("Network", "Download"):
        dialog.get_by_role("button", name=title, exact=True).click()
    dialog.get_by_text("Ask for a prediction first").click()
    expect(dialog.get_by_label("Checked by")).to_be_visible()
    dialog.get_by_label("What to predict").fill("Is the update gate open?")
    dialog.get_by_label("Checked by").click()
    page.get_by_role("option", name="A value is above a number").click()
    expect(dialog.get_by_label("Step")).to_have_value("5")
    expect(dialog.get_by_label("Unit")).to_have_value("2")
    dialog.get_by_label("Quantity").click()
    page.get_by_role("option", name="Update gate z").click()
    gate = run(ROSALIND.cell, ROSALIND.weights, ROSALIND.inputs)["update_gate"][4, 1]
    right = dialog.get_by_test_id("stAlertContentSuccess")
    expect(right).to_contain_text(f"The run says {'yes' if gate > 0.5 else 'no'}: the update gate of unit 2 at step 5")
    expect(right).to_contain_text(f"is {gate:.3f}; above 0.500 counts as yes")
    dialog.get_by_role("button", name="Make the link").click()
    made = dialog.get_by_test_id("stCode").locator("code").text_content()
    assert made.startswith(f"{address}/step_through?lesson=1-")
    expect(dialog).to_contain_text(f"{len(made):,} characters")
    expect(dialog).to_contain_text("Only this computer can open this link")
    assert picture(page) == before  # the dialog left the player alone
    dialog.get_by_role("button", name="Copy the link").click()
    expect(dialog.get_by_role("status").filter(has_text="Copied.")).to_be_visible()
    dialog.get_by_label("What to predict").press("ControlOrMeta+a")
    dialog.get_by_label("What to predict").press("ControlOrMeta+v")
    expect(dialog.get_by_label("What to predict")).to_have_value(made)
    dialog.get_by_label("What to predict").fill("Is the update gate open?")
    code = dialog.get_by_role("img", name="QR code")
    assert code.evaluate(
        "({ complete, naturalWidth, clientWidth }) => complete && naturalWidth > 0 && clientWidth > 500"
    )

    [code] = parse_qs(urlsplit(made).query)["lesson"]
    lesson = decode(code)
    assert lesson.settings == {"cell": "gru", "text": "rosalind", "step": "5", "unit": "2"}
    assert lesson.shows == ("cell", "equations", "input", "reached", "weights")
    assert lesson.prediction.as_dict() == {
        "question": "Is the update gate open?",
        "check": {"kind": "above", "cell": "gru", "quantity": "z", "unit": 2, "step": 5, "value": 0.5},
    }
    dialog.get_by_text("Ask for a prediction first").click()
    dialog.get_by_role("button", name="Make the link").click()
    expect(dialog.get_by_test_id("stCode").locator("code")).not_to_have_text(made)
    other = open_page()
    other.goto(dialog.get_by_test_id("stCode").locator("code").text_content())
    ready(other)
    expect(heading(other)).to_have_text("What the update gate keeps")
    expect(other.get_by_test_id("player")).to_have_attribute("data-time-step", "4")
    assert picture(other) == before
    assert "Network" not in controls(other)
    other.close()


def test_the_preset_shows_only_what_the_question_needs(page, address):
    lesson = next(lesson for lesson in LESSONS if lesson.title == "Forgetting takes more than the forget gate")
    opened(page, address, lesson)
    page.get_by_role("button", name="Make a lesson").click()
    dialog = page.get_by_role("dialog")
    parts = dialog.get_by_test_id("stButtonGroup").get_by_role("button", pressed=True)
    expect(parts).to_have_text(["What is read", "What if", "Memory"])
    dialog.get_by_role("button", name="Only what the question needs").click()
    expect(parts).to_have_text(["What is read", "Memory"])
    dialog.get_by_role("button", name="Everything").click()
    expect(parts).to_have_count(len(CONTROLS["gates"]))
    dialog.get_by_text("What these parts are").click()
    expect(dialog.get_by_text("Where a state came from, and how long it is held.")).to_be_visible()


def test_an_answer_is_kept_beside_the_address_and_ticks_the_path(page, open_page, address):
    stop = next(name for one in PATH for name, lesson in one.lessons.items() if lesson == RACE)
    page.goto(f"{address}/{RACE.page}?lesson={encode(RACE)}")
    question, chart = page.get_by_test_id("question"), page.get_by_test_id("stVegaLiteChart")
    expect(question.get_by_role("heading", name=RACE.prediction.question)).to_be_visible()
    expect(page.locator("[data-test-script-state=notRunning]")).to_be_visible()
    assert chart.count() == 0
    question.get_by_role("button", name="LSTM").click()
    expect(chart.first).to_be_visible()
    outcome = question.locator(".outcome")
    expect(outcome).to_contain_text("Not quite. You said “LSTM”. The run says “Elman RNN”: median steps")
    expect(question.locator(".look-for li").first).to_be_visible()
    in_link(page, answer=None, begun="1")
    page.reload()
    expect(outcome).to_contain_text("Not quite.")
    expect(chart.first).to_be_visible()
    other = open_page()
    other.goto(page.url)  # a copied link
    expect(other.get_by_test_id("question").get_by_role("button", name="LSTM")).to_be_enabled()
    other.close()

    page.get_by_label("Weights start", exact=True).click()
    page.get_by_role("option", name="Chrono").click()
    expect(outcome).to_contain_text("about the run before your change. The run now says “LSTM”")
    question.get_by_role("button", name="Ask again").click()
    expect(chart).to_have_count(0)

    page.get_by_role("link", name="Back to the path").click()
    path = page.get_by_test_id("path")
    expect(path.locator("li.done a")).to_have_text([RACE.title])
    assert json.loads(page.evaluate("localStorage['rnnviz.path']")) == [stop]
    path.get_by_role("button", name="Forget what was done").click()
    expect(path.locator("li.done")).to_have_count(0)
    assert serious_violations(page) == []


def test_an_old_link_with_an_answer_opens_as_it_did(page, address):
    lesson = next(lesson for lesson in LESSONS if lesson.title == "A gate that copies")
    player = opened(page, address, lesson, "&begun=1&what_if=hold+gru+z+all+1&answer=no")
    expect(player.locator(".board")).to_be_visible()
    expect(player.locator(".prediction .outcome")).to_contain_text("Right. You said “No”. The run says no:")
    in_link(page, answer=None, what_if="hold gru z all 1")


def test_a_number_is_asked_for(page, address):
    lesson = next(lesson for lesson in LESSONS if lesson.title == "What padding wastes")
    page.goto(f"{address}/{lesson.page}?lesson={encode(lesson)}")
    question = page.get_by_test_id("question")
    question.get_by_label("Your number").fill("30")
    assert serious_violations(page) == []
    question.get_by_role("button", name="This is my number").click()
    expect(question.locator(".outcome")).to_contain_text("Right. You said “30”. The run says 31.1 (within 10")
    expect(page.get_by_role("heading", name="Batching lab")).to_be_visible()


def test_a_classroom_is_in_the_link_and_needs_no_mouse(page, address):
    page.goto(f"{address}/step_through?step=3")
    player = ready(page)
    size = "document.documentElement.computedStyleMap().get('font-size').value"
    assert page.evaluate(size) == 16
    toggle = page.get_by_label("Classroom", exact=True)
    toggle.focus()
    page.keyboard.press("Space")
    in_link(page, classroom="true", step="3")
    expect(page.get_by_text("Space plays")).to_be_visible()
    page.wait_for_function(f"{size} > 20")
    expect(page.locator(".st-key-menu a")).to_have_text(["Next page: Gates and memory →"])
    expect(page.locator(".stAppHeader")).to_be_hidden()
    expect(player).to_have_attribute("data-time-step", "2")
    page.reload()
    ready(page)
    page.wait_for_function(f"{size} > 20")
    expect(toggle).to_be_checked()
    page.locator("body").press("ArrowRight")
    expect(player).to_have_attribute("data-time-step", "3")
    toggle.focus()
    page.keyboard.press("Space")
    in_link(page, classroom=None)
    expect(page.locator(".st-key-menu").get_by_role("link", name="rnnviz")).to_be_visible()
    page.wait_for_function(f"{size} === 16")


def test_a_classroom_stays_one_from_page_to_page(page, address):
    page.goto(f"{address}/?classroom=true")
    expect(page.get_by_text("Space plays")).to_be_visible()
    page.locator(".stMain").get_by_role("link", name="Step through").last.click()
    expect(heading(page)).to_have_text("Step through a cell")
    in_link(page, classroom="true")
    expect(page.get_by_text("Space plays")).to_be_visible()
    ready(page)
    page.get_by_label("Classroom", exact=True).focus()
    page.keyboard.press("Space")
    page.locator(".st-key-menu").get_by_role("link", name="rnnviz").click()
    expect(heading(page)).to_have_text("See a recurrent network think")
    in_link(page, classroom=None)
    expect(page.get_by_label("Classroom", exact=True)).not_to_be_checked()

    page.goto(f"{address}/?classroom=true")
    page.get_by_role("link", name=LESSONS[0].title).click()
    expect(heading(page)).to_have_text(LESSONS[0].title)
    in_link(page, classroom="true", begun="1")


def test_a_lesson_opens_in_a_classroom(page, address):
    opened(page, address, GRU, "&classroom=true")
    in_link(page, begun="1", classroom="true", **AS_NAMES)
    expect(heading(page)).to_have_text("What a GRU keeps")
    expect(page.get_by_text("Space plays")).to_be_visible()
    page.get_by_role("link", name="Start again").click()
    ready(page)
    in_link(page, begun="1", classroom="true", **AS_NAMES)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("more", ["", "&classroom=true"])
def test_axe_finds_nothing_serious_in_a_lesson(open_page, address, theme, more):
    page = open_page(color_scheme=theme, reduced_motion="reduce")
    opened(page, address, GRU, more)
    for width in (1280, 390):
        look_at_all(page, width)
        assert serious_violations(page) == []
        assert page.evaluate(SCROLLS_SIDEWAYS) == []


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_serious_in_the_dialog(open_page, address, theme):
    page = open_page(color_scheme=theme, reduced_motion="reduce")
    page.goto(f"{address}/step_through")
    ready(page)
    page.get_by_role("button", name="Make a lesson").click()
    page.get_by_text("Ask for a prediction first").click()
    expect(page.get_by_label("Checked by", exact=True)).to_be_visible()
    assert serious_violations(page) == []


def test_a_picture_in_which_nothing_is_chosen_appears_after_the_answer_and_the_way_back_ends_at_the_path(page, address):
    page.goto(f"{address}/{CLIFF.page}?lesson={encode(CLIFF)}")
    question = page.get_by_test_id("question")
    question.get_by_role("button", name="With clipping", exact=True).click()
    expect(question.locator(".outcome")).to_contain_text("the loss ends at")
    expect(page.get_by_test_id("curves")).to_be_visible()  # drawn by a player, which has nothing to keep in the address
    expect(page.get_by_role("heading", name="The cliff")).to_be_visible()
    assert page.get_by_test_id("player").count() == 0
    page.get_by_role("link", name="Back to the path").click()
    expect(page.get_by_test_id("player").get_by_role("button", name="Next step")).to_be_visible()
    expect(page.get_by_test_id("path").locator("li.done a")).to_have_text([CLIFF.title])
    expect(page.get_by_role("heading", name="Start here")).to_be_in_viewport()
