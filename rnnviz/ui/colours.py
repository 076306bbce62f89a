"""The colours of what is drawn as HTML: those of the theme, behind a text, and a key that says what each means."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

import streamlit as st

from rnnviz.notation import PALETTES, Palette

#: The largest share of a colour behind a text, in percent: more, and it could not be read in the dark theme.
STRONGEST = 40
_INLINE = "display: inline-block; height: 0.8em; border-radius: 3px; margin: 0 0.5em; vertical-align: baseline"


def palette() -> Palette:
    """The colours of the theme that the reader has."""
    return PALETTES[st.context.theme.type or "light"]


def shaded(colour: str, share: float) -> str:
    """A share of a colour, to stand behind a text."""
    return f"color-mix(in srgb, {colour} {STRONGEST * share:.0f}%, transparent)"


def ramp(colours: Sequence[str], low: str, high: str) -> str:
    """A scale of colours as HTML, from the least to the most, with words for its ends."""
    painted = f"width: 6em; background: linear-gradient(90deg, {', '.join(colours)})"
    return _kept_together(f'{escape(low)}<span style="{_INLINE}; {painted}"></span>{escape(high)}')


def patch(colour: str, meaning: str) -> str:
    """One colour as HTML, and what it means."""
    return _kept_together(f'<span style="{_INLINE}; width: 1.2em; background: {colour}"></span>{escape(meaning)}')


def key(*parts: str) -> str:
    """Ramps and patches as one line of HTML, which breaks between them."""
    style = "display: flex; flex-wrap: wrap; gap: 0.3em 2em; font-size: 0.875rem"
    return f'<div style="{style}" class="colour-key">{"".join(parts)}</div>'


def _kept_together(html: str) -> str:
    return f"<span>{html}</span>"
