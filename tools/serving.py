"""The app on a port of its own, and a real browser to open it in: for browser tests, benchmarks and screenshots."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import Browser, sync_playwright

ROOT = Path(__file__).parent.parent
# The first that is there: without windows, tabs and their own pages Chromium gives a test its page three times as fast.
_BROWSERS = (
    "chromium-headless-shell",
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "chrome",
)
_ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]


def find_browser() -> str:
    """The path of a Chromium or Chrome, or a `RuntimeError` that says how to get one."""
    found = next(filter(None, map(shutil.which, _BROWSERS)), None)
    if found is None:
        raise RuntimeError("no Chromium or Chrome found; on Debian or Ubuntu: sudo apt-get install chromium")
    return found


@contextmanager
def chromium(*arguments: str) -> Iterator[Browser]:
    """A headless browser, started with more arguments."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_browser(), args=[*_ARGUMENTS, *arguments])
        yield browser
        browser.close()


@contextmanager
def serve(script: Path = ROOT / "app.py", log: Path | None = None, home: Path | None = None) -> Iterator[str]:
    """Serve a Streamlit script on a free port of this machine; yields its address.

    Runs are kept in `home`, and nowhere for longer than this if None.
    """
    with TemporaryDirectory() as folder, _server(script, log, home or Path(folder)) as address:
        yield address


@contextmanager
def _server(script: Path, log: Path | None, home: Path) -> Iterator[str]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    address = f"http://127.0.0.1:{port}"
    options = ["--server.headless=true", "--server.address=127.0.0.1", f"--server.port={port}"]
    output = log.open("w") if log else subprocess.DEVNULL
    server = subprocess.Popen(
        [sys.executable, "-m", "streamlit", "run", str(script), *options],
        cwd=ROOT,
        env={**os.environ, "RNNVIZ_HOME": str(home)},
        stdout=output,
        stderr=output,
    )
    try:
        _wait_for(port)
        yield address
    finally:
        server.terminate()
        server.wait(10)
        if log:
            output.close()


def _wait_for(port: int, seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        connection = HTTPConnection("127.0.0.1", port, timeout=2)
        try:
            connection.request("GET", "/_stcore/health")
            if connection.getresponse().status == 200:
                return
        except OSError:
            pass
        finally:
            connection.close()
        time.sleep(0.2)
    raise RuntimeError(f"no answer on port {port} within {seconds:g} s")
