"""Gates and memory: three cells read the same input on one clock; change anything and all of them follow."""

import streamlit as st

from rnnviz.analysis.saturation import gate_saturation
from rnnviz.player.component import board
from rnnviz.player.payload import Scene
from rnnviz.settings.gates import Board
from rnnviz.trace import run
from rnnviz.ui.controls import readable, rerun_below
from rnnviz.ui.frame import frame
from rnnviz.ui.gates.anatomy import cost, saturation, trained_saturation
from rnnviz.ui.scenario import scenario_controls
from rnnviz.ui.scenes import scene

page = frame(
    "gates",
    "Gates and memory",
    "A **gate** is a number between 0 and 1, computed anew for every unit at every step, that something is multiplied "
    "with: 0 lets nothing through, 1 all of it, and most gates stand somewhere between. Here three cells read the same "
    "input on one clock. Hold a gate, silence a unit, drag a weight, change what is read: everything follows at once, "
    "and the unchanged run stays behind it as a dotted line.",
)


def scenes(shown: Board) -> list[Scene]:
    """What each cell of the board reads."""
    return [scene(one) for one in shown.scenarios().values()]


@st.fragment
def picture() -> Board:
    """The controls and the board; a change here leaves the rest of the page alone, unless that is about it."""
    shown: Board = readable(scenario_controls(page), scenes)
    rerun_below("measured", shown.network if shown.network == "trained" else shown)
    parts = {name: page.shows(name) for name in ("what_if", "memory")}
    board(
        scenes(shown),
        key="board",
        shows=parts,
        classroom=page.classroom,
        prediction=page.prediction,
        opening=page.opening,
    )
    return shown


with st.container(key="picture"):
    shown = picture()
networks = scenes(shown)
if page.shows("saturation"):
    if shown.network == "trained":
        trained_saturation()
    else:
        traces = [run(network.cell, network.weights, network.inputs) for network in networks]
        gates = {trace.cell: gate_saturation([trace]) for trace in traces}
        saturation({cell: shares for cell, shares in gates.items() if shares}, f"the {len(traces[0])} steps above")
if page.shows("anatomy"):
    st.fragment(cost)(page)
