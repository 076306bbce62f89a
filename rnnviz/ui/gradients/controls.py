"""The controls of the page on gradients."""

from __future__ import annotations

import streamlit as st

from rnnviz.settings.gradients import Experiment
from rnnviz.ui.controls import Controls
from rnnviz.ui.lesson_card import Shown

_FIRST = ("weights", "cell", "loss", "cut", "text")
_SECOND = ("radius", "forget_bias", "start", "activation", "length", "hidden_size", "seed", "input_scale")


def experiment_controls(page: Shown) -> Experiment:
    """Which networks, and which loss is carried back how far; what the page is set to then."""
    controls: Controls[Experiment] = Controls(page, *_FIRST, *_SECOND)
    with st.container(horizontal=True, gap="small"):
        controls.draw(*_FIRST)
    with st.container(horizontal=True, gap="small", vertical_alignment="bottom"):
        controls.draw(*_SECOND)
    return controls.keep()
