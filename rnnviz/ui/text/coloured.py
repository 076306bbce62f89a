"""A text whose characters stand on colours, as HTML."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from rnnviz.notation import Palette, Quantity
from rnnviz.ui.colours import ramp, shaded
from rnnviz.ui.tables import words

_TEXT = (
    "margin: 0; padding: 0.6rem 0.8rem; border: 1px solid #8884; border-radius: 0.5rem; white-space: pre-wrap; "
    "overflow-wrap: anywhere; font: 1rem/1.7 'Source Code Pro', monospace; max-height: 26rem; overflow-y: auto"
)
_PASSAGE = "white-space: pre-wrap; overflow-wrap: anywhere; font-size: 0.95rem; color: inherit; background: none"
#: Beneath a character of which something is so.
_MARKED = "; box-shadow: inset 0 -0.17em currentcolor"


def colour_of(value: float, quantity: Quantity, palette: Palette) -> str:
    """That of a value, to stand behind a text, on the scale that its quantity has everywhere."""
    low, high = quantity.colour_range
    if quantity.scale == "gate":
        return shaded(palette.gate, (value - low) / (high - low))
    colour = palette.positive if value > 0 else palette.negative
    return shaded(colour, min(abs(value) / high, 1.0))


def scale_of(quantity: Quantity, palette: Palette) -> str:
    """The key of these colours."""
    low, high = (words(end) for end in quantity.colour_range)
    if quantity.scale == "gate":
        return ramp((shaded(palette.gate, 0), shaded(palette.gate, 1)), low, high)
    colours = shaded(palette.negative, 1), shaded(palette.negative, 0), shaded(palette.positive, 1)
    return ramp(colours, low, high) if quantity.bounded else ramp(colours, f"{low} or less", f"{high} or more")


def coloured_text(text: str, colours: Sequence[str], tips: Sequence[str], marked: Sequence[bool], name: str) -> str:
    """A text, each character on its colour with what it says when it is pointed at, some of them underlined.

    Parameters
    ----------
    name
        What the whole is, for a screen reader.
    """
    spans = [
        f'<span style="background: {colour}{_MARKED * mark}" title="{escape(tip)}">{_shown(character)}</span>'
        for character, colour, tip, mark in zip(text, colours, tips, marked)
    ]
    return f'<pre style="{_TEXT}" role="region" tabindex="0" aria-label="{escape(name)}">{"".join(spans)}</pre>'


def passage(text: str, place: int, length: int, colour: str) -> str:
    """So many characters of a text, on one line, up to the one at a place, which stands on a colour."""
    before, last = text[max(0, place - length + 1) : place], text[place]
    mark = f'<mark style="background: {colour}; color: inherit">{_one_line(last)}</mark>'
    return f'<code style="{_PASSAGE}">{_one_line(before)}{mark}</code>'


def _one_line(text: str) -> str:
    """Ends of lines are arrows."""
    return escape(text.replace("\n", "↵"))


def _shown(character: str) -> str:
    """An end of a line has a sign of its own, so that it has a colour too."""
    return "↵\n" if character == "\n" else escape(character)
