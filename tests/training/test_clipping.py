import math
import subprocess
import sys

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from rnnviz import gradients
from rnnviz.cells import ELMAN
from rnnviz.networks.torch_modules import NextSymbol
from rnnviz.settings.gradients import Experiment
from rnnviz.training.clipping import (
    CLIFF_B,
    CLIFF_STEPS,
    CLIFF_W,
    GUESSING,
    ClippingRecipe,
    Descent,
    Path,
    beyond,
    by_steps_back,
    cliff,
    cliff_surface,
    compare,
    descend,
)
from rnnviz.training.loop import batch_of, bits_per_symbol
from rnnviz.training.recipe import read_recipe
from rnnviz.training.run import Point, pack_state, unpack_state

SHOWN = Experiment()
START, RATE = (SHOWN.cliff_w, SHOWN.cliff_b), SHOWN.cliff_rate
PLACES = [(4.8, -2.0), (4.44, -2.27), (3.9, -1.4), (5.3, -2.8), (0.0, 0.0), (-3.0, 1.0)]


def torch_cliff(point):
    """The loss written out, for autograd."""
    w, b = point
    x = torch.tensor(0.5, dtype=torch.float64)
    for _ in range(50):
        x = w * torch.sigmoid(x) + b
    return (torch.sigmoid(x) - 0.7) ** 2


@pytest.mark.parametrize("place", PLACES)
def test_the_cliff_and_its_slopes_are_those_of_autograd(place):
    point = torch.tensor(place, dtype=torch.float64, requires_grad=True)
    expected = torch_cliff(point)
    (slopes,) = torch.autograd.grad(expected, point)
    loss, *found = cliff(*place)
    assert loss == pytest.approx(expected.item(), rel=1e-12)
    np.testing.assert_allclose(found, slopes, rtol=1e-9, atol=1e-15)


@pytest.mark.parametrize("place", PLACES)
def test_the_slopes_are_central_differences(place):
    step = 1e-6
    found = cliff(*place)[1:]
    for slope, move in zip(found, np.eye(2) * step):
        ahead, behind = (cliff(*(np.array(place) + sign * move))[0] for sign in (1, -1))
        assert slope == pytest.approx((ahead - behind) / (2 * step), rel=1e-4, abs=1e-9)


def test_the_surface_has_b_down_and_w_across():
    w, b = np.linspace(*CLIFF_W, 4), np.linspace(*CLIFF_B, 3)
    surface = cliff_surface(w, b)
    assert surface.shape == (3, 4)
    assert surface[2, 1] == cliff(w[1], b[2])[0]


def test_on_the_drawn_part_there_is_a_wall():
    w, b = np.linspace(*CLIFF_W, 201), np.linspace(*CLIFF_B, 201)
    loss = cliff_surface(w, b)
    assert np.abs(np.diff(loss, axis=0)).max() > 0.3
    assert np.median(np.abs(np.diff(loss, axis=0))) < 0.001


@pytest.mark.parametrize("threshold", [None, 0.2, 0.5])
def test_a_path_is_that_of_torch_with_clip_grad_norm(threshold):
    point = torch.tensor(START, dtype=torch.float64, requires_grad=True)
    optimizer = torch.optim.SGD([point], lr=RATE)
    # A wall makes of a rounding error a large one: as many steps as float64 can follow.
    path = descend(START, RATE, 13, threshold)
    for expected, loss, norm in zip(path.points, path.losses, path.norms):
        np.testing.assert_allclose(point.detach(), expected, rtol=1e-6)
        optimizer.zero_grad()
        now = torch_cliff(point)
        torch.autograd.backward(now)
        assert loss == pytest.approx(now.item(), rel=1e-4)
        before = torch.nn.utils.clip_grad_norm_([point], threshold or math.inf)
        assert norm == pytest.approx(before.item(), rel=1e-4)
        optimizer.step()


def test_the_default_start_is_thrown_off_without_clipping_and_not_with_it():
    without = descend(START, RATE, CLIFF_STEPS)
    clipped = descend(START, RATE, CLIFF_STEPS, SHOWN.cliff_threshold)
    assert without.left is not None
    assert without.losses[-1] > without.losses[0]
    assert without.clipped == 0
    assert clipped.left is clipped.diverged is without.diverged is None
    assert clipped.losses[-1] < clipped.losses[0] / 2
    assert 0 < clipped.clipped < CLIFF_STEPS / 2
    assert len(without.points) == len(clipped.points) == CLIFF_STEPS + 1
    longest = np.linalg.norm(np.diff(clipped.points, axis=0), axis=1).max()
    assert longest <= RATE * SHOWN.cliff_threshold


@pytest.mark.parametrize("threshold", [0.05, 0.1, 0.3, 0.5, 1.0])
def test_other_thresholds_keep_the_default_start_on_the_surface_too(threshold):
    clipped = descend(START, RATE, CLIFF_STEPS, threshold)
    assert clipped.left is None
    assert clipped.losses[-1] < 0.0471


def test_what_is_drawn_of_a_path_ends_at_the_border():
    path = descend(START, RATE, CLIFF_STEPS)
    drawn = path.drawn
    assert len(drawn) == path.left + 1
    np.testing.assert_array_equal(drawn[:-1, :2], path.points[: path.left])
    assert drawn[-1, 0] == pytest.approx(CLIFF_W[1]) or drawn[-1, 1] == pytest.approx(CLIFF_B[1])
    inside, outside = path.points[path.left - 1], path.points[path.left]
    share = (drawn[-1, :2] - inside) / (outside - inside)
    assert share[0] == pytest.approx(share[1])  # on the straight line of the step
    assert 0 < share[0] < 1
    clipped = descend(START, RATE, CLIFF_STEPS, 0.2)
    assert len(clipped.drawn) == len(clipped.points)


@given(
    w=st.floats(*CLIFF_W), b=st.floats(*CLIFF_B), rate=st.floats(0.01, 100), threshold=st.none() | st.floats(0.01, 1e3)
)
def test_no_setting_gives_what_is_not_a_number_or_leaves_the_picture(w, b, rate, threshold):
    path = descend((w, b), rate, 15, threshold)
    assert np.isfinite(path.points).all()
    assert np.isfinite(path.losses).all()
    assert not np.isnan(path.norms).any()
    low, high = np.transpose([CLIFF_W, CLIFF_B])
    assert (path.drawn[:, :2] >= low - 1e-12).all()
    assert (path.drawn[:, :2] <= high + 1e-12).all()


def test_a_rate_that_diverges_says_at_which_step_and_warns_of_nothing():
    path = descend((4.439, -2.269), 1e308, 40)
    assert path.diverged == len(path.points) == 1
    # Where the unit's own slope overflows, the norm is infinite and not nan.
    steep = descend((1e8, -5e7), 1.0, 3)
    assert not np.isnan(steep.norms).any()


TRAINING = ClippingRecipe(by="norm", threshold=0.5, learning_rate=2.5, seed=0)


@pytest.fixture(scope="module")
def default():
    return compare(TRAINING)


def test_the_default_training_goes_wrong_without_clipping_and_not_with_it(default):
    assert default.without.losses[-50:].mean() > GUESSING > 1.3 * default.clipped.losses[-50:].mean()
    assert default.without.lost is not None
    assert default.clipped.lost is None
    assert 0 < default.shortened.mean() < 0.25  # only rare steps are clipped


def test_both_runs_are_one_until_the_first_step_that_is_clipped(default):
    first = int(default.shortened.argmax())
    np.testing.assert_array_equal(default.without.norms[: first + 1], default.clipped.norms[: first + 1])
    assert default.without.norms[first + 1] != default.clipped.norms[first + 1]


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_that_is_no_accident_of_the_seed(seed):
    done = compare(ClippingRecipe("norm", 0.5, 2.5, seed, steps=150))
    assert done.without.losses[-50:].mean() > 1.5 * done.clipped.losses[-50:].mean()


def test_clipping_by_norm_changes_no_share_and_makes_the_gradient_as_long_as_the_threshold(default):
    reach = default.reach
    assert default.clipped.norms.argmax() + 1 == reach.step
    np.testing.assert_allclose(beyond(reach.after), beyond(reach.before), rtol=1e-12)
    factor = TRAINING.threshold / (default.clipped.norms[reach.step - 1] + 1e-6)
    np.testing.assert_allclose(reach.after, factor * reach.before, rtol=1e-12)
    assert factor < 1


def test_far_steps_contribute_little(default):
    shares = beyond(default.reach.before)
    assert shares[0] > 0.3
    assert shares[10] < 0.1
    assert (np.diff(shares) <= 0).all()


def test_clipping_by_value_may_move_the_shares_and_makes_no_part_longer():
    done = compare(ClippingRecipe("value", 0.05, 2.5, 0, steps=60))
    assert (done.shortened == (done.clipped.entries > 0.05)).all()
    assert done.shortened.any()
    assert (done.reach.after <= done.reach.before + 1e-15).all()
    assert np.abs(beyond(done.reach.after) - beyond(done.reach.before)).max() > 1e-6


def words_of(rows):
    """A batch with padding, a network, and both as numpy has them."""
    model = NextSymbol.init(ELMAN, 27, 5, seed=3).double()
    batch = batch_of(rows)
    return model, batch, (batch.inputs.numpy(), batch.targets.numpy(), batch.mask.numpy())


ROWS = [(0, 3, 5, 1, 0, 2, 0), (0, 4, 0), (0, 1, 2, 3, 0)]


def test_the_parts_by_steps_back_make_the_gradient_of_torch_and_of_backpropagate():
    model, batch, arrays = words_of(ROWS)
    torch.autograd.backward(bits_per_symbol(model, batch))
    weights, readout = model.core.arrays(), model.readout.arrays()
    parts = by_steps_back(weights, readout, *arrays)
    np.testing.assert_allclose(parts.sum(axis=0), model.core.W_hh.grad, rtol=1e-10, atol=1e-14)


def test_each_part_is_what_is_left_when_the_gradient_is_carried_no_further():
    # Autograd with the state cut off k + 1 steps before each loss gives the first k + 1 parts.
    model, batch, arrays = words_of(ROWS)
    parts = by_steps_back(model.core.arrays(), model.readout.arrays(), *arrays)
    steps = len(batch.inputs)
    with torch.no_grad():
        states = model.core(torch.nn.functional.one_hot(batch.inputs, 27).double())["h"]
    for back in range(steps):
        total = torch.zeros(())
        for s in range(steps):
            first = max(0, s - back)
            before = {"h": states[first - 1]} if first else None
            logits = model(batch.inputs[first : s + 1], before)[-1]
            bits = torch.nn.functional.cross_entropy(logits, batch.targets[s], reduction="none") / math.log(2)
            total = total + (bits * batch.mask[s]).sum() / batch.mask.sum()
        (expected,) = torch.autograd.grad(total, model.core.W_hh)
        np.testing.assert_allclose(parts[: back + 1].sum(axis=0), expected, rtol=1e-9, atol=1e-14)


def test_clipping_is_that_of_the_library_and_scales_every_part_alike():
    model, _, arrays = words_of(ROWS)
    parts = by_steps_back(model.core.arrays(), model.readout.arrays(), *arrays)
    clipped, norm = gradients.clip_by_norm({str(back): part for back, part in enumerate(parts)}, 1e-3)
    assert norm > 1e-3
    before, after = (np.array([np.linalg.norm(part) for part in found]) for found in (parts, clipped.values()))
    np.testing.assert_allclose(beyond(after), beyond(before), rtol=1e-12)


def test_shares_from_further_back():
    np.testing.assert_allclose(beyond(np.array([2.0, 1.0, 1.0])), [0.5, 0.25, 0.0])
    np.testing.assert_allclose(beyond(np.array([2e300, 1e300, 1e300]) * 1e7), [0.5, 0.25, 0.0])
    np.testing.assert_allclose(beyond(np.array([2e-320, 2e-320])), [0.5, 0.0])
    assert (beyond(np.zeros(3)) == 0).all()


def test_a_run_is_lost_when_it_was_better_than_guessing_and_is_worse_again():
    def lost(*losses):
        return Descent(np.array(losses), np.ones(len(losses)), np.ones(len(losses)), None).lost

    assert lost(4.9, 4.0, 4.9, 3.0) == 3
    assert lost(4.9, 4.0, 3.0) is None
    assert lost(4.9, 5.0) is None
    assert lost(4.0) is None


def test_a_run_that_diverges_says_at_which_step():
    done = compare(ClippingRecipe("norm", 1.0, 1e38, 0, steps=12))
    assert done.without.diverged is not None
    assert len(done.without.losses) == done.without.diverged - 1
    assert np.isfinite(done.without.norms).all()


def test_importing_this_does_not_import_torch():
    modules = "rnnviz.training.clipping, rnnviz.figures.cliff, rnnviz.figures.norms"
    code = f"import sys, {modules}; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_a_path_knows_where_it_left():
    def path(*points):
        return Path(np.array(points), np.zeros(len(points)), np.zeros(len(points)), None, None)

    assert path(START, (4.5, -2.0)).left is None
    assert path(START, (4.5, -2.0), (4.5, 0.0)).left == 2
    np.testing.assert_allclose(path(START, (4.8, 0.0)).drawn[-1], (4.8, CLIFF_B[1], 0.0))


@pytest.mark.parametrize(
    "recipe",
    [
        ClippingRecipe("norm", 0.5, 2.5, 0, steps=12),
        ClippingRecipe("value", 0.05, 2.5, 1, steps=6),
        ClippingRecipe("norm", 1.0, 1e38, 0, steps=12),
    ],
)
def test_a_run_that_was_stopped_anywhere_goes_on_to_the_last_bit(recipe):
    whole = list(recipe.training())
    for cut in range(0, len(whole), 3):
        first, told = recipe.training(), []
        for item in first:
            told.append(item)
            if len(told) > cut:
                break
        second = recipe.training(unpack_state(pack_state(first.state())))
        both = [*told, *second]
        points, wanted = ([item for item in items if isinstance(item, Point)] for items in (both, whole))
        assert [(one.step, one.loss, one.gradient_norm) for one in points] == [
            (one.step, one.loss, one.gradient_norm) for one in wanted
        ]
        assert {name: array.tobytes() for name, array in both[-1].weights.items()} == {
            name: array.tobytes() for name, array in whole[-1].weights.items()
        }
        assert second.ended.reason == "done"


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"by": "length"}, "by must be one of norm, value, not 'length'"),
        ({"threshold": float("nan")}, "threshold must be a number from 0 to 1e\\+06, not nan"),
        ({"learning_rate": "1"}, "learning rate must be a number"),
        ({"steps": 0}, "steps must be a whole number from 1 to 10000"),
    ],
)
def test_what_cannot_be_compared_is_refused_in_a_sentence(settings, said):
    with pytest.raises(ValueError, match=said):
        read_recipe({**TRAINING.as_dict(), **settings})
