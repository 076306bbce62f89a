"""Step through: one network over one sequence, step by step, every number real."""

from dataclasses import replace

import streamlit as st

from rnnviz.latex import equation_latex
from rnnviz.player.component import player
from rnnviz.scenario import DEFAULT
from rnnviz.trace import run
from rnnviz.ui.controls import follow_link, refuse, step_through_controls
from rnnviz.ui.frame import frame
from rnnviz.ui.lesson import network_card, symbol_table
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
def lesson() -> None:
    """The controls and all that follows from them; a change here leaves the rest of the page alone."""
    scenario = step_through_controls()
    try:
        shown = scene(scenario)
    except ValueError as error:
        refuse(f"{error} Until then the page shows what could be read last.")
        last = st.session_state.get("last_read", DEFAULT)
        scenario = replace(scenario, text=last.text, numbers=last.numbers)
        shown = scene(scenario)
    st.session_state["last_read"] = scenario
    player(shown, key="player")
    st.download_button(
        "Download the trace as CSV",
        lambda: run(shown.cell, shown.weights, shown.inputs).to_frame().to_csv(index=False),
        file_name=f"{scenario.cell}-trace.csv",
        mime="text/csv",
        on_click="ignore",
        icon=":material/download:",
        help="Every value of every step. In the file steps and units count from 0.",
    )

    st.header(f"The equations of the {shown.cell.title}")
    equations, symbols = st.columns([2, 3], gap="large")
    with equations:
        for equation in shown.cell.program.equations:
            st.latex(equation_latex(equation), width="content")
        st.caption(shown.cell.source)
    with symbols:
        symbol_table(shown)

    st.header("What to look for")
    if scenario.network == "trained":
        network_card(scenario.cell)
    st.markdown(
        f"**Order matters.** Read backwards, the same input ends in another hidden state: the unit that changes most "
        f"differs by {difference_when_reversed(scenario):.2f}. A network without a state would see the same inputs."
    )


lesson()
