"""A network reads a text along: its colours, its characters, passages that are marked, painted and searched."""

import json
from urllib.parse import urlencode

import numpy as np
import pytest
from playwright.sync_api import expect
from sklearn.metrics import roc_auc_score

from rnnviz.analysis.patterns import NEAR, Index, memory
from rnnviz.cells import CELLS, GRU, LSTM
from rnnviz.data.text import encode
from rnnviz.networks.checkpoints import pack
from rnnviz.notation import PALETTES, QUANTITIES
from rnnviz.player.text_payload import KnownUnit, Patterns, Sample, reading, text_network
from tests.browser.stage import ORIGIN, Stage, assert_equal, serve_component
from tests.browser.test_reading_engine import ALPHABET, checkpoint_of, values_of

TEXT = "ab cab\nabba cab bac\n"
OTHER = "cab cab cab"
SAMPLES = (Sample("first", "The first", TEXT, at=2), Sample("other", "The other", OTHER))
FILE = "shipped/text/abc.safetensors"
INDEX = "shipped/text/abc-patterns.safetensors"
SHADES = 128


def reading_of(cell=LSTM, file=None, known=(), patterns=None, longest=60):
    checkpoint = checkpoint_of(cell)
    return checkpoint, reading(text_network(checkpoint, "A network", file), SAMPLES, known, patterns, longest)


def colour_of(value, quantity, palette):
    """A value's colour as `rnnviz.notation` says it, as a browser writes it."""
    low, high = quantity.colour_range
    if quantity.scale == "gate":
        end, share = palette.gate, (value - low) / (high - low)
    else:
        surprise = quantity.scale == "surprise"
        end, share = (palette.negative if value < 0 or surprise else palette.positive), abs(value) / high
    start, end = ([int(one[k : k + 2], 16) for k in (1, 3, 5)] for one in (palette.zero, end))
    shade = int(min(1, share) * SHADES + 0.5)
    return [int(a + (b - a) * shade / SHADES + 0.5) for a, b in zip(start, end)]


def colours_of(page):
    """The colour behind each character: red, green and blue; None where it has none."""
    return page.locator(".text-read span").evaluate_all(
        "all => all.map(({ style }) => style.backgroundColor.match(/\\d+/g)?.map(Number) ?? null)"
    )


def is_read(player, text):
    expect(player.locator(".text-read span")).to_have_count(len(text) + 1)
    expect(player.locator(".reader [role=status]")).to_be_hidden()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_character_stands_on_the_colour_of_its_number(stage, theme):
    checkpoint, data = reading_of()
    player = stage.mount_reading(data, theme=theme, initial={"unit": 3})
    is_read(player, TEXT)
    values, answers, bits = values_of(checkpoint, TEXT)
    codes = encode(TEXT, ALPHABET)
    numbers = {f"y.{name}": QUANTITIES[name] for name in ("surprise", "probability")}
    numbers |= {letter: LSTM.quantity(letter) for letter in LSTM.program.targets}
    shown = {letter: values[letter][:, 3] for letter in values}
    shown |= {"y.surprise": [None, *bits], "y.probability": [None, *answers[np.arange(len(codes)), codes]]}
    for line, quantity in numbers.items():
        player.locator(f"button[data-line='{line}']").click()
        expected = [v if v is None else colour_of(v, quantity, PALETTES[theme]) for v in shown[line]]
        assert colours_of(stage.page) == expected, line
    assert stage.page.evaluate("window.told ?? []") == []


def contrast(one, other):
    def luminance(colour):
        linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in np.array(colour) / 255]
        return np.dot([0.2126, 0.7152, 0.0722], linear)

    dark, light = sorted([luminance(one), luminance(other)])
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_character_can_be_read_on_every_colour(stage, theme):
    pairs = stage.page.evaluate(
        """async (palette) => {
            const { Colours } = await import("/shell/colours.js");
            const { Ink } = await import("/shell/ink.js");
            const [colours, ink] = [new Colours(palette), new Ink(palette)];
            const probe = document.body.appendChild(document.createElement("span"));
            const channels = (colour) => {
                probe.style.color = colour;
                return getComputedStyle(probe).color.match(/\\d+/g).map(Number);
            };
            const words = [...colours.positive, ...colours.negative, ...colours.gate];
            return words.map((word) => ink.on(word).map(channels));
        }""",
        vars(PALETTES[theme]),
    )
    assert len(pairs) == 3 * (SHADES + 1)
    assert min(contrast(*pair) for pair in pairs) >= 4.5


def test_a_character_says_what_was_expected_and_how_the_unit_came_to_its_value(stage):
    checkpoint, data = reading_of()
    player = stage.mount_reading(data, initial={"timeStep": 4, "unit": 1, "line": "c"})
    values, answers, bits = values_of(checkpoint, TEXT)
    is_read(player, TEXT)

    def shown():
        guesses = player.locator(".guesses li:not(.spare)").evaluate_all(
            "all => all.map(({ dataset }) => +dataset.value)"
        )
        result = player.locator(".character .result [data-quantity=cell_state]").get_attribute("data-value")
        return guesses, float(result), player.locator(".before-it > .caption").inner_text()

    for step in (4, 5):
        guesses, result, told = shown()
        assert_equal(guesses, sorted(answers[step - 1])[::-1])
        assert_equal(result, values["c"][step, 1])
        assert f"{bits[step - 1]:.2f} bits" in told
        stage.page.keyboard.press("ArrowRight")
    assert stage.selection()["timeStep"] == 6
    stage.page.keyboard.press("ArrowDown")
    assert stage.selection()["unit"] == 2
    player.locator(".text-read span").nth(9).hover()  # looked at, not chosen
    expect(player.locator(".character > h2")).to_have_text("Step 10 of 21: “b”")
    assert stage.selection()["timeStep"] == 6
    player.locator(".text-read span").first.click()
    expect(player.locator(".character > h2")).to_have_text("Step 1 of 21: the beginning")
    expect(player.locator(".guesses")).to_be_hidden()


@pytest.mark.parametrize("cell", [CELLS["elman"], GRU, LSTM], ids=lambda cell: cell.name)
def test_the_cell_opens_at_the_character_with_the_same_numbers(stage, cell):
    checkpoint, data = reading_of(cell)
    player = stage.mount_reading(data, initial={"timeStep": 7, "unit": 2, "line": "y.surprise"})
    values, _, _ = values_of(checkpoint, TEXT)
    player.get_by_role("button", name="Open this character in step through").click()
    opened = player.locator(".opened")
    for step in (7, 8):
        for letter, quantity in ((letter, cell.quantity(letter).name) for letter in cell.program.targets):
            column = opened.locator(f".equation[data-line={letter}] .column-of[data-quantity={quantity}]").first
            assert_equal(column.evaluate("({ values }) => [...values]"), values[letter][step])
        hidden = cell.state[0]
        before = opened.locator(f".column-of[data-quantity=previous_{cell.quantity(hidden).name}]").first
        assert_equal(before.evaluate("({ values }) => [...values]"), values[hidden][step - 1])
        stage.page.keyboard.press("ArrowRight")
    assert stage.selection()["inside"]


TYPED = [
    ("", "There is nothing to read yet"),
    ("abc", None),
    ("x" * 60, "“x” is not among the 5 characters that it knows: it reads as nothing."),
    ("<script>alert(1)</script>", "“<”, “s”, “r”, “i”, “p” and 8 more are not among the 5 characters"),
    ("a\x07b\u202ec\ud83d", "“U+0007”, “U+202E”, “U+D83D” are not among the 5 characters"),
]


def test_whatever_is_typed_is_kept_and_read(stage):
    checkpoint, data = reading_of()
    player = stage.mount_reading(data, initial={"line": "h"})
    player.get_by_role("button", name="Write your own").click()
    box, told = player.get_by_label("Your text"), player.locator(".source > .caption")
    expect(box).to_have_value(TEXT)
    for text, sentence in TYPED:
        box.evaluate("(box, text) => { box.value = text; box.dispatchEvent(new Event('input')); }", text)
        is_read(player, text)
        if sentence is None:
            expect(told).to_be_hidden()
        else:
            expect(told).to_contain_text(sentence)
        values, _, _ = values_of(checkpoint, text.encode("utf-8", "replace").decode())
        expected = [colour_of(value, LSTM.quantity("h"), PALETTES["light"]) for value in values["h"][:, 0]]
        assert colours_of(stage.page) == expected
        assert stage.selection()["reading"] == text
    assert player.locator("script").count() == 0
    assert player.locator(".text-read .unknown").all_inner_texts() == ["U+0007", "U+202E", "U+D83D"]
    long = "a" * 1_000_000
    box.evaluate("(box, text) => { box.value = text; box.dispatchEvent(new Event('input')); }", long)
    expect(told).to_have_text(
        "A text can have up to 60 characters, and this one has 1,000,000: it stays in its box, and the page shows what "
        "it read before."
    )
    assert box.input_value() == long
    assert stage.selection()["reading"] == TYPED[-1][0]
    is_read(player, TYPED[-1][0])


def test_the_weights_come_after_the_text_and_can_be_asked_for_again(stage):
    checkpoint, data = reading_of(file=FILE)
    arrays = {f"core.{name}": array for name, array in checkpoint.weights.items()}
    arrays |= {f"readout.{name}": array for name, array in checkpoint.readout.items()}
    answers = [b"<!doctype html>", pack(arrays)]
    held = []
    stage.page.route(f"**/{FILE}", lambda route: held.append(route))
    player = stage.mount_reading(data)
    status = player.locator(".reader [role=status]")
    expect(player.locator(".text-read")).to_contain_text("abba cab bac")
    expect(status).to_have_text("The network is on its way.")
    assert colours_of(stage.page) == [None] * (len(TEXT) + 1)
    held.pop().fulfill(body=answers[0])
    expect(status).to_contain_text("The network could not be fetched: This is not a file of weights")
    player.get_by_role("button", name="Try again").click()
    stage.page.wait_for_timeout(0)
    expect(status).to_have_text("The network is on its way.")
    held.pop().fulfill(body=answers[1])
    is_read(player, TEXT)
    assert None not in colours_of(stage.page)


def test_text_unit_and_quantity_are_in_the_address_and_outlive_it(page):
    Stage(page)
    _, data = reading_of(known=[KnownUnit("Something", "c", 3, high=True)])
    scene = {**data, "kind": "reading", "classroom": False}
    player = serve_component(page, scene)
    expect(player).to_have_attribute("data-unit", "3")
    player.get_by_role("button", name="Write your own").click()
    player.get_by_label("Your text").fill("a cab é")
    player.get_by_role("button", name="Any unit").click()
    player.locator("button[data-line=i]").click()
    player.locator(".text-read").focus()
    page.keyboard.press("Home")
    for _ in range(4):
        page.keyboard.press("ArrowRight")
    for _ in range(3):
        page.keyboard.press("ArrowUp")  # unit 1, which is not what it opens with
    page.wait_for_url("**step=5**")
    address = page.url
    for name in ("reading=a+cab+%C3%A9", "line=i", "unit=1"):
        assert name in address
    assert page.evaluate("told") == [], "the server was told"
    page.goto(address.replace(ORIGIN, ORIGIN))
    player = serve_component(page, scene)
    expect(player).to_have_attribute("data-time-step", "4")
    expect(player).to_have_attribute("data-unit", "0")
    expect(player.get_by_label("Your text")).to_have_value("a cab é")
    expect(player.locator("button[data-line=i]")).to_have_attribute("aria-pressed", "true")
    player.get_by_role("button", name="The other").click()
    page.wait_for_url("**sample=other**")
    assert "reading=" not in page.url


@pytest.mark.parametrize(
    ("written", "painted"),
    [
        ("3-4 13-15", [(3, 4), (13, 15)]),
        ("6-7 2-5 20-18 1-3 19-99 7-9 x-3", [(2, 9)]),  # those that touch are one, and none is outside of the text
        ("zzz", []),
    ],
)
def test_what_is_painted_is_in_the_address(page, written, painted):
    Stage(page)
    _, data = reading_of()
    page.goto(f"{ORIGIN}/?{urlencode({'painted': written})}")
    player = serve_component(page, {**data, "kind": "reading", "classroom": False})
    is_read(player, TEXT)
    steps = [step for first, last in painted for step in range(first, last + 1)]
    shown = player.locator(".text-read span.painted").evaluate_all("all => all.map(({ dataset }) => +dataset.t + 1)")
    assert shown == steps
    letters = player.locator(".text-read span")
    letters.nth(16).click()
    letters.nth(17).click(modifiers=["Shift"])
    player.get_by_role("button", name="Paint it").click()
    page.wait_for_url(f"**{urlencode({'painted': ' '.join(f'{a}-{b}' for a, b in [*painted, (17, 18)])})}**")


def marked(stage):
    return stage.page.locator(".text-read .marked").all_inner_texts()


def test_a_passage_is_marked_by_mouse_by_keys_and_by_two_taps(stage):
    _, data = reading_of()
    player = stage.mount_reading(data)
    letters = player.locator(".text-read span")
    boxes = [letters.nth(place).bounding_box() for place in (4, 6)]
    start, end = ((box["x"] + box["width"] / 2, box["y"] + box["height"] / 2) for box in boxes)
    stage.page.mouse.move(*start)
    stage.page.mouse.down()
    stage.page.mouse.move(*end, steps=4)
    stage.page.mouse.up()
    assert marked(stage) == ["c", "a", "b"]
    stage.page.mouse.down()
    stage.page.mouse.move(5, 5)
    stage.page.mouse.up()  # outside of the text
    stage.page.mouse.move(*start)
    assert marked(stage) == []
    stage.page.mouse.move(*start)
    stage.page.mouse.down()
    stage.page.mouse.move(*end, steps=4)
    stage.page.mouse.up()
    expect(player.locator(".passage h2")).to_have_text("The marked passage: steps 5 to 7")
    letters.nth(9).click()
    assert marked(stage) == []
    player.locator(".text-read").focus()
    for _ in range(3):
        stage.page.keyboard.press("Shift+ArrowRight")
    assert marked(stage) == ["b", "b", "a"]
    stage.page.keyboard.press("Shift+ArrowLeft")
    assert marked(stage) == ["b", "b"]
    stage.page.keyboard.press("Escape")
    assert marked(stage) == []
    player.get_by_role("button", name="Mark a passage").click()
    letters.nth(11).click()
    assert marked(stage) == ["b", "b", "a"]


def paint(stage, *passages):
    """Paint passages, each given by its first and its last step."""
    letters = stage.page.locator(".text-read span")
    for first, last in passages:
        letters.nth(first).click()
        letters.nth(last).click(modifiers=["Shift"])
        stage.page.get_by_role("button", name="Paint it").click()


def ranked(stage):
    """The rows of the ranking: (line, unit) -> (chosen, score)."""
    rows = stage.page.locator(".ranked tbody tr[data-line]").evaluate_all(
        "all => all.map(({ dataset }) => ({ ...dataset }))"
    )
    return {(row["line"], int(row["unit"])): (float(row["chosen"]), float(row["score"])) for row in rows}


def test_units_that_tell_what_is_painted_are_ranked_and_scored_apart(stage):
    checkpoint, data = reading_of()
    player = stage.mount_reading(data)
    values, _, _ = values_of(checkpoint, TEXT)
    verdict = player.locator(".painting .verdict-of")
    paint(stage, (2, 3))
    expect(verdict).to_contain_text("with one passage nothing can be held out")
    paint(stage, (12, 14))
    expect(verdict).to_contain_text("only 3 characters are painted there, so that says little.")
    labels = np.zeros(len(TEXT) + 1, bool)
    labels[[2, 3, 12, 13, 14]] = True
    before, after = slice(1, 8), slice(8, None)

    def turned(part, numbers, high):
        area = roc_auc_score(labels[part], numbers[part])
        return area if high else 1 - area

    areas = {
        (letter, unit): roc_auc_score(labels[before], rows[before, unit])
        for letter, rows in values.items()
        for unit in range(rows.shape[1])
    }
    found = ranked(stage)
    for place, scores in found.items():
        letter, unit = place
        high = areas[place] >= 0.5
        expected = [turned(part, values[letter][:, unit], high) for part in (before, after)]
        np.testing.assert_allclose(scores, expected, atol=1e-12)
    strengths = sorted((abs(area - 0.5) for area in areas.values()), reverse=True)
    np.testing.assert_allclose([abs(areas[place] - 0.5) for place in found], strengths[: len(found)], atol=1e-12)
    codes = np.array([-1, *encode(TEXT, ALPHABET)])
    means = {code: labels[before][codes[before] == code].mean() for code in codes[before]}
    guesses = [means.get(code, labels[before].mean()) for code in codes[after]]
    shown = player.locator(".ranked .control").get_attribute("data-score")
    assert float(shown) == pytest.approx(roc_auc_score(labels[after], guesses), abs=1e-12)
    expect(player.locator(".painting .caption").last).to_contain_text(
        "Chosen on 2 painted and 5 other characters, held out 3 painted and 10 other characters."
    )
    letter, unit = list(found)[1]
    player.get_by_role("button", name=f"{letter} {unit + 1}", exact=True).click()
    assert (stage.selection()["line"], stage.selection()["unit"]) == (letter, unit)
    player.get_by_role("button", name="Unpaint steps 3 to 4").click()
    expect(verdict).to_contain_text("with one passage nothing can be held out")
    paint(stage, (1, len(TEXT)))
    expect(verdict).to_have_text("All of the text is painted: there is nothing to compare it with. Paint less of it.")
    expect(player.locator(".ranked")).to_be_hidden()


def test_a_planted_unit_that_knows_what_is_painted_comes_first(stage):
    """A unit that is on from one "(" to the next: in an Elman RNN by hand."""
    cell = CELLS["elman"]
    checkpoint = checkpoint_of(cell)
    weights = {name: array * 0.05 for name, array in checkpoint.weights.items()}
    weights["W_hh"][4], weights["W_xh"][4], weights["b_h"][4] = 0, 0, 0
    weights["W_hh"][4, 4] = 5
    weights["W_xh"][4, ALPHABET.index("b")], weights["W_xh"][4, ALPHABET.index("c")] = 20, -20
    object.__setattr__(checkpoint, "weights", weights)
    text = "c aa b aa c aa b aa c a a b a"
    network = text_network(checkpoint, "A network")
    data = reading(network, [Sample("planted", "Planted", text)], (), None, 60)
    player = stage.mount_reading(data)
    inside = [(6, 10), (16, 20), (27, 29)]  # from each b on until the next c, counted by steps
    paint(stage, *inside)
    found = ranked(stage)
    assert next(iter(found)) == ("h", 4)
    assert found["h", 4] == (1, 1)
    expect(player.locator(".painting .verdict-of")).to_contain_text("Unit h 5, chosen on the first part, reaches 1.000")


def test_the_same_units_are_searched_in_the_text_that_ships(stage):
    checkpoint, _ = reading_of()
    values, _, _ = values_of(checkpoint, TEXT * 3)
    line = memory(LSTM)
    is_b = np.array([character == "b" for character in TEXT * 3], float)
    index = Index.of(encode(TEXT * 3, ALPHABET), values[line][1:], {"b": is_b})
    patterns = Patterns(INDEX, line, NEAR, {"b": "A letter b"})
    _, data = reading_of(patterns=patterns)
    held = []
    stage.page.route(f"**/{INDEX}", lambda route: (held.append(route), route.fulfill(body=pack(index.arrays()))))
    player = stage.mount_reading(data)
    assert not held, "the index is fetched when it is asked for"
    on = index.on[:, : len(TEXT)]
    start = next(t for t in range(4, 16) for unit in on if unit[t] and not unit[t - 1] and not unit[t + 1])
    letters = player.locator(".text-read span")
    letters.nth(start + 1).click()
    player.locator(".text-read").focus()
    stage.page.keyboard.press("Shift+ArrowRight")
    player.get_by_role("button", name="Find where the same units switch").click()
    expect(player.locator(".found li").first).to_be_visible()
    found = player.locator(".found li").evaluate_all("all => all.map(({ dataset }) => [+dataset.start, +dataset.end])")
    assert [start, start + 1] in found
    assert json.dumps(player.locator(".shares li").all_inner_texts()).count("A letter b") == 1
