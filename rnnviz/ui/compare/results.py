"""What finished runs say, in words and tables. Nothing is said where their spreads overlap."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from math import comb

from rnnviz.analysis.anatomy import network_pytorch_total
from rnnviz.cells import Cell
from rnnviz.notation import percent
from rnnviz.tasks.task import Metric, Task
from rnnviz.training.contest import (
    Contest,
    Result,
    Spread,
    ahead,
    breaks_at,
    chance_of_full_order,
    overlapping,
    result,
    same_clock,
    spread,
)
from rnnviz.training.run import Run
from rnnviz.ui.tables import table, words

_NOT_TRAINED = "not trained"
#: A chance under this is a small one, by the custom of most sciences.
_RARE = 0.05


def counted(number: int, noun: str) -> str:
    """So many of something: 1 run, 2 runs."""
    return f"{number} {noun}{'s' * (number != 1)}"


def origin(runs: Sequence[Run]) -> str:
    """Where finished runs come from, in words."""
    if all(run.shipped for run in runs):
        made = runs[0].versions or {}
        return f"These runs came with rnnviz, trained with PyTorch {made.get('torch', '')}. Change anything to train."
    return "All of these runs are finished; they are kept on this server, and this page's link shows them again."


def notes(runs: Sequence[Run]) -> list[str]:
    """What befell the runs, each sentence once, with the cell and the seed it happened to."""
    said = [
        f"{run.recipe.cell.title}, seed {run.recipe.seed}: diverged at step {run.ended.step}; "
        f"one step before, the norm of the gradient was {words(run.ended.norm_before or float('nan'))}."
        for run in runs
        if run.ended and run.ended.reason == "diverged"
    ]
    return said + [f"{run.recipe.cell.title}, seed {run.recipe.seed}: {note}" for run in runs for note in run.notes]


def level_to_reach(task: Task, length: int) -> tuple[float | None, str]:
    """The level whose first reaching is counted, and what it is called."""
    if task.metric.learned is not None:
        return task.metric.learned, f"{_value(task.metric, task.metric.learned)}, which counts as learned"
    if task.baseline:
        level = task.baseline.level(length)
        return level, f"{_value(task.metric, level)}, that of the {task.baseline.title}"
    return None, ""


def results_table(contest: Contest, results: Sequence[Result], level: str) -> str:
    """What the finished runs reached, cell by cell, each with its spread over the seeds.

    How long a step took is there only where the runs were made by one clock.
    """
    sizes, weights, metric = contest.sizes(), contest.parameters(), contest.task.metric
    timed = same_clock(results)
    head = ["Cell", "Runs", "Hidden size", "Weights", metric.title, *["ms a step"] * timed, "Steps clipped"]
    if level:
        head.append("Steps to learn" if metric.learned is not None else f"Steps to {level.partition(',')[0]}")
    rows = []
    for one in results:
        row = [
            one.cell.title,
            f"{one.finished}" + f", {one.diverged} diverged" * bool(one.diverged),
            f"{sizes[one.cell]}",
            f"{weights[one.cell]:,}",
            _spread(one.metric, lambda value: _value(metric, value)) if one.finished else _unfinished(one),
            *[_spread(one.seconds_per_step, lambda value: words(1000 * value))] * timed,
            _spread(one.clipped, percent),
        ]
        if level:
            row.append(_steps_to_level(one))
        rows.append(row)
    return table(
        head, rows, "Medians over the finished runs, with the smallest and the largest. On held-out sequences."
    )


def _steps_to_level(one: Result) -> str:
    reached = one.steps_to_level
    if not one.finished:
        return _unfinished(one)
    if reached is None:
        return "not reached"
    said = _spread(reached, lambda value: f"{value:,.0f}")
    return said if reached.n == one.finished else f"{said}, {reached.n} of {one.finished} runs"


def _unfinished(one: Result) -> str:
    """What is said of a cell of which no run is finished: not that it has failed to learn."""
    return "not finished" if one.begun else _NOT_TRAINED


def _spread(found: Spread | None, say: Callable[[float], str], none: str = "–") -> str:
    if found is None:
        return none
    low, middle, high = map(say, (found.low, found.median, found.high))
    return middle if low == high else f"{middle} ({low} to {high})"


def _value(metric: Metric, value: float) -> str:
    return percent(value) if metric.share else words(value)


def verdict(contest: Contest, results: Sequence[Result]) -> str:
    """Which cells did better than which, where every seed says so, and how much so many seeds can say."""
    compared = [one for one in results if one.finished]
    if len(compared) < 2:
        return ""
    if min(one.finished for one in compared) < 2:
        return "One run of a cell does not say which is better: train more seeds."
    pairs = ahead(results, contest.task.metric.better)
    said = [f"Every {first.title} did better than every {second.title}." for first, second in pairs]
    return " ".join([*said, *_no_ranking(overlapping(results, contest.task.metric.better)), _seeds_can_say(compared)])


def _no_ranking(pairs: Sequence[tuple[Result, Result]]) -> list[str]:
    """Which pairs of cells the seeds do not tell apart."""
    nearer = [pair for pair in pairs if _within_seeds(*pair)]
    meeting = [pair for pair in pairs if pair not in nearer]
    said = []
    if nearer:
        said.append(f"No ranking of {_listed(nearer)}: the medians differ by less than the seeds of one cell do.")
    if meeting:
        said.append(f"No ranking of {_listed(meeting)}: the seeds of one overlap those of the other.")
    return said


def _within_seeds(one: Result, other: Result) -> bool:
    if one.metric is None or other.metric is None:
        return False
    widest = max(found.high - found.low for found in (one.metric, other.metric))
    return abs(one.metric.median - other.metric.median) < widest


def _listed(pairs: Sequence[tuple[Result, Result]]) -> str:
    return ", nor of ".join(f"{one.cell.title} and {other.cell.title}" for one, other in pairs)


def _seeds_can_say(compared: Sequence[Result]) -> str:
    """How often chance alone would put one cell wholly ahead of another, by the fewest seeds of two."""
    fewest, next_fewest = sorted(one.finished for one in compared)[:2]
    chance, pairs = chance_of_full_order(fewest, next_fewest), comb(len(compared), 2)
    said = (
        f"**What {fewest} seeds against {next_fewest} can say:** were two cells alike, one of them would still be "
        f"ahead with every seed in {percent(chance)} of such comparisons, the smallest p of a two-sided rank test"
    )
    if pairs > 1:
        said += f", and here {pairs} pairs are compared"
    if chance * pairs < _RARE:
        return f"{said}. So an order without overlap is hardly chance."
    return f"{said}. So an order without overlap is a hint, no proof; and an overlap does not show that two are alike."


def budget_sentence(contest: Contest, results: Sequence[Result]) -> str:
    """Which budget was equal, and what it made of the other, as far as that can be compared."""
    recipe, timed = contest.recipe, same_clock(results)
    rates = [(one, one.seconds_per_step) for one in results if one.seconds_per_step]
    if recipe.budget == "steps":
        equal = f"All had **equal steps**, {recipe.steps:,} each."
        if not timed:
            return f"{equal} {seconds_apart(results)}"
        told = ", ".join(f"{one.cell.title} {words(recipe.steps * rate.median)} s" for one, rate in rates)
        return f"{equal} In seconds, each trained by itself on one machine: {told}."
    told = ", ".join(f"{one.cell.title} {recipe.seconds / rate.median:,.0f}" for one, rate in rates)
    equal = f"All had **equal time**, {recipe.seconds} s each. Steps they made in it: about {told}."
    return equal if timed else f"{equal} {seconds_apart(results)}"


def seconds_apart(results: Sequence[Result]) -> str:
    """Why the seconds of these runs are not set against each other: where and how they were made."""
    finished, shipped = (sum(getattr(one, count) for one in results) for count in ("finished", "shipped"))
    if shipped == finished:
        made = "these runs were made elsewhere, several at a time on one machine"
    elif shipped:
        made = "some of these runs were made elsewhere, the others on this server"
    else:
        made = "these runs were trained beside others, or on several machines, and what else is done slows a run down"
    return f"Their seconds are not set against each other: {made}."


def weights_counted(contest: Contest) -> str:
    """Which count of the weights the race goes by, and PyTorch's beside it."""
    sizes, ours = contest.sizes(), contest.parameters()
    stored = {cell: network_pytorch_total(cell, *contest.ends, sizes[cell], *contest.shape) for cell in contest.cells}
    told = ", ".join(f"{cell.title} {count:,}" for cell, count in stored.items() if count not in (None, ours[cell]))
    said = "**Weights** are counted with one bias for each sum of the equations, the read-out included"
    if not told:
        return f"{said}."
    return f"{said}; PyTorch keeps two for each gate, b_ih and b_hh, and would count {told}."


def tested_table(contest: Contest, found: Mapping[Cell, Sequence[Run]]) -> str:
    """The metric at lengths that were not trained; "" where the task has none."""
    task = contest.task
    lengths = sorted(
        {length for runs in found.values() for run in runs if run.ended for length in run.ended.tested or ()}
    )
    if not lengths:
        return ""
    rows = []
    for cell, runs in found.items():
        tested = [run.ended.tested for run in runs if run.ended and run.ended.tested]
        spreads = [spread([one[length] for one in tested]) for length in lengths]
        told = (_spread(one, lambda value: _value(task.metric, value), none=_NOT_TRAINED) for one in spreads)
        rows.append([cell.title, *told])
    head = ["Cell", *(f"{length} {task.length_title.lower()}" for length in lengths)]
    caption = f"Trained at {contest.recipe.length}, tested on longer ones: {task.metric.title.lower()}"
    return table(head, rows, caption)


def reach_sentence(contest: Contest, found: Mapping[int, Mapping[Cell, Sequence[Run]]]) -> str:
    """Where each cell breaks, in words; of one without a finished run, that it has none."""
    metric, said = contest.task.metric, []
    if metric.learned is None:
        return ""
    by_cell = {
        cell: {length: result(cell, of[cell], metric, None) for length, of in found.items()} for cell in contest.cells
    }
    if not any(one.finished for by_length in by_cell.values() for one in by_length.values()):
        return "Train to see where each cell breaks."
    for cell, by_length in by_cell.items():
        done = [length for length, one in by_length.items() if one.finished]
        broken, title = breaks_at(by_length, metric), cell.title
        if not done:
            begun = any(one.begun for one in by_length.values())
            said.append(f"{title}: no run is finished yet." if begun else f"{title}: not trained.")
        elif broken is None:
            said.append(f"{title}: learned at every length tried, up to {max(done)}.")
        else:
            said.append(f"{title}: not learned at {broken} ({counted(by_length[broken].finished, 'run')}).")
    return " ".join(said)
