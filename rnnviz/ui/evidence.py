"""From what a page is set to, to what a check of a prediction looks at there."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from rnnviz.analysis.concepts import CORPORA
from rnnviz.analysis.saliency import left_out
from rnnviz.analysis.shipped_units import found_in
from rnnviz.cells import Weights
from rnnviz.data.number_reading import read
from rnnviz.data.number_words import vocabulary
from rnnviz.gradients import CrossEntropy, SquaredError, backpropagate
from rnnviz.language.structure import keeping_biases
from rnnviz.lessons.checks import Check, Finding, UndecidedError
from rnnviz.lessons.evidence import Evidence, Race, ShownForecasts, ShownRun, ShownTranslation
from rnnviz.networks.translator import LONGEST, Translator
from rnnviz.player.payload import Scene
from rnnviz.settings.attention import Reading
from rnnviz.settings.changes import Changeable, Meddling, read_changes, read_meddling
from rnnviz.settings.compare import Comparison
from rnnviz.settings.gates import Board
from rnnviz.settings.gradients import Experiment
from rnnviz.settings.page import Page
from rnnviz.settings.series import Forecasting
from rnnviz.settings.step_through import Scenario
from rnnviz.settings.text import Writing
from rnnviz.trace import run
from rnnviz.training.batching import shuffled_names, work
from rnnviz.training.clipping import CLIFF_STEPS, descend
from rnnviz.training.contest import Contest, result, steps_to
from rnnviz.ui.compare.results import level_to_reach
from rnnviz.ui.gradients.experiments import experiment_scene
from rnnviz.ui.jobs import kept, visitor
from rnnviz.ui.scenes import scene
from rnnviz.ui.series.results import best_of, networks_of, simple_methods
from rnnviz.ui.series.shown import recipe_of, shown_series
from rnnviz.ui.series.stocks import price_forecasts, stock_forecasts


def evidence(page: Page, values: Any, what_if: str = "") -> Evidence:
    """What a page shows with some values and with what a person has changed there.

    Raises
    ------
    ValueError
        With a sentence for the person who typed, when what was typed cannot be read.
    UndecidedError
        When there is no such network.
    """
    return _SHOWN[page.name](values, what_if)


def found(check: Check, page: Page, values: Any, what_if: str = "") -> Finding | str:
    """The answer to a check on a page as it is set, or why there is none, as `UndecidedError` says it."""
    try:
        return check.find(evidence(page, values, what_if))
    except ValueError as error:
        return str(error).removesuffix(".")


def _step_through(scenario: Scenario, what_if: str) -> Evidence:
    return Evidence(runs={scenario.cell.name: _shown_run(scene(scenario))})


def _gates(board: Board, what_if: str) -> Evidence:
    scenes = {name: scene(one) for name, one in board.scenarios().items()}
    networks = {name: Changeable(one.cell, one.weights, one.inputs, one.input_symbols) for name, one in scenes.items()}
    changes = read_changes(what_if, networks)
    return Evidence(runs={name: _shown_run(one, changes=changes[name]) for name, one in scenes.items()})


def _shown_run(shown: Scene, **more: Any) -> ShownRun:
    readout = shown.readout
    guesses = {"readout": readout.weights, "symbols": readout.symbols} if readout else {}
    return ShownRun(shown.cell, **{"weights": shown.weights, "inputs": shown.inputs, **guesses, **more})


def _gradients(experiment: Experiment, what_if: str) -> Evidence:
    shown = experiment_scene(experiment)
    weights, inputs = shown.weights, shown.inputs
    if experiment.weights == "random":
        weights, inputs = _turned(shown, experiment), inputs * experiment.input_scale
    trace = run(shown.cell, weights, inputs)
    every_step = experiment.loss == "every"
    hidden = trace[shown.cell.state[0]] if every_step else trace[shown.cell.state[0]][-1]
    loss = (
        CrossEntropy(shown.readout.weights, [int(code) for code in shown.readout.targets], every_step=True)
        if shown.readout and every_step
        else CrossEntropy(shown.readout.weights, int(shown.readout.targets[-1]))
        if shown.readout
        else SquaredError(np.zeros_like(hidden), every_step)
    )
    by_state = backpropagate(trace, loss, experiment.cut or None)[shown.cell.state[0]]
    norms = np.linalg.norm(by_state, axis=-1)
    run_shown = _shown_run(shown, weights=weights, inputs=inputs, gradient_norms=norms)
    return Evidence(runs={shown.cell.name: run_shown}, descents=_descents(experiment) if experiment.clipping else {})


def _turned(shown: Scene, experiment: Experiment) -> Weights:
    """The weights of an experiment with its dials where they stand."""
    shapes, keeping = shown.cell.program.weights, keeping_biases(shown.cell.program)
    return {
        name: array * experiment.radius
        if shapes[name] == ("H", "H")
        else np.full_like(array, experiment.forget_bias)
        if name in keeping
        else array
        for name, array in shown.weights.items()
    }


def cliff_evidence(experiment: Experiment) -> Evidence:
    """What the section about clipping shows, where it is shown."""
    if not experiment.clipping:
        return Evidence()
    places = (experiment.cliff_w, experiment.cliff_b, experiment.cliff_rate, experiment.cliff_threshold)
    return Evidence(about=" ".join(map(repr, places)), descents=_descents(experiment))


def _descents(experiment: Experiment) -> Mapping[str, Any]:
    start, rate = (experiment.cliff_w, experiment.cliff_b), experiment.cliff_rate
    return {
        "without": descend(start, rate, CLIFF_STEPS),
        "with": descend(start, rate, CLIFF_STEPS, experiment.cliff_threshold),
    }


def _compare(chosen: Comparison, what_if: str) -> Evidence:
    if chosen.show == "batching":
        return batching_evidence(int(chosen.batch_names))
    return race_evidence(chosen.contest)


def batching_evidence(batch_size: int) -> Evidence:
    """What the batching lab shows of padding."""
    return Evidence(about=f"{batch_size}", padding=work(tuple(map(len, shuffled_names())), batch_size))


def race_evidence(contest: Contest) -> Evidence:
    """What is known by now of a contest's runs."""
    recipes, metric = contest.recipes(), contest.task.metric
    level, _ = level_to_reach(contest.task, contest.recipe.length)
    known = {cell: [kept().find(one, visitor()) for one in of_cell] for cell, of_cell in recipes.items()}
    finished = {cell: [one for one in runs if one and one.finished] for cell, runs in known.items()}
    steps = {
        cell: [None if level is None else steps_to(one, metric, level) for one in runs]
        for cell, runs in finished.items()
    }
    results = {cell: result(cell, runs, metric, level) for cell, runs in finished.items()}
    about = " ".join(f"{one.task}-{one.key}" for of_cell in recipes.values() for one in of_cell)
    return Evidence(about=about, race=Race(contest, results, steps))


def _attention(reading: Reading, what_if: str) -> Evidence:
    if reading.view not in ("translate", "decode", "explains"):
        return Evidence()
    try:
        translator = Translator.load(
            reading.pair, reading.attention, reading.core, int(reading.reads), short=reading.known == "short"
        )
    except FileNotFoundError:
        raise UndecidedError("no network like this ships with rnnviz; choose one that does") from None
    words = read(reading.sentence, reading.source)
    return translation_evidence(
        translator, words, what_if if reading.view == "translate" else "", explained=reading.view == "explains"
    )


def translation_evidence(
    translator: Translator, words: Sequence[str], what_if: str = "", *, explained: bool = False
) -> Evidence:
    """What a translator makes of some words; what each word left out changes where that is to be `explained`."""
    source, target = translator.source_language, translator.target_language
    meddling = read_meddling(what_if, words, vocabulary(source))
    steps, places = _translated(translator, words, meddling)
    known = ("(end)", *vocabulary(target)[1:])
    labels = [known[said] for said, _ in steps]
    looks = translator.attention.looks
    shown = ShownTranslation(
        read=[meddling.read(words)[place] for place in places],
        written=[label for (said, _), label in zip(steps, labels) if said],
        labels=labels,
        alignment=np.array([values["a"] for _, values in steps]) if looks else np.zeros((0, 0)),
        right=translator.right(words) or (),
        left_out=left_out(translator, translator.translate(words)) if explained and looks else np.zeros((0, 0)),
    )
    about = f"{source}-{target} {translator.card.get('recipe')} {' '.join(words)}"
    return Evidence(about=about, translation=shown)


def _translated(
    translator: Translator, source: Sequence[str], meddling: Meddling
) -> tuple[list[tuple[int, Mapping[str, Any]]], list[int]]:
    """Each step's word and values with what a person has changed, and the places of the words that are read."""
    read_here = meddling.read(source)
    places = list(read_here)
    encoded = translator.encode(translator.embed(list(read_here.values())))
    states, code = encoded.states, 0
    steps: list[tuple[int, Mapping[str, Any]]] = []
    while len(steps) < LONGEST:
        at = meddling.looks.get(len(steps))
        alignment = None
        if at is not None:
            alignment = np.array([float(place == at) for place in places])
            if not alignment.any():
                alignment = np.full(len(places), 1 / len(places))
        states = values = translator.step(encoded, states, code, alignment=alignment)
        code = int(np.argmax(values["y"]))
        steps.append((code, values))
        if not code:
            break
    return steps, places


def _text(writing: Writing, what_if: str) -> Evidence:
    return text_evidence(writing)


def text_evidence(writing: Writing) -> Evidence:
    """What is shown of the units of a network that writes."""
    if writing.view != "units" or writing.network not in CORPORA:
        return Evidence()
    concept = writing.concept
    return Evidence(about=f"{writing.network} {concept}", found=found_in(writing.network)[concept])


def _series(shown: Forecasting, what_if: str) -> Evidence:
    return series_evidence(shown)


def series_evidence(shown: Forecasting) -> Evidence:
    """How good the forecasts are that are shown, and of a stock by how many days its price must be drawn earlier."""
    about = f"{shown.view} {shown.series} {shown.own} {shown.stock} {shown.cell.name}"
    try:
        if shown.view == "forecast":
            return Evidence(about=about, forecasts=_forecasts(shown))
        if shown.view == "trap":
            shifted = price_forecasts(shown.stock, shown.cell).shifted
            return Evidence(about=about, forecasts=_next_day(shown), shifted=shifted)
    except LookupError:
        return Evidence(about=about)
    return Evidence(about=about)


def _forecasts(shown: Forecasting) -> ShownForecasts | None:
    series = shown_series(shown)
    networks, simple = networks_of(series, shown.cell), simple_methods(recipe_of(series, shown.cell))
    if not (networks and simple):
        return None
    best = best_of(simple)
    return ShownForecasts(best_of([*networks.values()]).overall, best.middle, best.said)


def _next_day(shown: Forecasting) -> ShownForecasts:
    found = stock_forecasts(shown.stock, shown.cell)
    best = best_of([*found.simple_returns.values()])
    return ShownForecasts(found.returns.overall, best.middle, best.said)


_SHOWN: Mapping[str, Callable[[Any, str], Evidence]] = {
    "step_through": _step_through,
    "gates": _gates,
    "gradients": _gradients,
    "compare": _compare,
    "attention": _attention,
    "text": _text,
    "series": _series,
}
