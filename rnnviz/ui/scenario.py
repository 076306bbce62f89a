"""The controls that say what is run, on the page that steps through a cell and on that on gates."""

from __future__ import annotations

from typing import Any

import streamlit as st

from rnnviz.ui.controls import Controls
from rnnviz.ui.lesson_card import Shown


def scenario_controls(page: Shown) -> Any:
    """The row of controls that say what is run; what the page is set to then."""
    controls: Controls[Any] = Controls(page)
    with st.container(horizontal=True, gap="small"):
        if "cell" in page.page.groups:
            controls.draw("cell")
        controls.draw(
            "network", "text", "series", "numbers", "month", "days", "seed", "hidden_size", "input_scale",
            "number_scale",
        )  # fmt: skip
    return controls.keep()
