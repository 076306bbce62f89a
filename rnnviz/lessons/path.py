"""The path through the lessons that ship: what to see first, and what then, in the order of a chapter."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from rnnviz.lessons.lesson import Lesson
from rnnviz.lessons.shipped import LESSONS


@dataclass(frozen=True)
class Stop:
    """A stop of the path.

    Attributes
    ----------
    title, aim
        What it is about, and in one sentence what one knows after it.
    lessons
        By the names under which a browser notes that they are done; these never change.
    """

    title: str
    aim: str
    lessons: Mapping[str, Lesson]


class Place(NamedTuple):
    """Where a lesson stands on the path: its name, its stop's number from 1, and the lessons before and after it."""

    name: str
    stop: int
    before: Lesson | None
    after: Lesson | None


def _stop(title: str, aim: str, **lessons: str) -> Stop:
    called = {lesson.title: lesson for lesson in LESSONS}
    return Stop(title, aim, {name: called[lesson] for name, lesson in lessons.items()})


PATH: tuple[Stop, ...] = (
    _stop(
        "A loop, unrolled",
        "A recurrent network is one small computation, repeated: its state is all that it knows of the past.",
        recurrence="One unit, unrolled",
        units="Units are not time steps",
    ),
    _stop(
        "Gates",
        "A gate is a number between 0 and 1 that something is multiplied with, anew in every unit at every step.",
        gates="Why a gate is not a switch",
    ),
    _stop(
        "Memory",
        "What keeps a memory is a gate that stays open, and how the weights start decides whether it does.",
        memory="What the cell state adds",
    ),
    _stop(
        "Vanishing and exploding",
        "A gradient is multiplied at every step back: it vanishes or explodes unless something holds it.",
        vanishing="A radius of 1 is not safe",
    ),
    _stop(
        "Clipping and truncation",
        "Two remedies and what each can do: one shortens steps that are too long, the other forgets on purpose.",
        clipping="At the edge of a cliff",
        truncation="What truncation never tells",
    ),
    _stop(
        "How the weights start",
        "The same cell learns a task or does not, depending on where its weights begin.",
        initialisation="How the weights start",
    ),
    _stop(
        "A fair comparison",
        "Equal units, equal weights, equal steps, equal seconds: each is fair to another cell.",
        fairness="What is a fair race?",
    ),
    _stop(
        "Padding",
        "Sequences are read side by side, and what fills up the short ones is work for nothing.",
        padding="What padding wastes",
    ),
    _stop(
        "Attention",
        "A decoder may look back at every word; whether that explains what it says is a question of its own.",
        attention="Where a translator looks",
        explanation="Is it an explanation?",
    ),
    _stop(
        "Reading a state",
        "What a state keeps can be looked for, and has to be held against what is known without it.",
        reading="A unit that knows where it is",
    ),
    _stop(
        "Forecasts",
        "A forecast counts for what it adds to the simplest one: that all stays as it is, or is as it was on average.",
        copying="A forecast that copies yesterday",
    ),
)


def place_of(lesson: Lesson) -> Place | None:
    """Where a lesson stands on the path; None where it does not."""
    ordered = [(number, name, one) for number, stop in enumerate(PATH, 1) for name, one in stop.lessons.items()]
    for index, (number, name, one) in enumerate(ordered):
        if one == lesson:
            before = ordered[index - 1][2] if index else None
            after = ordered[index + 1][2] if index + 1 < len(ordered) else None
            return Place(name, number, before, after)
    return None
