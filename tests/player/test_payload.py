import base64
import json
import tomllib
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from rnnviz.cells import ANSWER, CELLS, LSTM
from rnnviz.language.structure import dependencies
from rnnviz.notation import PALETTES
from rnnviz.player.payload import MomentView, Progress, Readout, Scene, describe, encode, learning, payload
from rnnviz.settings.step_through import scenario
from rnnviz.ui.scenes import scene
from tests.own_cells import PEEPHOLE

ROOT = Path(__file__).parents[2]


def decode(encoded, precision="float64"):
    return np.frombuffer(base64.b64decode(encoded[precision]), np.dtype(precision).newbyteorder("<")).reshape(
        encoded["shape"]
    )


@pytest.mark.parametrize("shape", [(3,), (2, 5), (0, 4)])
def test_arrays_arrive_exactly(shape):
    array = np.random.default_rng(0).normal(size=shape) * 1e9
    np.testing.assert_array_equal(decode(json.loads(json.dumps(encode(array)))), array)


def test_single_precision_arrives_exactly_in_half_the_space():
    array = np.random.default_rng(0).normal(size=(64, 64)).astype(np.float32)
    sent = encode(array, "float32")
    np.testing.assert_array_equal(decode(sent, "float32"), array)
    assert len(sent["float32"]) == pytest.approx(len(encode(array)["float64"]) / 2, abs=4)


def test_a_transposed_array_arrives_in_its_own_order():
    array = np.arange(6.0).reshape(2, 3).T
    np.testing.assert_array_equal(decode(encode(array)), array)


@pytest.mark.parametrize("cell", [*CELLS.values(), PEEPHOLE], ids=lambda cell: cell.name)
def test_the_diagram_holds_every_equation_with_the_leaves_it_depends_on(cell):
    described = json.loads(json.dumps(describe(cell)))
    assert described["state"] == list(cell.state)
    for line, (target, names) in zip(described["equations"], dependencies(cell.program).items()):
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
    text = json.dumps(payload(scene(scenario(network=network))), allow_nan=False)
    assert len(text) < 120_000


def single(weights):
    return {name: np.float32(array) for name, array in weights.items()}


def learner(moments=20, metric=0.5):
    """An LSTM of the usual size over 28 symbols, at so many moments."""
    random = np.random.default_rng(0)
    readout = {"W_hy": random.normal(size=(28, 32)), "b_y": random.normal(size=28)}
    kept = [
        MomentView(
            50 * k, metric, single(LSTM.init(28, 32, seed=k)), single(readout) | {"b_y": np.full(28, np.float32(k))}
        )
        for k in range(moments)
    ]
    symbols = [chr(code) for code in range(97, 125)]
    shown = Scene(
        LSTM, {}, np.eye(28)[:9], symbols[:9], "A network", "letters.", readout=Readout({}, symbols, range(9))
    )
    return shown, kept, Progress("Accuracy", "larger", [0, 1], [0.1, np.nan], share=True, chance=1 / 28)


def test_the_weights_of_every_moment_are_sent_and_no_others():
    sent = json.loads(json.dumps(learning(*learner()), allow_nan=False))
    assert (sent["weights"], sent["readout"]["weights"]) == ({}, {})
    assert [moment["step"] for moment in sent["moments"]] == list(range(0, 1000, 50))
    for k, moment in enumerate(sent["moments"]):
        for name, array in LSTM.init(28, 32, seed=k).items():
            np.testing.assert_array_equal(decode(moment["weights"][name], "float32"), np.float32(array))
        np.testing.assert_array_equal(decode(moment["readout"]["b_y"], "float32"), k)


def test_twenty_moments_are_under_a_megabyte():
    assert len(json.dumps(learning(*learner()))) < 1_000_000


def test_what_is_not_a_number_is_sent_as_strict_json_too():
    sent = json.loads(json.dumps(learning(*learner(metric=np.nan)), allow_nan=False))
    assert np.isnan(decode(sent["metrics"])).all()
    np.testing.assert_array_equal(decode(sent["progress"]["values"]), [0.1, np.nan])


def test_nothing_to_show_is_refused():
    shown, kept, progress = learner()
    for lacking, moments in ((replace(shown, readout=None), kept), (shown, [])):
        with pytest.raises(ValueError, match="is shown by its read-out, at one moment at least"):
            learning(lacking, moments, progress)


def test_a_read_out_may_answer_with_a_number():
    shown = scene(scenario())
    readout = Readout({"W_hy": np.ones((1, 32)), "b_y": np.zeros(1)}, (), [0.0, 1.5], ANSWER, [False, True])
    sent = json.loads(json.dumps(payload(replace(shown, readout=readout)), allow_nan=False))["readout"]
    [line] = sent["equations"]
    assert line["expression"]["function"] == "+"
    assert (line["quantity"]["name"], line["quantity"]["bounded"]) == ("answer", False)
    assert (sent["targets"], sent["wanted"]) == ([0.0, 1.5], [False, True])


def test_the_next_symbol_is_always_wanted():
    [line] = payload(scene(scenario()))["readout"]["equations"]
    assert payload(scene(scenario()))["readout"]["wanted"] is None
    assert line["quantity"]["name"] == "prediction"


@pytest.mark.parametrize("theme", PALETTES)
def test_streamlits_theme_has_the_colours_of_the_notation(theme):
    config = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text())["theme"][theme]
    palette = PALETTES[theme]
    assert config["primaryColor"] == config["linkColor"] == palette.accent
    assert (config["backgroundColor"], config["secondaryBackgroundColor"]) == (palette.page, palette.card)
    assert (config["textColor"], config["borderColor"]) == (palette.ink, palette.line)
