"""What a lesson can ask to be predicted, and what decides it: each kind of question once, with its answer computed.

A check is plain data, as a link holds it; its steps and units count from 1. Where a player draws the picture, the
browser finds the answer by itself, with the same words: see `rnnviz/player/shell/checks.js`.
"""

from __future__ import annotations

from collections.abc import Mapping

from rnnviz.lessons.checks.check import NONE, YES_NO, Check, Finding, UndecidedError
from rnnviz.lessons.checks.forecasts import Beats, FitsBest
from rnnviz.lessons.checks.gradients import VANISHED, EndsLower, Fate, Reaches
from rnnviz.lessons.checks.races import Clipped, LearnsFirst, Padding, Widest
from rnnviz.lessons.checks.runs import REMEMBERED, Above, GuessChanges, HowLarge, Remembered, RemembersBest, Units
from rnnviz.lessons.checks.texts import Follows
from rnnviz.lessons.checks.translations import Explained, LooksMost, TranslatedRight

__all__ = [
    "CHECKS", "NONE", "REMEMBERED", "VANISHED", "YES_NO", "Above", "Beats", "Check", "Clipped", "EndsLower",
    "Explained", "Fate", "Finding", "FitsBest", "Follows", "GuessChanges", "HowLarge", "LearnsFirst", "LooksMost",
    "Padding", "Reaches", "Remembered", "RemembersBest", "TranslatedRight", "UndecidedError", "Units", "Widest",
]  # fmt: skip

#: Every kind, in the order in which they are offered.
CHECKS: Mapping[str, type[Check]] = {
    check.kind: check
    for check in (
        Remembered,
        GuessChanges,
        Above,
        HowLarge,
        Units,
        RemembersBest,
        Reaches,
        Fate,
        EndsLower,
        LearnsFirst,
        Clipped,
        Widest,
        Padding,
        LooksMost,
        TranslatedRight,
        Explained,
        Follows,
        FitsBest,
        Beats,
    )
}
