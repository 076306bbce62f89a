"""Opening a lesson from its link, and the card that stands where the page's title would be."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import streamlit as st

from rnnviz.lessons.lesson import Lesson, LessonError, decode, encode
from rnnviz.ui.markdown import escaped

#: Goes back past a link that only led here; where nothing lies before it, opens it anew.
_BACK = "<script>history.back(); setTimeout(() => location.reload(), 500)</script>"


@dataclass(frozen=True)
class Shown:
    """What a page shows: all of it, or what a lesson leaves of it."""

    lesson: Lesson | None = None
    classroom: bool = False

    def shows(self, control: str) -> bool:
        """Whether the reader sees a control of this page, by its name in `rnnviz.lessons.lesson.CONTROLS`."""
        return self.lesson is None or control in self.lesson.shows

    @property
    def prediction(self) -> dict[str, Any] | None:
        """What the player asks before it reveals the picture."""
        return self.lesson.prediction.as_dict() if self.lesson and self.lesson.prediction else None


def read_lesson(page: str) -> tuple[Lesson | None, str]:
    """The lesson in the address, its screen taken over when it is opened, or why there is none.

    A link to a lesson holds nothing beside it. Once it is open the address holds the screen too, marked as begun: from
    then on that screen is the learner's, and survives a reload and another hand.
    """
    if "lesson" not in st.query_params:
        return None, ""
    try:
        lesson = decode(st.query_params["lesson"])
        if lesson.page != page:
            raise LessonError("This lesson belongs on another page. Copy its link again from where it was made.")
    except LessonError as error:
        return None, f"{error} Until then, this is the plain page."
    if set(st.query_params) <= {"lesson", "classroom"}:
        if st.session_state.get("began"):
            st.html(_BACK, unsafe_allow_javascript=True)
        else:
            st.session_state["began"] = True
            st.query_params.update({**lesson.settings, "begun": "1"})
            st.rerun()
    return lesson, ""


def forget_lesson() -> None:
    """Take a lesson that cannot be opened out of the address, so that its refusal is not said again."""
    for name in ("lesson", "begun"):
        if name in st.query_params:
            del st.query_params[name]


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
