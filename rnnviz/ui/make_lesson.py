"""The dialog in which a teacher makes a lesson of the screen that is open."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields
from typing import Any
from urllib.parse import parse_qs

import streamlit as st

from rnnviz.cells import LSTM, MAIN, Cell
from rnnviz.lessons.checks import CHECKS, Check, Finding
from rnnviz.lessons.lesson import VIEWING, Lesson, Prediction, link
from rnnviz.settings import address
from rnnviz.settings.gates import is_own
from rnnviz.settings.kinds import Span
from rnnviz.settings.numbers import MAX_NUMBER
from rnnviz.settings.page import PLAYER, Page
from rnnviz.ui.evidence import evidence, found
from rnnviz.ui.lesson_link import lesson_link
from rnnviz.ui.markdown import plain
from rnnviz.ui.tables import words

#: Tells what the address says now. Streamlit's own copy does not follow the step and the unit, which the player writes.
_ADDRESS = st.components.v2.component(
    "rnnviz_address", js="export default ({ setStateValue }) => setStateValue('query', location.search);"
)
_SHOWS = "lesson_shows"


def make_lesson_button(page: Page, lesson: Lesson | None) -> None:
    """Draw the button that makes a lesson of the screen as it is; a lesson that is open is where it starts from."""
    if st.button("Make a lesson", icon=":material/school:", key="make_lesson"):
        _dialog(page, lesson)


@st.dialog("Make a lesson", width="large")
def _dialog(page: Page, lesson: Lesson | None) -> None:
    query = _ADDRESS(key="address", on_query_change=lambda: None, height="content").query or ""
    said = parse_qs(query.removeprefix("?"), keep_blank_values=True)
    settings = {
        name: tuple(texts) if len(texts) > 1 else texts[0] for name, texts in said.items() if name not in VIEWING
    }
    st.markdown(
        ":small[The link will open this page as it is now, with the same network, input, step and unit. "
        "The texts may hold **bold**, *italics*, `code` and lists.]"
    )
    title = _write("title", "Title", lesson.title if lesson else "")
    question = _write("question", "Question", lesson.question if lesson else "", lines=True)
    look_for = _write("look_for", "What to look for (may stay empty)", lesson.look_for if lesson else "", lines=True)
    prediction = _prediction(page, said, lesson.prediction if lesson else None)
    shows = _shown(page, lesson, prediction.kind)
    if st.button("Make the link", type="primary"):
        try:
            made = Lesson(page.name, settings, title, question, look_for, shows, prediction.make())
            whole = link(made, (st.context.url or "").removesuffix(page.name))
        except ValueError as error:
            st.warning(plain(str(error)), icon=":material/info:")
        else:
            lesson_link(whole)


def _shown(page: Page, lesson: Lesson | None, kind: type[Check] | None) -> tuple[str, ...]:
    """Draw what the learner is to see of the page; the names of it."""
    titles = page.groups
    chosen = st.pills(
        "The learner sees", list(titles), selection_mode="multi", format_func=titles.__getitem__,
        default=list(lesson.shows if lesson else titles), key=_SHOWS, persist_state="page",
    )  # fmt: skip
    needed = [name for name in titles if kind and name in kind.needs]
    with st.container(horizontal=True, gap="small"):
        st.button("Only what the question needs", key="lesson_only", on_click=_show_only, args=(needed,))
        st.button("Everything", key="lesson_everything", on_click=_show_only, args=(list(titles),))
    with st.expander("What these parts are"):
        st.markdown("\n".join(f"- **{titles[name]}**: {meaning}" for name, meaning in page.parts.items()))
    return tuple(chosen)


def _show_only(names: Sequence[str]) -> None:
    st.session_state[_SHOWS] = list(names)


class _Asked:
    """What a teacher has said of a prediction by now: its kind, and what makes it."""

    def __init__(self, kind: type[Check] | None = None, make: Callable[[], Prediction | None] = lambda: None) -> None:
        self.kind, self.make = kind, make


def _prediction(page: Page, said: Mapping[str, list[str]], known: Prediction | None) -> _Asked:
    """Draw what a prediction needs, and its right answer; making it refuses what was typed by a `ValueError`."""
    if not page.asks or not st.toggle(
        "Ask for a prediction first", known is not None, key="lesson_predicts", persist_state="page"
    ):
        return _Asked()
    question = _write("prediction", "What to predict", known.question if known else "")
    kinds = {kind: check for kind, check in CHECKS.items() if page.name in check.pages}
    titles = {kind: check.title for kind, check in kinds.items()}
    chosen = _select("kind", "Checked by", list(kinds), known.check.kind if known else None, titles, 390)
    kind = kinds[chosen]
    given = address.read(page, said).given
    with st.container(horizontal=True, gap="small"):
        values = _fields(kind, page, given, vars(known.check) if known and known.check.kind == chosen else {})
    st.markdown(f":small[{kind.meaning}]")
    try:
        _say_answer(kind(**values), page, page.of(given), said.get("what_if", [""])[-1])
    except ValueError as error:
        st.markdown(f":small[{plain(str(error))}]")
    return _Asked(kind, lambda: Prediction(question, kind(**values)))


def _say_answer(check: Check, page: Page, values: Any, what_if: str) -> None:
    """The right answer on the screen as it is, and what the learner may answer."""
    finding = found(check, page, values, what_if)
    if isinstance(finding, str):
        st.warning(plain(f"On this screen the run cannot decide this: {finding}."), icon=":material/info:")
        return
    options = check.options(evidence(page, values, what_if))
    st.success(plain(answer_sentence(finding, options, check.tolerance)), icon=":material/check:")
    if options:
        st.markdown(f":small[The learner chooses among: {plain(', '.join([*options.values(), 'I can’t tell']))}.]")


def answer_sentence(finding: Finding, options: Mapping[str, str] | None, tolerance: float) -> str:
    """The right answer in words, with what was measured."""
    if not isinstance(finding.answer, str):
        within = f" (within {words(tolerance)} counts as right)" if tolerance else ""
        return f"The run says {words(finding.answer)}{within}: {finding.because}."
    title = finding.answer if finding.answer in ("yes", "no") else f"“{(options or {})[finding.answer]}”"
    return f"The run says {title}: {finding.because}."


def _fields(kind: type[Check], page: Page, given: Mapping[str, Any], known: Mapping[str, Any]) -> dict[str, Any]:
    """Draw a control for each field of a kind of check; what they hold."""
    of_page: Cell = given.get("cell", LSTM)
    wanted: dict[str, Any] = {**given, "cell": of_page.name, **known}
    cells = {cell.name: cell for cell in (*MAIN, *([of_page] if is_own(of_page) else []))}
    values: dict[str, Any] = {}
    for name in (one.name for one in fields(kind)):
        if name == "cell" and "cell" in page.groups:
            values[name] = of_page.name
        elif name == "cell":
            titles = {cell.name: cell.title for cell in cells.values()}
            values[name] = _select(name, "Cell", list(cells), wanted[name], titles, 150)
        elif name == "quantity":
            cell = cells[values["cell"]]
            letters = {letter: f"{cell.quantity(letter).title} {letter}" for letter in cell.program.targets}
            values[name] = _select(name, "Quantity", list(letters), wanted.get(name), letters, 180)
        elif name in PLAYER:
            values[name] = _place(name, wanted.get(name, 1))
        else:
            values[name] = _amount(name, known.get(name))
    return values


#: The numbers that a check may be made with: what each is called, the least it can be, and what it is at first.
_AMOUNTS: Mapping[str, tuple[str, float, float]] = {
    "value": ("Above", -MAX_NUMBER, 0.5),
    "at_least": ("At least this share", 0.0, 0.01),
    "within": ("Right within", 0.0, 0.1),
}


def _amount(name: str, value: float | None) -> float:
    label, least, usual = _AMOUNTS[name]
    step = usual / 5 if usual < 0.1 else 0.1
    return float(
        st.number_input(
            label, least, MAX_NUMBER, usual if value is None else float(value), step, format="%.4g",
            key=f"lesson_{name}", width=160,
        )
    )  # fmt: skip


def _write(name: str, label: str, text: str, *, lines: bool = False) -> str:
    write = st.text_area if lines else st.text_input
    return write(label, text, key=f"lesson_{name}", persist_state="page", on_change="ignore")


def _select(
    name: str, label: str, options: Sequence[str], chosen: str | None, titles: Mapping[str, str], width: int
) -> str:
    index = options.index(chosen) if chosen in options else 0
    return st.selectbox(
        label, options, index, format_func=titles.__getitem__, key=f"lesson_{name}", persist_state="page", width=width
    )


def _place(name: str, value: int) -> int:
    span = PLAYER[name]
    if not isinstance(span, Span):
        raise TypeError(f"{name} is not a place")
    return int(
        st.number_input(
            name.capitalize(), int(span.low), int(span.high), value, 1, key=f"lesson_{name}", persist_state="page",
            width=110,
        )
    )  # fmt: skip
