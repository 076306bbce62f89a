"""The attention page as its reader would use it, and every sentence that it says by what was measured."""

import json
import re
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from rnnviz.analysis.beam import beam
from rnnviz.analysis.opinions import word_measures
from rnnviz.cells import CELLS, LSTM
from rnnviz.data.number_reading import number_of
from rnnviz.data.number_words import say, vocabulary, write
from rnnviz.figures.attention import beam_tree, word_map
from rnnviz.networks.attention import ATTENTIONS
from rnnviz.networks.classifier import Sentiment
from rnnviz.networks.torch_modules import EncoderDecoder
from rnnviz.networks.translator import Translator, experiments
from rnnviz.notation import PALETTES, percent
from rnnviz.settings.attention import PAGE
from rnnviz.training.recipe import TranslationRecipe
from rnnviz.training.run import Ended, Point, RunOf
from rnnviz.ui.attention import benefit, deciding, explaining
from rnnviz.ui.attention.numbers import number, shares
from rnnviz.ui.attention.translating import about_translator
from tests.pages.visit import visit


def attention(**query):
    page = visit("attention", **query)
    assert not page.exception
    return page


def said(page):
    return " ".join(element.value for kind in ("markdown", "html") for element in page.get(kind))


@pytest.mark.parametrize("view", PAGE.settings["view"].titles)
@pytest.mark.parametrize("attention_kind", ["none", "dot"])
@pytest.mark.parametrize("old", [False, True], ids=["names", "titles"])
def test_every_view_opens_without_complaint(view, attention_kind, old):
    title, kind = PAGE.settings["view"].titles[view], ATTENTIONS[attention_kind].title
    page = attention(view=title if old else view, attention=kind if old else attention_kind)
    assert not page.warning
    assert page.button_group(key="view").value == view


def test_a_word_that_is_not_known_is_named_and_the_last_sentence_stays():
    page = attention(view="Decode", sentence="12")
    page.text_input(key="sentence").set_value("twelve bananas").run()
    assert len(page.warning) == 1
    assert "“bananas” is no English number word" in page.warning[0].value
    assert "the page shows what could be read last" in page.warning[0].value
    assert "**zwölf**" in said(page)
    assert page.text_input(key="sentence").value == "twelve bananas"


@pytest.mark.parametrize("typed", ["", "🎈", "<b>one</b>", "one " * 500, "1" * 100, "zwölf", "1e5"])
def test_whatever_is_typed_gets_a_sentence(typed):
    page = attention()
    page.text_input(key="sentence").set_value(typed).run()
    assert not page.exception
    assert len(page.warning) == 1


def test_another_language_says_the_same_number():
    page = attention(sentence="ninety-seven", view="Decode")
    page.button_group(key="source").set_value("fr").run()
    assert page.text_input(key="sentence").value == "quatre-vingt-dix-sept"
    page.button_group(key="source").set_value("de").run()
    assert page.text_input(key="sentence").value == "siebenundneunzig"
    assert page.button_group(key="target").value != "de"
    assert not page.exception


def test_another_spelling_is_said_to_be_read_and_the_language_changes_all_the_same():
    page = attention(view="Decode", source="French", target="German", sentence="septante et un")
    assert "“septante et un” was read as “soixante et onze”." in said(page)
    assert "“einundsiebzig” is the right translation." in said(page)
    page.button_group(key="source").set_value("en").run()
    assert page.text_input(key="sentence").value == "seventy-one"
    assert "was read as" not in said(page)


def test_a_numeral_that_can_be_read_in_two_ways_is_asked_about():
    page = attention(view="Decode", sentence="12")
    page.text_input(key="sentence").set_value("3.141").run()
    assert "“3.141” can be read as 3141 or as 3 and a fraction" in page.warning[0].value
    assert "**zwölf**" in said(page)
    page.text_input(key="sentence").set_value("3,141").run()
    assert not page.warning
    assert "in English a comma parts thousands" in said(page)


@pytest.mark.parametrize("view", ["Decode", "Is it an explanation?"])
def test_every_view_says_whether_a_translation_is_right(view):
    for typed in ("six", "1"):
        page = attention(view=view, sentence=typed)
        assert f"“{write(say(number_of(typed, 'en'), 'de'), 'de')}” is the right translation." in said(page)
    wrong = Translator.load("en-de", short=True).translate(say(123_456, "en"))
    page = attention(view=view, sentence="123456", known="Below 100,000")
    right = "einhundertdreiundzwanzigtausendvierhundertsechsundfünfzig"
    assert f"“{wrong.text}” is not right. The right translation is “{right}”." in said(page)
    page = attention(view=view, sentence="six six hundred")
    assert "The words read say no number: there is no right translation." in said(page)


def test_the_caption_says_what_was_reached_by_length():
    text, reached = said(attention(view="Decode")), Translator.load("en-de").card["reached"]
    groups = {**reached["by_digits"], "round": reached["round"]}
    assert {share for share, _ in groups.values()} == {1.0}
    held_out = sum(count for _, count in groups.values())
    lengths = ", ".join(f"with {digits} digit{'s' * (digits != '1')}" for digits in reached["by_digits"])
    assert f"and all {held_out} further ones held out: {lengths}, round ones" in text
    below = f"{round(1000 * reached['below_1000']):,}"
    assert f"of the 1,000 from 0 to 999, most of which it has learned from, {below}." in text


def test_where_some_are_wrong_the_caption_says_how_many_of_each_length():
    translator = Translator.load("en-de")
    groups = {"by_digits": {"1": [1.0, 2], "3": [0.9, 100]}, "round": [0.5, 10]}
    reached = {**translator.card["reached"], **groups}
    about = about_translator(replace(translator, card={**translator.card, "reached": reached}))
    assert "of further ones held out 2 of 2 with 1 digit, 90 of 100 with 3 digits, 5 of 10 round ones" in about


def test_of_a_network_trained_before_all_was_measured_the_caption_says_what_was():
    translator = Translator.load("en-de")
    reached = {"exact": 0.5, "by_digits": {"2": [0.2, 15]}}
    about = about_translator(replace(translator, card={**translator.card, "reached": reached}))
    assert about.endswith("it translates 500 without a mistake, and of further ones held out 3 of 15 with 2 digits")


def test_decoding_says_whether_the_beam_found_more_and_what_is_right():
    page = attention(view="Decode", sentence="123456", known="Below 100,000")
    text = said(page)
    right = "".join(say(123_456, "de"))
    assert f"right is “{right}”" in text
    translator = Translator.load("en-de", short=True)
    greedy = translator.translate(say(123_456, "en"))
    assert f"**{greedy.text}**" in text
    best = beam(translator, say(123_456, "en"), 3)[-1][0]
    assert ("found a likelier" in text) == (best.score > greedy.log_probability + 1e-9)


def test_what_is_said_of_learning_is_what_was_measured():
    known = experiments()
    sentence = benefit.learning_sentence(known)
    for name in ("none", "dot"):
        reached = [
            min((one["step"] for one in row["curve"] if one["exact"] >= 0.5), default=None)
            for row in known["curves"]
            if row["attention"] == name
        ]
        assert None not in reached
        assert f"{name}: {benefit.span(reached)} steps" in sentence
    with_it, without = (
        [row["curve"][-1]["exact"] for row in known["curves"] if row["attention"] == kind] for kind in ("dot", "none")
    )
    assert min(with_it) > max(without)  # at equal steps attention is ahead with every seed


def test_nothing_is_said_of_the_learning_of_a_kind_that_was_not_measured():
    known = experiments()
    curves = [row for row in known["curves"] if row["attention"] != "general"]
    sentence = benefit.learning_sentence({**known, "curves": curves})
    assert "additive: " in sentence
    assert "general" not in sentence


def test_what_is_said_of_sizes_is_what_was_measured():
    sentence = benefit.size_sentence(experiments())
    rows = {(row["attention"], row["hidden_size"], row["seed"]): row["exact"] for row in experiments()["by_digits"]}
    for size in {size for _, size, _ in rows}:
        with_it, without = (
            [rows[kind, size, seed] for seed in {seed for *_, seed in rows}] for kind in ("dot", "none")
        )
        ahead = min(with_it) > max(without)
        assert bool(re.search(rf"\b{size} units:", sentence)) == ahead
        if ahead:  # 99.9 % is not all
            ends = dict.fromkeys([percent(min(with_it)), percent(max(with_it))])
            assert f"{size} units: {' to '.join(ends)} against" in sentence


def test_a_longer_number_is_said_to_fail_as_often_as_it_does():
    count, asked = Translator.load("en-de", short=True).card["reached"]["by_digits"]["6"]
    assert f"**{round(count * asked)} of {asked} of six digits**" in benefit.longer_sentence()


def test_a_word_map_draws_what_it_is_given():
    values = np.array([[0.5, -1.0], [0.0, 2.0]])
    words = ["one", "two"], ["eins", "zwei"]
    for colours, domain in ((["#c00", "#fff", "#00c"], [-1, 0, 1]), (["#fff", "#00c"], [0, 1])):
        chart = word_map("A measure", values, *words, colours, PALETTES["light"]).to_dict()
        (rows,) = chart["datasets"].values()
        assert [row["value"] for row in rows] == [0.5, -1.0, 0.0, 2.0]
        assert [row["share"] for row in rows] == [0.5, -1.0, 0.0, 1.0]
        assert chart["encoding"]["color"]["scale"] == {"domain": domain, "range": colours, "interpolate": "rgb"}


def test_the_tree_of_a_beam_has_every_branch_once():
    translator = Translator.load("en-de", attention="none")
    tree = beam(translator, say(97, "en"), 3, shown=2)
    symbols = [str(code) for code in range(len(translator.weights["words"]["b_y"]))]
    chart = beam_tree(tree, symbols, percent, PALETTES["dark"]).to_dict()
    nodes = next(rows for rows in chart["datasets"].values() if "word" in rows[0])
    likely = {percent(np.exp(branch.score)) for level in tree[1:] for branch in level}
    assert {node["share"] for node in nodes} == {"", *likely}
    branches = {branch for level in tree for branch in level}
    assert len(nodes) == len(branches)
    assert sum(node["what"] == "best" for node in nodes) == len(tree[-1][0].codes) + 1
    assert "NaN" not in json.dumps(chart)


class Desk:
    """Stands in for `rnnviz.jobs.queue.Jobs`: one run of a translator, and what is asked of it."""

    def __init__(self):
        self.run, self.cancelled, self.arrays = None, [], {}

    def find(self, recipe, session=None):
        return self.run

    def ask(self, recipe, session):
        self.run = RunOf(recipe.run_id, recipe, "waiting")

    def cancel(self, recipe):
        self.cancelled.append(recipe)

    def weights(self, run, step):
        return self.arrays


@pytest.fixture
def desk(monkeypatch):
    desk = Desk()
    monkeypatch.setattr("rnnviz.ui.attention.translating.jobs", lambda: desk)
    return desk


def test_a_network_that_does_not_ship_can_be_trained_and_is_then_shown(desk):
    page = attention(view="Decode", attention="General", core="LSTM", sentence="97")
    assert "No network like this ships" in said(page)
    assert "with general attention, reading" in said(page)  # the nearest: a GRU
    page.button(key="train_translator").click().run()
    recipe = desk.run.recipe
    assert (recipe.attention, recipe.cell, recipe.directions) == ("general", LSTM, 2)
    assert not page.exception
    desk.run = replace(desk.run, status="running", points=[Point(750, 5.0, 0.1, 0.9, 1.0, 0.0)])
    page.run()
    assert page.button(key="stop_translator")
    model = EncoderDecoder(CELLS["lstm"], len(vocabulary("en")), len(vocabulary("de")), attention="general")
    desk.arrays = model.arrays()
    ended = Ended("done", 1500, 10.0, sum(array.size for array in desk.arrays.values()), 0.873, {2: 0.5})
    desk.run = replace(desk.run, status="done", ended=ended, moments={1500: 0.873})
    page.run()
    assert not page.exception
    assert "An LSTM from English to German with general attention" in said(page)
    assert "of 1,000 others it translates 873 without a mistake" in said(page)
    assert not [button for button in page.button if button.key == "train_translator"]


def test_weights_that_are_gone_are_said_to_be(desk, monkeypatch):
    def gone(run, step):
        raise OSError("they are not kept any more")

    desk.weights = gone
    recipe = TranslationRecipe(attention="general", cell="lstm")
    desk.run = RunOf(recipe.run_id, recipe, "done", ended=Ended("done", 1, 1.0, 1, 0.5), moments={1: 0.5})
    page = attention(view="Decode", attention="General", core="LSTM")
    assert "The weights of this network cannot be shown: they are not kept any more." in page.warning[0].value


def test_one_language_cannot_be_translated_into_itself():
    page = attention(view="Decode", source="German", target="German", sentence="97")
    assert "from German to English" in said(page)


def test_a_decision_says_what_the_network_says_and_how_good_it_is():
    page = attention(view="A decision", opinion="What a wonderful film!")
    opinion = Sentiment.load()("What a wonderful film!")
    assert opinion.positive > 0.5
    text = said(page)
    assert "**positive**, with a probability of" in text
    card = opinion.network.card
    assert f"judges {100 * card['reached']['held_out']:.0f} % as their readers did" in text
    assert f"reaches {100 * card['baselines']['tfidf_logistic_regression']['held_out']:.0f} %" in text
    for word, weight in zip(opinion.tokens, opinion.alignment):
        assert f'title="{percent(weight)}">{word}' in text
    assert all(meaning in text for meaning in ("where it looks most", "speaks most for", "speaks most against"))


@pytest.mark.parametrize(
    "sentence", ["What a wonderful film!", "The food was not good, but the staff were wonderful.", "bad bad", "Good."]
)
def test_the_first_that_is_said_of_a_decision_is_whether_its_most_looked_at_word_decides(sentence):
    network = Sentiment.load()
    opinion = network(sentence)
    said_first = deciding.looked_at_sentence(opinion, word_measures(opinion))
    words = list(opinion.tokens)
    if len(words) < 2:
        assert said_first == ""
        return
    odds = np.log(opinion.positive / (1 - opinion.positive))
    rests = [network.positive(words[:place] + words[place + 1 :]) for place in range(len(words))]
    needed = int(np.argmax([abs(odds - np.log(rest / (1 - rest))) for rest in rests]))
    looked = int(opinion.alignment.argmax())
    assert "changes the answer most.**" in said_first
    assert f"“{words[looked]}”" in said_first
    assert ("but leaving out" in said_first) == (looked != needed)
    assert f"“{words[needed]}”" in said_first


@given(
    measures=st.integers(1, 7).flatmap(
        lambda steps: st.integers(2, 6).flatmap(
            lambda read: st.tuples(*[arrays(float, (steps, read), elements=st.floats(-5, 5), unique=True)] * 2)
        )
    )
)
def test_the_verdict_counts_the_steps_whose_most_looked_at_word_changes_the_answer_most(measures):
    alignment, changes = np.abs(measures[0]), measures[1]
    count = sum(
        max(range(len(row)), key=lambda j: row[j]) == max(range(len(row)), key=lambda j: abs(change[j]))
        for row, change in zip(alignment.tolist(), changes.tolist())
    )
    said_first = explaining.looked_at_sentence(alignment, changes)
    assert f"changes the answer most in {count} of {len(alignment)} steps.**" in said_first
    assert f"one of the {alignment.shape[1]} words blindly" in said_first


@pytest.mark.parametrize("attention_kind", ["dot", "additive"])
def test_the_verdict_stands_before_the_maps_and_is_that_of_the_network(attention_kind):
    page = attention(view="explains", sentence="97412", attention=attention_kind)
    translator = Translator.load("en-de", attention=attention_kind)
    out = translator.translate(say(97_412, "en"))
    right = 0
    for t in range(len(out.tokens)):
        before = [step.log_probability for step in out.steps][t]
        falls = [
            abs(before - translator.force(words, out.tokens).steps[t].log_probability)
            for place in range(len(out.source_tokens))
            for words in [out.source_tokens[:place] + out.source_tokens[place + 1 :]]
        ]
        right += int(np.argmax(falls)) == int(out.alignment[t].argmax())
    text = said(page)
    sentence = f"changes the answer most in {right} of {len(out.tokens)} steps.**"
    assert sentence in text
    assert text.index(sentence) < text.index("Kendall")
    assert "the most of its row" in text


@pytest.mark.parametrize("view", ["helps", "decode", "explains", "decision"])
def test_no_number_is_rounded_to_nothing(view):
    text = said(attention(view=view, sentence="12"))
    assert re.findall(r"(?<![\d.])−?0\.0+(?!\d)", text) == []


@pytest.mark.parametrize(
    ("value", "written"),
    [(float("nan"), "–"), (-0.0, "0"), (-0.00012, "−1.2 · 10⁻⁴"), (0.0004, "4.0 · 10⁻⁴"), (-0.3333, "−0.333")],
)
def test_a_small_measure_is_never_nothing(value, written):
    assert number(value) == written


def test_shares_of_several_seeds_are_their_span():
    assert shares([0.5, 0.25, 0.75]) == "25 % to 75 %"
    assert shares([0.0004, 0.5]) == "0.04 % to 50 %"
    assert shares([0.5, 0.5]) == "50 %"


@pytest.mark.parametrize("typed", ["", "qwertz asdfg", "word " * 500, "🎈", "日本"])
def test_a_sentence_that_cannot_be_read_leaves_the_last_opinion(typed):
    page = attention(view="A decision", opinion="What a wonderful film!")
    page.text_input(key="opinion").set_value(typed).run()
    assert not page.exception
    assert len(page.warning) == 1
    assert "the page shows what could be read last" in page.warning[0].value
    assert "“what a wonderful film !”" in said(page)


def test_what_is_typed_is_never_markup():
    page = attention(view="A decision", opinion="A good <b>film</b> & more")
    assert "<b>film" not in said(page)
    assert not page.exception
