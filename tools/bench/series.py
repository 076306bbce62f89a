"""What a person waits for who drags a value of a series and looks at the forecast."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Browser

from tools.bench.browser import SLOWED, USABLE, Gestures, pause, timed, work_of

#: An LSTM reads four weeks of Seattle's weather and forecasts one; the second address opens its cell too.
FORECAST = "/series?cell=lstm"
OPENED = f"{FORECAST}&inside=open"

#: A GRU and the simple methods watch the arterial pressure; the line across a chart is the threshold.
WATCHED = "/series?view=anomalies"
THRESHOLD = ".grip.whole"

# A grip hears of a move itself; the player, around it, after it has.
_MOVES = """(player) => {
  window.moves = [];
  let begun;
  player.addEventListener("pointermove", () => { begun = performance.now(); }, { capture: true });
  player.addEventListener("pointermove", (event) => {
    if (!event.buttons) return;
    const current = { stamp: event.timeStamp, begun, handled: performance.now() };
    requestAnimationFrame(() => {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => window.moves.push({ ...current, painted: performance.now() });
      port2.postMessage(null);
    });
  });
}"""


def drags(browser: Browser, address: str, path: str, repetitions: int, grip: str = ".grip") -> Gestures:
    """Drag the first grip of a player that a selector finds up and down."""
    page = browser.new_page(viewport={"width": 1400, "height": 1000})
    sent: list[Any] = []
    page.on("websocket", lambda socket: socket.on("framesent", lambda message: sent.append(message)))
    page.goto(address + path)
    page.locator(USABLE).wait_for()
    page.wait_for_load_state("networkidle")
    player = page.locator("[data-testid=player]")
    player.evaluate(_MOVES)
    held = player.locator(grip).first
    held.scroll_into_view_if_needed()
    pause(page, 1)
    box = held.bounding_box()
    if box is None:
        raise RuntimeError("the grip is not there")
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x, y - 5)
    pause(page, 1)
    page.evaluate("moves.length = 0")
    sent.clear()

    def move() -> None:
        for number in range(repetitions):
            page.mouse.move(x, y - 60 * abs(number % 20 - 10) / 10)
            pause(page, 0.03)

    move()
    pause(page, 1)
    taken = page.evaluate("window.moves")
    work = work_of(page, "pointermove", move)
    slowed = work_of(page, "pointermove", move, SLOWED)
    page.mouse.up()
    messages = len(sent)
    page.close()
    return timed(taken, repetitions, work=work, slowed=slowed, messages=messages)
