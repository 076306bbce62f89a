"""What a page that reads along opens with, and what it says of reading."""

from dataclasses import replace
from itertools import groupby

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnnviz.analysis import shipped_units
from rnnviz.analysis.concepts import CONCEPTS
from rnnviz.analysis.shipped_units import measure, write
from rnnviz.cells import LSTM
from rnnviz.data.text import ALPHABET
from rnnviz.networks.language_model import read
from rnnviz.trace import run
from rnnviz.ui.text import read as view
from tests.text_networks import lines_of_python, text_network

NAME = "python"


@pytest.fixture(scope="module")
def network():
    return replace(text_network(LSTM, ALPHABET, seed=0), card={"data": {"corpus": "made-up Python"}})


def as_finding(found):
    """The same with a best unit that is well above its controls."""
    first, *others = found.units
    untrained = replace(found.untrained, score=0.5)
    return replace(found, units=(replace(first, score=1.0), *others), character=0.5, untrained=untrained)


@pytest.fixture
def shipped(network, tmp_path, monkeypatch):
    """As if this network shipped, with what was measured of it on a text."""
    text = lines_of_python(0)
    write(tmp_path, NAME, measure(network, NAME, text))
    found = {name: as_finding(one) for name, one in shipped_units.read_found(tmp_path, NAME).items()}
    monkeypatch.setattr(view, "excerpt", lambda name: text)
    monkeypatch.setattr(view, "found_in", lambda name: found)
    monkeypatch.setattr(view, "network_of", lambda name, own: (network, "A network"))
    monkeypatch.setattr(view, "FOLDER", tmp_path)
    for cached in (view._shipped, view.samples, view.known_units):
        cached.cache_clear()
    yield text, found
    for cached in (view._shipped, view.samples, view.known_units):
        cached.cache_clear()


def test_it_opens_with_held_out_text_where_a_unit_follows_something(shipped):
    text, found = shipped
    findings = [name for name, one in found.items() if one.verdict == "finding"]
    samples = view.samples(NAME)
    assert findings
    assert samples
    for sample in samples:
        assert sample.name in findings
        assert text[sample.place : sample.place + len(sample.text)] == sample.text
        assert sample.text.endswith("\n")
        labels = CONCEPTS[sample.name].label(text)[sample.place : sample.place + len(sample.text)]
        assert labels[sample.at] > 0 or not labels.any()
        assert not labels[: sample.at].any()


@given(seed=st.integers(0, 1000), chance=st.sampled_from([0.05, 0.3, 0.7]))
def test_a_part_is_where_most_passages_can_be_seen(seed, chance):
    random = np.random.default_rng(seed)
    text = "".join(random.choice([*"ab\n"], 3000, p=[0.5, 0.46, 0.04]))
    labels = np.repeat(random.random(300) < chance, 10).astype(float)[random.integers(10) :]
    text = text[: len(labels)]

    def seen(start):
        runs, place = 0, 0
        for so, same in groupby(labels):
            first, place = place, place + len(list(same))
            runs += so and place - first >= view.SEEN and start <= first and place <= start + view.LENGTH
        return runs

    start, end = view.clearest_part(text, labels)
    assert end - start == view.LENGTH
    assert start >= len(text) // 2
    assert text[start - 1] == "\n"
    lines = [t + 1 for t in range(len(text) // 2, len(text) - view.LENGTH) if text[t] == "\n"]
    assert seen(start) == max(map(seen, lines))


def test_the_units_that_stand_there_by_name_are_findings_each_once(shipped):
    _, found = shipped
    known = view.known_units(NAME)
    best = {(one.best.letter, one.best.unit, one.best.high) for one in found.values() if one.verdict == "finding"}
    named = [(unit.line, unit.unit, unit.high) for unit in known]
    assert set(named) <= best
    assert len(set(named)) == len(named) == min(len({unit[:2] for unit in best}), view.KNOWN)


def test_where_no_unit_follows_anything_there_is_text_to_read_all_the_same(shipped, monkeypatch):
    _, found = shipped
    nothing = {name: replace(one, units=(replace(one.best, score=0.5),)) for name, one in found.items()}
    monkeypatch.setattr(view, "found_in", lambda name: nothing)
    assert view.known_units(NAME) == ()
    assert view.samples(NAME)


def test_a_network_without_an_index_has_no_patterns_to_search(shipped, network, tmp_path):
    assert view._shipped(NAME)["patterns"]["file"] == "shipped/text/python-patterns.safetensors"
    tmp_path.joinpath(f"{NAME}-patterns.safetensors").unlink()
    view._shipped.cache_clear()
    assert view._shipped(NAME)["patterns"] is None


def test_all_that_is_known_of_what_stands_before_is_the_state(network):
    """The sentence below the text: a value is that after its character, and the state is all that is carried on."""
    text, end = lines_of_python(1)[:80], 40
    whole, half = read(network, text).trace, read(network, text[:end]).trace
    inputs = np.eye(len(ALPHABET) + 1, len(ALPHABET))[[ALPHABET.index(character) for character in text[end:]]]
    rest = run(network.cell, network.weights, inputs, {name: half[name][-1] for name in network.cell.state})
    for letter in network.cell.program.targets:
        np.testing.assert_allclose(half[letter], whole[letter][: end + 1], atol=1e-12)
        np.testing.assert_allclose(rest[letter], whole[letter][end + 1 :], atol=1e-12)
