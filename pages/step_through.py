"""Step through: one network over one sequence, step by step, every number real."""

import streamlit as st

from rnnviz.player.component import player
from rnnviz.settings.step_through import Scenario
from rnnviz.trace import run
from rnnviz.ui.controls import readable, rerun_below
from rnnviz.ui.explanations import equations, network_card
from rnnviz.ui.frame import frame
from rnnviz.ui.scenario import scenario_controls
from rnnviz.ui.scenes import difference_when_reversed, scene
from rnnviz.ui.terms import header

page = frame(
    "step_through",
    "Step through a cell",
    "A recurrent network reads one thing at a time. At every step it makes a new **hidden state** from what it reads "
    "and from the hidden state of the step before, so the state is all it knows of the past. Step with the arrow keys; "
    "**each row is one unit**, not one time step. Point at any value to see its arithmetic.",
)


@st.fragment
def picture() -> Scenario:
    """The controls and the player; a change here leaves the rest of the page alone, unless that is about it."""
    scenario: Scenario = readable(scenario_controls(page), scene)
    rerun_below("explained", (scenario.cell, scenario.network, scenario.hidden_size))
    shown = scene(scenario)
    player(shown, key="player", classroom=page.classroom, prediction=page.prediction, opening=page.opening)
    st.markdown(
        f"**Order matters.** Read backwards, the same input ends in another hidden state: the unit that changes most "
        f"differs by {difference_when_reversed(scenario):.2f}. A network without a state would see the same inputs."
    )
    if page.shows("download"):
        st.download_button(
            "Download the trace as CSV",
            lambda: run(shown.cell, shown.weights, shown.inputs).to_frame().to_csv(index=False),
            file_name=f"{scenario.cell.name}-trace.csv",
            mime="text/csv",
            on_click="ignore",
            icon=":material/download:",
            help="Every value of every step. In the file steps and units count from 0.",
        )
    return scenario


with st.container(key="picture"):
    scenario = picture()
if scenario.network == "trained" and page.shows("reached"):
    header("What this network reached")
    network_card(scenario.cell.name)
if page.shows("equations"):
    equations(scene(scenario))
