"""A text of one's own: what is understood of it, and the network that is to learn from it."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil

import streamlit as st

from rnnviz.data.own_text import FEWEST, OwnText, parts_of, read_file, read_pasted
from rnnviz.settings.text import PAGE, Writing
from rnnviz.training.text import TextRecipe
from rnnviz.ui.controls import Controls, refuse
from rnnviz.ui.jobs import jobs, visitor
from rnnviz.ui.lesson_card import Shown
from rnnviz.ui.markdown import plain
from rnnviz.ui.text.own_network import TextRun, own_run, written
from rnnviz.ui.text.own_training import watch

#: What is learned with on a text of one's own, which is short: more steps of fewer pieces than of the large ones.
BATCH_SIZE, LEARNING_RATE = 16, 0.006
#: The part of the session in which a person's text stays, and the widgets it comes in by.
_KEPT, _PASTED, _FILE = "own_text", "own_pasted", "own_file"


@dataclass(frozen=True)
class _Given:
    """What a person has given, and what was understood of it: the text, or a sentence that says why it is none."""

    given: str | bytes
    text: OwnText | None
    refusal: str = ""


def own_view(page: Shown, controls: Controls[Writing], shown: Writing) -> None:
    """Draw the run that the address names, or what one is made of."""
    run = own_run(shown.own)
    if run is not None:
        watch(page, run, _delete if _has_text(run) else None)
        return
    if shown.own:
        refuse("No run of this address is kept on this server: it was deleted, or belongs to another server.")
    st.markdown(
        "Give a text, and a network learns to write it. **The text stays on this server**: it is kept with the run, is "
        "never in an address, and is deleted with the run. Whoever has the address of the run sees the network and what"
        " it writes; one that has learned a short text by heart writes parts of it."
    )
    text = _text_given()
    if text is None:
        return
    with st.container(horizontal=True, gap="medium", vertical_alignment="bottom"):
        wanted = controls.draw("own_cell", "own_units", "own_steps")
        recipe = recipe_of(wanted, text)
        st.button(
            "Train", icon=":material/play_arrow:", key="own_train", type="primary", on_click=_train,
            args=(controls, recipe, text),
        )  # fmt: skip
    st.markdown(about_budget(recipe, text))


def recipe_of(wanted: Writing, text: OwnText) -> TextRecipe:
    """The training of a network on a text."""
    return TextRecipe(
        corpus=text.digest,
        alphabet="".join(text.alphabet),
        cell=wanted.own_cell,
        hidden_size=int(wanted.own_units),
        batch_size=BATCH_SIZE,
        learning_rate=LEARNING_RATE,
        steps=int(wanted.own_steps),
    )


def _text_given() -> OwnText | None:
    """The text that a person pastes or uploads, once it can be learned from; what was understood, or why not."""
    before = st.session_state.get(_KEPT)
    left, right = st.columns([2, 1], gap="medium")
    pasted = left.text_area(
        "Your text",
        before.given if before and isinstance(before.given, str) else "",
        key=_PASTED,
        height=180,
        placeholder=f"Paste {FEWEST:,} characters or more: poems, recipes, programs, letters.",
    )
    file = right.file_uploader("Or a file: plain text in UTF-8, up to 1 MB", key=_FILE, max_upload_size=2)
    given = file.getvalue() if file is not None else pasted or ""
    if file is None and not pasted:
        st.session_state.pop(_KEPT, None)
        return None
    if before is None or before.given != given:
        st.session_state[_KEPT] = before = _understood(given)
    if before.text is None:
        refuse(before.refusal)
        return None
    st.markdown(about_text(before.text))
    for note in before.text.notes:
        st.markdown(f":small[{plain(note)}]")
    return before.text


def _understood(given: str | bytes) -> _Given:
    try:
        return _Given(given, read_file(given) if isinstance(given, bytes) else read_pasted(given))
    except ValueError as error:
        return _Given(given, None, str(error))


def about_text(text: OwnText) -> str:
    """What was understood of a text, and what is held out of it."""
    learned, held_out = parts_of(text.text)
    count = text.text.count("\n") + (not text.text.endswith("\n"))
    lines = "1 line" if count == 1 else f"{count:,} lines"
    return (
        f"**{len(text.text):,} characters** in {lines}; {len(text.alphabet):,} different ones are known, the "
        f"end of a line among them. The network learns from the first {len(learned):,}. The last {len(held_out):,} are "
        "held out, to measure how well it predicts what it has not read."
    )


def about_budget(recipe: TextRecipe, text: OwnText) -> str:
    """How often the steps of a recipe go through a text."""
    learned = len(parts_of(text.text)[0])
    windows = ceil(learned // recipe.batch_size / recipe.window)
    times = recipe.steps / windows
    often = f"{times:,.0f} times" if times >= 2 else f"{times:.1f} times"
    return f":small[{recipe.steps:,} steps go through what is learned from {often}.]"


def _has_text(run: TextRun) -> bool:
    """Whether this visitor has given the text of a run."""
    given = st.session_state.get(_KEPT)
    return given is not None and given.text is not None and given.text.digest == run.recipe.corpus


def _delete(controls: Controls[Writing], run: TextRun) -> None:
    try:
        jobs().delete(run.run_id)
    except OSError as error:
        refuse(f"The run could not be deleted: {error}.")
        return
    written.cache_clear()
    for name in (_KEPT, _PASTED):
        st.session_state.pop(name, None)
    controls.set("own", "")
    controls.set("own_moment", PAGE.settings["own_moment"].default)


def _train(controls: Controls[Writing], recipe: TextRecipe, text: OwnText) -> None:
    controls.set("own", jobs().ask(recipe, visitor(), text).run_id)
    controls.set("own_moment", PAGE.settings["own_moment"].default)
