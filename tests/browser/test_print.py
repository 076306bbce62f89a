"""A printed page is whole: what scrolls on screen, and what was never scrolled to, is on paper too."""

import re

import pytest
from playwright.sync_api import expect

#: A4 in pixels of a style sheet, without the margins that a browser leaves.
WIDTH, HEIGHT = 718, 1047

#: Of all elements, those in players included: what is cut off, what waits to be scrolled to, and pictures of no size.
_MISSING = """() => {
    const within = (one) => [one, ...(one.shadowRoot ? all(one.shadowRoot) : [])];
    const all = (root) => [...root.querySelectorAll("*")].flatMap(within);
    const shown = all(document.body).filter((one) => one.checkVisibility() && !one.closest(".unseen, svg, math"));
    const called = (one) => `${one.tagName} ${one.className}`;
    const cut = shown.filter((one) => {
        const { overflowX, overflowY } = getComputedStyle(one);
        const scrolls = (overflow) => overflow === "auto" || overflow === "scroll";
        return (scrolls(overflowX) && one.scrollWidth > one.clientWidth + 1)
            || (scrolls(overflowY) && one.scrollHeight > one.clientHeight + 1);
    });
    const waiting = shown.filter((one) => !one.checkVisibility({ contentVisibilityAuto: true }));
    const flat = shown.filter((one) => one.matches(".player canvas") && !(one.clientHeight && one.clientWidth));
    const beyond = shown.filter((one) => one.getBoundingClientRect().left > innerWidth);
    return [cut, waiting, flat, beyond].map((ones) => ones.map(called));
}"""

#: Whether nothing of the page is below the end of the paper, once everything has come.
_WHOLE = "document.querySelector('.stMain').scrollHeight <= document.documentElement.scrollHeight"

#: Of every picture of the player, whether something is painted on it.
_PAINTED = """() => {
    const hosts = [...document.querySelectorAll("*")].filter((one) => one.shadowRoot);
    const found = hosts.flatMap(({ shadowRoot }) => [...shadowRoot.querySelectorAll(".player canvas")]);
    return found.map((canvas) => {
        const { width, height } = canvas;
        return canvas.getContext("2d").getImageData(0, 0, width, height).data.some(Boolean);
    });
}"""


@pytest.mark.parametrize(
    ("path", "last"),
    [
        ("", "A short history"),
        ("step_through", "The equations of the Elman RNN"),
        ("step_through?network=numbers&days=200", "The equations of the LSTM"),
        ("gates", "What the gates cost"),
        ("gradients", "What the weights are told"),
        ("compare", None),
        ("compare?show=learning&task=lag", "Through time"),
        ("attention", None),
        ("attention?view=decode", None),
    ],
)
def test_all_of_a_page_is_on_paper(open_page, address, path, last):
    page = open_page(viewport={"width": 1280, "height": 720})
    page.goto(f"{address}/{path}")
    expect(page.locator("[data-testid=player], [data-testid=stVegaLiteChart] svg.marks").first).to_be_visible()
    expect(page.locator("[data-test-script-state=notRunning]")).to_be_visible()
    if last:
        expect(page.get_by_role("heading", name=last)).to_have_count(1)
    painted = page.evaluate(_PAINTED)
    assert any(painted) or not painted  # a page without a player has charts
    page.emulate_media(media="print")
    page.set_viewport_size({"width": WIDTH, "height": HEIGHT})
    on_paper = page.evaluate(_PAINTED)
    assert len(on_paper) == len(painted)
    assert all(kept for kept, was in zip(on_paper, painted, strict=True) if was)
    page.wait_for_load_state("networkidle")
    page.wait_for_function(_WHOLE)
    height = page.evaluate("document.documentElement.scrollHeight")
    assert page.evaluate(_MISSING) == [[], [], [], []]
    assert len(re.findall(rb"/Type\s*/Page\b", page.pdf())) >= height // HEIGHT
