"""How far back a network that writes looks, beside n-grams, and how it came to write."""

from __future__ import annotations

from typing import Any

import streamlit as st

from rnnviz.analysis.context import ENOUGH, PLACES, WHOLE, Reach, reach_from
from rnnviz.figures.curves import Level, LevelLine, Result, metric_by_length
from rnnviz.networks.checkpoints import Checkpoint, load_text
from rnnviz.notation import Palette
from rnnviz.settings.text import Writing
from rnnviz.ui.controls import Controls
from rnnviz.ui.terms import subheader

_TITLES = {
    "cut": "only the last k",
    "shuffled": "all before the last k shuffled",
    "reset": "state set to zero every k",
}


def reach(controls: Controls[Writing], shown: Writing, palette: Palette, font_size: int) -> None:
    """Draw the view."""
    network = load_text(shown.network)
    found = reach_from(network.card["reach"])
    st.markdown(far_sentence(found))
    st.altair_chart(_chart(network, found, palette, font_size), theme=None, key="reach")
    st.markdown(f"{ngram_sentence(found)} {order_sentence(found)} {reset_sentence(found)}")
    st.markdown(f":small[{_caption(network)}]")
