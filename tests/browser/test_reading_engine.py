"""What the browser computes while it reads a text, against numpy and against the file format's own package."""

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rnnviz.cells import GRU, LSTM, READOUT, Cell
from rnnviz.data.text import BEGINNING, encode
from rnnviz.language.arithmetic import evaluate
from rnnviz.networks.checkpoints import Checkpoint, pack
from rnnviz.player.text_payload import text_network
from rnnviz.trace import run
from rnnviz.what_if import Clamp, SetWeight, Silence
from tests.browser.stage import ALL_CELLS, assert_equal
from tests.own_cells import OF_FUNCTIONS

ALPHABET = ("\n", *"abc ")
#: What is known ahead is met in every place: added, multiplied, alone in a line, under a function, with a number.
KNOWN_AHEAD = Cell(
    "known_ahead",
    ("h",),
    """
        a = softmax(W_xa @ x + b_a) / 2 - 1
        u = W_xu @ x
        v = b_v * 2 + (W_hv @ h + a) + 1
        h = tanh(u * v + W_hh @ (a * h) - -(W_xh @ x))
    """,
)


def checkpoint_of(cell, units=5, seed=0):
    """A network with random weights that reads and writes the letters of `ALPHABET`."""
    random, size = np.random.default_rng(seed), len(ALPHABET)
    readout = {"W_hy": random.normal(size=(size, units)), "b_y": random.normal(size=size)}
    return Checkpoint(cell, cell.init(size, units, seed), readout, ALPHABET, {})


def values_of(checkpoint, text, changes=()):
    """What numpy computes for a text: every value, (T + 1, H), the answers, (T + 1, V), and the bits, (T,)."""
    codes = encode(BEGINNING + text, ALPHABET)
    inputs = np.vstack([np.eye(len(ALPHABET)), np.zeros(len(ALPHABET))])[codes]
    trace = run(checkpoint.cell, checkpoint.weights, inputs, changes=changes)
    answers = evaluate(READOUT, checkpoint.readout, {"h": trace[checkpoint.cell.state[0]]})["y"]
    bits = [-np.log2(answers[t, code]) if code < len(ALPHABET) else np.nan for t, code in enumerate(codes[1:])]
    return {letter: trace[letter] for letter in checkpoint.cell.program.targets}, answers, bits


def assert_read(stage, checkpoint, texts, changes=(), what_if=""):
    values, answers, bits = values_of(checkpoint, texts[-1], changes)
    computed = stage.read(text_network(checkpoint, "A network"), texts, what_if)
    shown = [np.nan if bit is None else bit for bit in computed.pop("bits")]
    np.testing.assert_allclose(shown, [np.nan, *bits], rtol=1e-12, atol=1e-12)
    for letter, expected in values.items():
        assert_equal(computed.pop(letter), expected)
    [answer] = computed.values()
    assert_equal(answer, answers)


@pytest.mark.parametrize("cell", [*ALL_CELLS, *OF_FUNCTIONS, KNOWN_AHEAD], ids=lambda cell: cell.name)
def test_reading_gives_what_numpy_gives_at_every_character(stage, cell):
    assert_read(stage, checkpoint_of(cell), ["abé cab\nca?b", "abé c"])


@settings(deadline=None, max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(texts=st.lists(st.text("ab c\né\N{PILE OF POO}", max_size=12), min_size=1, max_size=6))
def test_a_text_that_was_edited_is_read_as_if_it_were_new(stage, texts):
    assert_read(stage, checkpoint_of(GRU), texts)


def test_changes_go_on_for_as_long_as_is_read(stage):
    checkpoint = checkpoint_of(LSTM)
    assert_read(
        stage,
        checkpoint,
        ["abba", "ab cab"],
        [Clamp("forget_gate", 0.25, unit=1), Silence(2), SetWeight("W_xi", (3, 1), 1.5)],
        "hold lstm f 2 0.25*silence lstm 3*weight lstm W_xi 4.2 1.5",
    )


@pytest.mark.parametrize("precision", [np.float16, np.float32, np.float64])
def test_a_file_of_weights_is_the_network(stage, precision):
    arrays = {"core.W_xh": np.random.default_rng(0).normal(size=(3, 5)), "core.b_h": np.zeros(3), "more": np.ones(2)}
    found = read_file(stage, pack({name: array.astype(precision) for name, array in arrays.items()}))
    assert set(found) == set(arrays)
    for name, array in arrays.items():
        shape, values = found[name]
        assert tuple(shape) == array.shape
        np.testing.assert_array_equal(np.reshape(values, array.shape), array.astype(precision).astype(float))


def test_every_half_precision_number_is_read(stage):
    every = np.arange(2**16, dtype=np.uint16).view(np.float16)
    [(_, values)] = read_file(stage, pack({"every": every})).values()
    names = {"NaN": np.nan, "inf": np.inf, "-inf": -np.inf}
    np.testing.assert_array_equal([names.get(value, value) for value in values], every.astype(float))


def test_bytes_are_read_as_bytes(stage):
    bits = np.random.default_rng(0).integers(256, size=(4, 7)).astype(np.uint8)
    [(shape, values)] = read_file(stage, pack({"bits": bits})).values()
    assert (shape, values) == ([4, 7], bits.ravel().tolist())


def files():
    """Bytes that are no file of weights, and what is said of them."""
    whole = pack({"a": np.zeros((2, 3))})
    yield b"", "it is shorter than it says"
    yield whole[:-1], "the numbers of a are not where it says"
    yield b"<!doctype html>" * 20, "it is shorter than it says"
    yield (9).to_bytes(8, "little") + b"not JSON!", "its header cannot be read"
    yield (4).to_bytes(8, "little") + b"null", "its header cannot be read"
    yield (2).to_bytes(8, "little") + b"\xff\xff", "its header cannot be read"
    yield pack({"a": np.zeros(2, np.int64)}), "the numbers of a are none of F64, F32, F16, U8"
    yield pack({"a": np.zeros((2, 2, 2))}), "a is neither a vector nor a matrix"


@pytest.mark.parametrize(("data", "why"), list(files()))
def test_what_is_no_file_of_weights_is_refused_in_a_sentence(stage, data, why):
    refused = f"This is not a file of weights in the safetensors format: {why}."
    assert read_file(stage, data) == refused


def test_the_file_of_another_network_is_refused(stage):
    checkpoint = checkpoint_of(GRU)
    described = text_network(checkpoint, "A network", "shipped/text/a.safetensors")
    assert described["weights"] == described["readout"]["weights"] == {}
    names = {f"core.{name}": array for name, array in checkpoint.weights.items()}
    said = stage.page.evaluate(
        """async ([data, bytes]) => {
            const { textNetwork } = await import("/engine/text.js");
            try {
                return textNetwork(data, Uint8Array.from(bytes).buffer).hiddenSize;
            } catch ({ message }) {
                return message;
            }
        }""",
        [described, list(pack(names))],
    )
    assert said == "The file of weights is that of another network: it lacks readout.W_hy, readout.b_y."


def read_file(stage, data):
    """The arrays that the browser reads from bytes, name -> (shape, values), or what it says of them.

    Numbers that JSON has not come as texts.
    """
    return stage.page.evaluate(
        """async (bytes) => {
            const { readSafetensors } = await import("/engine/safetensors.js");
            const plain = (value) => (Number.isFinite(value) ? value : String(value).replace("Infinity", "inf"));
            const entry = ([name, array]) => {
                const shape = array.rows === undefined ? [array.length] : [array.rows, array.columns];
                return [name, [shape, Array.from(array.rows === undefined ? array : array.values, plain)]];
            };
            try {
                return Object.fromEntries(Object.entries(readSafetensors(Uint8Array.from(bytes).buffer)).map(entry));
            } catch ({ message }) {
                return message;
            }
        }""",
        list(data),
    )
