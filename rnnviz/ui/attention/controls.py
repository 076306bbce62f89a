"""The controls of the page on attention."""

from __future__ import annotations

import streamlit as st

from rnnviz.data.number_reading import number_of
from rnnviz.data.number_words import LANGUAGES, say, write
from rnnviz.settings.attention import Reading
from rnnviz.ui.controls import Controls
from rnnviz.ui.lesson_card import Shown

_FIRST, _SECOND = ("sentence", "source", "target"), ("attention", "core", "reads", "known")


def view_controls(page: Shown) -> Reading:
    """Which part of the page is shown."""
    controls: Controls[Reading] = Controls(page, "view")
    controls.draw("view", label_visibility="collapsed")
    return controls.keep()


def reading_controls(page: Shown) -> Reading:
    """Which translator, and what it reads."""
    controls: Controls[Reading] = Controls(page, *_FIRST, *_SECOND)
    with st.container(horizontal=True, gap="small"):
        controls.draw("sentence")
        controls.draw("source", "target", then=lambda: _say_again(controls))
    with st.container(horizontal=True, gap="small"):
        controls.draw(*_SECOND)
    return controls.keep()


def _say_again(controls: Controls[Reading]) -> None:
    """The same number in the language that is now read."""
    reading = controls.values
    for language in LANGUAGES:
        number = number_of(reading.sentence, language)
        if number is not None:
            controls.set("sentence", write(say(number, reading.source), reading.source))
            return
