import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from rnnviz.analysis.patterns import NEAR, Index, Passage, memory, parting, search, shares, switching_units
from rnnviz.cells import CELLS
from rnnviz.networks.checkpoints import pack, unpack
from tests.own_cells import PEEPHOLE


def index_of(*rows, **labels):
    """From rows such as "..##.", a unit each."""
    on = np.array([[sign == "#" for sign in row] for row in rows])
    bits = {name: np.array([sign == "#" for sign in row]) for name, row in labels.items()}
    return Index(np.zeros(on.shape[1], int), np.zeros(len(on)), on, bits)


def test_an_lstm_remembers_in_its_cell_state_and_the_others_in_the_hidden_state():
    assert {name: memory(cell) for name, cell in CELLS.items()} == {
        "elman": "h", "elman_relu": "h", "lstm": "c", "gru": "h",
    }  # fmt: skip
    assert memory(PEEPHOLE) == "c"


def between(values, cut):
    """Otsu's criterion by its definition: what lies between two groups."""
    low, high = values[values <= cut], values[values > cut]
    return len(low) * len(high) / len(values) ** 2 * (low.mean() - high.mean()) ** 2


@given(arrays(float, st.integers(2, 12), elements=st.integers(-8, 8).map(lambda whole: whole / 4)))
def test_a_threshold_parts_values_as_no_other_does(values):
    threshold, cuts = parting(values), sorted(set(values.tolist()))[:-1]
    if not cuts:
        assert not (values > threshold).any()
        return
    assert between(values, threshold) == pytest.approx(max(between(values, cut) for cut in cuts), rel=1e-9)
    assert threshold == pytest.approx((values[values <= threshold].max() + values[values > threshold].min()) / 2)


@given(
    arrays(float, st.tuples(st.integers(1, 40), st.integers(1, 5)), elements=st.floats(-9, 9)),
    st.integers(1, 400),
    st.randoms(use_true_random=False),
)
def test_a_file_says_when_each_unit_is_above_its_threshold(values, alphabet, random):
    codes = np.array([random.randrange(alphabet + 1) for _ in values])
    label = np.array([float(random.random() < 0.5) for _ in values])
    index = Index.read(unpack(pack(Index.of(codes, values, {"string": label}).arrays())))
    assert index.codes.tolist() == codes.tolist()
    assert index.labels["string"].tolist() == (label == 1).tolist()
    for unit in range(values.shape[1]):
        assert index.on[unit].tolist() == [value > index.threshold[unit] for value in values[:, unit]]


def test_bits_lie_as_the_browser_reads_them():
    values = np.array([[float(sign == "#")] for sign in "#..#....#"])
    arrays_of_file = Index.of(np.arange(9), values, {"string": values[:, 0]}).arrays()
    assert arrays_of_file["on"].tolist() == [[0b00001001, 0b1]]
    assert arrays_of_file["label.string"].tolist() == [0b00001001, 0b1]
    assert {array.dtype.name for array in arrays_of_file.values()} == {"uint8", "float64"}


def brute(index, units, length):
    """The same search in plain loops over every stretch of the text."""
    T = index.on.shape[1]

    def on(unit, t):
        return 0 <= t < T and bool(index.on[unit, t])

    found = []
    for start in range(T):
        for end in range(start + 1, T + 1):
            counts = [sum(on(unit, t) for unit in units) for t in range(start, end)]
            outside = max(sum(on(unit, t) for unit in units) for t in (start - 1, end))
            if not outside < min(counts):
                continue
            throughout = [unit for unit in units if all(on(unit, t) for t in range(start, end))]
            switching = [
                unit
                for unit in throughout
                if not all(on(unit, start - d) for d in range(1, NEAR + 1))
                and not all(on(unit, end + d) for d in range(NEAR))
            ]
            found.append(Passage(start, end, len(switching), len(throughout)))
    found.sort(key=lambda one: (-one.switching, -one.on, abs(one.end - one.start - length), one.start))
    kept = []
    for one in found:
        if all(one.end <= other.start or other.end <= one.start for other in kept):
            kept.append(one)
    return kept


@given(arrays(bool, st.tuples(st.integers(1, 4), st.integers(1, 24))), st.integers(1, 6), st.data())
def test_a_search_finds_what_plain_loops_find(on, length, data):
    index = Index(np.zeros(on.shape[1], int), np.zeros(len(on)), on, {})
    units = data.draw(st.sets(st.integers(0, len(on) - 1), min_size=1))
    assert search(index, units, length, most=100) == brute(index, sorted(units), length)


def test_what_was_chosen_is_found_first_with_all_its_units():
    index = index_of(
        "....####......####...",
        "...#####......###....",
        "#####################",
        "....##.##............",
        string="....####......####...",
    )
    units = switching_units(index, 4, 8)
    assert units == [0, 1]
    found = search(index, units, 4)
    assert found[0] == Passage(4, 8, 2, 2)
    assert found[1] == Passage(14, 17, 2, 2)
    assert shares(index, found[:2]) == {"string": (1.0, 8 / 21)}
    assert np.isnan(shares(index, [])["string"][0])


def test_where_no_unit_is_ever_on_nothing_is_found():
    assert search(index_of("....", "####"), [0], 2) == []


@pytest.mark.parametrize("units", [[], [2], [-1]])
def test_units_that_there_are_not_are_refused(units):
    with pytest.raises(ValueError, match=r"units must be some of 0 to 1, not \["):
        search(index_of("..", "##"), units, 1)
