"""A network forecasts a series: a past value is dragged, another step is chosen, and everyone's forecast follows."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from playwright.sync_api import expect

from rnnviz.analysis.forecasting import occluded, slopes
from rnnviz.cells import CELLS, GRU, LSTM
from rnnviz.networks.forecaster import READS
from rnnviz.player.series_payload import forecasting
from rnnviz.tasks.baselines import LinearMap, Smoothing
from rnnviz.tasks.forecasting import Measured
from rnnviz.training.baselines import Baseline
from tests.browser.stage import Stage, assert_equal, serve_component
from tests.browser.test_forecasting_engine import assert_same, forecaster_of, series_of

LENGTH, ORIGIN_STEP = 60, 40
VALUES = np.round(4 + 2 * np.sin(np.arange(LENGTH) / 3) + np.random.default_rng(0).normal(0, 0.5, LENGTH), 1)
WAYS = ("direct", "recursive")


def interval(horizon, width):
    """One that is wider the farther ahead, more below than above."""
    reach = width * np.arange(1.0, horizon + 1)
    return Measured(np.ones(horizon), -2 * reach, reach, np.ones(horizon))


def methods_of(horizon):
    last = LinearMap(np.tile([0.0, 1.0], (horizon, 1)))
    far = LinearMap(np.column_stack([np.zeros(horizon), np.zeros((horizon, 50)), np.ones(horizon)]))
    smooth = Smoothing(np.array([0.5, 0.1, 0.2, 0.9]), np.array([4.0, 0.0, 0.1, -0.1]), horizon)
    named = {"persistence": ("Persistence", last), "far": ("Far back", far), "smoothing": ("Smoothing", smooth)}
    return {name: Baseline(title, fitted, interval(horizon, 0.5)) for name, (title, fitted) in named.items()}


def forecasting_of(cell=GRU, values=VALUES, opened=False, **given):
    network = forecaster_of(cell, **given)
    intervals = {way: interval(network.horizon, width) for way, width in zip(WAYS, (1.0, 1.5))}
    data = forecasting(series_of(values), network, "A network", intervals, methods_of(network.horizon), opened=opened)
    return network, data


def forecasts_of(network, values, origin):
    """What Python forecasts from a step, by everyone: (K,) by name."""
    window = values[origin + 1 - network.needed : origin + 1]
    simple = {name: one.fitted for name, one in methods_of(network.horizon).items() if name != "far" or origin >= 50}
    found = {name: one.forecast(values, np.array([origin]))[:, 0] for name, one in simple.items()}
    return {"direct": network.direct(window), "recursive": network.recursive(window, network.horizon), **found}


def shown(player):
    """The numbers in the table, by name; nan where a method has too few values."""
    rows = player.locator(".outcomes tbody tr").evaluate_all(
        "all => all.map(({ dataset }) => [dataset.method, dataset.value])"
    )
    return {name: float(value.replace("NaN", "nan")) for name, value in rows}


def assert_shown(player, network, values, origin, ahead):
    found = shown(player)
    for name, forecast in forecasts_of(network, values, origin).items():
        assert_same(found[name], forecast[ahead])
    if origin < 50:
        assert np.isnan(found["far"])


def with_changes(values, changes):
    found = values.copy()
    for step, value in changes.items():
        found[step] = value
    return found


def changed(stage):
    """What the address would hold, as steps from 0 to values."""
    text = stage.selection()["whatIf"]
    parts = [part.split(" ") for part in text.split("*") if part]
    return {int(step) - 1: float(value) for _, step, value in parts}


def middle_of(locator):
    box = locator.bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def drag(page, by):
    x, y = middle_of(page.locator(".grip"))
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 40, y + by / 2)  # sideways counts for nothing
    page.mouse.move(x, y + by)


@pytest.mark.parametrize("reads", READS)
def test_whatever_value_is_dragged_the_forecast_follows(stage, reads):
    network, data = forecasting_of(reads=reads)
    player = stage.mount_forecasting(data, initial={"timeStep": ORIGIN_STEP, "back": 2})
    assert_shown(player, network, VALUES, ORIGIN_STEP, 2)
    drag(stage.page, -60)
    dragged = changed(stage)  # while it is held
    assert list(dragged) == [ORIGIN_STEP - 2]
    assert dragged[ORIGIN_STEP - 2] > VALUES[ORIGIN_STEP - 2]
    assert_shown(player, network, with_changes(VALUES, dragged), ORIGIN_STEP, 2)
    x, y = middle_of(player.locator(".grip"))
    stage.page.mouse.move(x, y + 90)
    stage.page.mouse.up()
    lower = changed(stage)
    assert lower[ORIGIN_STEP - 2] < dragged[ORIGIN_STEP - 2]
    assert_shown(player, network, with_changes(VALUES, lower), ORIGIN_STEP, 2)
    before, after = (
        forecasts_of(network, values, ORIGIN_STEP)["direct"][2] for values in (VALUES, with_changes(VALUES, lower))
    )
    word = "higher" if after > before else "lower"
    said = f"The forecast is {after:.1f} m instead of {before:.1f} m: {word} by {abs(after - before):.1f} m."
    expect(player.locator(".effect")).to_have_text(said.replace("-", "−"))
    player.get_by_role("button", name="Undo all changes").click()
    assert changed(stage) == {}
    assert_shown(player, network, VALUES, ORIGIN_STEP, 2)
    expect(player.locator(".changed-values")).to_be_hidden()


def test_a_press_chooses_a_value_and_one_near_it_takes_hold(stage):
    _, data = forecasting_of()
    player = stage.mount_forecasting(data, initial={"timeStep": ORIGIN_STEP})
    box = player.locator(".fan .series-map").bounding_box()
    column = box["width"] / 9  # six values and three forecasts
    x, _ = middle_of(player.locator(".grip"))
    stage.page.mouse.click(x - 3 * column, box["y"] + 3)  # far above it
    assert (stage.selection()["back"], changed(stage)) == (3, {})
    x, y = middle_of(player.locator(".grip"))
    stage.page.mouse.click(x - 1 * column, box["y"] + 3)
    stage.page.mouse.move(x, y + 6)
    stage.page.mouse.down()
    stage.page.mouse.move(x, y - 44)
    stage.page.mouse.up()
    assert list(changed(stage)) == [ORIGIN_STEP - 3]
    stage.page.mouse.click(x + 4 * column, box["y"] + 3)  # what comes is not read
    assert (stage.selection()["ahead"], list(changed(stage))) == (0, [ORIGIN_STEP - 3])


def test_keys_move_the_value_and_choose_another(stage):
    network, data = forecasting_of()
    player = stage.mount_forecasting(data, initial={"timeStep": ORIGIN_STEP, "back": 1})
    grip = player.get_by_role("slider", name=f"Height, day {ORIGIN_STEP - 1}")
    grip.focus()
    start = float(grip.get_attribute("aria-valuenow"))
    assert start == VALUES[ORIGIN_STEP - 1]
    grip.press("PageUp")
    higher = changed(stage)[ORIGIN_STEP - 1]
    assert higher > start
    assert_shown(player, network, with_changes(VALUES, changed(stage)), ORIGIN_STEP, 2)
    grip.press("ArrowDown")
    assert start < changed(stage)[ORIGIN_STEP - 1] < higher
    grip.press("ArrowLeft")
    grip = player.get_by_role("slider", name=f"Height, day {ORIGIN_STEP - 2}")
    expect(grip).to_be_focused()
    grip.press("ArrowDown")
    assert sorted(changed(stage)) == [ORIGIN_STEP - 2, ORIGIN_STEP - 1]
    grip.press("Delete")
    assert list(changed(stage)) == [ORIGIN_STEP - 1]
    grip.press("ArrowRight")
    assert stage.selection()["back"] == 1
    assert stage.selection()["timeStep"] == ORIGIN_STEP  # those keys were the value's
    player.locator(".outcome").click()
    stage.page.keyboard.press("ArrowRight")
    assert stage.selection()["timeStep"] == ORIGIN_STEP + 1


def test_a_finger_drags_by_the_grip_and_scrolls_elsewhere(open_page):
    page = open_page(has_touch=True, viewport={"width": 390, "height": 800})
    stage = Stage(page)
    _, data = forecasting_of()
    player = stage.mount_forecasting(data, initial={"timeStep": ORIGIN_STEP})
    map_ = player.locator(".fan .series-map")
    map_.scroll_into_view_if_needed()
    box = map_.bounding_box()
    page.touchscreen.tap(box["x"] + box["width"] * 3.5 / 9, box["y"] + box["height"] / 2)
    assert (stage.selection()["back"], changed(stage)) == (2, {})
    x, y = middle_of(player.locator(".grip"))
    session = page.context.new_cdp_session(page)
    for kind, by in (("touchStart", 0), ("touchMove", 20), ("touchMove", 50), ("touchEnd", None)):
        points = [] if by is None else [{"x": x, "y": y + by}]
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
    assert changed(stage)[ORIGIN_STEP - 2] < VALUES[ORIGIN_STEP - 2]
    touch = "element => getComputedStyle(element).touchAction"
    assert (map_.evaluate(touch), player.locator(".grip").evaluate(touch)) == ("pan-y", "none")


def test_from_every_step_with_a_window_before_it(stage):
    network, data = forecasting_of(values=VALUES[:24], window=5, horizon=2)
    player = stage.mount_forecasting(data, initial={"timeStep": 0})
    assert stage.selection()["timeStep"] == network.needed - 1
    for origin in range(network.needed - 1, 24):
        expect(player).to_have_attribute("data-time-step", str(origin))
        assert_shown(player, network, VALUES[:24], origin, 1)
        stage.page.keyboard.press("ArrowRight")
    stage.page.keyboard.press("Home")
    assert stage.selection()["timeStep"] == network.needed - 1


def test_what_came_says_who_was_nearest_and_what_the_part_is_for(stage):
    network, data = forecasting_of()
    player = stage.mount_forecasting(data, initial={"timeStep": ORIGIN_STEP})
    learned, chosen = data["parts"]["learned"], data["parts"]["chosen"]
    notes = {learned - 1: "has learned from this step", chosen - 1: "were chosen", chosen: "Nothing was learned"}
    titles = {"direct": "GRU", "recursive": "GRU, fed back", "persistence": "Persistence", "smoothing": "Smoothing"}
    for ahead in (0, 2):
        player.get_by_role("slider", name="Steps ahead").fill(str(ahead + 1))
        for target, note in notes.items():
            origin = target - 1 - ahead
            player.get_by_role("slider", name="Time step").fill(str(origin))
            expect(player.locator(".outcome h2")).to_have_text(
                f"day {target}, {ahead + 1} day{'s' if ahead else ''} ahead"
            )
            missed = {
                name: abs(forecast[ahead] - VALUES[target])
                for name, forecast in forecasts_of(network, VALUES, origin).items()
            }
            nearest = min(missed, key=missed.__getitem__)
            said = f"{VALUES[target]:.1f} m came. Nearest here: {titles[nearest]}, off by {missed[nearest]:.1f} m."
            expect(player.locator(".outcome .verdict-of")).to_contain_text(said)
            assert player.locator(".nearest").get_attribute("data-method") == nearest
            expect(player.locator(".outcome > .caption")).to_contain_text(note)
    stage.page.keyboard.press("End")
    expect(player.locator(".outcome h2")).to_have_text(f"3 days after day {LENGTH - 1}")
    expect(player.locator(".outcome .verdict-of")).to_contain_text("not known")
    expect(player.locator(".nearest")).to_have_count(0)


def test_the_interval_is_that_of_the_way_it_is_forecast(stage):
    network, data = forecasting_of()
    player = stage.mount_forecasting(data, initial={"timeStep": ORIGIN_STEP, "ahead": 1})
    forecasts = forecasts_of(network, VALUES, ORIGIN_STEP)
    for name, width in (("direct", 1.0), ("recursive", 1.5), ("persistence", 0.5)):
        low, high = forecasts[name][1] - 4 * width, forecasts[name][1] + 2 * width
        said = f"{low:.1f} to {high:.1f}".replace("-", "−")
        expect(player.locator(f"[data-method={name}] .interval")).to_have_text(said)


def test_the_line_of_the_forecast_is_drawn_where_its_numbers_are(stage):
    network, data = forecasting_of()
    player = stage.mount_forecasting(data, initial={"timeStep": ORIGIN_STEP})
    ticks = player.locator(".fan .ticks span").all_inner_texts()
    low, high = (float(text.replace("−", "-")) for text in (ticks[0], ticks[-1]))
    for way in WAYS:
        player.get_by_role("button", name={"direct": "Direct", "recursive": "Fed back"}[way]).click()
        path = player.locator(".fan .chosen-way").first.get_attribute("d")
        points = np.array([[float(number) for number in part.split(" ")] for part in path[1:].split("L")])
        forecast = [VALUES[ORIGIN_STEP], *forecasts_of(network, VALUES, ORIGIN_STEP)[way]]
        np.testing.assert_allclose(points[:, 0], network.needed - 0.5 + np.arange(4))
        margin = 0.02
        np.testing.assert_allclose(
            points[:, 1], 100 * (margin + (high - np.array(forecast)) / (high - low) * (1 - 2 * margin))
        )


@pytest.mark.parametrize("reads", READS)
def test_how_far_back_it_looks_is_measured_once_the_hand_rests(clock, stage, reads):
    network, data = forecasting_of(reads=reads)
    player = stage.mount_forecasting(data, initial={"timeStep": ORIGIN_STEP, "inside": True, "ahead": 1})
    look_back = player.locator(".look-back")
    expect(look_back).to_have_class("look-back stale")
    clock.run_for(1000)
    expect(look_back).to_have_class("look-back")
    window = VALUES[ORIGIN_STEP + 1 - network.needed : ORIGIN_STEP + 1]
    by_gradient, by_occlusion = (half_of(sizes[1]) for sizes in (slopes(network, window), occluded(network, window)))
    said = (
        f"Half of the gradient of the forecast 2 days ahead lies on {last(by_gradient)} of the {network.needed} days "
        f"that are read, and half of what occlusion changes on {last(by_occlusion)}."
    )
    expect(look_back.locator(".verdict-of")).to_have_text(said)
    player.locator(".grip").press("PageUp")
    expect(look_back).to_have_class("look-back stale")
    clock.run_for(1000)
    by = slopes(network, window)[1, -1] * (changed(stage)[ORIGIN_STEP] - VALUES[ORIGIN_STEP])
    expect(look_back.locator(":scope > .caption")).to_contain_text(
        f"{'lower' if by < 0 else 'higher'} by {abs(by):.1f} m"
    )


def half_of(sizes):
    """How many of the last it takes to have half of all."""
    shares = np.cumsum(np.abs(sizes[::-1])) / np.abs(sizes).sum()
    return int(np.searchsorted(shares, 0.5 - 1e-12)) + 1


def last(count):
    return "the last day" if count == 1 else f"the last {count} days"


@pytest.mark.parametrize("cell", [CELLS["elman"], GRU, LSTM], ids=lambda cell: cell.name)
def test_the_cell_is_that_of_the_run_which_makes_the_forecast(stage, cell):
    network, data = forecasting_of(cell)
    player = stage.mount_forecasting(data, initial={"timeStep": ORIGIN_STEP, "back": 1, "unit": 2})
    player.get_by_role("button", name="Look inside the cell").click()
    opened = player.locator(".opened")

    def assert_inside(values, place):
        trace = network.run(values[ORIGIN_STEP + 1 - network.needed : ORIGIN_STEP + 1])
        for letter in cell.program.targets:
            column = opened.locator(
                f".equation[data-line={letter}] .column-of[data-quantity={cell.quantity(letter).name}]"
            )
            assert_equal(column.first.evaluate("({ values }) => [...values]"), trace[letter][place])

    assert_inside(VALUES, -2)
    expect(opened.locator(".formula .where")).to_have_text(f"Unit 3, step 5, day “day {ORIGIN_STEP - 1}”")
    player.locator(".grip").press("PageUp")
    assert_inside(with_changes(VALUES, changed(stage)), -2)
    player.locator(".grip").press("ArrowRight")
    assert_inside(with_changes(VALUES, changed(stage)), -1)
    marker = opened.locator(".through-time .marker.step").first
    share = marker.evaluate(
        """(marker) => {
            const [own, whole] = [marker, marker.parentElement].map((element) => element.getBoundingClientRect());
            return (own.left - whole.left) / whole.width;
        }"""
    )
    assert share == pytest.approx(5 / 8, abs=0.01)  # the last of six that are read, and two forecasts are read after it
    player.get_by_role("button", name="Close the cell").click()
    expect(opened).to_be_hidden()


def test_what_is_opened_from_the_start_stays_open(stage):
    _, data = forecasting_of(opened=True)
    player = stage.mount_forecasting(data)
    expect(player.locator(".opened .equation").first).to_be_visible()
    expect(player.get_by_role("button", name="Close the cell")).to_have_count(0)
    assert stage.selection()["inside"] is False  # the address need not say so


def test_one_step_ahead_has_one_way(stage):
    network, data = forecasting_of(horizon=1)
    player = stage.mount_forecasting(data, initial={"timeStep": ORIGIN_STEP})
    expect(player.get_by_role("slider", name="Steps ahead")).to_have_count(0)
    assert set(shown(player)) == {"direct", "persistence", "far", "smoothing"}
    assert_same(shown(player)["direct"], forecasts_of(network, VALUES, ORIGIN_STEP)["direct"][0])


def test_a_link_brings_everything_back(page):
    Stage(page)
    network, data = forecasting_of()
    scene = {**data, "kind": "forecasting", "prediction": None}
    player = serve_component(page, scene)
    expect(player.locator(".grip")).to_be_visible()
    page.keyboard.press("ArrowRight")
    player.get_by_role("slider", name="Steps ahead").fill("2")
    player.get_by_role("button", name="Fed back").click()
    player.locator(".grip").press("ArrowLeft")
    player.locator(".grip").press("PageUp")
    page.wait_for_url("**/?*what_if=*")
    assert page.evaluate("told") == []  # nothing that the server need know
    before = shown(player)
    page.reload()
    player = serve_component(page, scene)
    expect(player.locator(".grip")).to_be_visible()
    assert shown(player) == before
    query = page.evaluate("Object.fromEntries(new URLSearchParams(location.search))")
    origin, step = int(query["step"]) - 1, int(query["what_if"].split(" ")[1]) - 1
    assert (query["ahead"], query["way"], query["back"], step) == ("2", "recursive", "1", origin - 1)
    assert_shown(player, network, with_changes(VALUES, {step: float(query["what_if"].split(" ")[2])}), origin, 1)


def test_another_series_in_its_place_begins_anew(page):
    Stage(page)
    _, data = forecasting_of()
    player = serve_component(page, {**data, "kind": "forecasting", "prediction": None})
    player.locator(".grip").press("PageUp")
    page.keyboard.press("End")
    page.wait_for_url("**/?*what_if=*")
    _, other = forecasting_of(values=VALUES[::-1].copy())
    other["series"]["name"] = "other"
    serve_component(page, {**other, "kind": "forecasting", "prediction": None})
    page.wait_for_url(lambda url: "what_if" not in url and "step" not in url)
    expect(player.locator(".changed-values")).to_be_hidden()


TEXTS = {
    "value 99999 3": "it needs a step from 1 to 60",
    "value 0 3": "it needs a step from 1 to 60",
    "value 2.5 3": "it needs a step from 1 to 60",
    "value 7 nan": "it needs a number",
    "value 7 1e999": "it needs a number",
    "value 7": "it needs a number",
    "value 7 -1e5x": "it needs a number",
    "hold gru z 1 0.5": "there is no change called hold",
}


def test_a_link_that_asks_for_what_cannot_be_is_answered_in_a_sentence(stage):
    network, data = forecasting_of()
    text = "*".join([*TEXTS, "value 40 6.5"])
    player = stage.mount_forecasting(data, initial={"timeStep": ORIGIN_STEP, "whatIf": text, "ahead": 99, "back": -7})
    refused = player.locator(".refused").all_inner_texts()
    assert [(part in said, why in said) for said, (part, why) in zip(refused, TEXTS.items())] == [(True, True)] * len(
        TEXTS
    )
    assert len(refused) == len(TEXTS)
    assert_shown(player, network, with_changes(VALUES, {39: 6.5}), ORIGIN_STEP, 2)
    assert stage.selection()["back"] == 0


def test_a_link_that_asks_for_a_step_or_a_line_that_is_not_there_is_answered_too(stage):
    network, data = forecasting_of()
    player = stage.mount_forecasting(data, initial={"timeStep": 1399, "line": "rubbish", "whatIf": "value 40 6.5"})
    said = player.locator(".refused").all_inner_texts()
    first, last = network.needed, LENGTH
    assert said == [
        f"The address asks for step 1400; the steps here are {first} to {last}, and the nearest is shown.",
        "The address asks for “rubbish”, which is not among what can be chosen here.",
    ]
    assert stage.selection()["timeStep"] == LENGTH - 1
    kept = stage.mount_forecasting(
        data, initial={"timeStep": 1399, "line": "rubbish", "series": data["series"]["name"]}
    )
    assert kept.locator(".refused").count() == 0


def read_changes(stage, text, length=400):
    return stage.page.evaluate(
        """async ([text, length]) => {
            const { readSeriesChanges } = await import("/engine/series_changes.js");
            const { changes, refusals } = readSeriesChanges(text, length);
            return [[...changes], refusals];
        }""",
        [text, length],
    )


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.integers(1, 400),
    st.floats(-1e300, 1e300).filter(lambda value: abs(value) > 1e-300 or not value),
)
@example(300, "-1e5")
@example(300, "1E+05")
@example(300, "2.5e3")
@example(1, 0.0036041296534765933)
def test_a_number_is_read_however_it_is_written(stage, step, value):
    for written in {str(value), f"{float(value):.6e}", f"{float(value):.3E}"}:
        [[place, read]], refusals = read_changes(stage, f"value {step} {written}")
        assert (place, float(read), refusals) == (step - 1, float(written), [])


def test_of_too_many_changes_it_is_said_how_many_are_made(stage):
    changes, refusals = read_changes(stage, "*".join(f"value {step} 5" for step in range(1, 61)))
    assert len(changes) == 50
    assert refusals == ["The link asks for 60 changes; the first 50 are made."]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.floats(-1e9, 1e9, allow_nan=False), max_size=8), st.sampled_from([0, 0.1]))
@example([], 0)
@example([5.0], 0.1)
@example([0.0, 0.0], 0)
@example([1e20], 0.1)
@example([-3.0, float("nan")], 0)
def test_an_axis_goes_between_round_numbers_and_holds_all(stage, values, room):
    axis = stage.page.evaluate(
        """async ([values, room]) => {
            const { roundAxis } = await import("/views/series/series_chart.js");
            return roundAxis(values.map((value) => value ?? NaN), room);
        }""",
        [[None if np.isnan(value) else value for value in values], room],
    )
    ticks, known = axis["ticks"], [value for value in values if not np.isnan(value)]
    assert (axis["low"], axis["high"]) == (ticks[0], ticks[-1])
    assert all(low < high for low, high in pairwise(ticks))
    assert 2 <= len(ticks) <= 8
    slack = 1e-9 * max(map(abs, ticks))
    if known and (np.ptp(known) == 0 or np.ptp(known) > 1e-6 * max(map(abs, known))):
        assert ticks[0] <= min(known) + slack
        assert max(known) - slack <= ticks[-1]
