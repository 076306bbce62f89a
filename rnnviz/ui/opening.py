"""The file that a browser opens a page with: Streamlit's own, and in it where the server is.

By itself Streamlit's browser looks for the server under the path of the page first, /gradients/_stcore/health, is told
that nothing is there, and asks again above it. This file says it before: where its own relative links lead.
"""

from __future__ import annotations

from pathlib import Path

import streamlit as st
from starlette.requests import Request
from starlette.responses import HTMLResponse
from starlette.routing import Route

from rnnviz.settings import PAGES

_WHERE = '<script>window.__streamlit = { BACKEND_BASE_URL: new URL(".", location.href).href }</script>'
_FILE = Path(st.__file__).parent / "static" / "index.html"


def opening_routes() -> list[Route]:
    """For every page, the answer to a browser that opens it."""
    opened = _FILE.read_text(encoding="utf-8").replace("<head>", f"<head>{_WHERE}", 1)
    base = st.get_option("server.baseUrlPath").strip("/")

    async def answer(request: Request) -> HTMLResponse:
        return HTMLResponse(opened, headers={"Cache-Control": "no-cache"})

    paths = ["" if name == "home" else name for name in PAGES]
    return [Route("/" + "/".join(filter(None, [base, path])), answer) for path in paths]
