"""The frame around every page: its menu, its width, and what a server process does once."""

from __future__ import annotations

import gc
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

import streamlit as st

_FOLDER = Path(__file__).parent


@dataclass(frozen=True)
class Page:
    """A page of the app; `promise` is what its card on the home page says one will see."""

    path: str
    title: str
    icon: str
    promise: str = ""


#: Every page there is, in the order of the chapter. The menu and the home page's cards are made from this table.
PAGES: dict[str, Page] = {
    "home": Page("app.py", "rnnviz", ":material/home:"),
    "step_through": Page(
        "pages/step_through.py",
        "Step through",
        ":material/step:",
        "Recurrence and gates: type a name and follow an Elman RNN, an LSTM or a GRU through it, letter by letter, "
        "down to the numbers in each equation.",
    ),
}


def frame(name: str) -> None:
    """Start a page: every page calls this first."""
    st.set_page_config(
        page_title="rnnviz" if name == "home" else f"{PAGES[name].title} · rnnviz",
        page_icon=_FOLDER / "icon.png",
        layout="wide",
        initial_sidebar_state="collapsed",
    )
    _settle()
    st.html(_FOLDER / "frame.css")
    with st.container(horizontal=True, gap="medium", key="menu"):
        for page in PAGES.values():
            st.page_link(page.path, label=page.title, icon=page.icon)


@st.cache_resource(show_spinner=False)
def _settle() -> None:
    """Take what is imported by now out of the garbage collector's sight, once for each process.

    Streamlit collects garbage after every run of a page; without this each collection walks every object of every
    imported library, which costs more than the page itself. What Streamlit would import later is imported before.
    """
    for module in ("pandas", "pyarrow"):
        import_module(module)
    gc.collect()
    gc.freeze()
