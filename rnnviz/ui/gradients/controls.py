"""The controls of the page on gradients."""

from __future__ import annotations

import streamlit as st

from rnnviz.settings.gradients import Experiment
from rnnviz.ui.controls import Controls
from rnnviz.ui.lesson_card import Shown

_FIRST = ("weights", "cell", "loss", "text")
_SECOND = ("start", "activation", "length", "hidden_size", "seed")


def experiment_controls(page: Shown) -> Controls[Experiment]:
    """Which networks, and which loss is carried back; the player draws what only scales or cuts it."""
    live = (name for name, setting in page.page.settings.items() if setting.live)
    controls: Controls[Experiment] = Controls(page, *_FIRST, *_SECOND, *live)
    with st.container(horizontal=True, gap="small"):
        controls.draw(*_FIRST)
    with st.container(horizontal=True, gap="small", vertical_alignment="bottom"):
        controls.draw(*_SECOND)
    return controls
