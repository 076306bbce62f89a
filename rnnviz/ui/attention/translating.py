"""A translator on a page: which one, what it reads, and what is said of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import streamlit as st

from rnnviz.cells import GRU
from rnnviz.data.number_reading import read, understand
from rnnviz.data.number_words import LANGUAGES, LARGEST, SHORT, write
from rnnviz.networks.translator import Translation, Translator
from rnnviz.settings.attention import Reading
from rnnviz.training.cards import card_of
from rnnviz.training.recipe import TranslationRecipe
from rnnviz.ui.compare.race import duration, seconds_left
from rnnviz.ui.controls import refuse, refuse_typed
from rnnviz.ui.jobs import jobs, visitor
from rnnviz.ui.markdown import plain
from rnnviz.ui.scenes import with_article

#: Seconds between two looks at a network that is being trained.
_LOOK = 0.5


def translator_of(reading: Reading) -> Translator:
    """The translator that a reading asks for, shipped or trained here; until then another, and the way to it."""
    wanted = TranslationRecipe(
        reading.source,
        reading.target,
        reading.attention,
        reading.core,
        int(reading.reads),
        largest=SHORT if reading.known == "short" else LARGEST,
    )
    return _shipped(wanted) or _trained(wanted) or _instead(wanted)


def _shipped(recipe: TranslationRecipe) -> Translator | None:
    pair, short = f"{recipe.source}-{recipe.target}", recipe.largest < LARGEST
    try:
        return Translator.load(pair, recipe.attention, recipe.cell, recipe.directions, short=short)
    except FileNotFoundError:
        return None


def _trained(recipe: TranslationRecipe) -> Translator | None:
    """A translator that was trained here; if there is none yet, what trains it, or how far that has come."""
    run = jobs().find(recipe, visitor())
    if run is not None and run.ended and run.ended.metric is not None:
        try:
            weights = jobs().weights(run, max(run.moments))
        except (OSError, ValueError) as error:
            refuse(f"The weights of this network cannot be shown: {error}.")
            return None
        return Translator.of(weights, card_of(recipe, run.ended))
    under_way = run is not None and run.under_way
    st.fragment(_training, run_every=_LOOK if under_way else None)(recipe, under_way=under_way)
    return None


def _training(recipe: TranslationRecipe, *, under_way: bool) -> None:
    run = jobs().find(recipe, visitor())
    if (run is not None and run.under_way) != under_way:
        st.rerun()
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        if run is not None and under_way:
            st.button("Cancel", icon=":material/stop:", key="stop_translator", on_click=jobs().cancel, args=(recipe,))
            told = "waiting for a worker"
            if run.points:
                told = (
                    f"step {run.points[-1].step:,} of {recipe.steps:,}, about {duration(seconds_left([run]) or 1)} left"
                )
            st.progress(run.share_done, f"Training this network: {told}")
        else:
            st.button(
                "Train this network", icon=":material/play_arrow:", key="train_translator", type="primary",
                on_click=_ask, args=(recipe,),
            )  # fmt: skip
            st.markdown(
                "No network like this ships with rnnviz, but it can be trained here. Until then another is shown."
            )
    for note in run.notes if run is not None else ():
        st.markdown(f":small[{plain(note)}]")


def _ask(recipe: TranslationRecipe) -> None:
    jobs().ask(recipe, visitor())


def _instead(wanted: TranslationRecipe) -> Translator:
    """The shipped translator that is nearest to one that is not there."""
    alike = (
        wanted,
        replace(wanted, cell=GRU, directions=2),
        replace(wanted, attention="dot"),
        replace(wanted, attention="dot", cell=GRU, directions=2),
    )
    known = [replace(recipe, largest=largest) for largest in (wanted.largest, LARGEST) for recipe in alike]
    return next(found for found in map(_shipped, known) if found)


def sentence_read(reading: Reading) -> tuple[str, ...]:
    """The words that are read; where what was typed cannot be, a sentence says why, and they are those read last.

    Where it was read in another spelling, a sentence says in which.
    """
    place = f"last_sentence_{reading.source}"
    try:
        understood = understand(reading.sentence, reading.source)
    except ValueError as error:
        refuse_typed(f"{error} Until then the page shows what could be read last.")
        return tuple(st.session_state.get(place) or read("97412", reading.source))
    if understood.note:
        st.markdown(f":small[{plain(understood.note)}]")
    st.session_state[place] = understood.parts
    return understood.parts


def verdict(translator: Translator, out: Translation) -> str:
    """Whether a translation is right, in a sentence."""
    right = translator.right(out.source_tokens)
    if right is None:
        return "The words read say no number: there is no right translation."
    if out.ended and out.tokens == right:
        return f"“{out.text}” is the right translation."
    return f"“{out.text}” is not right. The right translation is “{write(right, out.language)}”."


def about_translator(translator: Translator) -> str:
    """Which network with which weights, and what it reached: one sentence without its full stop."""
    card, recipe, data = translator.card, translator.card["recipe"], translator.card["data"]
    size = f"{recipe['hidden_size']} units, {card['parameters']:,} weights"
    trained = f"trained for {card['steps']:,} steps on {data['train']:,} numbers up to {recipe['largest']:,}"
    right, asked = round(card["reached"]["exact"] * data["test"]), data["test"]
    exact = f"of {asked:,} others it translates {right:,} without a mistake"
    return f"{_kind(translator)}, {size}, {trained} (seed {card['seed']}); {exact}{_by_length(card['reached'])}"


def _by_length(reached: Mapping[str, Any]) -> str:
    """The shares of other groups of numbers, as far as they were measured."""
    groups = {
        "with 1 digit" if digits == "1" else f"with {digits} digits": shares
        for digits, shares in reached["by_digits"].items()
    }
    if "round" in reached:
        groups["round ones"] = reached["round"]
    right = {name: round(share * count) for name, (share, count) in groups.items()}
    missed = {name: count - right[name] for name, (_, count) in groups.items()}
    total = sum(count for _, count in groups.values())
    if any(missed.values()):
        listed = ", ".join(f"{right[name]} of {count} {name}" for name, (_, count) in groups.items())
        held_out = f", and of further ones held out {listed}"
    else:
        held_out = f", and all {total:,} further ones held out: {', '.join(groups)}" if groups else ""
    if "below_1000" not in reached:
        return held_out
    return (
        f"{held_out}; of the 1,000 from 0 to 999, most of which it has learned from, "
        f"{round(1000 * reached['below_1000']):,}"
    )


def _kind(translator: Translator) -> str:
    source, target = LANGUAGES[translator.source_language].title, LANGUAGES[translator.target_language].title
    attention = "no attention" if not translator.attention.looks else f"{translator.attention.title.lower()} attention"
    reads = "in both directions" if len(translator.encoders) > 1 else "in one direction"
    return f"{with_article(translator.cell.title)} from {source} to {target} with {attention}, reading {reads}"
