"""Files that a browser fetches by itself once a page is there: networks that write, and what belongs to them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import streamlit as st
from starlette.responses import Response
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles

from rnnviz.networks.checkpoints import shipped

#: Where the files of the networks that write are found, below where the app is.
TEXT = "shipped/text"


def text_file(name: str) -> str:
    """The address of a file of the networks that write, from where the app is: "shipped/text/python.safetensors"."""
    return f"{TEXT}/{name}"


def shipped_routes(folder: Path | None = None) -> list[Mount]:
    """What answers a browser that fetches a file of the networks that write, or of another folder."""
    base = st.get_option("server.baseUrlPath").strip("/")
    files = _Kept(directory=folder or shipped("text"), check_dir=False)
    return [Mount("/" + "/".join(filter(None, [base, TEXT])), files)]


class _Kept(StaticFiles):
    """Files that a browser keeps, and is sent again only where they are others than it has."""

    def file_response(self, *file: Any, **how: Any) -> Response:
        """The file, or that it is the one the browser has."""
        response = super().file_response(*file, **how)
        response.headers["Cache-Control"] = "no-cache"
        return response
