"""The step-through page as it is served: what is asked of the server, what the link holds, what can be taken along."""

import re
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import expect

from rnnviz.cells import ELMAN, GRU, LSTM
from rnnviz.settings.step_through import DEFAULT, Scenario
from rnnviz.trace import run
from rnnviz.ui.scenes import scene
from tests.browser.stage import assert_equal, point_in
from tests.browser.test_player import VALUES
from tools.serving import serve


def trace_of(scenario):
    shown = scene(scenario)
    return run(shown.cell, shown.weights, shown.inputs)


def visit(page, address, query=""):
    """Open the page and wait until all of it is there."""
    page.goto(f"{address}/step_through{query}")
    expect(page.get_by_text("Order matters.")).to_be_visible()
    expect(page.locator("[data-test-script-state=notRunning]")).to_be_visible()
    player = page.get_by_test_id("player")
    expect(player).to_be_visible()
    return player


def choose(page, title):
    page.get_by_role("radio", name=title, exact=True).click()


def in_link(page, **settings):
    """Wait until the link says exactly this of these settings; None for one that it leaves out."""

    def agrees(url):
        query = parse_qs(urlsplit(url).query)
        return all(query.get(name) == (value and [str(value)]) for name, value in settings.items())

    page.wait_for_url(agrees)


def picture(page):
    """What a person sees of the selection and of the network: the same for everyone who has the link."""
    player = page.get_by_test_id("player")
    return {
        "cell": player.get_attribute("data-cell"),
        "step": player.get_attribute("data-time-step"),
        "size": player.evaluate("root => getComputedStyle(root).fontSize"),
        "line": player.locator(".equation.framed").get_attribute("data-line"),
        "where": player.locator(".formula .where").text_content(),
        "formula": player.locator(".formula .lines").text_content(),
        "caption": player.locator(".foot .caption").text_content(),
        "tokens": player.locator(".column .token").all_text_contents(),
    }


@pytest.fixture
def messages(page):
    """Every message between the page and the server, as it comes."""
    messages = []

    def listen(socket):
        socket.on("framesent", lambda frame: messages.append(frame))
        socket.on("framereceived", lambda frame: messages.append(frame))

    page.on("websocket", listen)
    return messages


def test_exploring_asks_nothing_of_the_server(page, address, messages):
    player = visit(page, address, "?cell=lstm")
    assert messages  # it is listening
    messages.clear()

    player.get_by_role("button", name="Next step").click()
    player.get_by_role("slider").fill("5")
    page.keyboard.press("ArrowLeft")
    column = player.locator('.cell [data-quantity="forget_gate"]').first
    column.hover(**point_in(column, 3))
    column.click(**point_in(column, 3))
    player.get_by_text("The same as a table").click()
    player.get_by_label("What the table shows").select_option("This unit, every step")
    player.get_by_role("button", name="Projector size").click()
    player.get_by_role("button", name="Play").click()
    player.get_by_role("button", name="Pause").click()
    in_link(page, step=5, unit=4, line="f", size="large")
    page.wait_for_timeout(300)
    assert messages == []


def test_every_number_on_the_page_is_the_trained_network_s(page, address):
    trace = trace_of(Scenario(cell=LSTM))
    player = visit(page, address, "?cell=lstm&step=4&unit=7")
    expect(player).to_have_attribute("data-time-step", "3")
    player.get_by_text("The same as a table").click()
    shown = player.locator(".cell .operand:first-child [data-quantity], td").evaluate_all(VALUES)
    assert len(shown) == 2 * 6 * 24
    assert_equal([value for *_, value in shown], [trace[name][3, unit] for name, unit, _ in shown])
    result = player.locator(".formula .result mn").get_attribute("data-value")
    assert_equal(float(result), trace["hidden_state" if trace.cell.state[-1] == "h" else "cell_state"][3, 6])


def test_the_selection_is_written_to_the_link_once_it_rests(page, address):
    player = visit(page, address, "?cell=lstm")
    too_early = page.evaluate(
        """async () => {
            window.written = [];
            const replace = history.replaceState.bind(history);
            history.replaceState = (state, title, link) => { written.push(String(link)); replace(state, title, link); };
            for (let k = 0; k < 5; k++)
                document.body.dispatchEvent(new KeyboardEvent("keydown", { key: "ArrowRight", bubbles: true }));
            await new Promise((resolve) => setTimeout(resolve, 150));
            return written;
        }"""
    )
    assert too_early == []
    expect(player).to_have_attribute("data-time-step", "5")
    in_link(page, step=6, unit=None, line=None)
    assert len(page.evaluate("written")) == 1

    player.get_by_role("button", name="First step").click()
    player.locator(".equation .title", has_text="Forget gate").click()
    player.locator(".strip").press("ArrowDown")
    in_link(page, step=None, unit=2, line="f")


def test_a_link_shows_the_same_picture_on_another_server(page, open_page, address, tmp_path):
    player = visit(page, address)
    choose(page, "GRU")
    choose(page, "Random")
    page.get_by_label("A name", exact=True).fill("rosalind")
    for name, value in (("Seed", 7), ("Hidden size", 4), ("Input scale", 2.5)):
        page.get_by_label(name, exact=True).fill(str(value))
        page.get_by_label(name, exact=True).press("Enter")
    in_link(page, cell="gru", network="random", text="rosalind", seed=7, hidden_size=4, input_scale=2.5)
    expect(player.locator(".foot .caption")).to_contain_text("input scale 2.5")
    player.locator(".equation .title", has_text="Update gate").click()
    player.locator(".column").nth(4).click()
    player.locator(".strip").press("ArrowDown")
    player.get_by_role("button", name="Projector size").click()
    in_link(page, step=5, unit=2, line="z", size="large")

    with serve(log=tmp_path / "log.txt") as elsewhere:
        other = open_page()
        visit(other, elsewhere, f"?{urlsplit(page.url).query}")
        assert picture(other) == picture(page)
        assert picture(other)["where"] == "Unit 2, step 5, letter “a”"
        assert other.get_by_label("A name", exact=True).input_value() == "rosalind"
        assert other.get_by_label("Seed", exact=True).input_value() == "7"
        other.close()


@pytest.mark.parametrize("query", ["?cell=gru&network=random", "?cell=GRU&network=Random"])
def test_a_link_may_be_written_by_hand(page, address, query):
    player = visit(page, address, f"{query}&text=ada&hidden_size=3&seed=5&step=3&unit=2")
    expect(player).to_have_attribute("data-cell", "gru")
    scenario = Scenario(cell=GRU, network="random", text="ada", hidden_size=3, seed=5)
    result = player.locator(".formula .result mn").get_attribute("data-value")
    assert_equal(float(result), trace_of(scenario)["hidden_state"][2, 1])


def test_numbers_in_a_link_are_what_the_network_reads(page, address):
    player = visit(page, address, "?network=numbers&series=typed&numbers=1,-2.5,40&number_scale=0.5&step=2&cell=elman")
    expect(player).to_have_attribute("data-cell", "elman")
    assert player.locator(".column .token").all_text_contents() == ["1", "−2.5", "40"]
    scenario = Scenario(ELMAN, "numbers", series="typed", numbers="1, -2.5, 40", number_scale=0.5)
    assert trace_of(scenario).inputs[1] == [-1.25]
    result = player.locator(".formula .result mn").get_attribute("data-value")
    assert_equal(float(result), trace_of(scenario)["hidden_state"][1, 0])


def test_another_cell_is_met_at_the_same_step_and_unit(page, address):
    player = visit(page, address, "?step=5&unit=3")
    for title, name in (("GRU", "gru"), ("Elman RNN", "elman"), ("LSTM", "lstm")):
        choose(page, title)
        expect(player).to_have_attribute("data-cell", name)
        expect(player).to_have_attribute("data-time-step", "4")
        expect(player.locator(".formula .where")).to_have_text("Unit 3, step 5, letter “a”")
        in_link(page, cell=name, step=5, unit=3)


def test_nothing_typed_is_lost_among_the_networks(page, address):
    visit(page, address)
    page.get_by_label("A name", exact=True).fill("grace")
    in_link(page, text="grace")
    choose(page, "Numbers")
    choose(page, "Typed")
    page.get_by_label("Numbers, with commas between them", exact=True).fill("3, 1, 4")
    in_link(page, numbers="3, 1, 4")
    choose(page, "Random")
    expect(page.get_by_label("A name", exact=True)).to_have_value("grace")
    page.get_by_label("Seed", exact=True).fill("42")
    page.get_by_label("Seed", exact=True).press("Enter")
    in_link(page, seed=42)
    choose(page, "Trained")
    expect(page.get_by_label("A name", exact=True)).to_have_value("grace")
    expect(page.get_by_test_id("player").locator(".foot .caption")).to_contain_text("reads “grace”")
    choose(page, "Numbers")
    expect(page.get_by_label("Numbers, with commas between them", exact=True)).to_have_value("3, 1, 4")
    expect(page.get_by_label("Seed", exact=True)).to_have_value("42")


@pytest.mark.parametrize("pause", [0, 20, 50, 90, 130, 170])
def test_whoever_chooses_fast_loses_nothing(page, address, pause):
    """Each choice cuts the run for the one before it short, so that the browser never hears of some controls."""
    visit(page, address, "?text=grace")
    expect(page.get_by_role("radio", name="Numbers")).to_be_visible()  # which may come after the player
    page.evaluate(
        """async (pause) => {
            const radios = () => [...document.querySelectorAll("[role=radio]")];
            const find = (name) => radios().find((one) => one.innerText.trim() === name);
            for (const name of ["Numbers", "Random", "Numbers", "Trained", "Numbers"]) {
                find(name).click();
                await new Promise((go) => setTimeout(go, pause));
            }
        }""",
        pause,
    )
    in_link(page, network="numbers")
    expect(page.get_by_label("Days", exact=True)).to_be_visible()
    page.wait_for_timeout(500)  # what is chosen is noted once the browser has sent it
    in_link(page, network="numbers", seed=None, hidden_size=None, days=None)
    choose(page, "Random")
    expect(page.get_by_label("A name", exact=True)).to_have_value("grace")
    expect(page.get_by_label("Seed", exact=True)).to_have_value(str(DEFAULT.seed))


def test_the_link_and_the_picture_agree_after_another_name_is_typed(page, address):
    player = visit(page, address, "?step=6")
    expect(player).to_have_attribute("data-time-step", "5")
    for name in ("ro", "rosalind"):  # on the way to a new name there is a short one
        page.get_by_label("A name", exact=True).fill(name)
        expect(player.locator(".foot .caption")).to_contain_text(f"reads “{name}”")
    in_link(page, text="rosalind")
    page.wait_for_timeout(400)
    expect(player).to_have_attribute("data-time-step", "5")  # the short name on the way did not lose the step
    before = picture(page)
    page.reload()
    expect(player.locator(".foot .caption")).to_contain_text("reads “rosalind”")
    assert picture(page) == before


@pytest.mark.parametrize(
    ("query", "scenario"),
    [
        ("", DEFAULT),
        ("?cell=gru&network=numbers&days=5&hidden_size=3", Scenario(GRU, "numbers", days=5, hidden_size=3)),
    ],
)
def test_the_file_to_download_is_the_trace(page, address, query, scenario):
    visit(page, address, query)
    with page.expect_download() as download:
        page.get_by_role("button", name=re.compile("Download the trace")).click()
    assert download.value.suggested_filename == f"{scenario.cell.name}-trace.csv"
    assert download.value.path().read_text() == trace_of(scenario).to_frame().to_csv(index=False)


def test_the_equations_arrive_as_formulas(page, address):
    visit(page, address, "?cell=gru")
    equations = page.locator(".equations p math")
    expect(equations).to_have_count(4)
    assert "".join(equations.nth(3).text_content().split()) == "ht=(1−zt)⊙nt+zt⊙ht−1"
