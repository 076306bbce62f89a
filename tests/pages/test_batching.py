"""The batching lab: the section of `rnnviz.ui.compare.batching`, on a page of its own."""

import re
from dataclasses import replace

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from rnnviz.training.batching import Passes, PassesRecipe, Speed, SpeedsRecipe, Work, shuffled_names, work
from rnnviz.training.measuring import Spread, this_machine
from rnnviz.training.run import Point
from rnnviz.ui import asked
from rnnviz.ui.compare import batching
from tests.pages.desk import progress_of

SPEEDS = {
    "elman": (Speed(1, 90, 100, 110), Speed(2, 150, 200, 210), Speed(4, 390, 400, 410)),
    "lstm": (Speed(1, 90, 100, 110), Speed(2, 150, 200, 210), Speed(4, 205, 210, 215)),
    "gru": (Speed(1, 90, 100, 110), Speed(2, 98, 100, 110), Speed(4, 99, 101, 110)),
}
PASSES = Passes(
    {"padded": Spread(190, 200, 210), "bucketed": Spread(90, 100, 110), "packed": Spread(390, 400, 410)},
    {"padded": 0.0, "bucketed": 6e-8, "packed": 1.2e-7, "sorted": 1.2e-7},
)
WORKS = {"padded": Work(400, 100), "bucketed": Work(320, 20), "packed": Work(300, 0)}


def section(classroom=False):
    from rnnviz.settings import PAGES
    from rnnviz.ui.compare.batching import batching_section
    from rnnviz.ui.controls import refuse
    from rnnviz.ui.frame import follow_address
    from rnnviz.ui.lesson_card import Shown

    page = PAGES["compare"]
    for sentence in follow_address(page, None)[1].values():
        refuse(sentence)
    batching_section(Shown(page, classroom=classroom))


def visit(*, classroom=False, **query):
    page = AppTest.from_function(section, kwargs={"classroom": classroom}, default_timeout=60)
    for name, value in {"show": "batching", **query}.items():
        page.query_params[name] = value
    page.run()
    assert not page.exception
    return page


def text_of(page):
    return " ".join(element.value for element in page.markdown)


#: The speeds at 64 units, as the page asks for them.
AT_64 = SpeedsRecipe(hidden_size=64, sequence_length=20, repetitions=20)


def arrays_of(passes):
    """What a run would hold that found these passes."""
    times = [[one.low, one.low, one.median, one.high, one.high] for one in passes.times.values()]
    return {"times": np.array(times).T / 1000, "differences": np.array(list(passes.differences.values()))}


def test_what_is_wasted_is_told_before_anything_is_measured(desk):
    page = visit()
    counted = work([len(name) for name in shuffled_names()], 32)["padded"]
    said = text_of(page)
    assert f"{counted.padding:,} of {counted.steps:,} steps are padding" in said
    assert "The 5,163 first names, read letter by letter in an order of chance, have 3 to 12 steps." in said
    assert len(page.get("vega_lite_chart")) == 1
    assert [button.key for button in page.button] == ["batch_speeds", "batch_passes"]


def test_both_are_measured_when_asked_and_their_answers_stay(desk, monkeypatch):
    monkeypatch.setattr(batching, "_SPEED_REPETITIONS", 1)
    monkeypatch.setattr(batching, "_PASS_REPETITIONS", 1)
    page = visit(batch_units="2", batch_names="128", batch_cell="Elman RNN")
    page.button(key="batch_speeds").click().run()
    assert not page.exception
    page.button(key="batch_passes").click().run()
    assert not page.exception
    speeds_recipe, passes_recipe = desk.asked
    speeds, passes = (recipe.read(desk.arrays[recipe.run_id]) for recipe in desk.asked)
    assert (speeds_recipe.hidden_size, speeds_recipe.sequence_length, speeds_recipe.repetitions) == (2, 20, 1)
    assert (passes_recipe.cell, passes_recipe.hidden_size, passes_recipe.batch_size) == ("elman", 2, 128)
    for visitor in (page, visit(batch_units="2", batch_names="128", batch_cell="Elman RNN")):
        visitor.run()
        assert not visitor.button
        assert len(visitor.get("vega_lite_chart")) == 2
        said = text_of(visitor)
        assert batching.speed_sentence("GRU", speeds["gru"]) in said
        assert batching.equal_sentence(passes.differences) in said
        assert "**The outputs are equal" in said
    page.number_input(key="batch_units").set_value(3).run()
    assert len(page.button) == 2  # at another size nothing has been measured


def test_while_it_is_measured_the_page_says_how_far_it_is_and_can_stop_it(desk):
    desk.put(AT_64, "running", Point(3, 1.0))
    page = visit()
    assert progress_of(page) == ["Measuring takes some seconds. Now: 15 % done."]
    page.button(key="batch_speeds_stop").click().run()
    assert desk.cancelled == [AT_64]
    assert page.button(key="batch_speeds")


def test_a_measurement_that_fails_says_so_and_may_be_asked_again(desk):
    desk.put(AT_64, "failed", notes=("Failed: its worker was lost 3 times at step 0.",))
    page = visit()
    assert page.warning[0].value == "The measurement failed: its worker was lost 3 times at step 0"
    assert page.button(key="batch_speeds")


def test_what_another_machine_has_measured_is_told_as_that(desk):
    recipe = PassesRecipe(cell="lstm", hidden_size=64, batch_size=32, repetitions=7)
    for machine, told in ((this_machine(), False), ("worker-3", True)):
        desk.answered(recipe, {**arrays_of(PASSES), "machine": np.frombuffer(machine.encode(), np.uint8)})
        assert ("Measured on worker-3, where this server has its workers." in text_of(visit())) == told
    assert recipe.machine == this_machine()
    assert replace(recipe, machine="worker-3").key != recipe.key  # a store that moves has nothing of the new machine


def test_a_server_without_torch_says_so_and_still_counts(desk, monkeypatch):
    monkeypatch.setattr(asked, "find_spec", lambda name: None)
    page = visit()
    assert "PyTorch is not installed" in text_of(page)
    assert "of the work is wasted" in text_of(page)
    assert not page.button


def test_the_address_sets_the_controls_by_name_or_title(desk):
    desk.answered(PassesRecipe(cell="gru", hidden_size=5, batch_size=8, repetitions=7), arrays_of(PASSES))
    page = visit(batch_cell="gru", batch_names="8", batch_units="5")
    assert not page.warning
    assert page.number_input(key="batch_units").value == 5
    said = text_of(page)
    counted = work([len(name) for name in shuffled_names()], 8)
    rows = re.findall(r'<tr><th scope="row">(.*?)</th><td>(.*?)</td><td>(.*?)</td><td>(.*?)</td></tr>', said)
    assert rows == [
        ("Padded as they come", f"{counted['padded'].steps:,}", "0.2 (0.19 to 0.21)", "0"),
        ("Bucketed by length", f"{counted['bucketed'].steps:,}", "0.1 (0.09 to 0.11)", "6.0 · 10⁻⁸"),
        ("Packed", f"{counted['packed'].steps:,}", "0.4 (0.39 to 0.41)", "1.2 · 10⁻⁷"),
        ("Packed, each batch sorted", f"{counted['packed'].steps:,}", "not timed", "1.2 · 10⁻⁷"),
    ]
    assert "GRU, 5 units; median of 7 passes" in said


@pytest.mark.parametrize(
    ("name", "value", "accepted"),
    [
        ("batch_units", "0", "a whole number from 1 to 128"),
        ("batch_units", "many", "a whole number from 1 to 128"),
        ("batch_cell", "transformer", "one of Elman RNN, LSTM, GRU"),
        ("batch_names", "31", "one of 8, 32, 128"),
    ],
)
def test_rubbish_in_the_address_is_refused_in_a_sentence(desk, name, value, accepted):
    page = visit(**{name: value})
    asked = f"{name.replace('_', ' ')} “{value}”"
    assert [warning.value for warning in page.warning] == [f"The link asks for {asked}; it can be {accepted}."]
    assert "batches of 32" in text_of(page)


def test_a_classroom_has_larger_charts(desk):
    plain, large = (visit(classroom=classroom).get("vega_lite_chart")[0].proto.spec for classroom in (False, True))
    assert '"labelFontSize": 14' in plain
    assert '"labelFontSize": 20' in large


def test_what_batches_gain_is_told_from_the_numbers(desk):
    assert batching.speed_sentence("Elman RNN", SPEEDS["elman"]) == (
        "The **Elman RNN** gets from 100 sequences a second one at a time to 400 in batches of 4, **4 times as many**: "
        "such a step takes as long as a step with one sequence, not 4 times. Larger batches may pay still: 4 "
        "is the largest measured."
    )
    assert batching.speed_sentence("LSTM", SPEEDS["lstm"]).endswith(
        "to 200 in batches of 2, **2 times as many**: such a step takes as long as a step with one sequence, "
        "not 2 times. From there on batches stop paying: the best, of 4, gets 5 % more."
    )
    assert batching.speed_sentence("GRU", SPEEDS["gru"]) == (
        "The **GRU** does not gain from batches here: 100 sequences a second one at a time, 101 at the best size, 4."
    )


def test_batches_that_are_too_large_or_gain_no_more_or_nothing_for_certain_are_told_so():
    falling = [Speed(1, 9, 10, 11), Speed(2, 95, 100, 105), Speed(4, 70, 75, 80)]
    assert batching.speed_sentence("LSTM", falling).endswith(
        "From there on batches stop paying: none gets more. In batches of 4 it is 25 % less than that."
    )
    unsure = [Speed(1, 9, 10, 90), Speed(2, 80, 100, 105)]
    assert "does not gain" in batching.speed_sentence("LSTM", unsure)


def test_measurements_whose_quartiles_are_far_apart_are_called_unsteady():
    steady, wide = Speed(1, 95, 100, 105), Speed(1, 50, 80, 100)
    assert batching.unsteady_sentence([steady, steady, wide]) == ""
    assert "upper quartile is 2 times the lower or more" in batching.unsteady_sentence([steady, wide, wide])
    assert batching.unsteady_sentence([Spread(1, 2, 3)]).startswith("These measurements are unsteady")


def test_the_waste_is_told_in_whole_steps():
    assert batching.waste_sentence(WORKS, 8) == (
        "In batches of 8 as they come, **25 % of the work is wasted**: 100 of 400 steps are padding. Bucketed, 6 % is: "
        "20 of 320. Packed, none of 300."
    )


def test_the_times_are_told_whichever_way_they_come_out():
    said = batching.pass_sentence("lstm", PASSES.times, WORKS)
    assert said == (
        "One pass over the names takes 0.2 s padded as they come. Bucketed it takes 0.1 s: **0.5 times as long**; if "
        "only the number of steps counted, it would be 0.8 times. Packed it takes 0.4 s: **2 times as long**; if only "
        "the number of steps counted, it would be 0.75 times. Packing leaves all padding out and is slower here: it "
        "has work of its own, wherever a name ends. And PyTorch hands a whole padded batch of the LSTM to one routine "
        "of oneDNN where it can, but not a packed one of unequal lengths. Fastest here: bucketed by length."
    )
    assert "oneDNN" not in batching.pass_sentence("gru", PASSES.times, WORKS)
    quick = {**PASSES.times, "packed": Spread(40, 50, 60)}
    said = batching.pass_sentence("lstm", quick, WORKS)
    assert "slower" not in said
    assert said.endswith("Fastest here: packed.")


def test_times_whose_quartiles_overlap_say_nothing():
    same = dict.fromkeys(("padded", "bucketed", "packed"), Spread(90, 100, 110))
    said = batching.pass_sentence("lstm", same, WORKS)
    assert said.count("the quartiles overlap, so no difference can be told") == 2
    assert not re.search("Fastest|slower|times as long", said)


def test_equal_outputs_are_told_and_unequal_ones_too():
    said = batching.equal_sentence(PASSES.differences)
    assert "no hidden state of any name differs by more than 1.2 · 10⁻⁷" in said
    assert "Sorting by length is not needed" in said
    assert "https://github.com/pytorch/pytorch/issues/2615" in said
    assert "to the last digit" in batching.equal_sentence(dict.fromkeys(PASSES.differences, 0.0))
    unequal = batching.equal_sentence({**PASSES.differences, "sorted": 0.5})
    assert unequal.startswith("**The outputs are not equal**: packed, each batch sorted, a hidden state differs by 0.5")
    assert "not needed" not in unequal
