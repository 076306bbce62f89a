"""The player through its own face, on a blank page without a server."""

from dataclasses import asdict

import numpy as np
import pytest
from playwright.sync_api import expect

from rnnviz.cells import ELMAN, GRU, LSTM, Cell
from rnnviz.notation import PALETTES, QUANTITIES, percent
from tests.browser.stage import ALL_CELLS, assert_equal, point_in, random_scene, values_of
from tests.own_cells import PEEPHOLE

#: Of columns and of single values: what they are of, the unit, and the number.
VALUES = """nodes => nodes.flatMap(({ dataset: { quantity, unit, value }, values }) => values
    ? Array.from(values, (number, k) => [quantity, k, number])
    : [[quantity, Number(unit), Number(value)]])"""
TEXT_SIZES = """root => {
    const scaleOf = (element) => element.closest("svg")?.getScreenCTM().a ?? 1;
    const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
    const sizes = [];
    while (walker.nextNode()) {
        const { data, parentElement } = walker.currentNode;
        if (data.trim() && parentElement.getClientRects().length && !parentElement.closest(".unseen"))
            sizes.push([data.trim(), parseFloat(getComputedStyle(parentElement).fontSize) * scaleOf(parentElement)]);
    }
    return sizes;
}"""


@pytest.fixture
def scene():
    return random_scene(LSTM, readout=True)


def at_step(player, step):
    expect(player).to_have_attribute("data-time-step", str(step))


def button(player, name):
    return player.get_by_role("button", name=name, exact=True)


def vector(player, quantity):
    return player.locator(f'.cell .operand:first-child [data-quantity="{quantity}"]')


def at_value(player, quantity, unit, gesture):
    """Click on or hover over one value of a vector."""
    column = vector(player, quantity)
    getattr(column, gesture)(**point_in(column, unit))


def where(player):
    return player.locator(".formula .where")


def all_values(cell, trace, t):
    """Every value that a cell's equations name at a time step, under the name that the page gives it."""
    values = {"input": trace.inputs[t]}
    for letter in trace.values:
        values[cell.quantity(letter).name] = trace[letter][t]
    for state in cell.state:
        values[f"previous_{cell.quantity(state).name}"] = trace[state][t - 1] if t else trace.initial_state[state]
    return {(name, unit): number for name, vector in values.items() for unit, number in enumerate(vector)}


# What is shown


def test_everything_has_its_name(stage, scene):
    player = stage.mount(scene, initial={"timeStep": 2})
    for name in ("First step", "Previous step", "Play", "Next step", "Last step", "Projector size"):
        expect(button(player, name)).to_be_visible()
    slider = player.get_by_role("slider", name="Time step", exact=True)
    assert slider.input_value() == "2"
    assert slider.get_attribute("aria-valuetext") == "Step 3 of 6, letter x2"
    expect(player.get_by_role("combobox", name="Speed")).to_have_value("1")
    expect(stage.page.get_by_role("region", name="Player")).to_have_attribute("data-cell", "lstm")
    at_step(player, 2)


@pytest.mark.parametrize("cell", ALL_CELLS, ids=lambda cell: cell.name)
def test_every_value_of_the_cell_is_the_trace_s(stage, cell):
    scene = random_scene(cell)
    wanted = {step: all_values(cell, values_of(scene)[0], step) for step in (0, 3)}
    player = stage.mount(scene)
    for step, values in wanted.items():
        player.locator(".column").nth(step).click()
        at_step(player, step)
        shown = player.locator(".cell [data-quantity]").evaluate_all(VALUES)
        assert {(name, unit) for name, unit, _ in shown} == set(values)
        assert_equal([number for *_, number in shown], [values[name, unit] for name, unit, _ in shown])


def test_a_cell_that_is_only_equations_has_its_diagram_and_its_formula(stage):
    player = stage.mount(random_scene(PEEPHOLE), initial={"line": "o", "unit": 2, "timeStep": 4})
    titles = player.locator(".equation .title").all_inner_texts()
    assert [title.split(maxsplit=1)[1] for title in titles] == [
        "Input gate", "Forget gate", "Candidate", "Cell state", "Output gate", "Hidden state",
    ]  # fmt: skip
    framed = player.locator(".equation.framed")
    symbols = framed.locator(".symbol").all_inner_texts()
    assert symbols == ["ot", "Wxo", "xt", "Who", "ht−1", "po", "ct", "bo"]
    assert framed.locator(".matrix canvas").count() == 2
    assert framed.locator(".thin canvas").count() == 2  # the peephole's weights and the bias
    expect(where(player)).to_have_text("Unit 3, step 5, letter “x4”")
    expect(player.locator(".formula .result mn")).to_have_attribute("data-quantity", "output_gate")


def colours_of(values, quantity, palette):
    """The colour of each value, mixed anew from the palette: towards one end of its range or the other."""
    zero, positive, negative, gate = (
        np.array([int(palette[name][place : place + 2], 16) for place in (1, 3, 5)])
        for name in ("zero", "positive", "negative", "gate")
    )
    share = np.clip(np.abs(values) / quantity.colour_range[1], 0, 1)[..., None]
    end = gate if quantity.scale == "gate" else np.where(values[..., None] < 0, negative, positive)
    return zero + share * (end - zero)


def pixels(canvas):
    """What is painted: (row, column, red green blue)."""
    width, height, data = canvas.evaluate(
        """canvas => [canvas.width, canvas.height,
            Array.from(canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data)]"""
    )
    return np.array(data).reshape(height, width, 4)[..., :3]


@pytest.mark.parametrize("theme", PALETTES)
def test_every_colour_is_that_of_its_value(stage, theme):
    scene = random_scene(LSTM, scale=3.0)
    trace, _ = values_of(scene)
    palette = asdict(PALETTES[theme])
    player = stage.mount(scene, theme=theme, initial={"timeStep": 3})
    for letter, values in trace.values.items():
        quantity = LSTM.quantity(letter)
        heading = stage.page.get_by_role("heading", name=quantity.title)
        heat_map = pixels(player.locator(".through-time", has=heading).locator("canvas"))
        np.testing.assert_allclose(heat_map, colours_of(values.T, quantity, palette), atol=2)
        column = pixels(player.locator(f"[data-line={letter}] .operand:first-child canvas"))
        np.testing.assert_allclose(column[:, 0], colours_of(values[3], quantity, palette), atol=2)
    matrix = pixels(player.locator("[data-line=i] .matrix canvas").first)
    np.testing.assert_allclose(matrix, colours_of(scene.weights["W_xi"], QUANTITIES["weight"], palette), atol=2)
    strip = pixels(player.locator(".strip canvas"))[:, 5::10]
    np.testing.assert_allclose(strip, colours_of(trace["h"].T, LSTM.quantity("h"), palette), atol=2)


def test_the_guesses_are_the_five_likeliest_and_what_came(stage, scene):
    _, predictions = values_of(scene)
    player = stage.mount(scene)
    for step in range(6):
        order = np.argsort(-predictions[step])
        came = scene.readout.targets[step]
        wanted = [*order[:5], *([came] if came not in order[:5] else [])]
        shown = player.locator(".guesses li:not(.spare)").evaluate_all(VALUES)
        assert [unit for _, unit, _ in shown] == wanted
        assert_equal([number for *_, number in shown], predictions[step][wanted])
        place = list(order).index(came)
        sentence = "the network's first guess" if place == 0 else f"guess number {place + 1} of 7"
        expect(player.locator(".outcome")).to_have_text(f"“{scene.readout.symbols[came]}” came: {sentence}.")
        expect(player.locator(".column .guess b").nth(step)).to_have_text(scene.readout.symbols[order[0]])
        button(player, "Next step").click()


@pytest.mark.parametrize("view", ["full", "glance"])
def test_under_each_letter_stands_how_probable_what_came_was_and_the_most_surprising_is_marked(stage, scene, view):
    _, predictions = values_of(scene)
    symbols, targets = scene.readout.symbols, scene.readout.targets
    chances = predictions[np.arange(6), targets]
    player = stage.mount(scene, view)
    shown = player.locator(".column .right")
    assert_equal([float(chance.get_attribute("data-value")) for chance in shown.all()], chances)
    assert shown.all_text_contents() == [f"{symbols[k]} {percent(chance)}" for k, chance in zip(targets, chances)]
    t = int(chances.argmin())
    expect(player.locator(".column .surprising")).to_have_count(1)
    expect(player.locator(".column").nth(t).locator(".surprising")).to_be_visible()
    said = (
        f"at step {t + 1}, after “x{t}”, “{symbols[targets[t]]}” came, to which the network gave {percent(chances[t])}."
    )
    expect(player.get_by_text(said)).to_be_visible()
    assert "▲" in player.locator(".surprising").evaluate("mark => getComputedStyle(mark, '::before').content")


def test_where_nothing_is_guessed_nothing_surprises(stage):
    player = stage.mount(random_scene(LSTM))
    expect(player.locator(".column").first).to_be_visible()
    assert player.get_by_text("Most surprising").count() == 0


def test_the_table_shows_the_same_numbers(stage, scene):
    trace, _ = values_of(scene)
    player = stage.mount(scene, initial={"timeStep": 3, "unit": 2})
    player.get_by_text("The same as a table").click()
    for kind, steps, units in (("This step, every unit", [3], range(5)), ("This unit, every step", range(6), [2])):
        player.get_by_label("What the table shows").select_option(kind)
        cells = player.locator("td").evaluate_all(
            """cells => cells.map(({ dataset: d, textContent }) =>
                [d.quantity, Number(d.timeStep), Number(d.unit), Number(d.value), textContent])"""
        )
        assert len(cells) == len(trace.values) * len(steps) * len(units)
        for quantity, step, unit, number, text in cells:
            assert step in steps
            assert unit in units
            assert_equal(number, trace[quantity][step, unit])
            assert float(text.replace("−", "-")) == pytest.approx(number, rel=1e-5)


def test_the_step_is_announced_when_it_rests(stage, scene):
    _, predictions = values_of(scene)
    player = stage.mount(scene)
    button(player, "Next step").click()
    best = scene.readout.symbols[predictions[1].argmax()]
    said = player.locator("[aria-live=polite]")
    expect(said).to_contain_text(f"Step 2 of 6, letter x1, best guess for the next: {best}, ")


# Choosing


def test_the_buttons_step(stage, scene):
    player = stage.mount(scene)
    for name, step in (("Next step", 1), ("Next step", 2), ("Previous step", 1), ("Last step", 5), ("First step", 0)):
        button(player, name).click()
        at_step(player, step)
    button(player, "Previous step").click()
    at_step(player, 0)
    assert [change["timeStep"] for change in stage.changes()] == [1, 2, 1, 5, 0, 0]


def test_the_slider_scrubs(stage, scene):
    player = stage.mount(scene)
    slider = player.get_by_role("slider")
    slider.fill("4")
    at_step(player, 4)
    slider.press("ArrowLeft")
    at_step(player, 3)


@pytest.mark.parametrize(
    ("key", "changed"),
    [
        ("ArrowLeft", {"timeStep": 2}),
        ("ArrowRight", {"timeStep": 4}),
        ("Home", {"timeStep": 0}),
        ("End", {"timeStep": 5}),
        ("ArrowUp", {"unit": 0}),
        ("ArrowDown", {"unit": 2}),
    ],
)
def test_the_keys_choose(stage, scene, key, changed):
    player = stage.mount(scene, initial={"timeStep": 3, "unit": 1})
    before = stage.selection()
    player.locator(".strip").press(key)
    assert stage.selection() == before | changed
    assert stage.changes() == [before | changed]


def test_a_column_a_value_a_matrix_a_title_and_a_heat_map_can_be_clicked(stage, scene):
    player = stage.mount(scene)

    player.locator(".column").nth(4).click()
    assert stage.selection() | {"timeStep": 4} == stage.selection()

    at_value(player, "forget_gate", 3, "click")
    assert stage.selection() | {"unit": 3, "line": "f"} == stage.selection()

    matrix = player.locator("[data-line=g] .matrix canvas").first
    box = matrix.bounding_box()
    matrix.click(position={"x": box["width"] / 2, "y": box["height"] * 1.5 / 5})
    assert stage.selection() | {"unit": 1, "line": "g"} == stage.selection()

    player.get_by_role("button", name="Output gate").click()
    assert stage.selection() | {"unit": 1, "line": "o"} == stage.selection()

    heat_map = player.locator(".through-time", has=stage.page.get_by_role("heading", name="Cell state"))
    box = heat_map.locator("canvas").bounding_box()
    heat_map.locator("canvas").click(position={"x": box["width"] * 2.5 / 6, "y": box["height"] * 4.5 / 5})
    chosen = {"timeStep": 2, "unit": 4, "line": "c"}
    assert stage.selection() | chosen == stage.selection()
    expect(where(player)).to_have_text("Unit 5, step 3, letter “x2”")
    expect(player.locator(".equation.framed")).to_have_attribute("data-line", "c")


def test_pointing_marks_and_explains_but_does_not_choose(stage, scene):
    trace, _ = values_of(scene)
    player = stage.mount(scene, initial={"timeStep": 2})
    before = stage.selection()

    at_value(player, "forget_gate", 3, "hover")
    expect(player.locator(".equation.framed")).to_have_attribute("data-line", "f")
    expect(where(player)).to_have_text("Unit 4, step 3, letter “x2”")
    expect(player.locator(".formula .result mn")).to_have_attribute("data-quantity", "forget_gate")
    expect(player.locator(".pointer")).to_have_text(f"Forget gate of unit 4 is {trace['f'][2, 3]:.3f}")
    row = player.locator("[data-line=f] .matrix .marker").first.bounding_box()
    column = vector(player, "forget_gate").bounding_box()
    assert row["y"] == pytest.approx(
        column["y"] + column["height"] * 3 / 5, abs=2
    )  # the row of the weights that this value depends on

    player.locator(".controls .where").hover()
    expect(player.locator(".equation.framed")).to_have_attribute("data-line", "c")
    expect(where(player)).to_have_text("Unit 1, step 3, letter “x2”")
    assert stage.selection() == before
    assert stage.changes() == []


def test_what_is_said_of_a_value_under_the_pointer_is_of_the_step_on_show(stage, scene):
    trace, _ = values_of(scene)
    player = stage.mount(scene)
    at_value(player, "candidate", 2, "hover")
    for step in range(1, 4):
        stage.page.keyboard.press("ArrowRight")
        at_step(player, step)
        said = f"{trace['g'][step, 2]:.3f}".replace("-", "−")
        expect(player.locator(".pointer")).to_have_text(f"Candidate of unit 3 is {said}")


# Playing


def test_play_advances_and_stops_at_the_end(clock, stage, scene):
    player = stage.mount(scene)
    button(player, "Play").click()
    for step in range(1, 6):
        clock.run_for(900)
        at_step(player, step)
    expect(button(player, "Pause")).to_be_visible()
    clock.run_for(900)
    expect(button(player, "Play")).to_be_visible()
    clock.run_for(9000)
    at_step(player, 5)
    button(player, "Play").click()  # once more from the start
    at_step(player, 0)


def test_space_plays_and_pauses(clock, stage, scene):
    player = stage.mount(scene)
    strip = player.locator(".strip")
    strip.press("Space")
    clock.run_for(900)
    strip.press("Space")
    clock.run_for(9000)
    at_step(player, 1)
    button(player, "Play").press("Space")  # on a button, Space presses the button, once
    clock.run_for(900)
    at_step(player, 2)


@pytest.mark.parametrize("speed", [0.5, 1, 2, 4])
def test_speed_is_steps_in_time(clock, stage, scene, speed):
    player = stage.mount(scene)
    button(player, "Play").click()
    player.get_by_role("combobox", name="Speed").select_option(f"{speed}×")
    clock.run_for(3 * 900 / speed)
    at_step(player, 3)


def test_touching_a_step_stops_the_play_and_pointing_does_not(clock, stage, scene):
    player = stage.mount(scene)
    button(player, "Play").click()
    at_value(player, "forget_gate", 3, "hover")
    clock.run_for(900)
    at_step(player, 1)
    button(player, "Next step").click()
    expect(button(player, "Play")).to_be_visible()
    clock.run_for(9000)
    at_step(player, 2)


def test_a_loop_begins_again(clock, stage, scene):
    player = stage.mount(scene, view="glance", loop=True, autoplay=True)
    for step in (1, 2, 3, 4, 5, 0, 1):
        clock.run_for(900)
        at_step(player, step)


def test_nothing_moves_by_itself_for_those_who_want_less_motion(clock, stage, scene):
    stage.page.emulate_media(reduced_motion="reduce")
    player = stage.mount(scene, autoplay=True)
    expect(button(player, "Play")).to_be_visible()
    clock.run_for(9000)
    at_step(player, 0)
    button(player, "Play").click()  # asked for, it plays
    clock.run_for(900)
    at_step(player, 1)


# Being legible


def test_no_text_is_smaller_than_14_pixels(stage, scene):
    player = stage.mount(scene)
    player.get_by_text("The same as a table").click()
    sizes = player.evaluate(TEXT_SIZES)
    assert len(sizes) > 100
    assert {text: size for text, size in sizes if size < 14} == {}


def test_projector_size_doubles_all_text(stage, scene):
    stage.page.set_viewport_size({"width": 3000, "height": 2000})  # a projector, too wide for the narrow layout
    player = stage.mount(scene)
    normal = player.evaluate(TEXT_SIZES)
    button(player, "Projector size").click()
    expect(button(player, "Projector size")).to_have_attribute("aria-pressed", "true")
    assert player.evaluate("root => getComputedStyle(root).fontSize") == "32px"
    assert stage.changes()[-1]["larger"] is True
    doubled = player.evaluate(TEXT_SIZES)
    assert [text for text, _ in doubled] == [text for text, _ in normal]
    assert {
        (text, size, was) for (text, size), (_, was) in zip(doubled, normal) if size != pytest.approx(2 * was)
    } == set()


@pytest.mark.parametrize(("width", "larger"), [(320, False), (390, True), (1400, True)])
def test_the_player_is_no_wider_than_its_place(stage, scene, width, larger):
    stage.page.set_viewport_size({"width": width, "height": 800})
    stage.mount(scene, initial={"larger": larger})
    assert stage.page.evaluate("document.documentElement.scrollWidth") <= width


# Edges


@pytest.mark.parametrize(("input_size", "hidden_size"), [(2, 4), (4, 2)])
def test_a_quantity_may_have_the_size_of_the_input(stage, input_size, hidden_size):
    cell = Cell("scaled", ("h",), "u = v * x\nh = tanh(W_hu @ u + W_hh @ h)")
    scene = random_scene(cell, input_size=input_size, hidden_size=hidden_size)
    trace, _ = values_of(scene)
    player = stage.mount(scene)
    player.get_by_text("The same as a table").click()
    player.get_by_label("What the table shows").select_option("This step, every unit")
    shown = player.locator('td[data-quantity="u"][data-value]').evaluate_all(VALUES)
    assert_equal([number for *_, number in shown], trace["u"][0])
    at_value(player, "u", input_size - 1, "click")
    result = player.locator(".formula .result mn").get_attribute("data-value")
    assert_equal(float(result), trace["u"][0, -1])


@pytest.mark.parametrize("cell", [ELMAN, GRU, PEEPHOLE], ids=lambda cell: cell.name)
def test_one_step_and_one_unit_are_enough(clock, stage, cell):
    scene = random_scene(cell, steps=1, input_size=1, hidden_size=1, readout=True)
    trace, _ = values_of(scene)
    player = stage.mount(scene)
    player.get_by_text("The same as a table").click()
    for key in ("ArrowRight", "End", "ArrowDown", "ArrowLeft", "ArrowUp", "Home", "Space"):
        player.locator(".strip").press(key)
    clock.run_for(2000)
    at_step(player, 0)
    expect(button(player, "Play")).to_be_visible()
    result = player.locator(".formula .result mn").get_attribute("data-value")
    assert_equal(float(result), trace[cell.state[-1]][0, 0])


@pytest.mark.parametrize(
    "initial",
    [
        {"timeStep": 99, "unit": 99, "line": "h"},
        {"timeStep": -3, "unit": -1, "line": "x"},
        {"timeStep": 1.5, "unit": None, "line": "constructor"},
    ],
)
def test_a_selection_that_does_not_exist_is_brought_within(stage, scene, initial):
    player = stage.mount(scene, initial=initial)
    selection = stage.selection()
    assert selection["timeStep"] in range(6)
    assert selection["unit"] in range(5)
    assert selection["line"] in LSTM.program.targets
    expect(where(player)).to_be_visible()


def test_a_label_is_text_whatever_it_says(stage):
    trap = "<img src=x onerror=\"document.title = 'caught'\">"
    scene = random_scene(LSTM, labels=[trap, "&amp;", "<b>", "‮abc", "😀", "${1}"])
    player = stage.mount(scene)
    player.get_by_text("The same as a table").click()
    player.get_by_label("What the table shows").select_option("This unit, every step")
    assert player.locator("img").count() == 0
    assert player.locator(".column .token").all_text_contents() == scene.labels
    assert where(player).text_content() == f"Unit 1, step 1, letter “{trap}”"
    assert stage.page.title() == ""


@pytest.mark.parametrize("steps", [4, 6, 9])
def test_other_numbers_fill_the_same_picture(stage, scene, steps):
    other = random_scene(LSTM, seed=1, steps=steps, readout=True)
    trace, predictions = values_of(other)
    player = stage.mount(scene, initial={"timeStep": 3, "unit": 2, "line": "f"})
    before = stage.selection()
    assert stage.update(other)
    assert stage.selection() == before
    assert player.locator(".column .token").all_text_contents() == other.labels
    values = all_values(LSTM, trace, 3)
    shown = player.locator(".cell [data-quantity]").evaluate_all(VALUES)
    assert_equal([number for *_, number in shown], [values[name, unit] for name, unit, _ in shown])
    expect(where(player)).to_have_text("Unit 3, step 4, letter “x3”")
    expect(player.locator(".column .guess b").last).to_have_text(other.readout.symbols[predictions[-1].argmax()])
    button(player, "Last step").click()
    at_step(player, steps - 1)


def test_another_cell_or_size_needs_another_picture(stage, scene):
    stage.mount(scene)
    for other in (random_scene(GRU), random_scene(LSTM, hidden_size=4), random_scene(LSTM, input_size=4)):
        assert not stage.update(other)
    assert not stage.update(random_scene(LSTM))  # without the read-out


def test_destroy_leaves_nothing_behind(clock, stage, scene):
    player = stage.mount(scene)
    button(player, "Play").click()
    stage.page.evaluate("player.destroy()")
    expect(player).to_be_empty()
    clock.run_for(9000)
    stage.page.keyboard.press("ArrowRight")
    player.evaluate("root => root.dispatchEvent(new KeyboardEvent('keydown', { key: 'End' }))")
    at_step(player, 0)
    assert stage.changes() == []


def test_a_player_can_follow_another_in_the_same_place(stage, scene):
    stage.mount(scene)
    stage.page.evaluate("player.destroy()")
    player = stage.mount(random_scene(GRU))
    expect(player).to_have_attribute("data-cell", "gru")
    stage.page.keyboard.press("ArrowRight")
    at_step(player, 1)
