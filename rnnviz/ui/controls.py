"""The controls of the pages. Each is bound to the URL under its own name."""

from __future__ import annotations

import logging
from collections.abc import Callable, Hashable
from dataclasses import replace
from typing import Any, TypeVar

import streamlit as st

from rnnviz.scenario import (
    CHOICES,
    DEFAULT,
    EXPERIMENT,
    SPANS,
    Experiment,
    Scenario,
    experiment,
    read_link,
    scenario,
)
from rnnviz.ui.lesson_card import Shown

_LOG = logging.getLogger(__name__)
_Settings = TypeVar("_Settings", Scenario, Experiment)


def follow_link() -> list[str]:
    """Take over what the link says before the widgets read it; returns a plain sentence for each thing it cannot say.

    Streamlit's widgets know a choice by its title only and drop what they do not know without a word.
    """
    settings, refusals = read_link(st.query_params.to_dict())
    for name, value in settings.items():
        if name in CHOICES and st.query_params[name] != CHOICES[name].titles[value]:
            st.query_params[name] = CHOICES[name].titles[value]
            st.rerun()
    return refusals


def refuse(sentence: str) -> None:
    """Show a sentence about input that cannot be used, and log it in one line."""
    st.warning(sentence, icon=":material/info:")
    _LOG.warning("%s", sentence)


def scenario_controls(shown: Shown, *, cell: bool) -> Scenario:
    """The row of controls that say what is run: only those that matter for the chosen network and that are shown.

    One that a lesson hides keeps what the address says. A page that shows one cell at a time lets it be chosen.
    """
    address = st.query_params.to_dict()
    settings: dict[str, Any] = {**read_link(address)[0], **{name: address.get(name) for name in ("text", "numbers")}}
    with st.container(horizontal=True, gap="small"):
        if cell and shown.shows("cell"):
            settings["cell"] = _choose("cell", "Cell")
        if shown.shows("network"):
            settings["network"] = _choose("network", "Network")
        network = scenario(settings).network
        if shown.shows("input"):
            settings |= _input(network)
        if shown.shows("weights") and network != "trained":
            scale = "number_scale" if network == "numbers" else "input_scale"
            settings["seed"] = _number("seed", "Seed")
            settings["hidden_size"] = _number("hidden_size", "Hidden size")
            settings[scale] = _number(scale, "Input scale")
    return scenario(settings)


def experiment_controls(shown: Shown) -> Experiment:
    """The controls of the gradients page: which networks, and which loss is carried back how far."""
    address = st.query_params.to_dict()
    settings: dict[str, Any] = {**read_link(address)[0], "text": address.get("text")}
    with st.container(horizontal=True, gap="small"):
        if shown.shows("weights"):
            settings["weights"] = _choose("weights", "Weights", EXPERIMENT)
        if shown.shows("cell"):
            settings["cell"] = _choose("cell", "Cell", EXPERIMENT)
        if shown.shows("loss"):
            settings["loss"] = _choose("loss", "Loss at", EXPERIMENT)
            settings["cut"] = _number("cut", "Cut every (0: never)", EXPERIMENT)
        random = experiment(settings).weights == "random"
        if shown.shows("input") and not random:
            settings["text"] = _write("text", "A name")
    if shown.shows("start") and random:
        with st.container(horizontal=True, gap="small", vertical_alignment="bottom"):
            settings["radius"] = _slide("radius", "Spectral radius")
            settings["forget_bias"] = _slide("forget_bias", "Bias of the keeping gate")
            settings["start"] = _choose("start", "Recurrent weights", EXPERIMENT)
            settings["activation"] = _choose("activation", "Elman's activation", EXPERIMENT)
            for name, label in (("length", "Steps"), ("hidden_size", "Hidden size"), ("seed", "Seed")):
                settings[name] = _number(name, label, EXPERIMENT)
            settings["input_scale"] = _number("input_scale", "Input scale", EXPERIMENT)
    return experiment(settings)


def readable(settings: _Settings, read: Callable[[_Settings], object]) -> _Settings:
    """The settings; where what was typed cannot be read, a sentence that says why, and what could be read last."""
    place = f"last_{type(settings).__name__.lower()}"
    try:
        read(settings)
    except ValueError as error:
        refuse(f"{error} Until then the page shows what could be read last.")
        last = st.session_state.get(place, type(settings)())
        typed = ("text", "numbers")
        settings = replace(settings, **{name: getattr(last, name) for name in typed if hasattr(last, name)})
    st.session_state[place] = settings
    return settings


def rerun_below(name: str, subject: Hashable) -> None:
    """Within a fragment: rerun the whole page when what it explains below the fragment is another subject now."""
    if st.session_state.get(name, subject) != subject:
        del st.session_state[name]
        st.rerun()
    st.session_state[name] = subject


def _input(network: str) -> dict[str, Any]:
    if network != "numbers":
        return {"text": _write("text", "A name")}
    series = _choose("series", "Series")
    if series == "typed":
        return {"series": series, "numbers": _write("numbers", "Numbers, with commas between them")}
    return {"series": series, "month": _select("month", "From"), "days": _number("days", "Days")}


def _choose(name: str, label: str, default: Scenario | Experiment = DEFAULT) -> Any:
    titles = CHOICES[name].titles
    return st.segmented_control(
        label, list(titles), default=getattr(default, name), required=True, format_func=titles.__getitem__, key=name,
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


def _number(name: str, label: str, default: Scenario | Experiment = DEFAULT) -> Any:
    span = SPANS[name]
    return st.number_input(
        label, span.low, span.high, getattr(default, name), span.step, key=name,
        bind="query-params", persist_state="session", width=105,
    )  # fmt: skip


def _slide(name: str, label: str) -> Any:
    span = SPANS[name]
    return st.slider(
        label, span.low, span.high, getattr(EXPERIMENT, name), span.step, key=name,
        bind="query-params", persist_state="session", width=190,
    )  # fmt: skip
