"""What cannot be used, typed or in a link: a plain sentence, what was typed stays, and the page goes on working."""

import pytest
from playwright.sync_api import expect

LETTERS = "write the letters a to z only"
NUMBERS = "write up to 200 numbers with commas between them, such as 0.5, 1, -2"
TEXTS = {
    "anna1": LETTERS,
    "": "write at least one of the letters a to z",
    "anna 😀": LETTERS,
    "José漢": "Character 5 of the name, “漢”, is not known; write the letters a to z only",
    "مرحبا": LETTERS,
    "שלום": LETTERS,
    "<script>alert(1)</script>": LETTERS,
    "*anna* [x](javascript:alert(1)) $x$ :red[x]": LETTERS,
    "a" * 300: "a name may have up to 199",
}
SERIES = {
    "nan": NUMBERS,
    "1, inf": NUMBERS,
    "1e999": "numbers up to 1,000,000 are fine",
    "[1, 2": NUMBERS,
    "1,,x": NUMBERS,
    "0,5": "“0,5” can be read as “0; 5” or “0.5”; write the one that is meant.",
    "": NUMBERS,
    "<b>1</b>": NUMBERS,
    ", ".join(["1"] * 500): "These are 500 numbers; write up to 200",
}
LINKS = {
    "seed=abc&hidden_size=10000000&days=-5&step=99999&unit=1e999": [
        "days “-5”; it can be a whole number from 1 to 200",
        "seed “abc”; it can be a whole number from 0 to 9999",
        "hidden size “10000000”; it can be a whole number from 1 to 64",
        "step “99999”; it can be a whole number from 1 to 200",
        "unit “1e999”; it can be a whole number from 1 to 64",
    ],
    "cell=transformer&network=%00&line=%22%3E%3Cimg%20src%3Dx%3E": [
        "cell “transformer”; it can be one of Elman RNN, LSTM, GRU",
        "it can be one of Trained, Random, Numbers",
    ],
    "text=%3Cscript%3E": [LETTERS],
    "network=numbers&series=typed&numbers=%5B1": [NUMBERS],
}
#: Words of programmers that no sentence for a reader contains.
_TRACES = ("Traceback", "Exception", "Error:", "ValueError", 'File "')


@pytest.fixture
def said_by_server(address, server_log):
    """A function that returns what the server has said since it was last asked."""
    with server_log.open() as log:
        log.read()
        yield log.read


def assert_refused_plainly(page, sentences, said_by_server):
    alerts = page.get_by_test_id("stAlert")
    expect(alerts).to_contain_text(sentences)  # as many alerts as sentences, each with its own
    assert alerts.locator("script, img, strong, em, a, code, .katex, span[style*=color]").count() == 0
    text = page.locator("body").inner_text()
    assert [word for word in _TRACES if word in text] == []
    said = said_by_server()
    assert "Traceback" not in said
    assert len(said.splitlines()) <= len(sentences)


_IS_GREY = """node => {
    for (; node; node = node.parentElement ?? node.getRootNode().host)
        if (getComputedStyle(node).filter.includes("grayscale")) return true;
    return false;
}"""


def assert_works(page, box, good, shown):
    box.fill(good)
    expect(page.get_by_test_id("player").locator(".foot .caption")).to_contain_text(shown)
    expect(page.get_by_test_id("stAlert")).to_have_count(0)
    assert not page.get_by_test_id("player").evaluate(_IS_GREY)


@pytest.mark.parametrize(
    ("link", "label", "refused", "good", "shown"),
    [
        ("", "A name", TEXTS, "Anna", "reads “anna”"),
        (
            "?network=numbers&series=typed",
            "Numbers, with commas between them",
            SERIES,
            "[1; 2 3]",
            "reads 3 typed numbers",
        ),
    ],
    ids=["names", "numbers"],
)
def test_what_is_typed(page, address, said_by_server, link, label, refused, good, shown):
    page.goto(f"{address}/step_through{link}")
    box = page.get_by_label(label, exact=True)
    assert_works(page, box, good, shown)
    said_by_server()
    for typed, sentence in refused.items():
        box.fill(typed)
        assert_refused_plainly(page, [sentence], said_by_server)
        expect(box).to_have_value(typed)
        expect(page.get_by_test_id("player").locator(".foot .caption")).to_contain_text(shown)
        assert page.get_by_test_id("player").evaluate(_IS_GREY)
    assert_works(page, box, good, shown)


@pytest.mark.parametrize(
    ("link", "shown"),
    [
        ("gates?text=漢", "[data-testid=player]"),
        ("gradients?weights=trained&text=漢", "[data-testid=player]"),
        ("attention?sentence=nothing+like+it", "[data-testid=player]"),
        ("attention?view=decision&opinion=", ".st-key-picture h3, .st-key-picture b >> nth=0"),
        ("compare?show=reach&lengths=x", ".st-key-picture [data-testid=stVegaLiteChart] >> nth=0"),
    ],
)
def test_on_every_page_the_picture_is_grey_while_what_is_typed_cannot_be_read(page, address, link, shown):
    page.goto(f"{address}/{link}")
    expect(page.get_by_test_id("stAlert")).to_contain_text("Until then the page shows")
    expect(page.locator(shown)).to_be_visible()
    assert page.locator(shown).evaluate(_IS_GREY)
    assert not page.get_by_test_id("stAlert").evaluate(_IS_GREY)
    assert not page.get_by_role("heading", level=1).evaluate(_IS_GREY)


@pytest.mark.parametrize(("link", "sentences"), LINKS.items(), ids=LINKS)
def test_what_a_link_asks_for(page, address, said_by_server, link, sentences):
    page.goto(f"{address}/step_through?{link}")
    assert_refused_plainly(page, sentences, said_by_server)
    player = page.get_by_test_id("player")
    expect(player).to_be_visible()
    player.get_by_role("button", name="First step").click()
    player.get_by_role("button", name="Next step").click()
    expect(player.locator(".where").first).to_contain_text("Step 2 of")


def test_a_number_out_of_range_is_refused_in_its_box(page, address, said_by_server):
    page.goto(f"{address}/step_through?network=random&hidden_size=3")
    expect(page.get_by_test_id("player")).to_be_visible()
    box = page.get_by_label("Hidden size", exact=True)
    box.fill("10000000")
    box.press("Enter")
    expect(page.get_by_text("Please enter a value between 1 and 64.")).to_be_visible()
    expect(page.get_by_test_id("player").locator(".foot .caption")).to_contain_text("3 units")
    assert said_by_server() == ""
