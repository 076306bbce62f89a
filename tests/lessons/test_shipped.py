"""What the pages teach, tested on the networks that they show."""

import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from rnnviz.analysis.shipped_units import found_in
from rnnviz.cells import GRU, LSTM, MAIN, READOUT
from rnnviz.data.names import VOCABULARY
from rnnviz.data.number_reading import read
from rnnviz.data.number_words import say
from rnnviz.language.arithmetic import evaluate
from rnnviz.lessons.checks import REMEMBERED, Fate, LearnsFirst
from rnnviz.lessons.history import HISTORY
from rnnviz.lessons.lesson import decode, encode, link
from rnnviz.lessons.path import PATH, place_of
from rnnviz.lessons.shipped import LESSONS
from rnnviz.networks import checkpoints
from rnnviz.networks.translator import Translator
from rnnviz.notation import QUANTITIES
from rnnviz.settings import PAGES
from rnnviz.settings.address import read as read_address
from rnnviz.settings.compare import comparison
from rnnviz.settings.step_through import scenario
from rnnviz.trace import run
from rnnviz.ui.evidence import batching_evidence, cliff_evidence, evidence, found
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
    # Both truths about the forget bias: PyTorch's start is near 0, and the usual 1 keeps for a few steps only.
    assert np.abs(shown["lstm"].weights["b_f"]).max() < 0.25
    biased = replace(shown["lstm"], weights={**shown["lstm"].weights, "b_f": np.ones(24)})
    effect = np.abs(influence(LSTM, biased.weights, biased.inputs, 1)["h"]).max(axis=1)
    assert effect[6] >= REMEMBERED > effect[-1]
    assert 1 / (1 + np.exp(-1)) == pytest.approx(0.73, abs=0.005)


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


def values_of(lesson, **more):
    """What a lesson sets its page to."""
    page = PAGES[lesson.page]
    return page.of({**read_address(page, screen_of(lesson)).given, **more})


#: What the run says to every question that is asked, as the lessons mean it.
ANSWERS = {
    "Units are not time steps": 24,
    "One unit, unrolled": "yes",
    "Why a gate is not a switch": "yes",
    "What the cell state adds": "yes",
    "Which cell remembers best?": "elman",
    "Forgetting takes more than the forget gate": "yes",
    "A gate that copies": "no",
    "How far does one letter reach?": "yes",
    "How the weights start": "elman",
    "A radius of 1 is not safe": "vanishes",
    "At the edge of a cliff": "with",
    "What truncation never tells": "no",
    "What is a fair race?": "elman",
    "What padding wastes": pytest.approx(31, abs=1),
    "Where a translator looks": "word2",
    "Longer than anything it has seen": "no",
    "A unit that knows where it is": "unit",
    "A forecast that copies yesterday": "before",
}


@pytest.mark.parametrize("lesson", [one for one in LESSONS if one.prediction], ids=lambda lesson: lesson.title)
def test_what_a_lesson_asks_is_decided_by_what_it_shows(lesson):
    check, page = lesson.prediction.check, PAGES[lesson.page]
    values, what_if = values_of(lesson), lesson.settings.get("what_if", "")
    finding = found(check, page, values, what_if)
    assert not isinstance(finding, str), finding
    options = check.options(evidence(page, values, what_if))
    assert (options is None) == (not isinstance(finding.answer, str))
    assert options is None or finding.answer in options
    if lesson.title != "Is it an explanation?":  # that depends on the translator's weights, and is for them to say
        assert finding.answer == ANSWERS[lesson.title]


def test_one_unit_keeps_a_bit_more_than_half_at_each_step():
    shown = scene(values_of(lesson_called("One unit, unrolled")))
    assert sum(array.size for array in shown.weights.values()) == 3
    effect = influence(shown.cell, shown.weights, shown.inputs, 0)["h"][:, 0]
    kept = effect[1:] / effect[:-1]
    assert ((kept > 0.5) & (kept < 0.65)).all()


def test_who_keeps_more_is_not_who_guesses_better():
    reached = {cell.name: checkpoints.load(cell.name).card["reached"]["test"] for cell in MAIN}
    assert max(reached.values()) == reached["elman"]  # in bits: fewer are better


def test_a_radius_of_one_is_not_safe_and_what_explodes():
    lesson, page = lesson_called("A radius of 1 is not safe"), PAGES["gradients"]
    exploding = values_of(lesson, start="identity", activation="relu", radius=1.5)
    assert found(Fate(1), page, exploding).answer == "explodes"
    lstm = [found(Fate(1), page, values_of(lesson, cell=LSTM, forget_bias=bias)) for bias in (1.0, 5.0)]
    assert [one.answer for one in lstm] == ["vanishes", "arrives"]
    assert values_of(lesson).length == 50


def test_the_descent_is_thrown_out_of_the_picture_without_clipping_alone():
    values = values_of(lesson_called("At the edge of a cliff"))
    assert values.cliff_threshold == 0.2
    descents = cliff_evidence(values).descents
    assert descents["without"].left
    assert not descents["with"].left
    assert (descents["with"].norms[:-1] > values.cliff_threshold).any()


def test_beyond_the_cut_nothing_arrives_and_without_it_something_does():
    lesson, page = lesson_called("What truncation never tells"), PAGES["gradients"]
    cut, whole = (evidence(page, values_of(lesson, cut=steps)).runs["lstm"] for steps in (10, 0))
    assert (cut.gradient_norms[:30] == 0).all()
    assert whole.gradient_norms[0] > 0.01 * whole.gradient_norms[-1]
    np.testing.assert_array_equal(cut.trace()["h"], whole.trace()["h"])


def test_equal_units_are_not_equal_weights():
    equal = comparison().contest.parameters()
    elman, lstm, gru = (equal[cell] for cell in MAIN)
    assert 3.8 < lstm / elman < 4
    assert 2.8 < gru / elman < 3
    about = values_of(lesson_called("What is a fair race?")).contest.parameters()
    assert max(about.values()) < 1.02 * min(about.values())


def test_larger_batches_waste_more_and_bucketed_ones_hardly_any():
    works = [batching_evidence(size).padding for size in (8, 32, 128)]
    wasted = [work["padded"].wasted for work in works]
    assert wasted == sorted(wasted)
    assert max(work["bucketed"].wasted for work in works) < 0.02


def test_which_cell_learns_the_long_lag_first_depends_on_the_start():
    lesson, page = lesson_called("How the weights start"), PAGES["compare"]
    assert found(LearnsFirst(), page, values_of(lesson)).answer == "elman"
    assert found(LearnsFirst(), page, values_of(lesson, initialisation="chrono")).answer == "lstm"


def test_the_path_leads_through_lessons_that_ask_and_back():
    names = [name for stop in PATH for name in stop.lessons]
    assert len(names) == len(set(names))
    assert all(re.fullmatch("[a-z_]+", name) for name in names)
    lessons = [lesson for stop in PATH for lesson in stop.lessons.values()]
    assert all(lesson in LESSONS and lesson.prediction for lesson in lessons)
    for place, lesson in enumerate(lessons):
        on_path = place_of(decode(encode(lesson)))
        assert PATH[on_path.stop - 1].lessons[on_path.name] == lesson
        assert on_path.before == (lessons[place - 1] if place else None)
        assert on_path.after == (lessons[place + 1] if place + 1 < len(lessons) else None)
    assert place_of(replace(lessons[0], title="Another")) is None


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
    assert out.tokens[0] == "sieben"
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


def test_a_unit_that_follows_numbers_is_no_finding_since_digits_tell_them():
    number, string = (found_in("python")[concept] for concept in ("number", "string"))
    assert number.best.score > 0.9
    assert number.verdict == "character"
    assert string.character < 0.8
    assert string.untrained.score < 0.8
