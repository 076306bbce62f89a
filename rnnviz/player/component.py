"""The player as a Streamlit component. Streamlit finds its files only while it runs: import this from pages."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import streamlit as st

from rnnviz.networks.translator import Translator
from rnnviz.player.payload import MomentView, Progress, Scene, payload
from rnnviz.player.payload import backward as backward_payload
from rnnviz.player.payload import board as payloads
from rnnviz.player.payload import learning as learning_payload
from rnnviz.player.payload import translation as translation_payload


def _component(kind: str) -> Callable[..., object]:
    return st.components.v2.component(
        f"rnnviz.{kind}", html='<div class="host"></div>', css="player.css", js=f"{kind}_component.js"
    )


_PLAYER, _BOARD, _BACKWARD, _LEARNING, _TRANSLATION = map(
    _component, ("player", "board", "backward", "learning", "translation")
)


def player(
    scene: Scene,
    *,
    key: str,
    glance: bool = False,
    classroom: bool = False,
    prediction: Mapping[str, Any] | None = None,
) -> None:
    """Show a scene in the player, whole or at a glance (the strip and the guesses, playing by itself in a loop).

    A `prediction`, as `rnnviz.lessons.lesson.Prediction` writes it, must be answered before the picture is seen.
    """
    view = {"view": "glance" if glance else "full", "autoplay": glance, "loop": glance}
    _show(_PLAYER, key, {**payload(scene), **view, "classroom": classroom, "prediction": prediction})


def board(
    scenes: Sequence[Scene],
    *,
    key: str,
    shows: Mapping[str, bool],
    classroom: bool = False,
    prediction: Mapping[str, Any] | None = None,
) -> None:
    """Show scenes over the same inputs side by side, on one clock, where anything can be changed."""
    data = payloads(scenes, shows)
    _show(_BOARD, key, {**data, "classroom": classroom, "prediction": prediction})


def backward(
    scene: Scene,
    *,
    key: str,
    classroom: bool = False,
    prediction: Mapping[str, Any] | None = None,
    **drawn: Any,
) -> None:
    """Show how the gradient of a scene's loss walks back through time; `drawn` as in `rnnviz.player.payload`."""
    data = backward_payload(scene, **drawn)
    _show(_BACKWARD, key, {**data, "classroom": classroom, "prediction": prediction})


def learning(
    scene: Scene,
    moments: Sequence[MomentView],
    progress: Progress,
    *,
    key: str,
    classroom: bool = False,
    prediction: Mapping[str, Any] | None = None,
) -> None:
    """Show a network at the moments of its training, on one input."""
    data = learning_payload(scene, moments, progress)
    _show(_LEARNING, key, {**data, "classroom": classroom, "prediction": prediction})


def translation(
    translator: Translator, words: Sequence[str], network: str, *, key: str, classroom: bool = False
) -> None:
    """Show a translator at work on words of its source's vocabulary."""
    data = translation_payload(translator, words, network)
    _show(_TRANSLATION, key, {**data, "classroom": classroom, "prediction": None})


def _show(component: Callable[..., object], key: str, data: Mapping[str, Any]) -> None:
    component(key=key, data=json.dumps(data))  # as text, or Streamlit would search it for data frames
