"""Python's standard library as text: its modules without comments and docstrings, as `ast.unparse` writes them.

It is on every machine (PSF licence), and differs by the version of Python.
"""

from __future__ import annotations

import ast
import platform
import sysconfig
from functools import lru_cache
from pathlib import Path

from rnnviz.data.corpora import Corpus, joined, split
from rnnviz.data.text import ALPHABET

#: Tests, programs of their own, tables and what does not come with Python: folders that are left out.
LEFT_OUT = {
    "dist-packages", "distutils", "encodings", "ensurepip", "idle_test", "idlelib", "lib2to3", "pydoc_data",
    "site-packages", "test", "tests", "turtledemo",
}  # fmt: skip
#: What the build of a machine writes down begins so.
BUILT = ("_sysconfigdata", "config-")
#: Shorter modules are left out.
SHORTEST = 400

_DOCUMENTED = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)


def bare(source: str | bytes) -> str:
    """A module without comments and docstrings; a body of which nothing is left is ``pass``.

    What is then first may be a text again: it goes too.

    Raises
    ------
    SyntaxError
        When it is none that this Python can read.
    """
    tree = ast.parse(source)
    for node in ast.walk(tree):
        while isinstance(node, _DOCUMENTED) and ast.get_docstring(node, clean=False) is not None:
            node.body = node.body[1:] or ([] if isinstance(node, ast.Module) else [ast.Pass()])
    return f"{ast.unparse(tree)}\n"


@lru_cache(maxsize=1)
def modules() -> dict[str, str]:
    """The bare modules of this Python's standard library by path, as far as every character is in `ALPHABET`."""
    library, known = Path(sysconfig.get_path("stdlib")), set(ALPHABET)
    found = {}
    for path in sorted(library.rglob("*.py")):
        place = path.relative_to(library)
        if LEFT_OUT.isdisjoint(place.parts) and not any(part.startswith(BUILT) for part in place.parts):
            text = bare(path.read_bytes())
            if len(text) >= SHORTEST and set(text) <= known:
                found[place.as_posix()] = text
    return found


def corpus() -> Corpus:
    """The standard library, its modules split at random."""
    training, held_out = split(modules())
    return Corpus(
        "Python's standard library",
        f"Python {platform.python_version()}, without comments and docstrings, written by ast.unparse (PSF licence)",
        joined([*training.values()]),
        joined([*held_out.values()]),
    )
