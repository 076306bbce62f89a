"""Tables as programs and people write them: what is meant is understood, or asked about, or refused with its place."""

import csv
import io
import pickle
import time
import zipfile
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as some

from rnnviz.data.own_csv import FEWEST, understand
from rnnviz.data.own_series import series_of, text_of
from rnnviz.data.series import SERIES, load_series
from rnnviz.data.tables import LARGEST, MOST_COLUMNS, MOST_ROWS

STEPS = {"day": timedelta(days=1), "hour": timedelta(hours=1), "5 minutes": timedelta(minutes=5)}
#: How times are written, and whether that leaves out the clock.
TIMES = {
    "%Y-%m-%d": "year, month, day",
    "%Y/%m/%d": "year, month, day",
    "%d.%m.%Y": "day, month, year",
    "%d/%m/%Y": "day, month, year",
    "%m/%d/%Y": "month, day, year",
    "%d-%m-%y": "day, month, year",
    "%d %b %Y": "day, month in words, year",
    "%B %d, %Y": "month in words, day, year",
    "%Y%m%d": "year, month, day without signs",
    "%a %d/%m/%Y": "day, month, year",
}
CLOCKS = (" %H:%M", "T%H:%M:%S", ", %H:%M")
SEPARATORS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars"}


@dataclass(frozen=True)
class Way:
    """A way to write a table."""

    separator: str
    decimals: str
    thousands: str
    form: str
    step: str
    header: tuple[str, str, str] | None
    quoting: int
    order: str
    encoding: str
    newline: str
    start: datetime
    values: tuple[float, ...]

    @property
    def times(self):
        return [self.start + place * STEPS[self.step] for place in range(len(self.values))]

    def number(self, value):
        text = f"{value:,.2f}"
        return text.translate({ord(","): self.thousands, ord("."): self.decimals})

    def rows(self):
        rows = [
            [time.strftime(self.form), self.number(value), f"station {place % 3}"]
            for place, (time, value) in enumerate(zip(self.times, self.values))
        ]
        if self.order == "newest first":
            rows.reverse()
        if self.order == "mixed":
            rows = rows[::2] + rows[1::2]
        return ([list(self.header)] if self.header else []) + rows

    def written(self, rows=None):
        file = io.StringIO()
        writer = csv.writer(file, delimiter=self.separator, quoting=self.quoting, lineterminator=self.newline)
        writer.writerows(self.rows() if rows is None else rows)
        return file.getvalue().encode(self.encoding)


#: More than can be mistaken for another series: no two neighbours alike, and decimals that no custom takes for thousands.
VALUES = some.integers(0, 10**6).map(
    lambda seed: tuple(np.random.default_rng(seed).integers(-300_000, 300_000, FEWEST).round(-1) / 100 + 0.01)
)


@some.composite
def ways(draw):
    decimals = draw(some.sampled_from(".,"))
    step = draw(some.sampled_from([*STEPS]))
    form = draw(some.sampled_from([*TIMES]))
    if step != "day":
        assume(form != "%Y%m%d")
        form += draw(some.sampled_from(CLOCKS))
    return Way(
        separator=draw(some.sampled_from([*SEPARATORS])),
        decimals=decimals,
        thousands=draw(some.sampled_from([one for one in ("", ",", ".", " ", "\N{NARROW NO-BREAK SPACE}", "’") if one != decimals])),
        form=form,
        step=step,
        header=draw(some.sampled_from([None, ("date", "value", "place"), ("Datum", "Größe (°C)", "=cmd|' /C calc'!A0")])),
        quoting=draw(some.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL])),
        order=draw(some.sampled_from(["oldest first", "newest first", "mixed"])),
        encoding=draw(some.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252"])),
        newline=draw(some.sampled_from(["\n", "\r\n", "\r"])),
        start=draw(some.datetimes(datetime(1970, 1, 1), datetime(2060, 1, 1))).replace(minute=0, second=0, microsecond=0),
        values=draw(VALUES),
    )  # fmt: skip


def answered(given, answers):
    """What is understood once every question has the answer that is meant."""
    found = understand(given, answers)
    for question in found.questions:
        if question.name in answers:
            assert answers[question.name] in question.options
            assert question.answer == answers[question.name]
    return found


@given(ways())
@settings(max_examples=300)
def test_what_is_meant_is_understood_or_among_the_answers_to_what_is_asked(way):
    if way.encoding == "cp1252":
        assume("\N{NARROW NO-BREAK SPACE}" not in way.thousands)
    if way.step != "day":
        way = Way(**{**vars(way), "start": way.start.replace(hour=1)})
    title = next(title for form, title in TIMES.items() if way.form.startswith(form))
    found = answered(way.written(), {"order": title, "season": "0"})
    assert found.series is not None, found.questions
    assert found.series.values.tolist() == pytest.approx(way.values, abs=1e-9)
    shown = "%Y-%m-%d" if way.step == "day" else "%Y-%m-%d %H:%M"
    start = way.start.replace(hour=0) if way.step == "day" else way.start
    assert found.series.times == tuple(
        (start + place * STEPS[way.step]).strftime(shown) for place in range(len(way.values))
    )
    assert found.series.step == way.step
    assert series_of(found.text).values.tolist() == found.series.values.tolist()
    assert found.series.name == found.text.digest
