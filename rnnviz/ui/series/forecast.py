"""The view `forecast` of the page on series."""

from __future__ import annotations

from rnnviz.settings.series import Forecasting
from rnnviz.ui.controls import Controls
from rnnviz.ui.lesson_card import Shown


def forecast_view(page: Shown, controls: Controls[Forecasting]) -> None:
    """Draw the view."""
