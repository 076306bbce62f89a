"""The view that finds units, as its reader would use it."""

import re
from html import unescape
from urllib.parse import parse_qs

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from rnnviz.analysis.concepts import CONCEPTS, concepts_of
from rnnviz.analysis.patterns import Index, memory
from rnnviz.analysis.shipped_units import FOLDER, INDEXED, extremes_in, found_in
from rnnviz.lessons.lesson import Lesson, encode
from rnnviz.networks.checkpoints import available_text, excerpt, load_text, read_arrays
from rnnviz.networks.language_model import read
from rnnviz.ui.text.labelled import SHOWN, shown_part
from rnnviz.ui.text.verdicts import score, unit_name, verdict
from tests.pages.visit import visit


def units(**query):
    page = visit("text", view="units", **query)
    assert not page.exception
    return page


def said(page):
    return " ".join(element.value for kind in ("markdown", "html") for element in page.get(kind))


@pytest.mark.parametrize("name", available_text())
def test_every_concept_opens_with_what_was_found_first(name):
    page = units(network=name)
    for concept in concepts_of(name):
        page.selectbox(key="concept").set_value(concept).run()
        assert not page.exception
        assert not page.warning
        text, found = said(page), found_in(name)[concept]
        assert verdict(CONCEPTS[concept], found, load_text(name).cell) in text
        assert page.get("button_group")[-1].value == unit_name(found.best.letter, found.best.unit)
        assert f"what drives {unit_name(found.best.letter, found.best.unit)}" in " ".join(
            element.value for element in page.subheader
        )
    assert "concept" in page.query_params


@pytest.mark.parametrize("name", available_text())
def test_what_ships_is_what_the_network_does(name):
    """All numbers of one concept, the index and the extremes, from a run of the network and by scikit-learn."""
    network, text = load_text(name), excerpt(name)
    trace, half = read(network, text).trace, len(text) // 2
    concept = "string" if name == "python" else "direction"
    labels, found = CONCEPTS[concept].label(text), found_in(name)[concept]
    for unit in found.units[:3]:
        values = (1 if unit.high else -1) * trace[unit.letter][1:, unit.unit]
        assert unit.chosen == pytest.approx(roc_auc_score(labels[:half], values[:half]))
        assert unit.score == pytest.approx(roc_auc_score(labels[half:], values[half:]))
    means = {sign: labels[:half][[one == sign for one in text[:half]]].mean() for sign in set(text[:half])}
    told = [means.get(sign, labels[:half].mean()) for sign in text[half:]]
    assert found.character == pytest.approx(roc_auc_score(labels[half:], told))

    letter = memory(network.cell)
    index = Index.read(read_arrays(FOLDER, f"{name}-patterns"))
    np.testing.assert_array_equal(index.on, (trace[letter][1 : INDEXED + 1] > index.threshold).T)
    np.testing.assert_array_equal(index.labels[concept], labels[:INDEXED] == 1)
    assert FOLDER.joinpath(f"{name}-patterns.safetensors").stat().st_size < 1_500_000
    for letter, one in extremes_in(name).items():
        np.testing.assert_array_equal(one.highest_values[:, 0], trace[letter][1:].max(axis=0))
        np.testing.assert_array_equal(one.lowest_values[:, 0], trace[letter][1:].min(axis=0))


@pytest.mark.parametrize("name", available_text())
def test_the_part_that_is_shown_is_of_the_half_that_scores_and_the_label_changes_most_there(name):
    text = excerpt(name)
    for concept in concepts_of(name).values():
        start, end = shown_part(name, concept.name)
        assert start >= len(text) // 2
        assert end - start == SHOWN
        labels = concept.label(text)

        def changes(start, labels=labels):
            return int((np.diff(labels[start : start + SHOWN]) != 0).sum())

        lines = [t + 1 for t in range(len(text) // 2, len(text) - SHOWN) if text[t] == "\n"]
        assert changes(start) >= max(map(changes, lines)) - 1


def test_another_unit_is_chosen_from_the_ranking_or_typed_and_its_address_is_kept():
    page = units()
    second = found_in("python")["string"].units[1]
    name = unit_name(second.letter, second.unit)
    page.get("button_group")[-1].set_value(name).run()
    assert f"what drives {name}" in page.subheader[0].value
    assert page.query_params["tracker"] == name
    page.text_input(key="tracker").set_value("f 7").run()
    assert "what drives f 7" in page.subheader[0].value
    assert "Unit 7 of the forget gate in a part of the held-out text" in said(page)
    assert page.get("button_group")[-1].value is None
    page.selectbox(key="concept").set_value("brackets").run()
    best = found_in("python")["brackets"].best
    assert f"what drives {unit_name(best.letter, best.unit)}" in page.subheader[0].value
    assert not page.exception


@pytest.mark.parametrize("typed", ["c 99999", "<script>alert(1)</script>", "🎈", "unit 3 of c", "x" * 20_000])
def test_a_unit_that_there_is_not_gets_a_sentence_and_the_best_stays(typed):
    page = units()
    page.text_input(key="tracker").set_value(typed).run()
    assert not page.exception
    best = found_in("python")["string"].best
    assert f"what drives {unit_name(best.letter, best.unit)}" in page.subheader[0].value
    assert "<script" not in said(page)
    if len(typed) < 10_000:
        assert "This network has no unit" in page.warning[0].value
        assert "Until then the page shows the best one." in page.warning[0].value


def test_the_link_to_reading_along_says_the_unit_and_the_text():
    page = units(tracker="f 7", concept="depth")
    [link] = re.findall(r'<a href="text\?([^"]*)" target="_self">Read along', said(page))
    start, end = shown_part("python", "depth")
    said_of = {"view": "read", "network": "python", "line": "f", "unit": "7", "reading": excerpt("python")[start:end]}
    assert parse_qs(unescape(link)) == {name: [value] for name, value in said_of.items()}


def test_what_drives_a_unit_says_the_values_of_the_passages_and_of_the_search():
    page = units(tracker="c 3", plausible="0.0")
    text, places = said(page), extremes_in("python")["c"]
    assert "**Highest: " in text
    assert "**Lowest: " in text
    assert "**Searched** is a result of a search, and stands nowhere" in text
    assert text.count('<table class="passages">') == 2
    assert text.count('scope="row">Held out</th>') == 2 * places.highest.shape[1]


def test_a_lesson_may_hide_what_is_looked_for_and_which_unit():
    lesson = Lesson("text", {"view": "units", "concept": "depth"}, "The title", "The question", "Look", ("network",))
    page = visit("text", lesson=encode(lesson))
    assert not page.exception
    assert not page.selectbox
    assert [group.key for group in page.get("button_group")] == ["network"]
    assert verdict(CONCEPTS["depth"], found_in("python")["depth"], load_text("python").cell) in said(page)


def test_the_string_and_the_bracket_unit_are_findings_that_the_character_does_not_tell():
    found = found_in("python")
    for concept in ("string", "brackets"):
        assert found[concept].verdict == "finding", score(found[concept].best.score)
        assert found[concept].character < 0.8
