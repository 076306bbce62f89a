"""Text: a network reads and writes character by character, and its units can be read."""

from functools import partial

import streamlit as st

from rnnviz.settings.text import Writing
from rnnviz.ui.asking import answered
from rnnviz.ui.controls import Controls
from rnnviz.ui.evidence import text_evidence
from rnnviz.ui.frame import frame
from rnnviz.ui.text.own import own_view
from rnnviz.ui.text.reach import reach_view
from rnnviz.ui.text.read import read_view
from rnnviz.ui.text.units import units_view
from rnnviz.ui.text.write import write_view

page = frame(
    "text",
    "Text",
    "A network that has read a great deal of text, one character at a time, and guesses the next. All it knows of what "
    "came before is its state: read along with any unit of it, let it write, and find the units that know where they "
    "are.",
)


@st.fragment
def picture() -> None:
    """The controls and what follows from them."""
    controls: Controls[Writing] = Controls(page)
    controls.draw("view", label_visibility="collapsed")
    controls.draw("network")
    shown = controls.keep()
    if not answered(page, partial(text_evidence, shown)):
        return
    if shown.view == "read":
        read_view(page, controls)
    elif shown.view == "own":
        own_view(page, controls, shown)
    elif shown.view == "write":
        write_view(page, controls)
    elif shown.view == "units":
        units_view(page, controls)
    elif shown.view == "reach":
        reach_view(controls, shown, classroom=page.classroom)


with st.container(key="picture"):
    picture()
