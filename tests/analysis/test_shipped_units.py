import numpy as np
import pytest

from rnnviz.analysis.concepts import CONCEPTS
from rnnviz.analysis.patterns import Index
from rnnviz.analysis.shipped_units import EXTREMES, measure, read_extremes, read_found, write
from rnnviz.analysis.units import values_of
from rnnviz.cells import CELLS
from rnnviz.data.text import ALPHABET, encode
from rnnviz.networks.checkpoints import read_arrays
from tests.text_networks import lines_of_python, text_network


@pytest.mark.parametrize("cell", CELLS.values(), ids=lambda cell: cell.name)
def test_what_was_measured_is_what_the_network_does(cell, tmp_path):
    network = text_network(cell, ALPHABET, 2, 5, cell.init(len(ALPHABET), 5, seed=2))
    text = lines_of_python(8, lines=20)
    write(tmp_path, "python", measure(network, "python", text))
    values, memory = values_of(network, text), cell.state[-1]

    found = read_found(tmp_path, "python")
    assert list(found) == [name for name, concept in CONCEPTS.items() if "python" in concept.corpora]
    best = found["string"].best
    assert best == measure(network, "python", text).found["string"].best

    extremes = read_extremes(tmp_path, "python")
    assert set(extremes) == set(values)
    for letter, one in extremes.items():
        at = np.arange(5)[:, None]
        assert one.highest.shape == one.lowest.shape == (5, EXTREMES)
        np.testing.assert_array_equal(one.highest_values, values[letter][one.highest, at])
        np.testing.assert_array_equal(one.highest_values[:, 0], values[letter].max(axis=0))
        np.testing.assert_array_equal(one.lowest_values[:, 0], values[letter].min(axis=0))
        assert (np.diff(one.lowest_values) >= 0).all()

    index = Index.read(read_arrays(tmp_path, "python-patterns"))
    assert index.codes.tolist() == encode(text).tolist()
    np.testing.assert_array_equal(index.on, (values[memory] > index.threshold).T)
    assert set(index.labels) == {"string", "brackets", "keyword", "number", "vowel", "capital"}
    np.testing.assert_array_equal(index.labels["string"], CONCEPTS["string"].label(text) == 1)
