"""Whether a network forecasts better than a simple method: by the spread over its seeds."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

Outcome = Literal["network", "simple", "tie", "once"]


def outcome(network: Sequence[float], simple: float) -> Outcome:
    """Who wins, by the errors of a network from each seed and the one of a simple method.

    The network where each of its seeds is better, the simple method where it is better than each of them. Between the
    two it is a tie: the difference is within the spread over the seeds. Of one seed there is no spread: "once".
    """
    if len(network) == 1:
        return "once"
    return "network" if max(network) < simple else "simple" if min(network) > simple else "tie"
