"""The controls of a page: drawn from the declarations of its settings, and kept true with its address."""

from __future__ import annotations

import logging
from collections.abc import Callable, Hashable, Mapping
from dataclasses import replace
from typing import Any, Generic, TypeVar

import streamlit as st

from rnnviz.player.payload import Dial
from rnnviz.settings import address
from rnnviz.settings.kinds import CellChoice, Cells, Choice, Flag, Setting, Span, Text
from rnnviz.settings.page import Page
from rnnviz.ui import address as browser
from rnnviz.ui.lesson_card import Shown
from rnnviz.ui.markdown import plain
from rnnviz.ui.terms import explained

_LOG = logging.getLogger(__name__)
V = TypeVar("V")


def refuse(sentence: str) -> None:
    """Show a sentence about input that cannot be used, as plain text, and log it in one line."""
    st.warning(plain(sentence), icon=":material/info:")
    _LOG.warning("%s", sentence)


def refuse_typed(sentence: str) -> None:
    """Say what cannot be read in what was typed, and grey what follows: it shows something else."""
    with st.container(key="unread"):
        refuse(sentence)


class Kept:
    """What a page is set to by this visitor: only what somebody has said; the rest follows from the declarations."""

    def __init__(self, page: Page) -> None:
        self._page = page
        by_page: dict[str, dict[str, Any]] = st.session_state.setdefault("settings", {})
        self._own, self._carried = by_page.setdefault(page.name, {}), by_page.setdefault("", {})

    def _place(self, name: str) -> dict[str, Any]:
        return self._carried if self._page.settings[name].carried else self._own

    def values(self) -> dict[str, Any]:
        """What has been said, by name."""
        return {**self._carried, **self._own}

    def set(self, name: str, value: Any) -> None:
        """Note what somebody has said."""
        self._place(name)[name] = value

    def forget(self, name: str) -> None:
        """Let a setting be its default again."""
        self._place(name).pop(name, None)

    def replace(self, given: Mapping[str, Any]) -> None:
        """Take over what an address says, and nothing of what was said before."""
        for name in self._page.settings:
            self.forget(name)
        self.add(given)

    def add(self, given: Mapping[str, Any]) -> None:
        """Take over what an address says beside what was said before."""
        for name, value in given.items():
            if name in self._page.settings:
                self.forget(name)
                self.set(name, value)


class Controls(Generic[V]):
    """Some of the settings of a page, drawn in one fragment, which keeps the address true for them.

    Parameters
    ----------
    shown
        What the reader sees of the page: a setting that a lesson hides has no control and keeps what the address says.
    names
        Which settings; all of the page where there are none.
    """

    def __init__(self, shown: Shown, *names: str) -> None:
        self._shown, self._page = shown, shown.page
        self._names = names or tuple(self._page.settings)
        self._kept = Kept(self._page)

    @property
    def values(self) -> V:
        """What the page is set to now."""
        values: V = self._page.of(self._kept.values())
        return values

    def draw(self, *names: str, then: Callable[[], None] | None = None, **options: Any) -> V:
        """Draw the controls of those settings that matter and are shown, in this order; what the page is set to then.

        `then` is called once a person has chosen; `options` go to Streamlit's widgets.
        """
        known = self.values
        for name in names:
            self._draw(name, known, then, options)
        return known

    def set(self, name: str, value: Any) -> None:
        """Set one to a value, as if a person had."""
        self._kept.set(name, value)

    def dials(self) -> list[Dial]:
        """Those settings that the player draws as dials and follows by itself; what is typed is none."""
        known = self.values
        dials = []
        for name in self._names:
            setting = self._page.settings[name].at(known)
            if setting.live and setting.matters(known) and not isinstance(setting, Text):
                dials.append(_dial(name, setting, shown=self._shown.shows(setting.group)))
        return dials

    def turned(self, values: Mapping[str, Any]) -> None:
        """Note where a person has left the dials; what these cannot be is left out."""
        for name in self._names:
            setting = self._page.settings[name].at(self.values)
            if setting.live and setting.fits(values.get(name)):
                self._kept.set(name, values[name])

    def _draw(self, name: str, known: V, then: Callable[[], None] | None, options: Mapping[str, Any]) -> None:
        setting, value = self._page.settings[name].at(known), getattr(known, name)
        if not (self._shown.shows(setting.group) and setting.matters(known)):
            return
        raw = _raw(setting, value)
        if name not in st.session_state or st.session_state[name] != raw:
            st.session_state[name] = raw
        _widget(setting, name, raw, {"on_change": self._note, "args": (name, then), **options})

    def _note(self, name: str, then: Callable[[], None] | None) -> None:
        """Note what a person has just chosen: Streamlit forgets it once its widget is out of sight."""
        known = self.values
        setting = self._page.settings[name].at(known)
        chosen = _value(setting, st.session_state[name])
        if chosen == getattr(known, name) or not setting.fits(chosen):
            return
        self._kept.set(name, chosen)
        for other, following in self._page.settings.items():
            if following.follows == name:
                self._kept.forget(other)
        if then is not None:
            then()

    def keep(self) -> V:
        """Have the address say what these settings are; what the page is set to."""
        values = self.values
        texts = address.write(self._page, values, self._names)
        browser.write({name: texts.get(name, []) for name in self._names}, self._names[0])
        return values


def _dial(name: str, setting: Setting, *, shown: bool) -> Dial:
    match setting:
        case Span(title, help, low=low, high=high, step=step, look=look):
            return Dial(name, title, help, low, high, step, look, shown)
        case Flag(title, help):
            return Dial(name, title, help, 0, 1, 1, "switch", shown)
    raise TypeError(f"a {type(setting).__name__} cannot be turned in the player")


def _raw(setting: Setting, value: Any) -> Any:
    """A value as the widget of its setting holds it."""
    if isinstance(setting, Cells):
        return [setting.write(cell) for cell in value]
    return setting.write(value) if isinstance(setting, CellChoice) else value


def _value(setting: Setting, raw: Any) -> Any:
    """The value that a widget holds."""
    if isinstance(setting, Cells):
        return setting.gathered(filter(None, map(setting.read, raw or [])))
    return setting.read(raw) if isinstance(setting, CellChoice) else raw


def _widget(setting: Setting, key: str, raw: Any, options: Mapping[str, Any]) -> None:
    """Draw the widget of a setting.

    It is told its value as its default too. Where a run is cut short by the next, a browser that was told in the first
    run alone never hears of it, shows the default that Streamlit would choose, the lowest number or no text, and sends
    that back as if a person had chosen it.
    """
    more: dict[str, Any] = {"key": key, "help": explained(*setting.labels, sentence=setting.help), **options}
    if setting.width:
        more.setdefault("width", setting.width)
    match setting:
        case CellChoice():
            chosen = filter(None, map(setting.read, raw if isinstance(raw, list) else [raw]))
            titles = {setting.write(cell): cell.title for cell in (*setting.offered, *chosen)}
            choice = {"format_func": titles.__getitem__, "default": raw, **more}
            if setting.several:
                st.pills(setting.title, list(titles), selection_mode="multi", wrap=True, **choice)
            else:
                st.segmented_control(setting.title, list(titles), required=True, **choice)
        case Choice():
            names, choice = list(setting.titles), {"format_func": setting.titles.__getitem__, **more}
            if setting.look == "list":
                st.selectbox(setting.title, names, names.index(raw), **choice)
            else:
                st.segmented_control(setting.title, names, default=raw, required=True, **choice)
        case Span():
            more["step"] = setting.step
            if setting.look == "slider":
                st.slider(setting.title, setting.low, setting.high, raw, **more)
            else:
                st.number_input(setting.title, setting.low, setting.high, raw, format=setting.form, **more)
        case Flag():
            st.toggle(setting.title, raw, **more)
        case _:
            st.text_input(setting.title, raw, live=True, **more)


def readable(settings: V, read: Callable[[V], object]) -> V:
    """The settings; where what was typed cannot be read, a sentence that says why, and what could be read last."""
    place = f"last_{type(settings).__name__.lower()}"
    try:
        read(settings)
    except ValueError as error:
        refuse_typed(f"{error} Until then the page shows what could be read last.")
        last = st.session_state.get(place, type(settings)())
        typed = {name: getattr(last, name) for name in ("text", "numbers") if hasattr(last, name)}
        settings = replace(settings, **typed)  # type: ignore[type-var]  # the values of every page are a dataclass
    st.session_state[place] = settings
    return settings


def rerun_below(name: str, subject: Hashable) -> None:
    """Within a fragment: rerun the whole page when what it explains below the fragment is another subject now."""
    if st.session_state.get(name, subject) != subject:
        del st.session_state[name]
        st.rerun()
    st.session_state[name] = subject
