"""What checks find, by witnesses of their own. That the browser finds the same: tests/browser/test_checks.py."""

import re
from dataclasses import fields
from pathlib import Path
from statistics import median

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as some

from rnnviz.cells import ELMAN, GRU, LSTM, MAIN, from_torch
from rnnviz.data.names import load_names
from rnnviz.data.number_words import say
from rnnviz.lessons.checks import (
    CHECKS,
    Beats,
    Clipped,
    EndsLower,
    Explained,
    Fate,
    FitsBest,
    LearnsFirst,
    LooksMost,
    Padding,
    Reaches,
    Remembered,
    RemembersBest,
    TranslatedRight,
    UndecidedError,
    Units,
    Widest,
)
from rnnviz.lessons.checks.check import number
from rnnviz.lessons.evidence import Evidence, Race, ShownForecasts, ShownRun, ShownTranslation
from rnnviz.networks.translator import Translator
from rnnviz.settings import PAGES
from rnnviz.settings.compare import comparison
from rnnviz.settings.gradients import Experiment
from rnnviz.settings.series import forecasting
from rnnviz.training.run import shipped
from rnnviz.training.series import recipe_for
from rnnviz.ui.evidence import (
    batching_evidence,
    cliff_evidence,
    evidence,
    race_evidence,
    series_evidence,
    translation_evidence,
)

ROOT = Path(__file__).parents[2]


def test_every_kind_is_offered_where_it_can_be_asked_and_shows_what_it_needs():
    for kind, check in CHECKS.items():
        assert kind == check.kind
        assert check.title
        assert check.meaning.endswith(".")
        for name in check.pages:
            page = PAGES[name]
            assert page.asks
        assert all(any(group in PAGES[name].groups for name in check.pages) for group in check.needs)
        assert {one.name for one in fields(check)} <= {
            "cell", "quantity", "unit", "step", "value", "within", "at_least",
        }  # fmt: skip
    assert {name for check in CHECKS.values() for name in check.pages} == {
        name for name, page in PAGES.items() if page.asks
    }


def test_the_player_finds_what_it_is_said_to_find_by_itself():
    source = (ROOT / "rnnviz/player/shell/checks.js").read_text()
    table = re.search(r"^const CHECKS = \{\n(.*?)^\};", source, re.MULTILINE | re.DOTALL).group(1)
    assert set(re.findall(r"^  (\w+): \{", table, re.MULTILINE)) == {
        kind for kind, check in CHECKS.items() if check.in_browser
    }


def random_run(cell, steps=5, **more):
    weights = cell.init(3, 4, seed=2)
    return ShownRun(cell, weights, np.random.default_rng(3).normal(size=(steps, 3)), **more)


@pytest.mark.parametrize("layer", [torch.nn.RNN, torch.nn.LSTM, torch.nn.GRU])
def test_what_is_remembered_is_what_torch_remembers(layer):
    torch.manual_seed(0)
    module = layer(3, 4).double()
    cell, weights = from_torch(module)
    inputs = np.random.default_rng(3).normal(size=(5, 3))
    without = inputs.copy()
    without[1] = 0
    ends = [module(torch.tensor(read))[0][-1] for read in (inputs, without)]
    wanted = float((ends[0] - ends[1]).abs().max().detach())
    found = Remembered(cell.name, 2).find(Evidence(runs={cell.name: ShownRun(cell, weights, inputs)}))
    assert found.measured == pytest.approx(wanted, abs=1e-12)
    assert found.answer == ("yes" if wanted >= 0.01 else "no")
    assert number(wanted) in found.because


def test_the_best_memory_is_the_largest_of_all_and_none_where_all_have_forgotten():
    runs = {cell.name: random_run(cell) for cell in MAIN}
    each = {name: Remembered(name, 1).find(Evidence(runs=runs)).measured for name in runs}
    found = RemembersBest(1).find(Evidence(runs=runs))
    assert (found.answer, found.measured) == (max(each, key=each.get), max(each.values()))
    forgotten = {"elman": ShownRun(ELMAN, {**runs["elman"].weights, "W_hh": np.zeros((4, 4))}, runs["elman"].inputs)}
    assert RemembersBest(1).find(Evidence(runs=forgotten)).answer == "none"


def test_units_are_counted_by_the_weights():
    assert Units("gru").find(Evidence(runs={"gru": random_run(GRU)})).answer == 4


@pytest.mark.parametrize(
    ("norms", "answer"),
    [([0.009, 1], "vanishes"), ([0.011, 1], "arrives"), ([99, 1], "arrives"), ([101, 1], "explodes")],
)
def test_what_becomes_of_a_gradient(norms, answer):
    shown = Evidence(runs={"lstm": random_run(LSTM, steps=2, gradient_norms=np.array(norms))})
    assert Fate(1).find(shown).answer == answer
    assert Reaches(1, norms[0]).find(shown).answer == "yes"
    assert Reaches(1, norms[0] * 1.01).find(shown).answer == "no"


@pytest.mark.parametrize("check", [Fate(1), Reaches(1, 0.5)])
def test_where_nothing_starts_nothing_is_judged(check):
    shown = Evidence(runs={"lstm": random_run(LSTM, steps=2, gradient_norms=np.zeros(2))})
    with pytest.raises(UndecidedError, match="no gradient at the last step"):
        check.find(shown)
    with pytest.raises(UndecidedError, match="no gradient is shown"):
        check.find(Evidence(runs={"lstm": random_run(LSTM)}))


def test_the_gradient_is_that_of_torch():
    experiment = Experiment(cell=LSTM, length=12, hidden_size=4, radius=1.1, forget_bias=3.0, input_scale=0.5, seed=5)
    [run] = evidence(PAGES["gradients"], experiment).runs.values()
    module = torch.nn.LSTMCell(4, 4).double()
    gates = ("i", "f", "g", "o")
    with torch.no_grad():
        module.weight_ih.copy_(torch.tensor(np.concatenate([run.weights[f"W_x{gate}"] for gate in gates])))
        module.weight_hh.copy_(torch.tensor(np.concatenate([run.weights[f"W_h{gate}"] for gate in gates])))
        module.bias_ih.copy_(torch.tensor(np.concatenate([run.weights[f"b_{gate}"] for gate in gates])))
        module.bias_hh.zero_()
    assert np.abs(np.linalg.eigvals(run.weights["W_hf"])).max() == pytest.approx(1.1)
    assert (run.weights["b_f"] == 3.0).all()
    states, state = [], (torch.zeros(1, 4).double(), torch.zeros(1, 4).double())
    for inputs in torch.tensor(run.inputs):
        state = module(inputs[None], state)
        state[0].retain_grad()
        states.append(state[0])
    (states[-1] ** 2).sum().div(2).backward()
    assert Reaches(1, 0.0).find(Evidence(runs={"lstm": run})).measured == pytest.approx(
        float(states[0].grad.norm() / states[-1].grad.norm()), rel=1e-9
    )


def contest(found):
    """A race of three cells whose runs took so many steps to learn."""
    race = comparison(task="lag").contest
    return Evidence(race=Race(race, {}, dict(zip(race.cells, found))))


@given(some.lists(some.lists(some.none() | some.integers(1, 9), min_size=3, max_size=3), min_size=3, max_size=3))
def test_the_first_is_the_one_with_the_least_median(found):
    middles = [median(1e9 if step is None else step for step in of_cell) for of_cell in found]
    least = min(middles)
    check, shown = LearnsFirst(), contest(found)
    if least < 1e9 and middles.count(least) > 1:
        with pytest.raises(UndecidedError, match="two are level"):
            check.find(shown)
        return
    answer = check.find(shown).answer
    assert answer == ("none" if least == 1e9 else MAIN[middles.index(least)].name)
    assert answer in check.options(shown)


def test_a_cell_without_all_its_runs_is_not_trained_and_nothing_is_said():
    with pytest.raises(UndecidedError, match="not trained, or not to the end: GRU"):
        LearnsFirst().find(contest([[1, 2, 3], [None, None, None], [4, 5]]))
    with pytest.raises(UndecidedError, match="not trained"):
        LearnsFirst().find(race_evidence(comparison(task="lag", first_seed=77).contest))
    with pytest.raises(UndecidedError, match="no race is shown"):
        LearnsFirst().find(Evidence())


def test_the_clipped_share_is_that_of_the_runs_themselves():
    race = comparison().contest
    found = Clipped("elman", 1.0).find(race_evidence(race))
    shares = []
    for recipe in race.recipes()[ELMAN]:
        points = shipped(recipe).points
        steps = np.diff([0, *(point.step for point in points)])
        shares.append(100 * np.average([point.clipped for point in points], weights=steps))
    assert found.answer == pytest.approx(np.median(shares))


def test_the_widest_has_about_as_many_weights_as_the_others():
    shown = race_evidence(comparison(equal="parameters").contest)
    assert Widest().find(shown).answer == "elman"
    with pytest.raises(UndecidedError, match="two are level"):
        Widest().find(race_evidence(comparison().contest))


@pytest.mark.parametrize("batch_size", [8, 32, 128])
def test_padding_is_counted_batch_by_batch(batch_size):
    found = Padding(1.0).find(batching_evidence(batch_size))
    names = load_names()
    order = np.random.default_rng(0).permutation(len(names))
    lengths = [len(names[k]) + 1 for k in order]
    batches = [lengths[k : k + batch_size] for k in range(0, len(lengths), batch_size)]
    steps = sum(len(batch) * max(batch) for batch in batches)
    assert found.answer == pytest.approx(100 * (1 - sum(lengths) / steps))


def test_the_lower_end_of_the_cliff_wins_and_what_diverges_never():
    shown = cliff_evidence(Experiment(clipping=True))
    ends = {name: path.losses[-1] for name, path in shown.descents.items()}
    assert EndsLower().find(shown).answer == min(ends, key=ends.get) == "with"
    diverged = cliff_evidence(Experiment(clipping=True, cliff_rate=100.0, cliff_threshold=1000.0))
    assert diverged.about != shown.about


@pytest.mark.parametrize(
    ("errors", "answer"),
    [((3, 1, 2, 4), "before"), ((0.1, 1, 2, 4), "now"), ((3, 2, 1, 4), "long"), ((3, 2, 1, 0), "long")],
)
def test_a_forecast_fits_best_where_it_is_nearest(errors, answer):
    shown = Evidence(shifted=dict(enumerate(errors)))
    assert FitsBest().find(shown).answer == answer
    with pytest.raises(UndecidedError, match="no forecast of a price"):
        FitsBest().find(Evidence())


@pytest.mark.parametrize(
    ("network", "answer"), [((1.0, 1.9), "network"), ((1.0, 2.1), "tie"), ((2.1, 3.0), "simple"), ((2.001, 3.0), "tie")]
)
def test_who_forecasts_better_is_decided_by_every_seed(network, answer):
    found = Beats().find(Evidence(forecasts=ShownForecasts(network, 2.0, "the mean")))
    assert found.answer == answer
    assert found.because.endswith("over 2 seeds, the mean by 2.000")


def test_of_one_seed_and_of_nothing_nobody_wins():
    with pytest.raises(UndecidedError, match="what the seed makes"):
        Beats().find(Evidence(forecasts=ShownForecasts((1.0,), 2.0, "the mean")))
    with pytest.raises(UndecidedError, match="no network and no simple method"):
        Beats().find(Evidence())


@pytest.mark.parametrize("view", ["forecast", "trap", "inside"])
def test_what_a_page_on_series_shows_is_what_its_runs_have_reached(view):
    shown = series_evidence(forecasting(view=view, series="co2", stock="msft"))
    series, ahead = {"forecast": ("co2", slice(None)), "trap": ("msft-return", slice(1))}.get(view, ("", slice(0)))
    if not series:
        assert shown.forecasts is None
        return
    tested = [[*shipped(recipe_for(series, GRU, seed)).ended.tested.values()][ahead] for seed in range(3)]
    assert shown.forecasts.network == pytest.approx([np.mean(one) for one in tested], rel=1e-3)
    assert bool(shown.shifted) == (view == "trap")


def test_a_network_is_asked_about_in_its_better_way():
    """Of the LSTM on CO₂ that is the recursive one, whose errors lie on either side of the best simple method."""
    shown = series_evidence(forecasting(view="forecast", series="co2", cell=LSTM))
    assert Beats().find(shown).answer == "tie"


def translation(**more):
    seen = {"read": ("one", "two"), "written": ("eins",), "labels": ("eins", "(end)"), "alignment": np.eye(2)}
    return Evidence(translation=ShownTranslation(**{**seen, **more}))


def test_a_translation_is_right_where_its_words_are_those_of_the_number():
    assert TranslatedRight().find(translation(right=("eins",))).answer == "yes"
    assert TranslatedRight().find(translation(right=("zwei",))).answer == "no"
    with pytest.raises(UndecidedError, match="not a number"):
        TranslatedRight().find(translation())


def test_where_a_decoder_looks_is_the_largest_weight():
    assert LooksMost(2).find(translation()).answer == "word2"
    with pytest.raises(UndecidedError, match="no attention"):
        LooksMost(1).find(translation(alignment=np.zeros((0, 0))))
    with pytest.raises(UndecidedError, match="no step 3"):
        LooksMost(3).find(translation())


@pytest.mark.parametrize(("left_out", "answer"), [([[-3.0, 1.0]], "yes"), ([[1.0, 3.0]], "no")])
def test_attention_points_at_what_matters_where_the_largest_agree(left_out, answer):
    assert Explained().find(translation(left_out=np.array(left_out))).answer == answer


def test_a_shown_translation_is_the_translator_s():
    translator = Translator.load("en-de")
    words = say(97_412, "en")
    out = translator.translate(words)
    shown = translation_evidence(translator, words).translation
    assert (tuple(shown.written), tuple(shown.read)) == (out.tokens, out.source_tokens)
    np.testing.assert_array_equal(shown.alignment[: len(out.tokens)], out.alignment)
    assert translation_evidence(translator, words, "word3=").translation.read == [*words[:2], *words[3:]]


@given(some.floats(-1e9, 1e9))
def test_a_number_is_written_with_three_decimals_or_as_a_power(value):
    said = number(value).replace("−", "-").removeprefix("exactly ")
    assert ("exactly" in number(value)) == (value == 0)
    assert float(said) == pytest.approx(value, rel=0.06, abs=0.0006)
    assert not re.search(r"nan|e[+-]0\d", said)
