"""What may import what, and what is nowhere. Every rule is tried on a line that breaks it."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

from rnnviz.settings import PAGES

ROOT = Path(__file__).parents[1]
LIBRARY = sorted((ROOT / "rnnviz").rglob("*.py"))
APP = [ROOT / "app.py", *sorted((ROOT / "pages").glob("*.py"))]

#: The rooms of rnnviz. Each may import those before it.
ROOMS = (
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
)
#: Who uses torch; those of the second list as soon as they are imported.
TORCH = {
    "rnnviz.networks.torch_modules",
    "rnnviz.training.batching",
    "rnnviz.training.clipping",
    "rnnviz.training.descent",
    "rnnviz.training.loop",
    "rnnviz.training.measuring",
    "rnnviz.training.own_text_loop",
    "rnnviz.training.series_loop",
    "rnnviz.training.text_loop",
    "rnnviz.training.timing",
    "rnnviz.jobs.ready",
    "rnnviz.jobs.workers",
}
TORCH_AT_ONCE = {
    "rnnviz.networks.torch_modules",
    "rnnviz.training.descent",
    "rnnviz.training.loop",
    "rnnviz.training.own_text_loop",
    "rnnviz.training.series_loop",
    "rnnviz.training.text_loop",
    "rnnviz.jobs.ready",
}
#: Who uses Dask.
DASK = {"rnnviz.jobs.ready", "rnnviz.jobs.workers"}
#: Where Streamlit is used: modules, and packages with all that is in them.
STREAMLIT = ("app", "pages", "rnnviz.ui", "rnnviz.player.component")


def name_of(path):
    """As Python imports it: rnnviz.ui.frame, pages.gates."""
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def is_for_types(node):
    return isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"


def imported(node):
    """The full names of all modules imported anywhere in a tree, and of what is taken out of them."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Import):
            yield from (alias.name for alias in child.names)
        elif isinstance(child, ast.ImportFrom):
            yield from (f"{child.module}.{alias.name}" for alias in child.names)
        elif not is_for_types(child):
            yield from imported(child)


def imports_for_types(tree):
    """Those that only a type checker follows."""
    blocks = [node for node in ast.walk(tree) if is_for_types(node)]
    return [name for block in blocks for name in imported(ast.Module(block.body, []))]


def uses(tree, *packages):
    return any(name.split(".")[0] in packages for name in imported(tree))


def room_of(name):
    parts = name.split(".")
    return parts[1] if parts[0] == "rnnviz" and len(parts) > 1 else None


def looks_ahead(name, tree):
    """A module imports from a room behind its own, if only for types."""
    names = [*imported(tree), *imports_for_types(tree)]
    used = [room for room in map(room_of, names) if room]
    return any(ROOMS.index(room) > ROOMS.index(room_of(name)) for room in used)


def uses_torch(name, tree):
    return uses(tree, "torch") and name not in TORCH


def uses_dask(name, tree):
    return uses(tree, "dask", "distributed") and name not in DASK


def uses_streamlit(name, tree):
    allowed = any(name == place or name.startswith(f"{place}.") for place in STREAMLIT)
    return uses(tree, "streamlit") and not allowed


def evaluates_text(name, tree):
    called = [node.func for node in ast.walk(tree) if isinstance(node, ast.Call)]
    names = {node.id for node in called if isinstance(node, ast.Name)}
    return bool({"eval", "exec", "compile", "__import__"} & names)


def says_nothing(name, tree):
    """A module is called after nothing."""
    return name.rpartition(".")[2] in ("utils", "util", "helpers", "misc", "common")


#: Each rule, and a module that breaks it.
RULES = {
    looks_ahead: ("rnnviz.language.latex", "from rnnviz.cells import Cell"),
    uses_torch: ("rnnviz.trace", "def run():\n    from torch import nn"),
    uses_dask: ("rnnviz.training.loop", "import distributed"),
    uses_streamlit: ("rnnviz.player.payload", "import streamlit as st"),
    evaluates_text: ("rnnviz.language.equations", "value = eval(text)"),
    says_nothing: ("rnnviz.ui.utils", ""),
}
every_rule = pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)


@every_rule
@pytest.mark.parametrize("path", [*LIBRARY, *APP], ids=name_of)
def test_the_rules_are_kept(path, rule):
    name = name_of(path)
    if rule is not looks_ahead or room_of(name):
        assert not rule(name, ast.parse(path.read_text()))


@every_rule
def test_a_module_that_breaks_a_rule_is_found(rule):
    name, source = RULES[rule]
    assert rule(name, ast.parse(source))
    assert [other.__name__ for other, _ in RULES.items() if other(name, ast.parse(source))] == [rule.__name__]


def test_an_import_for_types_alone_makes_no_use_of_a_package_but_looks_ahead():
    tree = ast.parse("if TYPE_CHECKING:\n    import torch\n    from rnnviz.ui import frame")
    assert not uses_torch("rnnviz.cells", tree)
    assert looks_ahead("rnnviz.cells", tree)


def test_every_room_is_there_and_every_module_is_in_one():
    assert {room_of(name_of(path)) for path in LIBRARY} - {None} == set(ROOMS)


@pytest.mark.parametrize(("listed", "packages"), [(TORCH, ["torch"]), (DASK, ["dask", "distributed"])])
def test_who_is_listed_really_uses_it(listed, packages):
    found = {name_of(path) for path in LIBRARY if uses(ast.parse(path.read_text()), *packages)}
    assert found == listed


def modules_after(names, watched):
    """Which of the watched packages are loaded once modules have been imported."""
    script = f"import sys, {', '.join(names)}\nprint(*({set(watched)} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)
    return set(done.stdout.split())


def test_the_library_loads_without_torch_dask_and_streamlit():
    without = [
        name
        for name in map(name_of, LIBRARY)
        if name not in TORCH_AT_ONCE and not name.startswith(STREAMLIT) and not name.endswith("__main__")
    ]
    assert {"rnnviz.gradients", "rnnviz.networks.translator", "rnnviz.jobs.queue"} < set(without)
    assert modules_after(without, ["torch", "dask", "distributed", "streamlit"]) == set()


@pytest.mark.parametrize("name", sorted(TORCH_AT_ONCE))
def test_those_that_load_torch_at_once_do(name):
    assert modules_after([name], ["torch"]) == {"torch"}


def test_a_cell_runs_and_has_gradients_without_torch_and_without_streamlit():
    script = """
import sys, rnnviz
from rnnviz.cells import LSTM
from rnnviz.gradients import SquaredError, backpropagate, jacobian_norms
from rnnviz.trace import run
trace = run(LSTM, LSTM.init(3, 5, seed=0), [[1, 2, 3]])
trace.to_frame(), jacobian_norms(trace), backpropagate(trace, SquaredError([0] * 5))
print(*({"torch", "streamlit"} & set(sys.modules)))
"""
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.split() == []


def test_every_kind_of_player_is_in_the_entry_and_in_use():
    player = ROOT / "rnnviz" / "player"
    modules = {path.stem for path in (player / "kinds").glob("*.js")}
    entry = set(re.findall(r'(\w+): \(\) => import\("\./kinds/\1\.js"\)', (player / "entry.js").read_text()))
    shown = set(re.findall(r'_show\(\s*"(\w+)"', (player / "component.py").read_text()))
    assert modules == entry == shown


@pytest.mark.parametrize("page", [page for page in PAGES.values() if page.settings], ids=lambda page: page.name)
def test_every_setting_has_its_control(page):
    ui = ROOT / "rnnviz" / "ui"
    files = [ROOT / page.path, ui / "scenario.py", *(ui / page.name).rglob("*.py")]
    drawn = "\n".join(path.read_text() for path in files)
    missing = [name for name, setting in page.settings.items() if not setting.live and f'"{name}"' not in drawn]
    assert missing == []
