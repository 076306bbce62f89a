"""The list of the path through the lessons, for the home page. It imports the player: import it from pages only."""

from __future__ import annotations

import streamlit as st

from rnnviz.player.component import path
from rnnviz.ui.lesson_card import PATH_ANCHOR, path_stops


def path_list(*, classroom: bool) -> None:
    """Draw the stops under their heading, with a tick at what was done here."""
    st.header("Start here", anchor=PATH_ANCHOR)
    st.markdown(
        "One idea after the other, each a lesson that asks first what you expect: **answer before you look**, and the "
        "network that really runs says what is so."
    )
    path(path_stops(classroom=classroom), key="path", classroom=classroom)
