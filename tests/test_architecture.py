"""What may import what, and what is nowhere."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
LIBRARY = sorted((ROOT / "rnnviz").rglob("*.py"))
APP = [path for path in (ROOT / "app.py", *sorted((ROOT / "pages").glob("*.py"))) if path.exists()]

#: Each may import those before it.
ORDER = [
    "notation",
    "language",
    "cells",
    "trace",
    "what_if",
    "gradients",
    "data",
    "tasks",
    "networks",
    "translation",
    "analysis",
    "training",
    "jobs",
    "settings",
    "lessons",
    "__main__",
    "figures",
    "player",
    "ui",
]


def name_of(path):
    return path.relative_to(ROOT).as_posix()


def part_of(path):
    """The module or the package right under rnnviz that a file belongs to."""
    return path.relative_to(ROOT / "rnnviz").parts[0].removesuffix(".py")


def imported(path):
    """The full names of all modules imported anywhere in a file, and of what is taken out of them."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def parts_imported(path):
    return {name.split(".")[1] for name in imported(path) if name.startswith("rnnviz.")}


def may_import_streamlit(path):
    name = name_of(path)
    return name in ("app.py", "rnnviz/player/component.py") or name.startswith(("pages/", "rnnviz/ui/"))


@pytest.mark.parametrize("path", [path for path in LIBRARY if part_of(path) != "__init__"], ids=name_of)
def test_imports_go_one_way(path):
    own = ORDER.index(part_of(path))
    assert {part for part in parts_imported(path) if ORDER.index(part) > own} == set()


@pytest.mark.parametrize("path", [*LIBRARY, *APP], ids=name_of)
def test_streamlit_is_imported_only_where_the_page_is_made(path):
    uses_streamlit = any(name.split(".")[0] == "streamlit" for name in imported(path))
    assert not uses_streamlit or may_import_streamlit(path)


def test_the_engine_runs_without_torch_and_without_streamlit():
    script = """
import sys, rnnviz, rnnviz.language.latex
from rnnviz.cells import LSTM
from rnnviz.trace import run
run(LSTM, LSTM.init(3, 5, seed=0), [[1, 2, 3]]).to_frame()
print(*({"torch", "streamlit"} & set(sys.modules)))
"""
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.split() == []


@pytest.mark.parametrize("path", [*LIBRARY, *APP], ids=name_of)
def test_no_text_is_evaluated(path):
    called = [node.func for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Call)]
    assert not {"eval", "exec", "compile", "__import__"} & {name.id for name in called if isinstance(name, ast.Name)}


def test_no_module_is_called_utils():
    assert [name_of(path) for path in LIBRARY if path.stem in ("utils", "util", "helpers", "misc")] == []
