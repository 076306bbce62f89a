"""What came over time, and what was forecast of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from rnnviz.cells import Array
from rnnviz.figures.lines import OF_TITLE, axis, chart, legend
from rnnviz.notation import Palette, variant

_HEIGHT = 260
#: What came, behind the thinner lines of what was forecast.
_CAME_WIDTH, _WIDTH = 5.0, 2.5
_NEVER = (4, 4)


@dataclass(frozen=True, eq=False)
class Forecast:
    """What was said of each time.

    Attributes
    ----------
    title
        Whose forecast it is.
    values
        (T,); what is not finite is not drawn.
    cell_name
        Decides the colour and the dash, by `rnnviz.notation.variant`; None of what no network has said.
    """

    title: str
    values: Array
    cell_name: str | None = None


def forecast_over_time(
    times: Sequence[str],
    came: Array,
    forecasts: Sequence[Forecast],
    palette: Palette,
    *,
    title: str,
    font_size: int = 14,
) -> alt.LayerChart:
    """Draw what came (T,) at some times as a broad line, and forecasts of it as thin ones over it.

    Parameters
    ----------
    times
        (T,): dates, in order.
    title
        Of the vertical axis.
    """
    looks = [variant(one.cell_name) if one.cell_name else None for one in forecasts]
    titles = ["What came", *(one.title for one in forecasts)]
    colours = [palette.quiet, *(look.colour if look else palette.ink for look in looks)]
    dashes = [[1, 0], *(list(look.dash) or [1, 0] if look else list(_NEVER) for look in looks)]
    frame = pd.DataFrame(
        {
            "time": np.tile(pd.to_datetime(list(times)).to_numpy(), len(titles)),
            "title": np.repeat(titles, len(came)),
            "value": np.concatenate([came, *(one.values for one in forecasts)]),
        }
    ).dropna()
    shared: dict[str, Any] = {"title": None, "legend": legend(font_size, titles)}
    base = alt.Chart(frame).encode(
        x=alt.X("time:T", title=None, axis=axis(font_size, tickCount=6)),
        y=alt.Y("value:Q", title=title, scale=alt.Scale(zero=False, nice=False), axis=axis(font_size, tickCount=5)),
        color=alt.Color("title:N", scale=alt.Scale(domain=titles, range=colours), **shared),
        strokeDash=alt.StrokeDash("title:N", scale=alt.Scale(domain=titles, range=dashes), **shared),
        tooltip=[OF_TITLE, alt.Tooltip("time:T", title="Day"), alt.Tooltip("value:Q", title=title, format=",.3~f")],
    )
    first = base.transform_filter(alt.datum.title == titles[0]).mark_line(strokeWidth=_CAME_WIDTH, strokeOpacity=0.55)
    others = base.transform_filter(alt.datum.title != titles[0]).mark_line(strokeWidth=_WIDTH)
    described = f"{title} from {times[0]} to {times[-1]}: {', '.join(titles)}."
    return chart([first, others], described, _HEIGHT)
