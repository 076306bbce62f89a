"""The training loop of networks that forecast a series."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import cached_property
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from rnnviz.analysis.forecasting import findings
from rnnviz.data.series import Series, load_series
from rnnviz.networks.forecaster import Forecaster, scaling_of
from rnnviz.networks.torch_modules import SequenceModel
from rnnviz.tasks.forecasting import examples, split, usual_values
from rnnviz.training.descent import Descent
from rnnviz.training.run import Moment, State
from rnnviz.training.series import CHOSEN_AT, SeriesRecipe

#: At a moment so many windows of the part that chooses are forecast, evenly over it.
AT_MOMENTS = 1000


class SeriesTraining(Descent[SeriesRecipe]):
    """A training run of a network that forecasts, from its start or from a state on: see `Descent`.

    Every step learns from windows drawn anew from the first part of the series, by the mean absolute error of all
    answers after the last number of a window. The last moment holds the weights of that moment whose forecasts of the
    second part were best, after how many steps that was, under the name `CHOSEN_AT`, and what is found of them, as
    `rnnviz.analysis.forecasting.findings` names it: "mae.direct" and "mae.recursive" on the third.

    Parameters
    ----------
    series
        What is learned from, as far as it is usual; what the recipe names if None.

    Raises
    ------
    ValueError
        When the series is too short.
    """

    model: SequenceModel

    def __init__(self, recipe: SeriesRecipe, state: State | None = None, series: Series | None = None) -> None:
        self.series = series or load_series(recipe.series)
        self.values = usual_values(self.series)
        parts = split(len(self.values))
        self.scaling = scaling_of(self.values[: parts.learn.stop], recipe.reads)
        model = SequenceModel(
            recipe.cell,
            1,
            recipe.horizon,
            recipe.hidden_size,
            initialisation=recipe.initialisation,
            steps=recipe.window,
            seed=recipe.seed,
        )
        self._best_error, self._best_step, self._best = math.inf, 0, model.state_dict()
        super().__init__(recipe, model, torch.optim.Adam(model.parameters()), state)
        self._learned, self._chooses = (self._read_and_wanted(part) for part in parts[:2])

    @property
    def network(self) -> Forecaster:
        """The network as it is now."""
        return Forecaster.of(self._arrays(), self.recipe.cell, self.recipe.reads, self.recipe.window)

    def _arrays(self) -> dict[str, NDArray[Any]]:
        weights = {name.replace("layer1.", "core."): value for name, value in self.model.arrays().items()}
        return weights | {f"series.{name}": np.array(value) for name, value in zip(("centre", "scale"), self.scaling)}

    def _read_and_wanted(self, part: range) -> tuple[Tensor, Tensor]:
        """What is read before all forecasts of a part, (W, N, 1), and the answers that are wanted, (N, K)."""
        network = self.network
        found = examples(self.values, part, network.needed, network.horizon)
        wanted = network.wanted(found.targets, found.windows[-1]).T
        return torch.from_numpy(network.inputs(found.windows)).float(), torch.from_numpy(wanted).float()

    @property
    def _learning_rate(self) -> float:
        """Falling along half a cosine: by the step alone, so that a run that goes on needs to know no more."""
        return self.recipe.learning_rate * (1 + math.cos(math.pi * self.step / self.recipe.steps)) / 2

    def _answer(self) -> tuple[Tensor, Callable[[], float]]:
        read, wanted = self._learned
        random = np.random.default_rng([self.recipe.seed, self.step])
        drawn = torch.from_numpy(random.integers(len(wanted), size=self.recipe.batch_size))
        loss = self._error(read[:, drawn], wanted[drawn])
        return loss, lambda: loss.item() * self.scaling[1]

    def _error(self, read: Tensor, wanted: Tensor) -> Tensor:
        """The mean absolute error of the answers after windows (W, B, 1), in the network's own scale."""
        return functional.l1_loss(self.model.readout(self.model.core(read)[0][-1]), wanted)

    @torch.no_grad()
    def _test_at_moment(self) -> float:
        read, wanted = self._chooses
        count = min(AT_MOMENTS, len(wanted))
        places = torch.linspace(0, len(wanted) - 1, count).round().long()
        return self._error(read[:, places], wanted[places]).item() * self.scaling[1]

    def _moment(self) -> Moment:
        error = self._test_at_moment()
        if error < self._best_error:
            self._best_error, self._best_step = error, self.step
            self._best = {name: value.clone() for name, value in self.model.state_dict().items()}
        if self._spent < 1:
            return Moment(self.step, self.seconds, error, self._arrays())
        self.model.load_state_dict(self._best)
        about = {CHOSEN_AT: np.array(self._best_step), **self._findings}
        return Moment(self.step, self.seconds, self._best_error, {**self._arrays(), **about})

    @cached_property
    def _findings(self) -> dict[str, NDArray[Any]]:
        """What is found of the network that is left at the end."""
        return findings(self.network, self.series)

    def _test_at_end(self) -> float:
        return float(self._findings["mae.direct"].mean())

    def _test_elsewhere(self) -> dict[int, float]:
        """The mean absolute error by how many steps ahead."""
        return dict(enumerate(self._findings["mae.direct"].tolist(), start=1))

    def state(self) -> State:
        """All that is needed to go on from here."""
        known = super().state()
        best = {f"best.{name}": value.numpy().copy() for name, value in self._best.items()}
        reached = {"chosen": np.array([self._best_error, self._best_step])}
        return State(known.step, known.seconds, {**known.arrays, **best, **reached})

    def _restore(self, state: State) -> None:
        super()._restore(state)
        error, step = state.arrays["chosen"].tolist()
        self._best_error, self._best_step = error, int(step)
        self._best = {
            name.removeprefix("best."): torch.from_numpy(np.array(value))
            for name, value in state.arrays.items()
            if name.startswith("best.")
        }
