"""How well units follow something, beside what tells it without them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import altair as alt
import pandas as pd

from rnnviz.notation import Palette

_ROW = 26


@dataclass(frozen=True)
class Bar:
    """A score with its name; `compared` where it is what units are compared with."""

    title: str
    score: float
    written: str
    compared: bool = False


def ranking(bars: Sequence[Bar], measure: str, chance: float, palette: Palette, font_size: int = 14) -> alt.LayerChart:
    """Draw scores as bars that begin at what chance reaches, the units first and then what they are compared with.

    Parameters
    ----------
    measure
        What a score is, for the axis.
    chance
        What guessing reaches. A score below it has a bar to the other side.
    """
    frame = pd.DataFrame([{**vars(bar), "chance": chance} for bar in bars])
    order = [bar.title for bar in bars]
    low = min([chance, *(bar.score for bar in bars)])
    axis = alt.Axis(labelFontSize=font_size, titleFontSize=font_size, titleFontWeight="normal", grid=False)
    x = alt.X("score:Q", title=measure, scale=alt.Scale(domain=[low, 1.0], nice=False), axis=axis)
    label = alt.Axis(labelFontSize=font_size, labelLimit=0, domain=False, ticks=False, title=None, labelPadding=8)
    base = alt.Chart(frame).encode(
        y=alt.Y("title:N", sort=order, axis=label),
        tooltip=[alt.Tooltip("title:N", title="Of"), alt.Tooltip("written:N", title=measure)],
    )
    colour = alt.condition(alt.datum.compared, alt.value(palette.quiet), alt.value(palette.accent))
    written = base.mark_text(align="left", dx=6, fontSize=font_size, color=palette.ink)
    return alt.LayerChart(
        layer=[
            base.mark_bar(height={"band": 0.6}).encode(x=x, x2="chance:Q", color=colour),
            written.encode(x=x, text="written:N"),
        ],
        width="container",
        height=_ROW * len(bars) * font_size / 14,
        padding={"left": 0, "right": 3 * font_size, "top": 5, "bottom": 5},
        autosize=alt.AutoSizeParams(type="fit-x", contains="padding"),
        background="transparent",
        description=f"{measure}: " + "; ".join(f"{bar.title} {bar.written}" for bar in bars) + ".",
    )
