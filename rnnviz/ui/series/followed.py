"""What the units of a network that forecasts follow, and how far back it looks, in sentences."""

from __future__ import annotations

from collections.abc import Mapping

from rnnviz.analysis.forecasting import MOST, Followed, Reach, Verdict
from rnnviz.analysis.units import LEFT, TELLS
from rnnviz.cells import Cell
from rnnviz.data.series import Series
from rnnviz.notation import listed, percent
from rnnviz.ui.text.verdicts import in_words, score, unit_name

#: What a unit may follow, in a sentence.
NAMES: Mapping[str, str] = {
    "season": "the season",
    "mean": "the mean of the values it has read",
    "last": "the last value",
    "change": "the last change",
}


def place_of(cell: Cell, hidden_size: int, place: int) -> tuple[str, int]:
    """The letter of a unit of the state, and its number from 0, by its place in the states one after the other."""
    return cell.state[place // hidden_size], place % hidden_size


def name_of(cell: Cell, hidden_size: int, place: int) -> str:
    """A unit of the state as it is written everywhere: ``h 18``."""
    return unit_name(*place_of(cell, hidden_size, place))


def follows_sentence(series: Series, cell: Cell, hidden_size: int, found: Followed) -> str:
    """Whether there is a unit that follows a feature, and what that is compared with."""
    if found.feature == "season" and not series.season:
        return _NO_SEASON
    said = _OF_THE_LAST if found.feature == "last" else _VERDICTS
    return said[found.verdict].format(
        feature=NAMES[found.feature],
        unit=in_words(cell, *place_of(cell, hidden_size, found.place)),
        moves="rises" if found.rises else "falls",
        score=score(found.score),
        untrained=score(found.untrained),
        last=score(found.last),
    )


_NO_SEASON = "**Nothing to compare: this series has no season.**"
_VERDICTS: Mapping[Verdict, str] = {
    "finding": (
        "**Found: {unit} follows {feature}.** It {moves} with it, by a correlation of {score}; the last value alone "
        "reaches {last}, the best unit of the same network before any training {untrained}."
    ),
    "last": (
        "**No finding: the last value alone tells {feature}.** It reaches a correlation of {last}: a unit that follows "
        "it, as {unit} does with {score}, need remember nothing."
    ),
    "untrained": (
        "**No finding: {feature} can be read off the same network before any training.** Its best unit reaches a "
        "correlation of {untrained}, {unit} of the trained one {score}; the last value alone {last}."
    ),
    "weak": (
        "**No finding: no unit follows {feature} much better than what is known without.** The best, {unit}, reaches a "
        "correlation of {score}; the last value alone {last}, the best unit of the same network before any training "
        "{untrained}."
    ),
    "undefined": "**Nothing to compare: {feature} never changes in a part of the series.**",
}
_OF_THE_LAST: Mapping[Verdict, str] = {
    "finding": (
        "**Found: {unit} follows {feature}.** It {moves} with it, by a correlation of {score}; the best unit of the "
        "same network before any training reaches {untrained}."
    ),
    "untrained": (
        "**No finding: {feature} can be read off the same network before any training.** Its best unit reaches a "
        "correlation of {untrained}, {unit} of the trained one {score}: it is what a network reads."
    ),
    "weak": (
        "**No finding: no unit follows {feature} much better than one of the same network before any training.** The "
        "best, {unit}, reaches a correlation of {score}, the untrained one {untrained}."
    ),
    "undefined": _VERDICTS["undefined"],
}


def elsewhere(scores: Mapping[int, float]) -> str:
    """What the best unit reaches in networks from other seeds, by seed; nothing where there are none."""
    known = {seed: score(one) for seed, one in scores.items() if one == one}
    if not known:
        return ""
    if len(known) == 1:
        [(seed, one)] = known.items()
        return f"In the network from seed {seed} the best unit reaches {one}."
    return (
        f"In the networks from seeds {listed([*map(str, known)])} the best units reach {listed([*known.values()])}: "
        "what a single unit keeps depends on where the weights start."
    )


def reach_sentence(reach: Reach, horizon: int) -> str:
    """How far back the forecasts look, on average over days that were not learned from."""
    needed, last = len(reach.moved), reach.moved[0] / reach.moved.sum() if reach.moved.sum() else 0.0
    if not reach.far:
        return f"**No single one of the {needed} values that it reads moves the forecasts at all.**"
    ahead = "the next value" if horizon == 1 else f"the next {horizon} values"
    if reach.far == 1:
        return (
            f"**It looks at the last value, and hardly at any before**: of all that single values do to its forecasts "
            f"of {ahead}, the last one does {percent(last)}."
        )
    return (
        f"**It looks back {reach.far} of the {needed} values that it reads**: the last {reach.far} do "
        f"{percent(MOST)} of all that single values do to its forecasts of {ahead}, the last one alone {percent(last)}."
    )


#: How all of it was measured.
RULE = (
    f"A unit is a **finding** when it leaves at most {percent(LEFT)} of what the better of two controls leaves to 1, "
    f"and neither control reaches {TELLS:g}: the last value that was read, and the best unit of the same network with "
    "random weights. Units and controls are chosen on the second part of the series and scored on the third; the "
    "network has learned from neither. The season is the sine of its length that fits the first part best. How far "
    "back: each value of a window by itself is made higher by a typical change, the standard deviation of the changes "
    "in the first part, in {places} windows of the third."
)
