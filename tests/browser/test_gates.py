"""The gates page as it is served: what is asked of the server, what the link holds, what the lessons find."""

import pytest
from playwright.sync_api import expect

from rnnviz.lessons.lesson import encode
from rnnviz.lessons.shipped import LESSONS
from rnnviz.settings import PAGES
from rnnviz.ui.evidence import found
from tests.browser.test_accessibility import SCROLLS_SIDEWAYS, look_at_all, serious_violations
from tests.browser.test_board import drag, open_form, sentences
from tests.browser.test_step_through import choose, in_link


def visit(page, address, query=""):
    page.goto(f"{address}/gates{query}")
    expect(page.get_by_role("heading", name="What the gates cost")).to_be_visible()
    expect(page.locator("[data-test-script-state=notRunning]")).to_be_visible()
    board = page.get_by_test_id("player")
    expect(board).to_be_visible()
    return board


def maps(board):
    """All that the board paints of its runs, once it has painted what it was asked for."""
    board.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    return board.locator(".columns canvas").evaluate_all("nodes => nodes.map((canvas) => canvas.toDataURL())")


def test_changing_anything_asks_nothing_of_the_server(page, address):
    messages = []
    page.on("websocket", lambda socket: socket.on("framesent", lambda frame: messages.append(frame)))
    board = visit(page, address)
    assert messages  # it is listening
    page.wait_for_load_state("networkidle")
    messages.clear()
    drag(board, "Held at", 0.2)
    open_form(board, "Silence")
    board.locator(".form").get_by_role("button", name="GRU").click()
    open_form(board, "Weight")
    drag(board, "Set to", 2)
    open_form(board, "Input")
    board.get_by_label("Letter").select_option("z")
    page.keyboard.press("Escape")
    assert len(sentences(board)) == 4
    in_link(page, what_if="hold lstm f all 0.2*silence gru 1*weight elman W_xh 1.1 2*read 1 z")
    board.get_by_role("button", name="Undo all").click()
    in_link(page, what_if=None)
    assert messages == []


def test_the_link_holds_every_change(page, open_page, address):
    board = visit(page, address, "?text=ada&step=3&unit=7")
    before = maps(board)
    open_form(board, "Silence")
    board.locator(".form").get_by_role("button", name="Elman RNN").click()
    open_form(board, "Weight")
    board.get_by_label("Weight", exact=True).select_option("gru b_z")
    drag(board, "Set to", -3)
    said, painted = sentences(board), maps(board)
    assert painted != before
    in_link(page, text="ada", step="3", unit="7", what_if="silence elman 7*weight gru b_z 1 -3")
    page.reload()
    expect(board).to_have_attribute("data-time-step", "2")
    assert sentences(board) == said
    assert maps(board) == painted
    other = open_page()
    board = visit(other, address, f"?{page.url.partition('?')[2]}")
    assert maps(board) == painted
    board.get_by_role("button", name="Undo all").click()
    assert maps(board) == before


def test_another_name_keeps_what_was_changed_and_follows(page, address):
    board = visit(page, address, "?what_if=hold+lstm+f+all+1*read+8+z")
    assert len(sentences(board)) == 2
    page.get_by_label("A name", exact=True).fill("ada")
    expect(board.locator(".changes .refused")).to_contain_text("it needs a step from 1 to 4")
    assert sentences(board) == ["LSTM: forget gate of every unit held at 1.00"]
    choose(page, "Numbers")
    expect(board.locator(".reading .token").nth(1)).to_have_text("12.8")
    assert sentences(board) == ["LSTM: forget gate of every unit held at 1.00"]


def test_a_link_with_changes_that_do_not_fit_says_so_and_shows_the_rest(page, address):
    board = visit(page, address, "?what_if=hold+lstm+f+all+7*silence+gru+3*%3Cscript%3Ealert(1)%3C/script%3E")
    assert sentences(board) == ["GRU: unit 3 silenced"]
    refused = board.locator(".changes .refused").all_inner_texts()
    assert len(refused) == 2
    assert "“hold lstm f all 7”, which does not fit: forget gate can be held at 0 to 1." in refused[0]


def test_a_lesson_asks_first_and_its_run_decides_as_python_does(page, address):
    lesson = next(lesson for lesson in LESSONS if lesson.title == "Why a gate is not a switch")
    what_if = lesson.settings["what_if"]
    values = PAGES["gates"].of({"text": lesson.settings["text"]})
    finding = found(lesson.prediction.check, PAGES["gates"], values, what_if)
    page.goto(f"{address}/{lesson.page}?lesson={encode(lesson)}")
    board = page.get_by_test_id("player")
    expect(page.get_by_role("heading", name=lesson.prediction.question)).to_be_visible()
    expect(board.locator(".board")).to_be_hidden()
    board.get_by_role("button", name="I can't tell").click()
    expect(board.locator(".prediction")).to_have_attribute("data-verdict", finding.answer)
    expect(board.locator(".board")).to_be_visible()
    expect(board.locator(".prediction .outcome")).to_contain_text(finding.because)
    in_link(page, answer=None, what_if=what_if)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_it_is_for_everyone_with_changes_too(open_page, address, theme):
    page = open_page(color_scheme=theme, reduced_motion="reduce")
    board = visit(page, address, "?what_if=hold+lstm+f+all+0*read+2+i*nonsense&step=5")
    for form in ("Hold", "Weight", "Input"):
        open_form(board, form)
        for width in (1280, 390):
            look_at_all(page, width)
            assert serious_violations(page) == []
            assert page.evaluate(SCROLLS_SIDEWAYS) == []


def test_the_machine_is_measured_when_asked(page, address):
    visit(page, address)
    page.get_by_role("button", name="Measure on this machine").click()
    table = page.get_by_role("table").filter(has_text="Backward")
    expect(table).to_be_visible(timeout=60_000)
    assert table.get_by_role("row").count() >= 5
    page.reload()
    expect(table).to_be_visible()  # kept for everyone
