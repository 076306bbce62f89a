"""Train and compare: several cells on one task, fairly and live, and what a network is like while it learns."""

import streamlit as st

from rnnviz.player.component import learning
from rnnviz.ui.asking import answered
from rnnviz.ui.compare.batching import batching_section
from rnnviz.ui.compare.controls import axis_control, contest_controls, lengths_control, view_controls
from rnnviz.ui.compare.learning import watched
from rnnviz.ui.compare.race import CONTESTS, about, race, reach
from rnnviz.ui.evidence import batching_evidence, race_evidence
from rnnviz.ui.explanations import preset_links
from rnnviz.ui.frame import frame

page = frame(
    "compare",
    "Train and compare",
    "Give several networks the same task, the same data and the same budget, and see which of them learn it. Every "
    "curve is a real run, made on this server or shipped with rnnviz: **a thin line is one seed**, the thick one the "
    "median. Nothing is decided in advance.",
)
if page.shows("presets"):
    preset_links(page, CONTESTS)


@st.fragment
def picture() -> None:
    """The controls and what follows from them."""
    chosen = view_controls(page)
    view = chosen.show
    if view == "batching":
        if answered(page, lambda: batching_evidence(int(chosen.batch_names))):
            batching_section(page)
        return
    contest = contest_controls(page).contest
    about(contest)
    if not answered(page, lambda: race_evidence(contest)):
        return
    if view == "race":
        race(contest, axis=axis_control(page), classroom=page.classroom)
    elif view == "reach" and not contest.task.has_lengths:
        st.markdown(
            f"**{contest.task.title}** cannot be made longer or shorter, so there is nothing to draw by length. Choose "
            "another task, or *Race*."
        )
    elif view == "reach":
        reach(contest, lengths_control(page), classroom=page.classroom)
    elif found := watched(page, contest):
        learning(*found, key="learning", classroom=page.classroom, opening=page.opening)


with st.container(key="picture"):
    picture()
