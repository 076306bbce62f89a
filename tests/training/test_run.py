import json
import pickle
from dataclasses import astuple, replace

import numpy as np
import pytest
import torch
from safetensors.torch import load, load_file

from rnnviz.training import run as runs
from rnnviz.training.recipe import Recipe, read_recipe
from rnnviz.training.run import (
    Ended,
    Point,
    Run,
    State,
    pack,
    pack_state,
    read_run,
    read_weights,
    shipped,
    shipped_weights,
    unpack,
    unpack_state,
    write_run,
)

RECIPE = Recipe(task="dyck", cell="gru", hidden_size=3, length=10, steps=20)
RUN = Run(
    RECIPE.run_id,
    RECIPE,
    "done",
    (Point(1, 0.125, 0.69314718, 0.5, 1.25, 1.0), Point(20, 2.5, 0.0012345678, 1 / 3, 0.5, 0.25)),
    {0: 0.5, 20: 0.75},
    Ended("done", 20, 2.5, 46, 0.75, {40: 0.5, 80: 0.25}),
    versions={"rnnviz": "0.1.0", "torch": "2.13.0", "numpy": "2.4.6"},
)
WEIGHTS = {
    step: {"layer1.W_xr": np.full((3, 2), step, "f4"), "readout.b_y": np.array([step, 0.1], "f4")} for step in (0, 20)
}


def same(one, other):
    """Whether two mappings hold the same arrays to the last bit."""
    return {name: (array.dtype, array.shape, array.tobytes()) for name, array in one.items()} == {
        name: (array.dtype, array.shape, array.tobytes()) for name, array in other.items()
    }


@pytest.mark.parametrize("dtype", ["f4", "f8", "i8", "u8", "u1", "?"])
def test_arrays_come_back_to_the_last_bit(dtype):
    values = np.arange(6).reshape(2, 3).astype(dtype)
    arrays = {"rows": values, "columns": values.T, "part": values[:, ::2], "number": values[0, 1], "none": values[:0]}
    wanted = {name: np.array(array) for name, array in arrays.items()}
    assert same(unpack(pack(arrays)), wanted)
    for name, tensor in load(pack(arrays)).items():  # PyTorch reads the same
        np.testing.assert_array_equal(tensor.numpy(), wanted[name])


def test_arrays_read_cannot_be_changed():
    with pytest.raises(ValueError, match="read-only"):
        unpack(pack(WEIGHTS[0]))["readout.b_y"][0] = 1


def test_a_state_comes_back_to_the_last_bit():
    random = torch.Generator().manual_seed(3).get_state().numpy()
    state = State(7, 0.1 + 0.2, {"random": random, "step": np.array(7.0)})
    again = unpack_state(pack_state(state))
    assert (again.step, again.seconds) == (7, 0.1 + 0.2)
    assert same(again.arrays, state.arrays)


@pytest.mark.parametrize("data", [b"", b"rubbish", pickle.dumps({"a": 1}), pack(WEIGHTS[0])[:-1]])
def test_what_is_not_arrays_is_refused(data):
    for meaning in (unpack, unpack_state):
        with pytest.raises(ValueError, match="not arrays in the safetensors format"):
            meaning(data)


def test_weights_are_no_state():
    with pytest.raises(ValueError, match="not the state of a run"):
        unpack_state(pack(WEIGHTS[0]))


def test_a_finished_run_is_written_and_read(tmp_path):
    write_run(tmp_path / "new", "dyck-gru", RUN, WEIGHTS)
    again = read_run(tmp_path / "new", "dyck-gru")
    assert replace(again, points=()).__dict__ == replace(RUN, points=()).__dict__
    assert [astuple(point) for point in again.points] == [
        (1, 0.125, 0.693147, 0.5, 1.25, 1.0),
        (20, 2.5, 0.00123457, 0.333333, 0.5, 0.25),
    ]
    for step, weights in WEIGHTS.items():
        assert same(read_weights(tmp_path / "new", "dyck-gru", step), weights)
    named = load_file(tmp_path / "new" / "dyck-gru.safetensors")
    assert named["20/layer1.W_xr"].tolist() == [[20.0, 20.0]] * 3


def test_the_file_of_a_run_is_json_with_a_line_for_each_part(tmp_path):
    write_run(tmp_path, "run", RUN, WEIGHTS)
    text = (tmp_path / "run.json").read_text()
    assert read_recipe(json.loads(text)["recipe"]) == RECIPE
    assert json.loads(text)["reached"]["tested"] == {"40": 0.5, "80": 0.25}
    assert len(text.splitlines()) == len(json.loads(text)) + 2


def test_a_number_that_a_run_has_not_is_null_in_its_file(tmp_path):
    measured = replace(RUN, points=(Point(1, 0.5, 0.25),), moments={0: float("nan"), 20: 0.75})
    write_run(tmp_path, "run", measured, WEIGHTS)
    again = read_run(tmp_path, "run")
    assert np.isnan(again.moments[0])
    np.testing.assert_array_equal(astuple(again.points[0]), (1, 0.5, 0.25, np.nan, np.nan, np.nan))
    assert "NaN" not in (tmp_path / "run.json").read_text()


def test_a_run_that_diverged_is_written_too(tmp_path):
    diverged = replace(
        RUN, status="diverged", ended=Ended("diverged", 3, 0.5, 46, norm_before=float("nan")), moments={}
    )
    write_run(tmp_path, "run", diverged, {})
    ended = read_run(tmp_path, "run").ended
    assert (ended.reason, ended.step, ended.metric, ended.tested) == ("diverged", 3, None, None)
    assert np.isnan(ended.norm_before)


@pytest.mark.parametrize(
    ("run", "weights", "message"),
    [
        (replace(RUN, status="paused"), WEIGHTS, "only a finished run can be written, not one that is paused"),
        (RUN, {0: WEIGHTS[0]}, r"weights are needed of the steps \[0, 20\], not of \[0\]"),
    ],
)
def test_only_a_whole_run_is_written(tmp_path, run, weights, message):
    with pytest.raises(ValueError, match=message):
        write_run(tmp_path, "run", run, weights)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"run_id": 1}', pickle.dumps(RUN.versions).decode("latin1")])
def test_a_foreign_file_is_refused(tmp_path, text):
    (tmp_path / "run.json").write_text(text)
    with pytest.raises(ValueError, match=r"run\.json is not a run"):
        read_run(tmp_path, "run")


def test_a_run_of_an_unknown_recipe_is_refused(tmp_path):
    write_run(tmp_path, "run", RUN, WEIGHTS)
    record = json.loads((tmp_path / "run.json").read_text())
    record["recipe"]["cell"] = "peephole"
    (tmp_path / "run.json").write_text(json.dumps(record))
    with pytest.raises(ValueError, match=r"run\.json is not a run: cell must be one of"):
        read_run(tmp_path, "run")


def test_weights_that_are_not_there_or_damaged_are_refused(tmp_path):
    with pytest.raises(FileNotFoundError):
        read_weights(tmp_path, "run", 0)
    write_run(tmp_path, "run", RUN, WEIGHTS)
    with pytest.raises(ValueError, match=r"run\.safetensors has no weights of step 2$"):
        read_weights(tmp_path, "run", 2)
    path = tmp_path / "run.safetensors"
    path.write_bytes(path.read_bytes()[:-4])
    with pytest.raises(ValueError, match=r"run\.safetensors cannot be read"):
        read_weights(tmp_path, "run", 0)


def test_a_run_that_came_with_rnnviz_is_found_by_its_recipe(tmp_path, monkeypatch):
    monkeypatch.setattr(runs, "_SHIPPED", tmp_path)
    shipped.cache_clear()
    write_run(tmp_path, RECIPE.shipped_name, RUN, WEIGHTS)
    found = shipped(replace(RECIPE, seconds=7))  # its budget is counted in steps
    assert found.shipped
    assert found.run_id == RUN.run_id
    assert same(shipped_weights(found, 20), WEIGHTS[20])
    assert shipped(replace(RECIPE, seed=1)) is None
    assert shipped(replace(RECIPE, cell="lstm")) is None
    shipped.cache_clear()


def test_what_a_status_means():
    meant = {
        status: (replace(RUN, status=status).under_way, replace(RUN, status=status).finished)
        for status in ("waiting", "running", "paused", "stopped", "failed", "done", "diverged")
    }
    assert [status for status, (under_way, _) in meant.items() if under_way] == ["waiting", "running"]
    assert [status for status, (_, finished) in meant.items() if finished] == ["done", "diverged"]
