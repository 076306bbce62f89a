"""The controls of the pages. Each is bound to the URL under its own name."""

from __future__ import annotations

import logging
from typing import Any

import streamlit as st

from rnnviz.scenario import CHOICES, DEFAULT, SPANS, Scenario, read_link, scenario

_LOG = logging.getLogger(__name__)


def follow_link() -> None:
    """Take over what the link says before the widgets read it, and say in plain sentences what it cannot say.

    Streamlit's widgets know a choice by its title only and drop what they do not know without a word.
    """
    settings, refusals = read_link(st.query_params.to_dict())
    for name, value in settings.items():
        if name in CHOICES and st.query_params[name] != CHOICES[name].titles[value]:
            st.query_params[name] = CHOICES[name].titles[value]
            st.rerun()
    for sentence in refusals:
        refuse(sentence)


def refuse(sentence: str) -> None:
    """Show a sentence about input that cannot be used, and log it in one line."""
    st.warning(sentence, icon=":material/info:")
    _LOG.warning("%s", sentence)


def step_through_controls() -> Scenario:
    """The row of controls of the step-through page: only those that matter for the chosen network."""
    settings: dict[str, Any] = {}
    with st.container(horizontal=True, gap="small"):
        settings["cell"] = _choose("cell", "Cell")
        settings["network"] = network = _choose("network", "Network")
        if network == "numbers":
            settings["series"] = _choose("series", "Series")
            if settings["series"] == "typed":
                settings["numbers"] = _write("numbers", "Numbers, with commas between them")
            else:
                settings["month"] = _select("month", "From")
                settings["days"] = _number("days", "Days")
        else:
            settings["text"] = _write("text", "A name")
        if network != "trained":
            settings["seed"] = _number("seed", "Seed")
            settings["hidden_size"] = _number("hidden_size", "Hidden size")
            name = "number_scale" if network == "numbers" else "input_scale"
            settings[name] = _number(name, "Input scale")
    return scenario(settings)


def _choose(name: str, label: str) -> Any:
    titles = CHOICES[name].titles
    return st.segmented_control(
        label, list(titles), default=getattr(DEFAULT, name), required=True, format_func=titles.__getitem__, key=name,
        bind="query-params", persist_state="session",
    )  # fmt: skip


def _select(name: str, label: str) -> Any:
    return st.selectbox(
        label, list(CHOICES[name].titles), key=name, bind="query-params", persist_state="session", width=130
    )


def _write(name: str, label: str) -> Any:
    return st.text_input(
        label, getattr(DEFAULT, name), key=name, live=True, bind="query-params", persist_state="session", width=360
    )


def _number(name: str, label: str) -> Any:
    span = SPANS[name]
    return st.number_input(
        label, span.low, span.high, getattr(DEFAULT, name), span.step, key=name,
        bind="query-params", persist_state="session", width=110,
    )  # fmt: skip
