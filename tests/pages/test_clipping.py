"""Clipping: the section of `rnnviz.ui.gradients.clipping`, on a page of its own."""

import re
from dataclasses import replace

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from rnnviz.jobs.database import StoreError
from rnnviz.settings.gradients import EXPERIMENT, Experiment
from rnnviz.training.clipping import GUESSING, ClippingRecipe, Comparison, Descent, Path, Reach, beyond
from rnnviz.training.run import Point, follow, shipped, shipped_weights
from rnnviz.ui import asked
from rnnviz.ui.gradients import clipping
from tests.pages.desk import progress_of

TRAINING = ClippingRecipe("norm", 0.5, 2.5, 0)


def section():
    import streamlit as st

    from rnnviz.settings import PAGES
    from rnnviz.ui.controls import refuse
    from rnnviz.ui.frame import follow_address
    from rnnviz.ui.gradients.clipping import clipping_section
    from rnnviz.ui.lesson_card import Shown

    def curves(title, verdict, charts):
        drawn = ", ".join(f"{curve.title} {len(curve.values)}" for chart in charts for curve in chart.curves)
        st.markdown(f"{verdict} Curves: {drawn}")

    page = PAGES["gradients"]
    for sentence in follow_address(page, None)[1].values():
        refuse(sentence)
    clipping_section(Shown(page), curves)


def visit(**query):
    page = AppTest.from_function(section, default_timeout=60)
    for name, value in {"clipping": "true", **query}.items():
        page.query_params[name] = value
    page.run()
    assert not page.exception
    return page


def text_of(page):
    return " ".join(element.value for element in page.markdown)


@pytest.fixture(scope="module")
def arrays():
    return follow(TRAINING)


@pytest.fixture(scope="module")
def done(arrays):
    return TRAINING.read(arrays)


def test_the_default_cliff_says_what_clipping_did(desk):
    page = visit()
    said = text_of(page)
    assert (
        "**Without clipping** the loss starts at 0.0471; the longest gradient, at step 13, has the norm 8.96. " in said
    )
    assert "Step 13 throws it off this part, to w = 6.63, b = 1.64; at step 40 the loss is 0.0898." in said
    assert (
        "12 of 40 steps are shortened to the threshold. It stays on this part; at step 40 the loss is 0.00865." in said
    )
    assert "Leaves this part at step</th><td>13</td><td>never</td>" in said
    assert len(page.get("plotly_chart")) == 2


def test_the_cliff_is_what_the_link_says(desk):
    page = visit(cliff_w="4.6", cliff_b="-2.4", cliff_rate="0.3", cliff_threshold="0.5")
    assert [page.number_input(key=f"cliff_{name}").value for name in ("w", "b", "rate", "threshold")] == [
        4.6, -2.4, 0.3, 0.5
    ]  # fmt: skip
    before = text_of(page)
    page.number_input(key="cliff_threshold").set_value(1.0).run()
    assert not page.exception
    assert text_of(page) != before


@pytest.mark.parametrize(("asked", "value"), [("banana", 0.5), ("-1", 0.5), ("1e400", 0.5), ("nan", 0.5)])
def test_a_link_that_cannot_be_read_is_refused_in_a_sentence(desk, asked, value):
    page = visit(cliff_rate=asked)
    assert page.warning[0].value == f"The link asks for cliff rate “{asked}”; it can be a number from 0.01 to 100."
    assert page.number_input(key="cliff_rate").value == value


def test_a_path_that_diverges_says_at_which_step():
    path = Path(np.zeros((3, 2)), np.array([0.1, 0.2, 0.3]), np.array([1.0, 2.0, np.inf]), None, diverged=3)
    said = clipping.path_sentence("without clipping", path)
    assert "the longest gradient, at step 3, has the norm too large for a computer's numbers" in said
    assert "It diverges: step 3 cannot be made" in said
    assert "nan" not in said


def test_training_starts_when_asked_and_its_result_stays(desk, monkeypatch):
    short = property(
        lambda chosen: ClippingRecipe("norm", chosen.clip_threshold, chosen.clip_rate, chosen.clip_seed, 30)
    )
    monkeypatch.setattr(Experiment, "clipping_recipe", short)
    page = visit()
    assert not page.get("vega_lite_chart")
    page.button(key="clip_train").click().run()
    assert not page.exception
    for visitor in (page, visit()):
        visitor.run()
        assert not visitor.exception
        assert len(visitor.get("vega_lite_chart")) == 2
        assert "without clipping 30, with clipping 30, guessing: all symbols alike 30" in text_of(visitor)
        assert not visitor.button
        assert "of the steps** had a gradient longer than 0.5" in text_of(visitor)
    assert desk.asked == [replace(TRAINING, steps=30)]
    page.number_input(key="clip_seed").set_value(5).run()
    assert page.button(key="clip_train")  # another configuration has not been trained


def test_while_it_trains_the_page_says_how_far_it_is_and_can_stop_it(desk):
    desk.put(TRAINING, "waiting")
    now = "Training takes about ten seconds. Now: starting, or waiting for other work on this server."
    assert progress_of(visit()) == [now]
    desk.put(TRAINING, "running", Point(420, 5.0))
    page = visit()
    assert progress_of(page) == ["Training takes about ten seconds. Now: 52 % done."]
    page.button(key="clip_train_stop").click().run()
    assert desk.cancelled == [TRAINING]
    assert page.button(key="clip_train")


def test_a_training_that_fails_says_so_and_may_be_asked_again(desk):
    desk.put(TRAINING, "failed", notes=("Failed: RuntimeError: out of memory.",))
    page = visit()
    assert page.warning[0].value == "The training failed: RuntimeError: out of memory"
    assert page.button(key="clip_train")


def test_a_result_that_is_gone_is_told_in_a_sentence(desk, arrays, monkeypatch):
    desk.answered(TRAINING, arrays)
    monkeypatch.setattr(desk, "weights", gone)
    assert visit().warning[0].value == "The training failed: it is no longer kept in /somewhere"


def gone(run, step):
    raise StoreError("it is no longer kept in /somewhere")


def test_a_server_without_torch_shows_what_is_known_and_says_that_it_trains_nothing(desk, arrays, monkeypatch):
    monkeypatch.setattr(asked, "find_spec", lambda name: None)
    page = visit()
    assert "PyTorch is not installed" in text_of(page)
    assert not page.button
    desk.answered(TRAINING, arrays)
    assert "PyTorch is not installed" not in text_of(visit())


def test_a_training_ships_and_stands_on_the_page_without_a_switch(monkeypatch):
    monkeypatch.setattr(asked, "kept", Shelf)
    page = visit(clipping="false", clip_threshold="0.7")
    said = text_of(page)
    assert "With clipping this training ends at 3.1 bits per character; without, at 9.68, worse than guessing" in said
    assert not page.button
    assert not page.number_input
    assert not page.get("vega_lite_chart")
    assert not page.get("plotly_chart")
    assert [toggle.key for toggle in page.toggle] == ["clipping"]


class Shelf:
    """What came with rnnviz, and nothing else."""

    def find(self, recipe, session):
        return shipped(recipe)

    def weights(self, run, step):
        return shipped_weights(run, step)


def test_the_training_that_ships_is_what_its_recipe_makes(done):
    recipe = EXPERIMENT.clipping_recipe
    run = shipped(recipe)
    assert run.recipe == recipe == TRAINING
    found = recipe.read(shipped_weights(run, max(run.moments)))
    # A training that explodes makes of a rounding error a large one: as far as float32 can be followed.
    np.testing.assert_allclose(found.without.losses[:25], done.without.losses[:25], rtol=1e-3)
    np.testing.assert_allclose(found.clipped.losses, done.clipped.losses, rtol=0.05)
    assert clipping.verdict_sentence(found).startswith("With clipping this training ends at 3.1 bits")


def ending(losses, diverged=None):
    return Descent(np.array(losses), np.ones(len(losses)), np.ones(len(losses)), diverged)


@pytest.mark.parametrize(
    ("without", "clipped", "said"),
    [
        (ending([9.0]), ending([3.0]), "ends at 3 bits per character; without, at 9, worse than guessing (4.75)."),
        (ending([4.0]), ending([3.0]), "With clipping this training ends at 3 bits per character; without, at 4."),
        (ending([9.0]), ending([8.0]), "With clipping this training ends at 8 bits per character; without, at 9."),
        (ending([3.0]), ending([3.0]), "At these settings clipping does not help: 3 bits per character at the end"),
        (ending([9.0], 2), ending([3.0]), "Without clipping this training breaks down at step 2; with clipping it"),
        (ending([9.0]), ending([8.0], 2), "At these settings clipping does not help"),
        (ending([9.0], 2), ending([9.0], 2), "At these settings clipping does not help"),
    ],
)
def test_the_verdict_is_what_the_losses_say(without, clipped, said):
    assert 4.7 < GUESSING < 4.8
    done = Comparison(TRAINING, without, clipped, Reach(1, np.zeros(4), np.zeros(4)))
    assert said in clipping.verdict_sentence(done)


def test_a_run_that_ends_early_is_drawn_to_where_it_ends():
    done = Comparison(replace(TRAINING, steps=4), ending([5.0, 6.0], 3), ending([5.0] * 4), Reach(1, *np.zeros((2, 4))))
    for chart in clipping.training_charts(done):
        assert [len(curve.values) for curve in chart.curves] == [4, 4, 4]
        assert np.isnan(chart.curves[0].values).tolist() == [False, False, True, True]
    loss, gradient = clipping.training_charts(done)
    assert (loss.curves[2].values == GUESSING).all()
    assert (gradient.curves[2].values == TRAINING.threshold).all()


def test_both_questions_are_answered_from_the_run(desk, arrays, done):
    desk.answered(TRAINING, arrays)
    said = text_of(visit())
    without, clipped = done.without.norms, done.clipped.norms
    assert f"is **{clipped.max() / np.median(clipped):.3g} times as long**" in said
    assert f"That one step made {100 * without.max() / without.sum():.0f} % of the whole way" in said
    assert f"At step {done.without.lost} the network without clipping is worse than guessing again" in said
    assert "; with clipping it never is." in said
    share = f"{100 * beyond(done.reach.before)[10]:.0f} %"
    assert f"More than 10 steps back come {share} before clipping and {share} after it" in said
    assert "no share changes by more than rounding" in said
    rows = re.findall(r"<tr><th scope=\"row\">(\d+)</th><td>(.*?)</td><td>(.*?)</td></tr>", said)
    assert [back for back, *_ in rows][:5] == ["0", "1", "2", "5", "10"]
    assert all(before == after for _, before, after in rows)


def test_clipping_by_value_is_told_by_its_entries(desk, arrays):
    by_value = ClippingRecipe("value", 0.05, 2.5, 0)
    desk.answered(by_value, arrays)
    page = visit(clip_by="By value")
    assert "had an entry beyond ±0.05" in text_of(page)
    assert "Clipping by value cuts each entry for itself" in text_of(page)


def test_settings_at_which_nothing_is_clipped_or_nothing_helps_say_so(done):
    same = replace(done, recipe=ClippingRecipe("norm", 50.0, 2.5, 0), without=done.clipped)
    assert "0 % of the steps" in clipping.shortened_sentence(same)
    assert clipping.loss_sentence(same).endswith("At these settings clipping did not help.")
    assert "nothing is clipped" in clipping.reach_sentence(same)
    assert "guessing" not in clipping.why_clip_sentence(same)


def test_a_run_that_diverges_or_has_no_gradient_is_told_without_nonsense():
    short = Descent(np.array([4.7, 5.0]), np.array([1.0, 2.0]), np.array([0.1, 0.2]), diverged=3)
    still = Descent(np.array([4.7, 4.7, 4.7]), np.zeros(3), np.zeros(3), None)
    done = Comparison(TRAINING, short, still, Reach(1, np.zeros(4), np.zeros(4)))
    assert "The run without clipping diverges: at step 3" in clipping.loss_sentence(done)
    for said in (clipping.why_clip_sentence(done), clipping.reach_sentence(done), clipping.loss_sentence(done)):
        assert "nan" not in said
