import keyword
import re

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from rnnviz.analysis.concepts import CONCEPTS, CORPORA, concepts_of


def signs(name, text):
    """The labels of a text as digits, one for each character."""
    return "".join(f"{label:.0f}" for label in CONCEPTS[name].label(text))


@pytest.mark.parametrize(
    ("name", "text", "by_hand"),
    [
        ("string", "x = 'ab' + \"c\"\n", "000011100001100"),
        ("string", "x = rb'a\\'b'", "000000111110"),
        ("string", "x = '''a'b\nc''' #'n'", "00001111111111000000"),
        ("string", "f'{a[0]}' + b", "0111111100000"),
        ("string", "''", "10"),
        ("brackets", "f(a)[0]{1}", "0110110110"),
        ("depth", "f((a), [b])", "01221112210"),
        ("depth", "f('(')", "011110"),
        ("depth", "f( # (\n)", "01111110"),
        ("indentation", "if a:\n    b\n\n  c", "0000001234440122"),
        ("column", "ab\nc\n\nd", "1231211"),
        ("keyword", "for x in forms:", "111000110000000"),
        ("keyword", "'for'\n#if\n", "0000000000"),
        ("number", "x1 = 12 + 1e-9", "00000110001111"),
        ("word", "It's a wolf", "12010101234"),
        ("vowel", "Audio, yes", "1101100010"),
        ("capital", "AbcDE.", "010011"),
        ("direction", "a [Exit] b] [c", "00111110000011"),
        ("speaker", "DUKE OF YORK.\nGO\n\nA. B.\nA", "1111111111111" + "0000" + "0" + "11111" + "00"),
    ],
)
def test_labels_by_hand(name, text, by_hand):
    assert signs(name, text) == by_hand


@st.composite
def strings(draw, depth):
    prefix = draw(st.sampled_from(["", "r", "b", "f", "Rb"]))
    quote = draw(st.sampled_from(["'", '"', "'''", '"""']))
    body = draw(st.text(alphabet="ab ([#)]12", max_size=6))
    return [(prefix, (0, depth, 0, 0)), (quote + body + quote[:-1], (1, depth, 0, 0)), (quote[0], (0, depth, 0, 0))]


@st.composite
def code(draw, depth=0, budget=4):
    """An expression of Python in pieces, each with whether it is a string, its bracket depth, number, keyword."""
    kinds = ["name", "number", "string", "word", *(["brackets", "sum"] if budget else [])]
    match draw(st.sampled_from(kinds)):
        case "name":
            return [(draw(st.sampled_from(["x", "value", "form", "isinstance", "R2"])), (0, depth, 0, 0))]
        case "word":
            return [(draw(st.sampled_from(["None", "True"])), (0, depth, 0, 1))]
        case "number":
            return [(draw(st.sampled_from(["0", "12", "1e9", "0x1f", "1_0.5"])), (0, depth, 1, 0))]
        case "string":
            return draw(strings(depth))
        case "brackets":
            opening, closing = draw(st.sampled_from(["()", "[]", "{}"]))
            inside = draw(code(depth + 1, budget - 1))
            return [(opening, (0, depth + 1, 0, 0)), *inside, (closing, (0, depth, 0, 0))]
        case _:
            return [*draw(code(depth, budget - 1)), (" + ", (0, depth, 0, 0)), *draw(code(depth, budget - 1))]


@given(st.lists(code(), min_size=1, max_size=4))
def test_labels_of_code_are_those_it_was_made_with(lines):
    pieces = [piece for line in lines for piece in [*line, ("\n", (0, 0, 0, 0))]]
    text = "".join(written for written, _ in pieces)
    made = np.array([label for written, label in pieces for _ in written])
    for name, expected in zip(("string", "depth", "number", "keyword"), made.T):
        assert CONCEPTS[name].label(text).tolist() == expected.tolist(), (name, text)
    assert CONCEPTS["brackets"].label(text).tolist() == (made[:, 1] > 0).tolist()


@given(st.lists(code(), min_size=1, max_size=3), st.data())
def test_a_text_that_breaks_off_is_labelled_as_far_as_it_goes(lines, data):
    pieces = [piece for line in lines for piece in [*line, ("\n", (0, 0, 0, 0))]]
    cut = data.draw(st.integers(0, len(pieces)))
    written, depths = "".join(text for text, _ in pieces[:cut]), [d for text, (_, d, *_) in pieces[:cut] for _ in text]
    assume(not written.endswith(("''", '""')))  # an empty string, or the start of a long one
    assert CONCEPTS["depth"].label(written).tolist() == depths
    inside = [one for text, (one, *_) in pieces[:cut] for _ in text]
    assert CONCEPTS["string"].label(written).tolist() == inside


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("x = 1\ny = 'a\nb'", "line 2 opens a string that is not closed"),
        ("a = 'b\\\\\nc", "line 1 opens a string that is not closed"),
        ("To be, or not to be?", "line 1 has a sign that does not belong there"),
        ("x = 1\n$", "line 2 has a sign that does not belong there"),
        ("f(a]", "line 1 closes a bracket that is not open"),
        ("x\n)", "line 2 closes a bracket that is not open"),
        ("  a\n b", "line 2 is indented as no line before it"),
        ("\0", "line 1 has a sign that does not belong there"),
    ],
)
def test_what_is_no_python_is_said_in_a_sentence(text, why):
    with pytest.raises(ValueError, match=f"^This is no Python: {why}"):
        CONCEPTS["depth"].label(text)


@given(st.text(max_size=60))
def test_whatever_is_read_has_a_label_for_each_character_or_a_sentence(text):
    for concept in CONCEPTS.values():
        try:
            labels = concept.label(text)
        except ValueError as error:
            said = str(error)
        else:
            assert labels.shape == (len(text),)
            assert np.isfinite(labels).all()
            assert concept.kind == "number" or set(labels.tolist()) <= {0.0, 1.0}
            continue
        assert re.fullmatch(r"This is no Python: line \d+ [a-z ]+\.", said)


@given(st.text(alphabet=st.sampled_from("aB \n'"), max_size=40))
def test_places_in_the_line_by_its_lines(text):
    lines = text.split("\n")
    columns = [place for line in lines for place in range(1, len(line) + 2)][: len(text)]
    assert CONCEPTS["column"].label(text).tolist() == columns
    spaces = [min(place, len(line) - len(line.lstrip(" "))) for line in lines for place in range(1, len(line) + 2)]
    assert CONCEPTS["indentation"].label(text).tolist() == spaces[: len(text)]


def test_keywords_are_those_of_the_language_reference():
    assert signs("keyword", " ".join(keyword.kwlist)) == "0".join("1" * len(word) for word in keyword.kwlist)
    assert set(signs("keyword", "match case type print self")) == {"0"}


def test_every_text_that_a_network_has_learned_from_has_concepts_of_its_own():
    assert {corpus: len(concepts_of(corpus)) for corpus in CORPORA} == {"python": 10, "prose": 6}
    assert "string" not in concepts_of("prose")
    for name, concept in CONCEPTS.items():
        assert concept.name == name
        assert concept.sentence.endswith(".")
