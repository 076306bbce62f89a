"""Seattle's daily maximum temperature, 2012 to 2015: NOAA's record as shipped in the `vega_datasets` package."""

from __future__ import annotations

from datetime import date
from functools import cache


@cache
def seattle_maximum() -> dict[date, float]:
    """The daily maximum in degrees Celsius by date, in order; 1,461 days."""
    from vega_datasets import local_data

    weather = local_data.seattle_weather()
    return {day.date(): float(value) for day, value in zip(weather["date"], weather["temp_max"])}
