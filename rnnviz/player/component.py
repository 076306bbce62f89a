"""The player as a Streamlit component. Streamlit finds its files only while it runs: import this from pages."""

from __future__ import annotations

import json

import streamlit as st

from rnnviz.player.payload import Scene, payload

_COMPONENT = st.components.v2.component(
    "rnnviz.player", html='<div class="host"></div>', css="player.css", js="streamlit.js"
)


def player(scene: Scene, *, key: str, glance: bool = False) -> None:
    """Show a scene in the player, whole or at a glance (the strip and the guesses, playing by itself in a loop)."""
    data = {**payload(scene), "view": "glance" if glance else "full", "autoplay": glance, "loop": glance}
    _COMPONENT(key=key, data=json.dumps(data))  # as text, or Streamlit would search it for data frames
