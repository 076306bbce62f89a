"""The command line, as a process of its own."""

import os
import subprocess
import sys
from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

import pytest

from rnnviz.cells import GRU
from rnnviz.jobs.store import Store
from rnnviz.settings.address import read
from rnnviz.settings.compare import PAGE, comparison
from rnnviz.training.batching import SpeedsRecipe
from rnnviz.training.recipe import Recipe, TranslationRecipe
from rnnviz.training.run import Ended
from tools.serving import ROOT

SMALL = ("--cell", "gru", "--hidden-size", "4", "--steps", "20", "--length", "8", "--seed", "3", "--batch-size", "4")
RECIPE = Recipe(cell="gru", hidden_size=4, steps=20, length=8, seed=3, batch_size=4)


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    return tmp_path_factory.mktemp("home")


def rnnviz(home, *arguments):
    return subprocess.run(
        [sys.executable, "-m", "rnnviz", *arguments],
        cwd=ROOT,
        env={**os.environ, "RNNVIZ_HOME": str(home)},
        capture_output=True,
        text=True,
        timeout=90,
        check=False,
    )


@pytest.fixture(scope="module")
def trained(home):
    done = rnnviz(home, "train", *SMALL)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_a_run_is_made_and_its_id_and_link_are_printed(trained):
    first, link = trained.splitlines()[-2:]
    assert first.startswith(f"{RECIPE.run_id}  mean squared error ")
    assert first.endswith(" s")
    found = read(PAGE, parse_qs(urlsplit(link).query))
    assert found.refusals == {}
    assert comparison(**found.given).contest.recipes() == {GRU: [RECIPE]}


def test_asked_again_it_answers_with_the_same_run_and_trains_nothing(home, trained):
    again = rnnviz(home, "train", *SMALL)
    assert again.stdout.splitlines()[-2:] == trained.splitlines()[-2:]


def test_runs_are_listed(home, trained):
    (line,) = rnnviz(home, "runs").stdout.splitlines()
    assert line.startswith(RECIPE.run_id)
    assert "adding" in line
    assert "seed 3: mean squared error " in line


def test_translators_are_listed_among_them(tmp_path):
    store, recipe, ended = Store(tmp_path), TranslationRecipe(), Ended("done", 1500, 14.8, 47_356, 0.999, {2: 1.0})
    owner = store.servers.enter()
    record = store.claim(recipe, "a", owner)
    store.write(replace(record.run, status="done", ended=ended), owner, -1, {}, None, leave=True)
    store.close()
    (line,) = rnnviz(tmp_path, "runs").stdout.splitlines()
    assert line == f"{recipe.run_id}  {recipe.in_words}: exact match 0.999 after 1500 steps, 14.8 s"


def test_measurements_are_listed_among_them(tmp_path):
    store, recipe = Store(tmp_path), SpeedsRecipe(hidden_size=4, sequence_length=5, repetitions=3)
    owner = store.servers.enter()
    record = store.claim(recipe, "a", owner)
    store.write(replace(record.run, status="done", ended=Ended("done", 3, 1.5, 0)), owner, -1, {}, None, leave=True)
    store.close()
    (line,) = rnnviz(tmp_path, "runs").stdout.splitlines()
    assert line == f"{recipe.run_id}  speeds  measured 3 times on {recipe.machine}: 3 steps, 1.5 s"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--hidden-size", "4000"), "4000 is not in the range 1<=x<=128"),
        (("--task", "poetry"), "'poetry' is not one of"),
        (("--task", "adding", "--length", "2"), "length must be a whole number from 4 to 400, not 2"),
        (("--task", "names", "--directions", "2"), "would see the answer"),
    ],
)
def test_what_cannot_be_trained_is_refused_in_a_sentence(home, arguments, said):
    refused = rnnviz(home, "train", *arguments)
    assert refused.returncode == 2
    assert said in refused.stderr
    assert "Traceback" not in refused.stderr
