"""Glossary: every term of the pages in one sentence, in the order of the alphabet, with a place to try it."""

from itertools import groupby

import streamlit as st

from rnnviz.lessons.glossary import GLOSSARY, Term
from rnnviz.ui.frame import frame
from rnnviz.ui.terms import entries

page = frame(
    "glossary",
    "Glossary",
    "Every term of these pages in one sentence. Wherever one stands in a label with dots under it, or behind a help "
    "sign, it says the same.",
)


def initial(term: Term) -> str:
    """The letter that a term is found under."""
    return term.title[0].upper()


letters = {letter: list(terms) for letter, terms in groupby(GLOSSARY.values(), key=initial)}
st.markdown(" · ".join(f"[{letter}](#{terms[0].name})" for letter, terms in letters.items()))
entries(GLOSSARY.values(), classroom=page.classroom)
