"""Pieces of prose that several lessons share, each filled in from what is really shown."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from html import escape
from typing import Any

import streamlit as st
from latex2mathml.converter import convert

from rnnviz.analysis.symbols import symbols_explained
from rnnviz.language.latex import equation_latex
from rnnviz.networks import checkpoints
from rnnviz.player.payload import Scene
from rnnviz.settings.address import link
from rnnviz.ui.address import with_classroom
from rnnviz.ui.lesson_card import Shown
from rnnviz.ui.terms import header


def equations(scene: Scene) -> None:
    """The equations of a scene, each symbol explained."""
    cell, sizes = scene.cell, scene.cell.sizes(scene.weights)
    source = [equation_latex(equation) for equation in cell.program.equations]
    lines = "".join(f"<p>{_math(latex)}</p>" for latex in source)
    copy = f"<details><summary>LaTeX to copy</summary><pre>{escape(chr(10).join(source))}</pre></details>"
    symbols = "".join(
        f"<tr><td>{_math(latex)}</td><td>{escape(words)}</td></tr>"
        for latex, words in symbols_explained(cell, sizes["I"], sizes["H"])
    )
    header(f"The equations of the {cell.title}")
    st.markdown(
        f'<div class="equations"><div>{lines}<p>Source: {escape(cell.source)}.</p>{copy}</div>'
        f'<table><tr><th scope="col">Symbol</th><th scope="col">Meaning</th></tr>{symbols}</table></div>',
        unsafe_allow_html=True,
    )


@lru_cache(maxsize=512)
def _math(latex: str) -> str:
    """LaTeX as MathML, which browsers draw themselves: KaTeX would arrive before the player and delay it."""
    return convert(latex)


def network_card(cell_name: str) -> None:
    """What a trained network is and what it reached, beside a model that only counts."""
    card = checkpoints.load(cell_name).card
    data, ngram = card["data"], card["ngram"]
    seeds = [run["test"] for run in card["seeds"]]
    st.markdown(
        f"It learned from {data['train']:,} US first names "
        f"({card['recipe']['epochs']} epochs, {card['steps']:,} steps). On {data['test']} names it never saw it needs "
        f"**{card['reached']['test']:.2f} bits per character** ({min(seeds):.2f} to {max(seeds):.2f} over {len(seeds)} "
        f"seeds); guessing at random needs {card['uniform']:.2f}. A {ngram['order']}-gram model, which only counts "
        f"what followed the last {ngram['order'] - 1} letters, needs {ngram['test']:.2f} on the same names."
    )


def preset_links(shown: Shown, presets: Mapping[str, tuple[Mapping[str, Any], str]]) -> None:
    """Links to screens of a page worth a look, each as a new visit, so that nothing typed before stays."""

    def where(settings: Mapping[str, Any]) -> str:
        return with_classroom(link(shown.page, **settings), classroom=shown.classroom)

    links = (
        f'<a href="{escape(where(settings))}" target="_self" title="{escape(meaning)}">{escape(title)}</a>'
        for title, (settings, meaning) in presets.items()
    )
    st.markdown(f'<p class="presets">Try: {" · ".join(links)}</p>', unsafe_allow_html=True)
