"""The picture every explanation of recurrent networks begins with: the loop, and the same unrolled over the steps."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from pathlib import Path
from typing import Any

import streamlit as st

_DRAWING = Path(__file__).with_name("unrolling.svg").read_text("utf-8")


def unrolling(stop: Mapping[str, Any]) -> None:
    """Draw it, and beside it the way to the first stop of the path."""
    first = stop["lessons"][0]
    way = (
        f'<p class="start"><a href="{escape(first["href"])}" target="_self">Start here: {escape(first["title"])}</a>'
        "<small>The first of a path of lessons, each with a question before its picture.</small></p>"
    )
    st.markdown(f'<figure class="unrolling">{_DRAWING}{way}</figure>', unsafe_allow_html=True)
