import json

import pytest

from rnnviz.cells import CELLS, LSTM, Cell, to_value
from rnnviz.data.number_words import SHORT
from rnnviz.networks.attention import ATTENTIONS
from rnnviz.tasks import TASKS
from rnnviz.training import recipe as module
from rnnviz.training.measuring import this_machine
from rnnviz.training.recipe import Recipe, TranslationRecipe, read_recipe
from tests.own_cells import PEEPHOLE

TIMED = {
    "kind": "timing", "input_size": 3, "measured": [["gru", 4]], "sequence_length": 5, "batch": 1, "repetitions": 4
}  # fmt: skip
SPED = {"kind": "speeds", "hidden_size": 4, "sequence_length": 5, "repetitions": 3}


@pytest.mark.parametrize("values", [TIMED, SPED])
def test_a_measurement_comes_back_from_what_is_kept_of_it(values):
    recipe = read_recipe(values)
    again = read_recipe(json.loads(json.dumps(recipe.as_dict())))
    assert again == recipe
    assert again.run_id == recipe.run_id
    assert recipe.machine == this_machine()


def test_a_recipe_comes_back_from_what_is_kept_of_it():
    recipe = Recipe(task="dyck", length=40, cell="gru", learning_rate=0.003, seed=7)
    assert read_recipe(recipe.as_dict()) == recipe


def test_a_recipe_of_either_kind_comes_back_as_what_it_was():
    translation = TranslationRecipe("fr", "de", "none", "lstm", 1, 33, 16, SHORT, 32, 0.01, 0.0, 200, 5)
    for recipe in (Recipe(), TranslationRecipe(), translation):
        again = read_recipe(json.loads(json.dumps(recipe.as_dict())))
        assert type(again) is type(recipe)
        assert again == recipe
        assert again.run_id == recipe.run_id
    assert read_recipe({"source": "de", "target": "en", "sampling": "short"}) == TranslationRecipe("de", "en")
    assert read_recipe({"cell": "gru"}) == Recipe(cell="gru")


@pytest.mark.parametrize("recipe", [Recipe(seed=4), TranslationRecipe(cell="lstm")])
def test_what_was_kept_before_recipes_had_kinds_is_still_read(recipe):
    old = recipe.as_dict()
    assert old.pop("kind") == recipe.kind
    assert read_recipe(old) == recipe


def test_a_translator_kept_before_there_was_a_choice_of_sampling_drew_evenly():
    old = TranslationRecipe(sampling="even").as_dict()
    assert old.pop("sampling") == "even"
    assert read_recipe(old) == TranslationRecipe(sampling="even")
    assert read_recipe(old).key != TranslationRecipe().key


def test_every_kind_is_found_by_its_name():
    for kind, path in module.KINDS.items():
        assert module._found(path).kind == kind


#: Computed before cells were values and recipes had kinds: stores that people have are found by these.
KNOWN = [
    (Recipe(), "ee307d635cd2ec16", "3231f0617ef18ff3"),
    (Recipe(cell="gru", seed=3), "537d9d92236f9ea4", "d5b2ba9decbb8e52"),
    (Recipe(cell="elman_relu", budget="seconds"), "8424877864d3bd5d", "5134ebaf60aae217"),
    (Recipe(task="dyck", length=40, budget="seconds", learning_rate=1), "6c78d0424f786e7e", "a979ae9fce914fd3"),
    (TranslationRecipe(steps=1500, sampling="even"), "fb3964db28f3f86a", "3cb5b12dc84273fe"),
    (
        TranslationRecipe("fr", "de", "none", "lstm", 1, 33, 16, SHORT, 32, 0.01, 0.0, 200, 5, "even"),
        "6a901433b7acd5f2", "e1dafb946215fdd7",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("recipe", "key", "run_id"), KNOWN)
def test_what_ships_and_what_people_have_kept_is_still_found_by_the_same_keys(recipe, key, run_id, monkeypatch):
    versions = {"rnnviz": "0.1.0", "torch": "2.13.0+cpu", "numpy": "2.4.6"}
    monkeypatch.setattr(module, "_version", versions.__getitem__)
    assert (recipe.key, recipe.run_id) == (key, run_id)


def test_a_cell_given_by_its_name_or_as_a_copy_is_the_one_that_ships():
    copy = Cell(
        LSTM.name, LSTM.state, f"\n{LSTM.lines}\n", quantities=LSTM.quantities, title=LSTM.title, source=LSTM.source
    )
    for cell in ("lstm", LSTM, copy, to_value(copy)):
        assert Recipe(cell=cell) == Recipe()
        assert Recipe(cell=cell).cell is LSTM
        assert TranslationRecipe(cell=cell).cell is LSTM


@pytest.mark.parametrize("kind", [Recipe, TranslationRecipe])
def test_a_cell_of_ones_own_is_kept_by_all_that_it_is(kind):
    recipe = kind(cell=PEEPHOLE)
    kept = json.loads(json.dumps(recipe.as_dict()))
    assert read_recipe(kept) == recipe
    assert read_recipe(kept).cell == PEEPHOLE
    assert read_recipe(kept).key == recipe.key
    other = {**to_value(PEEPHOLE), "equations": PEEPHOLE.lines.replace("p_o * c", "p_o * (c + c)")}
    assert kind(cell=other).key != recipe.key  # the name alone does not decide it
    assert kind(cell={**to_value(PEEPHOLE), "name": "lstm"}).key != kind(cell="lstm").key


def test_the_share_of_a_budget_that_is_spent():
    assert Recipe(steps=400).spent(100, 1000.0) == 0.25
    assert Recipe(budget="seconds", seconds=40).spent(10_000, 10.0) == 0.25
    assert TranslationRecipe(steps=400).spent(100, 1000.0) == 0.25
    assert TranslationRecipe(steps=400).spent(500, 0.0) == 1.0
    assert TranslationRecipe.budget == "steps"


def test_a_recipe_is_told_in_a_line():
    assert Recipe(seed=3).in_words == "adding  lstm         32 units, length 50, 1000 steps, seed 3"
    said = "en-de   gru          64 units, attention dot, 2 directions, numbers up to 999,999, {}, 1500 steps, seed 0"
    for sampling, drawn in (("short", "short and round ones more often"), ("even", "drawn evenly")):
        assert TranslationRecipe(steps=1500, sampling=sampling).in_words == said.format(drawn)


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"source": "la"}, "source must be one of en, de, fr, not 'la'"),
        ({"source": ["en"]}, r"source must be one of en, de, fr, not \['en'\]"),
        ({"source": "de"}, "source and target must be two languages, not both German"),
        ({"source": "en", "attention": "self"}, f"attention must be one of {', '.join(ATTENTIONS)}, not 'self'"),
        ({"source": "en", "cell": None}, f"cell must be one of {', '.join(CELLS)}, not None"),
        ({"source": "en", "directions": 3}, "directions must be a whole number from 1 to 2, not 3"),
        ({"source": "en", "hidden_size": 9}, "two directions need an even hidden size, not 9"),
        ({"source": "en", "hidden_size": 130}, "hidden size must be a whole number from 1 to 128, not 130"),
        ({"source": "en", "embedding_size": 65}, "embedding size must be a whole number from 1 to 64, not 65"),
        ({"source": "en", "largest": 5000}, "largest must be one of 99999, 999999, not 5000"),
        ({"source": "en", "largest": 99_999.0}, r"largest must be one of 99999, 999999, not 99999\.0"),
        ({"source": "en", "sampling": "odd"}, "sampling must be one of even, short, not 'odd'"),
        ({"source": "en", "steps": 0}, "steps must be a whole number from 1 to 10000, not 0"),
        ({"source": "en", "learning_rate": float("inf")}, "learning rate must be a number from 1e-05 to 10, not inf"),
        ({"source": "en", "seed": True}, "seed must be a whole number from 0 to 9999, not True"),
        ({"source": "en", "attention": "dot", "length": 50}, "a recipe has no length"),
    ],
)
def test_a_translator_that_cannot_be_trained_is_refused_in_a_sentence(settings, said):
    with pytest.raises(ValueError, match=f"^{said}$"):
        read_recipe(settings)


def test_one_direction_may_have_an_odd_hidden_size():
    assert TranslationRecipe(directions=1, hidden_size=9).hidden_size == 9


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"task": "poetry"}, f"task must be one of {', '.join(TASKS)}, not 'poetry'"),
        ({"cell": "elmo"}, f"cell must be one of {', '.join(CELLS)}, not 'elmo'"),
        ({"hidden_size": 1000}, "hidden size must be a whole number from 1 to 128, not 1000"),
        ({"hidden_size": 3.5}, "hidden size must be a whole number"),
        ({"hidden_size": True}, "hidden size must be a whole number"),
        ({"learning_rate": float("nan")}, "learning rate must be a number from 1e-05 to 10, not nan"),
        ({"learning_rate": "0.1"}, "learning rate must be a number"),
        ({"length": 401}, "length must be a whole number from 4 to 400, not 401"),
        ({"steps": 10**6}, "steps must be a whole number from 1 to 10000"),
        ({"task": "dyck", "length": 40, "directions": 2}, "would see the answer"),
        ({"clips": 1.0}, "a recipe has no clips"),
        ({"kind": "poem"}, "the kind of a recipe must be one of task, translation, text, "),
        ({"kind": ["task"]}, "the kind of a recipe must be one of"),
        ({"kind": "task", "source": "en"}, "a recipe has no source"),
        ({"kind": "timing", "batch": 1}, "a recipe of the kind timing needs input_size, measured, repetitions"),
        ({**TIMED, "measured": [["gru"]]}, "measured must be layers: the name of a cell"),
        ({**TIMED, "measured": 3}, "measured must be layers"),
        ({**TIMED, "repetitions": 0}, "repetitions must be a whole number from 1 to 1000, not 0"),
        ({**TIMED, "machine": ["a"]}, "machine must be the name of one"),
        ({**SPED, "batch_sizes": [1, "2"]}, "batch sizes must be whole numbers from 1 to 256"),
        ({**SPED, "batch_sizes": [10**9]}, "batch sizes must be whole numbers from 1 to 256"),
        ({"cell": {"name": "own", "state": ["h"]}}, "the equations of a cell must be a text"),
        ({"cell": {"name": "own", "state": ["h"], "equations": "h = open(x)"}}, "open"),
    ],
)
def test_what_cannot_be_trained_is_refused_in_a_sentence(settings, said):
    with pytest.raises(ValueError, match=said):
        read_recipe(settings)


def test_equal_recipes_are_one_run_and_different_ones_are_not():
    assert Recipe(learning_rate=1).run_id == Recipe(learning_rate=1.0).run_id
    ids = {Recipe(seed=seed, cell=cell).run_id for seed in range(5) for cell in ("lstm", "gru")}
    assert len(ids) == 10
    assert all(run_id.isalnum() and len(run_id) == 16 for run_id in ids)


def test_the_budget_that_is_not_used_does_not_matter():
    assert Recipe(seconds=5).key == Recipe(seconds=6).key
    assert Recipe(budget="seconds", steps=5).key == Recipe(budget="seconds", steps=6).key
    assert Recipe(budget="seconds").key != Recipe().key


def test_other_versions_are_another_run_of_the_same_recipe(monkeypatch):
    recipe = Recipe()
    before = recipe.run_id
    monkeypatch.setattr(module, "_version", lambda name: "0.0")
    assert recipe.run_id != before
    assert recipe.key == Recipe().key
