"""Visitors without a browser: they speak Streamlit's protocol over a websocket, so only the server is measured.

The time of a rerun is from sending a changed control to receiving the message that the script has finished. It holds
everything between: the run of the fragment, the garbage collection that Streamlit puts after it, packing and sending
every element, Streamlit's own pauses between sendings, and reading the messages here.
"""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Subprotocol

PATIENCE = 60  # seconds until a server that does not answer is an error
_SUCCESS = (ForwardMsg.FINISHED_SUCCESSFULLY, ForwardMsg.FINISHED_FRAGMENT_RUN_SUCCESSFULLY)


@dataclass(eq=False)
class Visitor:
    """One open page, of which only the seed is changed."""

    connection: ClientConnection
    query: str
    page_hash: str = ""
    fragment: str = ""
    seed_widget: str = ""

    async def open(self, page: str) -> None:
        """Run the whole page, and keep what is needed to rerun its fragment."""
        message = BackMsg()
        message.rerun_script.page_name = page
        message.rerun_script.query_string = self.query
        for answer in await self._run(message):
            match answer.WhichOneof("type"):
                case "new_session":
                    self.page_hash = answer.new_session.page_script_hash
                case "delta":
                    self.fragment = answer.delta.fragment_id or self.fragment
                    element = answer.delta.new_element
                    if element.WhichOneof("type") == "number_input" and element.number_input.label == "Seed":
                        self.seed_widget = element.number_input.id

    async def change_seed(self, seed: int) -> None:
        """Rerun the fragment with another seed and make sure that what came back shows it."""
        message = BackMsg()
        rerun = message.rerun_script
        rerun.query_string, rerun.page_script_hash, rerun.fragment_id = self.query, self.page_hash, self.fragment
        rerun.widget_states.widgets.add(id=self.seed_widget, int_value=seed)
        answers = await self._run(message)
        if not any(f"seed {seed}".encode() in answer.SerializeToString() for answer in answers):
            raise RuntimeError(f"the answer does not show seed {seed}")

    async def _run(self, message: BackMsg) -> list[ForwardMsg]:
        await self.connection.send(message.SerializeToString())
        answers = []
        async with asyncio.timeout(PATIENCE):
            while True:
                answer = ForwardMsg.FromString(await self.connection.recv(decode=False))
                answers.append(answer)
                if answer.delta.new_element.WhichOneof("type") == "exception":
                    raise RuntimeError(answer.delta.new_element.exception.message)
                if answer.WhichOneof("type") == "script_finished":
                    if answer.script_finished not in _SUCCESS:
                        raise RuntimeError("the script did not finish")
                    return answers


@asynccontextmanager
async def visit(address: str, page: str, query: str = "") -> AsyncIterator[Visitor]:
    """Open a page, such as "step_through", as one visitor; the page of `app.py` is "home"."""
    stream = f"{address.replace('http', 'ws', 1)}/_stcore/stream"
    async with connect(stream, subprotocols=[Subprotocol("streamlit")], max_size=None) as connection:
        visitor = Visitor(connection, query)
        await visitor.open(page)
        yield visitor


async def visit_all(address: str, pages: list[str]) -> None:
    """Open every page once."""
    for page in pages:
        async with visit(address, page):
            pass


@dataclass(frozen=True)
class Reruns:
    """Milliseconds of each rerun, and of the server's processor time that one costs on average."""

    ours: list[float]
    empty: list[float]
    processor: float


async def reruns(address: str, empty_address: str, query: str, repetitions: int) -> Reruns:
    """Change the seed on the step-through page and on a page that only shows it, in turn."""
    taken: tuple[list[float], list[float]] = ([], [])
    async with visit(address, "step_through", query) as visitor, visit(empty_address, "") as other:
        for seed in range(2, 12):  # the first reruns import and compile
            await visitor.change_seed(seed)
            await other.change_seed(seed)
        before = processor_time(address)
        for seed in range(12, 12 + repetitions):
            for times, one in zip(taken, (visitor, other)):
                await asyncio.sleep(0.05)  # a person pauses; the collection after the last run is over
                start = time.perf_counter()
                await one.change_seed(seed)
                times.append((time.perf_counter() - start) * 1e3)
        used = processor_time(address) - before
    return Reruns(*taken, processor=used / repetitions * 1e3)


async def classroom(address: str, query: str, visitors: int, seconds: float, every: float) -> tuple[list[float], int]:
    """Milliseconds of every rerun, and the errors, when many visitors change a control again and again.

    They take turns evenly. A rerun is timed from when it was due: a late one does not hide that the next one waits.
    """
    taken: list[float] = []
    errors = 0
    changes = round(seconds / every)

    async def act(number: int, visitor: Visitor, start: float) -> None:
        nonlocal errors
        for change in range(changes):
            due = start + number * every / visitors + change * every
            await asyncio.sleep(due - time.perf_counter())
            try:
                await visitor.change_seed(2 + number * changes + change)
            except Exception as error:
                errors += 1
                print(f"visitor {number + 1}: {error!r}")
            else:
                taken.append((time.perf_counter() - due) * 1e3)

    async with AsyncExitStack() as stack:
        everyone = [await stack.enter_async_context(visit(address, "step_through", query)) for _ in range(visitors)]
        start = time.perf_counter() + 0.5
        await asyncio.gather(*(act(number, visitor, start) for number, visitor in enumerate(everyone)))
    return taken, errors


def processor_time(address: str) -> float:
    """Seconds of processor time a server has used; Linux only."""
    fields = (_process(address) / "stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def has_torch(address: str) -> bool:
    """Whether a server has loaded torch; Linux only."""
    return "libtorch" in (_process(address) / "maps").read_text()


def _process(address: str) -> Path:
    option = f"--server.port={address.rpartition(':')[2]}".encode()
    for command in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            if option in command.read_bytes().split(b"\0"):
                return command.parent
        except OSError:
            continue  # it ended meanwhile
    raise RuntimeError(f"no process serves {address}")
