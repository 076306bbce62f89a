"""The frame around every page: its menu, its width, and what a server process does once."""

from __future__ import annotations

import gc
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path

import streamlit as st

from rnnviz.lessons.lesson import CONTROLS, Lesson
from rnnviz.ui.controls import follow_link, refuse
from rnnviz.ui.lesson_card import Shown, forget_lesson, lesson_card, read_lesson
from rnnviz.ui.make_lesson import make_lesson_button

_FOLDER = Path(__file__).parent


@dataclass(frozen=True)
class Page:
    """A page of the app.

    Attributes
    ----------
    promise
        What its card on the home page says one will see.
    controls
        What a lesson on it may show or hide: name in code, title for people.
    """

    path: str
    title: str
    icon: str
    promise: str = ""
    controls: Mapping[str, str] = field(default_factory=dict)


#: Every page there is, in the order of the chapter. The menu and the home page's cards are made from this table.
PAGES: dict[str, Page] = {
    "home": Page("app.py", "rnnviz", ":material/home:"),
    "step_through": Page(
        "pages/step_through.py",
        "Step through",
        ":material/step:",
        "Recurrence and gates: type a name and follow an Elman RNN, an LSTM or a GRU through it, letter by letter, "
        "down to the numbers in each equation.",
        CONTROLS["step_through"],
    ),
    "gates": Page(
        "pages/gates.py",
        "Gates and memory",
        ":material/tune:",
        "The same input through three cells side by side; hold a gate, silence a unit, change a "
        "weight or a letter, and see everything follow.",
        CONTROLS["gates"],
    ),
    "gradients": Page(
        "pages/gradients.py",
        "Gradients through time",
        ":material/undo:",
        "Why long memories are hard to train: see a gradient walk back through the steps, vanish or explode, be cut "
        "and clipped, and which start of the weights lets it live.",
        CONTROLS["gradients"],
    ),
    "compare": Page(
        "pages/compare.py",
        "Train and compare",
        ":material/trophy:",
        "Which network learns it? Train several on one task, fairly and live, see where each one breaks, and watch its "
        "gates being learned. How the weights start often matters more than the cell.",
        CONTROLS["compare"],
    ),
    "attention": Page(
        "pages/attention.py",
        "Attention",
        ":material/visibility:",
        "An encoder-decoder translates numbers between English, German and French, word by word: see where it looks, "
        "make it look elsewhere, and ask whether that explains what it says.",
        CONTROLS["attention"],
    ),
}


def frame(name: str, title: str, intro: str) -> Shown:
    """Start a page: every page calls this first. A lesson in the address stands in the place of title and intro."""
    st.set_page_config(
        page_title="rnnviz" if name == "home" else f"{PAGES[name].title} · rnnviz",
        page_icon=_FOLDER / "icon.png",
        layout="wide",
        initial_sidebar_state="collapsed",
    )
    _settle()
    st.html(_FOLDER / "frame.css")
    lesson, refusal = read_lesson(name)
    refusals = follow_link() if PAGES[name].controls else []
    classroom = _menu(name, lesson)
    if lesson:
        lesson_card(lesson, classroom=classroom)
    else:
        st.title(title)
        st.markdown(intro)
    for sentence in filter(None, [refusal, *refusals]):
        refuse(sentence)
    if refusal:
        forget_lesson()
    return Shown(lesson, classroom)


def _menu(name: str, lesson: Lesson | None) -> bool:
    """Draw the menu; whether the page is shown to a classroom."""
    with st.container(horizontal=True, gap="medium", vertical_alignment="center", key="menu"):
        links = st.container(horizontal=True, gap="medium", width="content")
        with st.container(horizontal=True, gap="small", horizontal_alignment="right", vertical_alignment="center"):
            tools = st.container(width="content")
            classroom = st.toggle(
                "Classroom",
                key="classroom",
                bind="query-params",
                help="Larger type, thicker lines, and nothing but the lesson.",
            )
    if classroom:
        st.html(_FOLDER / "classroom.css")
        tools.markdown(":small[Keys: ← → step, ↑ ↓ choose the unit, Space plays, Home and End: first and last step.]")
        return True
    with links:
        for page in PAGES.values():
            st.page_link(page.path, label=page.title, icon=page.icon)
    if PAGES[name].controls:
        with tools:
            make_lesson_button(name, lesson)
    return False


def page_link(name: str, *, classroom: bool) -> None:
    """Draw a link to a page that stays in the classroom: as a new visit, since Streamlit's own would forget it."""
    page = PAGES[name]
    if classroom:
        st.markdown(f'<a href="{name}?classroom=true" target="_self">**{page.title}**</a>', unsafe_allow_html=True)
    else:
        st.page_link(page.path, label=f"**{page.title}**", icon=page.icon)


@st.cache_resource(show_spinner=False)
def _settle() -> None:
    """Take what is imported by now out of the garbage collector's sight, once for each process.

    Streamlit collects garbage after every run of a page; without this each collection walks every object of every
    imported library, which costs more than the page itself. What Streamlit would import later is imported before.
    """
    for module in ("altair", "pandas", "plotly.graph_objects", "pyarrow"):
        import_module(module)
    gc.collect()
    gc.freeze()
