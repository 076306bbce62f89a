"""Gates and memory: three cells read the same input on one clock; change anything and all of them follow."""

from dataclasses import replace

import streamlit as st

from rnnviz.analysis.dynamics import gate_saturation
from rnnviz.cells import CELLS
from rnnviz.player.component import board
from rnnviz.settings.scenario import CHOICES, Scenario
from rnnviz.trace import run
from rnnviz.ui.controls import readable, rerun_below, scenario_controls
from rnnviz.ui.frame import frame
from rnnviz.ui.gates.anatomy import anatomy, saturation, trained_saturation
from rnnviz.ui.scenes import scene

COMPARED = tuple(CHOICES["cell"].titles)

page = frame(
    "gates",
    "Gates and memory",
    "A **gate** is a number between 0 and 1, computed anew for every unit at every step, that something is multiplied "
    "with: 0 lets nothing through, 1 all of it, and most gates stand somewhere between. Here three cells read the same "
    "input on one clock. Hold a gate, silence a unit, drag a weight, change what is read: everything follows at once, "
    "and the unchanged run stays behind it as a dotted line.",
)


@st.fragment
def picture() -> Scenario:
    """The controls and the board; a change here leaves the rest of the page alone, unless that is about it."""
    scenario = readable(scenario_controls(page, cell=False), scene)
    rerun_below("measured", scenario.network if scenario.network == "trained" else scenario)
    shown = [scene(replace(scenario, cell=name)) for name in COMPARED]
    parts = {name: page.shows(name) for name in ("what_if", "memory")}
    board(shown, key="board", shows=parts, classroom=page.classroom, prediction=page.prediction)
    return scenario


scenario = picture()
shown = {name: scene(replace(scenario, cell=name)) for name in COMPARED}
if page.shows("saturation"):
    if scenario.network == "trained":
        trained_saturation()
    else:
        traces = {name: run(it.cell, it.weights, it.inputs) for name, it in shown.items()}
        gates = {CELLS[name]: gate_saturation([trace]) for name, trace in traces.items()}
        saturation({cell: shares for cell, shares in gates.items() if shares}, f"the {len(traces['lstm'])} steps above")
if page.shows("anatomy"):
    sizes = shown["lstm"].cell.sizes(shown["lstm"].weights)
    anatomy(sizes["I"], sizes["H"])
