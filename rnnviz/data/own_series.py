"""A series of one's own as it is kept with the runs that learn from it: a text that says it in one way."""

from __future__ import annotations

import csv
import io
from functools import lru_cache

import numpy as np

from rnnviz.data.own_text import OwnText
from rnnviz.data.series import Series

#: What a series of one's own is called on screen.
TITLE = "Your own series"
_HEAD = ("time", "value")


def text_of(series: Series) -> OwnText:
    """A series as a text: what it measures, its step and its season, then a line for each value.

    The same series is the same text, whatever file it came in.
    """
    about = f"# quantity: {series.quantity}\n# unit: {series.unit}\n# step: {series.step}\n# season: {series.season}\n"
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(_HEAD)
    writer.writerows(zip(series.times, map(repr, series.values.tolist())))
    return OwnText(about + file.getvalue())


@lru_cache(maxsize=16)
def series_of(text: OwnText) -> Series:
    """The series that `text_of` has written; its name is the digest of the text.

    Raises
    ------
    ValueError
        When the text is none.
    """
    quantity, unit, step, season, head, *lines = text.text.split("\n")
    about = [line.partition(": ") for line in (quantity, unit, step, season)]
    if [name for name, _, _ in about] != ["# quantity", "# unit", "# step", "# season"] or head != ",".join(_HEAD):
        raise ValueError("this text is not a series")
    rows = [*csv.reader(lines[:-1])]
    values = np.array([value for _, value in rows], dtype=np.float64)
    said = [value for _, _, value in about]
    return Series(
        text.digest, TITLE, tuple(time for time, _ in rows), values, said[0], said[1], said[2], int(said[3]),
        "a series of one’s own, kept with its runs",
    )  # fmt: skip
