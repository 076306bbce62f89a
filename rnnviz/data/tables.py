"""Tables of one's own, as programs write and people paste them: rows of cells, and what cannot be one.

Nothing in a table is carried out: a cell is text.
"""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from statistics import fmean

from rnnviz.data.number_cells import is_missing, looks_like_number
from rnnviz.data.time_cells import looks_like_time

#: The largest file, in bytes; the most rows and columns of a table.
LARGEST, MOST_ROWS, MOST_COLUMNS = 5_000_000, 20_000, 100
#: So many lines may hold those rows, with empty ones, comments and line breaks in cells.
_MOST_LINES = 5 * MOST_ROWS
ACCEPTED = (
    f"A table as text (CSV) is accepted: up to {MOST_ROWS:,} lines, one for each value, in columns that commas, "
    "semicolons, tabs, bars or spaces part."
)
#: What parts the columns, in words; nothing where there is one column.
SEPARATORS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars", " ": "spaces", "": "nothing: it is one"}

_TOO_LONG = (
    f"The table has more than {MOST_ROWS:,} rows; up to {MOST_ROWS:,} are accepted. Leave out the oldest, or take "
    "means over longer times."
)

_TOO_MANY_LINES = (
    f"The text has more than {_MOST_LINES:,} lines, empty ones and comments among them; a table has up to "
    f"{MOST_ROWS:,} rows. Leave out the oldest, or take means over longer times."
)

#: How files begin that hold more than text, and what such a file is.
_SIGNATURES = {
    b"PK": "a ZIP archive, as the tables of Excel and LibreOffice are: save the sheet as CSV",
    b"\xd0\xcf\x11\xe0": "a document of an older Microsoft Office: save the sheet as CSV",
    b"%PDF-": "a PDF",
    b"{\\rtf": "a document in rich text format (RTF)",
    b"\x1f\x8b": "compressed (gzip): unpack it first",
    b"BZh": "compressed (bzip2): unpack it first",
    b"\xfd7zXZ": "compressed (xz): unpack it first",
    b"7z\xbc\xaf": "a 7z archive: unpack it first",
    b"Rar!": "a RAR archive: unpack it first",
    b"\x28\xb5\x2f\xfd": "compressed (Zstandard): unpack it first",
    b"PAR1": "in the format Parquet",
    b"ARROW1": "in the format Arrow",
    b"SQLite format 3": "a database of SQLite",
    b"\x89HDF": "in the format HDF5",
    b"\x93NUMPY": "an array of NumPy",
    b"\x89PNG": "a picture (PNG)",
    b"\xff\xd8\xff": "a picture (JPEG)",
    b"GIF8": "a picture (GIF)",
    b"\x7fELF": "a program",
    b"MZ\x90": "a program",
}
#: How texts in other encodings begin; that of UTF-32 first, since it begins as UTF-16 does.
_MARKS = {
    b"\xff\xfe\x00\x00": ("utf-32", "UTF-32"),
    b"\x00\x00\xfe\xff": ("utf-32", "UTF-32"),
    b"\xff\xfe": ("utf-16", "UTF-16"),
    b"\xfe\xff": ("utf-16", "UTF-16"),
}
#: A text of UTF-16 without a mark has a zero in so many of its bytes at least, all at even or all at odd places.
_ZEROS_OF_UTF_16 = 0.3
#: What parts columns is found in so many lines.
_SAMPLE = 100
#: So much of the lines must have the same number of cells, so much of a column must be numbers, and what is so near to
#: the best way to part the columns is asked about.
_ALIKE, _NUMBERS, _NEAR = 0.8, 0.4, 0.02
#: What a cell that is text counts beside a number or a time, and a table beside one whose head fits it.
_TEXT, _WITHOUT_HEAD = 0.5, 0.5
#: So many lines above and below a table may be no part of it.
_MOST_ABOVE, _MOST_BELOW = 40, 10
_HALF = 0.5
_PARTING = frozenset(",;\t|")
#: A line of a table drawn with signs, and what parts no column, for a table with one.
_RULE, _NO_SEPARATOR = re.compile(r"[\s|+:=_-]+"), "\x1f"
_SPACES = re.compile(" +")
_SEPARATOR_LINE = re.compile(r'"?sep=(.)"?', re.IGNORECASE)
csv.field_size_limit(LARGEST)  # a cell that is longer than the reader's own limit would look like an open quote
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f]")


@dataclass(frozen=True, eq=False)
class Table:
    """Rows of cells.

    Attributes
    ----------
    separator
        What parts the columns: a name of `SEPARATORS`.
    titles
        What the table calls each column; "" where it does not say.
    rows, lines
        The cells of every row, as many as there are titles; at which line of the file each stands, from 1.
    notes
        Sentences about what was left out.
    """

    separator: str
    titles: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    lines: tuple[int, ...]
    notes: tuple[str, ...]

    @cached_property
    def names(self) -> tuple[str, ...]:
        """What the columns are called, each differently: "column 2" where the table does not say."""
        often = Counter(self.titles)
        return tuple(
            title if title and often[title] == 1 else f"{title} (column {place})" if title else f"column {place}"
            for place, title in enumerate(self.titles, 1)
        )

    def column(self, place: int) -> list[str]:
        """The cells of a column, from 0."""
        return [row[place] for row in self.rows]


def quoted(cell: str) -> str:
    """A cell for quoting in a sentence: one line, printable, not too long."""
    plain = "".join(one if one.isprintable() else "\N{REPLACEMENT CHARACTER}" for one in cell[:31])
    return f"“{plain if len(plain) <= 30 else plain[:29] + '…'}”"


def decoded(given: bytes | str) -> tuple[str, tuple[str, ...]]:
    """The text of a file or of what was pasted, with plain line ends, and sentences about how it was read.

    Raises
    ------
    ValueError
        With a sentence that names what cannot be used, its place, and what is accepted.
    """
    size = len(given)
    if size > LARGEST:
        raise ValueError(
            f"The table is {size / 1e6:,.1f} MB large; up to {LARGEST / 1e6:g} MB are accepted. Leave out columns, or "
            "take means over longer times."
        )
    text, notes = _from_bytes(given) if isinstance(given, bytes) else (given, ())
    text = text.removeprefix("\N{ZERO WIDTH NO-BREAK SPACE}").replace("\r\n", "\n").replace("\r", "\n")
    text = text.rstrip("\x1a")  # by which files of DOS end
    if not text.strip():
        raise ValueError(f"There is nothing in it: it is empty. {ACCEPTED}")
    if found := _CONTROL.search(text):
        line, place = _where(text, found.start())
        raise ValueError(
            f"Line {line:,} has the control character U+{ord(found[0]):04X} at place {place:,}: this is no plain text. "
            f"{ACCEPTED}"
        )
    return text, notes


def _from_bytes(data: bytes) -> tuple[str, tuple[str, ...]]:
    for signature, kind in _SIGNATURES.items():
        if data.startswith(signature):
            raise ValueError(f"The file is {kind}. {ACCEPTED}")
    encoding, title = next((about for mark, about in _MARKS.items() if data.startswith(mark)), _without_mark(data))
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        if encoding != "utf-8":
            raise ValueError(
                f"The file begins as {title} does, but the bytes at place {error.start + 1:,} are none. {ACCEPTED}"
            ) from None
        line = data.count(b"\n", 0, error.start) + 1
        return data.decode("cp1252", "replace"), (
            f"The file is not UTF-8 (the first byte that shows it is {data[error.start]:02X} in line {line:,}): it was "
            "read as Windows-1252. That matters for names alone.",
        )
    return text, () if encoding == "utf-8" else (f"The file is {title}, and was read as that.",)


def _without_mark(data: bytes) -> tuple[str, str]:
    """The encoding of bytes that begin with no mark."""
    even, odd = data[0::2].count(0), data[1::2].count(0)
    if max(even, odd) > _ZEROS_OF_UTF_16 * len(data) and not min(even, odd):
        return ("utf-16-le" if odd else "utf-16-be"), "UTF-16"
    return "utf-8", "UTF-8"


def _where(text: str, place: int) -> tuple[int, int]:
    """At which line of a text a place is, and where in it, both from 1."""
    return text.count("\n", 0, place) + 1, place - text.rfind("\n", 0, place)


def tables_of(text: str) -> dict[str, Table]:
    """Every table that a text can be read as, by what parts its columns; the likeliest first.

    Raises
    ------
    ValueError
        With a sentence that names the line and what is accepted, where it is none.
    """
    lines = text.rstrip("\n").split("\n")
    if len(lines) > _MOST_LINES:
        raise ValueError(_TOO_MANY_LINES)
    if named := _SEPARATOR_LINE.fullmatch(lines[0].strip()):
        return {named[1]: _table(["", *lines[1:]], named[1])}
    sample = [*islice(filter(_is_of_table, lines), _SAMPLE)]
    if len(sample) == 1 and (found := _list_of_numbers(lines)):
        return {found.separator: found}
    if len(sample) < 2:
        raise ValueError(f"There is one line; a series needs a line for each of its values. {ACCEPTED}")
    scores = {separator: _score(sample, separator) for separator in SEPARATORS}
    likely = [one for one, score in scores.items() if 0 < score >= max(scores.values()) - _NEAR]
    if not likely:
        raise ValueError(_no_table(lines, sample))
    return {separator: _table(lines, separator) for separator in sorted(likely, key=scores.__getitem__, reverse=True)}


def _list_of_numbers(lines: Sequence[str]) -> Table | None:
    """The only line that is of a table as a column, where it is a list of numbers; None where it is none."""
    for separator in filter(None, SEPARATORS):
        records = [(line, cells) for line, cells in _records(lines, separator) if _is_of_table("".join(cells))]
        if len(records) != 1:
            continue
        [(line, cells)] = records
        numbers = [cell for cell in (part.strip("[](){} ") for part in cells) if cell]
        if len(numbers) > MOST_ROWS:
            raise ValueError(_TOO_LONG)
        if len(numbers) > 2 and all(map(looks_like_number, numbers)):
            note = f"The {len(numbers):,} numbers of line {line:,} were read as one series, one after another."
            return Table(separator, ("",), tuple((one,) for one in numbers), (line,) * len(numbers), (note,))
    return None


def _is_of_table(line: str) -> bool:
    return not (line.startswith("#") or _RULE.fullmatch(line) or not line.strip())


def _no_table(lines: Sequence[str], sample: Sequence[str]) -> str:
    """Why lines are no table: too many columns, or a cell where a number should be."""
    for separator in SEPARATORS:
        widest = max((cells for _, cells in _records(lines, separator)), key=len)
        if len(widest) > MOST_COLUMNS and _is_of_numbers(widest):
            return _too_wide(len(widest))
    separator = max(SEPARATORS, key=lambda one: sum(one in line for line in sample) if one.strip() else 0)
    records = [(line, cells) for line, cells in _records(lines, separator) if any(cells)]
    if not records:
        return f"All cells are empty. {ACCEPTED}"
    line, cells = records[min(1, len(records) - 1)]
    column, cell = next(((at, one) for at, one in enumerate(cells, 1) if one and not _is_plain(one)), (1, cells[0]))
    return f"No column of numbers is found: in line {line:,}, column {column}, stands {quoted(cell)}. {ACCEPTED}"


def _too_wide(width: int) -> str:
    return f"The table has {width:,} columns; up to {MOST_COLUMNS} are accepted. Leave out those that are not needed."


def _score(sample: Sequence[str], separator: str) -> float:
    """How well lines read with their columns parted so: 1 where each cell is a number or a time, 0 where not at all."""
    records = [cells for _, cells in _records(sample, separator, strict=False)]
    width = Counter(map(len, records)).most_common(1)[0][0]
    wide = [cells for cells in records if len(cells) == width]
    if (width < 2) == bool(separator) or not 2 <= len(wide) >= _ALIKE * len(records) or width > MOST_COLUMNS:
        return 0.0
    has_head = _has_head(wide)
    body = wide[has_head:]
    if max(_share(looks_like_number, column) for column in zip(*body)) < _NUMBERS:
        return 0.0
    fits = min(map(_worth, wide[0])) > 0 if has_head else wide[0] is records[0]
    return fmean(_worth(cell) for cells in body for cell in cells) * (1.0 if fits else _WITHOUT_HEAD)


def _worth(cell: str) -> float:
    if not cell or _is_plain(cell):
        return 1.0
    return 0.0 if set(cell) & _PARTING else _TEXT


def _has_head(rows: Sequence[Sequence[str]]) -> bool:
    """Whether the first row names the columns: it has text where numbers or times stand below."""
    first, *below = rows[: _SAMPLE + 1]
    return any(
        name and not _is_plain(name) and _share(_is_plain, column) > _HALF for name, column in zip(first, zip(*below))
    )


def _share(looks: Callable[[str], bool], column: Sequence[str]) -> float:
    """How many of the cells of a column look so, of those that do not say that nothing was measured."""
    told = [cell for cell in column if not is_missing(cell)]
    return fmean(map(looks, told)) if told else 0.0


def _is_of_numbers(cells: Sequence[str]) -> bool:
    """Whether most of the first cells of a line are numbers or times."""
    return fmean(map(_is_plain, cells[:MOST_COLUMNS])) > _HALF


def _is_plain(cell: str) -> bool:
    return looks_like_number(cell) or looks_like_time(cell)


def _records(lines: Sequence[str], separator: str, *, strict: bool = True) -> Iterator[tuple[int, tuple[str, ...]]]:
    """The cells of each record, and at which line it begins, from 1.

    Raises
    ------
    ValueError
        With a sentence that names the line and the column of a quote that does not close.
    """
    given = (_SPACES.sub(" ", line.strip()) for line in lines) if separator == " " else lines
    reader = csv.reader(given, delimiter=separator or _NO_SEPARATOR, strict=strict, skipinitialspace=True)
    line = 1
    try:
        for cells in reader:
            yield line, tuple(map(str.strip, cells))
            line = reader.line_num + 1
    except csv.Error:
        raise ValueError(
            f'In line {line:,}, column {_open_quote(lines[line - 1], separator)}, a quote (") opens that does not '
            f"close where its cell ends. Close it, or write it twice where it belongs to the cell. {ACCEPTED}"
        ) from None


def _open_quote(line: str, separator: str) -> int:
    """In which column of a line, from 1, a quote does not close."""
    part = re.escape(separator or _NO_SEPARATOR)
    field = re.compile(rf'\s*+(?:"(?:[^"]|"")*+"|[^"{part}\s][^{part}]*+)?\s*+(?={part}|$)')
    place, column = 0, 1
    while (found := field.match(line, place)) and found.end() < len(line):
        place, column = found.end() + 1, column + 1
    return column


def _table(lines: Sequence[str], separator: str) -> Table:
    """All lines as a table.

    Raises
    ------
    ValueError
        With a sentence that names the line and what is accepted.
    """
    comments, records = _kept(lines, separator)
    width = _width(records)
    if width > MOST_COLUMNS:
        raise ValueError(_too_wide(width))
    records = [(line, _cut(cells, width)) for line, cells in records]
    of_width = [place for place, (_, cells) in enumerate(records) if len(cells) == width]
    if len(of_width) < 2:
        raise ValueError(f"There is one line; a series needs a line for each of its values. {ACCEPTED}")
    above, within, below = records[: of_width[0]], records[of_width[0] : of_width[-1] + 1], records[of_width[-1] + 1 :]
    if len(above) > _MOST_ABOVE or len(below) > _MOST_BELOW:
        raise ValueError(_another_width(*(above or below)[0], width, separator))
    if len(below) == 1 and _ends_list(below[0][1], [cells for _, cells in within]):
        line, cells = below.pop()
        within.append((line, cells + ("",) * (width - len(cells))))
    notes = [_left_out(where, part) for where, part in (("above", above), ("below", below)) if part]
    if rows_of_numbers := [one for one in (*above, *below) if _is_of_numbers(one[1])]:
        raise ValueError(_another_width(*rows_of_numbers[0], width, separator))
    if ragged := [one for one in within if len(one[1]) != width]:
        raise ValueError(_another_width(*ragged[0], width, separator))
    rows = [cells for _, cells in within]
    titles = ("",) * width
    if _has_head(rows):
        titles, rows, within = rows[0], rows[1:], within[1:]
    elif above and len(above[-1][1]) > 1 and not any(map(_is_plain, filter(None, above[-1][1]))):
        raise ValueError(_another_width(*within[0], len(above[-1][1]), separator))
    elif comments and len(comments[-1][1]) == width and comments[-1][0] < within[0][0]:
        titles = comments[-1][1]
    if len(rows) > MOST_ROWS:
        raise ValueError(_TOO_LONG)
    return Table(separator, titles, tuple(rows), tuple(line for line, _ in within), tuple(notes))


def _ends_list(last: Sequence[str], rows: Sequence[Sequence[str]]) -> bool:
    """Whether a shorter line may be the end of a list of numbers that is broken into lines."""
    return len(last) < len(rows[0]) > 2 and all(looks_like_number(cell) for row in (last, *rows) for cell in row)


def as_list(table: Table) -> Table:
    """All cells of a table as one column, line after line.

    Raises
    ------
    ValueError
        When they are too many.
    """
    told = [(line, cell) for line, row in zip(table.lines, table.rows) for cell in row if cell]
    if len(told) > MOST_ROWS:
        raise ValueError(_TOO_LONG)
    return Table(
        table.separator, ("",), tuple((cell,) for _, cell in told), tuple(line for line, _ in told), table.notes
    )


def _kept(lines: Sequence[str], separator: str) -> tuple[list[tuple[int, tuple[str, ...]]], ...]:
    """The comments and the records of lines, each with its line; what is empty or a rule is neither."""
    comments, records = [], []
    for line, cells in _records(lines, separator):
        if cells and cells[0].startswith("#"):
            comments.append((line, (cells[0].lstrip("# "), *cells[1:])))
        elif any(cells) and not _RULE.fullmatch("".join(cells)):
            records.append((line, cells))
        if len(records) > MOST_ROWS + _MOST_ABOVE + _MOST_BELOW:
            raise ValueError(_TOO_LONG)
    return comments, records


def _width(records: Sequence[tuple[int, tuple[str, ...]]]) -> int:
    """How many cells most records have, without columns at the end in which none of these has anything."""
    if not records:
        return 0
    usual = Counter(len(cells) for _, cells in records).most_common(1)[0][0]
    wide = [cells for _, cells in records if len(cells) == usual]
    return max((place for place in range(1, usual + 1) if any(cells[place - 1] for cells in wide)), default=usual)


def _cut(cells: tuple[str, ...], width: int) -> tuple[str, ...]:
    """A longer record without its end, where that is empty."""
    return cells if any(cells[width:]) else cells[:width]


def _another_width(line: int, cells: Sequence[str], width: int, separator: str) -> str:
    parts = SEPARATORS.get(separator, quoted(separator))
    expected = f"{width} is expected" if width == 1 else f"{width} are expected"
    given = f"Line {line:,} has {_cells(len(cells))} where {expected}; the columns are parted by {parts}."
    if len(cells) < width:
        return f"{given} Where nothing was measured, leave the cell empty and keep what parts it from the one before."
    return (
        f"{given} Where a comma stands before decimals or between thousands, put the number in quotes or part the "
        "columns by semicolons."
    )


def _cells(number: int) -> str:
    return "1 cell" if number == 1 else f"{number:,} cells"


def _left_out(where: str, records: Sequence[tuple[int, tuple[str, ...]]]) -> str:
    first, last = records[0][0], records[-1][0]
    if first == last:
        return f"Line {first:,}, {where} the table, is no row of it and was left out: {quoted(records[0][1][0])}."
    return f"Lines {first:,} to {last:,}, {where} the table, are no rows of it and were left out."
