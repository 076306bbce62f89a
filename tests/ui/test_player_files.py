"""The files of the player that a page names ahead."""

import re

import pytest

from rnnviz.ui.player_files import preloads
from tools.serving import ROOT

FOLDER = ROOT / "rnnviz" / "player"
KINDS = sorted(path.stem for path in (FOLDER / "kinds").glob("*.js"))


@pytest.mark.parametrize("kind", KINDS)
def test_a_kind_is_named_with_all_modules_that_it_imports_and_these_import(kind):
    named = re.findall(r'<link rel="modulepreload" fetchpriority="low" href="player/(.+?)">', preloads(kind))
    assert named[0] == "entry.js"
    assert f"kinds/{kind}.js" in named
    assert len(set(named)) == len(named)
    for name in named:
        path = FOLDER / name
        imported = re.findall(r'^(?!.*@import).*from "(\.[^"]+)"', path.read_text("utf-8"), re.MULTILINE)
        assert {(path.parent / one).resolve().relative_to(FOLDER).as_posix() for one in imported} <= set(named)
