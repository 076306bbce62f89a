import re
from html import unescape

from hypothesis import given
from hypothesis import strategies as st

from rnnviz.cells import GRU, LSTM
from rnnviz.notation import PALETTES
from rnnviz.ui.colours import STRONGEST
from rnnviz.ui.text.coloured import colour_of, coloured_text, passage, scale_of

LIGHT = PALETTES["light"]


@given(st.lists(st.tuples(st.characters(), st.booleans()), max_size=30))
def test_every_character_is_text_on_its_colour_and_marked_where_it_is_so(pairs):
    text = "".join(character for character, _ in pairs)
    colours = [f"rgb({place}, 0, 0)" for place in range(len(text))]
    tips = [f"<{place}>" for place in range(len(text))]
    html = coloured_text(text, colours, tips, [mark for _, mark in pairs], "a<b")
    spans = re.findall(r'<span style="background: (.*?)(; box-shadow.*?)?" title="(.*?)">(.*?)</span>', html, re.DOTALL)
    assert [unescape(shown).replace("↵\n", "\n") for *_, shown in spans] == list(text)
    assert [colour for colour, *_ in spans] == colours
    assert [bool(mark) for _, mark, *_ in spans] == [mark for _, mark in pairs]
    assert [unescape(tip) for *_, tip, _ in spans] == tips
    assert 'aria-label="a&lt;b"' in html
    assert len(re.findall("<[a-z]", html)) == len(text) + 1


def share(colour):
    return int(re.search(r" (\d+)%", colour)[1]) / STRONGEST


def test_a_value_has_the_colour_that_its_quantity_has_everywhere():
    cell_state, gate, hidden = LSTM.quantity("c"), LSTM.quantity("f"), GRU.quantity("h")
    assert LIGHT.positive in colour_of(1.5, cell_state, LIGHT)
    assert share(colour_of(1.5, cell_state, LIGHT)) == 0.5
    assert LIGHT.negative in colour_of(-1.5, cell_state, LIGHT)
    assert colour_of(-65.0, cell_state, LIGHT) == colour_of(-3.0, cell_state, LIGHT)
    assert share(colour_of(-1.0, hidden, LIGHT)) == 1.0
    assert LIGHT.gate in colour_of(0.25, gate, LIGHT)
    assert share(colour_of(0.25, gate, LIGHT)) == 0.25


def test_the_key_says_where_the_colours_end():
    assert [words in scale_of(LSTM.quantity("c"), LIGHT) for words in ("−3 or less", "3 or more")] == [True, True]
    assert scale_of(LSTM.quantity("h"), LIGHT).startswith("<span>−1<")
    assert scale_of(LSTM.quantity("h"), LIGHT).endswith(">1</span>")
    assert scale_of(LSTM.quantity("f"), LIGHT).startswith("<span>0<")


def test_a_passage_ends_where_it_is_about():
    html = passage("ab\n<cdef", 4, 4, "red")
    assert re.sub("<[^>]*>", "|", html) == "|b↵&lt;|c||"
    assert re.sub("<[^>]*>", "|", passage("abc", 0, 4, "red")) == "||a||"
