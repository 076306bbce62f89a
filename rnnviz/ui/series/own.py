"""A series of one's own: what is understood of a table, what is asked about it, and what is to learn from it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial

import streamlit as st

from rnnviz.data.own_csv import Understood, understand
from rnnviz.data.questions import Question
from rnnviz.data.series import Series
from rnnviz.data.tables import LARGEST, MOST_ROWS
from rnnviz.figures.series import series_line
from rnnviz.settings.series import Forecasting
from rnnviz.tasks.forecasting import split
from rnnviz.training.own_series import own_recipe
from rnnviz.ui.colours import palette
from rnnviz.ui.controls import Controls, refuse
from rnnviz.ui.jobs import jobs
from rnnviz.ui.lesson_card import Shown
from rnnviz.ui.markdown import plain
from rnnviz.ui.series.own_network import NOT_KEPT, own_run, own_series
from rnnviz.ui.series.own_training import ask_for_all, reached, watch
from rnnviz.ui.tables import table

#: The part of the session in which a person's table stays, and how often the fields that it comes in by were emptied.
_KEPT, _EMPTIED = "own_table", "own_table_emptied"
#: In MB: what a browser does not send, the page does not hear of, and a sentence about another file would stay.
_LARGEST_SENT = 100
#: Of the list of a question, in pixels.
_WIDTH = 350
#: So many rows of a series are shown from either end.
_SHOWN = 3


@dataclass(frozen=True, eq=False)
class _Given:
    """What a person has given, and answered, and what was understood of it; of what was refused the sentence alone."""

    given: str | bytes = ""
    understood: Understood | None = None
    answers: Mapping[str, str] = field(default_factory=dict)
    refusal: str = ""


def own_view(page: Shown, controls: Controls[Forecasting]) -> None:
    """Draw the series of the run that the address names, with what learns from it, or what one is made of."""
    shown = controls.values
    run, series = own_run(shown.own), own_series(shown.own)
    if run is not None and series is not None:
        for sentence in reached(series, shown.own_cells):
            st.markdown(sentence)
        _chart(series, classroom=page.classroom)
        watch(page, series, _delete if _has(series) else None)
        return
    if shown.own:
        refuse(NOT_KEPT)
    st.markdown(
        "Give a table with a column of numbers, and networks and simple methods learn to forecast it. **It stays on "
        "this server**: what is understood of it is kept with the runs that you ask for, is never in an address, and "
        "is deleted with them. Whoever has the address of a run sees the series and its forecasts."
    )
    _fields()
    given = _given()
    if given.refusal:
        refuse(given.refusal)
    if given.understood is not None:
        _show(page, controls, given.understood)


def _given() -> _Given:
    found: _Given = st.session_state.get(_KEPT, _Given())
    return found


def _fields() -> None:
    """Where a table is pasted or dropped."""
    given, number = _given().given, st.session_state.setdefault(_EMPTIED, 0)
    pasted, dropped = f"own_table_pasted_{number}", f"own_table_file_{number}"
    left, right = st.columns([2, 1], gap="medium")
    left.text_area(
        "Your table",
        given if isinstance(given, str) else "",
        key=pasted,
        height=180,
        placeholder="date,value\n2012-01-01,12.8\n2012-01-02,10.6\n…",
        on_change=lambda: _take(st.session_state[pasted]),
    )
    right.file_uploader(
        f"Or a file: CSV, up to {MOST_ROWS:,} rows and {LARGEST / 1e6:g} MB",
        key=dropped,
        max_upload_size=_LARGEST_SENT,
        on_change=_take_file,
        args=(dropped,),
    )
    if isinstance(given, bytes):
        right.markdown(":small[A file is what is understood below.]")


def _take_file(key: str) -> None:
    """Read what was dropped, and empty the field that still holds it: a file that is refused is kept nowhere."""
    file = st.session_state[key]
    if file is not None:
        _empty_fields()
        _take(file.getvalue())


def _empty_fields() -> None:
    """Have fields of another name: what a browser still holds of these is not heard any more."""
    st.session_state[_EMPTIED] = st.session_state.get(_EMPTIED, 0) + 1


def _take(given: str | bytes, answers: Mapping[str, str] | None = None) -> None:
    """Understand what was given, and keep it in the session, unless it is refused."""
    if isinstance(given, str) and not given.strip():
        st.session_state.pop(_KEPT, None)
        return
    try:
        st.session_state[_KEPT] = _Given(given, understand(given, answers), answers or {})
    except ValueError as error:
        again = given if answers else ""  # an answer that leads nowhere can be changed
        before = _given().understood if again else None
        st.session_state[_KEPT] = _Given(again, before, answers or {}, str(error))


def _show(page: Shown, controls: Controls[Forecasting], understood: Understood) -> None:
    """What was understood, what has to be answered, and the button that has it learned from."""
    _questions(understood.questions)
    for note in understood.notes:
        st.markdown(f":small[{plain(note)}]")
    series, text = understood.series, understood.text
    if series is None or text is None:
        st.markdown("**It can be read in more than one way**: answer the question above, and it goes on.")
        return
    st.markdown(about_series(series))
    left, right = st.columns([3, 2], gap="large")
    with left:
        _chart(series, classroom=page.classroom)
    right.markdown(series_table(series), unsafe_allow_html=True)
    wanted = controls.draw("own_cells")
    st.markdown(about_training(series))
    st.button(
        "Train", icon=":material/play_arrow:", key="own_series_train", type="primary",
        on_click=partial(ask_for_all, controls, series, wanted.own_cells, text), disabled=not wanted.own_cells,
    )  # fmt: skip


def _questions(questions: tuple[Question, ...]) -> None:
    """A list for each question, those that are answered too: an answer can be changed."""
    with st.container(horizontal=True, gap="medium", vertical_alignment="bottom"):
        for question in questions:
            _question(question)


def _question(question: Question) -> None:
    options, key = list(question.options), f"own_answer_{question.name}"
    if key in st.session_state and st.session_state[key] != question.answer:
        st.session_state[key] = question.answer
    st.selectbox(
        plain(question.asks),
        options,
        None if question.answer is None else options.index(question.answer),
        key=key,
        format_func=question.options.__getitem__,
        placeholder="Choose one",
        on_change=_answer,
        args=(question.name, key),
        width=_WIDTH,
    )


def _answer(name: str, key: str) -> None:
    given = _given()
    _take(given.given, {**given.answers, name: st.session_state[key]})


def about_series(series: Series) -> str:
    """What was understood: how many values, of which times, and how they are divided."""
    parts = split(len(series.values))
    comes = f"comes back after {series.season} steps" if series.season else "has no season"
    return (
        f"**{len(series.values):,} values** of *{in_words(series)}*, one every {series.step}, from {series.times[0]} "
        f"to {series.times[-1]}; it {comes}. The networks learn from the first {len(parts.learn):,}, choose by the "
        f"next {len(parts.choose):,}, and are measured on the last {len(parts.test):,}, which they never see before."
    )


def in_words(series: Series) -> str:
    """What is measured, and in what."""
    return f"{series.quantity} ({series.unit})" if series.unit else series.quantity


def about_training(series: Series) -> str:
    """What a network reads of a series, and what it forecasts."""
    recipe = own_recipe(series, Forecasting().cell)
    reads = {"value": "values", "change": "changes from one to the next"}[recipe.reads]
    ahead = "one step" if recipe.horizon == 1 else f"{recipe.horizon} steps"
    return (
        f":small[Each cell is trained three times, from other weights ({recipe.hidden_size} units, {recipe.steps} "
        f"steps): it reads {recipe.window} {reads} and forecasts {ahead}. The simple methods are measured beside it.]"
    )


def series_table(series: Series) -> str:
    """The first and the last rows of a series, as they were understood."""
    rows = [*zip(series.times, series.values)]
    lines = [(time, f"{value:,.10g}".replace("-", "−")) for time, value in rows]
    return table(("Time", in_words(series)), [*lines[:_SHOWN], ("…", "…"), *lines[-_SHOWN:]], "As understood")


def _chart(series: Series, *, classroom: bool) -> None:
    size = 20 if classroom else 14
    drawn = series_line(series.times, series.values, in_words(series), palette(), font_size=size)
    st.altair_chart(drawn, theme=None, key="own_series_chart")


def _has(series: Series) -> bool:
    """Whether this visitor has given a series."""
    understood = _given().understood
    return understood is not None and understood.text is not None and understood.text.digest == series.name


def _delete(controls: Controls[Forecasting], series: Series) -> None:
    """Delete all runs on a series, and it with them."""
    try:
        for run in jobs().on_text(series.name):
            jobs().delete(run.run_id)
    except OSError as error:
        refuse(f"Not all could be deleted: {error}.")
        return
    st.session_state.pop(_KEPT, None)
    _empty_fields()
    controls.set("own", "")
