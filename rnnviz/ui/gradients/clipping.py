"""The section about clipping: a cliff, a training run with and without it, and the two questions people ask."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache

import numpy as np
import streamlit as st

from rnnviz.cells import Array
from rnnviz.figures.cliff import Surface, cliff_map, cliff_relief
from rnnviz.figures.norms import norm_histogram, reach_curves
from rnnviz.notation import percent
from rnnviz.player.payload import Curve, CurveChart
from rnnviz.settings.gradients import EXPERIMENT, Experiment
from rnnviz.training.clipping import (
    BATCH,
    CLIFF_B,
    CLIFF_STEPS,
    CLIFF_W,
    GUESSING,
    NAMES_IN_A_ROW,
    UNITS,
    Comparison,
    Path,
    Reach,
    beyond,
    cliff_surface,
    descend,
)
from rnnviz.ui.asked import Wording, asked
from rnnviz.ui.colours import palette
from rnnviz.ui.controls import Controls, rerun_below
from rnnviz.ui.lesson_card import Shown
from rnnviz.ui.tables import table, words
from rnnviz.ui.terms import chart_words, header, subheader

_WITHOUT, _WITH = "without clipping", "with clipping"
#: Draws charts by their title, what they say in a sentence, and what they are.
Curves = Callable[[str, str, Sequence[CurveChart]], None]


def clipping_section(page: Shown, curves: Curves) -> None:
    """Draw the whole section: a training with and without clipping; what else there is once somebody asks for it.

    Its pictures in three dimensions need a library of several megabytes: only for those who ask.
    """
    header("Clipping: a limit to how far one step goes")
    st.markdown(
        "An exploding gradient makes one step of training so long that it undoes the steps before it. **Clipping by "
        "norm** scales a gradient *g* that is longer than a threshold θ down to it: *g* ← *g* · θ / ‖*g*‖. Its "
        "direction stays. **Clipping by value** cuts each entry of *g* to −θ … θ by itself, which may turn it."
    )
    asked_for: Controls[Experiment] = Controls(page, "clipping")
    if page.asked_by_server():  # what a lesson asks about comes first
        _more(page, asked_for)
        _training(page, curves)
    else:
        _training(page, curves)
        _more(page, asked_for)


def _more(page: Shown, asked_for: Controls[Experiment]) -> None:
    """What else there is about clipping, for those who ask."""
    asked_for.draw("clipping")
    if asked_for.keep().clipping:
        subheader("The cliff")
        _cliff(page)


@st.fragment
def _cliff(page: Shown) -> None:
    st.markdown(
        "One unit without input runs for 50 steps: xₜ = *w* · sigmoid(xₜ₋₁) + *b*, from x₀ = 0.5. Its loss is "
        "(sigmoid(x₅₀) − 0.7)², so the whole error surface over *w* and *b* can be drawn. It has a wall, because "
        "either side of it the unit ends up in another state. After Pascanu, Mikolov & Bengio 2013, figure 6."
    )
    names = ("cliff_w", "cliff_b", "cliff_rate", "cliff_threshold")
    controls: Controls[Experiment] = Controls(page, *names)
    with st.container(horizontal=True, gap="small"):
        controls.draw(*names)
    chosen = controls.keep()
    if page.asked_by_server():
        rerun_below("cliff_asked", tuple(getattr(chosen, name) for name in names))
    start = chosen.cliff_w, chosen.cliff_b
    paths = {
        _WITHOUT: descend(start, chosen.cliff_rate, CLIFF_STEPS),
        _WITH: descend(start, chosen.cliff_rate, CLIFF_STEPS, chosen.cliff_threshold),
    }
    surface, colours = _surface(), palette()
    left, right = st.columns(2, gap="medium")
    relief, flat = cliff_relief(surface, paths, colours), cliff_map(surface, paths, colours)
    left.plotly_chart(relief, theme=None, height=440, key="cliff_relief", config=_CONFIG)
    right.plotly_chart(flat, theme=None, height=440, key="cliff_map", config=_CONFIG)
    st.markdown(
        ":small[First picture: drag to turn it. Second: the same from above. A path is drawn up to where it leaves.]"
    )
    st.markdown(" ".join(path_sentence(name, path) for name, path in paths.items()))
    st.markdown(_path_table(paths), unsafe_allow_html=True)


#: Scrolling past a chart must not zoom it.
_CONFIG = {"displayModeBar": False, "scrollZoom": False}


@lru_cache(maxsize=1)
def _surface() -> Surface:
    w, b = (np.linspace(*ends, 201) for ends in (CLIFF_W, CLIFF_B))
    return Surface(w, b, cliff_surface(w, b))


def path_sentence(name: str, path: Path) -> str:
    """Where a path over the cliff went, in words."""
    longest = int(path.norms.argmax())
    begun = (
        f"**{name.capitalize()}** the loss starts at {words(path.losses[0])}; the longest gradient, at step "
        f"{longest + 1}, has the norm {words(path.norms[longest])}"
    )
    if path.clipped:
        begun += f", and {path.clipped} of {len(path.points) - 1} steps are shortened to the threshold"
    ended = f"at step {len(path.points) - 1} the loss is {words(path.losses[-1])}"
    if path.diverged is not None:
        return (
            f"{begun}. It diverges: step {path.diverged} cannot be made, since the gradient or the next point is too "
            f"large for a computer's numbers."
        )
    if path.left is not None:
        w, b = path.points[path.left]
        return f"{begun}. Step {path.left} throws it off this part, to w = {words(w)}, b = {words(b)}; {ended}."
    return f"{begun}. It stays on this part; {ended}."


def _path_table(paths: Mapping[str, Path]) -> str:
    rows = [
        ("Loss at the start", *(words(path.losses[0]) for path in paths.values())),
        ("Lowest loss", *(words(path.losses.min()) for path in paths.values())),
        ("Loss at the end", *(words(path.losses[-1]) for path in paths.values())),
        ("Largest norm before clipping", *(words(path.norms.max()) for path in paths.values())),
        ("Longest step made", *(words(_longest_step(path)) for path in paths.values())),
        ("Steps shortened", *(f"{path.clipped}" for path in paths.values())),
        ("Leaves this part at step", *(f"{path.left or 'never'}" for path in paths.values())),
        ("Diverges at step", *(f"{path.diverged or 'never'}" for path in paths.values())),
    ]
    return table(("", *(name.capitalize() for name in paths)), rows, f"Up to {CLIFF_STEPS} steps from the same start")


def _longest_step(path: Path) -> float:
    moves = np.diff(path.points, axis=0)
    return float(np.hypot(*moves.T).max()) if len(moves) else 0.0


@st.fragment
def _training(page: Shown, curves: Curves) -> None:
    chosen = _training_controls(page)
    recipe = (chosen if chosen.clipping else EXPERIMENT).clipping_recipe  # what cannot be seen is as it ships
    found = asked(recipe, "clip_train", _TRAINING_BOTH)
    if found is not None:
        _trained(recipe.read(found), curves, every=chosen.clipping)
        return
    st.markdown(
        "The losses and gradients of both runs will stand here, and an answer to two questions from their numbers."
    )


_TRAINING_BOTH = Wording(
    ask="Train both",
    stop="Stop the training",
    icon="play_arrow",
    under_way="Training takes about ten seconds. Now: {now}.",
    failed="The training failed: {why}",
    impossible="PyTorch is not installed on this server, so nothing can be trained here.",
)


def _training_controls(page: Shown) -> Experiment:
    names = ("clip_by", "clip_threshold", "clip_entry", "clip_rate", "clip_seed")
    controls: Controls[Experiment] = Controls(page, *names)
    with st.container(horizontal=True, gap="small"):
        controls.draw(*names)
    return controls.keep()


def _trained(done: Comparison, curves: Curves, *, every: bool) -> None:
    """What was found; with `every` also the charts that need a library of their own."""
    recipe = done.recipe
    curves("A training with and without clipping", verdict_sentence(done), training_charts(done))
    st.markdown(
        f"An Elman RNN of {UNITS} units learns the next character of first names, {NAMES_IN_A_ROW} names in a row and "
        f"{BATCH} rows a step, for {recipe.steps} steps of plain gradient descent (learning rate "
        f"{words(recipe.learning_rate)}, seed {recipe.seed}). It is trained twice from the same weights on the same "
        f"rows. {shortened_sentence(done)} {loss_sentence(done)}"
    )
    subheader("If RNNs vanish, why clip?")
    st.markdown(why_clip_sentence(done))
    subheader("Why can't clipping cure vanishing?")
    st.markdown(reach_sentence(done))
    if every:
        _every_chart(done)


def _every_chart(done: Comparison) -> None:
    recipe, colours = done.recipe, palette()
    without, clipped = (run.compared(recipe.by) for run in (done.without, done.clipped))
    left, right = st.columns(2, gap="medium")
    left.altair_chart(norm_histogram(without, clipped, recipe.threshold, _measured(done), colours), theme=None)
    right.altair_chart(reach_curves(done.reach.before, done.reach.after, colours), theme=None)
    chart_words(_measured(done), "Norm of the contribution", "threshold", "clipping")
    st.markdown(_reach_table(done.reach), unsafe_allow_html=True)


def _measured(done: Comparison) -> str:
    """What the threshold is compared with."""
    return f"{'Norm' if done.recipe.by == 'norm' else 'Largest entry'} of the gradient before clipping"


def training_charts(done: Comparison) -> tuple[CurveChart, CurveChart]:
    """The losses of both runs, and their gradients before clipping, over all steps."""
    steps, recipe = done.recipe.steps, done.recipe
    return (
        CurveChart(
            "Loss",
            "Bits per character, on the batch of each step.",
            (
                *_both(done.without.losses, done.clipped.losses, steps),
                Curve("guessing: all symbols alike", "quiet", np.full(steps, GUESSING), (2, 4)),
            ),
        ),
        CurveChart(
            "Gradient",
            f"{_measured(done)}.",
            (
                *_both(done.without.compared(recipe.by), done.clipped.compared(recipe.by), steps),
                Curve("threshold", "ink", np.full(steps, recipe.threshold), (2, 4)),
            ),
        ),
    )


def _both(without: Array, clipped: Array, steps: int) -> tuple[Curve, Curve]:
    """The two runs as curves; one that diverged ends early."""
    first, second = (np.append(run, np.full(steps - len(run), np.nan)) for run in (without, clipped))
    return Curve(_WITHOUT, "negative", first, (6, 3)), Curve(_WITH, "positive", second)


def verdict_sentence(done: Comparison) -> str:
    """What clipping did to this training, in a sentence."""
    without, clipped = (float(run.losses[-_LAST:].mean()) for run in (done.without, done.clipped))
    if done.without.diverged and not done.clipped.diverged:
        return (
            f"Without clipping this training breaks down at step {done.without.diverged}; with clipping it ends at "
            f"{words(clipped)} bits per character."
        )
    if clipped >= without or done.clipped.diverged:
        return (
            f"At these settings clipping does not help: {words(clipped)} bits per character at the end with it, "
            f"{words(without)} without."
        )
    if clipped < GUESSING <= without:
        return (
            f"With clipping this training ends at {words(clipped)} bits per character; without, at {words(without)}, "
            f"worse than guessing ({words(GUESSING)})."
        )
    return f"With clipping this training ends at {words(clipped)} bits per character; without, at {words(without)}."


#: Over how many steps at the end a loss is averaged.
_LAST = 50


def shortened_sentence(done: Comparison) -> str:
    """How many steps were clipped, in words."""
    share, threshold = done.shortened.mean(), words(done.recipe.threshold)
    if done.recipe.by == "norm":
        return f"With clipping, **{percent(share)} of the steps** had a gradient longer than {threshold}."
    return f"With clipping, **{percent(share)} of the steps** had an entry beyond ±{threshold}."


def loss_sentence(done: Comparison) -> str:
    """Where the losses of both runs end, in words."""
    without, clipped = (float(run.losses[-_LAST:].mean()) for run in (done.without, done.clipped))
    said = (
        f"Over its last {_LAST} steps the loss is {words(without)} bits per character without clipping and "
        f"{words(clipped)} with it; holding all symbols for equally likely costs {words(GUESSING)}."
    )
    for name, run in ((_WITHOUT, done.without), (_WITH, done.clipped)):
        if run.diverged is not None:
            said += f" The run {name} diverges: at step {run.diverged} its numbers are too large for a computer's."
    if clipped >= without:
        said += " At these settings clipping did not help."
    return said


def why_clip_sentence(done: Comparison) -> str:
    """Why clipping matters although gradients vanish, from both runs, in words."""
    clipped, without = done.clipped.norms, done.without.norms
    longest, exploded = int(clipped.argmax()), int(without.argmax())
    said = (
        "Vanishing is about the parts of a gradient that come from far back; clipping is about single steps whose "
        "whole gradient is long. One network has both. With clipping the median norm of this run is "
        f"{words(float(np.median(clipped)))}; the longest gradient, at step {longest + 1}, is **{_ratio(clipped)} as "
        f"long**. Without clipping the longest, at step {exploded + 1}, has the norm {words(without[exploded])}: "
        f"{_ratio(without)} that run's median. That one step made {percent(without[exploded] / without.sum())} of the "
        f"whole way the weights went in {len(without)} steps."
    )
    if done.without.lost is not None:
        step = done.without.lost
        said += (
            f" At step {step} the network without clipping is worse than guessing again, at "
            f"{words(done.without.losses[step - 1])} bits"
        )
        said += "; with clipping it never is." if done.clipped.lost is None else "."
    return said


def reach_sentence(done: Comparison) -> str:
    """What clipping does to the share of far contributions, in words."""
    reach = done.reach
    before, after = beyond(reach.before), beyond(reach.after)
    far = min(10, len(before) - 1)
    apart = float(np.abs(before - after).max())
    said = (
        f"Step {reach.step} has the longest gradient of the run with clipping. Its gradient by W_hh is taken apart by "
        f"how many steps back from its loss each part comes. "
    )
    if not done.shortened[reach.step - 1]:
        return f"{said}It is below the threshold, so nothing is clipped; choose a smaller one to see the effect."
    shares = (
        f"More than {far} steps back come {percent(before[far])} before clipping and {percent(after[far])} after it"
    )
    if done.recipe.by == "norm":
        factor = float(reach.after.sum() / reach.before.sum())
        return (
            f"{said}Clipping multiplies every part by the same number, here {words(factor)}: the curve moves down and "
            f"keeps its shape. {shares}; no share changes by more than rounding ({words(apart)}). What was too small "
            "to learn from is now smaller still."
        )
    return (
        f"{said}Clipping by value cuts each entry for itself, so the shares may move, here by at most "
        f"{percent(apart)}. {shares}. No part becomes longer: what was too small to learn from stays so."
    )


def _reach_table(reach: Reach) -> str:
    before, after = beyond(reach.before), beyond(reach.after)
    rows = [
        (f"{back}", percent(before[back]), percent(after[back]))
        for back in (0, 1, 2, 5, 10, 15, 20)
        if back < len(before)
    ]
    head = ("More steps back than", "Before clipping", "After clipping")
    return table(head, rows, "Share of the sum of the parts' norms")


def _ratio(norms: Array) -> str:
    median = float(np.median(norms))
    return f"{words(float(norms.max()) / median)} times" if median > 0 else "more times than can be said"
