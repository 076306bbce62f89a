"""A series out of a table of one's own: what is understood, what has to be asked, and what is refused.

Nothing in a file is carried out, and where it can be read in two ways nobody guesses: a question is asked.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import takewhile

import numpy as np

from rnnviz.data import number_cells, time_cells
from rnnviz.data.number_cells import LONGEST_CELL, BadCellError, is_missing, looks_like_number
from rnnviz.data.own_series import TITLE, text_of
from rnnviz.data.own_text import OwnText
from rnnviz.data.questions import Asked, OpenQuestionError, Question
from rnnviz.data.series import Series
from rnnviz.data.steps import Floats, meant_seasons, seasons_of
from rnnviz.data.tables import ACCEPTED, SEPARATORS, Table, as_list, decoded, quoted, tables_of
from rnnviz.data.timed_rows import Rows, counted, regular

#: The fewest values that can be learned from; so many in a hundred are learned from, and known before the test begins.
FEWEST, LEARNED, KNOWN = 60, 64, 80
#: So much of a column must be numbers or times, of so many of its cells.
_NUMBERS, _TIMES, _LOOKED_AT = 0.4, 0.8, 200
#: So small beside the values themselves what they differ by may not be, nor so small at all.
_SMALLEST_SPREAD, _TINIEST = 1e-9, 1e-100
#: Names of columns of numbers that are times, wherever the column stands.
_TIME_NAME = re.compile(r"time|date|years?|jahr|zeit|datum|ann[ée]e|step|index", re.IGNORECASE)
#: Nothing but letters, digits and these is kept of a name, and no more characters than so many.
_SIGNS, _LONGEST_NAME, _LONGEST_UNIT, _LONGEST_TITLE = " %°/()-", 40, 12, 200
_WITH_UNIT = re.compile(r"(.*\S)\s*[\[(]([^\])]+)[\])]")
#: What some programs write where nothing was measured.
_MARKS = (-9999.0, -999.0, -99.0, -99.99, -999.9, -999.99, -9999.9, -99999.0, 999.0, 999.9, 9999.0, 99999.0)
_MEANINGS = {"missing": "that nothing was measured", "value": "that this was measured"}
_LAYOUTS = {"columns": "a row: each column is a series", "list": "a part of one list, which goes on in the next line"}
#: The answer that no column is the time, and the season of a series that has none.
NONE, NO_SEASON = "none", "0"


@dataclass(frozen=True, eq=False)
class Understood:
    """What was understood of a table.

    Attributes
    ----------
    series, text
        The series, and as it is kept; None while a question is open.
    questions
        What was asked, in order; only the last may be open.
    notes
        Sentences about what was found and changed.
    """

    series: Series | None
    text: OwnText | None
    questions: tuple[Question, ...]
    notes: tuple[str, ...]


def understand(given: bytes | str, answers: Mapping[str, str] | None = None) -> Understood:
    """What a file, or a text that was pasted, says as a series.

    Parameters
    ----------
    answers
        To the questions that were asked before, by name; what is no option any more does not count.

    Raises
    ------
    ValueError
        With a sentence that names line and column, and what is accepted.
    """
    asked = Asked(answers or {})
    try:
        series = _series(given, asked)
    except OpenQuestionError:
        return Understood(None, None, tuple(asked.questions), tuple(asked.notes))
    text = text_of(series)
    named = replace(series, name=text.digest)
    return Understood(named, text, tuple(asked.questions), tuple(asked.notes))


def _series(given: bytes | str, asked: Asked) -> Series:
    text, notes = decoded(given)
    asked.notes += notes
    tables = tables_of(text)
    parted = {separator: SEPARATORS.get(separator, quoted(separator)) for separator in tables}
    table = tables[asked.choose("columns", "What parts the columns?", parted)]
    asked.notes += table.notes
    if _may_be_list(table) and asked.choose("layout", "What is one line?", _LAYOUTS) == "list":
        table = as_list(table)
    time, value = _columns(table, asked)
    asked.notes += _unread_times(table, time, value)
    table = _with_something(table, (*time, value))
    values, unit = _values(table, value, asked)
    names, values, step = _in_time(table, time, value, _measured(values, asked), asked)
    _check(values)
    quantity, in_title = _named(table.titles[value])
    said = in_title or _tame(unit, _LONGEST_UNIT)
    return Series("", TITLE, names, values, quantity, said, step, _season(values, step, asked), "")


def _may_be_list(table: Table) -> bool:
    """Whether lines may be parts of a list of numbers: no column has a name, nor does the first alone count on."""
    width = range(len(table.titles))
    even = [time_cells.are_even(table.column(place)) for place in width]
    return (
        len(width) > 2
        and not any(table.titles)
        and all(_share(looks_like_number, table, place) == 1 for place in width)
        and (not even[0] or all(even))
    )


def _in_time(
    table: Table, time: Sequence[int], value: int, values: Floats, asked: Asked
) -> tuple[tuple[str, ...], Floats, str]:
    """What each time is called, the values in the order of time, and what a step is called."""
    cells = _cells_of_time(table, time)
    if not time:
        return counted([str(place) for place in range(1, len(values) + 1)], values, asked)
    if time_cells.looks_counted(cells):
        return counted(cells, values, asked)
    read = _times(table, time, cells, asked)
    aside = [place for place in range(len(table.names)) if place not in (*time, value)]
    groups = {table.names[place]: table.column(place) for place in aside}
    return regular(Rows(read.times, values, read.form.precision), groups, asked)


def _cells_of_time(table: Table, time: Sequence[int]) -> list[str]:
    """The time of each row, out of the columns that it is in."""
    parts = [time_cells.part_called(table.titles[column]) for column in time]
    if len(time) < 2 or parts[-1] is None:
        return [" ".join(row[column] for column in time).strip() for row in table.rows]
    titled = [part or "date" for part in parts]
    return [time_cells.from_parts(dict(zip(titled, (row[column] for column in time)))) for row in table.rows]


def _with_something(table: Table, columns: Sequence[int]) -> Table:
    """The rows in which anything stands in some columns."""
    kept = [place for place, row in enumerate(table.rows) if any(row[column] for column in columns)]
    return replace(
        table, rows=tuple(table.rows[place] for place in kept), lines=tuple(table.lines[place] for place in kept)
    )


def _columns(table: Table, asked: Asked) -> tuple[tuple[int, ...], int]:
    """The columns that the time is in, none where there is none, and that of the values."""
    numbers = [place for place in range(len(table.names)) if _share(looks_like_number, table, place) >= _NUMBERS]
    if not numbers:
        raise ValueError(f"No column of the table is of numbers: line {table.lines[0]:,} is its first row. {ACCEPTED}")
    times = [columns for columns in _time_columns(table, numbers) if set(numbers) - set(columns)]
    options = {"+".join(map(str, columns)): ", ".join(table.names[one] for one in columns) for columns in times}
    chosen = NONE
    if options:
        all_options = {**options, NONE: "none: each row is a step"}
        chosen = asked.choose("time", "Which column is the time?", all_options, next(iter(options)))
    time = () if chosen == NONE else tuple(map(int, chosen.split("+")))
    left = {str(place): table.names[place] for place in numbers if place not in time}
    uneven = [place for place in left if not time_cells.are_even(table.column(int(place)))]
    assumed = uneven[0] if len(uneven) == 1 else None  # a column that only numbers the rows is seldom meant
    return time, int(asked.choose("value", "Which column is the value?", left, assumed))


def _unread_times(table: Table, time: Sequence[int], value: int) -> list[str]:
    """Of each column that seems to be the time and is not read so, where no other is, the first cell that is none."""
    if any(_share(time_cells.looks_like_time, table, place) >= _TIMES for place in time):
        return []
    others = [place for place in range(len(table.names)) if place not in (*time, value)]
    notes = []
    for place in filter(partial(_seems_time, table), others):
        cells = enumerate(table.column(place))
        unread = [row for row, cell in cells if not is_missing(cell) and not time_cells.looks_like_time(cell)]
        if unread:
            name, cell, line = table.names[place], table.rows[unread[0]][place], table.lines[unread[0]]
            notes.append(
                f"The column {quoted(name)} was not read as the time: {quoted(cell)} in line {line:,} is none that is "
                "known. 2012-01-31 and 2012-01-31 18:30 always are."
            )
    return notes


def _seems_time(table: Table, place: int) -> bool:
    """Whether a column is called a time, or has something with a digit in each cell that comes nowhere else in it."""
    told = [cell for cell in table.column(place) if not is_missing(cell)]
    if not told or _share(looks_like_number, table, place) >= _NUMBERS:
        return False
    with_digit = sum(any(map(str.isdigit, cell[:LONGEST_CELL])) for cell in told)
    return bool(_TIME_NAME.search(table.names[place])) or (
        with_digit >= _TIMES * len(told) and len(set(told)) >= _TIMES * len(told)
    )


def _share(looks: Callable[[str], bool], table: Table, place: int) -> float:
    """How much of a column looks so, of cells from everywhere in it in which anything stands."""
    apart = max(1, len(table.rows) // _LOOKED_AT)
    cells = [row[place] for row in table.rows[::apart] if not is_missing(row[place])]
    return sum(map(looks, cells)) / len(cells) if cells else 0.0


def _time_columns(table: Table, numbers: Sequence[int]) -> list[tuple[int, ...]]:
    """The columns that may be the time, the likeliest first; the day and the hour may be two."""
    width = range(len(table.names))
    written = [place for place in width if _share(time_cells.looks_like_time, table, place) >= _TIMES]
    clocks = {place for place in written if _share(time_cells.is_time_of_day, table, place) >= _TIMES}
    joined = [(place, place + 1) for place in written if place not in clocks and place + 1 in clocks]
    alone = [(place,) for place in written if not any(place in columns for columns in joined)]
    named = [place for place in numbers if not place or _TIME_NAME.search(table.names[place])]
    bare = [(place,) for place in named if place not in written and time_cells.count_on(table.column(place))]
    return [
        *_columns_of_parts(table, numbers, [place for place in written if place not in clocks]),
        *joined,
        *alone,
        *bare,
    ]


def _columns_of_parts(table: Table, numbers: Sequence[int], dates: Sequence[int]) -> list[tuple[int, ...]]:
    """The columns that say the time together: the year, the month and so on in one each, or a date and the hour."""
    called = {time_cells.part_called(table.titles[place]): place for place in reversed(numbers)}
    together = [*takewhile(called.__contains__, ("year", "month", "day", "hour", "minute"))]
    if len(together) > 1:
        return [tuple(called[part] for part in together)]
    day = [*dates[:1], *(called[part] for part in takewhile(called.__contains__, ("hour", "minute")))]
    return [tuple(day)] if dates and "hour" in called else []


def _values(table: Table, column: int, asked: Asked) -> tuple[Floats, str]:
    """The numbers of a column, nan where nothing was measured, and the unit beside them."""
    cells = table.column(column)
    try:
        read = {custom.in_words: numbers for custom, numbers in number_cells.readings(cells).items()}
        differ = _first_difference([*read.values()])
        options = {custom: f"{numbers[differ]:.10g}" for custom, numbers in read.items()}
        values = read[asked.choose("numbers", f"Which number is {quoted(cells[differ])}?", options)]
        number_cells.check_size(values)
        unit = number_cells.unit_of(cells)
    except BadCellError as error:
        raise _refused(table, column, cells, error) from None
    return values, unit


def _measured(values: Floats, asked: Asked) -> Floats:
    """The values without what some programs write where nothing was measured, such as -9999, if it means that."""
    plain = values[~np.isin(values, _MARKS) & ~np.isnan(values)]
    marks = [mark for mark in _MARKS if (values == mark).any() and len(plain) and _is_far(mark, plain)]
    for number, mark in enumerate(marks, 1):
        marked = values == mark
        often = f"{count:,} times" if (count := int(marked.sum())) > 1 else "once"
        asks = f"{mark:g} stands {often}, far from all other values. What does it mean?"
        if asked.choose("mark" if number == 1 else f"mark {number}", asks, _MEANINGS) == "missing":
            values = np.where(marked, np.nan, values)
    return values


def _is_far(mark: float, others: Floats) -> bool:
    """Whether a number is further from others than these from each other."""
    return bool(min(abs(others - mark)) > np.ptp(others))


def _times(table: Table, columns: Sequence[int], cells: Sequence[str], asked: Asked) -> time_cells.Reading:
    """The cells of one or two columns as times."""
    try:
        read = time_cells.readings(cells)
    except BadCellError as error:
        raise _refused(table, columns[0], cells, error) from None
    differ = _first_difference([one.times for one in read.values()])
    options = {title: f"{title}: {time_cells.in_words(one.times[differ])}" for title, one in read.items()}
    found = read[asked.choose("order", f"When is {quoted(cells[differ])}?", options)]
    if found.in_utc:
        asked.notes.append("The times name different zones: they were brought to UTC.")
    return found


def _first_difference(ways: Sequence[np.ndarray]) -> int:
    """At which place several readings of a column first differ."""
    differs = np.any([(way != ways[0]) & ~((way != way) & (ways[0] != ways[0])) for way in ways], axis=0)
    return int(differs.argmax())


def _refused(table: Table, column: int, cells: Sequence[str], error: BadCellError) -> ValueError:
    line, cell = table.lines[error.place], quoted(cells[error.place])
    return ValueError(f"Line {line:,}, column {quoted(table.names[column])}: {cell} {error.why}.")


def _check(values: Floats) -> None:
    """Refuse values from which nothing can be learned."""
    if len(values) < FEWEST:
        there = "1 value" if len(values) == 1 else f"{len(values):,} values"
        raise ValueError(f"The series has {there}; {FEWEST} are needed, since much of it is held out to measure on.")
    learned = values[: len(values) * LEARNED // 100]
    spread = float(np.ptp(learned))
    if spread <= max(_TINIEST, _SMALLEST_SPREAD * float(np.abs(learned).max())):
        if np.ptp(values) == 0:
            raise ValueError(f"All {len(values):,} values are the same: nothing to forecast.")
        raise ValueError(
            f"The first {len(learned):,} values, from which would be learned, are the same: nothing to forecast."
        )


def _named(name: str) -> tuple[str, str]:
    """What a column measures, and in what, of letters and digits: nothing of it means anything to Markdown."""
    with_unit = _WITH_UNIT.fullmatch(name[:_LONGEST_TITLE])
    quantity, unit = with_unit.groups() if with_unit else (name[:_LONGEST_TITLE], "")
    return _tame(quantity, _LONGEST_NAME) or "Value", _tame(unit, _LONGEST_UNIT)


def _tame(name: str, longest: int) -> str:
    kept = "".join(
        one if unicodedata.category(one)[0] in "LNM" or one in _SIGNS else " "
        for one in unicodedata.normalize("NFC", name)
    )
    return " ".join(kept.split()).lstrip("-/() ")[:longest].strip()


def _season(values: Floats, step: str, asked: Asked) -> int:
    """After how many steps the series comes back, as it seems before the test begins, or as a person says."""
    seen = seasons_of(values[: len(values) * KNOWN // 100], step)
    able = dict.fromkeys([*seen, *(one for one in meant_seasons(step) if one <= len(values) // 3)])
    options = {str(lag): f"after {lag} steps{' (seen in it)' if lag in seen else ''}" for lag in able}
    every = {**options, NO_SEASON: "it does not"}
    assumed = str(seen[0]) if seen else NO_SEASON
    return int(asked.choose("season", "After how many steps does it come back?", every, assumed))
