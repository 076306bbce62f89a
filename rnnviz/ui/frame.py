"""The frame around every page: its address, its menu, its width, and what a server process does for all of them."""

from __future__ import annotations

import gc
from importlib import import_module
from itertools import groupby
from pathlib import Path

import streamlit as st

from rnnviz.lessons.lesson import Lesson
from rnnviz.settings import PAGES
from rnnviz.settings import address as addresses
from rnnviz.settings.page import Page
from rnnviz.ui import address
from rnnviz.ui.controls import Kept, refuse
from rnnviz.ui.lesson_card import Shown, lesson_card, read_lesson, screen_of
from rnnviz.ui.make_lesson import make_lesson_button

_FOLDER = Path(__file__).parent
#: Has the browser take numbers as people write them.
_NUMBER_FIELDS = st.components.v2.component(
    "rnnviz_number_fields", js=(_FOLDER / "number_fields.js").read_text("utf-8")
)
#: Has a page drawn anew when the browser's theme turns.
_THEME = st.components.v2.component("rnnviz_theme", js=(_FOLDER / "theme.js").read_text("utf-8"))
#: So many seconds lie between two collections of everything that there is.
SECONDS_A_SWEEP = 1200


def frame(name: str, title: str, intro: str) -> Shown:
    """Start a page: every page calls this first. A lesson in the address stands in the place of title and intro."""
    page = PAGES[name]
    st.set_page_config(
        page_title="rnnviz" if name == "home" else f"{page.title} · rnnviz",
        page_icon=_FOLDER / "icon.png",
        layout="wide",
        initial_sidebar_state="collapsed",
    )
    _settle()
    st.html(_FOLDER / "frame.css")
    _NUMBER_FIELDS(key="number_fields")
    _THEME(key="theme", on_turned_change=lambda: None)
    lesson, refusal = read_lesson(page)
    opening, refusals = follow_address(page, lesson)
    classroom = _menu(page, lesson)
    _keep_address(page, lesson, opening, refusals, classroom=classroom)
    shown = Shown(page, lesson, classroom, opening)
    if lesson:
        lesson_card(shown)
    else:
        st.title(title)
        st.markdown(intro)
    for sentence in filter(None, [refusal, *refusals.values()]):
        refuse(sentence)
    return shown


def follow_address(page: Page, lesson: Lesson | None) -> tuple[dict[str, str], dict[str, str]]:
    """Take over what the address says, before any control reads it, where somebody has come by it.

    Returns what the player is to show of a lesson that is opened, and a sentence for each setting that cannot be.
    """
    said = address.query()
    begun = "begun" in said
    by_history = address.came_by_history()
    if not by_history and st.session_state.get("page") == page.name:
        opening = screen_of(lesson) if lesson and not begun else {}
        return _of_player(page, opening), {}
    came_from_here = st.session_state.get("page") is not None
    st.session_state["page"] = page.name
    kept = Kept(page)
    wants_screen = lesson is not None or by_history or not came_from_here
    query = screen_of(lesson) if lesson and not begun else said
    found = addresses.read(page, query, None if wants_screen else kept.values())
    (kept.replace if wants_screen else kept.add)(found.given)
    flag = said.get("classroom", ["false"])
    st.session_state["classroom"] = flag[-1].casefold() == "true"
    return _of_player(page, query if lesson and not begun else {}), dict(found.refusals)


def _of_player(page: Page, query: addresses.Query) -> dict[str, str]:
    return {name: query[name][-1] for name in page.player if name in query}


def _keep_address(
    page: Page, lesson: Lesson | None, opening: dict[str, str], refusals: dict[str, str], *, classroom: bool
) -> None:
    """Have the address say what the page is set to, and no longer what it cannot be or what is no lesson."""
    texts = addresses.write(page, page.of(Kept(page).values()))
    written = {name: texts.get(name, []) for name in page.settings}
    written |= {name: [] for name in refusals if name in page.player}
    written |= {name: [said] for name, said in opening.items() if name not in refusals}
    written["classroom"] = ["true"] if classroom else []
    if lesson:
        written["begun"] = ["1"]
    else:
        written |= {"lesson": [], "begun": []}
    address.write(written, "of the page")


def _menu(page: Page, lesson: Lesson | None) -> bool:
    """Draw the menu; whether the page is shown to a classroom."""
    with st.container(horizontal=True, gap="small", vertical_alignment="center", key="menu"):
        places = st.container(horizontal=True, gap="small", width="content", vertical_alignment="center")
        with st.container(horizontal=True, gap="small", horizontal_alignment="right", vertical_alignment="center"):
            tools = st.container(width="content")
            classroom = st.toggle(
                "Classroom",
                st.session_state.get("classroom", False),
                key="classroom",
                help="Larger type, thicker lines, and nothing but the lesson.",
            )
    if classroom:
        st.html(_FOLDER / "classroom.css")
        if lesson is None:
            with places:
                _next_page(page)
        tools.markdown(":small[Keys: ← → step, ↑ ↓ choose the unit, Space plays, Home and End: first and last step.]")
        return True
    with places:
        _links(page)
    if page.groups:
        with tools:
            make_lesson_button(page, lesson)
    return False


def _links(page: Page) -> None:
    """The pages by their groups, side by side; on a narrow screen all of them under one button."""
    with st.container(width="content", gap=None, key="menu_apart"):
        for apart in (one for one in PAGES.values() if not one.menu):
            st.page_link(apart.path, label=apart.title, icon=apart.icon or None)
    grouped = [one for one in PAGES.values() if one.menu]
    groups = [(menu, list(pages)) for menu, pages in groupby(grouped, key=lambda one: one.menu)]
    with st.container(horizontal=True, gap="small", width="content", key="menu_wide"):
        for place, (menu, pages) in enumerate(groups):
            with st.container(width="content", gap=None, key=f"menu_group_{place}"):
                st.markdown(f":small[{menu}]")
                with st.container(horizontal=True, gap=None, width="content"):
                    _list(pages, page)
    with st.container(width="content", key="menu_narrow"), st.popover("Menu", icon=":material/menu:"):
        for menu, pages in groups:
            st.markdown(f":small[{menu}]")
            _list(pages, page)


def _list(pages: list[Page], current: Page) -> None:
    for one in pages:
        st.page_link(one.path, label=f"**{one.title}**" if one is current else one.title)


def _next_page(page: Page) -> None:
    """In a classroom: the way on."""
    names = list(PAGES)
    following = PAGES[names[(names.index(page.name) + 1) % len(names)]]
    where = "./" if following.name == "home" else following.name
    st.markdown(
        f'<a href="{address.with_classroom(where, classroom=True)}" target="_self">Next page: {following.title} →</a>',
        unsafe_allow_html=True,
    )


def page_link(name: str, *, classroom: bool) -> None:
    """Draw a link to a page that stays in the classroom: as a new visit, since Streamlit's own would forget it."""
    page = PAGES[name]
    if classroom:
        where = address.with_classroom(name, classroom=True)
        st.markdown(f'<a href="{where}" target="_self">**{page.title}**</a>', unsafe_allow_html=True)
    else:
        st.page_link(page.path, label=f"**{page.title}**", icon=page.icon)


def _settle() -> None:
    """Take what will stay out of the garbage collector's sight.

    Streamlit collects garbage after every run of a page. Without this each collection walks every object of every
    imported library and of every visitor, which costs more than the page itself: 36 % of the server's time with 62.
    What is out of sight is freed as ever once nothing refers to it; circles among it wait for the next sweep.
    """
    _sweep()
    gc.freeze()


@st.cache_resource(show_spinner=False, ttl=SECONDS_A_SWEEP)
def _sweep() -> None:
    """Collect everything, after importing what Streamlit would import later."""
    for module in ("altair", "pandas", "plotly.graph_objects", "pyarrow"):
        import_module(module)
    gc.unfreeze()
    gc.collect()
