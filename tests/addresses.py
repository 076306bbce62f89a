"""Addresses drawn by chance: settings, rubbish, extremes, old titles, several of one name, cells of one's own."""

from __future__ import annotations

import os
from random import Random
from urllib.parse import quote_plus

from rnnviz.cells import CELLS
from rnnviz.settings import PAGES
from rnnviz.settings.kinds import CellChoice, Choice, Span
from rnnviz.settings.own_cell import write_own_cell
from tests.own_cells import PEEPHOLE

#: So many times as many are tried where somebody asks for it: RNNVIZ_DRAWN=50 makes 2,000 of those on pages.
TIMES = int(os.environ.get("RNNVIZ_DRAWN", "1"))

_RUBBISH = (
    "", " ", "inf", "-inf", "nan", "1e999", "1e-3", "-1", "0x10", "9" * 400, "٣", "%00", "\x00", "None", "true",
    "<script>alert(1)</script>", "![x](http://a.example/i.png)", "[x](javascript:alert(1))", "http://a.example/",
    ":red[x]", "$\\frac{1}{0}$", "'; DROP TABLE runs; --", "../../etc/passwd", "א" * 50, "\u202eabc", "a" * 3000,
    "own.", "own.AAAA", write_own_cell(PEEPHOLE)[:-4], "__import__('os')", "{{7*7}}", ":material/delete:",
    "www.a.example", "a@b.example",
)  # fmt: skip
_UNKNOWN = ("foo", "utm_source", "__class__", "lesson", "begun", "embed", "classroom", "Cell", "cell[]", "page")


def _texts(setting, random):
    """Texts that a setting may be, its extremes among them."""
    if isinstance(setting, CellChoice):
        cells = [*setting.offered, *CELLS.values()]
        return [cell.name for cell in cells] + [cell.title for cell in cells] + [write_own_cell(PEEPHOLE)]
    if isinstance(setting, Choice):
        return [*setting.titles, *setting.titles.values(), *map(str.upper, setting.titles)]
    if isinstance(setting, Span):
        inside = setting.low + (setting.high - setting.low) * random.random()
        return [f"{number:g}" for number in (setting.low, setting.high, setting.low - 1, setting.high + 1, inside)]
    return ["annabel", "zoe", "0.5, 1, -2", "five", "12", "not bad", "true", "false"]


def drawn(random: Random) -> tuple[str, list[tuple[str, str]]]:
    """The name of a page, and what an address says of it."""
    page = random.choice(list(PAGES.values()))
    own, others = page.all_settings, {name: one for other in PAGES.values() for name, one in other.all_settings.items()}
    query = []
    for _ in range(random.randint(1, 6)):
        settings = own if own and random.random() < 0.8 else others
        name = random.choice(list(settings)) if random.random() < 0.93 else random.choice(_UNKNOWN)
        fits = name in settings and random.random() < 0.6
        texts = _texts(settings[name], random) if fits else _RUBBISH
        query += [(name, random.choice(texts)) for _ in range(1 if random.random() < 0.9 else 2)]
    return page.name, query


def address(name: str, query: list[tuple[str, str]]) -> str:
    """The same as a path and its query."""
    said = "&".join(f"{quote_plus(key)}={quote_plus(text)}" for key, text in query)
    return f"/{'' if name == 'home' else name}?{said}"


def drawings(seed: int, count: int) -> list[tuple[str, list[tuple[str, str]]]]:
    """So many of them, times what was asked for."""
    random = Random(seed)
    return [drawn(random) for _ in range(count * TIMES)]
