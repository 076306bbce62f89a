"""Series: what comes next, and what does not belong, beside simple methods that often win."""

from functools import partial

import streamlit as st

from rnnviz.settings.series import Forecasting
from rnnviz.ui.asking import answered
from rnnviz.ui.controls import Controls
from rnnviz.ui.evidence import series_evidence
from rnnviz.ui.frame import frame
from rnnviz.ui.series.anomalies import anomalies_view
from rnnviz.ui.series.forecast import forecast_view
from rnnviz.ui.series.inside import inside_view
from rnnviz.ui.series.own import own_view
from rnnviz.ui.series.trap import trap_view

page = frame(
    "series",
    "Series",
    "A network reads one number at a time and says what comes next: weather, sunspots, stocks, blood sugar, numbers of "
    "your own. Every forecast and every alarm stands beside simple methods, on the same days, **and those often win**.",
)

VIEWS = {
    "forecast": forecast_view,
    "trap": trap_view,
    "inside": inside_view,
    "anomalies": anomalies_view,
    "own": own_view,
}


@st.fragment
def picture() -> None:
    """The controls and what follows from them."""
    controls: Controls[Forecasting] = Controls(page)
    controls.draw("view", label_visibility="collapsed")
    shown = controls.keep()
    if answered(page, partial(series_evidence, shown)):
        VIEWS[shown.view](page, controls)


with st.container(key="picture"):
    picture()
