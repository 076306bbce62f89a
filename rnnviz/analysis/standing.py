"""Whether a network forecasts better than a simple method: by the spread over its seeds."""

from __future__ import annotations

from collections.abc import Sequence
from math import floor, isclose, log10
from typing import Literal

Outcome = Literal["network", "simple", "tie", "alike", "once"]


def outcome(network: Sequence[float], simple: float) -> Outcome:
    """Who wins, by the errors of a network from each seed and the one of a simple method.

    The network where each of its seeds is better, the simple method where it is better than each of them. Between the
    two it is a tie: the difference is within the spread over the seeds. Nor does anybody win where the seed that is
    nearest is `alike`. Of one seed there is no spread: "once".
    """
    if len(network) == 1:
        return "once"
    if min(network) <= simple <= max(network):
        return "tie"
    if any(alike(error, simple) for error in network):
        return "alike"
    return "network" if max(network) < simple else "simple"


def alike(one: float, other: float) -> bool:
    """Whether two errors differ by less than one in the third digit of the larger."""
    if one == other:
        return True
    apart = abs(one - other) / 10.0 ** (floor(log10(max(one, other))) - 2)
    return apart < 1 and not isclose(apart, 1)
