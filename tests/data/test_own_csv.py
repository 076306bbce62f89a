"""Tables as programs and people write them: what is meant is understood, or asked about, or refused with its place."""

import csv
import io
import pickle
import re
import time
import zipfile
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as some

from rnnviz.data.own_csv import FEWEST, KNOWN, LEARNED, understand
from rnnviz.data.own_series import series_of, text_of
from rnnviz.data.own_text import OwnText
from rnnviz.data.series import SERIES, load_series
from rnnviz.data.tables import LARGEST, MOST_COLUMNS, MOST_ROWS
from rnnviz.tasks.forecasting import split

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
SENTENCE = re.compile(r"[A-Z].*\.", re.DOTALL)
SEPARATORS = ",;\t|"
THOUSANDS = ("", ",", ".", " ", "\N{NARROW NO-BREAK SPACE}", "’")
HEADERS = (None, ("date", "value", "place"), ("Datum", "Größe (°C)", "=cmd|' /C calc'!A0"))
STARTS = some.datetimes(datetime(1970, 1, 1), datetime(2060, 1, 1))


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
            [moment.strftime(self.form), self.number(value), f"station {place % 3}"]
            for place, (moment, value) in enumerate(zip(self.times, self.values))
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


#: With decimals that no custom takes for thousands.
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
        thousands=draw(some.sampled_from([one for one in THOUSANDS if one != decimals])),
        form=form,
        step=step,
        header=draw(some.sampled_from(HEADERS)),
        quoting=draw(some.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL])),
        order=draw(some.sampled_from(["oldest first", "newest first", "mixed"])),
        encoding=draw(some.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252"])),
        newline=draw(some.sampled_from(["\n", "\r\n", "\r"])),
        start=draw(STARTS).replace(minute=0, second=0, microsecond=0),
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


UNITS = {
    **{"{} °C": "°C", "{}°C": "°C", "{}°F": "°F", "{} kg": "kg", "{} hPa": "hPa", "{} mmHg": "mmHg", "{}%": "%"},
    **{"€{}": "EUR", "{} €": "EUR", "{} EUR": "EUR", "${}": "dollars", "USD {}": "USD", "{} km/h": "km/h"},
    **{"{} m3/s": "m3/s", "{} mmol/L": "mmol/L", "{} kWh": "kWh", "{} mm": "mm", "{}": ""},
}


@given(some.sampled_from([*UNITS]), some.booleans())
def test_a_unit_beside_all_numbers_is_that_of_the_series(unit, text_beside):
    numbers = [unit.format(value) for value in values()]
    found = understand("\n".join(rows(numbers=numbers)) if text_beside else table(rows(numbers=numbers))).series
    assert (found.values.tolist(), found.unit) == ([*map(float, values())], UNITS[unit])


@given(some.lists(some.sampled_from([*UNITS]), min_size=2, max_size=2, unique_by=UNITS.get), some.integers(0, 59))
def test_a_number_in_another_unit_than_the_others_is_refused_with_its_place(units, place):
    numbers = [units[at == place].format(value) for at, value in enumerate(values())]
    with pytest.raises(ValueError, match=r"\.$") as refused:
        understand(table(rows(numbers=numbers)))
    assert f"Line {place + 2}, column “value”: “{numbers[place]}” " in str(refused.value)
    assert "unit" in str(refused.value)


@pytest.mark.parametrize("written", ["1e-400", "-2.5E-999", "0.01e-350", "1e-324"])
def test_what_a_computer_cannot_tell_from_0_is_refused(written):
    with pytest.raises(ValueError, match=f"Line 12, column “value”: “{written}” is too near to 0"):
        understand(table(rows(numbers=[*values()[:10], written, *values()[11:]])))
    zeros = [*values()[:10], "0e-400", "0.000", *values()[12:]]
    assert [*understand(table(rows(numbers=zeros))).series.values[10:12]] == [0, 0]


def verb(count):
    return "is" if count == 1 else "are"


def table(rows, head="date,value"):
    return "\n".join([head, *rows]) + "\n"


def days(number=FEWEST, form="%Y-%m-%d", step=timedelta(days=1), start=datetime(2012, 1, 1)):
    return [(start + place * step).strftime(form) for place in range(number)]


def values(number=FEWEST):
    return [f"{10 + (7 * place) % 13 + place / 8:g}" for place in range(number)]


def rows(times=None, numbers=None):
    return [f"{time},{value}" for time, value in zip(times or days(), numbers or values())]


PLAIN = rows()


def open_question(given, answers=None):
    """The question that has to be answered now, and its options."""
    found = understand(given, answers)
    assert found.series is None
    *before, last = found.questions
    assert all(question.answer is not None for question in before)
    assert last.answer is None
    return last


@given(some.integers(1970, 2060), some.sampled_from("/-."), some.booleans())
def test_days_and_months_that_can_be_exchanged_are_asked_about(year, sign, two_digits):
    shown = year % 100 if two_digits else year
    times = [f"{1 + place % 12:02d}{sign}{1 + place // 12:02d}{sign}{shown:02d}" for place in range(72)]
    given = table(rows(times, values(72)))
    question = open_question(given)
    assert question.name == "order"
    assert {"day, month, year", "month, day, year"} <= set(question.options)
    for title, form in (("day, month, year", "%d{0}%m{0}"), ("month, day, year", "%m{0}%d{0}")):
        found = understand(given, {"order": title, "gaps": "rows", "season": "0"})
        form = form.format(sign) + ("%y" if two_digits else "%Y")
        assert sorted(found.series.times) == sorted(datetime.strptime(one, form).strftime("%Y-%m-%d") for one in times)
        assert question.options[title].startswith(title)


@given(some.sampled_from(["1,234", "12,345", "123,456,789", "1.234", "999.001"]), some.booleans())
def test_a_sign_before_three_digits_is_asked_about_where_nothing_else_shows_what_it_is(pattern, header):
    sign = "," if "," in pattern else "."
    numbers = [pattern[:-3] + f"{100 + 7 * place % 800}" for place in range(FEWEST)]
    given = "\n".join((["value"] if header else []) + [f'"{one}"' for one in numbers])
    several = pattern.count(sign) > 1
    found = understand(given, {"columns": ""})
    if several:  # two of them can only stand between thousands
        assert found.series.values[0] == float(numbers[0].replace(sign, ""))
        return
    question = found.questions[-1]
    assert (question.name, question.answer) == ("numbers", None)
    assert {float(said) for said in question.options.values()} == {
        float(numbers[0].replace(sign, "")),
        float(numbers[0].replace(sign, ".")),
    }
    for custom, said in question.options.items():
        assert understand(given, {"columns": "", "numbers": custom}).series.values[0] == float(said)


def test_decimal_commas_in_one_column_could_be_two_columns():
    given = "\n".join(value.replace(".", ",") if "." in value else f"{value},0" for value in values())
    question = open_question(given)
    assert question.name == "columns"
    assert set(question.options) == {",", ""}
    assert understand(given, {"columns": ""}).series.values.tolist() == [float(value) for value in values()]
    assert understand("value\n" + given).series.values.tolist() == [float(value) for value in values()]


def test_which_of_several_columns_is_asked():
    given = table([f"{one},{place * place}.5" for place, one in enumerate(PLAIN)], "date,open,close")
    assert open_question(given).options == {"1": "open", "2": "close"}
    assert understand(given, {"value": "2"}).series.quantity == "close"
    numbered = understand(table([f"{place},{one}" for place, one in enumerate(PLAIN)], ",date,open"))
    assert (numbered.series.quantity, numbered.series.times[0]) == ("open", "2012-01-01")
    assert numbered.questions[1].options == {"0": "column 1", "2": "open"}  # what is taken for granted can be changed


@given(
    some.sampled_from(["-9999", "-999", "-99.99", "9999"]),
    some.sets(some.integers(1, FEWEST - 2), min_size=1, max_size=9),
)
def test_what_may_mean_that_nothing_was_measured_is_asked_about(mark, places):
    given = table(rows(numbers=[mark if place in places else value for place, value in enumerate(values())]))
    question = open_question(given)
    assert question.name == "mark"
    assert ("stands once," if len(places) == 1 else f"stands {len(places)} times,") in question.asks
    assert understand(given, {"mark": "value"}).series.values[min(places)] == float(mark)
    filled = understand(given, {"mark": "missing"})
    assert filled.series.values.min() > 0
    assert any(
        note.startswith(f"{len(places)} of {FEWEST} values {verb(len(places))} missing") for note in filled.notes
    )


@given(some.lists(some.sampled_from(["-9999", "-999", "-99.99", "9999"]), min_size=2, max_size=4, unique=True))
def test_each_of_several_marks_is_asked_about(marks):
    numbers = [*values()[:9], *marks, *values()[9 + len(marks) :]]
    answers = {}
    for number in range(1, len(marks) + 1):
        question = open_question(table(rows(numbers=numbers)), answers)
        assert question.name.startswith("mark")
        assert {float(question.asks.split()[0])} <= {*map(float, marks)}
        answers[question.name] = "missing" if number % 2 else "value"
    assert len(answers) == len(marks)
    found = understand(table(rows(numbers=numbers)), answers).series.values
    assert len({*map(float, marks)} & {*found}) == len(marks) // 2


@given(some.booleans(), some.booleans(), some.sampled_from(",;\t"))
def test_a_separator_at_the_end_of_lines_makes_no_column(head, body, separator):
    lines = [f"date{separator}value{separator * head}"]
    lines += [row.replace(",", separator) + separator * body for row in PLAIN]
    assert understand("\n".join(lines)).series.values.tolist() == [float(value) for value in values()]


@pytest.mark.parametrize("step", [1, 60, 0.25, 0.01])
def test_seconds_since_1970_and_parts_of_seconds(step):
    moments = [datetime(2020, 2, 1) + place * timedelta(seconds=step) for place in range(FEWEST)]
    iso = understand(table(rows([moment.isoformat(timespec="milliseconds") for moment in moments])))
    since = [(moment - datetime(1970, 1, 1)) / timedelta(milliseconds=1) for moment in moments]
    milliseconds = understand(table(rows([f"{one:.0f}" for one in since]), "timestamp,value"))
    assert iso.series.times == milliseconds.series.times
    assert iso.series.step == {1: "second", 60: "minute", 0.25: "250 milliseconds", 0.01: "10 milliseconds"}[step]


@given(some.sets(some.integers(1, FEWEST + 38), min_size=1, max_size=40), some.sampled_from([*STEPS]))
def test_missing_rows_are_filled_and_told_or_asked_about(gone, step):
    form = "%Y-%m-%d" if step == "day" else "%Y-%m-%d %H:%M"
    all_times = days(FEWEST + 40, form, STEPS[step])
    all_values = [float(place * place) for place in range(len(all_times))]
    kept = [place for place in range(len(all_times)) if place not in gone]
    given = table([f"{all_times[place]},{all_values[place]}" for place in kept])
    found = understand(given, {"gaps": "line"})
    assert found.series.times == tuple(all_times)
    expected = np.interp(range(len(all_times)), kept, [all_values[place] for place in kept])
    assert found.series.values == pytest.approx(expected)
    assert any(
        note.startswith(f"{len(gone)} of {len(all_times)} values {verb(len(gone))} missing") for note in found.notes
    )
    asked = len(gone) / len(all_times) > 0.05
    assert ("gaps" in [question.name for question in found.questions]) == asked
    if asked:
        assert open_question(given).name == "gaps"
        if len(kept) >= FEWEST:
            assert len(understand(given, {"gaps": "rows"}).series.values) == len(kept)


@given(
    some.sets(some.integers(1, FEWEST - 2), min_size=1, max_size=30),
    some.sampled_from(["", "NaN", "nan", "NA", "#N/A", "null", "-", "–", "?", "n/a", "#DIV/0!", "None", " "]),
)
def test_what_was_not_measured_is_filled_and_told(gone, written):
    numbers = [written if place in gone else value for place, value in enumerate(values())]
    found = understand(table(rows(numbers=numbers)))
    kept = [place for place in range(FEWEST) if place not in gone]
    expected = np.interp(range(FEWEST), kept, [float(values()[place]) for place in kept])
    assert found.series.values == pytest.approx(expected)
    assert any(note.startswith(f"{len(gone)} of {FEWEST} values {verb(len(gone))} missing") for note in found.notes)


def test_nothing_measured_at_either_end_is_cut_off():
    found = understand(table(rows(days(FEWEST + 3), ["NaN", *values(), "NaN", ""])))
    assert found.series.times == tuple(days(FEWEST + 1)[1:])
    assert found.notes == ()


@given(some.sampled_from(["mean", "first", "last"]), some.integers(0, FEWEST - 1))
def test_a_time_that_comes_twice_is_asked_about_unless_it_says_the_same(how, place):
    twice = f"{days()[place]},{float(values()[place]) + 2}"
    given = table([*PLAIN[: place + 1], twice, *PLAIN[place + 1 :]])
    question = open_question(given)
    assert question.name == "twice"
    assert days()[place] in question.asks
    wanted = {"mean": 1, "first": 0, "last": 2}[how]
    assert understand(given, {"twice": how}).series.values[place] == float(values()[place]) + wanted
    same = understand(table([*PLAIN, PLAIN[place]]))
    assert same.series.values.tolist() == [float(value) for value in values()]
    assert any("the same value" in note for note in same.notes)


def test_one_of_several_series_below_one_another_is_chosen():
    given = table([f"{name},{row}" for name in ("IBM", "<b>AAPL</b>") for row in PLAIN], "symbol,date,price")
    question = open_question(given)
    assert question.name == "group"
    assert list(question.options) == ["IBM", "<b>AAPL</b>"]
    assert len(understand(given, {"group": "IBM"}).series.values) == FEWEST


MONTHS = [(2000 + place // 12, 1 + place % 12) for place in range(FEWEST)]
GERMAN = ("Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "Aug.", "Sept.", "Okt.", "Nov.", "Dez.")
ENDS = [datetime(year + month // 12, month % 12 + 1, 1) - timedelta(days=1) for year, month in MONTHS]


@pytest.mark.parametrize(
    ("times", "step", "first"),
    [
        ([str(1900 + place) for place in range(FEWEST)], "year", "1900"),
        ([f"{year}-{month:02d}" for year, month in MONTHS], "month", "2000-01"),
        ([f"{year}M{month:02d}" for year, month in MONTHS], "month", "2000-01"),
        ([f"{year}{month:02d}" for year, month in MONTHS], "month", "2000-01"),
        ([f"{month:02d}/{year}" for year, month in MONTHS], "month", "2000-01"),
        ([f"{GERMAN[month - 1]} {year}" for year, month in MONTHS], "month", "2000-01"),
        ([f"{end:%Y-%m-%d}" for end in ENDS], "month", "2000-01"),
        ([f"{2000 + place // 4}Q{1 + place % 4}" for place in range(FEWEST)], "quarter", "2000-01"),
        ([f"2004-W{week:02d}" for week in range(1, 54)] + [f"2005-W{week:02d}" for week in range(1, 20)], "week",
         "2003-12-29"),
        ([str(place) for place in range(FEWEST)], "step", "0"),
        ([str(place / 4) for place in range(FEWEST)], "step", "0.0"),
        (days(form="%Y-%m-%dT%H:%M:%SZ", step=timedelta(minutes=15)), "15 minutes", "2012-01-01 00:00"),
        (days(form="%m/%d/%Y %I:%M %p", step=timedelta(hours=6), start=datetime(2012, 1, 20)), "6 hours",
         "2012-01-20 00:00"),
        ([day for day in days(100) if datetime.fromisoformat(day).weekday() < 5], "working day", "2012-01-02"),
    ],
)  # fmt: skip
def test_what_a_step_is_called(times, step, first):
    found = understand(table(rows(times, values(len(times)))), {"season": "0"})
    assert (found.series.step, found.series.times[0], len(found.series.values)) == (step, first, len(times))


def test_the_day_and_the_hour_may_be_two_columns():
    times = days(form="%d/%m/%Y;%H.%M.%S", step=timedelta(hours=1), start=datetime(2004, 3, 10, 18))
    given = "\n".join(
        ["Date;Time;CO(GT);", *(f"{time};{value.replace('.', ',')};" for time, value in zip(times, values()))]
    )
    found = understand(given, {"order": "day, month, year"})
    assert (found.series.step, found.series.times[0]) == ("hour", "2004-03-10 18:00")
    assert found.series.quantity == "CO GT" or found.series.unit == "GT"


@pytest.mark.parametrize("quote", ["", '"'])
@given(place=some.integers(0, FEWEST - 1), bad=some.sampled_from([
    "inf", "-Infinity", "∞", "1e999", "2e13", "=1+1", "=cmd|' /C calc'!A0", "@SUM(1)", "abc", "12.5.3", "1 2 3",
    "0x1F", "1_000", "٣", "½", "--5", "5-", "TRUE", "12:30", "<script>", "__import__('os')", "1;5", "()",
]))  # fmt: skip
def test_a_cell_that_is_no_number_is_refused_with_its_line_and_column(quote, place, bad):
    numbers = [bad if at == place else value for at, value in enumerate(values())]
    with pytest.raises(ValueError, match=r"\.$") as refused:
        understand(table([f"{time},{quote}{one}{quote}" for time, one in zip(days(), numbers)]))
    assert str(refused.value).startswith(f"Line {place + 2}, column “value”: “{bad}” ")
    assert any(word in str(refused.value) for word in ("accepted", "are as"))
    assert ("is a formula" in str(refused.value)) == bad.startswith(("=", "@"))


@given(place=some.integers(0, FEWEST - 1), bad=some.sampled_from([
    "31/02/2012", "2012-02-30", "2012-13-01", "01/15/2012", "15/01/2012", "yesterday", "", "2012", "2012-01-01 25:00",
    "=TODAY()", "Total", "20120101",
]))  # fmt: skip
def test_a_time_that_is_none_or_written_in_another_way_is_refused_with_its_line_and_column(place, bad):
    times = [bad if at == place else time for at, time in enumerate(days())]
    with pytest.raises(ValueError, match=r"\.$") as refused:
        understand(table(rows(times)))
    assert str(refused.value).startswith(f"Line {place + 2}, column “date”: “{bad}” ")


def test_dates_of_both_orders_are_refused_with_the_line_that_shows_it():
    times = days(form="%d/%m/%Y")
    times[40] = "02/25/2012"
    with pytest.raises(
        ValueError, match="Line 42, column “date”: “02/25/2012” is written as month, day, year, and most"
    ):
        understand(table(rows(times)))


@given(some.integers(1, FEWEST), some.sampled_from(["{},5", "{},5,6", "x", "2012-01-01", '"2012-01-01,3', '"a"b,2']))
def test_a_line_with_another_number_of_cells_or_an_open_quote_is_refused_with_its_place(place, line):
    lines = [*PLAIN[:place], line.format(days()[0] + ",1"), *PLAIN[place:]]
    if place == FEWEST and line == "x":
        assert any(f"Line {FEWEST + 2}, below the table" in note for note in understand(table(lines)).notes)
        return
    with pytest.raises(ValueError, match=r"\.$") as refused:
        understand(table(lines))
    assert f"ine {place + 2}" in str(refused.value)


ZIPPED = io.BytesIO()
with zipfile.ZipFile(ZIPPED, "w") as archive:
    archive.writestr("xl/workbook.xml", table(PLAIN))


class Trap:
    """Says that it was unpickled, by being so."""

    def __reduce__(self):
        return (pytest.fail, ("a file was unpickled",))


@pytest.mark.parametrize(
    ("given", "named"),
    [
        (b"", "it is empty"),
        (" \n\n ", "it is empty"),
        ("value\n", "There is one line"),
        ("2012-01-01,5\n", "There is one line"),
        ("value\n5\n", "The series has 1 value; 60 are needed"),
        (table(PLAIN[:40]), "The series has 40 values; 60 are needed"),
        (table(rows(numbers=["5"] * FEWEST)), f"All {FEWEST} values are the same: nothing to forecast."),
        (
            table(rows(numbers=["5"] * (FEWEST - 5) + ["1", "2", "3", "4", "5"])),
            "The first 38 values, from which would be learned, are the same",
        ),
        (table(rows(numbers=["NaN"] * FEWEST)), "No column of numbers is found"),
        (table(["a,b"] * 100, "x,y"), "No column of numbers is found: in line 2, column 1, stands “a”"),
        ("Dear reader,\nthis is a letter.\nIt has no numbers.", "No column of numbers"),
        (ZIPPED.getvalue(), "a ZIP archive, as the tables of Excel"),
        (b"\x1f\x8b\x08" + b"\0" * 100, "compressed (gzip)"),
        (pickle.dumps(Trap()), "control character U+0004"),
        (b"\x89PNG\r\n\x1a\n", "a picture"),
        (table(PLAIN).encode() + b"\0", f"Line {FEWEST + 2} has the control character U+0000 at place 1"),
        ("1\n" * (LARGEST // 2 + 1), "5.0 MB large"),
        (b"x" * 50_000_000, "50.0 MB large; up to 5 MB are accepted"),
        ("1\n" * (MOST_ROWS + 100), "more than 20,000 rows"),
        ("\n".join(["1," * 9_999 + "1"] * 3), "The table has 10,000 columns; up to 100"),
        ("\n".join(["1;" * MOST_COLUMNS + "1"] * 3), "The table has 101 columns"),
        ("date,value\n" + "2012-01-01,5.\n" * 40 + '"2012-01-02,5\n' + "2012-01-01,5.\n" * 40, "In line 42, column 1"),
        (
            table([f"{row},0" for row in PLAIN]),
            "Line 2 has 3 cells where 2 are expected; the columns are parted by commas",
        ),
    ],
)
def test_what_is_no_table_is_refused_at_little_cost(given, named):
    before = time.process_time()
    with pytest.raises(ValueError, match=r"^[A-Z](?s:.*)\.$") as refused:
        understand(given)
    assert named in str(refused.value)
    assert time.process_time() - before < 2  # of the processor; it takes a tenth


LONG = some.sampled_from(
    ["{0}x", "1{0}x", "1{0}", "{0}1", "{0}", "2012-01-01{0}x", "[{0}]", "${0}1", '"{0}"x', '"{0}']
).flatmap(
    lambda form: some.sampled_from(
        [" ", "(", "1", "-", "1 ", "$", "1,", "\N{NO-BREAK SPACE}", "'1", "x", ".", "e"]
    ).map(lambda sign: form.format(sign * (120_000 // len(sign))))
)


@given(LONG, some.sampled_from(["title", "number", "time", "text"]))
@settings(max_examples=100, deadline=None)
def test_a_very_long_cell_costs_little_wherever_it_stands(cell, where):
    lines = [[time, value, "a"] for time, value in zip(days(200), values(200))]
    if where == "title":
        lines.insert(0, ["date", cell, "note"])
    else:
        lines[100][["time", "number", "text"].index(where)] = cell
    before = time.process_time()
    refusal("\n".join(map(",".join, lines)))
    assert time.process_time() - before < 2  # of the processor; it takes a tenth


@pytest.mark.parametrize("beside", [[], ["2012-01-01"]])
@pytest.mark.parametrize("length", [201, 20_000, 200_000])
def test_a_cell_that_is_too_long_for_a_number_is_refused_with_its_place(beside, length):
    lines = [",".join([*beside, value]) for value in values()]
    lines[40] = ",".join([*beside, "1" * length])
    with pytest.raises(ValueError, match=r"Line 42, column “value”: “1{29}…” is too long to be a number"):
        understand("\n".join([",".join([*["date"][: len(beside)], "value"]), *lines]))


@pytest.mark.parametrize("line", ['"', "", '""', ",", "#", "a,b", "-", ' " "', '"\n"', "1,2"])
def test_very_many_lines_are_refused_at_little_cost(line):
    before = time.process_time()
    with pytest.raises(ValueError, match=r"lines|rows|empty"):
        understand(f"{line}\n" * ((LARGEST - 10) // (len(line) + 1)) + "1\n2")
    assert time.process_time() - before < 2  # of the processor; it takes a tenth


@given(some.binary(max_size=600) | some.text(some.sampled_from('0123456789.,;|\t" \n-/:eaNJ%$#=²é'), max_size=600))
def test_anything_at_all_is_understood_asked_about_or_refused_in_a_sentence(given):
    assert SENTENCE.fullmatch(refusal(given) or "It was not.")


def refusal(given):
    """The sentence by which something is refused; None where it is not."""
    try:
        understand(given)
    except ValueError as error:
        return str(error)
    return None


def test_what_stands_about_a_table_is_left_out_and_told():
    given = "Station: Seattle\n\n# measured by hand\n" + table(PLAIN) + "\nSource: NOAA\n"
    found = understand(given)
    assert found.series.values.tolist() == [float(value) for value in values()]
    assert "Line 1, above the table, is no row of it and was left out: “Station: Seattle”." in found.notes
    assert any(f"Line {FEWEST + 6}, below the table" in note for note in found.notes)
    drawn = "| date | value |\n|---|---:|\n" + "\n".join(f"| {row.replace(',', ' | ')} |" for row in PLAIN)
    assert understand(drawn).series.values.tolist() == found.series.values.tolist()
    excel = "sep=;\n" + table(PLAIN).replace(",", ";")
    assert understand(excel).series.values.tolist() == found.series.values.tolist()


@pytest.mark.parametrize(
    ("title", "quantity", "unit"),
    [
        ("Temp (°C)", "Temp", "°C"),
        ("Adj. Close", "Adj Close", ""),
        ("=cmd|' /C calc'!A0", "cmd /C calc A0", ""),
        ("<img src=x onerror=alert(1)>", "img src x onerror alert(1)", ""),
        ("[a](http://evil.example) `x` $y$ *z* _w_ www.example.com", "a http //evil example) x y z w www exam", ""),
        ("", "Value", ""),
        ("Größe", "Größe", ""),
    ],
)
def test_nothing_of_a_title_means_anything_to_a_page(title, quantity, unit):
    found = understand(table([f"{row}" for row in PLAIN], f'date,"{title}"')).series
    assert not set(found.quantity + found.unit) & set("<>[]`$*_|=:&#!'\".@~^\\")
    assert len(found.quantity) <= 40
    if "evil" not in title:
        assert (found.quantity, found.unit) == (quantity, unit)


def test_the_same_series_is_the_same_text_whatever_file_it_came_in():
    german = "\n".join(f"{time};{value.replace('.', ',')}" for time, value in zip(days(form="%d.%m.%Y"), values()))
    one, other = understand(table(PLAIN)), understand("date;value\n" + german)
    assert one.text.text == other.text.text
    assert one.series.name == other.series.name == one.text.digest


@pytest.mark.parametrize("name", SERIES)
def test_a_series_is_read_back_from_its_text(name):
    series = load_series(name)
    again = series_of(text_of(series))
    assert again.times == series.times
    assert again.values.tolist() == series.values.tolist()
    assert (again.quantity, again.unit, again.step, again.season) == (
        series.quantity, series.unit, series.step, series.season,
    )  # fmt: skip
    assert again.name == text_of(series).digest


def test_a_text_that_is_no_series_is_none():
    with pytest.raises(ValueError, match="this text is not a series"):
        series_of(OwnText("Row, row, row your boat\n" * 60))


def test_nothing_of_a_table_is_in_what_is_printed_of_what_was_understood():
    assert "2012-01-01,10" not in repr(understand(table(PLAIN)).text)


def test_the_season_is_seen_or_said():
    seattle, walk = load_series("seattle"), np.random.default_rng(0).normal(size=500).cumsum()
    given = table([f"{one},{value}" for one, value in zip(seattle.times, seattle.values)])
    assert understand(given).series.season == 365
    assert understand(given, {"season": "7"}).series.season == 7
    assert understand(table(rows(days(500), [f"{value:.2f}" for value in walk]))).series.season == 0


@pytest.mark.parametrize(("number", "seconds"), [(5_000, 1), (MOST_ROWS, 4)])
def test_a_long_table_is_understood_soon(number, seconds):
    times = days(number, "%d.%m.%Y %H:%M", timedelta(minutes=5))
    wide = ";1;2;3;4;5;6;7;8;9" * 2
    given = "\n".join(["time;value" + ";x" * 18, *(f"{one};{place % 288},5{wide}" for place, one in enumerate(times))])
    before = time.process_time()
    assert len(understand(given, {"value": "1"}).series.values) == number
    assert time.process_time() - before < seconds


@given(some.integers(0, 999), some.integers(60, 400), some.sampled_from([2, 3, 7, 12, 15]))
def test_nothing_of_the_part_to_be_measured_on_is_in_the_season(seed, length, season):
    random, first = np.random.default_rng(seed), split(length).test.start
    before = random.normal(size=first)
    later = [random.normal(size=length - first), 99 * np.sin(np.arange(length - first) * 2 * np.pi / season)]
    found = [understand("\n".join(map(repr, [*before.tolist(), *after.tolist()]))) for after in later]
    assert found[0].series.season == found[1].series.season
    assert found[0].questions == found[1].questions


@given(some.integers(FEWEST, 5000))
def test_what_is_learned_from_and_known_is_what_the_networks_have(length):
    parts = split(length)
    assert (length * LEARNED // 100, length * KNOWN // 100) == (parts.learn.stop, parts.choose.stop)


@given(
    some.sampled_from(
        ["%a %b %d", "%b %d", "%d %b", "%B %d", "%d-%b", "%d. %B", "%d/%m", "%Y-%m-%d %H:%M EST", "1%Y-%m-%d"]
    ),
    some.sampled_from(["date", "when"]),
    STARTS.map(lambda start: start.replace(month=1, day=1)),
)
def test_times_without_a_year_and_in_no_known_way_are_no_years_and_said(form, name, start):
    given = days(form=form, start=start)
    found = understand(table(rows(given), f"{name},value"))
    assert found.series.times == tuple(str(place) for place in range(1, FEWEST + 1))
    assert len(found.notes) == 1
    assert f"The column “{name}” was not read as the time: “{given[0]}” in line 2 is none" in found.notes[0]


@given(some.sets(some.integers(1, FEWEST - 1), min_size=FEWEST // 4, max_size=FEWEST // 2))
def test_the_first_of_many_times_that_are_none_is_named(places):
    times = ["2012-13-45" if place in places else day for place, day in enumerate(days())]
    found = understand(table(rows(times)))
    assert f"“2012-13-45” in line {min(places) + 2} is none" in found.notes[0]


@pytest.mark.parametrize("form", ["%b %Y", "%B %Y", "%b '%y", "%b-%Y", "%b’%y", "%B, %Y", "%b. %Y"])
def test_months_in_words_have_years_of_four_digits_or_an_apostrophe(form):
    times = [datetime(year, month, 1).strftime(form) for year, month in MONTHS]
    found = understand(table([f'"{time}",{value}' for time, value in zip(times, values())]))
    assert (found.series.step, found.series.times[0], found.notes) == ("month", "2000-01", ())


def test_a_column_of_names_is_not_said_to_be_a_time():
    given = table([f"station {place % 3},{value}" for place, value in enumerate(values())], "place,value")
    assert understand(given).notes == ()


SINGULARS = re.compile(r"\b1 \w+s\b|\b1 (?:are|have)\b|\b1 of .* are\b|minutess")


@given(
    some.sampled_from([1, 2, 6, 20]),
    some.sampled_from([*STEPS]),
    some.sampled_from(["rows left out", "twice", "twice alike", "no value", "mark", "groups"]),
)
def test_one_is_one_and_more_are_more(count, step, kind):
    times, numbers = days(FEWEST + 20, "%Y-%m-%d %H:%M", STEPS[step]), values(FEWEST + 20)
    lines = rows(times, numbers)
    if kind == "rows left out":
        del lines[9 : 9 + count]
    elif kind.startswith("twice"):
        lines += [
            f"{time},{value if 'alike' in kind else '8'}" for time, value in zip(times[9 : 9 + count], numbers[9:])
        ]
    elif kind == "groups":
        lines = [f"{one},a" for one in lines] + [f"{one},b" for one in lines[:count]]
    else:
        lines = rows(times, [*numbers[:9], *["-9999" if kind == "mark" else ""] * count, *numbers[9 + count :]])
    found = understand(table(lines, "date,value,place" if kind == "groups" else "date,value"))
    said = [*found.notes, *(part for one in found.questions for part in (one.asks, *one.options.values()))]
    assert said
    assert not [one for one in said if SINGULARS.search(one)]


@pytest.mark.parametrize(("cells", "sentence"), [(1, "has 1 cell where 3 are"), (2, "has 2 cells where 3 are")])
def test_a_row_that_ends_too_soon_is_told_how_nothing_is_written(cells, sentence):
    lines = [f"{one},x" for one in PLAIN]
    lines[30] = ",".join(lines[30].split(",")[:cells])
    with pytest.raises(ValueError, match=f"Line 32 {sentence} expected.*leave the cell empty"):
        understand(table(lines, "date,value,note"))


@given(STARTS, some.sampled_from([5, 10, 30, 60, 360]), some.booleans())
def test_a_clock_that_goes_back_is_the_next_day(start, minutes, newest_first):
    start = start.replace(second=0, microsecond=0)
    clocks = days(100, "%H:%M", timedelta(minutes=minutes), start)
    lines = rows(clocks, values(100))
    found = understand(table(lines[::-1] if newest_first else lines, "time,value"), {"season": "0"}).series
    assert found.values.tolist() == [*map(float, values(100))]
    assert [time[-5:] for time in found.times] == clocks
    assert found.step == {5: "5 minutes", 10: "10 minutes", 30: "30 minutes", 60: "hour", 360: "6 hours"}[minutes]


@pytest.mark.parametrize(
    ("head", "form", "step", "name"),
    [
        ("date,hour", "%Y-%m-%d,%H", timedelta(hours=1), "hour"),
        ("Datum,Stunde", "%d.%m.%Y,%H", timedelta(hours=1), "hour"),
        ("date,Hour,Minute", "%d.%m.%Y,%H,%M", timedelta(minutes=10), "10 minutes"),
        ("year,month", "%Y,%m", None, "month"),
        ("Jahr,Monat", "%Y,%m", None, "month"),
        ("year,month,day", "%Y,%m,%d", timedelta(days=1), "day"),
        ("No,year,month,day,hour", "0,%Y,%m,%d,%H", timedelta(hours=1), "hour"),
    ],
)
def test_a_time_whose_parts_stand_in_columns_is_joined(head, form, step, name):
    moments = [datetime(year, month, 1) for year, month in MONTHS]
    if step:
        moments = [datetime(2013, 2, 25, 7) + place * step for place in range(FEWEST)]
    given = table([f"{moment.strftime(form)},{value}" for moment, value in zip(moments, values())], f"{head},value")
    answers = {"order": "day, month, year", "season": "0", "value": str(head.count(",") + 1)}
    found = understand(given, answers)
    shown = {"month": "%Y-%m", "day": "%Y-%m-%d"}.get(name, "%Y-%m-%d %H:%M")
    assert found.series.times == tuple(moment.strftime(shown) for moment in moments)
    assert (found.series.step, found.series.quantity) == (name, "value")


@given(
    some.sampled_from([",", ", ", ";", "; ", "\t", " ", "  ", " | "]),
    some.booleans(),
    some.sampled_from(["", "\n", "\n\n"]),
)
def test_a_list_of_numbers_in_one_line_is_a_series(separator, brackets, end):
    line = separator.join(values())
    found = understand((f"[{line}]" if brackets else line) + end)
    assert found.series.values.tolist() == [*map(float, values())]
    assert found.series.times[0] == "1"
    assert any(f"The {FEWEST} numbers of line 1 were read as one series" in note for note in found.notes)


@given(some.integers(0, 999), some.sampled_from([0.4, 0.75, 0.9]), some.sampled_from(["", "NA", "-"]))
def test_a_column_in_which_little_was_measured_is_one_of_numbers(seed, share, written):
    gone = np.random.default_rng(seed).permutation(np.arange(300) >= (1 - share) * 300)
    numbers = [written if none else value for none, value in zip(gone, values(300))]
    found = understand(table(rows(days(300), numbers)), {"season": "0"})
    there = np.flatnonzero(~gone)
    assert found.series.quantity == "value"
    assert found.series.values[there - there[0]].tolist() == [float(values(300)[place]) for place in there]


@given(
    some.integers(3, 12), some.sampled_from([",", ";", "\t", " ", ", "]), some.booleans(), some.integers(FEWEST, 150)
)
def test_a_list_that_is_broken_into_lines_may_be_one_series(width, separator, ends_with_it, length):
    parts = [values(length)[start : start + width] for start in range(0, length, width)]
    text = f"{separator if ends_with_it else ''}\n".join(map(separator.join, parts))
    if len(parts[-1]) < 2 and not separator.strip():
        return
    question = open_question(text)
    assert (question.name, [*question.options]) == ("layout", ["columns", "list"])
    found = understand(text, {"layout": "list", "season": "0"})
    assert found.series.values.tolist() == [*map(float, values(length))]
    assert understand(text, {"layout": "columns"}).questions[-1].name == "value"


@given(
    some.sampled_from(["Europe/Berlin", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe", "UTC"]),
    some.sampled_from([datetime(2021, 3, 13, tzinfo=UTC), datetime(2021, 3, 27, tzinfo=UTC)]),
)
def test_hours_are_as_far_apart_when_the_clocks_are_changed_between_them(zone, start):
    hours = [start + timedelta(hours=hour) for hour in range(12 * FEWEST)]
    local = [hour.astimezone(ZoneInfo(zone)) for hour in hours]
    rows = [f"{time.isoformat()},{37 * place % 101}" for place, time in enumerate(local)]
    understood = understand("\n".join(["time,value", *rows]))
    changed = len({time.utcoffset() for time in local}) > 1
    shown = hours if changed else local
    assert understood.series.times == tuple(f"{time:%Y-%m-%d %H:%M}" for time in shown)
    assert understood.series.step == "hour"
    assert ("The times name different zones: they were brought to UTC." in understood.notes) == changed
