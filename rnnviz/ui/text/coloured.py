"""A text whose characters stand on colours, as HTML."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from rnnviz.notation import Palette, Quantity
from rnnviz.ui.colours import ramp, shaded

_TEXT = (
    "margin: 0; padding: 0.6rem 0.8rem; border: 1px solid #8884; border-radius: 0.5rem; white-space: pre-wrap; "
    "overflow-wrap: anywhere; font: 1rem/1.7 'Source Code Pro', monospace; max-height: 26rem; overflow-y: auto"
)
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
    low, high = quantity.colour_range
    ends = f"{low:g}", f"{high:g}"
    if not quantity.bounded:
        ends = f"{low:g} or less".replace("-", "−"), f"{high:g} or more"
    if quantity.scale == "gate":
        return ramp((shaded(palette.gate, 0), shaded(palette.gate, 1)), *ends)
    colours = shaded(palette.negative, 1), shaded(palette.negative, 0), shaded(palette.positive, 1)
    return ramp(colours, ends[0].replace("-", "−"), ends[1])


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


def passage(text: str, place: int, before: int, colour: str) -> str:
    """Some characters of a text on one line, the one at a place last and on a colour; ends of lines are arrows."""
    start = max(0, place - before + 1)
    return (
        _one_line(text[start:place])
        + f'<mark style="background: {colour}; color: inherit">{_one_line(text[place])}</mark>'
    )


def _one_line(text: str) -> str:
    return escape(text.replace("\n", "↵"))


def _shown(character: str) -> str:
    """An end of a line has a sign of its own, so that it has a colour too."""
    return "↵\n" if character == "\n" else escape(character)
