import subprocess
import sys
from itertools import pairwise

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch.nn.utils.rnn import pack_sequence, pad_sequence

from rnnviz.data.names import VOCABULARY, encode, load_names
from rnnviz.training import batching
from rnnviz.training.batching import (
    ROUNDING,
    PassesRecipe,
    Speed,
    SpeedsRecipe,
    Work,
    cut,
    enough,
    measure_passes,
    measure_speeds,
    shuffled_names,
    work,
)
from rnnviz.training.run import Point

NAMES = [encode(name)[:-1] for name in ("al", "annabel", "bo", "maximilian", "eve", "jo", "christopher")]


def passes(cell, batch_size, repetitions):
    """What is measured of a pass over few names."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(batching, "shuffled_names", lambda: NAMES)
        return measure_passes(PassesRecipe(cell=cell, hidden_size=4, batch_size=batch_size, repetitions=repetitions))


def speeds(repetitions, batch_sizes):
    return measure_speeds(
        SpeedsRecipe(hidden_size=4, sequence_length=5, repetitions=repetitions, batch_sizes=batch_sizes)
    )


lengths_of_sequences = st.lists(st.integers(1, 15), min_size=1, max_size=40)


def test_the_names_are_all_names_in_another_order():
    alphabetical = [encode(name)[:-1] for name in load_names()]
    assert list(shuffled_names()) != alphabetical
    assert sorted(shuffled_names()) == sorted(alphabetical)


@given(lengths_of_sequences, st.integers(1, 50), st.booleans())
def test_every_sequence_is_in_one_batch(lengths, batch_size, by_length):
    batches = cut(lengths, batch_size, by_length=by_length)
    assert sorted(place for batch in batches for place in batch) == list(range(len(lengths)))
    assert sorted(map(len, batches))[1:] == [batch_size] * (len(batches) - 1)
    assert max(map(len, batches)) <= batch_size


@given(lengths_of_sequences, st.integers(1, 50))
def test_no_length_lies_within_the_lengths_of_another_bucket(lengths, batch_size):
    spans = sorted(
        (min(of), max(of)) for of in ([lengths[i] for i in b] for b in cut(lengths, batch_size, by_length=True))
    )
    assert all(first[1] <= second[0] for first, second in pairwise(spans))


def test_a_batch_of_nothing_is_refused():
    with pytest.raises(ValueError, match="a batch must have at least 1 sequence, not 0"):
        cut([1, 2], 0, by_length=False)


@given(lengths_of_sequences, st.integers(1, 50))
def test_the_work_is_what_pytorch_lays_out(lengths, batch_size):
    counted, needed = work(lengths, batch_size), sum(lengths)
    for way, by_length in (("padded", False), ("bucketed", True)):
        cuts = [
            [torch.ones(lengths[place]) for place in batch] for batch in cut(lengths, batch_size, by_length=by_length)
        ]
        laid_out = [pad_sequence(sequences) for sequences in cuts]
        assert counted[way].steps == sum(padded.numel() for padded in laid_out)
        assert counted[way].padding == sum(int((padded == 0).sum()) for padded in laid_out)
    packed = [pack_sequence(sequences, enforce_sorted=False) for sequences in cuts]
    assert counted["packed"] == Work(sum(len(one.data) for one in packed), 0) == Work(needed, 0)


def test_buckets_waste_less_of_the_names_and_larger_batches_more():
    works = [work([len(name) for name in shuffled_names()], size) for size in (8, 32, 128)]
    for of_size in works:
        assert of_size["bucketed"].wasted < 0.02 < 0.2 < of_size["padded"].wasted
    assert works[0]["padded"].wasted < works[1]["padded"].wasted < works[2]["padded"].wasted


@pytest.mark.parametrize("kind", [torch.nn.RNN, torch.nn.LSTM, torch.nn.GRU])
@pytest.mark.parametrize("batch_size", [1, 3, 7])
def test_whatever_the_batch_every_name_has_the_states_it_has_alone(kind, batch_size):
    module = kind(len(VOCABULARY), 6)
    alone = [module(torch.eye(len(VOCABULARY))[list(name)])[0] for name in NAMES]
    batches = [batching._Batch(NAMES, b) for b in cut([len(name) for name in NAMES], batch_size, by_length=False)]
    for states in (
        lambda batch: batch.padded_states(module),
        lambda batch: batch.packed_states(module, ordered=False),
        lambda batch: batch.packed_states(module, ordered=True),
    ):
        found = dict(pair for batch in batches for pair in states(batch))
        assert sorted(found) == list(range(len(NAMES)))
        for place, expected in enumerate(alone):
            torch.testing.assert_close(found[place], expected, rtol=0, atol=1e-6)


@pytest.mark.parametrize("kind", [torch.nn.RNN, torch.nn.LSTM, torch.nn.GRU])
def test_padding_and_packing_give_the_gradient_of_each_name_alone(kind):
    module = kind(len(VOCABULARY), 6)
    alone = sum(module(torch.eye(len(VOCABULARY))[list(name)])[0].sum() for name in NAMES)
    expected = torch.autograd.grad(alone, list(module.parameters()))
    batch = batching._Batch(NAMES, np.arange(len(NAMES)))
    for loss in (batch.padded_loss(module), batch.packed_loss(module)):
        for found, wanted in zip(torch.autograd.grad(loss, list(module.parameters())), expected):
            torch.testing.assert_close(found, wanted, rtol=1e-4, atol=1e-4)


def test_a_real_pass_is_timed_and_its_outputs_are_equal():
    found = passes("gru", 3, 4)
    assert list(found.times) == ["padded", "bucketed", "packed"]
    for spread in found.times.values():
        assert 0 < spread.low <= spread.median <= spread.high
    assert list(found.differences) == ["padded", "bucketed", "packed", "sorted"]
    assert max(found.differences.values()) < ROUNDING


def test_outputs_that_are_not_equal_are_found(monkeypatch):
    # One that reads from the end as well begins there with padding, unless packed.
    both = torch.nn.LSTM(len(VOCABULARY), 4, bidirectional=True)
    monkeypatch.setattr(batching, "_modules", lambda hidden_size: {"lstm": both})
    differences = passes("lstm", len(NAMES), 2).differences
    assert min(differences["padded"], differences["bucketed"]) > 1e-3
    assert max(differences["packed"], differences["sorted"]) < ROUNDING


def test_a_pass_takes_the_time_of_the_clock(monkeypatch):
    # By this clock padded takes 2 s, bucketed 3 s and packed 4 s, in every repetition.
    readings = (
        float(at)
        for start in range(0, 1000, 20)
        for at in (start, start + 2, start + 5, start + 8, 10 + start, 14 + start)
    )
    monkeypatch.setattr(batching, "perf_counter", lambda: next(readings))
    times = passes("elman", 3, 8).times
    assert {way: (time.low, time.median, time.high) for way, time in times.items()} == {
        "padded": (2000.0,) * 3, "bucketed": (3000.0,) * 3, "packed": (4000.0,) * 3
    }  # fmt: skip


def test_speeds_are_sequences_by_the_seconds_of_the_clock(monkeypatch):
    # A step takes 1 s, 2 s, ..., 6 s by this clock: three cells with two batch sizes, in turns.
    readings = (
        at
        for turn in range(100)
        for step in range(6)
        for at in (100.0 * turn + 10 * step, 100.0 * turn + 11 * step + 1)
    )
    monkeypatch.setattr(batching, "perf_counter", lambda: next(readings))
    found = speeds(8, (1, 6))
    assert {cell: [(one.batch_size, one.median) for one in of_cell] for cell, of_cell in found.items()} == {
        "elman": [(1, 1.0), (6, 3.0)], "lstm": [(1, 1 / 3), (6, 1.5)], "gru": [(1, 0.2), (6, 1.0)]
    }  # fmt: skip


def test_real_speeds_are_positive_and_their_quartiles_in_order():
    for of_cell in speeds(4, (1, 4)).values():
        assert [one.batch_size for one in of_cell] == [1, 4]
        assert all(0 < one.low <= one.median <= one.high for one in of_cell)


def test_every_repetition_but_those_to_warm_up_is_told():
    recipe = SpeedsRecipe(hidden_size=4, sequence_length=5, repetitions=4, batch_sizes=(1,))
    told = list(recipe.training())
    assert told.index(next(filter(None, told))) == 6  # each of three cells may be the last, twice: once unheard
    points = [item for item in told if isinstance(item, Point)]
    assert [point.step for point in points] == [1, 2, 3, 4]
    assert [recipe.spent(point.step, point.seconds) for point in points] == [0.25, 0.5, 0.75, 1.0]


def test_it_is_measured_on_one_thread_and_torch_is_left_as_it_was(monkeypatch):
    seen = set()

    def spy(module, loss):
        seen.add(torch.get_num_threads())

    monkeypatch.setattr(batching, "_backward", spy)
    torch.set_num_threads(2)
    before = torch.get_rng_state()
    try:
        speeds(1, (1,))
        passes("lstm", 3, 1)
        assert torch.get_num_threads() == 2
    finally:
        torch.set_num_threads(1)
    assert seen == {1}
    torch.testing.assert_close(torch.get_rng_state(), before)


def test_a_packed_batch_of_unequal_names_does_not_reach_the_routine_of_onednn():
    # What the page says of the LSTM; the name is that of PyTorch's own operation.
    module, batch = torch.nn.LSTM(len(VOCABULARY), 4), batching._Batch(NAMES, np.arange(len(NAMES)))
    for loss, fused in ((batch.padded_loss, torch.backends.mkldnn.is_available()), (batch.packed_loss, False)):
        with torch.profiler.profile() as profile:
            loss(module)
        assert any("mkldnn_rnn" in event.key for event in profile.key_averages()) == fused


@pytest.mark.parametrize(
    ("medians", "expected"),
    [([100, 200, 300], 4), ([100, 271, 300], 2), ([100, 300, 200], 2), ([91, 95, 100], 1), ([100, 100, 100], 1)],
)
def test_enough_is_the_smallest_batch_that_reaches_nine_tenths_of_the_best(medians, expected):
    assert (
        enough([Speed(2**place, median, median, median) for place, median in enumerate(medians)]).batch_size == expected
    )


def test_asking_for_a_measurement_needs_no_torch():
    code = "import sys; from rnnviz.training.batching import shuffled_names, work; "
    code += "work([1, 2], 2); shuffled_names(); sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
