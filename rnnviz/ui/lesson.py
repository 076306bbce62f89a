"""Pieces of prose that several lessons share, each filled in from what is really shown."""

from __future__ import annotations

import streamlit as st

from rnnviz import checkpoints
from rnnviz.latex import equation_latex, symbols_explained
from rnnviz.player.payload import Scene


def equations(scene: Scene) -> None:
    """The equations of a scene in LaTeX, each symbol explained."""
    sizes = scene.cell.sizes(scene.weights)
    rows = symbols_explained(scene.cell, sizes["I"], sizes["H"])
    lines = ["| Symbol | Meaning |", "|:--|:--|", *(f"| ${latex}$ | {words} |" for latex, words in rows)]
    st.header(f"The equations of the {scene.cell.title}")
    left, right = st.columns([2, 3], gap="large")
    left.markdown("\n\n".join(f"${equation_latex(equation)}$" for equation in scene.cell.program.equations))
    left.markdown(f"Source: {scene.cell.source}.")
    right.markdown("\n".join(lines))


def network_card(cell_name: str) -> None:
    """What a trained network is and what it reached, beside a model that only counts."""
    card = checkpoints.load(cell_name).card
    data, ngram = card["data"], card["ngram"]
    seeds = [run["test"] for run in card["seeds"]]
    st.markdown(
        f"It learned from {data['train']:,} US first names "
        f"({card['recipe']['epochs']} epochs, {card['steps']:,} steps). On {data['test']} names it never saw it needs "
        f"**{card['test']:.2f} bits per character** ({min(seeds):.2f} to {max(seeds):.2f} over {len(seeds)} seeds); "
        f"guessing at random needs {card['uniform']:.2f}. A {ngram['order']}-gram model, which only counts what "
        f"followed the last {ngram['order'] - 1} letters, needs {ngram['test']:.2f} on the same names."
    )
