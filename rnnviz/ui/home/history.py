"""The history as a timeline."""

from __future__ import annotations

from html import escape

import streamlit as st

from rnnviz.lessons.history import HISTORY, Event


def timeline() -> None:
    """Draw the history as an ordered list, oldest first, each entry with its source."""
    st.markdown(f'<ol class="timeline">{"".join(map(_entry, HISTORY))}</ol>', unsafe_allow_html=True)


def _entry(event: Event) -> str:
    source = escape(event.source)
    if event.link:
        source = f'<a href="{escape(event.link)}" target="_blank" rel="noopener">{source}</a>'
    return (
        f'<li><span class="year">{event.year}</span><div><strong>{escape(event.title)}</strong> '
        f"{escape(event.what)}<br><small>{source}</small></div></li>"
    )
