"""The kinds of settings: what each may be, how a text is read as it, and how it is written.

A setting is declared once, as a field of its page's values ::

    seed: int = declare(Span("Seed", "Another seed, other weights.", 0, 9999, default=1, group="weights"))

and everything follows from that line: what an address may say and how it is refused, the control, the address that is
written, the list of what a lesson may show or hide. What depends on other settings (bounds, choices, the default) is
worked out from those declared before it, so that no combination is possible that a page could not show.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from types import SimpleNamespace
from typing import Any, ClassVar, Literal, Self

from rnnviz.cells import CELLS, MAIN, Cell
from rnnviz.settings.numerals import ambiguous, readings
from rnnviz.settings.own_cell import OWN, read_own_cell, write_own_cell

#: The settings known by now, as attributes.
Known = Any

#: The longest text a setting may be.
LONGEST = 10_000


@dataclass(frozen=True)
class Setting:
    """One thing that a page can be set to.

    Attributes
    ----------
    title, help
        What its control is called, and what it does in one sentence.
    default
        What it is where nobody has said anything.
    group
        The part of its page that a lesson shows or hides it with; None where it is always shown.
    when
        Whether it matters, by itself and the settings before it; always if None.
    adapt
        From itself and the settings before it, itself with the bounds, choices and default it then has.
    follows
        A setting whose change makes this one its default again.
    carried
        Whether it goes along to other pages that have it.
    unsaid
        What an address means by it that says something of its page and nothing of this; its default where None. For
        links from before the default was another: since then an address always says it.
    live
        Whether the player draws its control and follows it by itself: the server is told, and computes nothing.
    width
        Of its control, in pixels.
    """

    title: str
    help: str = ""
    default: Any = field(default=None, kw_only=True)
    group: str | None = field(default=None, kw_only=True)
    when: Callable[[Known], bool] | None = field(default=None, kw_only=True)
    adapt: Callable[[Any, Known], Any] | None = field(default=None, kw_only=True)
    follows: str | None = field(default=None, kw_only=True)
    carried: bool = field(default=False, kw_only=True)
    unsaid: Any = field(default=None, kw_only=True)
    live: bool = field(default=False, kw_only=True)
    width: int | None = field(default=None, kw_only=True)

    #: Whether its value is a tuple of what an address may say, once each.
    several: ClassVar[bool] = False

    @property
    def labels(self) -> tuple[str, ...]:
        """What its control shows in words."""
        return (self.title,)

    @property
    def accepts(self) -> str:
        """What is accepted, in words."""
        return f"a text of up to {LONGEST:,} characters"

    def read(self, text: str) -> Any:
        """What a text stands for; None for nothing.

        Raises
        ------
        ValueError
            With a sentence, where more can be said of why that is nothing.
        """
        return text if len(text) <= LONGEST else None

    def gathered(self, read: Iterable[Any]) -> Any:
        """Its value, from what each text stands for; of one where it is not of several."""
        [value] = read
        return value

    def write(self, value: Any) -> str:
        """The text that stands for a value, in no language."""
        return str(value)

    def fits(self, value: Any) -> bool:
        """Whether it may have a value."""
        return isinstance(value, str)

    def nearest(self, value: Any) -> Any:
        """What it becomes where it had a value that it may not have any more."""
        return self.default

    def settled(self, value: Any) -> Any:
        """A value if it may have that, its default for None, and else what is nearest."""
        if value is None:
            return self.default
        return value if self.fits(value) else self.nearest(value)

    def at(self, known: Known) -> Self:
        """Itself, once the settings before it are known."""
        return self.adapt(self, known) if self.adapt else self

    def matters(self, known: Known) -> bool:
        """Whether it makes a difference, once the settings before it are known."""
        return self.when is None or self.when(known)


@dataclass(frozen=True)
class Text(Setting):
    """What a person types, up to `longest` characters; whether it can be used is said where it is."""

    longest: int = field(default=LONGEST, kw_only=True)

    @property
    def accepts(self) -> str:
        """What is accepted, in words."""
        return f"a text of up to {self.longest:,} characters"

    def read(self, text: str) -> Any:
        """The text, if it is not too long."""
        return text if self.fits(text) else None

    def fits(self, value: Any) -> bool:
        """Whether it is a text that is not too long."""
        return isinstance(value, str) and len(value) <= self.longest


@dataclass(frozen=True)
class Flag(Setting):
    """Yes or no."""

    @property
    def accepts(self) -> str:
        """What is accepted, in words."""
        return "true or false"

    def read(self, text: str) -> bool | None:
        """As Streamlit writes it, in any case."""
        return {"true": True, "false": False}.get(text.casefold())

    def write(self, value: Any) -> str:
        """As Streamlit writes it."""
        return str(value).lower()

    def fits(self, value: Any) -> bool:
        """Whether it is one of the two."""
        return isinstance(value, bool)


@dataclass(frozen=True)
class Choice(Setting):
    """One of a few names, each with the title a person sees: as buttons, or as a list to unfold."""

    titles: Mapping[str, str] = field(default_factory=dict)
    look: Literal["buttons", "list"] = field(default="buttons", kw_only=True)

    @property
    def labels(self) -> tuple[str, ...]:
        """Its title and those of its choices."""
        return self.title, *self.titles.values()

    @property
    def accepts(self) -> str:
        """What is accepted, in words."""
        return _one_of(list(self.titles.values()))

    def read(self, text: str) -> str | None:
        """The name a text stands for, given as a name or as a title, in any case."""
        return _named(text, self.titles)

    def fits(self, value: Any) -> bool:
        """Whether it is one of the names."""
        return value in self.titles

    def among(self, titles: Mapping[str, str]) -> Choice:
        """The same with other choices; the first of them where its default is none."""
        default = self.default if self.default in titles else next(iter(titles))
        return replace(self, titles=titles, default=default)


@dataclass(frozen=True)
class Span(Setting):
    """A number from `low` to `high`, in a box or on a slider; whole where `step` is.

    `form` is how a box shows it, as in C.
    """

    low: float = 0
    high: float = 0
    step: float = field(default=1, kw_only=True)
    look: Literal["box", "slider"] = field(default="box", kw_only=True)
    form: str | None = field(default=None, kw_only=True)

    @property
    def whole(self) -> bool:
        """Whether only integers count."""
        return isinstance(self.step, int)

    @property
    def accepts(self) -> str:
        """What is accepted, in words."""
        return f"a {'whole ' * self.whole}number from {self.low:g} to {self.high:g}"

    def read(self, text: str) -> float | None:
        """The number that a text is, if it is one of these; refused where it can be read as several of them."""
        found = [numbers for numbers in readings(text) if len(numbers) == 1 and self.fits(*numbers)]
        if len(found) > 1:
            raise ValueError(f"In the link {ambiguous(shorten(text), found)}.")
        if not found:
            return None
        [[value]] = found
        return int(value) if self.whole else value

    def write(self, value: Any) -> str:
        """The shortest text that is read as the same number."""
        return repr(int(value)) if value == int(value) else repr(value)

    def fits(self, value: Any) -> bool:
        """Whether it is a number within the bounds."""
        number = isinstance(value, (int, float)) and not isinstance(value, bool)
        return number and self.low <= value <= self.high and (not self.whole or value == int(value))

    def nearest(self, value: Any) -> Any:
        """The nearest number within the bounds."""
        return min(max(value, self.low), self.high) if isinstance(value, (int, float)) else self.default

    def within(self, low: float, high: float, default: float | None = None) -> Span:
        """The same with other bounds, and another default or the nearest to its own."""
        wanted = self.default if default is None else default
        return replace(self, low=low, high=high, default=min(max(wanted, low), high))


@dataclass(frozen=True)
class CellChoice(Setting):
    """One of the cells that are offered; with `own` also one that a person has written, which is in the address."""

    offered: tuple[Cell, ...] = MAIN
    own: bool = field(default=True, kw_only=True)

    @property
    def labels(self) -> tuple[str, ...]:
        """Its title and those of the cells."""
        return self.title, *(cell.title for cell in self.offered)

    @property
    def accepts(self) -> str:
        """What is accepted, in words."""
        return _one_of([cell.title for cell in self.offered])

    def read(self, text: str) -> Cell | None:
        """A cell by its name or its title, in any case, or one's own."""
        if text.startswith(OWN):
            cell = read_own_cell(text)
            return cell if self.offers(cell) else None
        name = _named(text, {cell.name: cell.title for cell in self.offered})
        return next((cell for cell in self.offered if cell.name == name), None)

    def write(self, value: Any) -> str:
        """The name of a shipped cell; any other as a text that holds all of it."""
        return value.name if CELLS.get(value.name) == value else write_own_cell(value)

    def offers(self, cell: Any) -> bool:
        """Whether a cell is offered or somebody's own."""
        return isinstance(cell, Cell) and (cell in self.offered or (self.own and cell.name not in CELLS))

    def fits(self, value: Any) -> bool:
        """Whether it is such a cell."""
        return self.offers(value)


@dataclass(frozen=True)
class Cells(CellChoice):
    """Several cells, in the order in which they are offered, one's own last."""

    several: ClassVar[bool] = True

    def fits(self, value: Any) -> bool:
        """Whether every one of them is a choice, each once."""
        return isinstance(value, tuple) and len(set(value)) == len(value) and all(map(self.offers, value))

    def settled(self, value: Any) -> Any:
        """In the order in which they are offered."""
        settled = super().settled(value)
        return self.gathered(settled) if settled else settled

    def gathered(self, read: Iterable[Cell]) -> tuple[Cell, ...]:
        """Each once, in order."""
        given = dict.fromkeys(read)
        return (*(cell for cell in self.offered if cell in given), *(one for one in given if one not in self.offered))


def declare(setting: Setting) -> Any:
    """Make a setting a field of a dataclass, with its default."""
    return field(default=setting.default, metadata={"setting": setting})


def declared(values: type[Any]) -> dict[str, Setting]:
    """The settings of a page's values by name, in their order."""
    return {one.name: one.metadata["setting"] for one in fields(values) if "setting" in one.metadata}


def settle(values: type[Any], given: Mapping[str, Any]) -> Any:
    """The values of a page from those that are given; the default in the place of what is missing or does not fit."""
    known = SimpleNamespace()
    for name, setting in declared(values).items():
        setattr(known, name, setting.at(known).settled(given.get(name)))
    return values(**vars(known))


def _named(text: str, titles: Mapping[str, str]) -> str | None:
    wanted = text.casefold()
    return next((name for name, title in titles.items() if wanted in (name.casefold(), title.casefold())), None)


def _one_of(titles: list[str]) -> str:
    if len(titles) == 1:
        return titles[0]
    return f"one of {', '.join(titles)}" if len(titles) < 10 else f"{titles[0]} to {titles[-1]}"


def shorten(text: str, length: int = 30) -> str:
    """A person's text for quoting in a sentence: one line, printable, not too long."""
    plain = "".join(character if character.isprintable() else "\N{REPLACEMENT CHARACTER}" for character in text)
    return plain if len(plain) <= length else plain[: length - 1] + "…"
