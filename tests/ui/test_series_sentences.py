"""What the pages on forecasts say: every sentence at each of its branches, and true of the networks that ship."""

from dataclasses import replace
from unittest.mock import Mock

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnnviz.analysis.standing import alike, outcome
from rnnviz.cells import CELLS, MAIN
from rnnviz.data.series import load_series
from rnnviz.settings.series import FORECAST, STOCKS
from rnnviz.tasks.baselines import LinearMap
from rnnviz.tasks.forecasting import Measured
from rnnviz.training.series import recipe_for
from rnnviz.ui.series import own_training, stocks, trap
from rnnviz.ui.series.forecast import error_chart, error_table, left_out, said_before
from rnnviz.ui.series.results import Forecasts, best_of, networks_of, simple_methods
from rnnviz.ui.series.standing import (
    beside_persistence,
    between,
    by_horizon,
    coverage_sentence,
    in_steps,
    to_digits,
    verdict,
    ways,
)
from rnnviz.ui.series.stocks import NextDay, PriceForecasts, known_stocks, price_forecasts, recipes_of

SEATTLE = load_series("seattle")
SHIPPED = [name for name in FORECAST if name != "own"]
MAP = LinearMap(np.array([[0.5, 0.0]]))


def forecasts(name, *errors, covered=0.9, fitted=None):
    """As reached by somebody from some seeds: errors by seed and horizon."""
    measured = [
        Measured(np.array(one), -np.ones(len(one)), np.ones(len(one)), np.full(len(one), covered)) for one in errors
    ]
    title, said = (name.title(), name) if fitted else (name.upper(), f"the {name.upper()}")
    return Forecasts(name, title, said, tuple(measured), fitted)


def simple(name, *errors):
    return forecasts(name, list(errors), fitted=MAP)


@pytest.mark.parametrize(
    ("errors", "said", "won"),
    [
        (([3.0, 4.0], [3.2, 4.0]), "**A simple method wins: linear.** Over 2 days it is off by 3.00 °C", "simple"),
        (([2.0, 3.0], [3.0, 4.0]), "**No winner: linear, a simple method, is as good.**", "tie"),
        (([1.0, 2.0], [2.0, 3.0]), "**The GRU wins.** Over 2 days it is off by 1.50 to 2.50 °C", "network"),
        (([2.5, 3.51], [3.5, 3.6]), "**No winner: linear, a simple method, is as good.**", "alike"),
        (([2.0, 3.0], [2.9, 3.09]), "**No winner: linear, a simple method, is as good.**", "alike"),
        (([1.0, 2.0],), "**One training of the GRU is off by 1.50 °C on average over 2 days**", "once"),
    ],
)
def test_the_first_sentence_says_who_wins(errors, said, won):
    network, method = forecasts("gru", *errors), simple("linear", 2.5, 3.5)
    assert outcome(network.overall, method.middle) == won
    assert verdict(SEATTLE, network, method).startswith(said)


def test_where_nobody_wins_since_all_is_alike_so_it_is_said():
    said = verdict(SEATTLE, forecasts("gru", [3.0, 3.01], [3.5, 3.6]), simple("linear", 3.0, 3.0))
    assert said == (
        "**No winner: linear, a simple method, is as good.** Over 2 days it is off by 3.00 °C on average, and the GRU "
        "by 3.00 to 3.55 °C from 2 seeds: the nearest of them differs by less than one in the third digit."
    )


def test_what_a_logarithm_says_is_said_where_errors_of_it_stand():
    ranges = load_series("ibm-range")
    assert ranges.unit == ""
    said = verdict(ranges, forecasts("gru", [1.0], [1.2]), simple("linear", 2.0))
    assert said.endswith("to be off by 0.30 is to miss the range by a factor of 1.35.")
    assert round(np.exp(0.30), 2) == 1.35
    assert all(len(load_series(name).unit.split()) <= 1 for name in SHIPPED)


@pytest.mark.parametrize("error", [0.0, 1e-14])
def test_a_method_that_is_right_is_said_to_be(error):
    said = verdict(SEATTLE, forecasts("gru", [1.0, 2.0], [1.0, 3.0]), simple("linear", error, error))
    assert said == (
        "**A simple method wins: linear.** Over 2 days it is right, and the GRU is off by 1.50 to 2.00 °C on average "
        "from each of 2 seeds."
    )


POSITIVE = st.floats(1e-6, 1e6)


@given(POSITIVE, POSITIVE)
def test_what_is_written_alike_is_alike_and_wins_nothing(one, other):
    assert alike(one, one)
    assert alike(one, other) == alike(other, one)
    if f"{one:.2e}" == f"{other:.2e}":
        assert alike(one, other)
        assert outcome((one, one), other) in {"alike", "tie"}
    if not one * 0.98 < other < one * 1.02:
        assert outcome((one, one), other) == ("network" if one < other else "simple")


def test_a_difference_of_what_the_seed_makes_is_a_tie_up_to_its_ends():
    assert [outcome((1.0, 2.0), value) for value in (0.99, 1.0, 1.5, 2.0, 2.01)] == [
        "simple", "tie", "tie", "tie", "network",
    ]  # fmt: skip


def test_who_is_better_soon_and_late_is_said():
    said = by_horizon(SEATTLE, forecasts("gru", [1.0, 3.0]), [simple("linear", 2.0, 2.0), simple("mean", 4.0, 1.0)])
    assert said == (
        "1 day ahead the GRU is off by 1.00 °C in the middle of its seeds and the best simple method, linear, by 2.00 "
        "°C; 2 days ahead it is off by 3.00 °C and the best of them, mean, by 1.00 °C."
    )
    assert by_horizon(SEATTLE, forecasts("gru", [1.0]), [simple("linear", 2.0)]) == ""


@pytest.mark.parametrize(
    ("other", "said"),
    [
        (2.5, "**Nothing here is better than to say that all stays as it is now.**"),
        (1.99, "Nothing here is more than 2 % better than to say that all stays as it is now (off by 2.00 °C)."),
        (
            1.5,
            "all stays as it is now (persistence) is off by 2.00 °C; the best of all, linear, has 25 % less error.",
        ),
    ],
)
def test_what_stays_as_it_is_is_named(other, said):
    assert beside_persistence(SEATTLE, [simple("linear", other), simple("persistence", 2.0)]).endswith(said)


@pytest.mark.parametrize(
    ("direct", "recursive", "begins"),
    [
        (1.0, 2.0, "**The GRU wins.**"),
        (2.0, 1.0, "**The recursive GRU wins.**"),
        (4.0, 1.0, "**The recursive GRU wins.**"),
        (4.0, 5.0, "**A simple method wins: linear.**"),
    ],
)
def test_the_network_is_judged_in_its_better_way_beside_all_that_stand_there(direct, recursive, begins):
    two = {
        "direct": forecasts("gru", [direct] * 2, [direct] * 2),
        "recursive": replace(forecasts("gru", [recursive] * 2, [recursive] * 2), said="the recursive GRU"),
    }
    methods = [simple("linear", 3.0, 3.0), simple("persistence", 6.0, 6.0)]
    [first, more, chosen] = said_before(SEATTLE, two, methods)
    best = best_of([*two.values(), *methods])
    assert first.startswith(begins)
    assert f"the best of all, {best.said}, has" in more
    assert "the network is the best of 2" in chosen
    assert "the simple method the best of 2" in chosen
    other = forecasts("lstm", [0.5, 0.5], [0.5, 0.5])
    assert "the best of all, the LSTM, has 92 % less" in said_before(SEATTLE, two, methods, [other])[1]
    assert "the best of all, the LSTM, has 92 % less" in said_before(SEATTLE, {}, methods, [other])[0]


def test_on_a_series_of_ones_own_the_best_of_all_cells_and_ways_stands_for_the_networks(monkeypatch):
    reached = {
        "elman": {"direct": forecasts("elman", [4.0], [4.5]), "recursive": forecasts("elman", [2.0], [2.5])},
        "gru": {"direct": forecasts("gru", [3.5], [3.6]), "recursive": forecasts("gru", [3.7], [3.8])},
    }
    monkeypatch.setattr(own_training, "networks_of", lambda series, cell: reached[cell.name])
    monkeypatch.setattr(own_training, "simple_methods", lambda recipe: [simple("linear", 3.0), simple("mean", 5.0)])
    said, chosen = own_training.reached(SEATTLE, [CELLS["elman"], CELLS["gru"]])
    assert said.startswith("**The ELMAN wins.** Over 1 day it is off by 2.00 to 2.50 °C")
    assert "the network is the best of 4, counting both ways" in chosen
    assert "the simple method the best of 2" in chosen


@pytest.mark.parametrize("cell", MAIN, ids=lambda cell: cell.name)
@pytest.mark.parametrize("name", SHIPPED)
def test_the_best_of_all_is_the_first_row_of_the_table(name, cell):
    series, methods = load_series(name), simple_methods(recipe_for(name, cell))
    networks = {one.name: networks_of(series, one) for one in MAIN}
    every = [one for two in networks.values() for one in two.values()]
    said = said_before(series, networks[cell.name], methods, every)[1]
    best = best_of([*every, *methods])
    assert f"best of all, {best.said}," in said or "Nothing here is" in said
    assert f"{in_steps(series, 1)[2:]} ahead the" in said


@pytest.mark.parametrize(
    ("fed", "said"),
    [
        (([1.0, 3.0], [1.0, 3.5]), "from every seed its errors grow as they are fed back."),
        (([1.0, 1.0], [1.0, 1.5]), "from every seed feeding back is better here."),
        (([1.0, 1.0], [1.0, 3.5]), "which is better depends on the seed."),
        (([1.0, 2.001], [1.0, 3.5]), "which is better depends on the seed."),
        (([1.0, 2.001], [1.0, 2.501]), "both are as good, to less than one in the third digit."),
    ],
)
def test_the_two_ways_are_compared_at_the_last_step(fed, said):
    assert ways(SEATTLE, forecasts("gru", [1.0, 2.0], [1.0, 2.5]), forecasts("gru", *fed)).endswith(said)
    assert ways(SEATTLE, forecasts("gru", [1.0]), forecasts("gru", [1.0])) == ""


@pytest.mark.parametrize(
    ("covered", "said"),
    [
        (0.9, "covered **90 %** of what came in the last part, by how far ahead: about what it was made for."),
        (0.847, "covered **85 %** of what came in the last part, by how far ahead: about what it was made for."),
        (0.953, "covered **95 %** of what came in the last part, by how far ahead: about what it was made for."),
        (0.844, "**too few**. What came later was harder than what the interval was measured on."),
        (0.956, "too many. What came later was easier than what the interval was measured on."),
        (0.7, "**too few**. What came later was harder than what the interval was measured on."),
        (0.98, "too many. What came later was easier than what the interval was measured on."),
    ],
)
def test_coverage_is_judged(covered, said):
    assert coverage_sentence(forecasts("gru", [1.0, 1.0], covered=covered)).endswith(said)


def test_coverage_that_changes_with_the_horizon_is_given_from_least_to_most():
    network = forecasts("gru", [1.0, 1.0])
    mixed = replace(network, measured=(replace(network.measured[0], covered=np.array([0.8, 0.9])),))
    assert "**80 % to 90 %**" in coverage_sentence(mixed)
    assert coverage_sentence(mixed).startswith("The 90 % interval of the GRU, by")
    assert coverage_sentence(mixed).endswith("The last part may differ from the one before, or it is chance.")


@given(st.lists(st.floats(0, 1), min_size=1, max_size=4))
def test_coverage_is_judged_by_what_is_written(shares):
    network = forecasts("gru", [1.0] * len(shares))
    said = coverage_sentence(replace(network, measured=(replace(network.measured[0], covered=np.array(shares)),)))
    written = [float(f"{100 * share:.0f}") for share in shares]
    assert said.endswith("about what it was made for.") == (min(written) >= 85 and max(written) <= 95)
    assert ("too few" in said) == (max(written) < 85)
    assert ("too many" in said) == (min(written) > 95)


def test_steps_and_numbers_are_written_as_one_reads_them():
    glucose, ibm = load_series("glucose"), load_series("ibm-price")
    assert [in_steps(SEATTLE, 1), in_steps(SEATTLE, 7)] == ["1 day", "7 days"]
    assert [in_steps(glucose, 1), in_steps(glucose, 12)] == ["1 step of 5 minutes", "12 steps of 5 minutes"]
    assert in_steps(ibm, 5) == "5 trading days"
    assert [to_digits(value, 2.81) for value in (2.8, 12, 0.004)] == ["2.80", "12.00", "0.00"]
    assert [between([1.2811, 1.2799]), between([2.0, 3.0])] == ["1.28", "2.00 to 3.00"]
    assert to_digits(0.0, 0.0) == "0.00"


# The networks that ship


@pytest.mark.parametrize("cell", MAIN, ids=lambda cell: cell.name)
@pytest.mark.parametrize("name", SHIPPED)
def test_where_a_simple_method_wins_the_first_sentence_says_so(name, cell):
    series = load_series(name)
    methods, of_cell = simple_methods(recipe_for(name, cell)), networks_of(series, cell)
    errors = min(([one.mae.mean() for one in way.measured] for way in of_cell.values()), key=np.median)
    best = min(one.measured[0].mae.mean() for one in methods)
    first = said_before(series, of_cell, methods)[0]
    alike = min(abs(error - best) for error in errors) < 10 ** (np.floor(np.log10(max(*errors, best))) - 2)
    assert first.startswith("**A simple method wins") == (best < min(errors) and not alike)
    assert first.startswith("**No winner") == (alike or min(errors) <= best <= max(errors))
    assert f"{cell.title} wins" in first.partition(".")[0] or max(errors) >= best or alike
    assert best_of(methods).said in first


@pytest.mark.parametrize("name", SHIPPED)
def test_the_table_is_in_the_order_of_the_errors_and_holds_everyone(name):
    series, recipe = load_series(name), recipe_for(name, MAIN[0])
    every = [*networks_of(series, MAIN[0]).values(), *simple_methods(recipe)]
    html = error_table(series, every, recipe)
    places = [html.index(f">{one.title}<") for one in sorted(every, key=lambda one: one.middle)]
    assert places == sorted(places)
    drawn = error_chart(series, every, trap.PALETTES["light"], 14).to_dict()
    best = best_of(every).middle
    for one in filter(lambda one: one.fitted, every):
        far = one.middle > 2 * best
        assert (f". {one.title}." in drawn["description"]) != far
        assert (one.said in left_out(every)) == far


def days(said, came, before):
    return NextDay(tuple(map(str, range(len(said)))), np.array(before), np.array(came), np.array(said))


@pytest.mark.parametrize(
    ("closer", "said"),
    [
        ((0.9, 0.8), "From every seed that is better"),
        ((0.5, 0.0), "as good as saying"),
        ((-0.2, -0.5), "is worse than"),
    ],
)
def test_what_is_left_of_a_price_forecast_as_returns_is_judged_by_all_seeds(closer, said):
    walk = np.exp(np.random.default_rng(0).normal(size=200).cumsum() / 100)
    [before, came] = walk[:-1], walk[1:]
    seeds = tuple(days(before * (came / before) ** share, came, before) for share in closer)
    stays = np.abs(100 * np.log(came / before)).mean()
    shown = replace(known_stocks(MAIN[0])["ibm"], simple_returns={"mean": simple("mean", stays * 1.01)})
    assert said in trap.of_returns(PriceForecasts(seeds), shown)


@pytest.mark.parametrize(
    ("rights", "said"),
    [((0.5, 0.52), "it does not know the direction"), ((0.5, 0.6), "which seed it is"), ((0.6, 0.7), "does better")],
)
def test_a_direction_is_known_only_from_every_seed(rights, said):
    shown = known_stocks(MAIN[0])["ibm"]
    found = tuple(replace(shown.directions[0], right=right, chance=(0.46, 0.54), always=0.55) for right in rights)
    assert said in trap.of_direction(replace(shown, directions=found))


WALK = 100 + np.random.default_rng(0).normal(size=200).cumsum()


@pytest.mark.parametrize(
    ("said", "begins", "holds", "best"),
    [
        (WALK[1:] + 0.01, "It fits best where it is: off by 0.0100 $, and by", "It does not copy yesterday.", 0),
        (WALK[:-1] + 0.01, "**Drawn 1 day earlier it fits ", "it repeats the price of the day before", 1),
        (WALK[:-1], "**Drawn 1 day earlier it fits exactly**", "it is the price of the day before", 1),
        (WALK[[0, *range(198)]], "**Drawn 2 days earlier it fits exactly**", "it is the price of 2 days before", 2),
        (0.42 * WALK[1:] + 0.58 * WALK[:-1], "Drawn 1 day earlier it fits better", "and yet not a copy of it.", 1),
        (
            0.5 * WALK[1:] + 0.5 * WALK[:-1],
            "It fits as well where it is as drawn 1 day earlier",
            "of its own day.",
            None,
        ),
    ],
)
def test_a_forecast_is_called_a_copy_only_where_it_is_one(said, begins, holds, best):
    price = PriceForecasts((days(said, WALK[1:], WALK[:-1]),))
    assert trap.copied(price).startswith(begins)
    assert holds in trap.copied(price)
    assert "fits 1 times" not in trap.copied(price)
    assert best in {None, price.fits_best}


@given(st.floats(0, 1.5), st.floats(-2, 2))
def test_whatever_is_forecast_is_said_to_be_a_copy_by_its_distances(share, off):
    price = PriceForecasts((days(share * WALK[:-1] + (1 - share) * WALK[1:] + off, WALK[1:], WALK[:-1]),))
    here, there = price.shifted[0], price.shifted[1]
    copies = any(word in trap.copied(price) for word in ("it repeats the price of the day before", "fits exactly"))
    assert copies == (price.fits_best == 1 and here >= 2 * there)


@pytest.mark.parametrize(
    ("said", "begins"),
    [
        (WALK[:-1], "**It looks excellent**: over 199 days"),
        (-WALK[:-1], "**It does not look excellent**: over 199 days"),
        (np.random.default_rng(1).normal(size=199), "**It does not look excellent**: over 199 days"),
        (np.full(199, 100.0), "**It does not look like a forecast**: over 199 days"),
    ],
)
def test_a_forecast_looks_as_good_as_it_correlates(said, begins):
    price = PriceForecasts((days(said, WALK[1:], WALK[:-1]),))
    assert trap.looks_good(price).startswith(begins)
    assert "nan" not in trap.looks_good(price)


@pytest.mark.parametrize(
    ("network", "linear", "begins", "holds"),
    [
        ((1.1, 1.2), 1.1, "**Nothing here beats the mean.**", "by 1.10 to 1.20 % by the GRU (2 seeds). A forecast"),
        ((0.9, 1.2), 1.1, "**Nothing here beats the mean.**", "(2 seeds): a tie."),
        ((1.001, 1.2), 1.1, "**Nothing here beats the mean.**", "less than one in the third digit"),
        ((0.9, 0.8), 1.1, "**From every seed the GRU is better than the mean here.**", "by 0.800 to 0.900 % by"),
        ((0.9, 0.8), 0.95, "**From every seed the GRU is better than the mean here.**", "by 0.800 to 0.900 % by"),
        ((0.9, 0.8), 0.7, "**Linear, a simple method, beats the mean here", "missed by 0.700 % by that method"),
        ((1.1, 1.2), 0.9, "**Linear, a simple method, beats the mean here", "and the GRU does not beat it.**"),
        ((1.1, 1.2), 0.9999, "**Nothing here beats the mean.**", "(2 seeds). A forecast"),
        ((1.1,), 1.1, "What IBM gains or loses", "by one training of the GRU"),
    ],
)
def test_the_trap_says_who_beats_the_mean_of_all_that_stand_there(network, linear, begins, holds):
    shown = replace(
        known_stocks(MAIN[0])["ibm"],
        returns=forecasts("gru", *([one] for one in network)),
        simple_returns={"mean": simple("mean", 1.0), "linear": simple("linear", linear)},
    )
    assert trap.trap_verdict("IBM", shown).startswith(begins)
    assert holds in trap.trap_verdict("IBM", shown)


def of_range(mean, best, network, *, right=0.5):
    shown = known_stocks(MAIN[0])["ibm"]
    return replace(
        shown,
        range=forecasts("gru", *([one] for one in network)),
        simple_range={"mean": simple("mean", mean), "linear": simple("linear", best)},
        directions=tuple(replace(one, right=right, chance=(0.46, 0.54), always=0.55) for one in shown.directions),
    )


@pytest.mark.parametrize(
    ("ibm", "msft", "holds"),
    [
        (of_range(2, 1, (1.12, 1.2)), of_range(2, 1, (1.3, 1.4)), "**: the error of the GRU is 32 % to 42 %"),
        (of_range(2, 1, (1.12, 1.2)), of_range(2, 1, (1.9, 2.1)), "foreseen on IBM**: the error of the GRU is 42 %"),
        (of_range(1, 1, (1.1, 1.2)), of_range(1, 1, (0.9, 1.1)), "moves within a day the GRU does not foresee**"),
        (of_range(2, 1, (1.1, 1.2)), of_range(2, 1, (1, 1.2)), "a simple method does as well as the GRU, or better."),
        (of_range(2, 1, (0.8, 0.9)), of_range(2, 1, (1, 1.2)), "is better than every simple method on IBM alone."),
        (of_range(2, 1, (0.8, 0.9)), of_range(2, 1, (0.9, 0.8)), "these stocks the GRU is better than every"),
        (of_range(2, 1, (0.8,)), of_range(2, 1, (0.9, 0.8)), "not known from one network what the seed alone makes."),
        (of_range(2, 1, (1, 2)), of_range(2, 1, (1, 2), right=0.545), "than a coin and than always to say the same."),
        (of_range(2, 1, (1, 2)), of_range(2, 1, (1, 2), right=0.6), "Which way it goes was foreseen on Microsoft"),
    ],
)  # fmt: skip
def test_what_can_be_foreseen_is_said_by_what_is_measured(ibm, msft, holds):
    assert holds in trap.foreseen({"ibm": ibm, "msft": msft})


@pytest.mark.parametrize("cell", MAIN, ids=lambda cell: cell.name)
def test_every_price_forecast_that_ships_copies_yesterday_and_no_return_beats_the_mean(cell):
    found = known_stocks(cell)
    assert list(found) == list(STOCKS)
    for stock, one in found.items():
        price = price_forecasts(stock, cell)
        assert price.fits_best == 1
        assert price.correlation > 0.97
        assert trap.trap_verdict(STOCKS[stock], one).startswith("**Nothing here beats the mean.**")
        assert "better than saying the same every day" not in trap.of_returns(price, one).replace("no better than", "")
        errors = [
            np.abs(100 * np.log(seed.said / seed.before) - price.returns_that_came).mean() for seed in price.seeds
        ]
        assert min(errors) > 0.995 * one.simple_returns["mean"].middle
    said = trap.foreseen(found)
    assert "**Which way it goes cannot be foreseen**" in said
    assert all(one.range.middle < 0.85 * one.simple_range["mean"].middle for one in found.values())


def test_the_lesson_about_copying_says_what_is_so():
    price = price_forecasts("ibm", recipe_for("ibm-price", MAIN[-1]).cell)
    assert len(price.seeds[0].came) == 650
    assert price.correlation > 0.99


def test_a_forecast_is_of_the_networks_that_a_visitor_may_see_and_of_no_other(monkeypatch):
    recipe = recipe_for("ibm-price", MAIN[0])
    assert len(stocks.next_day(recipe).said) == 650
    monkeypatch.setattr(stocks, "kept", lambda: Mock(find=lambda recipe, visitor: None))
    with pytest.raises(LookupError):
        stocks.next_day(recipe)


def test_all_runs_of_a_stock_are_named_once():
    recipes = recipes_of("ibm", MAIN[0])
    assert len(recipes) == len(set(recipes)) == 3 + 9
