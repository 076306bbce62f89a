"""The files of the player, sent from memory, and named in the page before anybody asks for the first of them.

By itself the browser would ask for that once the page's script has run, and then for those that it imports, level by
level: on a cold page half of the wait.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from hashlib import sha256
from pathlib import Path, PurePosixPath

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

import rnnviz.player
from rnnviz.player import PLACE

_FOLDER = Path(rnnviz.player.__file__).parent
_TYPES = {".js": "text/javascript", ".css": "text/css"}
_IMPORTED = re.compile(r'^(?:import|export) .*?from "(\..+?)";|^\} from "(\..+?)";', re.MULTILINE)
_FIRST = "entry.js"


def player_route(base: str) -> Route:
    """The answer to whoever asks for a file of the player; a browser that has it keeps it until it is another."""

    async def answer(request: Request) -> Response:
        name = request.path_params["name"]
        if name not in _names():
            return Response("There is no such file.", 404)
        path = _FOLDER / name
        content, tag = _read(path, path.stat().st_mtime_ns)
        headers = {"ETag": tag, "Cache-Control": "no-cache"}
        if request.headers.get("If-None-Match") == tag:
            return Response(status_code=304, headers=headers)
        return Response(content, headers=headers, media_type=_TYPES[path.suffix])

    return Route(f"{base}/{PLACE}/{{name:path}}", answer)


@cache
def _names() -> frozenset[str]:
    return frozenset(path.relative_to(_FOLDER).as_posix() for path in _FOLDER.rglob("*") if path.suffix in _TYPES)


@cache
def _read(path: Path, changed: int) -> tuple[bytes, str]:
    content = path.read_bytes()
    return content, f'"{sha256(content).hexdigest()[:20]}"'


def preloads(*kinds: str) -> str:
    """What has a browser load all modules that some kinds of player need, as HTML, after what it needs before them."""
    needed = (_closure(name) for name in (_FIRST, *(f"kinds/{kind}.js" for kind in kinds)))
    names = dict.fromkeys(name for names in needed for name in names)
    return "".join(f'<link rel="modulepreload" fetchpriority="low" href="{PLACE}/{name}">' for name in names)


def _closure(name: str) -> Iterator[str]:
    """A module and all that it imports, and these import; once each."""
    waiting, known = [name], {name}
    while waiting:
        found = waiting.pop()
        yield found
        source = _FOLDER.joinpath(found).read_text("utf-8")
        imported = (_resolved(found, first or second) for first, second in _IMPORTED.findall(source))
        for other in imported:
            if other not in known:
                known.add(other)
                waiting.append(other)


def _resolved(name: str, relative: str) -> str:
    """The module that a module means by a relative path."""
    parts: list[str] = []
    for part in (PurePosixPath(name).parent / relative).parts:
        if part == "..":
            parts.pop()
        else:
            parts.append(part)
    return "/".join(parts)
