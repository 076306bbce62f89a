"""Step through: one network over one sequence, step by step, every number real."""

from dataclasses import replace

import streamlit as st

from rnnviz.player.component import player
from rnnviz.scenario import DEFAULT, Scenario
from rnnviz.trace import run
from rnnviz.ui.controls import follow_link, refuse, step_through_controls
from rnnviz.ui.frame import frame
from rnnviz.ui.lesson import equations, network_card
from rnnviz.ui.scenes import difference_when_reversed, scene

frame("step_through")
st.title("Step through a cell")
st.markdown(
    "A recurrent network reads one thing at a time. At every step it makes a new **hidden state** from what it reads "
    "and from the hidden state of the step before, so the state is all it knows of the past. Step with the arrow keys; "
    "**each row is one unit**, not one time step. Point at any value to see its arithmetic."
)
follow_link()


@st.fragment
def lesson() -> Scenario:
    """The controls and the player; a change here leaves the rest of the page alone, unless that is about it."""
    scenario = step_through_controls()
    try:
        shown = scene(scenario)
    except ValueError as error:
        refuse(f"{error} Until then the page shows what could be read last.")
        last = st.session_state.get("last_read", DEFAULT)
        scenario = replace(scenario, text=last.text, numbers=last.numbers)
        shown = scene(scenario)
    st.session_state["last_read"] = scenario
    if st.session_state.get("explained", subject(scenario)) != subject(scenario):
        del st.session_state["explained"]
        st.rerun()

    player(shown, key="player")
    st.markdown(
        f"**Order matters.** Read backwards, the same input ends in another hidden state: the unit that changes most "
        f"differs by {difference_when_reversed(scenario):.2f}. A network without a state would see the same inputs."
    )
    st.download_button(
        "Download the trace as CSV",
        lambda: run(shown.cell, shown.weights, shown.inputs).to_frame().to_csv(index=False),
        file_name=f"{scenario.cell}-trace.csv",
        mime="text/csv",
        on_click="ignore",
        icon=":material/download:",
        help="Every value of every step. In the file steps and units count from 0.",
    )
    return scenario


def subject(scenario: Scenario) -> tuple[str, str, int]:
    """What the explanations below the player depend on."""
    return scenario.cell, scenario.network, scenario.hidden_size


scenario = lesson()
st.session_state["explained"] = subject(scenario)
if scenario.network == "trained":
    st.header("What this network reached")
    network_card(scenario.cell)
equations(scene(scenario))
