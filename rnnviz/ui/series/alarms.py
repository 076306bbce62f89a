"""What detectors find in a series, in sentences: who needs a network, and what an unlabelled series shows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

import numpy as np

from rnnviz.analysis.detection import Reached
from rnnviz.data.series import USUAL_FLOW, Series
from rnnviz.notation import listed
from rnnviz.tasks.detection import AFTER, ROLLING, Detector, learned_part, scores, usual_steps

Verdict = Literal["simple", "tie", "more", "alone", "some", "none"]

#: The detectors that are no network: what they are called, and within a sentence.
TITLES: Mapping[str, tuple[str, str]] = {
    "mean": ("Distance from the mean", "the mean"),
    "difference": ("First differences", "the value before"),
    "rolling": ("Rolling z", f"the mean of the last {ROLLING}"),
    "autoregression": ("Autoregression", "the autoregression"),
}


def verdict(best: float, networks: Sequence[float]) -> Verdict:
    """Who tells events from all else: by the room that the best simple method leaves, and a network with each seed.

    A method finds everything and nothing else where it leaves more than 1. Where a simple method does: the network
    leaves "more" if it does so with all its seeds, the "simple" one if it leaves more than all of them, and else it is
    a "tie", for the difference is within the spread over the seeds, or not seen in the digits that are written. Where
    none does: the network "alone" finds all with every seed, or with "some" of them, or "none" does.
    """
    if best > 1:
        low, high, simple = (float(times(room)) for room in (min(networks), max(networks), best))
        return "more" if low > simple else "simple" if high < simple else "tie"
    return "alone" if min(networks) > 1 else "some" if max(networks) > 1 else "none"


def needs_a_network(cell: str, title: str, reached: Mapping[str, Sequence[Reached]]) -> str:
    """Whether a network is needed to find the events of a labelled series."""
    simple = {name: reached[name][0].room for name in TITLES}
    best = max(simple, key=simple.__getitem__)
    networks = [one.room for one in reached[cell]]
    return _VERDICTS[verdict(simple[best], networks)].format(
        simple=TITLES[best][0],
        room=times(simple[best]),
        cell=title,
        low=times(min(networks)),
        high=times(max(networks)),
        seeds=len(networks),
    )


_VERDICTS: Mapping[Verdict, str] = {
    "simple": (
        "**No network is needed here: a simple method, “{simple}”, tells events from all else most clearly.** It gives "
        "the least of them {room} times the score of the highest usual step; the {cell} {low} to {high} times ({seeds} "
        "seeds)."
    ),
    "tie": (
        "**No network is needed here: a simple method, “{simple}”, tells events from all else as clearly.** It gives "
        "the least of them {room} times the score of the highest usual step; the {cell} {low} to {high} times ({seeds} "
        "seeds): the difference is within what the seed alone makes."
    ),
    "more": (
        "**A simple method, “{simple}”, is enough here: it finds everything with no false alarm, like the {cell}.** "
        "The {cell} leaves more room: it gives the least event {low} to {high} times the score of the highest usual "
        "step ({seeds} seeds), the simple method {room} times."
    ),
    "alone": (
        "**The {cell} finds everything with no false alarm, and no simple method does.** With each of {seeds} seeds it "
        "gives the least event {low} to {high} times the score of the highest usual step; the best simple method, "
        "“{simple}”, {room} times."
    ),
    "some": (
        "**Whether the {cell} finds everything with no false alarm depends on its seed; no simple method does.** It "
        "gives the least event {low} to {high} times the score of the highest usual step ({seeds} seeds); the best "
        "simple method, “{simple}”, {room} times."
    ),
    "none": (
        "**Nothing here finds everything with no false alarm**, neither the {cell} (the least event has {low} to "
        "{high} times the score of the highest usual step, {seeds} seeds) nor a simple method (“{simple}”, {room} "
        "times)."
    ),
}


def who_finds_all(reached: Mapping[str, Sequence[Reached]]) -> str:
    """Which of the simple methods find every event at a threshold that gives no false alarm, and which do not."""
    finds = [f"“{TITLES[name][0]}”" for name in TITLES if reached[name][0].room > 1]
    misses = [f"“{TITLES[name][0]}”" for name in TITLES if reached[name][0].room <= 1]
    if not misses:
        return (
            "Each of the simple methods finds every event without a false alarm, at a threshold of its own that is "
            "known only afterwards, from the events themselves."
        )
    if not finds:
        return "None of the simple methods finds every event without a false alarm, at any threshold."
    return (
        "There are thresholds at which every event is found without a false alarm, for these simple methods alone: "
        f"{listed(finds)}. They are known only afterwards, from the events themselves. For {listed(misses)} there is "
        "none."
    )


#: Where the labels of a series are from, by its name.
LABELS: Mapping[str, str] = {
    "bleeding": (
        "The event is the one named by the contest that the series comes from: twelve steps in which the pressure "
        "jumps up and down. What is usual was learned from the contest’s own training part."
    ),
    "water": (
        "The source tells of three moments of low flow and a small peak, but not when they were. They are taken to be "
        f"what lies outside of {USUAL_FLOW[0]:g} to {USUAL_FLOW[1]:g} l/s, which happens four times, in that order: "
        "labels by the level, which favour whoever looks at the level."
    ),
}


def rule(series: Series) -> str:
    """How alarms are counted."""
    steps = int(usual_steps(series).sum())
    if not series.events:
        return (
            f"Nobody has labelled anything here: alarms are counted in the {steps:,} steps that nothing was learned "
            "from, and none of them is right or false. A score is the distance from what was expected, in multiples of "
            "its root mean square over what was learned from."
        )
    return (
        "An event is found by an alarm in it. Precision is the share of the events among events found and false "
        f"alarms, recall the share of the events that is found. False are alarms in the {steps:,} usual steps: not in "
        f"what was learned from, nor in an event or the {AFTER} steps after it. A score is the distance from what was "
        "expected, in multiples of its root mean square over what was learned from."
    )


#: The autumn in which a bank fell.
AUTUMN = ("2008-09-15", "2008-12-31")


def of_2008(series: Series, detectors: Mapping[str, Detector], threshold: float) -> str:
    """What detectors say of a stock's days in the autumn of 2008, and which day of all surprises each most."""
    learned = learned_part(series)
    scored = {name: scores(detector, series.values, learned) for name, detector in detectors.items()}
    days = [AUTUMN[0] <= day <= AUTUMN[1] for day in series.times]
    alarms = {name: int((one[days] >= threshold).sum()) for name, one in scored.items()}
    strangest = series.times[int(np.nanargmax(scored["rolling"]))]
    return (
        f"**2008 is in these days, and nobody has labelled it.** Of the {sum(days)} trading days from 15 September to "
        f"the end of that year, {alarms['mean']} are {threshold:g} times the usual distance from the mean or more; the "
        f"same threshold gives {alarms['rolling']} alarms by the rolling z and {alarms['autoregression']} by the "
        "autoregression: what stays is soon expected by whoever looks at the last days alone. The day that surprises "
        f"the rolling z most of all is {strangest}."
    )


def times(value: float) -> str:
    """How many times, in as many digits as tell."""
    return f"{value:.1f}" if value >= 1 else f"{value:.2f}"
