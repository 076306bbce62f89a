"""From the settings of a page to what its player shows."""

import pytest

from rnnviz.cells import MAIN
from rnnviz.settings.page import MAX_STEPS
from rnnviz.settings.step_through import scenario
from rnnviz.ui.scenes import difference_when_reversed, scene
from tests.own_cells import PEEPHOLE


@pytest.mark.parametrize("cell", [*MAIN, PEEPHOLE], ids=lambda cell: cell.name)
@pytest.mark.parametrize("network", ["trained", "random", "numbers"])
def test_every_network_of_every_cell_makes_a_scene_that_says_what_it_is(cell, network):
    wanted = scenario(cell=cell, network=network)
    assert wanted.network == ("random" if (cell, network) == (PEEPHOLE, "trained") else network)
    shown, network = scene(wanted), wanted.network
    assert len(shown.labels) == len(shown.inputs) <= MAX_STEPS
    assert cell.title in shown.caption
    assert ("untrained" in shown.caption) == (network != "trained")
    assert (shown.readout is not None) == (network == "trained")


def test_the_temperatures_are_those_of_the_days_under_them():
    shown = scene(scenario(network="numbers", month="2012-01", days=3, number_scale=0.5))
    assert (shown.notes, shown.labels) == (["1 Jan", "2 Jan", "3 Jan"], ["12.8", "10.6", "11.7"])  # NOAA's record
    assert shown.inputs.ravel().tolist() == [6.4, 5.3, 5.85]


def test_no_more_days_are_shown_than_there_are():
    assert len(scene(scenario(network="numbers", month="2015-12", days=200)).labels) == 31


def test_too_long_a_name_is_refused():
    with pytest.raises(ValueError, match=r"These are 200 letters; a name may have up to 199\."):
        scene(scenario(text="a" * 200))
    assert len(scene(scenario(text="a" * 199)).labels) == MAX_STEPS


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("José", "reads “jose”, 4 letters after the mark “·” where a name starts and ends. “José” is read as “jose”."),
        (
            " Anne-Marie ",
            "reads “annemarie”, 9 letters after the mark “·” where a name starts and ends. “Anne-Marie” is read as "
            "“annemarie”.",
        ),
        ("Anna", "reads “anna”, 4 letters after the mark “·” where a name starts and ends."),
        ("A", "reads “a”, 1 letter after"),
    ],
)
@pytest.mark.parametrize("network", ["trained", "random"])
def test_a_name_of_other_letters_is_read_and_that_is_said(typed, said, network):
    shown = scene(scenario(text=typed, network=network))
    assert said in shown.caption
    assert shown.caption.endswith(".")
    assert "".join(shown.labels[1:]) in said


def test_order_matters_but_a_palindrome_has_no_other_order():
    assert difference_when_reversed(scenario(text="annabel")) > 0.1
    assert difference_when_reversed(scenario(text="anna")) == 0.0
