"""Opening a lesson from its link, and the card that stands where the page's title would be."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import streamlit as st

from rnnviz.lessons.lesson import Lesson, LessonError, decode, encode
from rnnviz.settings import PAGES
from rnnviz.settings.page import Page
from rnnviz.ui import address
from rnnviz.ui.markdown import escaped


@dataclass(frozen=True)
class Shown:
    """What a reader sees of a page: all of it, or what a lesson leaves of it.

    Attributes
    ----------
    opening
        What the player's part of the address is to say once the lesson has been opened, by name.
    """

    page: Page
    lesson: Lesson | None = None
    classroom: bool = False
    opening: Mapping[str, str] = field(default_factory=dict)

    def shows(self, group: str | None) -> bool:
        """Whether the reader sees a part of this page, by its name in the page's groups."""
        return group is None or self.lesson is None or group in self.lesson.shows

    @property
    def prediction(self) -> dict[str, Any] | None:
        """What the player asks before it reveals the picture."""
        return self.lesson.prediction.as_dict() if self.lesson and self.lesson.prediction else None


def read_lesson(page: Page) -> tuple[Lesson | None, str]:
    """The lesson in the address, or why there is none."""
    texts = address.query().get("lesson")
    if not texts:
        return None, ""
    try:
        lesson = decode(texts[-1])
        if lesson.page != page.name:
            raise LessonError("This lesson belongs on another page. Copy its link again from where it was made.")
    except LessonError as error:
        return None, f"{error} Until then, this is the plain page."
    return lesson, ""


def screen_of(lesson: Lesson) -> dict[str, list[str]]:
    """The screen of a lesson as the address says it."""
    settings = PAGES[lesson.page].settings.items()
    unsaid = {name: [one.write(one.unsaid)] for name, one in settings if one.unsaid is not None}
    said = {name: list(said) if isinstance(said, tuple) else [said] for name, said in lesson.settings.items()}
    return unsaid | said


def lesson_card(lesson: Lesson, *, classroom: bool) -> None:
    """Draw what the teacher says about the screen below."""
    again, plain = link_to(lesson, classroom=classroom), lesson.page + "?classroom=true" * classroom
    with st.container(key="lesson"):
        st.markdown(
            f'<small>Lesson · <a href="{again}" target="_self">Start again</a> · '
            f'<a href="{plain}" target="_self">Leave the lesson</a></small>',
            unsafe_allow_html=True,
        )
        st.title(escaped(lesson.title), anchor=False)
        st.markdown(escaped(lesson.question))
        if lesson.look_for:
            with st.expander("What to look for"):
                st.markdown(escaped(lesson.look_for))


def link_to(lesson: Lesson, *, classroom: bool = False) -> str:
    """The address of a lesson relative to any page of the app.

    Opened as a new visit, not as another page of this one, it shows the lesson's screen and nothing typed before.
    """
    return f"{lesson.page}?lesson={encode(lesson)}" + "&classroom=true" * classroom


def lesson_list(lessons: Sequence[Lesson], *, classroom: bool) -> None:
    """Draw lessons as cards, each with its question."""
    with st.container(horizontal=True, gap="medium"):
        for lesson in lessons:
            with st.container(border=True, width=410):
                title = (
                    f'<a href="{link_to(lesson, classroom=classroom)}" target="_self">**{escaped(lesson.title)}**</a>'
                )
                st.markdown(title, unsafe_allow_html=True)
                st.markdown(escaped(lesson.question))
