from dataclasses import replace

import pytest
from scipy.stats import mannwhitneyu

from rnnviz.analysis.anatomy import network_size_for, network_total
from rnnviz.cells import CELLS, ELMAN, GRU, LSTM
from rnnviz.networks.torch_modules import SequenceModel
from rnnviz.tasks import TASKS
from rnnviz.tasks.task import Metric
from rnnviz.training.contest import (
    Contest,
    Result,
    Spread,
    ahead,
    breaks_at,
    chance_of_full_order,
    clipped_share,
    overlapping,
    result,
    same_clock,
    spread,
    steps_to,
)
from rnnviz.training.recipe import Recipe
from rnnviz.training.run import Ended, Point, Run

ERROR, SHARE = Metric("e", "Error", "smaller", learned=0.01), Metric("s", "Share", "larger", learned=0.9, share=True)


def run_of(metrics, final, seed=0, reason="done"):
    points = [Point(10 * (k + 1), k + 1.0, 0.0, metric, 1.0, 0.0) for k, metric in enumerate(metrics)]
    ended = Ended(reason, 10 * len(metrics), float(len(metrics)), 100, final)
    return Run(str(seed), Recipe(seed=seed), reason, points, ended=ended)


@pytest.mark.parametrize("name", CELLS)
@pytest.mark.parametrize(("layers", "directions"), [(1, 1), (2, 1), (1, 2), (2, 2)])
def test_weights_are_counted_as_in_the_network(name, layers, directions):
    model = SequenceModel(CELLS[name], 3, 2, 7, layers=layers, directions=directions)
    assert network_total(CELLS[name], 3, 2, 7, layers, directions) == sum(
        array.size for array in model.arrays().values()
    )


def test_equal_weights_are_as_near_as_whole_units_allow():
    contest = Contest(Recipe(hidden_size=20), ("elman", "lstm", "gru"), equal="parameters")
    budget = network_total(LSTM, 2, 1, 20)
    sizes, weights = contest.sizes(), contest.parameters()
    assert sizes[LSTM] == 20
    for cell in (ELMAN, GRU):
        nearby = [abs(network_total(cell, 2, 1, sizes[cell] + change) - budget) for change in (-1, 0, 1)]
        assert min(nearby) == nearby[1] == abs(weights[cell] - budget)
    assert network_size_for(CELLS["elman"], 2, 1, 10**6, 1, 1, most=128) == 128


def test_every_run_differs_by_cell_and_seed_alone():
    recipes = Contest(Recipe(length=20), ("lstm", "gru"), seeds=2, first_seed=5).recipes()
    assert {cell: [recipe.seed for recipe in of_cell] for cell, of_cell in recipes.items()} == {
        LSTM: [5, 6],
        GRU: [5, 6],
    }
    assert {replace(recipe, cell="lstm", seed=0) for of_cell in recipes.values() for recipe in of_cell} == {
        Recipe(length=20)
    }


def test_a_start_that_changes_nothing_in_a_cell_is_its_default():
    contest = Contest(Recipe(initialisation="chrono"), ("elman", "lstm"))
    assert contest.unmoved() == (ELMAN,)
    starts = {cell: of_cell[0].initialisation for cell, of_cell in contest.recipes().items()}
    assert starts == {ELMAN: "default", LSTM: "chrono"}


def test_a_result_is_the_spread_over_the_finished_runs():
    runs = [
        run_of([0.5, 0.009, 0.02], 0.02, 0),
        run_of([0.5, 0.4, 0.001], 0.001, 1),
        run_of([0.5], None, 2, "diverged"),
    ]
    waiting = Run("w", Recipe(seed=3), "waiting")
    found = result(LSTM, [*runs, waiting], ERROR, 0.01)
    assert found.metric == Spread(0.001, 0.0105, 0.02, 2)
    assert found.steps_to_level == Spread(20, 25, 30, 2)
    assert (found.finished, found.diverged) == (3, 1)
    assert found.seconds_per_step.median == pytest.approx(0.1)
    assert spread([]) is None
    assert steps_to(runs[2], ERROR, 0.01) is None


def of(cell, low, high, finished=3, diverged=0):
    return Result(cell, Spread(low, (low + high) / 2, high, finished), None, None, None, finished, diverged)


@pytest.mark.parametrize(
    ("results", "better", "pairs"),
    [
        ([of(ELMAN, 0.16, 0.18), of(LSTM, 0.001, 0.01)], "smaller", [(LSTM, ELMAN)]),
        ([of(ELMAN, 0.16, 0.18), of(LSTM, 0.001, 0.01)], "larger", [(ELMAN, LSTM)]),
        ([of(ELMAN, 0.1, 0.3), of(LSTM, 0.05, 0.1)], "smaller", []),
        ([of(ELMAN, 0.16, 0.18, finished=1), of(LSTM, 0.001, 0.01)], "smaller", []),
        ([of(ELMAN, 0.16, 0.18), of(LSTM, 0.001, 0.01, diverged=1)], "smaller", []),
        ([Result(ELMAN, None, None, None, None, 2, 2), of(LSTM, 0.1, 0.2)], "smaller", [(LSTM, ELMAN)]),
    ],
)
def test_one_cell_is_ahead_only_where_every_seed_says_so(results, better, pairs):
    assert ahead(results, better) == pairs
    assert sorted(ahead(results[::-1], better)) == sorted(pairs)


@pytest.mark.parametrize(("first", "second"), [(1, 1), (2, 2), (2, 3), (3, 3), (3, 5), (5, 5)])
def test_chance_puts_one_of_two_like_cells_wholly_ahead_as_often_as_the_rank_test_says(first, second):
    apart = mannwhitneyu(range(first), range(first, first + second), method="exact").pvalue
    assert chance_of_full_order(first, second) == pytest.approx(apart)


def test_three_seeds_against_three_reach_a_tenth_at_best():
    assert chance_of_full_order(3, 3) == pytest.approx(0.1)


def test_pairs_are_decided_or_overlap():
    found = [of(ELMAN, 0.16, 0.18), of(LSTM, 0.001, 0.01), of(GRU, 0.005, 0.02), of(CELLS["elman_relu"], 0, 1, 1)]
    assert [(one.cell, other.cell) for one, other in overlapping(found, "smaller")] == [(LSTM, GRU)]


def test_runs_share_a_clock_where_one_machine_made_each_by_itself():
    def by(*machines):
        runs = [run_of([0.5], 0.5, seed) for seed in range(len(machines))]
        runs = [replace(run, ended=replace(run.ended, timed_on=machine)) for run, machine in zip(runs, machines)]
        return result(LSTM, runs, ERROR, None)

    assert same_clock([by("a", "a"), by("a"), by()])
    assert not same_clock([by("a", "b"), by("a")])
    assert not same_clock([by("a", "a"), by("b")])
    assert not same_clock([by("a", None), by("a")])
    assert not same_clock([by(None)])
    assert not same_clock([by()])


def test_a_cell_breaks_at_the_first_length_it_has_not_learned():
    assert breaks_at({50: of(LSTM, 0.9, 1), 10: of(LSTM, 1, 1), 100: of(LSTM, 0.2, 0.5)}, SHARE) == 100
    assert breaks_at({50: of(LSTM, 0.9, 1)}, SHARE) is None
    assert breaks_at({50: Result(LSTM, None, None, None, None, 2, 2)}, SHARE) == 50
    assert breaks_at({50: of(LSTM, 0.1, 0.2)}, TASKS["names"].metric) is None


def test_the_clipped_share_counts_steps_not_points():
    points = [Point(1, 0.1, 0.0, 0.0, 9.0, 1.0), Point(10, 1.0, 0.0, 0.0, 9.0, 0.0), Point(20, 2.0, 0.0, 0.0, 9.0, 0.5)]
    assert clipped_share(Run("r", Recipe(), "done", points)) == pytest.approx((1 + 0 + 5) / 20)
