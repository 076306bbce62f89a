"""The player as a Streamlit component; its files are served by `rnnviz.ui.player_files`."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any

import streamlit as st

from rnnviz.networks.translator import Translator
from rnnviz.player import PLACE
from rnnviz.player.payload import CurveChart, Dial, MomentView, Progress, Scene, glossary, payload
from rnnviz.player.payload import backward as backward_payload
from rnnviz.player.payload import board as payloads
from rnnviz.player.payload import curves as curves_payload
from rnnviz.player.payload import learning as learning_payload
from rnnviz.player.payload import path as path_payload
from rnnviz.player.payload import question as question_payload
from rnnviz.player.payload import translation as translation_payload
from rnnviz.player.writing_payload import Writer
from rnnviz.player.writing_payload import writing as writing_payload

# Hidden until its style sheet is there: see shell/streamlit.js.
_COMPONENT = st.components.v2.component(
    "rnnviz_player",
    html='<div class="host" hidden></div>',
    js=f"""
const {{ default: component }} = await import(new URL("{PLACE}/entry.js", document.baseURI));
export default component;
""",
)


def player(
    scene: Scene,
    *,
    key: str,
    glance: bool = False,
    classroom: bool = False,
    prediction: Mapping[str, Any] | None = None,
    opening: Mapping[str, str] | None = None,
) -> None:
    """Show a scene in the player, whole or at a glance (the strip and the guesses, playing by itself in a loop).

    A `prediction`, as `rnnviz.lessons.lesson.Prediction` writes it, must be answered before the picture is seen.
    An `opening`, here and below, is what the page opens with where its address says nothing: the texts of its names,
    such as ``{"step": "5", "line": "c"}``.
    """
    view = {"view": "glance" if glance else "full", "autoplay": glance, "loop": glance}
    _show("player", key, {**payload(scene), **view, "classroom": classroom, "prediction": prediction}, opening)


def board(
    scenes: Sequence[Scene],
    *,
    key: str,
    shows: Mapping[str, bool],
    classroom: bool = False,
    prediction: Mapping[str, Any] | None = None,
    opening: Mapping[str, str] | None = None,
) -> None:
    """Show scenes over the same inputs side by side, on one clock, where anything can be changed."""
    data = payloads(scenes, shows)
    _show("board", key, {**data, "classroom": classroom, "prediction": prediction}, opening)


def backward(
    scene: Scene,
    *,
    every_step: bool,
    compared: Sequence[Scene],
    dials: Sequence[Dial],
    at: Mapping[str, float],
    turned: Callable[[Mapping[str, Any]], None],
    key: str,
    classroom: bool = False,
    prediction: Mapping[str, Any] | None = None,
    opening: Mapping[str, str] | None = None,
) -> None:
    """Show how the gradient of a scene's loss walks back through time, beside others: see `rnnviz.player.payload`.

    The dials stand `at` these values by name when the picture opens; `turned` is called with all of them once a person
    has let go of one.
    """
    data = backward_payload(scene, every_step=every_step, compared=compared, dials=dials)
    _show("backward", key, {**data, "classroom": classroom, "prediction": prediction}, opening, dict(at), turned)


def learning(
    scene: Scene,
    moments: Sequence[MomentView],
    progress: Progress,
    *,
    key: str,
    classroom: bool = False,
    prediction: Mapping[str, Any] | None = None,
    opening: Mapping[str, str] | None = None,
) -> None:
    """Show a network at the moments of its training, on one input."""
    data = learning_payload(scene, moments, progress)
    _show("learning", key, {**data, "classroom": classroom, "prediction": prediction}, opening)


def curves(title: str, verdict: str, charts: Sequence[CurveChart], *, key: str, classroom: bool = False) -> None:
    """Show charts of curves over the same steps, and above them what they say in a sentence."""
    data = curves_payload(title, verdict, charts)
    _show("curves", key, {**data, "classroom": classroom, "prediction": None}, None)


def translation(
    translator: Translator,
    words: Sequence[str],
    network: str,
    *,
    key: str,
    classroom: bool = False,
    prediction: Mapping[str, Any] | None = None,
    opening: Mapping[str, str] | None = None,
) -> None:
    """Show a translator at work on words of its source's vocabulary."""
    data = translation_payload(translator, words, network)
    _show("translation", key, {**data, "classroom": classroom, "prediction": prediction}, opening)


def writing(
    writer: Writer,
    *,
    dials: Sequence[Dial],
    longest: int,
    at: Mapping[str, Any],
    turned: Callable[[Mapping[str, Any]], None],
    key: str,
    classroom: bool = False,
    opening: Mapping[str, str] | None = None,
) -> None:
    """Show a network that writes after a prompt of up to `longest` characters.

    The dials and the ``prompt`` stand `at` these values by name when the picture opens; `turned` is called with all of
    them once a person has let go of one.
    """
    data = writing_payload(writer, dials, longest)
    _show("writing", key, {**data, "classroom": classroom, "prediction": None}, opening, at, turned)


def reading(
    data: Mapping[str, Any],
    *,
    key: str,
    classroom: bool = False,
    opening: Mapping[str, str] | None = None,
) -> None:
    """Show a network that reads a text along, as `rnnviz.player.text_payload.reading` describes it."""
    _show("reading", key, {**data, "classroom": classroom, "prediction": None}, opening)


def forecasting(
    data: Mapping[str, Any],
    *,
    key: str,
    classroom: bool = False,
    opening: Mapping[str, str] | None = None,
) -> None:
    """Show a network that forecasts a series, as `rnnviz.player.series_payload.forecasting` describes it."""
    _show("forecasting", key, {**data, "classroom": classroom, "prediction": None}, opening)


def detecting(
    data: Mapping[str, Any],
    *,
    key: str,
    classroom: bool = False,
    opening: Mapping[str, str] | None = None,
) -> None:
    """Show methods that watch a series, as `rnnviz.player.detection_payload.detecting` describes it."""
    _show("detecting", key, {**data, "classroom": classroom, "prediction": None}, opening)


def question(
    prediction: Mapping[str, Any],
    options: Mapping[str, str] | None,
    finding: Mapping[str, Any],
    about: str,
    *,
    key: str,
    classroom: bool = False,
) -> bool:
    """Ask before a picture that the server draws; whether there is an answer. See `rnnviz.player.payload.question`."""
    data = question_payload(prediction, options, finding, about)
    return bool(_show("question", key, {**data, "classroom": classroom}, None)["answered"])


def path(stops: Sequence[Mapping[str, Any]], *, key: str, classroom: bool = False) -> None:
    """Show the path through the lessons, with a tick at those that this browser knows to be done."""
    _show("path", key, {**path_payload(stops), "classroom": classroom}, None)


def _show(
    kind: str,
    key: str,
    data: Mapping[str, Any],
    opening: Mapping[str, str] | None,
    at: Mapping[str, Any] | None = None,
    turned: Callable[[Mapping[str, Any]], None] | None = None,
) -> Any:
    """Show a kind of player; what it has told the server: where its ``dials`` stand, whether it is ``answered``."""
    whole = {
        "scene": json.dumps({**data, "kind": kind}),  # as text, or Streamlit would search it for data frames
        "opening": dict(opening or {}),
        "at": dict(at or {}),
        "glossary": _glossary(),
    }
    return _COMPONENT(
        key=key,
        data=whole,
        on_answered_change=lambda: None,
        on_dials_change=lambda: turned(st.session_state[key]["dials"] or {}) if turned else None,
    )


@cache
def _glossary() -> str:
    return json.dumps(glossary())
