import pytest

from rnnviz import recipe as module
from rnnviz.recipe import Recipe, read_recipe


def test_a_recipe_comes_back_from_what_is_kept_of_it():
    recipe = Recipe(task="dyck", length=40, cell="gru", learning_rate=0.003, seed=7)
    assert read_recipe(recipe.as_dict()) == recipe


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
