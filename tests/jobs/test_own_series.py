"""Runs on a series of one's own: all of them, and the series with each, are found by its name, and deleted."""

from dataclasses import replace

import numpy as np

from rnnviz.cells import ELMAN
from rnnviz.data.own_csv import understand
from rnnviz.data.own_series import series_of
from rnnviz.training.baselines import baselines_of
from rnnviz.training.own_series import own_recipe
from tests.scheduler import finished

UNDERSTOOD = understand("\n".join(f"{20 + 5 * np.sin(place / 3):.2f}" for place in range(90)))
NETWORK = replace(own_recipe(UNDERSTOOD.series, ELMAN), steps=10)
SIMPLE = baselines_of(NETWORK)


def test_all_runs_on_a_series_are_found_by_its_name_and_the_series_with_each(servers, tmp_path):
    jobs, other = servers(), servers()
    for recipe in (SIMPLE, NETWORK):
        jobs.ask(recipe, "a", UNDERSTOOD.text)
    assert {run.run_id for run in jobs.on_text(UNDERSTOOD.text.digest)} == {SIMPLE.run_id, NETWORK.run_id}
    for recipe in (SIMPLE, NETWORK):
        assert finished(jobs, recipe).status == "done"
    assert {run.run_id for run in other.on_text(UNDERSTOOD.text.digest)} == {SIMPLE.run_id, NETWORK.run_id}
    assert other.on_text("0" * 64) == ()
    assert series_of(other.text(NETWORK.run_id)).values.tolist() == UNDERSTOOD.series.values.tolist()
    assert other.text("0" * 16) is None
    for run in other.on_text(UNDERSTOOD.text.digest):
        other.delete(run.run_id)
    assert other.on_text(UNDERSTOOD.text.digest) == ()
    assert other.text(NETWORK.run_id) is None
    assert [*(tmp_path / "store").rglob("text.txt")] == []
