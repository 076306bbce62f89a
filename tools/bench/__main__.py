"""Measure everything, print the table and write it to docs/benchmarks.md."""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from playwright.sync_api import Browser

from rnnviz.lessons.lesson import link
from rnnviz.lessons.shipped import LESSONS
from tools.bench import browser, own_series, series, visitor
from tools.bench import text as text_page
from tools.bench.browser import Gestures
from tools.bench.report import Row, count, environment, ratio, table, times, write
from tools.serving import ROOT, chromium, serve

#: A lesson about the gates page; it asks something before it shows the picture.
LESSON = next(lesson for lesson in LESSONS if lesson.page == "gates")
REPORT = ROOT / "docs" / "benchmarks.md"

# What Streamlit itself costs. It gets the freeze too that the app's frame does, or the app would look too good.
_FRAGMENT = """
import gc
import streamlit as st

@st.cache_resource(show_spinner=False)
def settle():
    gc.collect()

@st.fragment
def lesson():
    seed = st.number_input('Seed', 0, 9999, 1)
    st.text(f"seed {seed}, {st.text_input('Words', '9741', live=True)}")

settle()
gc.freeze()
lesson()
"""
_TEXT = """
import streamlit as st
st.text("ready")
"""
NOTES = """
Server and browser ran on one machine, so every number holds what the two take from each other. The empty Streamlit apps
ran in servers of their own, with the app's configuration, measured in turn with the app. The browser is Chromium's
headless shell where there is one: without a window to hand its layers to it has a little less to do than a person's.

- **Work**: the processor time of the browser's main thread for one key or one move, from the handler to the end of
  paint and the hand-over to the compositor, as Chromium's own tracing counts it: handlers, frames, style, layout,
  paint. *Slowed four times* is DevTools' throttling of the processor. *To painted* is what a person waits: from the
  event's time stamp to the end of the next frame's paint, with the wait for that frame (up to 16.7 ms on a 60 Hz
  screen) and for the compositor to take it; raster and compositing, on other threads, are in neither.
- **Step**: 200 steps, 32 units, LSTM.
- **Drag**: three cells, 60 steps, 16 units: the slider of a held gate, then of a weight. The browser hands moves over
  at the start of a frame.
- **Translation**: nine words and the end, from seven, by the GRU with dot attention. Dragging hands all attention of a
  step to one word after the other; each move translates anew. A key typed: a digit more or less of a number, from the
  key to the frame that shows the other translation; the empty fragment shows its text field, which waits as long for a
  next key.
- **Reading along**: the LSTM that ships, 192 units, over 500 characters that it has not learned from: down the units by
  a key; then characters typed at the end, from the key to the end of paint of the frame with the new colour.
  *Passages*: a search in the index that ships, in the browser.
- **Writing**: the LSTM that ships, 192 units, and the 5-gram beside it, from another seed to the frame that shows the
  last character of both; every character is drawn from all 96.
- **Series**: an LSTM reads Seattle's weather; one of the values that it has read is dragged up and down, and its
  forecasts, in both ways, and those of the simple methods follow.
- **Anomalies**: five methods, a GRU among them, watch 7,501 values; one of them is dragged up and down, then the
  threshold. What the network expects of the steps that look back at the value is computed for 5 ms after each move,
  and to the end once the hand rests.
- **Series of one's own**: a table of 5,000 rows is dropped, and a GRU learns from it on a server that has trained
  before: from the file to the table as understood, and from the click to the link that leads to its forecasts.
- **Rerun**: a new seed for a random network, so a new scene is computed each time. From sending the change over a
  websocket to the message that the script has finished. *Processor time* is that of the whole server process, with the
  garbage collection after each run.
- **New pixels**: from the arrow key in the field of the seed to the paint of the frame that shows the answer. The empty
  fragment has the same field and one text.
- **Cold page**: a visitor without any cache, from the request to a *Next step* button that is visible and enabled (to
  compare has none: to its chart), against an app that is one text. The server has had a visitor before.
- **Cold lesson link**: the same for a lesson on the gates page, until its question can be answered, against the gates
  page without it.
- **Slider of the gradients page**: its spectral radius, three cells over 100 steps with 32 units, measured like *New
  pixels*, to the frame that shows the other curves; each value is a new one. The browser computes all of it.
- **Gradients**: LSTM, 50 steps, 32 units, one thread: the norms of dh_t/dh_s for all pairs of steps; the loop asks
  torch's autograd for each unit of each step.
- **Engine**: LSTM, 100 steps, 64 units, 32 inputs, float64, one thread, no gradients; `run` keeps every gate.
- **Training**: the adding problem with the page's default LSTM, through a Dask worker, 1,500 steps, from the first
  point that the server hears of to the last; the bare loop makes the same steps and measures nothing. *Click to first
  point*: an LSTM of its own seed; on a new server the first visitor clicks as soon as there is a button. *Learned*: a
  default contest whose runs nobody has made, until an LSTM or a GRU is finished with an error under 0.01.
- **Classroom while two runs train**: two GRUs of 10,000 steps, watched by one visitor each; three times, each on a new
  server.
- **Classroom**: visitors take turns evenly and each changes the seed every two seconds. A rerun counts from when it was
  due.
"""


@contextmanager
def baselines() -> Iterator[tuple[str, str]]:
    """Servers of the two empty apps: a fragment, and one text."""
    with TemporaryDirectory() as folder:
        scripts = []
        for name, text in (("fragment", _FRAGMENT), ("text", _TEXT)):
            scripts.append(Path(folder, name, "main.py"))
            scripts[-1].parent.mkdir()
            scripts[-1].write_text(text)
        with serve(scripts[0]) as fragment, serve(scripts[1]) as text:
            yield fragment, text


def engine(repetitions: int) -> list[Row]:
    command = [sys.executable, "-m", "tools.bench.recurrence", str(repetitions)]
    output = subprocess.run(command, cwd=ROOT, env=_one_thread(), check=True, capture_output=True).stdout
    taken = json.loads(output)
    return [
        ratio("Engine: run against fused nn.LSTM", taken["run"], taken["fused"], 1.5),
        ratio("Engine: run against a loop over nn.LSTMCell", taken["run"], taken["loop"], 0.8),
    ]


def gradients(repetitions: int, loops: int) -> list[Row]:
    command = [sys.executable, "-m", "tools.bench.gradients", str(repetitions), str(loops)]
    output = subprocess.run(command, cwd=ROOT, env=_one_thread(), check=True, capture_output=True).stdout
    taken = json.loads(output)
    return [
        ratio("Gradients: autograd loop against all Frobenius norms", taken["loop"], taken["fro"], at_least=50),
        ratio("Gradients: autograd loop against all spectral norms", taken["loop"], taken["spectral"], at_least=15),
    ]


def training(repetitions: int) -> list[Row]:
    command = [sys.executable, "-m", "tools.bench.training", str(repetitions)]
    output = subprocess.run(command, cwd=ROOT, check=True, capture_output=True).stdout
    taken = json.loads(output)
    value = float(np.median(taken["bare"]) / np.median(taken["jobs"]))
    spread = (
        f"{value:.2f}×: median {np.median(taken['jobs']):.1f} ms, against {np.median(taken['bare']):.1f} ms for 1,000"
    )
    (learned,) = taken["learned"]
    return [
        Row("Training: samples a second, against a bare loop of PyTorch", value, "×", spread, at_least=0.95),
        Row("Training: adding learned from the page's defaults", learned, " s", f"{learned:.1f} s", 30),
    ]


def first_points(browser_: Browser, app: str) -> list[Row]:
    """Cold first: the server must be new."""
    cold = browser.first_point(browser_, app, 100, at_once=True)
    warm = [browser.first_point(browser_, app, seed, at_once=False) for seed in range(101, 106)]
    said = f"p50 {np.median(warm):.2f}, max {max(warm):.2f} s (n={len(warm)})"
    return [
        Row("Training: click to first point, new server", cold, " s", f"{cold:.1f} s", 3),
        Row("Training: click to first point, p50", float(np.median(warm)), " s", said, 0.5),
    ]


def while_training(seconds: int) -> tuple[list[float], int]:
    """The classroom on another page, while two visitors train."""
    with serve() as app, chromium() as browser_:
        pages = [browser.train(browser_, app, seed) for seed in (100, 101)]
        # In a thread of its own: the browser's loop runs in this one.
        act = visitor.classroom(app, "network=Random", visitors=60, seconds=seconds, every=2)
        with ThreadPoolExecutor(1) as pool:
            waits = pool.submit(asyncio.run, act).result()
        for page in pages:
            page.close()
    return waits


def _messages(*gestures: Gestures) -> tuple[int, str]:
    """How many messages there were in some gestures, and in how many moves, in words."""
    sent, moves = sum(one.messages for one in gestures), sum(len(one.painted) for one in gestures)
    return sent, f"{sent} in {moves} moves"


def _one_thread() -> dict[str, str]:
    # Threads must be set before numpy is imported, and torch must not count against the servers' memory and cache.
    return {**os.environ, **dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"), "1")}


def measure(quick: bool) -> tuple[list[Row], str]:
    def n(full: int, short: int) -> int:
        return short if quick else full

    with serve() as app, baselines() as (fragment, text):
        with chromium() as browser_:
            name = f"Chromium {browser_.version}"
            steps = browser.steps(browser_, app, n(190, 60))
            seed = (f"{app}/step_through?network=Random", "Seed", ".foot .caption")
            pixels = browser.changes(browser_, seed, fragment, n(40, 10))
            radius = (f"{app}{browser.GRADIENTS}", "Spectral radius", ".by-cell")
            slides = browser.changes(browser_, radius, fragment, n(30, 10))
            words = browser.steps(browser_, app, n(190, 60), browser.TRANSLATION, ".sentences", 10)
            looks = browser.looks(browser_, app, n(100, 40))
            sentence = (f"{app}/attention?sentence=9741", "A number, in words or digits", ".sentences")
            typed = browser.changes(browser_, sentence, fragment, n(30, 10), ("2", "Backspace"), "Words")
            drags = browser.drags(browser_, app, n(100, 40))
            read = text_page.reads(browser_, app, n(50, 10))
            written = text_page.writes(browser_, app, n(20, 5))
            forecast = series.drags(browser_, app, series.FORECAST, n(100, 40))
            opened = series.drags(browser_, app, series.OPENED, n(100, 40))
            planted = series.drags(browser_, app, series.WATCHED, n(100, 40))
            threshold = series.drags(browser_, app, series.WATCHED, n(100, 40), series.THRESHOLD)
            empty = (text, "[data-testid=stText]")
            openings = {
                name: browser.openings(browser_, (f"{app}/{'' if name == 'home' else name}", usable), empty, n(6, 2))
                for name, usable in browser.PAGES.items()
            }
            gates = (f"{app}/gates", browser.USABLE)
            lesson = (link(LESSON, app), browser.ASKED)
            lessons = browser.openings(browser_, lesson, gates, n(6, 2))
        reruns = asyncio.run(visitor.reruns(app, fragment, "network=Random", n(100, 30)))
        largest = asyncio.run(visitor.reruns(app, fragment, browser.LARGEST.partition("?")[2], n(50, 10)))
        asyncio.run(visitor.visit_all(app, list(browser.PAGES)))
        torch = visitor.has_torch(app)
    with serve() as app, chromium() as browser_:
        points = first_points(browser_, app)
        understood, learned = own_series.waits(browser_, app)
    busy = [while_training(n(30, 6)) for _ in range(n(3, 1))]
    with serve() as app:
        seconds = n(30, 6)
        waits, errors = asyncio.run(visitor.classroom(app, "network=Random", visitors=60, seconds=seconds, every=2))
    rows = [
        times("Step: key to painted", steps.painted, 95),
        times("Step: work, handler to end of paint", steps.work, 95, 8),
        times("Step: work, processor slowed four times", steps.slowed, 95, 33),
        times("Step: work, handler alone", steps.handler, 95),
        count("Step: messages to the server", steps.messages, f"{steps.messages} in {len(steps.painted)} steps", 0),
        times("Drag: pointer move to painted, three cells", drags.painted, 95),
        times("Drag: work, handler to end of paint", drags.work, 95, 8),
        times("Drag: work, processor slowed four times", drags.slowed, 95, 33),
        times("Drag: handler alone", drags.handler, 95),
        count("Drag: messages to the server", drags.messages, f"{drags.messages} in {len(drags.painted)} moves", 0),
        times("Translation: key to painted", words.painted, 95),
        times("Translation: step, work", words.work, 95, 8),
        times("Translation: attention dragged, move to painted", looks.painted, 95),
        times("Translation: attention dragged, work", looks.work, 95, 8),
        times("Translation: attention dragged, processor slowed four times", looks.slowed, 95, 33),
        times("Translation: attention dragged, handler alone", looks.handler, 95),
        count(
            "Translation: messages to the server",
            words.messages + looks.messages,
            f"{words.messages + looks.messages} in {len(words.painted)} steps and {len(looks.painted)} moves",
            0,
        ),
        ratio("Translation: a key typed to the new alignment, against an empty fragment", *typed, limit=2),
        times("Reading along: 500 characters coloured by another unit, work", read.coloured, 95, 16),
        times("Reading along: the same, processor slowed four times", read.slowed, 95),
        times("Reading along: a character typed to its colour, painted", read.typed, 95, 50),
        count("Reading along: messages to the server", read.messages, f"{read.messages} in all of this", 0),
        times("Passages where 12 units switch, in 40,000 characters", read.searched, 95, 300),
        times("Writing: another seed to the last of 1,000 characters, network and 5-gram", written, 95, 1000),
        times("Series: a value dragged to the new forecast, work", forecast.work, 95, 16),
        times("Series: the same, processor slowed four times", forecast.slowed, 95),
        times("Series: the same, pointer move to painted", forecast.painted, 95),
        times("Series: the same with the cell open, work", opened.work, 95, 16),
        times("Anomalies: a value dragged to the new scores, work", planted.work, 95, 16),
        times("Anomalies: the same, processor slowed four times", planted.slowed, 95),
        times("Anomalies: the threshold dragged, work", threshold.work, 95, 16),
        times("Anomalies: the same, processor slowed four times", threshold.slowed, 95),
        count("Series and anomalies: messages to the server", *_messages(forecast, opened, planted, threshold), 0),
        Row("Series of one's own: 5,000 rows dropped to understood", understood, " s", f"{understood:.2f} s", 1),
        Row("Series of one's own: click to the first network's forecasts", learned, " s", f"{learned:.1f} s", 10),
        times("Rerun on the server", reruns.ours, 50, 10),
        Row("Rerun: processor time", reruns.processor, " ms", f"mean {reruns.processor:.1f} ms (n={len(reruns.ours)})"),
        times("Rerun of an empty fragment", reruns.empty),
        times("Rerun at 200 steps, 32 units", largest.ours),
        ratio("New pixels after a change, against an empty fragment", *pixels, limit=1.3),
        ratio("New pixels after a slider of the gradients page, against the same", *slides, limit=2),
        *(ratio(f"Cold {name} to usable, against an empty app", *one, limit=1.5) for name, one in openings.items()),
        ratio("Cold lesson link to usable, against its plain page", *lessons, limit=1.5),
        count(
            "Cold page: torch in the server", torch, f"{'yes' if torch else 'no'}, after {len(browser.PAGES)} pages", 0
        ),
        *engine(n(200, 50)),
        *gradients(n(20, 5), n(3, 1)),
        *points,
        *training(n(5, 2)),
        *(
            times(f"Classroom while two runs train, {k}: {len(waits)} reruns", waits, 95, 150)
            for k, (waits, _) in enumerate(busy, 1)
        ),
        count(
            "Classroom while two runs train: errors",
            sum(errors for _, errors in busy),
            f"{sum(errors for _, errors in busy)} in {sum(len(waits) + errors for waits, errors in busy)}",
            0,
        ),
        times(f"Classroom: 60 visitors, {len(waits)} reruns", waits, 95, 100),
        count("Classroom: errors", errors, f"{errors} in {len(waits) + errors} reruns", 0),
    ]
    return rows, name


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tools.bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer repetitions; the file is left alone")
    quick = parser.parse_args().quick
    load = os.getloadavg()[0]
    rows, chromium_name = measure(quick)
    print(table(rows))
    if not quick:
        write(REPORT, rows, environment(chromium_name, load), NOTES)


if __name__ == "__main__":
    main()
