"""What the pages teach, tested on the networks that they show."""

import re
from pathlib import Path

import numpy as np
import pytest

from rnnviz.cells import GRU, LSTM, MAIN, READOUT
from rnnviz.data.names import VOCABULARY
from rnnviz.data.number_reading import read
from rnnviz.data.number_words import say
from rnnviz.language.arithmetic import evaluate
from rnnviz.lessons.history import HISTORY
from rnnviz.lessons.lesson import decode, encode, link
from rnnviz.lessons.shipped import LESSONS
from rnnviz.networks import checkpoints
from rnnviz.networks.translator import Translator
from rnnviz.notation import QUANTITIES
from rnnviz.settings import PAGES
from rnnviz.settings.address import read as read_address
from rnnviz.settings.step_through import scenario
from rnnviz.trace import run
from rnnviz.ui.gates.anatomy import checkpoint_saturation
from rnnviz.ui.lesson_card import screen_of
from rnnviz.ui.scenes import scene
from rnnviz.what_if import Clamp, SetSymbol, influence

ROOT = Path(__file__).parents[2]
TRAINED = [scene(scenario(cell=cell, text="annabel")) for cell in MAIN]


def predictions(shown, inputs):
    trace = run(shown.cell, shown.weights, inputs)
    return evaluate(READOUT, shown.readout.weights, {"h": trace["hidden_state"]})["y"]


@pytest.mark.parametrize("shown", TRAINED, ids=lambda shown: shown.cell.name)
def test_the_state_is_all_the_network_knows_of_the_past(shown):
    whole = run(shown.cell, shown.weights, shown.inputs)
    state = {name: whole[name][3] for name in shown.cell.state}
    rest = run(shown.cell, shown.weights, shown.inputs[4:], initial_state=state)
    for symbol in shown.cell.program.targets:
        np.testing.assert_allclose(rest[symbol], whole[symbol][4:], rtol=0, atol=1e-12)


@pytest.mark.parametrize("shown", TRAINED, ids=lambda shown: shown.cell.name)
def test_the_network_guesses_a_letter_before_it_sees_it(shown):
    other = shown.inputs.copy()
    other[5:] = np.roll(other[5:], 1, axis=-1)  # other letters from the sixth step on
    before, after = predictions(shown, shown.inputs), predictions(shown, other)
    np.testing.assert_array_equal(before[:5], after[:5])
    assert np.abs(before[5:] - after[5:]).max() > 0.01


@pytest.mark.parametrize("shown", TRAINED, ids=lambda shown: shown.cell.name)
def test_the_guesses_are_far_better_than_chance_on_a_common_name(shown):
    came = predictions(shown, shown.inputs)[np.arange(8), list(shown.readout.targets)]
    assert -np.log2(came).mean() < np.log2(27) - 1


def test_a_network_without_a_state_would_see_the_same_inputs_backwards():
    inputs = TRAINED[0].inputs
    np.testing.assert_array_equal(np.sort(inputs, axis=0), np.sort(inputs[::-1], axis=0))


# The lessons that ship


def networks(lesson):
    """What a lesson's settings show, by cell."""
    found = read_address(PAGES[lesson.page], screen_of(lesson))
    assert not found.refusals
    return {cell.name: scene(scenario(**{**found.given, "cell": cell})) for cell in MAIN}


def lesson_called(title):
    return next(lesson for lesson in LESSONS if lesson.title == title)


def still_there(shown, step, changes=()):
    """How far the last hidden state is another one without the input of a step, counted from 1."""
    effect = influence(shown.cell, shown.weights, shown.inputs, step - 1, changes=changes)
    return np.abs(effect[shown.cell.state[0]][-1]).max()


def guess(shown, step, changes=()):
    trace = run(shown.cell, shown.weights, shown.inputs, changes=changes)
    return evaluate(READOUT, shown.readout.weights, {"h": trace["hidden_state"]})["y"][step - 1].argmax()


def test_units_are_not_time_steps():
    short, long = (scene(scenario(text=text)) for text in ("annabel", "annabellina"))
    first, second = (run(shown.cell, shown.weights, shown.inputs)["hidden_state"] for shown in (short, long))
    assert len(second) == len(first) + 4
    assert second.shape[1] == first.shape[1]


def test_a_gate_is_not_a_switch():
    shown = networks(lesson_called("Why a gate is not a switch"))["lstm"]
    assert guess(shown, 12, [Clamp("f", 0.5)]) != guess(shown, 12)
    gate = checkpoint_saturation("lstm").gates["forget_gate"]
    assert (gate.left + gate.right).mean() < 0.5  # most values are in between
    forget = run(shown.cell, shown.weights, shown.inputs)["forget_gate"]
    assert ((forget > 0) & (forget < 1)).all()
    assert [0.5**steps for steps in (1, 2, 3)] == [1 / 2, 1 / 4, 1 / 8]


def test_what_the_cell_state_adds():
    shown = networks(lesson_called("What the cell state adds"))
    assert len(shown["lstm"].inputs) == 31  # the mark at the start, and thirty letters
    assert still_there(shown["lstm"], 2, [Clamp("f", 1.0)]) > 0.1
    assert still_there(shown["lstm"], 2) < 1e-6
    assert still_there(shown["elman"], 2) < 1e-6
    gate = run(shown["lstm"].cell, shown["lstm"].weights, shown["lstm"].inputs)["forget_gate"]
    assert np.abs(gate - 0.5).mean() < 0.1


def test_forgetting_takes_more_than_the_forget_gate():
    shown = networks(lesson_called("Forgetting takes more than the forget gate"))["lstm"]
    assert still_there(shown, 2, [Clamp("f", 0.0)]) > 0.05
    shut = run(shown.cell, shown.weights, shown.inputs, changes=[Clamp("f", 0.0)])
    np.testing.assert_array_equal(shut["c"], shut["i"] * shut["g"])  # nothing is kept


def test_a_gate_that_copies():
    shown = networks(lesson_called("A gate that copies"))["gru"]
    copied = run(shown.cell, shown.weights, shown.inputs, changes=[Clamp("z", 1.0)])
    np.testing.assert_array_equal(copied["h"], 0.0)
    assert np.abs(copied["n"]).max() > 0.5  # the candidate is computed all the same
    assert still_there(shown, 2, [Clamp("z", 1.0)]) == 0


def test_how_far_one_letter_reaches():
    lesson = lesson_called("How far does one letter reach?")
    changes = [SetSymbol(1, VOCABULARY.index("i"))]
    ends = []
    for shown in networks(lesson).values():
        before, after = (run(shown.cell, shown.weights, shown.inputs, changes=them)["h"] for them in ([], changes))
        difference = np.linalg.norm(after - before, axis=1)
        assert difference[0] == 0
        assert difference.argmax() == 1
        ends.append(difference[-1] / difference.max())
    assert max(ends) > 1.5 * min(ends)  # not at the same pace
    assert guess(networks(lesson)["lstm"], 8, changes) != guess(networks(lesson)["lstm"], 8)


def test_every_lesson_that_ships_is_a_link():
    assert len(LESSONS) >= 9
    assert len({lesson.title for lesson in LESSONS}) == len(LESSONS)
    for lesson in LESSONS:
        assert decode(encode(lesson)) == lesson
        assert len(link(lesson, "https://a-long-name-of-a-school.example.org/rnnviz")) < 2000


# The gates page


def test_an_open_forget_gate_keeps_and_a_closed_one_forgets():
    weights = {name: np.zeros(shape) for name, shape in LSTM.weight_shapes(1, 1).items()}
    for bias, kept in ((50.0, 1.0), (-50.0, 0.0)):
        trace = run(LSTM, {**weights, "b_f": np.array([bias])}, np.zeros((9, 1)), {"c": np.array([0.7])})
        assert trace["cell_state"][-1] == pytest.approx(0.7 * kept, abs=1e-15)


def test_the_update_gate_is_the_share_of_the_old_state():
    weights = {name: np.zeros(shape) for name, shape in GRU.weight_shapes(1, 1).items()}
    for bias, share in ((50.0, 1.0), (-50.0, 0.0), (0.0, 0.5)):
        trace = run(GRU, {**weights, "b_z": np.array([bias])}, np.zeros((1, 1)), {"h": np.array([0.6])})
        assert trace["update_gate"][0] == pytest.approx(share, abs=1e-15)
        assert trace["hidden_state"][0] == pytest.approx(0.6 * share, abs=1e-15)


def test_a_gru_has_three_quarters_of_the_weights_of_an_lstm():
    def matrices(cell):
        return sum(np.prod(shape) for shape in cell.weight_shapes(27, 24).values() if len(shape) == 2)

    assert matrices(GRU) / matrices(LSTM) == 0.75
    assert "three quarters" in next(event.what for event in HISTORY if event.title == "GRU")


def test_the_history_is_in_order_and_names_its_sources():
    assert [event.year for event in HISTORY] == sorted(event.year for event in HISTORY)
    said = " ".join(f"{event.year} {event.title} {event.source}" for event in HISTORY)
    for fact in ("1986 Backpropagation Rumelhart", "1990 Simple recurrent network Elman", "1997 LSTM Hochreiter",
                 "2000 Forget gate Gers", "2014 GRU Cho", "2015 Attention Bahdanau"):  # fmt: skip
        assert fact in said
    assert all(event.link.startswith(("https://doi.org/", "https://arxiv.org/abs/")) for event in HISTORY if event.link)


def test_what_the_page_says_the_networks_reached_is_what_their_cards_say():
    for cell in MAIN:
        card = checkpoints.load(cell.name).card
        assert card["reached"]["test"] in [run["test"] for run in card["seeds"]]
        assert card["reached"]["test"] < card["uniform"] == pytest.approx(np.log2(27))


def test_readings_say_what_the_meanings_say():
    assert "keeps {percent}" in QUANTITIES["forget_gate"].reading
    assert "kept" in QUANTITIES["forget_gate"].meaning


def test_the_example_in_the_readme_runs():
    readme = (ROOT / "README.md").read_text()
    block = re.search(r"## A cell is its equations\n\n((?:    .*\n|\n)+)", readme).group(1)
    code = "\n".join(line[4:] for line in block.splitlines())
    names = {"inputs": np.random.default_rng(0).normal(size=(7, 3))}
    exec(compile(code, "README.md", "exec"), names)
    assert names["trace"]["forget_gate"].shape == (7, 5)
    assert names["ours"].program.weights["W_xz"] == ("H", "I")


def test_what_the_lesson_on_where_a_translator_looks_says():
    words = say(97_412, "en")
    out = Translator.load("en-de").translate(words)
    assert out.alignment[0].argmax() == 1
    assert out.alignment[2].argmax() == 0
    assert Translator.load("en-de", attention="none").translate(words).tokens == out.tokens == say(97_412, "de")


def test_what_the_lesson_on_longer_numbers_says():
    lesson = next(lesson for lesson in LESSONS if lesson.settings.get("known") == "short")
    words = read(lesson.settings["sentence"], "en")
    short = Translator.load("en-de", short=True)
    reached = short.card["reached"]
    assert reached["exact"] == reached["round"][0] == 1
    assert all(share == 1 for digits, (share, _) in reached["by_digits"].items() if int(digits) <= 5)
    right = say(123_456, "de")
    assert len(short.translate(words).tokens) < len(right)
    assert min(step.log_probability for step in short.force(words, right).steps) < -3
    assert Translator.load("en-de").translate(words).tokens == right
