"""What a reader may ask this server to work out: a button, then how far it is, then what came of it."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.util import find_spec
from typing import Any

import streamlit as st

from rnnviz.notation import percent
from rnnviz.training.measuring import MACHINE, measured_on, this_machine
from rnnviz.training.recipe import AnyRecipe
from rnnviz.training.run import Arrays, RunOf
from rnnviz.ui.controls import refuse
from rnnviz.ui.jobs import jobs, kept, visitor
from rnnviz.ui.markdown import plain

#: Seconds between two looks at what is under way.
_LOOK = 1.0


@dataclass(frozen=True)
class Wording:
    """What is said and written on buttons.

    Attributes
    ----------
    ask, stop, icon
        On the buttons that ask for it and that stop it; the icon of the first.
    under_way
        A sentence with a gap, ``{now}``: how far it is.
    failed
        A sentence with a gap, ``{why}``.
    impossible
        Said where PyTorch is missing.
    """

    ask: str
    stop: str
    icon: str
    under_way: str
    failed: str
    impossible: str


MEASURING = Wording(
    ask="Measure on this machine",
    stop="Stop measuring",
    icon="timer",
    under_way="Measuring takes some seconds. Now: {now}.",
    failed="The measurement failed: {why}",
    impossible="PyTorch is not installed on this server, so nothing can be measured here.",
)


def asked(recipe: AnyRecipe, key: str, wording: Wording = MEASURING) -> Arrays | None:
    """What the run of a recipe has found, once for all visitors; None, and the way to it, while there is nothing.

    Parameters
    ----------
    key
        Of the button that asks for it; that of the one that stops it ends in "_stop".
    """
    run = kept().find(recipe, visitor())
    if run is not None and run.finished:
        try:
            return _told(kept().weights(run, max(run.moments)))
        except (OSError, ValueError) as error:
            refuse(wording.failed.format(why=error))
            return None
    if find_spec("torch") is None:
        st.markdown(wording.impossible)
        return None
    if run is not None and run.under_way:
        st.fragment(_wait, run_every=_LOOK)(recipe, key, wording)
        return None
    if run is not None and run.status == "failed":
        refuse(wording.failed.format(why=_why(run)))
    st.button(wording.ask, key=key, icon=f":material/{wording.icon}:", on_click=_ask, args=(recipe,))
    return None


def _told(arrays: Arrays) -> Arrays:
    """What was found, with a word about the machine where that is another."""
    if MACHINE in arrays and (machine := measured_on(arrays)) != this_machine():
        st.markdown(f":small[Measured on {plain(machine)}, where this server has its workers.]")
    return arrays


def _wait(recipe: AnyRecipe, key: str, wording: Wording) -> None:
    run = jobs().find(recipe, visitor())  # these have workers, should another server have left it
    if run is None or not run.under_way:
        st.rerun()
    now = f"{percent(run.share_done)} done" if run.points else "starting, or waiting for other work on this server"
    st.progress(run.share_done, wording.under_way.format(now=now))
    for note in run.notes:
        st.markdown(f":small[{plain(note)}]")
    st.button(wording.stop, key=f"{key}_stop", icon=":material/stop:", on_click=jobs().cancel, args=(recipe,))


def _ask(recipe: AnyRecipe) -> None:
    jobs().ask(recipe, visitor())


def _why(run: RunOf[Any]) -> str:
    """Why a run has failed, by its last note."""
    return run.notes[-1].removeprefix("Failed: ").removesuffix(".") if run.notes else ""
