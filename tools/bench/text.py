"""What a person waits for who reads a text along with a network, has one write, or searches in it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from playwright.sync_api import Browser, Page

from rnnviz.networks.checkpoints import excerpt
from rnnviz.player import PLACE
from tools.bench.browser import SLOWED, USABLE, pause, work_of

#: So many characters are read along.
CHARACTERS = 500
#: A network and an n-gram write a thousand characters each.
WRITING = "/text?view=write&characters=1000"
#: The network that ships reads a text that it has not learned from, on the colours of a unit.
READING = "/text?" + urlencode({"line": "c", "unit": 1, "reading": excerpt("python")[:CHARACTERS]})


@dataclass(frozen=True)
class Read:
    """Milliseconds of everything that a person does with a text that is read along, and the messages sent meanwhile.

    Attributes
    ----------
    coloured, slowed
        Processor time of the main thread from a key that chooses another unit to the end of paint; the second with the
        processor slowed.
    typed
        From a character typed at the end to the end of paint of the frame that shows its colour.
    searched
        From the units chosen to the passages of the whole index in which they switch, ranked, with their labels.
    """

    coloured: list[float]
    slowed: list[float]
    typed: list[float]
    searched: list[float]
    messages: int


# From the event of the key to the frame in which one more character of the text has its colour.
_TYPED = """(player) => {
  window.typed = [];
  const text = player.querySelector(".text-read");
  const coloured = () => [...text.querySelectorAll("span")].filter(({ style }) => style.backgroundColor).length;
  let pressed;
  player.addEventListener("keydown", (event) => { pressed = event.timeStamp; }, { capture: true });
  player.addEventListener("input", () => {
    const begun = pressed;
    const before = coloured();
    const look = () => requestAnimationFrame(() => {
      if (coloured() <= before) return look();
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => window.typed.push(performance.now() - begun);
      port2.postMessage(null);
    });
    look();
  }, { capture: true });
}"""

_SEARCHED = """async ([place, file, repetitions]) => {
  const { PatternIndex } = await import(new URL(`${place}/engine/patterns.js`, document.baseURI));
  const { readSafetensors } = await import(new URL(`${place}/engine/safetensors.js`, document.baseURI));
  const bytes = await (await fetch(new URL(file, document.baseURI))).arrayBuffer();
  const index = new PatternIndex(readSafetensors(bytes), 3);
  const taken = [];
  for (let k = 0; k < repetitions; k++) {
    const units = Array.from({ length: 12 }, (_, place) => (13 * place + k) % index.on.rows);
    const begun = performance.now();
    index.shares(index.search(units, 6, 20));
    taken.push(performance.now() - begun);
  }
  return taken;
}"""


def reads(browser: Browser, address: str, repetitions: int) -> Read:
    """Choose one unit after the other, then type, then search."""
    page = browser.new_page(viewport={"width": 1400, "height": 1000})
    sent: list[Any] = []
    page.on("websocket", lambda socket: socket.on("framesent", lambda message: sent.append(message)))
    page.goto(address + READING)
    page.locator(USABLE).wait_for()
    page.wait_for_load_state("networkidle")
    player = page.locator("[data-testid=player]")
    page.locator(".text-read").focus()
    pause(page, 1)
    sent.clear()

    def choose() -> None:
        for _ in range(repetitions):
            page.keyboard.press("ArrowDown")
            pause(page, 0.04)

    choose()
    coloured = work_of(page, "keydown", choose)
    slowed = work_of(page, "keydown", choose, SLOWED)
    typed = _typed(page, repetitions)
    messages = len(sent)
    searched = player.evaluate(
        f"(player, given) => ({_SEARCHED})(given)", [PLACE, "shipped/text/python-patterns.safetensors", repetitions]
    )
    page.close()
    return Read(coloured, slowed, typed, searched, messages)


def _typed(page: Page, repetitions: int) -> list[float]:
    page.get_by_label("Your text").focus()
    page.keyboard.press("Control+End")
    page.locator("[data-testid=player]").evaluate(_TYPED)
    for _ in range(repetitions):
        page.keyboard.press("a")
        pause(page, 0.2)
    taken: list[float] = page.evaluate("window.typed")
    if len(taken) < 0.9 * repetitions:
        raise RuntimeError(f"typed {repetitions} characters, timed {len(taken)}")
    return taken


# Every text says whether it is still being written; the last frame shows that none is.
_WRITTEN = """(player, seed) => new Promise((done) => {
  const input = player.querySelector("input[aria-label=Seed]");
  const writing = (said) => said.checkVisibility() && said.textContent === "It is still writing.";
  const begun = performance.now();
  input.value = seed;
  input.dispatchEvent(new Event("input"));
  const end = () => done(performance.now() - begun);
  const look = () => requestAnimationFrame([...player.querySelectorAll(".said")].some(writing) ? look : end);
  look();
})"""


def writes(browser: Browser, address: str, repetitions: int) -> list[float]:
    """Milliseconds from another seed to the frame that shows the last character of every text."""
    page = browser.new_page(viewport={"width": 1400, "height": 1000})
    page.goto(address + WRITING)
    page.locator(USABLE).wait_for()
    page.wait_for_load_state("networkidle")
    player = page.locator("[data-testid=player]")
    taken = [player.evaluate(_WRITTEN, seed) for seed in range(100, 103 + repetitions)]
    page.close()
    return taken[3:]  # the first ones compile
