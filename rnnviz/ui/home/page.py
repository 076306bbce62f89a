"""What the home page shows: what a recurrent network is, and the way in. It imports the player: only while served."""

from __future__ import annotations

import streamlit as st

from rnnviz.lessons.path import place_of
from rnnviz.lessons.shipped import LESSONS
from rnnviz.player.component import player
from rnnviz.settings.step_through import DEFAULT
from rnnviz.ui.address import go_to_fragment
from rnnviz.ui.frame import frame
from rnnviz.ui.home.cards import page_cards
from rnnviz.ui.home.history import timeline
from rnnviz.ui.home.path import path_list
from rnnviz.ui.home.unrolling import unrolling
from rnnviz.ui.lesson_card import lesson_list, path_stops
from rnnviz.ui.scenes import scene


def home() -> None:
    """Draw the page."""
    page = frame(
        "home",
        "See a recurrent network think",
        "A **recurrent network** reads a sequence one thing at a time and hands its **hidden state** from each step to "
        "the next: the same weights at every step, and all it knows of the past in one list of numbers.",
    )
    unrolling(path_stops(classroom=page.classroom)[0])
    st.markdown(
        "Below, a trained Elman RNN, the simplest of them, reads a name and guesses each next letter before it sees "
        "it. Nothing is scripted: every number on these pages is computed by the network that is named beside it."
    )
    player(scene(DEFAULT), key="glance", glance=True, classroom=page.classroom)

    path_list(classroom=page.classroom)

    st.header("Pages")
    page_cards(classroom=page.classroom)

    st.header("More lessons in one link")
    st.markdown("A question about one screen each. Make your own on any of the pages: the link holds all of it.")
    lesson_list([lesson for lesson in LESSONS if place_of(lesson) is None], classroom=page.classroom)

    st.header("A short history")
    timeline()
    go_to_fragment()
