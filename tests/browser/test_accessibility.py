"""Every page for everyone: by axe's rules, in both themes, on a wide screen and on a phone."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from rnnviz.notation import PALETTES
from rnnviz.ui.frame import PAGES

#: Streamlit's own scrolling happens inside the page, not in the document.
SCROLLS_SIDEWAYS = """() => ["html", "body", ".stApp", ".stMain", ".stMainBlockContainer"].filter((selector) => {
    const { scrollWidth, clientWidth } = document.querySelector(selector);
    return scrollWidth > clientWidth;
})"""


#: Whether no chart of the server's has a word in the colours of a theme.
REDRAWN = """colours => ![...document.querySelectorAll("[data-testid=stVegaLiteChart] svg.marks text")].some((word) =>
    colours.includes(word.getAttribute("fill")))"""


def look_at_all(page, width):
    """Make the window as tall as the page: what is scrolled out of sight is not examined."""
    height = 800
    for _ in range(3):  # what comes into sight may turn out taller than it was taken for
        page.set_viewport_size({"width": width, "height": height})
        height = page.locator(".stMain").evaluate("main => main.scrollHeight")


def serious_violations(page):
    return [
        (violation["id"], node["html"], node["failureSummary"])
        for violation in Axe().run(page).response["violations"]
        for node in violation["nodes"]
        if violation["impact"] in ("serious", "critical")
    ]


PLAYER = "[data-testid=player][data-theme={theme}]"

#: What each page shows first, and what else it has.
SHOWN = [
    (name, f"/{'' if name == 'home' else name}", PLAYER if page.player or name == "home" else "h1")
    for name, page in PAGES.items()
    if name != "compare"
] + [
    ("race", "/compare", "[data-testid=stVegaLiteChart] svg.marks >> nth=1"),
    ("by length", "/compare?show=By+length", "[data-testid=stVegaLiteChart] svg.marks"),
    ("watch it learn", "/compare?show=Watch+it+learn&task=Long+lag", PLAYER),
    ("batching", "/compare?show=Batching", "[data-testid=stVegaLiteChart] svg.marks"),
    ("benefit", "/attention?view=Does+it+help%3F", "[data-testid=stVegaLiteChart] svg.marks >> nth=2"),
    ("decision", "/attention?view=A+decision", "text=Do they agree?"),
    ("find units", "/text?view=units&concept=depth", "[data-testid=stVegaLiteChart] svg.marks"),
    ("forecasts", "/series?series=co2", "[data-testid=stVegaLiteChart] svg.marks"),
    ("anomalies", "/series?view=anomalies&what_if=value+4100+90", f"{PLAYER} .precision"),
    ("alarms without labels", "/series?view=anomalies&watched=ibm-range", f"{PLAYER} .detectors"),
    ("the trap", "/series?view=trap", "[data-testid=stVegaLiteChart] svg.marks >> nth=2"),
    ("inside a forecast", "/series?view=inside&series=co2", "[data-testid=stVegaLiteChart] svg.marks"),
    ("decoding", "/attention?view=Decode", "[data-testid=stVegaLiteChart] svg.marks"),
    ("writing", "/text?view=write&step=100&what_if=silence+lstm+1", f"{PLAYER} [data-author=ngram]"),
    ("explaining", "/attention?view=Is+it+an+explanation%3F", "[data-testid=stVegaLiteChart] svg.marks >> nth=2"),
]


@pytest.mark.parametrize(("path", "first"), [places[1:] for places in SHOWN], ids=[name for name, *_ in SHOWN])
def test_axe_finds_nothing_serious_wide_or_narrow_light_or_dark(open_page, address, path, first):
    page = open_page(color_scheme="light", reduced_motion="reduce")
    page.goto(f"{address}{path}")
    expect(page.locator(first.format(theme="light"))).to_be_visible()
    for table in page.get_by_text("The same as a table").all():
        table.click()
    for theme, other in (("light", "dark"), ("dark", "light")):
        page.emulate_media(color_scheme=theme)
        expect(page.locator(first.format(theme=theme))).to_be_visible()
        page.wait_for_function(REDRAWN, arg=[PALETTES[other].ink, PALETTES[other].quiet])
        for width in (1280, 390):
            look_at_all(page, width)
            assert serious_violations(page) == []
            assert page.evaluate(SCROLLS_SIDEWAYS) == []


def test_so_it_is_with_a_refusal_and_the_longest_equations(page, address):
    page.goto(f"{address}/step_through?cell=gru&network=random&text=anna1")
    expect(page.get_by_test_id("player")).to_be_visible()
    expect(page.get_by_test_id("stAlert")).to_be_visible()
    for width in (1280, 390):
        look_at_all(page, width)
        assert serious_violations(page) == []
        assert page.evaluate(SCROLLS_SIDEWAYS) == []
