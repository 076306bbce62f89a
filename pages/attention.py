"""Attention: an encoder-decoder translates numbers, and shows where it looks."""

from functools import partial

import streamlit as st

from rnnviz.lessons.evidence import Evidence
from rnnviz.player.component import translation
from rnnviz.ui.asking import answered
from rnnviz.ui.attention.benefit import helps
from rnnviz.ui.attention.controls import reading_controls, view_controls
from rnnviz.ui.attention.deciding import decide
from rnnviz.ui.attention.decoding import decode
from rnnviz.ui.attention.explaining import explains
from rnnviz.ui.attention.translating import about_translator, sentence_read, translator_of
from rnnviz.ui.evidence import translation_evidence
from rnnviz.ui.frame import frame

page = frame(
    "attention",
    "Attention",
    "An **encoder** reads a sentence, a **decoder** writes its translation. Without attention all that was read must "
    "pass through one vector; **attention** lets every step of the decoder look back at each word, with weights that "
    "it computes itself. Type a number and follow its translation word by word.",
)


@st.fragment
def picture() -> None:
    """The controls and what follows from them."""
    view = view_controls(page).view
    if view in ("helps", "decision"):
        if answered(page, Evidence):
            (helps if view == "helps" else decide)(page)
        return
    reading = reading_controls(page)
    translator, words = translator_of(reading), sentence_read(reading)
    shown = partial(translation_evidence, translator, words, explained=view == "explains")
    if not answered(page, shown, player=view == "translate"):
        return
    if view == "decode":
        decode(page, translator, words)
    elif view == "explains":
        explains(translator, words, classroom=page.classroom)
    else:
        translation(
            translator,
            words,
            about_translator(translator),
            key="translation",
            classroom=page.classroom,
            prediction=page.prediction,
            opening=page.opening,
        )


with st.container(key="picture"):
    picture()
