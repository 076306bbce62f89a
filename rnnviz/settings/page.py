"""What a page is: its place in the menu, what it can be set to, and what a lesson on it may show or hide."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from rnnviz.settings.kinds import Choice, Setting, Span, Text, declared, settle


@dataclass(frozen=True)
class Nothing:
    """The values of a page that can be set to nothing."""


#: The longest sequence that is shown, and the most units of a network, where a page says nothing else.
MAX_STEPS, MAX_UNITS = 200, 64

#: What the player writes into the address by itself: it has no control of ours. Steps and units count from 1.
PLAYER: Mapping[str, Setting] = {
    "step": Span("Step", "Which time step is chosen.", 1, MAX_STEPS),
    "unit": Span("Unit", "Which unit is chosen.", 1, MAX_UNITS),
    "moment": Span("Moment", "Which moment of a training is chosen.", 1, 100),
    "line": Text("Equation", "Which equation is framed."),
    "size": Choice("Size", "Whether everything is larger.", {"large": "Large"}),
    "sample": Text("Sample", "Which of the texts that are there is read."),
    "reading": Text("Text", "What is read instead, as it was typed."),
    "painted": Text("Painted", "Which passages of the text are painted, by their steps."),
    "inside": Choice("Cell", "Whether the cell is open at the chosen step.", {"open": "Open"}),
    "threshold": Span("Threshold", "From which score on there is an alarm.", 0.5, 20.0, step=0.1, default=5.0),
    "ahead": Span("Ahead", "Which step ahead is looked at.", 1, 60),
    "back": Span("Back", "How many steps before the last one that is read is looked at.", 0, 400),
    "way": Choice("Forecast", "Whether each forecast is read before the next is made.", {"recursive": "Recursive"}),
    "what_if": Text("Changes", "What is changed in the runs."),
    "answer": Choice("Answer", "What was predicted.", {"yes": "Yes", "no": "No", "unsure": "Can't tell"}),
}


@dataclass(frozen=True)
class Page:
    """A page of the app.

    Attributes
    ----------
    name
        In code and in addresses.
    title, icon, menu
        What the menu calls it, by which sign, and in which group of the menu it stands.
    promise
        What its card on the home page says one will see.
    values
        The dataclass whose fields declare what it can be set to.
    groups
        What a lesson on it may show or hide, by name, each with its title: groups of settings, and other parts.
    parts
        What each of these is, in a sentence for whoever makes a lesson.
    kinds
        The kinds of player that it opens with, which a browser is told of before there is a picture.
    player
        The names of `PLAYER` that stand in its address.
    asks
        Whether its picture can be hidden until a learner has said what to expect of it.
    most_steps, most_units
        How far the player can go on it.
    """

    name: str
    title: str
    icon: str
    menu: str = ""
    promise: str = ""
    values: type[Any] = Nothing
    groups: Mapping[str, str] = field(default_factory=dict)
    parts: Mapping[str, str] = field(default_factory=dict)
    kinds: tuple[str, ...] = ()
    player: tuple[str, ...] = ()
    asks: bool = False
    most_steps: int = MAX_STEPS
    most_units: int = MAX_UNITS

    @property
    def path(self) -> str:
        """Its script."""
        return "app.py" if self.name == "home" else f"pages/{self.name}.py"

    @property
    def settings(self) -> dict[str, Setting]:
        """What it can be set to by controls, by name."""
        return declared(self.values)

    @property
    def all_settings(self) -> dict[str, Setting]:
        """The same, and after them what the player writes into the address."""
        ends = {"step": self.most_steps, "unit": self.most_units}
        player = {name: PLAYER[name] for name in self.player}
        spans = {name: one for name, one in player.items() if isinstance(one, Span) and name in ends}
        return {**self.settings, **player, **{name: replace(one, high=ends[name]) for name, one in spans.items()}}

    def of(self, given: Mapping[str, Any]) -> Any:
        """Its values from those that are given; what is missing, or cannot be, is its default."""
        return settle(self.values, given)
