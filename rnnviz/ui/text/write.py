"""Write: a network goes on after a prompt, beside an n-gram that was counted on the same text."""

from __future__ import annotations

import streamlit as st

from rnnviz.networks.checkpoints.ngrams import load_ngram, stem
from rnnviz.player.component import writing
from rnnviz.player.writing_payload import Writer
from rnnviz.settings.text import LONGEST_PROMPT, Writing
from rnnviz.ui.controls import Controls, refuse
from rnnviz.ui.lesson_card import Shown
from rnnviz.ui.shipped_files import text_file
from rnnviz.ui.text.networks import network_of

WRITING = (
    "The network gives every character a probability, one is drawn, and the network reads what was drawn: of its own "
    "text it knows what its state has kept. At temperature 0 nothing is left to chance, and a text may end in a loop."
)
COUNTING = (
    "The n-gram writes by the last four characters alone: what was opened before them, a bracket or a string, it "
    "cannot know. The state of the network can hold it."
)


def writer_of(shown: Writing) -> Writer:
    """The network that a page is set to: one that ships, with its n-gram, or one that was trained here.

    No n-gram stands beside a network of somebody's own text: its counts would tell the text.

    Raises
    ------
    LookupError
        When there is no such network here.
    OSError, ValueError
        When its weights cannot be read.
    """
    name = shown.network
    checkpoint, about = network_of(name, shown.own)
    if name == "own":
        return Writer(checkpoint, about)
    return Writer(
        checkpoint,
        about,
        file=text_file(f"{name}.safetensors"),
        ngram=load_ngram(name).model,
        ngram_file=text_file(f"{stem(name)}.safetensors"),
    )


def write_view(page: Shown, controls: Controls[Writing]) -> None:
    """A network that writes in the browser, and what is to be seen in it."""
    shown, dials = controls.values, controls.dials()
    try:
        writer = writer_of(shown)
    except (LookupError, OSError, ValueError) as error:
        refuse(f"{error}")
        return
    writing(
        writer,
        dials=dials,
        longest=LONGEST_PROMPT,
        at={"prompt": shown.prompt, **{dial.name: getattr(shown, dial.name) for dial in dials}},
        turned=controls.turned,
        key=f"writing_{shown.network}_{shown.own}",
        classroom=page.classroom,
        opening=page.opening,
    )
    st.markdown(WRITING if writer.ngram is None else f"{WRITING} {COUNTING}")
