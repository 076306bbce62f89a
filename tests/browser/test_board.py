"""The board through its own face: three cells on one clock, and whatever is changed in them."""

import json
from dataclasses import asdict, replace

import numpy as np
import pytest
from playwright.sync_api import expect

from rnnviz.analysis.dynamics import half_life, kept, mean_half_life
from rnnviz.cells import ELMAN, GRU, LSTM, READOUT
from rnnviz.language.arithmetic import evaluate
from rnnviz.notation import PALETTES
from rnnviz.player.payload import Readout
from rnnviz.trace import run
from rnnviz.what_if import Clamp, Erase, SetInput, SetWeight, Silence
from tests.browser.stage import assert_equal, random_scene, values_of
from tests.browser.test_player import TEXT_SIZES, colours_of, pixels
from tests.browser.test_what_if import one_hot_scene
from tests.own_cells import PEEPHOLE

CELLS = (ELMAN, LSTM, GRU)


@pytest.fixture
def scenes():
    """Three cells that read the same numbers and guess."""
    made = [random_scene(cell, readout=True, input_size=1) for cell in CELLS]
    for scene in made:
        scene.inputs[:] = made[0].inputs
    return made


def column(board, cell):
    return board.locator(f".column-card.card[data-cell={cell.name}]")


def block(board, cell, letter):
    return column(board, cell).locator(f".through-time:not(.contributions)[data-letter={letter}]")


def drag(board, label, value):
    """Move the slider with a label to a value, as a person's drag ends."""
    slider = board.get_by_role("slider", name=label)
    slider.evaluate(
        "(slider, value) => { slider.value = value; slider.dispatchEvent(new Event('input', { bubbles: true })); }",
        value,
    )


def open_form(board, name):
    unfold = board.get_by_role("button", name="Unfold")
    if unfold.is_visible():  # where it is narrow
        unfold.click()
    board.get_by_role("group", name="What to change").get_by_role("button", name=name, exact=True).click()


def sentences(board):
    return board.locator(".changes li > span").all_inner_texts()


def assert_shows(board, scene, changes=(), theme="light"):
    """All maps of a cell show the run with these changes, and below it the difference to the run without."""
    palette = asdict(PALETTES[theme])
    now = run(scene.cell, scene.weights, scene.inputs, changes=changes)
    before = run(scene.cell, scene.weights, scene.inputs)
    for letter, values in now.values.items():
        quantity = scene.cell.quantity(letter)
        maps = block(board, scene.cell, letter).locator("canvas")
        np.testing.assert_allclose(pixels(maps.nth(0)), colours_of(values.T, quantity, palette), atol=2)
        if changes:
            change = (values - before[letter]).T
            signed = type("Signed", (), {"scale": "signed", "colour_range": quantity.colour_range})
            np.testing.assert_allclose(pixels(maps.nth(1)), colours_of(change, signed, palette), atol=2)


@pytest.mark.parametrize("theme", PALETTES)
def test_every_map_of_every_cell_is_the_trace_s(stage, scenes, theme):
    board = stage.mount_board(scenes, theme=theme)
    for scene in scenes:
        assert_shows(board, scene, theme=theme)


def test_all_cells_stand_at_the_same_step_and_unit(stage, scenes):
    board = stage.mount_board(scenes, initial={"timeStep": 2, "unit": 3})
    traces = [values_of(scene)[0] for scene in scenes]
    for trace in traces:
        caption = block(board, trace.cell, "h").locator(".caption").last
        assert_equal(float(caption.get_attribute("data-value")), trace["h"][2, 3])
    stage.page.keyboard.press("ArrowRight")
    board.locator(".strip").press("ArrowUp")
    expect(board).to_have_attribute("data-time-step", "3")
    for trace in traces:
        caption = block(board, trace.cell, "h").locator(".caption").last
        assert_equal(float(caption.get_attribute("data-value")), trace["h"][3, 2])
    assert stage.selection() == {"timeStep": 3, "unit": 2, "larger": False, "whatIf": "", "answer": None}


def test_a_click_on_a_map_chooses_unit_and_step(stage, scenes):
    board = stage.mount_board(scenes)
    canvas = block(board, GRU, "z").locator("canvas").first
    box = canvas.bounding_box()
    canvas.click(position={"x": box["width"] * 4.5 / 6, "y": box["height"] * 1.5 / 5})
    assert (stage.selection()["timeStep"], stage.selection()["unit"]) == (4, 1)


def test_where_a_state_came_from_adds_up_to_it(stage, scenes):
    board = stage.mount_board(scenes, initial={"timeStep": 4, "unit": 1})
    lstm, gru = (values_of(scene)[0] for scene in scenes[1:])
    terms = {
        LSTM: [lstm["f"][4, 1] * lstm["c"][3, 1], lstm["i"][4, 1] * lstm["g"][4, 1]],
        GRU: [(1 - gru["z"][4, 1]) * gru["n"][4, 1], gru["z"][4, 1] * gru["h"][3, 1]],
    }
    for cell, wanted in terms.items():
        caption = column(board, cell).locator(".contributions .caption")
        assert_equal(json.loads(caption.get_attribute("data-terms")), wanted)
    assert column(board, LSTM).locator(".contributions .key").all_inner_texts() == [
        "fₜ ⊙ cₜ₋₁ kept", "iₜ ⊙ gₜ written", "their sum",
    ]  # fmt: skip
    assert column(board, ELMAN).locator(".contributions").count() == 0


def test_holding_a_gate_changes_its_cell_and_no_other(stage, scenes):
    board = stage.mount_board(scenes, initial={"unit": 2, "timeStep": 3})
    board.get_by_label("of which units").select_option("one")
    drag(board, "Held at", 0.25)
    assert sentences(board) == ["LSTM: forget gate of unit 3 held at 0.25"]
    assert_shows(board, scenes[1], [Clamp("forget_gate", 0.25, unit=2)])
    for scene in (scenes[0], scenes[2]):
        assert_shows(board, scene)
    assert stage.selection()["whatIf"] == "hold lstm f 3 0.25"
    assert stage.changes()[-1]["whatIf"] == "hold lstm f 3 0.25"
    drag(board, "Held at", 1)  # the same place: the change is another one, not one more
    assert sentences(board) == ["LSTM: forget gate of unit 3 held at 1.00"]


def test_every_unit_can_be_held_and_every_quantity(stage, scenes):
    board = stage.mount_board(scenes)
    board.get_by_label("Hold which quantity").select_option("gru z")
    drag(board, "Held at", 0.5)
    board.get_by_label("Hold which quantity").select_option("elman h")
    drag(board, "Held at", -1)
    assert sentences(board) == [
        "GRU: update gate of every unit held at 0.50",
        "Elman RNN: hidden state of every unit held at −1.00",
    ]
    assert_shows(board, scenes[2], [Clamp("z", 0.5)])
    assert_shows(board, scenes[0], [Clamp("h", -1.0)])


def test_a_unit_is_silenced_and_speaks_again(stage, scenes):
    board = stage.mount_board(scenes, initial={"unit": 4})
    open_form(board, "Silence")
    button = board.locator(".form").get_by_role("button", name="LSTM")
    button.click()
    expect(button).to_have_attribute("aria-pressed", "true")
    assert_shows(board, scenes[1], [Silence(4)])
    assert sentences(board) == ["LSTM: unit 5 silenced"]
    button.click()
    assert_shows(board, scenes[1])
    assert sentences(board) == []


def test_a_weight_is_chosen_by_click_or_by_number_and_dragged(stage, scenes):
    board = stage.mount_board(scenes)
    open_form(board, "Weight")
    board.get_by_label("Weight", exact=True).select_option("lstm W_hf")
    canvas = board.locator(".weights canvas")
    box = canvas.bounding_box()
    canvas.click(position={"x": box["width"] * 1.5 / 5, "y": box["height"] * 2.5 / 5})
    expect(board.get_by_label("Row", exact=True)).to_have_value("3")
    expect(board.get_by_label("Column", exact=True)).to_have_value("2")
    drag(board, "Set to", 1.5)
    before = f"{scenes[1].weights['W_hf'][2, 1]:.2f}".replace("-", "−")
    assert sentences(board) == [f"LSTM: W_hf, row 3, column 2, set to 1.50 (it was {before})"]
    assert_shows(board, scenes[1], [SetWeight("W_hf", (2, 1), 1.5)])
    board.get_by_label("Row", exact=True).fill("99")
    board.get_by_label("Row", exact=True).press("Enter")
    expect(board.get_by_label("Row", exact=True)).to_have_value("5")
    board.get_by_label("Weight", exact=True).select_option("gru b_z")
    expect(board.get_by_label("Column", exact=True)).to_be_disabled()
    drag(board, "Set to", -2)
    assert stage.selection()["whatIf"] == "weight lstm W_hf 3.2 1.5*weight gru b_z 1 -2"
    assert_shows(board, scenes[2], [SetWeight("b_z", 0, -2.0)])


def test_an_input_is_changed_for_all_cells(stage, scenes):
    board = stage.mount_board(scenes, initial={"timeStep": 1})
    open_form(board, "Input")
    drag(board, "Reads", 0.5)
    written = float(stage.selection()["whatIf"].split()[-1])
    assert written == 0.5
    for scene in scenes:
        assert_shows(board, scene, [SetInput(1, 0, written)])
    expect(board.locator(".reading .token.other")).to_have_count(1)


def test_a_letter_is_changed_and_changed_back(stage):
    scenes = [one_hot_scene(cell) for cell in CELLS]
    board = stage.mount_board(scenes, initial={"timeStep": 2})
    open_form(board, "Input")
    letters = board.get_by_label("Letter")
    was = "abc"[scenes[0].inputs[2].argmax()]
    other = next(letter for letter in "abc" if letter != was)
    expect(letters).to_have_value(was)
    letters.select_option(other)
    assert stage.selection()["whatIf"] == f"read 3 {other}"
    expect(board.locator(".reading .token.other")).to_have_text(other)
    letters.select_option(was)
    assert stage.selection()["whatIf"] == ""
    assert board.locator(".reading .token.other").count() == 0


def test_changes_are_undone_one_by_one_or_all_and_nothing_of_them_stays(stage, scenes):
    board = stage.mount_board(scenes, initial={"whatIf": "hold lstm f all 0*silence gru 2*input 1 1 3"})
    assert len(sentences(board)) == 3
    changes = [Clamp("f", 0.0), SetInput(0, 0, 3.0)]
    board.get_by_role("button", name="Undo: GRU: unit 2 silenced").click()
    assert_shows(board, scenes[1], changes)
    assert_shows(board, scenes[2], changes[1:])
    board.get_by_role("button", name="Undo all").click()
    assert sentences(board) == []
    for scene in scenes:
        assert_shows(board, scene)
    difference = board.locator(".map.difference").first
    expect(difference).to_be_hidden()


#: What the form in sight is set to: its fields by their labels, as one reads them, and the cells it silences.
FORM = """() => Object.fromEntries(Array.from(
    document.querySelectorAll(".what-if .form:not([hidden]) :is(select, input, button[aria-pressed=true])"),
    (one) => [one.ariaLabel ?? "pressed", one.selectedOptions?.[0]?.text ?? (one.value || one.textContent)],
).filter(([, value]) => value !== ""))"""


def drawn_change(scenes, random):
    """A change as an address writes it, and what its form then shows."""
    scene = scenes[random.integers(3)]
    title, name, unit = scene.cell.title, scene.cell.name, int(random.integers(5))
    kind = random.choice(["hold", "silence", "weight", "input"])
    if kind == "hold":
        letter = random.choice(scene.cell.program.targets)
        value, whom = round(float(random.uniform(0, 1)), 2), random.choice(["all", unit + 1])
        shown = "every unit" if whom == "all" else f"unit {whom}"
        held = f"{title}: {scene.cell.quantity(letter).title.lower()}"
        form = {
            "Hold which quantity": held,
            "of which units": shown,
            "Held at": f"{value:g}",
            "Held exactly at": f"{value:g}",
        }
        return f"hold {name} {letter} {whom} {value}", form
    if kind == "silence":
        return f"silence {name} {unit + 1}", {"pressed": title}
    value = int(random.integers(-9, 10))
    if kind == "weight":
        weight = random.choice(list(scene.weights))
        place = [int(random.integers(size)) + 1 for size in scene.weights[weight].shape]
        form = {"Weight": f"{title}: {weight}", "Row": str(place[0]), "Column": str([*place, 1][1])}
        return f"weight {name} {weight} {'.'.join(map(str, place))} {value}", {**form, "Set to": str(value)}
    return f"input {int(random.integers(6)) + 1} 1 {value}", {"Reads": str(value)}


def test_the_forms_begin_with_the_change_that_a_link_brings(stage, scenes):
    random = np.random.default_rng(13)
    met = set()
    for _ in range(30):
        first, (text, form) = drawn_change(scenes, random)[0], drawn_change(scenes, random)
        board = stage.mount_board(scenes, initial={"whatIf": f"{first}*{text}", "unit": 2, "timeStep": 1})
        assert stage.page.evaluate(FORM) == form, text
        kind, *fields = text.split()
        met.add(kind)
        if kind in ("silence", "input"):
            where = f"unit {fields[1]}" if kind == "silence" else f"Step {fields[0]},"
            expect(board.locator(".form:visible p")).to_contain_text(where)
    assert met == {"hold", "silence", "weight", "input"}


def test_a_form_follows_the_chosen_unit_again_once_another_is_chosen(stage, scenes):
    board = stage.mount_board(scenes, initial={"whatIf": "hold lstm f 5 0.9"})
    board.locator(".strip").press("ArrowRight")
    expect(board.get_by_label("of which units").locator("option:checked")).to_have_text("unit 5")
    board.locator(".strip").press("ArrowDown")
    expect(board.get_by_label("of which units").locator("option:checked")).to_have_text("unit 2")
    drag(board, "Held at", 0.5)
    assert stage.selection()["whatIf"] == "hold lstm f 5 0.9*hold lstm f 2 0.5"


def test_the_best_guesses_before_and_now_are_in_the_table_whatever_is_changed(stage, scenes):
    random = np.random.default_rng(5)
    scene, symbols = scenes[1], scenes[1].readout.symbols
    _, before = values_of(scene)
    for letter in ("h", "c", "o", "g", "f", "i"):
        unit, value, t = int(random.integers(5)), [0, 1][random.integers(2)], int(random.integers(6))
        board = stage.mount_board(scenes, initial={"whatIf": f"hold lstm {letter} {unit + 1} {value}", "timeStep": t})
        trace = run(scene.cell, scene.weights, scene.inputs, changes=[Clamp(letter, float(value), unit)])
        after = evaluate(READOUT, scene.readout.weights, {"h": trace["h"]})["y"]
        rows = column(board, LSTM).locator("tbody tr:not(.spare) th").all_inner_texts()
        best = [symbols[answer[t].argmax()] for answer in (before, after)]
        assert len(set(rows)) == len(rows)
        assert set(best) <= set(rows)
        said = column(board, LSTM).locator(".expectation .caption").inner_text()
        assert said.startswith(f"Best guess before: “{best[0]}” (")
        assert f"now: “{best[1]}” (" in said


def test_a_best_guess_that_is_hardly_likely_is_in_the_table_too(stage, scenes):
    """Six were likelier before the change, which makes all of them nearly alike."""
    h = values_of(scenes[1])[0]["h"][3]
    weights = {"W_hy": np.outer(np.arange(12) < 6, 3 * h / (h @ h)), "b_y": 0.1 * (np.arange(12) == 11)}
    scenes[1] = replace(scenes[1], readout=Readout(weights, list("abcdefghijkl"), [0] * 6))
    board = stage.mount_board(scenes, initial={"whatIf": "hold lstm o all 0", "timeStep": 3})
    rows = column(board, LSTM).locator("tbody tr:not(.spare) th").all_inner_texts()
    assert len(rows) == len(set(rows)) <= 6
    assert {"a", "l"} <= set(rows)
    expect(column(board, LSTM).locator(".expectation .caption")).to_contain_text("now: “l” (9 %)")


#: How much of an element can be seen in the window, in shares of its height, and how much of the window it takes.
IN_SIGHT = """(node) => {
    const { top, bottom, height } = node.getBoundingClientRect();
    const seen = Math.max(0, Math.min(bottom, innerHeight) - Math.max(top, 0));
    return [seen / height, seen / innerHeight];
}"""


def test_the_panel_stays_in_sight_as_far_down_as_its_changes_reach(stage, scenes):
    stage.page.set_viewport_size({"width": 1400, "height": 900})
    board = stage.mount_board(scenes)
    for place in (block(board, LSTM, "h"), board.locator(".memory .ranks").last):
        place.scroll_into_view_if_needed()
        seen, _ = board.locator(".what-if").evaluate(IN_SIGHT)
        assert seen > 0.99
        assert board.get_by_role("button", name="Unfold").count() == 0


def test_on_a_telephone_the_panel_is_a_bar_that_unfolds_by_keyboard_and_leaves_the_maps_in_sight(stage, scenes):
    stage.page.set_viewport_size({"width": 390, "height": 844})
    board = stage.mount_board(scenes)
    maps = block(board, GRU, "z")
    maps.scroll_into_view_if_needed()
    panel = board.locator("aside")
    seen, taken = panel.evaluate(IN_SIGHT)
    assert (seen, taken < 0.1) == (1, True)
    expect(board.get_by_label("Hold which quantity")).to_be_hidden()
    fold = board.get_by_role("button", name="Unfold")
    expect(fold).to_have_attribute("aria-expanded", "false")
    fold.press("Enter")
    seen, taken = panel.evaluate(IN_SIGHT)
    assert (seen, taken < 0.5) == (1, True)
    board.get_by_label("Hold which quantity").select_option("gru z")
    drag(board, "Held at", 0.5)
    expect(board.locator(".count")).to_have_text("1 change")
    assert_shows(board, scenes[2], [Clamp("z", 0.5)])
    board.get_by_role("button", name="Fold", exact=True).press("Enter")
    expect(board.get_by_label("Hold which quantity")).to_be_hidden()


def test_the_unchanged_run_stays_as_a_ghost_with_the_unit_s_values(stage, scenes):
    board = stage.mount_board(scenes, initial={"whatIf": "hold lstm f all 0", "unit": 1})
    lines = block(board, LSTM, "c").locator("path")
    ghost = lines.nth(1).get_attribute("d")
    assert ghost != lines.nth(2).get_attribute("d")
    board.get_by_role("button", name="Undo all").click()
    assert block(board, LSTM, "c").locator("path.line").get_attribute("d") == ghost
    assert block(board, LSTM, "c").locator("path.ghost").get_attribute("d") == ""


def test_predictions_before_and_after_stand_side_by_side(stage, scenes):
    board = stage.mount_board(scenes, initial={"whatIf": "hold lstm o all 0", "timeStep": 3})
    scene = scenes[1]
    _, before = values_of(scene)
    silent = scene.readout.weights["b_y"]  # with the output gate shut only the bias is read out
    after = np.exp(silent) / np.exp(silent).sum()
    cells = "cells => cells.map(({ dataset: { unit, value } }) => [Number(unit), Number(value)])"
    for kind, wanted in (("after", after), ("before", before[3])):
        shown = column(board, LSTM).locator(f"tr:not(.spare) td.{kind}").evaluate_all(cells)
        assert len(shown) >= 5
        for unit, value in shown:
            assert_equal(value, wanted[unit])
    expect(column(board, LSTM).get_by_text("Unchanged", exact=True)).to_be_visible()
    expect(column(board, GRU).get_by_text("Unchanged", exact=True)).to_be_hidden()


def test_memory_is_python_s_half_life_and_its_ranking(stage, scenes):
    board = stage.mount_board(scenes, initial={"timeStep": 1, "unit": 2})
    memory = board.locator(".memory")
    memory.scroll_into_view_if_needed()
    for scene, state in ((scenes[1], "c"), (scenes[2], "h")):
        shares = kept(values_of(scene)[0])[state]
        ranks = memory.locator(f"[data-cell={scene.cell.name}] .ranks button")
        expect(ranks).to_have_count(5)
        shown = ranks.evaluate_all("nodes => nodes.map(({ dataset }) => [Number(dataset.unit), Number(dataset.value)])")
        mean = mean_half_life(shares)
        assert [unit for unit, _ in shown] == np.argsort(-mean, kind="stable").tolist()
        np.testing.assert_allclose([value for _, value in shown], np.sort(mean)[::-1], rtol=1e-9)
        gate = type("Gate", (), {"scale": "gate", "colour_range": (0, 10)})
        at_least = np.minimum(half_life(shares), np.arange(len(shares))[::-1, None])
        wanted = colours_of(at_least.T, gate, asdict(PALETTES["light"]))
        np.testing.assert_allclose(pixels(memory.locator(f"[data-cell={scene.cell.name}] canvas")), wanted, atol=2)
    expect(memory.locator("[data-cell=elman]")).to_contain_text("No gate keeps the hidden state")


def test_what_is_left_of_an_input_is_measured_beside_what_the_gate_says(stage, scenes):
    board = stage.mount_board(scenes, initial={"timeStep": 1, "unit": 2, "whatIf": "hold gru z 3 0.9"})
    board.locator(".memory").scroll_into_view_if_needed()
    for scene, state, changes in ((scenes[0], "h", []), (scenes[1], "c", []), (scenes[2], "h", [Clamp("z", 0.9, 2)])):
        whole = run(scene.cell, scene.weights, scene.inputs, changes=changes)
        without = run(scene.cell, scene.weights, scene.inputs, changes=[*changes, Erase(1)])
        effect = np.abs(whole[state] - without[state])[1:, 2]
        words = board.locator(f".memory [data-cell={scene.cell.name}] [data-measured]")
        assert_equal(json.loads(words.get_attribute("data-measured")), effect)
        product = json.loads(words.get_attribute("data-product"))
        if scene.cell is ELMAN:
            assert product == []
        else:
            assert_equal(product, effect[0] * np.cumprod([1, *kept(whole)[state][2:, 2]]))


def test_other_inputs_keep_the_changes_that_still_fit_and_say_which_do_not(stage, scenes):
    board = stage.mount_board(scenes, initial={"whatIf": "hold lstm f all 0*input 6 1 2"})
    shorter = [random_scene(cell, readout=True, input_size=1, steps=4) for cell in CELLS]
    assert stage.update_board(shorter)
    assert sentences(board) == ["LSTM: forget gate of every unit held at 0.00"]
    expect(board.locator(".changes .refused")).to_have_text(
        "Undone, since it needs a step from 1 to 4: a change of step 6."
    )
    assert_shows(board, shorter[1], [Clamp("f", 0.0)])
    larger = [random_scene(cell, readout=True, input_size=1, hidden_size=6) for cell in CELLS]
    assert not stage.update_board(larger)


def test_a_cell_of_one_s_own_has_its_column_without_a_line_of_code(stage):
    board = stage.mount_board([random_scene(PEEPHOLE)], initial={"timeStep": 2})
    drag(board, "Held at", 0)
    assert sentences(board) == [f"{PEEPHOLE.title}: forget gate of every unit held at 0.00"]
    assert_shows(board, random_scene(PEEPHOLE), [Clamp("f", 0.0)])


ABOVE = {"kind": "above", "cell": "lstm", "quantity": "f", "unit": 2, "step": 3, "value": 0.9}
QUESTION = "Is the first input still remembered?"


@pytest.mark.parametrize(
    ("check", "what_if", "verdict"),
    [
        ({"kind": "remembered", "cell": "lstm", "step": 1}, "hold lstm i all 0", "no"),
        ({"kind": "remembered", "cell": "elman", "step": 6}, "", "yes"),
        ({"kind": "guess", "cell": "gru", "step": 6}, "", "no"),
        (ABOVE, "hold lstm f 2 0.95", "yes"),
        (ABOVE, "hold lstm f 2 0.85", "no"),
        ({**ABOVE, "quantity": "z"}, "", "none"),
        ({"kind": "remembered", "cell": "lstm", "step": 99}, "", "none"),
        ({"kind": "remembered", "cell": "peephole", "step": 1}, "", "none"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("answer", ["Yes", "No", "I can't tell"])
def test_the_picture_waits_for_a_prediction_which_the_run_decides(stage, scenes, check, what_if, verdict, answer):
    prediction = {"question": QUESTION, "check": check}
    board = stage.mount_board(scenes, prediction, initial={"whatIf": what_if})
    expect(board.get_by_role("heading", name=QUESTION)).to_be_visible()
    expect(board.locator(".board")).to_be_hidden()
    board.get_by_role("button", name=answer).click()
    expect(board.locator(".board")).to_be_visible()
    card = board.locator(".prediction")
    expect(card).to_have_attribute("data-verdict", verdict)
    said = card.locator(".outcome")
    expect(said).to_contain_text(
        "cannot decide" if verdict == "none" else f"You said “{answer}”. The run says {verdict}"
    )
    expect(board.get_by_role("button", name=answer)).to_be_disabled()
    given = {"Yes": "yes", "No": "no", "I can't tell": "unsure"}[answer]
    assert stage.changes()[-1]["answer"] == given


def test_an_answer_given_before_reveals_at_once_and_rubbish_does_not(stage, scenes):
    prediction = {"question": QUESTION, "check": {"kind": "remembered", "cell": "lstm", "step": 1}}
    board = stage.mount_board(scenes, prediction, initial={"answer": "no"})
    expect(board.locator(".board")).to_be_visible()
    board = stage.mount_board(scenes, prediction, initial={"answer": "constructor"})
    expect(board.locator(".board")).to_be_hidden()


@pytest.mark.parametrize("width", [390, 1400])
@pytest.mark.parametrize("classroom", [False, True])
def test_the_board_is_legible_and_no_wider_than_its_place(stage, scenes, width, classroom):
    stage.page.set_viewport_size({"width": width, "height": 900})
    board = stage.mount_board(scenes, classroom=classroom, initial={"whatIf": "hold lstm f all 0*nonsense"})
    for name in ("Hold", "Silence", "Weight", "Input"):
        open_form(board, name)
        assert stage.page.evaluate("document.documentElement.scrollWidth") <= width
        assert {text: size for text, size in board.evaluate(TEXT_SIZES) if size < 14} == {}


def test_in_class_every_key_works_without_a_click(stage, scenes):
    board = stage.mount_board(scenes, classroom=True)
    assert board.evaluate("root => getComputedStyle(root).fontSize") == "22.4px"
    for key in ("End", "ArrowDown", "ArrowLeft"):
        stage.page.keyboard.press(key)
    expect(board).to_have_attribute("data-time-step", "4")
    expect(board).to_have_attribute("data-unit", "1")
    stage.page.keyboard.press("Home")
    stage.page.keyboard.press("Space")
    expect(board.get_by_role("button", name="Pause")).to_be_visible()


def test_what_is_not_shown_is_not_there(stage, scenes):
    board = stage.mount_board(scenes, shows=())
    assert board.locator(".what-if, .memory").count() == 0
    assert_shows(board, scenes[1])
