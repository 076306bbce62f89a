"""Numbers in words, and tables of them: plain HTML, which a screen reader reads by its headings."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from math import isfinite

from rnnviz.notation import power
from rnnviz.ui.terms import marked


def words(value: float) -> str:
    """A number for a sentence: three digits, powers of ten where they are clearer, and infinity in words."""
    if not isfinite(value):
        return "too large for a computer's numbers"
    if value == 0 or 1e-3 <= abs(value) < 1e5:
        return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3g}".replace("-", "−")
    digits, exponent = f"{value:.1e}".split("e")
    return f"{digits} · {power(int(exponent))}".replace("-", "−")


def table(head: Sequence[str], rows: Sequence[Sequence[str]], caption: str = "") -> str:
    """An HTML table whose first column names the row; where it is too wide it scrolls by itself."""
    titles = "".join(f'<th scope="col">{marked(title)}</th>' if title else "<td></td>" for title in head)
    lines = "".join(
        f'<tr><th scope="row">{escape(first)}</th>{"".join(f"<td>{escape(cell)}</td>" for cell in rest)}</tr>'
        for first, *rest in rows
    )
    named = f'<caption style="text-align: left">{marked(caption)}</caption>' if caption else ""
    body = f'<table style="font-variant-numeric: tabular-nums">{named}<tr>{titles}</tr>{lines}</table>'
    named = escape(caption or head[-1])
    return f'<div style="overflow-x: auto" role="region" tabindex="0" aria-label="{named}">{body}</div>'
