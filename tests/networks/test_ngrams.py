import numpy as np
import pytest

from rnnviz.data.text import ALPHABET, BEGINNING, encode
from rnnviz.networks import checkpoints
from rnnviz.networks.checkpoints import ngrams
from rnnviz.tasks.kneser_ney import KneserNey

CARD = {
    "data": {},
    "seed": None,
    "steps": None,
    "reached": {},
    "versions": {},
    "vocabulary": "".join(ALPHABET),
}


def test_what_is_written_is_read_again(tmp_path, monkeypatch):
    monkeypatch.setattr(ngrams, "_FOLDER", tmp_path)
    model = KneserNey.count(encode("in a sea of seas, a sea of sand"), len(ALPHABET), 4)
    ngrams.save_ngram("seas", model, CARD)
    found = ngrams.load_ngram("seas")
    assert found.card["recipe"]["order"] == 4
    assert found.card["entries"] == found.model.entries == model.entries
    for history in ("", "a", "sea", "of sea", "é"):
        codes = encode(history)
        np.testing.assert_array_equal(found.model.probabilities(codes), model.probabilities(codes))


@pytest.mark.parametrize("network", checkpoints.available_text())
def test_an_ngram_ships_beside_every_network_that_writes(network):
    found = ngrams.load_ngram(network)
    assert len(found.model.orders) == ngrams.ORDER
    assert found.model.entries == found.card["entries"]
    path = checkpoints.shipped("text") / f"{ngrams.stem(network)}.safetensors"
    assert path.stat().st_size < 1_000_000
    excerpt = encode(BEGINNING + checkpoints.excerpt(network))
    assert found.model.bits_per_symbol(excerpt) == pytest.approx(found.card["reached"]["held_out"], rel=0.2)
