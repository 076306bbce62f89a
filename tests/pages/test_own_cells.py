"""A cell of one's own in a link: every page with a choice of cells opens it, and shows it under its own name."""

from dataclasses import replace

import pytest

from rnnviz.cells import CELLS
from rnnviz.settings import PAGES
from rnnviz.settings.kinds import CellChoice
from rnnviz.settings.own_cell import write_own_cell
from tests.own_cells import FIRST_GRU, PEEPHOLE
from tests.pages.visit import visit

CHOICES = [
    (page.name, name)
    for page in PAGES.values()
    for name, setting in page.settings.items()
    if isinstance(setting, CellChoice) and setting.own
]


#: What else an address says so that a page has its choice of cells.
ELSE = {"text": {"view": "own"}, ("series", "own_cells"): {"view": "own"}}
#: What is given to a page before there is something to choose.
GIVEN = {"text": "The cat sat on the mat.\n" * 60, "series": "\n".join(str(37 * t % 101) for t in range(300))}


def _else(page, setting):
    return ELSE.get(page) or ELSE.get((page, setting), {})


@pytest.mark.parametrize("cell", [PEEPHOLE, FIRST_GRU], ids=lambda cell: cell.name)
@pytest.mark.parametrize(("page", "setting"), CHOICES)
def test_every_choice_of_cells_takes_it(page, setting, cell):
    opened = visit(page, **_else(page, setting), **{setting: write_own_cell(cell)})
    for asked in opened.text_area:
        asked.set_value(GIVEN[page]).run()
    assert not opened.exception
    assert not opened.warning
    assert opened.query_params[setting] == write_own_cell(cell)
    drawn = [element.proto for kind in ("button_group", "bidi_component") for element in opened.get(kind)]
    assert any(cell.title in str(proto) for proto in drawn)


@pytest.mark.parametrize("name", CELLS)
@pytest.mark.parametrize(("page", "setting"), CHOICES)
def test_none_goes_by_the_name_of_one_that_ships(page, setting, name):
    """Or the numbers of one would stand under the name, the colour and the trained network of another."""
    opened = visit(page, **_else(page, setting), **{setting: write_own_cell(replace(PEEPHOLE, name=name))})
    assert not opened.exception
    [said] = [warning.value for warning in opened.warning]
    assert f"is called {name}" in said.replace("\\", "")
    assert opened.query_params.get(setting) in (None, ["elman"], "elman")
