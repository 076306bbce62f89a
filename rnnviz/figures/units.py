"""How well units follow something, beside what tells it without them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import altair as alt
import numpy as np
import pandas as pd

from rnnviz.figures.lines import FONT, axis, chart
from rnnviz.notation import Palette

#: How tall a bar's row is, in sizes of its type, and how far the axis goes on to leave room for what is written there.
_ROW, _BEYOND = 1.85, 0.17


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
    frame = pd.DataFrame([{**vars(bar), "chance": chance, "right": max(bar.score, chance)} for bar in bars])
    order = [bar.title for bar in bars]
    low = min([chance, *(bar.score for bar in bars)])
    scale = alt.Scale(domain=[low, 1 + _BEYOND * (1 - low)], nice=False)
    ticks = [round(float(tick), 3) for tick in np.linspace(chance, 1, 6)]
    x, right = (
        alt.X(f"{name}:Q", title=measure, scale=scale, axis=axis(font_size, values=ticks, format="~g"))
        for name in ("score", "right")
    )
    names = axis(font_size, labelLimit=0, domain=False, ticks=False, labelPadding=8)
    base = alt.Chart(frame).encode(
        y=alt.Y("title:N", sort=order, title=None, axis=names),
        tooltip=[alt.Tooltip("title:N", title="Of"), alt.Tooltip("written:N", title=measure)],
    )
    colour = alt.condition(alt.datum.compared, alt.value(palette.quiet), alt.value(palette.accent))
    written = base.mark_text(align="left", dx=6, font=FONT, fontSize=font_size, color=palette.ink)
    return chart(
        [
            base.mark_bar(height={"band": 0.6}).encode(x=x, x2="chance:Q", color=colour),
            written.encode(x=right, text="written:N"),
        ],
        f"{measure}: {'; '.join(f'{bar.title} {bar.written}' for bar in bars)}.",
        height=round(_ROW * font_size * len(bars)),
    )
