"""Methods that watch a series: what the browser finds is what Python does, and what a person drags is followed."""

import json
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from playwright.sync_api import expect

from rnnviz.analysis.detection import OneStep
from rnnviz.cells import ELMAN, GRU
from rnnviz.data.series import Series
from rnnviz.networks.forecaster import READS, Forecaster
from rnnviz.player.detection_payload import Watcher, detecting
from rnnviz.tasks.detection import AFTER, cases, curve, found, learned_part, scores, simple_detectors, usual_steps
from tests.browser.stage import ALL_CELLS

LENGTH = 400
EVENTS = ((300, 304), (350, 351))


def drawn(seed, length=LENGTH):
    """A wave with noise and, where events are, jumps."""
    random = np.random.default_rng(seed)
    values = 3 * np.sin(np.arange(length) / 6) + random.normal(size=length) / 4 + 20
    for start, stop in EVENTS:
        values[start:stop] += 4
    return values


def series_of(values, events=EVENTS):
    times = tuple(f"day {t + 1}" for t in range(len(values)))
    clean = (0, 250) if events else None
    return Series(
        "drawn", "A drawn series", times, np.asarray(values), "Height", "m", "day", 0, "nobody", events, clean
    )


def network_of(cell, reads="value", window=6, seed=0):
    """A network with random weights that forecasts two steps."""
    random = np.random.default_rng(seed)
    readout = {"W_hy": random.normal(size=(2, 5)), "b_y": random.normal(size=2)}
    return Forecaster(cell, cell.init(1, 5, seed), readout, reads, window, 20.0, 2.5)


def watchers(series, network=None):
    found = {**simple_detectors(series), **({"network": OneStep(network)} if network else {})}
    return [Watcher(name, name.capitalize(), f"the {name}", one) for name, one in found.items()]


def data_of(series, network=None, threshold=4.0):
    return {
        **detecting(series, watchers(series, network), "A network", threshold, 20.0, 320, "A rule."),
        "classroom": False,
        "prediction": None,
    }


# All that the engine finds after some values are others: before each change all is computed, or next to nothing.
_FIND = """async ([data, changes, threshold]) => {
    const { decode } = await import("/engine/arrays.js");
    const { Scores, curve, found, usualSteps } = await import("/engine/detecting.js");
    const values = decode(data.series.values).slice();
    const usual = usualSteps(values.length, data.learned, data.events, data.after);
    return data.detectors.map((parts) => {
        const one = new Scores(parts, data.network, values);
        one.demand(0, values.length);
        for (const [step, value, settled] of changes) {
            one.work(settled ? Infinity : performance.now() + 0.2);
            one.prefer(step - 3, step + 3);
            values[step] = value;
            one.changed(step);
        }
        while (!one.work(performance.now() + 5));
        const points = data.events.length ? curve(one.scores, data.events, usual) : [];
        return {
            scores: Array.from(one.scores, (score) => Number.isNaN(score) ? null : score),
            found: found(one.scores, threshold, data.events, usual),
            curve: points.map(({ threshold, precision, recall }) => [threshold, precision, recall]),
        };
    });
}"""


def find(stage, data, changes=(), threshold=4.0):
    return stage.page.evaluate(_FIND, [data, list(changes), threshold])


def scored_by_python(series, network, changes):
    """The scores of what has changed since, in the units of what was learned from before."""
    values = series.values.copy()
    for step, value, _ in changes:
        values[step] = value
    learned = learned_part(series)
    for one in watchers(series, network):
        before = scores(one.detector, series.values, learned)
        usual = np.nanmedian(np.abs(one.detector.distances(series.values)) / before)
        yield np.abs(one.detector.distances(values)) / usual


@pytest.mark.parametrize("reads", READS)
@pytest.mark.parametrize("cell", ALL_CELLS, ids=lambda cell: cell.name)
def test_scores_are_those_of_python(stage, cell, reads):
    series, network = series_of(drawn(0)), network_of(cell, reads)
    for one, scored in zip(find(stage, data_of(series, network)), scored_by_python(series, network, ()), strict=True):
        np.testing.assert_allclose(np.array(one["scores"], float), scored, rtol=1e-9, atol=1e-9)


changed = st.lists(st.tuples(st.integers(0, LENGTH - 1), st.floats(-50, 50), st.booleans()), max_size=6)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(0, 1000), changed, st.floats(0.5, 20), st.sampled_from(list(READS)))
def test_whatever_is_changed_what_is_found_is_what_python_finds(stage, seed, changes, threshold, reads):
    """Whatever is changed, wherever and however often: what is kept of the scores before is what stays so."""
    series, network = series_of(drawn(seed)), network_of(ELMAN, reads)
    shown = find(stage, data_of(series, network), changes, threshold)
    for one, scored in zip(shown, scored_by_python(series, network, changes), strict=True):
        np.testing.assert_allclose(np.array(one["scores"], float), scored, rtol=1e-9, atol=1e-9)
        known = np.array(one["scores"], float)
        now = found(series, known, threshold)
        assert one["found"] == {
            "after": list(now.after), "events": now.events, "falseAlarms": now.false_alarms, "steps": now.steps
        }  # fmt: skip
        np.testing.assert_allclose(np.array(one["curve"]).T, [*curve(series, known)], rtol=1e-12)


def test_without_labels_alarms_are_counted_in_what_was_not_learned_from(stage):
    series = series_of(drawn(1), events=())
    (first, *_) = find(stage, data_of(series), threshold=1.0)
    now = found(series, np.array(first["scores"], float), 1.0)
    assert (first["found"]["falseAlarms"], first["found"]["steps"]) == (now.false_alarms, now.steps)
    assert now.steps == usual_steps(series).sum() == LENGTH - 256


@pytest.mark.parametrize(("start", "stop", "steps"), [(5, 5 + AFTER, 2), (8, 9, None), (7, 9, 0)])
def test_a_change_is_noticed_by_the_first_alarm_that_was_none_before(stage, start, stop, steps):
    before, after = np.zeros(100), np.zeros(100)
    before[6] = after[6] = 9  # an alarm all the same
    after[7] = 9
    got = stage.page.evaluate(
        """async ([before, after, stretch]) => {
            const { noticed } = await import("/engine/detecting.js");
            return noticed(after, before, 5, stretch);
        }""",
        [before.tolist(), after.tolist(), [start, stop]],
    )
    assert got == steps


def mounted(stage, data, **options):
    stage.page.evaluate(
        """async ([data, options]) => {
            const { mount } = await import("/kinds/detecting.js");
            window.changes = [];
            const onChange = (selection) => window.changes.push(selection);
            window.player = mount(document.getElementById("root"), data, { ...options, onChange });
        }""",
        [data, options],
    )
    return stage.page.get_by_test_id("player")


def row(player, method):
    """What the table says of a method."""
    return row_of(player, method).get_by_role("cell").all_inner_texts()


def row_of(player, method):
    return player.get_by_role("row").filter(has=player.page.get_by_role("button", name=method, exact=True))


def test_the_threshold_is_moved_by_keys_and_the_table_follows(stage):
    series = series_of(drawn(2))
    player = mounted(stage, data_of(series))
    threshold = player.get_by_role("slider", name="Threshold")
    threshold.press("ArrowUp")
    assert stage.selection()["threshold"] == 4.2
    threshold.press("Delete")
    assert stage.selection()["threshold"] is None
    scored = scores(simple_detectors(series)["difference"], series.values, learned_part(series))
    for keys in ("PageDown", "PageDown", "PageUp"):
        threshold.press(keys)
        now = found(series, scored, stage.selection()["threshold"] or 4.0)
        events, alarms, *_ = row(player, "Difference")
        assert events.startswith(f"{now.events} of 2")
        assert float(alarms) == round(now.per_thousand, 1)


def test_the_thresholds_that_find_all_and_nothing_else_are_told(stage):
    series = series_of(drawn(2))
    player = mounted(stage, data_of(series))
    for name, detector in simple_detectors(series).items():
        labels, given_scores = cases(series, scores(detector, series.values, learned_part(series)))
        least, top = given_scores[labels].min(), given_scores[~labels].max()
        told = row(player, name.capitalize())[4]
        assert told == (f"{top:.1f} to {least:.1f}" if least > top else "at no threshold")


def test_a_value_that_is_dragged_is_noticed_and_in_the_address_and_given_back(stage):
    series, network = series_of(drawn(3)), network_of(GRU)
    player = mounted(stage, data_of(series, network), initial={"timeStep": 270})
    value = player.get_by_role("slider", name="Value of day 271")
    box = value.bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    stage.page.mouse.move(x, y)
    stage.page.mouse.down()
    stage.page.mouse.move(x, y - 60, steps=4)
    stage.page.mouse.up()
    kind, step, dragged = stage.selection()["whatIf"].split(" ")
    assert (kind, step) == ("value", "271")
    assert float(dragged) > series.values[270] + 1
    expect(row_of(player, "Difference").get_by_role("cell").last).to_have_text("at once")
    player.get_by_role("button", name="Give back all values").click()
    assert not stage.selection()["whatIf"]
    assert row(player, "Difference")[-1] == "–"


def test_a_link_opens_with_its_threshold_its_method_and_its_values(stage):
    initial = {"timeStep": 270, "threshold": 7.5, "line": "rolling", "whatIf": "value 271 90*value 999 1*foo 3"}
    player = mounted(stage, data_of(series_of(drawn(3))), initial=initial)
    expect(player.get_by_role("button", name="Rolling")).to_have_attribute("aria-pressed", "true")
    expect(player.get_by_role("slider", name="Value of day 271")).to_have_attribute("aria-valuetext", "90.00 m")
    assert stage.selection()["threshold"] == 7.5
    assert stage.selection()["whatIf"] == "value 271 90"
    refused = player.locator(".refused")
    assert refused.count() == 2
    assert "it needs a step from 1 to 400" in refused.first.inner_text()


@pytest.mark.parametrize(
    ("initial", "said"),
    [
        ({"timeStep": 999}, "asks for step 1000; the steps here are 1 to 400, and the nearest is shown."),
        ({"timeStep": float("nan")}, "asks for a step that is no number; the steps here are 1 to 400."),
        ({"line": "rubbish"}, "asks for “rubbish”, which is not among what can be chosen here."),
    ],
)
def test_a_link_to_what_is_not_there_is_answered_in_a_sentence(stage, initial, said):
    player = mounted(stage, data_of(series_of(drawn(3))), initial=initial)
    assert [text.endswith(said) for text in player.locator(".refused").all_inner_texts()] == [True]


@pytest.mark.parametrize("threshold", [-3, 0, 1e9, "inf"])
def test_a_threshold_that_cannot_be_is_brought_within_what_can(stage, threshold):
    mounted(stage, data_of(series_of(drawn(3))), initial={"threshold": float(threshold)})
    assert stage.selection()["threshold"] in (None, 0.5, 20)


def test_the_next_alarm_is_gone_to_and_told(stage):
    series = series_of(drawn(4))
    player = mounted(stage, data_of(series), initial={"line": "difference", "timeStep": 260})
    player.get_by_role("button", name="Next alarm").click()
    scored = scores(simple_detectors(series)["difference"], series.values, learned_part(series))
    first = next(t for t in range(261, LENGTH) if scored[t] >= 4)
    assert stage.selection()["timeStep"] == first
    assert player.locator(".told-of").inner_text().startswith(f"day {first + 1}: {series.values[first]:.2f} m.")
    assert player.locator(".told-of").inner_text().endswith("an alarm.")


def test_a_step_with_too_little_before_it_says_so(stage):
    player = mounted(stage, data_of(series_of(drawn(4))), initial={"line": "rolling", "timeStep": 23})
    assert "The rolling has too little before it" in player.locator(".told-of").inner_text()
    player.press("ArrowRight")
    assert "The rolling expected" in player.locator(".told-of").inner_text()


def test_arrows_choose_a_method_and_a_step(stage):
    player = mounted(stage, data_of(series_of(drawn(4))), initial={"line": "rolling"})
    player.press("ArrowDown")
    assert stage.selection()["line"] == "autoregression"
    player.press("ArrowRight")
    assert stage.selection()["timeStep"] == 321


def test_the_data_can_be_sent(stage):
    """Nothing in it is nan or infinite, which JSON has no word for."""
    still = replace(series_of(np.full(LENGTH, 7.0)), clean=(0, 250))
    text = json.dumps(data_of(still, network_of(GRU)), allow_nan=False)
    assert row(mounted(stage, json.loads(text)), "Difference")[0] == "0 of 2"
