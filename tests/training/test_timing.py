import subprocess
import sys

import pytest
import torch

from rnnviz.training.timing import Layer, TimingRecipe, measure

LAYERS = (Layer("elman", 4), Layer("lstm", 4), Layer("gru", 6), Layer("lstm", 4, onednn=False))


def asked(layers=LAYERS, batch=1, repetitions=4):
    return TimingRecipe(input_size=3, measured=layers, sequence_length=5, batch=batch, repetitions=repetitions)


def test_every_layer_is_measured_in_positive_milliseconds():
    timings = measure(asked(batch=2, repetitions=8))
    assert tuple(timings) == LAYERS
    for timing in timings.values():
        for spread in (timing.forward, timing.backward):
            assert 0 < spread.low <= spread.median <= spread.high


def test_milliseconds_are_those_of_the_clock(monkeypatch):
    # Forward takes 2 s and backward 3 s by this clock, in every repetition.
    readings = (at for start in range(0, 10_000, 10) for at in (start, start + 2, start + 5))
    monkeypatch.setattr("rnnviz.training.timing.perf_counter", lambda: float(next(readings)))
    timings = measure(asked(batch=1, repetitions=8))
    for timing in timings.values():
        assert [timing.forward.low, timing.forward.median, timing.forward.high] == [2000.0] * 3
        assert timing.backward.median == 3000.0


def test_layers_take_turns_on_one_thread_with_and_without_onednn_and_leave_torch_as_it_was(monkeypatch):
    seen = []

    def spy(original):
        def forward(module, inputs):
            seen.append(
                (type(module).__name__, tuple(inputs.shape), torch.get_num_threads(), torch.backends.mkldnn.enabled)
            )
            return original(module, inputs)

        return forward

    for kind in (torch.nn.RNN, torch.nn.LSTM, torch.nn.GRU):
        monkeypatch.setattr(kind, "forward", spy(kind.forward))
    enabled = torch.backends.mkldnn.enabled
    torch.set_num_threads(2)
    try:
        measure(asked(batch=2, repetitions=4))
        assert torch.get_num_threads() == 2
    finally:
        torch.set_num_threads(1)
    assert torch.backends.mkldnn.enabled == enabled
    turn = [("RNN", enabled), ("LSTM", enabled), ("GRU", enabled), ("LSTM", False)]
    assert seen == [(name, (5, 2, 3), 1, onednn) for name, onednn in turn] * 5  # one turn to warm up


def test_the_routine_of_onednn_serves_the_lstm_only_and_only_where_it_may():
    # What the page says of it; the names are those of PyTorch's own operations.
    for name, fused in (("LSTM", True), ("GRU", False), ("RNN", False)):
        with torch.profiler.profile() as profile:
            getattr(torch.nn, name)(3, 4)(torch.zeros(5, 1, 3))
        assert any("mkldnn_rnn" in event.key for event in profile.key_averages()) == (
            fused and torch.backends.mkldnn.is_available()
        )


def test_a_cell_without_a_layer_is_refused():
    with pytest.raises(ValueError, match=r"PyTorch has layers for elman, lstm, gru; not for \['peephole'\]"):
        asked(layers=[Layer("peephole", 4)])


def test_asking_for_a_measurement_needs_no_torch():
    code = "import sys, rnnviz.training.timing; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
