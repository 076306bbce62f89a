"""Where browser tests take place: pages that tolerate no error, and the player on a blank one without a server."""

import json
import sys
from contextlib import contextmanager
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import urlsplit

import numpy as np
from playwright.sync_api import expect

from rnnviz.cells import CELLS, READOUT
from rnnviz.language.arithmetic import evaluate
from rnnviz.player.payload import Dial, Readout, Scene, backward, board, learning, payload
from rnnviz.trace import run
from tests.own_cells import FIRST_GRU, PEEPHOLE
from tools.serving import ROOT

#: What is shipped, and what a student might write.
ALL_CELLS = [*CELLS.values(), PEEPHOLE, FIRST_GRU]

#: After how many steps a gradient is cut.
CUT = Dial("cut", "Cut every (0: never)", "", 0, 200, 1, "box")

_FOLDER = ROOT / "rnnviz" / "player"
#: The blank page; the browser finds this host where `player_files` serves.
ORIGIN = "http://player.test"
_BLANK = b"""<!doctype html><html lang="en"><meta charset="utf-8">
<link rel="icon" href="data:,"><link rel="stylesheet" href="/player.css">
<body><div id="root" class="host"></div>"""


def random_scene(cell, *, steps=6, input_size=3, hidden_size=5, seed=0, scale=1.0, readout=False, labels=None):
    """A cell with random weights over random inputs, all from one seed."""
    random = np.random.default_rng(seed)
    symbols = [chr(ord("a") + code) for code in range(7)]
    weights = {"W_hy": random.normal(size=(7, hidden_size)), "b_y": random.normal(size=7)}
    return Scene(
        cell,
        cell.init(input_size, hidden_size, seed),
        random.normal(size=(steps, input_size)) * scale,
        labels=labels or [f"x{t}" for t in range(steps)],
        network="A network",
        reads="random numbers.",
        readout=Readout(weights, symbols, random.integers(7, size=steps).tolist()) if readout else None,
    )


def values_of(scene):
    """What numpy computes for a scene: the trace, and the predictions if there is a read-out."""
    trace = run(scene.cell, scene.weights, scene.inputs)
    if not scene.readout:
        return trace, None
    return trace, evaluate(READOUT, scene.readout.weights, {"h": trace[scene.cell.state[0]]})["y"]


def assert_equal(shown, computed):
    """Equal to 1e-12 of the larger of one and the number."""
    np.testing.assert_allclose(shown, computed, rtol=5e-13, atol=5e-13)


def point_in(column, unit):
    """Where in a column of values a unit is, as `click` and `hover` take it: {"position": {"x", "y"}}."""
    width, height, units = column.evaluate("cells => [cells.clientWidth, cells.clientHeight, cells.values.length]")
    return {"position": {"x": width / 2, "y": height * (unit + 0.5) / units}}


class _Files(SimpleHTTPRequestHandler):
    """The player's files, and the blank page."""

    protocol_version = "HTTP/1.1"

    def __init__(self, *request):
        super().__init__(*request, directory=_FOLDER)

    def do_GET(self):
        if urlsplit(self.path).path != "/":
            super().do_GET()
            return
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(_BLANK)))
        self.end_headers()
        self.wfile.write(_BLANK)

    def log_message(self, *_):
        """Say nothing."""


class _Server(ThreadingHTTPServer):
    def handle_error(self, request, client_address):
        """A browser that closes its page while it is answered is no error."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


@contextmanager
def player_files():
    """Serve the player's files on a free port of this machine; yields the port."""
    with _Server(("127.0.0.1", 0), _Files) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_port
        server.shutdown()


def settled(page):
    """Wait until all of a page of the app is there: a control of Streamlit's may come after the player."""
    expect(page.locator(".stMain h1").first).to_be_attached()
    expect(page.locator("[data-test-script-state=notRunning]")).to_be_attached()
    expect(page.get_by_test_id("stSkeleton")).to_have_count(0)


def settling(page, go):
    """The same way to a page that `go` is, which waits for a page of the app; not where it says what to wait for."""

    def gone(*address, **options):
        answer = go(*address, **options)
        if not options and page.url.startswith("http://127.0.0.1:"):
            settled(page)
        return answer

    return gone


@contextmanager
def flawless_pages(browser):
    """A function that opens a page in a browser context of its own; none may have an error or open a dialog."""
    contexts, complaints = [], []

    def open_page(**options):
        context = browser.new_context(**options)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(60_000)
        page.on("pageerror", lambda error: complaints.append(f"{error}\n{error.stack or ''}"))
        page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
        page.on("response", lambda got: complaints.append(f"{got.status} {got.url}") if got.status >= 400 else None)
        page.on("dialog", lambda dialog: (complaints.append(f"a dialog: {dialog.message}"), dialog.dismiss()))
        page.goto, page.reload = settling(page, page.goto), settling(page, page.reload)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert not complaints, "\n".join(complaints)


class Stage:
    """A blank page and the player on it, through its own face: `mount(root, data, options)`."""

    folder = _FOLDER

    def __init__(self, page):
        self.page = page
        page.goto(ORIGIN)

    def mount(self, scene, view="full", loop=False, **options):
        """Mount the player; what it tells its page is kept for `changes`."""
        self.page.evaluate(
            """async ([data, options]) => {
                const { mount } = await import("/kinds/player.js");
                window.changes = [];
                const onChange = (selection) => window.changes.push(selection);
                window.player = mount(document.getElementById("root"), data, { ...options, onChange });
            }""",
            [{**payload(scene), "view": view, "loop": loop}, options],
        )
        return self.page.get_by_test_id("player")

    def update(self, scene, view="full"):
        """Show another scene in the mounted player; whether it could."""
        return self.page.evaluate("data => player.update(data)", {**payload(scene), "view": view})

    def mount_board(self, scenes, prediction=None, shows=("what_if", "memory"), classroom=False, **options):
        """Mount the board; what it tells its page is kept for `changes`."""
        self.page.evaluate(
            """async ([data, options]) => {
                const { mount } = await import("/kinds/board.js");
                window.changes = [];
                const onChange = (selection) => window.changes.push(selection);
                window.player = mount(document.getElementById("root"), data, { ...options, onChange });
            }""",
            [{**self.board_data(scenes, shows), "prediction": prediction, "classroom": classroom}, options],
        )
        return self.page.get_by_test_id("player")

    def update_board(self, scenes, shows=("what_if", "memory")):
        """Show other scenes on the mounted board; whether it could."""
        data = {**self.board_data(scenes, shows), "prediction": None, "classroom": False}
        return self.page.evaluate("data => player.update(data)", data)

    def mount_backward(self, scene, *, every_step=False, truncate=0, initial=None, compared=(), dials=(), **options):
        """Mount the player backwards, with a dial for the cut and others; what it tells is kept for `changes`."""
        self.page.evaluate(
            """async ([data, options]) => {
                const { mount } = await import("/kinds/backward.js");
                window.changes = [];
                const onChange = (selection) => window.changes.push(selection);
                window.player = mount(document.getElementById("root"), data, { ...options, onChange });
            }""",
            [
                backward(scene, every_step=every_step, compared=compared, dials=[*dials, CUT]),
                {**options, "initial": {**(initial or {}), "at": {"cut": truncate, **(initial or {}).get("at", {})}}},
            ],
        )
        return self.page.get_by_test_id("player")

    def mount_learning(self, scene, moments, progress, prediction=None, classroom=False, **options):
        """Mount a network that learns; what it tells its page is kept for `changes`."""
        self.page.evaluate(
            """async ([data, options]) => {
                const { mount } = await import("/kinds/learning.js");
                window.changes = [];
                const onChange = (selection) => window.changes.push(selection);
                window.player = mount(document.getElementById("root"), data, { ...options, onChange });
            }""",
            [{**learning(scene, moments, progress), "prediction": prediction, "classroom": classroom}, options],
        )
        return self.page.get_by_test_id("player")

    def mount_reading(self, data, **options):
        """Mount a network that reads a text along; what it tells its page is kept for `changes`."""
        self.page.evaluate(
            """async ([data, options]) => {
                const { mount } = await import("/kinds/reading.js");
                window.changes = [];
                const onChange = (selection) => window.changes.push(selection);
                window.player = mount(document.getElementById("root"), data, { ...options, onChange });
            }""",
            [{**data, "classroom": False, "prediction": None}, options],
        )
        return self.page.get_by_test_id("player")

    def mount_forecasting(self, data, **options):
        """Mount a network that forecasts; what it tells its page is kept for `changes`."""
        self.page.evaluate(
            """async ([data, options]) => {
                const { mount } = await import("/kinds/forecasting.js");
                window.changes = [];
                const onChange = (selection) => window.changes.push(selection);
                window.player = mount(document.getElementById("root"), data, { ...options, onChange });
            }""",
            [{**data, "classroom": False, "prediction": None}, options],
        )
        return self.page.get_by_test_id("player")

    def carry_back(self, scene, *, every_step=False, truncate=0, what_if=""):
        """All that the player's backward pass finds: states and weights by name, and each step's Jacobians."""
        return self.page.evaluate(
            """async ([data, text, truncate]) => {
                const { Network, Trace } = await import("/engine/trace.js");
                const { Backward } = await import("/engine/gradient.js");
                const { carriedLoss } = await import("/engine/losses.js");
                const { applying, readChanges } = await import("/engine/what_if.js");
                const network = new Network(data);
                const cells = new Map([[data.cell.name, { data, network }]]);
                const trace = new Trace(network, applying(readChanges(text, cells).changes, data.cell.name, cells));
                const pass = new Backward(trace, carriedLoss(data), truncate);
                const steps = Array.from({ length: trace.sequenceLength }, (_, t) => t);
                const plain = (array) => Array.from(array.values && array.rows ? array.values : array);
                const each = (names, find) => Object.fromEntries(names.map((name) => [name, find(name)]));
                const { state } = data.cell;
                const weights = Object.keys(data.cell.weights);
                const jacobian = (to, from, t) => plain(pass.jacobian(to, from, t));
                return {
                    states: each(state, (name) => steps.map((t) => plain(pass.at(name, t)))),
                    weights: each(weights, (name) => plain(pass.gradient(name))),
                    contributions: each(weights, (name) => steps.map((t) => pass.contribution(name, t))),
                    jacobians: steps.map((t) => each(state, (to) => each(state, (from) => jacobian(to, from, t)))),
                };
            }""",
            [backward(scene, every_step=every_step), what_if, truncate],
        )

    def steps_back(self, scene, names, *, every_step, truncate=0):
        """The parts of the gradients of some weights by how many steps back they come from: by name (T, numbers)."""
        return self.page.evaluate(
            """async ([data, names, truncate]) => {
                const { Network, Trace } = await import("/engine/trace.js");
                const { carriedLoss } = await import("/engine/losses.js");
                const { gradientByStepsBack } = await import("/engine/steps_back.js");
                const run = (work) => { for (;;) { const { done, value } = work.next(); if (done) return value; } };
                const trace = new Trace(new Network(data));
                const parts = (name) => run(gradientByStepsBack(trace, carriedLoss(data), name, truncate));
                return Object.fromEntries(names.map((name) => [name, parts(name).map((part) => Array.from(part))]));
            }""",
            [backward(scene, every_step=every_step), names, truncate],
        )

    @staticmethod
    def board_data(scenes, shows):
        return {**board(scenes, {name: name in shows for name in ("what_if", "memory")}), "view": "board"}

    def compute(self, scene, what_if=""):
        """All that the player's engine computes: letter -> (time, unit), the prediction under `y`.

        `what_if` holds changes as the address writes them.
        """
        return self.page.evaluate(
            """async ([data, text]) => {
                const { Network, Trace } = await import("/engine/trace.js");
                const { applying, readChanges } = await import("/engine/what_if.js");
                const network = new Network(data);
                const cells = new Map([[data.cell.name, { data, network }]]);
                const { changes, refusals } = readChanges(text, cells);
                if (refusals.length) throw new Error(refusals.join(" "));
                const { values } = new Trace(network, applying(changes, data.cell.name, cells));
                const plain = ([letter, steps]) => [letter, steps.map((vector) => Array.from(vector))];
                return Object.fromEntries(Array.from(values, plain));
            }""",
            [payload(scene), what_if],
        )

    def read(self, network, texts, what_if=""):
        """All that the player's engine computes for the last of several texts that one reading was set to.

        `network` is as `text_network` describes it; letter -> (time, unit), and ``bits`` (time,), None for nan.
        """
        return self.page.evaluate(
            """async ([data, texts, changes]) => {
                const { Alphabet, charactersOf, textNetwork } = await import("/engine/text.js");
                const { Reading } = await import("/engine/reading.js");
                const { applying, readChanges } = await import("/engine/what_if.js");
                const network = textNetwork(data);
                const cells = new Map([[data.cell.name, { data, network }]]);
                const read = readChanges(changes, cells);
                if (read.refusals.length) throw new Error(read.refusals.join(" "));
                const reading = new Reading(network, { changes: applying(read.changes, data.cell.name, cells) });
                const alphabet = new Alphabet(data);
                for (const text of texts) {
                    reading.set(alphabet.encode(charactersOf(text)));
                    for (let t = 0; t < reading.length; t++) reading.bits(t); // answers wait to be asked for
                    const fork = reading.fork();
                    for (let code = 0; code < 3; code++) fork.extend(code);
                    fork.probabilities(fork.length - 1);
                }
                const steps = Array.from({ length: reading.length }, (_, t) => t);
                const letters = network.equations.map(({ target }) => target);
                const values = (letter) => [letter, steps.map((t) => Array.from(reading.at(letter, t)))];
                return { ...Object.fromEntries(letters.map(values)), bits: steps.map((t) => reading.bits(t)) };
            }""",
            [network, list(texts), what_if],
        )

    def selection(self):
        return self.page.evaluate("player.selection()")

    def changes(self):
        return self.page.evaluate("changes")


#: What Streamlit does: hand the component its element and its data, the scene as text.
_SERVE = """async (data) => {
    const { default: component } = await import("/entry.js");
    window.told = [];
    const setStateValue = (name, value) => window.told.push([name, value]);
    window.destroy = component({ data, parentElement: document.body, setStateValue });
}"""


def serve_component(page, scene, opening=None, at=None):
    """Show a scene as the app does, through the component; what it tells the server is kept for `told`."""
    page.evaluate(_SERVE, {"scene": json.dumps(scene), "opening": opening or {}, "at": at or {}})
    return page.get_by_test_id("player")
