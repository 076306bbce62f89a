"""How the page on attention writes its numbers: all of them as the others do."""

from __future__ import annotations

from collections.abc import Sequence
from math import isfinite

from rnnviz.notation import percent
from rnnviz.ui.tables import words


def number(value: float) -> str:
    """A measure; a dash where it is not defined."""
    return words(value + 0.0) if isfinite(value) else "–"  # what is nothing has no sign


def shares(values: Sequence[float]) -> str:
    """The least and the most of some shares, or the one that all are."""
    low, high = percent(min(values)), percent(max(values))
    return low if low == high else f"{low} to {high}"
