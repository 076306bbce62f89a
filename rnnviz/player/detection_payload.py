"""What the player that watches a series is sent: the series, what each method learned, and how alarms count."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from rnnviz.analysis.detection import OneStep
from rnnviz.data.series import Series
from rnnviz.notation import PALETTES
from rnnviz.player.payload import encode
from rnnviz.player.series_payload import forecaster_data
from rnnviz.tasks.detection import AFTER, Detector, Linear, Rolling, learned_part, usual_distance


@dataclass(frozen=True, eq=False)
class Watcher:
    """A detector, and how it is shown.

    Attributes
    ----------
    name, title
        In addresses; on screen.
    phrase
        What it is called in a sentence: "the autoregression".
    colour, dash
        Of its curve: a name of a palette or a colour; how long its dashes and gaps are.
    """

    name: str
    title: str
    phrase: str
    detector: Detector
    colour: str = "quiet"
    dash: Sequence[int] = ()


def detecting(
    series: Series, watchers: Sequence[Watcher], network: str, threshold: float, most: float, opens: int, rule: str
) -> dict[str, Any]:
    """Methods that watch a series as JSON-ready data.

    Parameters
    ----------
    watchers
        In the order they stand in; the last one is shown at first.
    network
        In words which network the one of them is that is one.
    threshold
        From which score on there is an alarm, when the picture opens.
    most
        The highest that it can be.
    opens
        The step that is chosen then.
    rule
        How alarms are counted, in words.
    """
    learned = learned_part(series)
    counted_out = series.usual if series.clean else learned
    networks = [one.detector.network for one in watchers if isinstance(one.detector, OneStep)]
    return {
        "series": {"title": series.title, "unit": series.unit, "values": encode(series.values)},
        "labels": list(series.times),
        "labelKind": series.step,
        "events": [list(event) for event in series.events],
        "learned": [counted_out.start, counted_out.stop],
        "after": AFTER,
        "detectors": [
            {
                "name": one.name,
                "title": one.title,
                "phrase": one.phrase,
                "colour": one.colour,
                "dash": list(one.dash),
                "usual": usual_distance(one.detector, series.values, learned),
                **_kind(one.detector),
            }
            for one in watchers
        ],
        "network": forecaster_data(series, networks[0], network) if networks else None,
        "threshold": threshold,
        "most": most,
        "opens": opens,
        "first": watchers[-1].name,
        "rule": rule,
        "palettes": {theme: asdict(palette) for theme, palette in PALETTES.items()},
    }


def _kind(detector: Detector) -> dict[str, Any]:
    """What it is to the browser, with what it learned: see engine/detecting.js."""
    match detector:
        case Linear(constant, weights):
            return {"kind": "linear", "constant": constant, "weights": encode(weights)}
        case Rolling(length, floor):
            return {"kind": "rolling", "length": length, "floor": floor}
        case OneStep():
            return {"kind": "network"}
    raise TypeError(f"the browser knows no detector that is a {type(detector).__name__}")
