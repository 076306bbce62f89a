"""The home page: something real moves at once, and the way on is plain."""

from playwright.sync_api import expect

from rnnviz.settings.step_through import DEFAULT
from rnnviz.ui.scenes import scene


def test_the_player_is_already_playing_and_can_be_paused(page, address):
    page.goto(address)
    player = page.get_by_test_id("player")
    expect(player).to_have_attribute("data-time-step", "1")
    expect(player).to_have_attribute("data-time-step", "2")
    assert player.locator(".column .token").all_text_contents() == list(scene(DEFAULT).labels)
    player.get_by_role("button", name="Pause").click()
    step = player.get_attribute("data-time-step")
    page.wait_for_timeout(2000)
    expect(player).to_have_attribute("data-time-step", step)
    expect(player.get_by_role("button", name="Play")).to_be_visible()


def test_nothing_moves_for_those_who_want_less_motion(open_page, address):
    page = open_page(reduced_motion="reduce")
    page.goto(address)
    player = page.get_by_test_id("player")
    expect(player.get_by_role("button", name="Play")).to_be_visible()
    page.wait_for_timeout(1200)
    expect(player).to_have_attribute("data-time-step", "0")


def test_the_card_leads_to_the_lesson(page, address):
    page.goto(address)
    page.locator(".stMain").get_by_role("link", name="Step through").last.click()
    expect(page.get_by_role("heading", name="Step through a cell")).to_be_visible()
    expect(page.get_by_test_id("player")).to_have_attribute("data-cell", DEFAULT.cell.name)
    assert page.url.split("?")[0] == f"{address}/step_through"
