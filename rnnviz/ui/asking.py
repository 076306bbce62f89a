"""What a lesson asks before a picture that the server draws. It imports the player: import it from pages only."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict

from rnnviz.lessons.checks import UndecidedError
from rnnviz.lessons.evidence import Evidence
from rnnviz.player.component import question
from rnnviz.ui.lesson_card import Shown


def answered(page: Shown, shown: Callable[[], Evidence], *, player: bool = False) -> bool:
    """Ask what the lesson has to ask of this picture, by what `shown` gives; whether the picture may be seen.

    It may be once there is an answer, and where there is nothing to ask; nor is there where a `player` asks by itself.
    """
    asked = page.asked_by_server(player=player)
    if asked is None:
        return True
    evidence = shown()
    try:
        finding = asdict(asked.check.find(evidence))
    except UndecidedError as error:
        finding = {"problem": str(error)}
    options = asked.check.options(evidence)
    return question(page.as_asked(asked), options, finding, evidence.about, key="question", classroom=page.classroom)
