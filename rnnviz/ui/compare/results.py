"""What finished runs say, in words and tables. Nothing is said where their spreads overlap."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from rnnviz.cells import Cell
from rnnviz.notation import percent
from rnnviz.tasks.task import Metric, Task
from rnnviz.training.contest import Contest, Result, Spread, ahead, breaks_at, result, spread
from rnnviz.training.run import Run
from rnnviz.ui.tables import table, words


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
    """What the finished runs reached, cell by cell, each with its spread over the seeds."""
    sizes, weights, metric = contest.sizes(), contest.parameters(), contest.task.metric
    head = ["Cell", "Runs", "Hidden size", "Weights", metric.title, "ms a step", "Steps clipped"]
    if level:
        head.append("Steps to learn" if metric.learned is not None else f"Steps to {level.partition(',')[0]}")
    rows = []
    for one in results:
        row = [
            one.cell.title,
            f"{one.finished}" + f", {one.diverged} diverged" * bool(one.diverged),
            f"{sizes[one.cell]}",
            f"{weights[one.cell]:,}",
            _spread(one.metric, lambda value: _value(metric, value)),
            _spread(one.seconds_per_step, lambda value: words(1000 * value)),
            _spread(one.clipped, percent),
        ]
        if level:
            reached = one.steps_to_level
            none = "not reached" if one.finished else "–"
            row.append(_spread(reached, lambda value: f"{value:,.0f}") if reached else none)
            if reached and reached.n < one.finished:
                row[-1] += f", {reached.n} of {one.finished} runs"
        rows.append(row)
    return table(
        head, rows, "Medians over the finished runs, with the smallest and the largest. On held-out sequences."
    )


def _spread(found: Spread | None, say: Callable[[float], str]) -> str:
    if found is None:
        return "–"
    low, middle, high = map(say, (found.low, found.median, found.high))
    return middle if low == high else f"{middle} ({low} to {high})"


def _value(metric: Metric, value: float) -> str:
    return percent(value) if metric.share else words(value)


def verdict(contest: Contest, results: Sequence[Result]) -> str:
    """Which cells did better than which, where every seed says so; nothing where their spreads overlap."""
    compared = [one for one in results if one.finished]
    if len(compared) < 2:
        return ""
    if min(one.finished for one in compared) < 2:
        return "One run of a cell does not say which is better: train more seeds."
    pairs = ahead(results, contest.task.metric.better)
    if not pairs:
        return "The spreads overlap: these runs do not say which cell is better."
    said = [f"Every {first.title} did better than every {second.title}." for first, second in pairs]
    decided = {frozenset(pair) for pair in pairs}
    open_pairs = sum(
        frozenset((one.cell, other.cell)) not in decided
        for place, one in enumerate(compared)
        for other in compared[place + 1 :]
    )
    if open_pairs:
        said.append("For the other pairs the spreads overlap, and nothing is said.")
    return " ".join(said)


def budget_sentence(contest: Contest, results: Sequence[Result]) -> str:
    """Which budget was equal, and what it made of the other."""
    recipe = contest.recipe
    rates = [(one, one.seconds_per_step) for one in results if one.seconds_per_step]
    if recipe.budget == "steps":
        told = ", ".join(f"{one.cell.title} {words(recipe.steps * rate.median)} s" for one, rate in rates)
        return f"All had **equal steps**, {recipe.steps:,} each. In seconds: {told}."
    told = ", ".join(f"{one.cell.title} {recipe.seconds / rate.median:,.0f}" for one, rate in rates)
    return f"All had **equal time**, {recipe.seconds} s each. Steps they made in it: about {told}."


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
        rows.append([cell.title, *(_spread(one, lambda value: _value(task.metric, value)) for one in spreads)])
    head = ["Cell", *(f"{length} {task.length_title.lower()}" for length in lengths)]
    caption = f"Trained at {contest.recipe.length}, tested on longer ones: {task.metric.title.lower()}"
    return table(head, rows, caption)


def reach_sentence(contest: Contest, found: Mapping[int, Mapping[Cell, Sequence[Run]]]) -> str:
    """Where each cell breaks, in words."""
    metric, said = contest.task.metric, []
    if metric.learned is None:
        return ""
    for cell in contest.cells:
        by_length = {length: result(cell, of[cell], metric, None) for length, of in found.items()}
        done = [length for length, one in by_length.items() if one.finished]
        if not done:
            continue
        broken, title = breaks_at(by_length, metric), cell.title
        if broken is None:
            said.append(f"{title}: learned at every length tried, up to {max(done)}.")
        else:
            said.append(f"{title}: not learned at {broken} ({counted(by_length[broken].finished, 'run')}).")
    return " ".join(said) or "Train to see where each cell breaks."
