"""The picture every explanation of recurrent networks begins with: the loop, and the same unrolled over the steps."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

_DRAWING = Path(__file__).with_name("unrolling.svg").read_text("utf-8")


def unrolling() -> None:
    """Draw it."""
    st.markdown(f'<figure class="unrolling">{_DRAWING}</figure>', unsafe_allow_html=True)
