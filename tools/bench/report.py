"""What was measured, as one table on the screen and in a file, with the machine it was measured on."""

from __future__ import annotations

import os
import platform
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

import numpy as np


@dataclass(frozen=True)
class Row:
    """One line of the table; a row without a `limit` is there to explain another."""

    what: str
    value: float
    unit: str
    measured: str
    limit: float | None = None
    at_least: float | None = None

    @property
    def goal(self) -> str:
        """The goal in words."""
        if self.at_least is not None:
            return f"≥ {self.at_least:g}{self.unit}"
        return "" if self.limit is None else f"≤ {self.limit:g}{self.unit}" if self.limit else f"0{self.unit}"

    @property
    def verdict(self) -> str:
        """Whether the goal was met, or by how much it was missed."""
        if self.at_least is not None:
            return "met" if self.value >= self.at_least else f"missed: {self.value / self.at_least:.1f}× the goal"
        if self.limit is None:
            return ""
        if self.value <= self.limit:
            return "met"
        return f"missed: {self.value / self.limit:.1f}× the goal" if self.limit else "missed"


def times(what: str, milliseconds: Sequence[float], percentile: int = 50, limit: float | None = None) -> Row:
    """Durations; one percentile of them is what the goal is about."""
    value = float(np.percentile(milliseconds, percentile))
    return Row(f"{what}, p{percentile}" if limit else what, value, " ms", _spread(milliseconds, " ms"), limit)


def ratio(
    what: str,
    ours: Sequence[float],
    theirs: Sequence[float],
    limit: float | None = None,
    at_least: float | None = None,
) -> Row:
    """The ratio of two medians, both in milliseconds."""
    value = float(np.median(ours) / np.median(theirs))
    measured = f"{value:.2f}×: {_spread(ours, ' ms')}, against {_spread(theirs, ' ms')}"
    return Row(what, value, "×", measured, limit, at_least)


def count(what: str, value: int, measured: str, limit: float | None = None) -> Row:
    """A number of things."""
    return Row(what, value, "", measured, limit)


def _spread(values: Sequence[float], unit: str) -> str:
    p50, p95 = np.percentile(values, [50, 95])
    digits = 0 if p95 >= 100 else 1
    return f"p50 {p50:,.{digits}f}, p95 {p95:,.{digits}f}{unit} (n={len(values)})"


def table(rows: Sequence[Row]) -> str:
    """The rows as a Markdown table, padded so that it reads as plain text too."""
    cells = [["What", "Goal", "Measured", "Result"], *([row.what, row.goal, row.measured, row.verdict] for row in rows)]
    widths = [max(map(len, column)) for column in zip(*cells)]
    lines = ["| " + " | ".join(cell.ljust(width) for cell, width in zip(line, widths)) + " |" for line in cells]
    return "\n".join([lines[0], f"|{'|'.join('-' * (width + 2) for width in widths)}|", *lines[1:]])


def environment(chromium: str, load: float) -> dict[str, str]:
    """The machine and the versions, in words."""
    packages = ("streamlit", "numpy", "torch")
    kernel = platform.release().partition("-")[0]
    return {
        "Date": f"{datetime.now(UTC):%Y-%m-%d}",
        "Machine": f"{_processor()}, {os.cpu_count()} cores, {_memory():.0f} GiB, load {load:.1f} before the run",
        "System": f"{platform.freedesktop_os_release()['PRETTY_NAME']}, {platform.system()} {kernel}",
        "Versions": ", ".join(
            [f"Python {platform.python_version()}", *(f"{name} {version(name)}" for name in packages), chromium]
        ),
    }


def _processor() -> str:
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), platform.machine())


def _memory() -> float:
    return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 2**30


def write(path: Path, rows: Sequence[Row], facts: Mapping[str, str], notes: str) -> None:
    """Replace the file by this run."""
    listed = "\n".join(f"- {name}: {fact}" for name, fact in facts.items())
    path.parent.mkdir(exist_ok=True)
    path.write_text(f"# Benchmarks\n\n{listed}\n\n{table(rows)}\n\n{notes.strip()}\n")
