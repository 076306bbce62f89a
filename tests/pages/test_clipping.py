"""Clipping: the section of `rnnviz.ui.gradients.clipping`, on a page of its own."""

import re
from dataclasses import replace
from functools import partial

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from rnnviz.jobs.database import StoreError
from rnnviz.training.clipping import ClippingRecipe, Comparison, Descent, Path, Reach, beyond
from rnnviz.training.run import Point, follow
from rnnviz.ui import asked
from rnnviz.ui.gradients import clipping
from tests.pages.desk import progress_of

TRAINING = ClippingRecipe("norm", 0.5, 2.5, 0)


def section():
    from rnnviz.settings import PAGES
    from rnnviz.ui.controls import refuse
    from rnnviz.ui.frame import follow_address
    from rnnviz.ui.gradients.clipping import clipping_section
    from rnnviz.ui.lesson_card import Shown

    page = PAGES["gradients"]
    for sentence in follow_address(page, None)[1].values():
        refuse(sentence)
    clipping_section(Shown(page))


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
    monkeypatch.setattr(clipping, "ClippingRecipe", partial(ClippingRecipe, steps=30))
    page = visit()
    assert not page.get("vega_lite_chart")
    page.button(key="clip_train").click().run()
    assert not page.exception
    for visitor in (page, AppTest.from_function(section, default_timeout=60)):
        visitor.run()
        assert not visitor.exception
        assert len(visitor.get("vega_lite_chart")) == 3
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


def test_a_server_without_torch_says_so(desk, monkeypatch):
    monkeypatch.setattr(asked, "find_spec", lambda name: None)
    page = visit()
    assert "PyTorch is not installed" in text_of(page)
    assert not page.button


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
