"""What batches cost: sequences per second by batch size, and steps spent on padding."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import altair as alt
import pandas as pd

from rnnviz.cells import CELLS
from rnnviz.figures.lines import (
    COLOUR,
    DASH,
    FONT,
    HIGH,
    LOW,
    OF_TITLE,
    Look,
    Vertical,
    X,
    Y,
    around,
    axis,
    chart,
    described,
    legend,
    said_share,
)
from rnnviz.notation import Palette
from rnnviz.training.batching import Speed, Work


def batch_speed(
    speeds: Mapping[str, Sequence[Speed]], enough: Mapping[str, int], palette: Palette, *, font_size: int = 14
) -> alt.LayerChart:
    """Draw sequences per second against batch size, both on logarithmic axes: medians, and quartiles as bars.

    Parameters
    ----------
    speeds
        By the name of the cell.
    enough
        The batch size of each cell that gets a ring: larger ones gain little.
    """
    rows = pd.DataFrame(
        [
            (CELLS[cell].title, speed.batch_size, speed.median, speed.low, speed.high, speed.batch_size == enough[cell])
            for cell, measured in speeds.items()
            for speed in measured
        ],
        columns=["title", "x", "y", "low", "high", "enough"],
    )
    sizes = sorted({speed.batch_size for measured in speeds.values() for speed in measured})
    across = alt.X(
        "x:Q",
        title="Batch size",
        scale=alt.Scale(type="log", base=2, domain=[sizes[0] / 1.2, sizes[-1] * 1.2], nice=False),
        axis=axis(font_size, values=sizes, format="d", labelOverlap=True),
    )
    bounds = around([*rows["low"], *rows["high"]], log=True)
    up = Vertical("Sequences per second", *bounds, True, False, font_size)
    look = Look(((cell, CELLS[cell].title) for cell in speeds), font_size)
    of = [
        up.tip(field, said) for field, said in (("y", "Median"), ("low", "Lower quartile"), ("high", "Upper quartile"))
    ]
    tips = [OF_TITLE, alt.Tooltip("x:Q", title="Batch size"), *of]
    base = alt.Chart(rows).encode(x=X, tooltip=tips)
    ringed = alt.Chart(rows[rows["enough"]]).encode(x=X, y=Y, tooltip=tips)
    layers = [
        look.axes(across, up),
        base.mark_rule(strokeWidth=2).encode(y=LOW, y2=HIGH, color=COLOUR),
        base.mark_line(strokeWidth=3).encode(y=Y, color=COLOUR, strokeDash=DASH),
        base.mark_point(filled=True, size=50, opacity=1).encode(y=Y, color=COLOUR),
        ringed.mark_point(size=260, strokeWidth=2, color=palette.ink, opacity=1),
    ]
    drawn = "Sequences per second against batch size, a ring where larger batches gain little"
    return chart(layers, described(drawn, look, []))


def padding_waste(works: Mapping[str, Work], palette: Palette, *, font_size: int = 14) -> alt.LayerChart:
    """Draw the steps that each way to make batches computes as a bar, its padding at the end; ways by their titles."""
    parts = ["steps of sequences", "padding"]
    rows = pd.DataFrame(
        [
            {"way": title, "part": part, "from": start, "to": stop, "steps": stop - start}
            for title, work in works.items()
            for part, start, stop in zip(parts, (0, work.steps - work.padding), (work.steps - work.padding, work.steps))
        ]
    )
    said = [f"{title}: {said_share(work.wasted)} padding" for title, work in works.items()]
    names = pd.DataFrame({"way": list(works), "from": 0, "said": said})
    encoding = {
        "x": alt.X("from:Q", title="Steps computed", axis=axis(font_size, tickCount=3, format=",~r")),
        "y": alt.Y(
            "way:N",
            sort=list(works),
            axis=None,
            scale=alt.Scale(paddingInner=0.6, paddingOuter=0.5),
        ),
    }
    key = legend(font_size, parts, symbolType="square", symbolStrokeWidth=0, symbolSize=150)
    scale = alt.Scale(domain=parts, range=[palette.accent, palette.quiet])
    tips = [
        alt.Tooltip("way:N", title=" "),
        alt.Tooltip("part:N", title="Part"),
        alt.Tooltip("steps:Q", title="Steps", format=","),
    ]
    bars = alt.Chart(rows).mark_bar()
    texts = alt.Chart(names).mark_text(
        align="left", baseline="bottom", dy=-1.2 * font_size, font=FONT, fontSize=font_size, color=palette.ink
    )
    layers = [
        bars.encode(
            **encoding, x2="to:Q", color=alt.Color("part:N", title=None, scale=scale, legend=key), tooltip=tips
        ),
        texts.encode(**encoding, text="said:N"),
    ]
    description = f"Steps computed and how many of them are padding. {'; '.join(said)}."
    return chart(layers, description, height=5 * font_size * len(works))
