"""Write: a network goes on after a prompt, beside an n-gram that was counted on the same text."""

from __future__ import annotations

import streamlit as st

from rnnviz.networks import checkpoints
from rnnviz.networks.checkpoints.ngrams import load_ngram, stem
from rnnviz.player.component import writing
from rnnviz.player.writing_payload import Writer
from rnnviz.settings.text import LONGEST_PROMPT, Writing
from rnnviz.ui.controls import Controls
from rnnviz.ui.lesson_card import Shown
from rnnviz.ui.scenes import with_article
from rnnviz.ui.shipped_files import text_file


def shipped_writer(name: str) -> Writer:
    """A network that ships, with the n-gram beside it."""
    checkpoint = checkpoints.load_text(name)
    cell, units = checkpoint.cell, checkpoint.cell.sizes(checkpoint.weights)["H"]
    return Writer(
        checkpoint,
        f"{with_article(cell.title)} with {units} units, trained on {checkpoint.card['data']['corpus']}",
        file=text_file(f"{name}.safetensors"),
        ngram=load_ngram(name).model,
        ngram_file=text_file(f"{stem(name)}.safetensors"),
    )


def write_view(page: Shown, controls: Controls[Writing], writer: Writer, key: str) -> None:
    """A network that writes in the browser, and what is to be seen in it; `key` is another one for every network."""
    shown, dials = controls.values, controls.dials()
    writing(
        writer,
        dials=dials,
        longest=LONGEST_PROMPT,
        at={"prompt": shown.prompt, **{dial.name: getattr(shown, dial.name) for dial in dials}},
        turned=controls.turned,
        key=f"writing_{key}",
        classroom=page.classroom,
        opening=page.opening,
    )
    st.markdown(
        "The network gives every character a probability, one is drawn, and the network reads what was drawn: its own "
        "text is all it has. At temperature 0 nothing is left to chance; then it often ends in a loop. The n-gram "
        "writes what looks like the same text for as long as four characters tell: a bracket or a string that was "
        "opened further back it does not know of, and the network may."
    )
