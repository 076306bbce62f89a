import numpy as np
import pytest

from rnnviz.data.text import encode
from rnnviz.networks import checkpoints
from rnnviz.networks.language_model import read
from rnnviz.settings.text import PROMPTS, writing
from rnnviz.ui.text.write import writer_of

SHIPPED = checkpoints.available_text()
PYTHON = [name for name in SHIPPED if name == "python"]
#: The same end in a string and outside of one, and in a bracket and outside of one; and what closes them.
OPENED = [
    ("x = 'some text", "x = some text", "'"),
    ("print(value", "print value", ")"),
    ("a = [value", "a = value", "]"),
]


def after(checkpoint, text, symbol):
    return read(checkpoint, text).probabilities[-1][checkpoint.vocabulary.index(symbol)]


@pytest.mark.parametrize("name", PYTHON)
@pytest.mark.parametrize(("opened", "closed", "symbol"), OPENED)
def test_the_network_knows_what_was_opened_before_four_characters_and_the_ngram_does_not(name, opened, closed, symbol):
    writer = writer_of(writing(view="write", network=name))
    assert opened[-4:] == closed[-4:]
    assert after(writer.checkpoint, opened, symbol) > 3 * after(writer.checkpoint, closed, symbol)
    np.testing.assert_array_equal(*(writer.ngram.probabilities(encode(text)) for text in (opened, closed)))


@pytest.mark.parametrize("name", SHIPPED)
def test_the_writer_says_what_it_was_trained_on_and_knows_its_prompt(name):
    writer = writer_of(writing(view="write", network=name))
    assert writer.network.endswith(f" units, trained on {writer.checkpoint.card['data']['corpus']}")
    assert writer.ngram.vocabulary_size == len(writer.checkpoint.vocabulary)
    assert set(PROMPTS[name]) <= set(writer.checkpoint.vocabulary)


def test_a_network_that_is_not_here_is_refused_in_a_sentence():
    with pytest.raises(LookupError, match="There is no network of this address on this server"):
        writer_of(writing(view="write", own="0" * 16, network="own"))
