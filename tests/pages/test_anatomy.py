"""What gates do and what they cost: the sections of `rnnviz.ui.gates.anatomy`, on a page of their own."""

import re

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis.strategies import integers as sizes
from streamlit.testing.v1 import AppTest

from rnnviz.analysis.anatomy import sized
from rnnviz.analysis.saturation import Saturation
from rnnviz.cells import CELLS, ELMAN, GRU, LSTM
from rnnviz.data.names import encode, load_names, split
from rnnviz.networks import checkpoints
from rnnviz.settings.own_cell import write_own_cell
from rnnviz.trace import run
from rnnviz.training.measuring import Spread
from rnnviz.training.timing import Layer, Timing, TimingRecipe
from rnnviz.ui import asked
from rnnviz.ui.gates import anatomy
from tests.own_cells import FIRST_GRU, OF_FUNCTIONS, PEEPHOLE
from tests.pages.desk import progress_of
from tests.pages.visit import visit

#: What is measured for 27 inputs and 24 units.
LAYERS = (
    Layer("lstm", 24), Layer("gru", 24), Layer("elman", 24), Layer("gru", 29), Layer("elman", 58),
    Layer("lstm", 24, onednn=False),
)  # fmt: skip


def saturation_page():
    from rnnviz.ui.gates.anatomy import trained_saturation

    trained_saturation()


def anatomy_page():
    from rnnviz.ui.gates.anatomy import anatomy

    anatomy(27, 24)


def text_of(page):
    return " ".join(element.value for element in page.markdown)


def rows_of(table):
    """The cells of each row of an HTML table, and of its head."""
    return [re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row) for row in re.findall(r"<tr>(.*?)</tr>", table)]


@pytest.mark.parametrize("name", ["lstm", "gru"])
def test_the_trained_networks_are_counted_over_every_step_of_every_test_name(name):
    checkpoint, counted = checkpoints.load(name), anatomy.checkpoint_saturation(name)
    names = split(load_names(), checkpoint.card["data"]["split_seed"]).test
    one_by_one = [run(checkpoint.cell, checkpoint.weights, np.eye(27)[list(encode(text)[:-1])]) for text in names]
    assert counted.names == len(names) == checkpoint.card["data"]["test"]
    assert counted.steps == sum(map(len, one_by_one))
    for gate, shares in counted.gates.items():
        values = np.concatenate([trace[gate] for trace in one_by_one])
        np.testing.assert_allclose(shares.left, (values < 0.1).mean(axis=0), rtol=0, atol=1e-12)
        np.testing.assert_allclose(shares.right, (values > 0.9).mean(axis=0), rtol=0, atol=1e-12)


def test_every_gate_has_a_picture_a_row_and_the_numbers_it_was_counted_from():
    page = AppTest.from_function(saturation_page, default_timeout=30).run()
    assert not page.exception
    said, counted = text_of(page), anatomy.checkpoint_saturation("lstm")
    assert f"all {counted.steps:,} steps of the {counted.names} names" in said
    assert len(page.get("vega_lite_chart")) == 5
    rows = {row[0]: row[1:] for row in rows_of(said)}
    assert list(rows)[1:] == [
        "LSTM: input gate", "LSTM: forget gate", "LSTM: output gate", "GRU: reset gate", "GRU: update gate"
    ]  # fmt: skip
    left = counted.gates["forget_gate"].left
    assert rows["LSTM: forget gate"][0] == f"{100 * left.mean():.0f} %, {100 * left.max():.0f} %"


def test_the_sentence_names_the_gates_that_are_saturated_most():
    gates = {
        "input_gate": Saturation(np.array([0.0, 0.2]), np.array([0.5, 0.5])),
        "forget_gate": Saturation(np.array([0.3, 0.0]), np.array([0.9, 0.0])),
    }
    assert anatomy.saturation_sentence(LSTM, gates) == (
        "In the LSTM the input gate is most often nearly open: at 50 % of the steps on average over the units, at 50 % "
        "in the unit with the largest share; the forget gate is most often nearly shut: at 15 % of the steps on "
        "average over the units, at 30 % in the unit with the largest share."
    )
    never = {"reset_gate": Saturation(np.zeros(2), np.zeros(2))}
    assert anatomy.saturation_sentence(GRU, never) == (
        "In the GRU no gate is ever nearly open; no gate is ever nearly shut."
    )
    assert anatomy.saturation_sentence(ELMAN, {}) == "The Elman RNN has no gate."


def test_the_sentence_about_time_is_that_of_the_numbers():
    def timing(forward, backward):
        return Timing(Spread(0, forward, 9), Spread(0, backward, 9))

    timings = {
        Layer("lstm", 24): timing(1.0, 2.0),
        Layer("lstm", 24, onednn=False): timing(4.0, 12.0),
        Layer("gru", 24): timing(2.0, 6.0),
    }
    lstm, gru = sized(LSTM, 27, 24), sized(GRU, 27, 24)
    said = anatomy.timing_sentence(timings, lstm, gru)
    assert "With 75 % of the LSTM's parameters the GRU takes 2.0 times as long forward and 3.0 times as long" in said
    assert "here they are not." in said
    assert said.endswith("the GRU takes 0.5 times as long forward and 0.5 times backward.")
    timings[Layer("gru", 24)] = timing(0.5, 1.0)
    assert "here they are." in anatomy.timing_sentence(timings, lstm, gru)


@pytest.mark.parametrize("cell", [*CELLS.values(), PEEPHOLE, FIRST_GRU, *OF_FUNCTIONS], ids=lambda cell: cell.name)
@given(input_size=sizes(1, 256), hidden_size=sizes(1, 256))
def test_the_formula_counts_the_weights_of_every_cell(cell, input_size, hidden_size):
    counted = sum(array.size for array in cell.init(input_size, hidden_size, seed=0).values())
    letters = anatomy.formula(cell).replace("·", "*").replace("²", "**2")
    assert eval(letters, {"H": hidden_size, "I": input_size}) == counted
    numbers, found = anatomy.worked(cell, input_size, hidden_size).split(" = ")
    assert eval(numbers.replace("·", "*")) == int(found.replace(",", "")) == counted


def test_what_cells_cost_is_shown_at_sizes_of_one_s_own_which_the_address_holds():
    page = visit("gates", cost_inputs="3", cost_units="5", cell=write_own_cell(PEEPHOLE))
    assert not page.exception
    assert not page.warning
    rows = rows_of(text_of(page))
    stored = sum(parameter.numel() for parameter in torch.nn.LSTM(3, 5).parameters())
    assert ["LSTM", "4·H·I + 4·H² + 4·H", "180", "100 %", str(stored), "5"] in rows
    assert ["Peephole LSTM", "4·H·I + 4·H² + 7·H", "195", "108 %", "has no such layer", "5"] in rows
    page.number_input(key="cost_units").set_value(7).run()
    assert ["LSTM", "4·H·I + 4·H² + 4·H", "308", "100 %", "336", "7"] in rows_of(text_of(page))


@pytest.mark.parametrize(
    ("query", "sizes"),
    [({}, (27, 24)), ({"network": "random", "hidden_size": "7"}, (27, 7)), ({"network": "numbers"}, (1, 12))],
)
def test_the_sizes_are_those_of_the_networks_above_until_others_are_chosen(query, sizes):
    page = visit("gates", **query)
    assert (page.number_input(key="cost_inputs").value, page.number_input(key="cost_units").value) == sizes


def asked_for(repetitions=60):
    return TimingRecipe(input_size=27, measured=LAYERS, sequence_length=50, batch=1, repetitions=repetitions)


def test_parameters_are_measured_only_when_asked_once_for_all_and_stay(desk, monkeypatch):
    monkeypatch.setattr(anatomy, "_REPETITIONS", 4)
    page = AppTest.from_function(anatomy_page, default_timeout=30).run()
    assert not page.exception
    assert "**75 % of the LSTM's parameters**" in text_of(page)
    assert ["GRU", "candidate n", "1,272"] in rows_of(text_of(page))
    assert ["GRU", "3·H·I + 3·H² + 4·H", "3,768", "75 %", "3,816", "29"] in rows_of(text_of(page))
    assert "for the LSTM 4·24·27 + 4·24·24 + 4·24 = 4,992" in text_of(page)
    assert "Milliseconds" not in text_of(page)

    page.button(key="measure").click().run()
    assert not page.exception
    assert desk.asked == [asked_for(4)]
    timings = asked_for(4).read(desk.arrays[asked_for(4).run_id])
    for visitor in (page, AppTest.from_function(anatomy_page, default_timeout=30)):
        visitor.run()
        assert not visitor.exception
        assert not visitor.button
        rows = rows_of(text_of(visitor))[-6:]
        assert [row[0] for row in rows][::5] == [
            "LSTM, 24 units, 4,992 parameters",
            "LSTM without oneDNN, 24 units, 4,992 parameters",
        ]
        for row, layer in zip(rows, LAYERS):
            spread = timings[layer].forward
            assert row[1] == f"{spread.median:.2f} ({spread.low:.2f} to {spread.high:.2f})"


def test_while_it_is_measured_the_page_says_so_and_looks_again(desk):
    desk.put(asked_for(), "waiting")
    page = AppTest.from_function(anatomy_page, default_timeout=30).run()
    assert not page.exception
    assert progress_of(page)[0].startswith("Measuring")
    assert [button.key for button in page.button] == ["measure_stop"]
    desk.put(asked_for(), "failed", notes=("Failed: it is the wrong machine.",))
    assert page.run().warning[0].value == "The measurement failed: it is the wrong machine"
    assert not progress_of(page)
    assert page.button(key="measure")


def test_a_server_without_torch_says_so(desk, monkeypatch):
    monkeypatch.setattr(asked, "find_spec", lambda name: None)
    page = AppTest.from_function(anatomy_page, default_timeout=30).run()
    assert "PyTorch is not installed" in text_of(page)
    assert not page.button
