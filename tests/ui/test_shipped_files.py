"""The files that a browser fetches by itself."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import unquote

import pytest
from starlette.applications import Starlette

from rnnviz.ui.shipped_files import shipped_routes, text_file


@pytest.fixture
def ask(tmp_path):
    """A function that asks for a file of a folder as a server hears it: {status, headers, content}."""
    folder = tmp_path / "text"
    folder.mkdir()
    folder.joinpath("python.safetensors").write_bytes(b"weights")
    tmp_path.joinpath("secret").write_bytes(b"secret")
    app = Starlette(routes=shipped_routes(folder))

    def answer(name, method="GET", headers=()):
        sent = []

        async def receive():
            await asyncio.Event().wait()  # it stays to the end

        async def send(message):
            sent.append(message)

        path = f"/{text_file(name)}"
        scope = {"type": "http", "method": method, "path": unquote(path), "raw_path": path.encode(), "root_path": ""}
        scope |= {"query_string": b"", "headers": [(key.encode(), value.encode()) for key, value in headers]}
        with ThreadPoolExecutor(1) as apart:  # another test's browser may have a loop of its own in this thread
            apart.submit(lambda: asyncio.run(app(scope, receive, send))).result()
        start, *bodies = sent
        return {
            "status": start["status"],
            "headers": {key.decode(): value.decode() for key, value in start["headers"]},
            "content": b"".join(body.get("body", b"") for body in bodies),
        }

    return answer


def test_a_file_is_sent_once_and_then_only_where_it_is_another(ask):
    first = ask("python.safetensors")
    assert (first["status"], first["content"], first["headers"]["cache-control"]) == (200, b"weights", "no-cache")
    again = ask("python.safetensors", headers=[("if-none-match", first["headers"]["etag"])])
    assert (again["status"], again["content"], again["headers"]["cache-control"]) == (304, b"", "no-cache")


@pytest.mark.parametrize(
    "name", ["", "none.safetensors", "../secret", "%2e%2e/secret", "..%2fsecret", "//etc/passwd", "x" * 5000, "%00"]
)
def test_nothing_else_is_there(ask, name):
    assert ask(name)["status"] == 404


def test_nothing_can_be_put_there(ask):
    assert ask("python.safetensors", "POST")["status"] == 405
