"""What is said of detectors: at every branch, and of the series that ship what is so."""

import numpy as np
import pytest

from rnnviz.analysis.detection import Reached
from rnnviz.data.series import load_series
from rnnviz.tasks.detection import learned_part, scores, simple_detectors, usual_steps
from rnnviz.ui.series.alarms import AUTUMN, LABELS, needs_a_network, of_2008, rule, verdict, who_finds_all

STOCKS = ("aapl-range", "ibm-range", "msft-range")


def reaching(simple, networks):
    """What detectors would have reached: the best simple one, and the network with each seed."""
    rooms = {"mean": 0.5, "difference": simple, "rolling": 0.2, "autoregression": 0.9 * simple}
    found = {name: (Reached(1.0, room),) for name, room in rooms.items()}
    return {**found, "gru": tuple(Reached(1.0, room) for room in networks)}


@pytest.mark.parametrize(
    ("best", "networks", "said"),
    [
        (4.0, (3.0, 3.5, 3.9), "simple"),
        (4.0, (3.0, 4.5, 3.9), "tie"),
        (4.0, (4.1, 4.5, 5.0), "more"),
        (4.0, (4.0, 4.5, 5.0), "tie"),
        (4.0, (4.04, 4.5, 5.0), "tie"),
        (4.0, (3.0, 3.96, 3.5), "tie"),
        (0.9, (0.5, 0.8, 1.0), "none"),
        (0.9, (0.5, 0.8, 1.1), "some"),
        (0.9, (1.5, 1.8, 1.1), "alone"),
    ],
)
def test_a_tie_is_a_difference_within_the_spread_over_seeds(best, networks, said):
    assert verdict(best, networks) == said


@pytest.mark.parametrize(
    ("simple", "networks", "begins", "holds"),
    [
        (4.0, (3.0, 3.5), "**No network is needed here: a simple method, “First differences”", "3.0 to 3.5 times"),
        (4.0, (3.0, 4.5), "**No network is needed here: a simple method, “First differences”", "within what the seed"),
        (4.0, (4.1, 4.5), "**A simple method, “First differences”, is enough here", "4.1 to 4.5 times"),
        (0.9, (1.2, 1.5), "**The GRU finds everything with no false alarm, and no simple method does.**", "0.90 times"),
        (0.9, (0.2, 1.5), "**Whether the GRU finds everything with no false alarm depends on its seed", "0.90 times"),
        (0.9, (0.5, 0.75), "**Nothing here finds everything with no false alarm**", "0.50 to 0.75 times"),
    ],
)
def test_who_wins_is_said_first(simple, networks, begins, holds):
    sentence = needs_a_network("gru", "GRU", reaching(simple, networks))
    assert sentence.startswith(begins)
    assert holds in sentence
    assert "2 seeds" in sentence


@pytest.mark.parametrize(
    ("simple", "said"),
    [
        (
            4.0,
            "“First differences” and “Autoregression”. They are known only afterwards, from the events themselves. For "
            "“Distance from the mean” and “Rolling z” there is none.",
        ),
        (
            1.05,
            "alone: “First differences”. They are known only afterwards, from the events themselves. For "
            "“Distance from the mean”, “Rolling z” and “Autoregression” there is none.",
        ),
        (0.9, "None of the simple methods finds every event without a false alarm, at any threshold."),
    ],
)
def test_which_simple_methods_find_all_is_said(simple, said):
    assert who_finds_all(reaching(simple, (1.0,))).endswith(said)


def test_where_all_simple_methods_find_all_so_it_is_said():
    found = {name: (Reached(1.0, 2.0),) for name in ("mean", "difference", "rolling", "autoregression")}
    assert who_finds_all(found).endswith("known only afterwards, from the events themselves.")


def test_every_labelled_series_says_where_its_labels_are_from():
    for name, said in LABELS.items():
        assert load_series(name).events
        assert said
    ((start, stop),) = load_series("bleeding").events
    assert stop - start == 12


def test_the_rule_says_how_many_steps_can_have_a_false_alarm():
    water, ibm = load_series("water"), load_series("ibm-range")
    assert f"{usual_steps(water).sum():,} usual steps" in rule(water)
    assert "Nobody has labelled anything here" in rule(ibm)
    assert f"{usual_steps(ibm).sum():,} steps" in rule(ibm)


@pytest.mark.parametrize("name", STOCKS)
def test_2008_stays_unusual_for_the_mean_alone(name):
    series = load_series(name)
    detectors = simple_detectors(series)
    said = of_2008(series, detectors, 2.0)
    days = np.array([AUTUMN[0] <= day <= AUTUMN[1] for day in series.times])
    alarms = {
        name: int((scores(one, series.values, learned_part(series))[days] >= 2).sum())
        for name, one in detectors.items()
    }
    assert f"Of the {days.sum()} trading days" in said
    assert f" {alarms['mean']} are 2 times" in said
    assert f"gives {alarms['rolling']} alarms by the rolling z and {alarms['autoregression']} by" in said
    assert alarms["mean"] > 2 * max(alarms["rolling"], alarms["autoregression"])
