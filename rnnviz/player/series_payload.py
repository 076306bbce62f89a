"""What the players about series are sent: a network that forecasts, a series and simple methods, as plain JSON."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import numpy as np

from rnnviz.cells import ANSWER
from rnnviz.data.series import Series
from rnnviz.networks.forecaster import Forecaster
from rnnviz.notation import variant
from rnnviz.player.payload import Readout, Scene, encode, payload
from rnnviz.tasks.baselines import Fitted, LinearMap, Smoothing
from rnnviz.tasks.forecasting import Measured, split
from rnnviz.training.baselines import Baseline


def forecaster_data(series: Series, forecaster: Forecaster, network: str) -> dict[str, Any]:
    """A network that forecasts a series as JSON-ready data; `network` says in words which it is."""
    scene = Scene(
        forecaster.cell,
        forecaster.weights,
        np.zeros((0, 1)),
        labels=series.times,
        label_kind=series.step,
        network=network,
        reads=series.title,
        readout=Readout(forecaster.readout, (), (), program=ANSWER),
    )
    return {
        **payload(scene),
        "reads": forecaster.reads,
        "window": forecaster.window,
        "horizon": forecaster.horizon,
        "centre": forecaster.centre,
        "scale": forecaster.scale,
    }


def forecasting(
    series: Series,
    forecaster: Forecaster,
    network: str,
    measured: Mapping[str, Measured],
    methods: Mapping[str, Baseline],
    *,
    opened: bool = False,
) -> dict[str, Any]:
    """A network that forecasts a series from any step of it, with simple methods beside, as JSON-ready data.

    Parameters
    ----------
    measured
        How good its forecasts are, by the way they are made: "direct" and "recursive".
    methods
        By name.
    opened
        Whether the cell is open from the start.
    """
    parts = split(len(series.values))
    return {
        **forecaster_data(series, forecaster, network),
        "series": {
            "name": series.name,
            "title": series.title,
            "quantity": series.quantity,
            "unit": series.unit,
            "step": series.step,
            "values": encode(series.values),
        },
        "parts": {"learned": parts.learn.stop, "chosen": parts.choose.stop},
        "intervals": {way: _interval(one) for way, one in measured.items()},
        "methods": [
            {
                "name": name,
                "title": one.title,
                **_parameters(one.fitted),
                "interval": _interval(one.measured),
            }
            for name, one in methods.items()
        ],
        "variant": asdict(variant(forecaster.cell.name)),
        "opened": opened,
    }


def _interval(measured: Measured) -> dict[str, Any]:
    return {"lower": encode(measured.lower), "upper": encode(measured.upper)}


def _parameters(fitted: Fitted) -> dict[str, Any]:
    """A simple method as engine/simple_methods.js takes it."""
    match fitted:
        case LinearMap(coefficients):
            return {"kind": "linear", "parameters": {"coefficients": encode(coefficients)}}
        case Smoothing(weights, start, horizon):
            parameters = {"weights": encode(weights), "start": encode(start), "horizon": encode([horizon])}
            return {"kind": "smoothing", "parameters": parameters}
    raise TypeError(f"the browser knows no method that is a {type(fitted).__name__}")
