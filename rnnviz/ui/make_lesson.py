"""The dialog in which a teacher makes a lesson of the screen that is open."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any
from urllib.parse import parse_qs

import streamlit as st

from rnnviz.cells import LSTM, MAIN, Cell
from rnnviz.lessons.lesson import CHECKS, VIEWING, Above, Lesson, Prediction, link
from rnnviz.settings import address
from rnnviz.settings.gates import is_own
from rnnviz.settings.kinds import Span
from rnnviz.settings.numbers import MAX_NUMBER
from rnnviz.settings.page import PLAYER, Page
from rnnviz.ui.markdown import plain

_CHECKS = {
    "remembered": "An input is still remembered at the end",
    "guess": "The best guess changes",
    "above": "A value is above a number",
}
_MEANINGS = {
    "remembered": "“Yes” is right if erasing the input of that step still changes the hidden state at the last step.",
    "guess": "“Yes” is right if the best guess at that step is another one after the changes.",
    "above": "“Yes” is right if that quantity is above that number, in that unit at that step.",
}


#: Tells what the address says now. Streamlit's own copy does not follow the step and the unit, which the player writes.
_ADDRESS = st.components.v2.component(
    "rnnviz_address", js="export default ({ setStateValue }) => setStateValue('query', location.search);"
)


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
    titles = page.groups
    shows = st.pills(
        "The learner sees", list(titles), selection_mode="multi", format_func=titles.__getitem__,
        default=list(lesson.shows if lesson else titles), key="lesson_shows", persist_state="page",
    )  # fmt: skip
    prediction = _prediction(page, address.read(page, said).given, lesson.prediction if lesson else None)
    if st.button("Make the link", type="primary"):
        try:
            made = Lesson(page.name, settings, title, question, look_for, tuple(shows), prediction())
            whole = link(made, (st.context.url or "").removesuffix(page.name))
        except ValueError as error:
            st.warning(plain(str(error)), icon=":material/info:")
        else:
            st.code(whole, language=None, wrap_lines=True)
            st.link_button("Try it in a new tab", whole, icon=":material/open_in_new:")
            st.markdown(f":small[{len(whole):,} characters. The link holds the whole lesson; nothing is stored.]")


def _prediction(page: Page, shown: Mapping[str, Any], known: Prediction | None) -> Callable[[], Prediction | None]:
    """Draw what a prediction needs; what is returned makes it, or refuses what was typed by a `ValueError`."""
    if not page.asks or not st.toggle(
        "Ask for a prediction first", known is not None, key="lesson_predicts", persist_state="page"
    ):
        return lambda: None
    question = _write(
        "prediction", "What to predict, answered by yes, no or can't tell", known.question if known else ""
    )
    of_page: Cell = shown.get("cell", LSTM)
    fields: dict[str, Any] = {**shown, "cell": of_page.name, **(vars(known.check) if known else {})}
    kinds = [kind for kind in CHECKS if kind != "guess" or "what_if" in page.groups]
    cells = {cell.name: cell for cell in (*MAIN, *([of_page] if is_own(of_page) else []))}
    with st.container(horizontal=True, gap="small"):
        kind = _select("kind", "Checked by", kinds, known.check.kind if known else kinds[0], _CHECKS, 330)
        check: dict[str, Any] = {"cell": of_page.name}
        if "cell" not in page.groups:
            titles = {name: cell.title for name, cell in cells.items()}
            check["cell"] = _select("cell", "Cell", list(cells), fields["cell"], titles, 150)
        if kind == Above.kind:
            cell = cells[check["cell"]]
            letters = {letter: f"{cell.quantity(letter).title} {letter}" for letter in cell.program.targets}
            check["quantity"] = _select("quantity", "Quantity", list(letters), fields.get("quantity"), letters, 180)
            check["unit"] = _place("unit", fields.get("unit", 1))
        check["step"] = _place("step", fields.get("step", 1))
        if kind == Above.kind:
            check["value"] = st.number_input(
                "Above",
                -MAX_NUMBER,
                MAX_NUMBER,
                float(fields.get("value", 0.5)),
                0.1,
                key="lesson_value",
                on_change="ignore",
                width=120,
            )
    st.markdown(f":small[{_MEANINGS[kind]}]")
    return lambda: Prediction(question, CHECKS[kind](**check))


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
            on_change="ignore", width=110,
        )
    )  # fmt: skip
