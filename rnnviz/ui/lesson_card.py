"""Opening a lesson from its link, and the card that stands where the page's title would be."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from typing import Any

import streamlit as st

from rnnviz.lessons.lesson import Lesson, LessonError, Prediction, decode, encode
from rnnviz.lessons.path import PATH, place_of
from rnnviz.settings import PAGES
from rnnviz.settings.page import Page
from rnnviz.ui import address
from rnnviz.ui.markdown import escaped

#: Where the path stands on the home page.
PATH_ANCHOR = "path"


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
    def asked(self) -> Prediction | None:
        """What is asked before the picture is revealed, where this page can ask it."""
        prediction = self.lesson.prediction if self.lesson else None
        return prediction if prediction and self.page.name in prediction.check.pages else None

    @property
    def prediction(self) -> dict[str, Any] | None:
        """What the player asks, and finds the answer to by itself."""
        return self.as_asked(self.asked) if self.asked and self.asked.check.in_browser else None

    def asked_by_server(self, *, player: bool = True) -> Prediction | None:
        """What is asked before the picture, unless there is a `player` that does so by itself."""
        return None if player and self.prediction else self.asked

    def as_asked(self, prediction: Prediction) -> dict[str, Any]:
        """A prediction as a player takes it: with what is said after the answer, and its name on the path."""
        place = place_of(self.lesson) if self.lesson else None
        return {
            **prediction.as_dict(),
            "tolerance": prediction.check.tolerance,
            "look_for": self.lesson.look_for if self.lesson else "",
            "stop": place and place.name,
        }


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


def lesson_card(shown: Shown) -> None:
    """Draw what the teacher says about the screen below; what to look for once what is asked has been answered."""
    lesson, classroom = shown.lesson, shown.classroom
    if lesson is None:
        raise ValueError("no lesson is open")
    again, plain = link_to(lesson, classroom=classroom), address.with_classroom(lesson.page, classroom=classroom)
    with st.container(key="lesson"):
        st.markdown(
            f'<small>Lesson · <a href="{again}" target="_self">Start again</a> · '
            f'<a href="{plain}" target="_self">Leave the lesson</a></small>',
            unsafe_allow_html=True,
        )
        if way := way_on(lesson, classroom=classroom):
            st.markdown(way, unsafe_allow_html=True)
        st.title(escaped(lesson.title), anchor=False)
        st.markdown(escaped(lesson.question))
        if lesson.look_for and shown.asked is None:
            with st.expander("What to look for"):
                st.markdown(escaped(lesson.look_for))


def way_on(lesson: Lesson, *, classroom: bool) -> str:
    """Where a lesson stands on the path and the ways from there, as HTML; "" where it stands on none."""
    place = place_of(lesson)
    if place is None:
        return ""

    def way(words: str, other: Lesson | None) -> str:
        return f'<a href="{link_to(other, classroom=classroom)}" target="_self">{words}</a>' if other else ""

    where = address.with_classroom("./", classroom=classroom)
    home = f'<a href="{where}#{PATH_ANCHOR}" target="_self">Back to the path</a>'
    parts = [
        f"<b>Stop {place.stop} of {len(PATH)}: {escape(PATH[place.stop - 1].title)}</b>",
        way("← Back", place.before),
        way("Next →", place.after) or "This is the last stop: the pages are yours now",
        home,
    ]
    return f'<p class="way">{" · ".join(filter(None, parts))}</p>'


def path_stops(*, classroom: bool) -> list[dict[str, Any]]:
    """The stops of the path as the browser is sent them."""
    return [
        {
            "title": stop.title,
            "aim": stop.aim,
            "lessons": [
                {"name": name, "title": lesson.title, "href": link_to(lesson, classroom=classroom)}
                for name, lesson in stop.lessons.items()
            ],
        }
        for stop in PATH
    ]


def link_to(lesson: Lesson, *, classroom: bool = False) -> str:
    """The address of a lesson relative to any page of the app.

    Opened as a new visit, not as another page of this one, it shows the lesson's screen and nothing typed before.
    """
    return address.with_classroom(f"{lesson.page}?lesson={encode(lesson)}", classroom=classroom)


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
