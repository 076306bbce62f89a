"""Terms of the glossary in what Streamlit draws: the help sign of a control or a heading says what its words mean."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from html import escape

import streamlit as st

from rnnviz.lessons.glossary import Term, pieces, terms_in
from rnnviz.ui.address import go_to_fragment, with_classroom


@lru_cache(maxsize=512)
def explained(*labels: str, sentence: str = "") -> str | None:
    """What stands behind a help sign: a sentence, then the terms that some labels hold; None where there is nothing."""
    parts = [sentence] if sentence else []
    return "\n\n".join([*parts, *map(_entry, terms_in(*labels))]) or None


def chart_words(*labels: str) -> None:
    """Draw, below charts with these labels, the terms that they hold: a picture cannot be asked what its words mean."""
    terms = terms_in(*labels)
    if terms:
        links = ", ".join(_link(term.title.lower() if term.title.istitle() else term.title, term) for term in terms)
        st.markdown(f"<small>Words of the charts: {links}.</small>", unsafe_allow_html=True)


def marked(text: str) -> str:
    """A text as HTML in which every term is a link to its entry, which says what it means when it is pointed at."""
    return "".join(escape(piece) if term is None else _link(piece, term) for piece, term in pieces(text))


def _link(word: str, term: Term) -> str:
    return (
        f'<a class="term" href="glossary#{term.name}" title="{escape(term.meaning)}" target="_self">{escape(word)}</a>'
    )


def header(title: str) -> None:
    """Draw the heading of a section."""
    st.header(title, help=explained(title))


def subheader(title: str) -> None:
    """Draw the heading of a part of a section."""
    st.subheader(title, help=explained(title))


def entries(terms: Iterable[Term], *, classroom: bool) -> None:
    """Draw terms as a list, each with the way to where it can be tried; an address may end in the name of one."""
    rows = (
        f'<dt id="{term.name}">{escape(term.title)}</dt><dd>{escape(term.meaning)} '
        f'<a href="{escape(with_classroom(term.link, classroom=classroom))}" target="_self">Try it</a></dd>'
        for term in terms
    )
    st.markdown(f'<dl class="glossary">{"".join(rows)}</dl>', unsafe_allow_html=True)
    go_to_fragment()


def _entry(term: Term) -> str:
    return f"[**{term.title}**](glossary#{term.name}): {term.meaning}"
