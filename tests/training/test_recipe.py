import json

import pytest

from rnnviz.data.number_words import SHORT
from rnnviz.training import recipe as module
from rnnviz.training.recipe import Recipe, TranslationRecipe, read_recipe


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
    assert read_recipe({"source": "de", "target": "en"}) == TranslationRecipe("de", "en")
    assert read_recipe({"cell": "gru"}) == Recipe(cell="gru")


def test_what_ships_is_still_found_by_the_same_keys():
    assert Recipe().key == "ee307d635cd2ec16"
    assert Recipe(task="dyck", length=40, budget="seconds", learning_rate=1).key == "6c78d0424f786e7e"


def test_the_share_of_a_budget_that_is_spent():
    assert Recipe(steps=400).spent(100, 1000.0) == 0.25
    assert Recipe(budget="seconds", seconds=40).spent(10_000, 10.0) == 0.25
    assert TranslationRecipe(steps=400).spent(100, 1000.0) == 0.25
    assert TranslationRecipe(steps=400).spent(500, 0.0) == 1.0
    assert TranslationRecipe.budget == "steps"


def test_a_recipe_is_told_in_a_line():
    assert Recipe(seed=3).in_words == "adding  lstm         32 units, length 50, 1000 steps, seed 3"
    said = "en-de   gru          64 units, attention dot, 2 directions, numbers up to 999,999, 1500 steps, seed 0"
    assert TranslationRecipe().in_words == said


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"source": "la"}, "source must be one of en, de, fr, not 'la'"),
        ({"source": ["en"]}, r"source must be one of en, de, fr, not \['en'\]"),
        ({"source": "de"}, "source and target must be two languages, not both German"),
        ({"source": "en", "attention": "self"}, "attention must be one of none, additive, dot, general, not 'self'"),
        ({"source": "en", "cell": None}, "cell must be one of elman, elman_relu, lstm, gru, not None"),
        ({"source": "en", "directions": 3}, "directions must be a whole number from 1 to 2, not 3"),
        ({"source": "en", "hidden_size": 9}, "two directions need an even hidden size, not 9"),
        ({"source": "en", "hidden_size": 130}, "hidden size must be a whole number from 1 to 128, not 130"),
        ({"source": "en", "embedding_size": 65}, "embedding size must be a whole number from 1 to 64, not 65"),
        ({"source": "en", "largest": 5000}, "largest must be one of 99999, 999999, not 5000"),
        ({"source": "en", "largest": 99_999.0}, r"largest must be one of 99999, 999999, not 99999\.0"),
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
        ({"task": "poetry"}, "task must be one of adding, copy, order, lag, dyck, names, not 'poetry'"),
        ({"cell": "elmo"}, "cell must be one of elman, elman_relu, lstm, gru, not 'elmo'"),
        ({"hidden_size": 1000}, "hidden size must be a whole number from 1 to 128, not 1000"),
        ({"hidden_size": 3.5}, "hidden size must be a whole number"),
        ({"hidden_size": True}, "hidden size must be a whole number"),
        ({"learning_rate": float("nan")}, "learning rate must be a number from 1e-05 to 10, not nan"),
        ({"learning_rate": "0.1"}, "learning rate must be a number"),
        ({"length": 401}, "length must be a whole number from 4 to 400, not 401"),
        ({"steps": 10**6}, "steps must be a whole number from 1 to 10000"),
        ({"task": "dyck", "length": 40, "directions": 2}, "would see the answer"),
        ({"clips": 1.0}, "a recipe has no clips"),
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
