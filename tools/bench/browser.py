"""What a person waits for, measured inside Chromium by the page's own clock."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Browser, Page

from rnnviz.settings import PAGES as SETTINGS

#: The longest sequence and the widest network the page accepts.
LARGEST = "/step_through?network=Numbers&days=200&hidden_size=32&cell=LSTM"
#: Three cells over 100 steps with 32 units.
GRADIENTS = "/gradients?length=100&hidden_size=32&radius=0.1"
#: Three cells over 60 steps with 16 units.
THREE_CELLS = "/gates?network=Numbers&days=60&hidden_size=16"
#: A translation of nine words and its end.
TRANSLATION = "/attention?sentence=23456"
NEXT = "button[aria-label='Next step']:enabled"
#: Hidden by nothing and enabled: the first moment at which a person could use the page.
USABLE = f"{NEXT} >> visible=true"
#: The same on each page; to compare and to look up a word needs no player.
PAGES = {
    **dict.fromkeys(SETTINGS, USABLE),
    "compare": "[data-testid=stVegaLiteChart] svg.marks >> nth=0",
    "glossary": ".glossary dt >> nth=0",
}
#: The same for a lesson that asks before it shows.
ASKED = ".prediction button:enabled >> visible=true >> nth=0"

# What the main thread does from an input to the end of its painting, by the names of Chromium's own tracing: handlers,
# callbacks of frames and timers, style, layout, paint, and handing it all over to the threads that raster it.
_TRACED = "devtools.timeline,disabled-by-default-devtools.timeline"
_WORK = {
    "EventDispatch",
    "FireAnimationFrame",
    "TimerFire",
    "UpdateLayoutTree",
    "Layout",
    "PrePaint",
    "Paint",
    "Layerize",
    "Commit",
}
#: A school laptop, beside the machine that measures.
SLOWED = 4

# A key press begins at its event's timeStamp, when the browser got it. The handler ends at the listener behind the
# player's own on the same element. A frame's callback runs before its style, layout and paint, and a message posted
# there is delivered after them: what follows is the work of the raster and compositor threads, which is not included.
# A wait for the next frame, and for the compositor to take it, is.
_STEPS = """(player) => {
  window.presses = [];
  let press;
  addEventListener("keydown", (event) => {
    const current = { pressed: event.timeStamp, begun: performance.now() };
    press = current;
    requestAnimationFrame(() => {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => window.presses.push({ ...current, painted: performance.now() });
      port2.postMessage(null);
    });
  }, { capture: true });
  player.addEventListener("keydown", () => { press.handled = performance.now(); });
}"""

# Pointer moves come at the start of a frame, aligned with it; the slider's own input event follows in the same task.
_DRAGS = """(player) => {
  window.drags = [];
  let moved;
  const move = (event) => { moved = { stamp: event.timeStamp, begun: performance.now() }; };
  player.addEventListener("pointermove", move, { capture: true });
  const sliders = ".what-if input[type=range]";
  player.addEventListener("input", (event) => {
    if (!event.target.matches(sliders)) return;
    const current = moved;
    current.handled = performance.now();
    requestAnimationFrame(() => {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => window.drags.push({ ...current, painted: performance.now() });
      port2.postMessage(null);
    });
  });
}"""

# While the row of a step is dragged; the player hears of a move after the row has.
_LOOKS = """(player) => {
  window.looks = [];
  let begun;
  player.addEventListener("pointermove", () => { begun = performance.now(); }, { capture: true });
  player.addEventListener("pointermove", (event) => {
    if (!event.buttons) return;
    const current = { stamp: event.timeStamp, begun, handled: performance.now() };
    requestAnimationFrame(() => {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => window.looks.push({ ...current, painted: performance.now() });
      port2.postMessage(null);
    });
  });
}"""

# Resolves to the milliseconds from the next key press to the frame that shows another text than now.
_CHANGE = """(selector) => {
  const roots = [document, ...Array.from(document.querySelectorAll("*"), (node) => node.shadowRoot).filter(Boolean)];
  const text = () => roots.map((root) => root.querySelector(selector)?.textContent).find(Boolean);
  const before = text();
  window.changed = new Promise((resolve) => {
    const look = (start) => requestAnimationFrame(() => {
      if (!text() || text() === before) return look(start);
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => resolve(performance.now() - start);
      port2.postMessage(null);
    });
    addEventListener("keydown", (event) => look(event.timeStamp), { capture: true, once: true });
  });
}"""


@dataclass(frozen=True)
class Gestures:
    """Milliseconds of each key press or move of the pointer, and the websocket messages sent meanwhile.

    Attributes
    ----------
    painted
        From the input to the end of style, layout and paint of the next frame, with all waiting.
    handler
        The part of the page's own code.
    work, slowed
        Processor time of the main thread from handler to paint; the second with the processor slowed four times.
    """

    painted: list[float]
    handler: list[float]
    work: list[float]
    slowed: list[float]
    messages: int


def work_of(page: Page, inputs: str, act: Callable[[], None], slowed: float = 1) -> list[float]:
    """Milliseconds of the main thread's processor time for each input, an event of the type `inputs`, while acting."""
    session = page.context.new_cdp_session(page)
    events: list[dict[str, Any]] = []
    finished: list[Any] = []
    session.on("Tracing.dataCollected", lambda message: events.extend(message["value"]))
    session.on("Tracing.tracingComplete", lambda message: finished.append(message))
    session.send("Emulation.setCPUThrottlingRate", {"rate": slowed})
    session.send("Tracing.start", {"categories": _TRACED, "transferMode": "ReportEvents"})
    act()
    pause(page, 0.5)
    session.send("Tracing.end")
    session.send("Emulation.setCPUThrottlingRate", {"rate": 1})
    while not finished:
        pause(page, 0.05)
    session.detach()
    return _per_input(events, inputs)


def _per_input(events: list[dict[str, Any]], inputs: str) -> list[float]:
    """What the work after each input took, until the next one; of events within one another the outermost counts."""
    begun = [
        event
        for event in events
        if event["name"] == "EventDispatch" and event["args"].get("data", {}).get("type") == inputs
    ]
    threads = {(event["pid"], event["tid"]) for event in begun}
    taken: list[float] = []
    starts = sorted(event["ts"] for event in begun)
    end = 0.0
    for event in sorted(events, key=lambda event: (event.get("ts", 0), -event.get("dur", 0))):
        if event["name"] not in _WORK or (event["pid"], event["tid"]) not in threads or event["ts"] < end:
            continue
        end = event["ts"] + event.get("dur", 0)
        while len(taken) < len(starts) and event["ts"] + event.get("dur", 0) >= starts[len(taken)]:
            taken.append(0.0)
        if taken:
            taken[-1] += event.get("tdur", 0) / 1e3
    return taken


def steps(
    browser: Browser, address: str, repetitions: int, path: str = LARGEST, focus: str = ".strip", length: int = 200
) -> Gestures:
    """Press the right arrow key in the player again and again, at times that favour no moment of a frame.

    After the last of `length` steps comes the first, by the key for that.
    """
    page = browser.new_page()
    sent: list[str | bytes] = []
    page.on("websocket", lambda socket: socket.on("framesent", lambda message: sent.append(message)))
    page.goto(address + path)
    page.locator(USABLE).wait_for()
    page.wait_for_load_state("networkidle")
    page.locator("[data-testid=player]").evaluate(_STEPS)
    page.locator(focus).focus()
    pause(page, 1)
    sent.clear()
    pressed = 0

    def press() -> None:
        nonlocal pressed
        for _ in range(repetitions):
            pressed += 1
            page.keyboard.press("ArrowRight" if pressed % length else "Home")
            pause(page, 0.04)

    press()
    pause(page, 1)
    presses = page.evaluate("window.presses")
    work = work_of(page, "keydown", press)
    slowed = work_of(page, "keydown", press, SLOWED)
    messages = len(sent)
    arrived = page.locator("[data-testid=player]").get_attribute("data-time-step")
    page.close()
    if arrived != str(pressed % length) or not len(presses) == len(work) == len(slowed) == repetitions:
        counts = f"{len(presses)}, {len(work)}, {len(slowed)}"
        raise RuntimeError(f"pressed {pressed} times: arrived at {arrived}, timed {counts}")
    return Gestures(
        painted=[one["painted"] - one["pressed"] for one in presses],
        handler=[one["handled"] - one["begun"] for one in presses],
        work=work,
        slowed=slowed,
        messages=messages,
    )


def drags(browser: Browser, address: str, repetitions: int) -> Gestures:
    """Drag the held value of a gate, then a weight, to and fro, with three cells on the page."""
    page = browser.new_page(viewport={"width": 1400, "height": 1000})
    sent: list[str | bytes] = []
    page.on("websocket", lambda socket: socket.on("framesent", lambda message: sent.append(message)))
    page.goto(address + THREE_CELLS)
    page.locator(USABLE).wait_for()
    page.wait_for_load_state("networkidle")
    page.locator("[data-testid=player]").evaluate(_DRAGS)
    moves = 0
    taken: list[dict[str, float]] = []
    work: list[float] = []
    slowed: list[float] = []
    for form in ("Hold", "Weight"):
        page.locator(".what-if .tabs").get_by_role("button", name=form, exact=True).click()
        slider = page.locator(".what-if input[type=range] >> visible=true")
        slider.scroll_into_view_if_needed()
        box = slider.bounding_box()
        if box is None:
            raise RuntimeError("the slider is not there")
        left, width, middle = box["x"] + 12, box["width"] - 24, box["y"] + box["height"] / 2
        page.mouse.move(left, middle)
        page.mouse.down()
        page.mouse.move(left + 3, middle)
        pause(page, 1)
        page.evaluate("drags.length = 0")
        if not moves:
            sent.clear()

        def move(left: float = left, width: float = width, middle: float = middle) -> None:
            for number in range(repetitions):
                page.mouse.move(left + width * (0.1 + 0.8 * abs(number % 50 - 25) / 25), middle)
                pause(page, 0.03)

        move()
        moves += repetitions
        pause(page, 0.5)
        taken += page.evaluate("drags.splice(0)")
        work += work_of(page, "input", move)
        slowed += work_of(page, "input", move, SLOWED)
        page.mouse.up()
    messages = len(sent)
    page.close()
    return timed(taken, moves, work=work, slowed=slowed, messages=messages)


def timed(
    taken: Sequence[Mapping[str, float]], moves: int, *, work: list[float], slowed: list[float], messages: int
) -> Gestures:
    """What so many moves of a pointer took, each by when it was made, begun, handled and painted.

    Raises
    ------
    RuntimeError
        When more than one in ten of them was not timed.
    """
    if len(taken) < 0.9 * moves:
        raise RuntimeError(f"dragged {moves} times, timed {len(taken)}")
    return Gestures(
        painted=[drag["painted"] - drag["stamp"] for drag in taken],
        handler=[drag["handled"] - drag["begun"] for drag in taken],
        work=work,
        slowed=slowed,
        messages=messages,
    )


def looks(browser: Browser, address: str, repetitions: int) -> Gestures:
    """Drag the attention of a step along all words read, to and fro."""
    page = browser.new_page(viewport={"width": 1400, "height": 1000})
    sent: list[str | bytes] = []
    page.on("websocket", lambda socket: socket.on("framesent", lambda message: sent.append(message)))
    page.goto(address + TRANSLATION)
    page.locator(USABLE).wait_for()
    page.wait_for_load_state("networkidle")
    page.locator("[data-testid=player]").evaluate(_LOOKS)
    row = page.locator(".alignment-map")
    row.scroll_into_view_if_needed()
    box = row.bounding_box()
    if box is None:
        raise RuntimeError("the map is not there")
    y = box["y"] + 5
    page.mouse.move(box["x"] + 5, y)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] / 2, y)
    pause(page, 1)
    page.evaluate("looks.length = 0")
    sent.clear()
    left, width = box["x"], box["width"]

    def move() -> None:
        for number in range(repetitions):
            page.mouse.move(left + width * (0.02 + 0.96 * abs(number % 20 - 10) / 10), y)
            pause(page, 0.03)

    move()
    pause(page, 1)
    taken = page.evaluate("window.looks")
    work = work_of(page, "pointermove", move)
    slowed = work_of(page, "pointermove", move, SLOWED)
    page.mouse.up()
    messages = len(sent)
    page.close()
    return timed(taken, repetitions, work=work, slowed=slowed, messages=messages)


def changes(
    browser: Browser,
    ours: tuple[str, str, str],
    empty: str,
    repetitions: int,
    keys: tuple[str, str] = ("ArrowUp", "ArrowUp"),
    theirs: str = "Seed",
) -> tuple[list[float], list[float]]:
    """Press a key in a control, here and in a page that only shows what it holds, in turn; two keys alternate.

    `ours` is the address, the name of the control, and what shows another text then; `theirs` the other's control.
    """
    url, control, changing = ours
    pages = [browser.new_context().new_page() for _ in range(2)]
    pages[0].goto(url)
    pages[0].locator(USABLE).wait_for()
    pages[1].goto(empty)
    shown = (changing, "[data-testid=stText]")
    taken: tuple[list[float], list[float]] = ([], [])
    for page, name in zip(pages, (control, theirs)):
        roles = ("slider", "spinbutton", "textbox")
        kinds = [page.get_by_role(role, name=name) for role in roles]
        kinds[0].or_(kinds[1]).or_(kinds[2]).focus()
        if "Backspace" in keys:  # a text, to be written on at its end; for a slider this key is its largest value
            page.keyboard.press("End")
        page.wait_for_load_state("networkidle")
    for repetition in range(repetitions + 3):
        for page, selector, times in zip(pages, shown, taken):
            page.bring_to_front()
            pause(page, 0.2)
            page.evaluate(_CHANGE, selector)
            page.keyboard.press(keys[repetition % 2])
            milliseconds = page.evaluate("window.changed")
            if repetition >= 3:  # the first ones import and compile
                times.append(milliseconds)
    for page in pages:
        page.context.close()
    return taken


def openings(
    browser: Browser, ours: tuple[str, str], theirs: tuple[str, str], repetitions: int
) -> tuple[list[float], list[float]]:
    """Open two pages, each an address and what must be there, in turn, each time as a visitor who was never here."""
    taken: tuple[list[float], list[float]] = ([], [])
    for repetition in range(repetitions + 1):
        for (url, selector), times in zip((ours, theirs), taken):
            page = browser.new_context().new_page()
            start = time.perf_counter()
            page.goto(url, wait_until="commit")
            page.locator(selector).wait_for()
            if repetition:  # the first visitor of a server waits for its imports
                times.append((time.perf_counter() - start) * 1e3)
            page.context.close()
    return taken


def first_point(browser: Browser, address: str, seed: int, *, at_once: bool) -> float:
    """Seconds from the click that trains a run nobody has made to the chart that shows its first point.

    `at_once`: by the first visitor of a server, as soon as there is a button.
    """
    page = browser.new_context().new_page()
    page.goto(f"{address}/compare?cells=LSTM&seeds=1&first_seed={seed}")
    button = page.get_by_role("button", name="Train 1 run")
    button.wait_for()
    if not at_once:
        page.locator("[data-testid=stVegaLiteChart] svg.marks").first.wait_for()
        page.wait_for_load_state("networkidle")
        pause(page, 1)
    start = time.perf_counter()
    button.click()
    page.locator("[data-testid=stVegaLiteChart] svg.marks .mark-symbol path").first.wait_for()
    taken = time.perf_counter() - start
    page.get_by_text("All of these runs are finished").wait_for(timeout=60_000)
    page.context.close()
    return taken


def train(browser: Browser, address: str, seed: int) -> Page:
    """Start a long run as a visitor of its own, who stays."""
    page = browser.new_context().new_page()
    page.goto(f"{address}/compare?cells=GRU&seeds=1&steps=10000&first_seed={seed}")
    page.get_by_role("button", name="Train 1 run").click()
    page.get_by_text("training ").wait_for(timeout=60_000)
    return page


def pause(page: Page, seconds: float) -> None:
    page.wait_for_timeout(1e3 * (seconds + random.uniform(0, 0.02)))
