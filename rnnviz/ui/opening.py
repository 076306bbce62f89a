"""The file that a browser opens a page with: Streamlit's own, and in it where the server is and what it will need.

By itself Streamlit's browser looks for the server under the path of the page first, /gradients/_stcore/health, is told
that nothing is there, and asks again above it. This file says it before: where its own relative links lead.
"""

from __future__ import annotations

from pathlib import Path

import streamlit as st
from starlette.convertors import Convertor, register_url_convertor
from starlette.requests import Request
from starlette.responses import HTMLResponse
from starlette.routing import Route

from rnnviz.settings import PAGES
from rnnviz.ui.player_files import player_route, preloads

_WHERE = '<script>window.__streamlit = { BACKEND_BASE_URL: new URL(".", location.href).href }</script>'
_FILE = Path(st.__file__).parent / "static" / "index.html"


def opening_routes() -> list[Route]:
    """For every page, and for what may be taken for one, the answer to a browser that opens it; and what it needs."""
    opened = _FILE.read_text(encoding="utf-8").replace("<head>", f"<head>{_WHERE}", 1)
    whole = {
        name: opened.replace("</head>", f"{preloads(*page.kinds)}</head>", 1)
        for name, page in PAGES.items()
        if page.kinds
    }
    base = st.get_option("server.baseUrlPath").strip("/")
    before = f"/{base}" if base else ""

    async def answer(request: Request) -> HTMLResponse:
        name = request.path_params.get("name", "home")
        return HTMLResponse(whole.get(name, opened), headers={"Cache-Control": "no-cache"})

    register_url_convertor("page", _PageName())
    pages = [Route(f"{before}{path}", answer) for path in ("/", "/{name:page}", "/{name:page}/")]
    return [player_route(before), *pages]


class _PageName(Convertor[str]):
    """A path that is that of a page or of none: Streamlit answers it with home, and says that there is no such page."""

    regex = "(?!healthz|script-health-check)[A-Za-z][A-Za-z0-9_-]*"

    def convert(self, value: str) -> str:
        """The name."""
        return value

    def to_string(self, value: str) -> str:
        """The path."""
        return value
