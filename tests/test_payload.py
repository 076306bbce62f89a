import base64
import json
import tomllib
from pathlib import Path

import numpy as np
import pytest

from rnnviz.cells import CELLS
from rnnviz.notation import PALETTES
from rnnviz.player.payload import describe, encode, payload
from rnnviz.scenario import scenario
from rnnviz.ui.scenes import scene
from tests.peephole import PEEPHOLE

ROOT = Path(__file__).parents[1]


def decode(encoded):
    return np.frombuffer(base64.b64decode(encoded["float64"]), dtype="<f8").reshape(encoded["shape"])


@pytest.mark.parametrize("shape", [(3,), (2, 5), (0, 4)])
def test_arrays_arrive_exactly(shape):
    array = np.random.default_rng(0).normal(size=shape) * 1e9
    np.testing.assert_array_equal(decode(json.loads(json.dumps(encode(array)))), array)


def test_a_transposed_array_arrives_in_its_own_order():
    array = np.arange(6.0).reshape(2, 3).T
    np.testing.assert_array_equal(decode(encode(array)), array)


@pytest.mark.parametrize("cell", [*CELLS.values(), PEEPHOLE], ids=lambda cell: cell.name)
def test_the_diagram_holds_every_equation_with_the_leaves_it_depends_on(cell):
    described = json.loads(json.dumps(describe(cell)))
    assert described["state"] == list(cell.state)
    for line, (target, names) in zip(described["equations"], cell.program.dependencies().items()):
        assert line["target"] == target
        assert tuple(dict.fromkeys(leaf_names(line["expression"]))) == names
        assert line["quantity"]["name"] == cell.quantity(target).name


def leaf_names(tree):
    if "arguments" in tree:
        for argument in tree["arguments"]:
            yield from leaf_names(argument)
    elif "weight" in tree:
        yield tree["weight"]
    elif "value" in tree:
        yield tree["value"] + "'" * tree["previous"]


@pytest.mark.parametrize("network", ["trained", "random", "numbers"])
def test_a_payload_is_strict_json_and_small_enough_to_send_at_every_key(network):
    text = json.dumps(payload(scene(scenario({"network": network}))), allow_nan=False)
    assert len(text) < 120_000


@pytest.mark.parametrize("theme", PALETTES)
def test_streamlits_theme_has_the_colours_of_the_notation(theme):
    config = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text())["theme"][theme]
    palette = PALETTES[theme]
    assert config["primaryColor"] == config["linkColor"] == palette.accent
    assert (config["backgroundColor"], config["secondaryBackgroundColor"]) == (palette.page, palette.card)
    assert (config["textColor"], config["borderColor"]) == (palette.ink, palette.line)
