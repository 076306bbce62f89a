"""A training run of any kind: step by step down a loss, with points and moments on the way, from any state on."""

from __future__ import annotations

import math
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from statistics import fmean
from typing import Generic, TypeVar

import numpy as np
import torch
from torch import Tensor
from torch.nn.utils import clip_grad_norm_

from rnnviz.networks.torch_modules import EncoderDecoder, SequenceModel
from rnnviz.training.recipe import Recipe, TranslationRecipe
from rnnviz.training.run import Ended, Moment, Point, State
from rnnviz.training.series import SeriesRecipe
from rnnviz.training.text import TextRecipe

R = TypeVar("R", Recipe, TranslationRecipe, TextRecipe, SeriesRecipe)

#: How many points a run has, and at how many moments after its start its weights are kept: more of them early.
POINTS, MOMENTS = 100, 20


def descend(model: torch.nn.Module, optimizer: torch.optim.Optimizer, loss: Tensor, clip: float) -> tuple[float, float]:
    """Make one step down a loss; the loss, and the norm of its gradient by all weights before clipping.

    A step whose loss or gradient is not finite is not made.
    """
    optimizer.zero_grad()
    torch.autograd.backward(loss)
    value, norm = loss.item(), float(clip_grad_norm_(model.parameters(), clip))
    if math.isfinite(value) and math.isfinite(norm):
        optimizer.step()
    return value, norm


class Descent(ABC, Generic[R]):
    """A training run of any kind: iterate over it to train, step by step, and take what it measures.

    A run that goes on from a state gives what it would have given without the pause, to the last bit, if its budget is
    counted in steps.

    Parameters
    ----------
    recipe
        What decides the run.
    model, optimizer
        The network at its start, and what trains it; a group of parameters may have a "pace", by which its learning
        rate is multiplied.
    state
        Where to go on; at the start if None.

    Attributes
    ----------
    step, seconds
        How many steps have been made, and the time they took.
    ended
        How the run ended, once it has.
    """

    def __init__(
        self,
        recipe: R,
        model: SequenceModel | EncoderDecoder,
        optimizer: torch.optim.Optimizer,
        state: State | None,
    ) -> None:
        self.recipe: R = recipe
        self.model, self.optimizer = model, optimizer
        self.ended: Ended | None = None
        self.step, self.seconds = 0, 0.0
        self._since: list[tuple[float, float, float]] = []  # loss, metric and norm of each step since the last point
        self._norm = math.nan  # of the last step
        self._owes_moment = True
        if state is not None:
            self._restore(state)

    @property
    @abstractmethod
    def _learning_rate(self) -> float:
        """That of the next step."""

    @abstractmethod
    def _answer(self) -> tuple[Tensor, Callable[[], float]]:
        """The loss of the network on this step's batch, and what gives its metric there."""

    @abstractmethod
    def _test_at_moment(self) -> float:
        """The metric on held-out sequences, the same ones for every run."""

    @abstractmethod
    def _test_at_end(self) -> float:
        """The same on as many as there is time for."""

    @abstractmethod
    def _test_elsewhere(self) -> dict[int, float]:
        """The same on sequences of other lengths."""

    def _shares(self) -> dict[str, float] | None:
        """The same of other groups of sequences by name, if any."""
        return None

    def __iter__(self) -> Iterator[Point | Moment | None]:
        """Train until the budget is spent, or numbers are too large for float32; None where nothing is to tell."""
        while self._owes_moment or self._spent < 1:
            if self._owes_moment:
                self._owes_moment = False
                moment = self._moment()
                if not math.isfinite(moment.metric):
                    return self._diverge()
                yield moment
                continue
            before, start = self._spent, time.perf_counter()
            finite = self._learn()
            self.seconds += time.perf_counter() - start
            if not finite:
                return self._diverge()
            after = self._spent
            self._owes_moment = _passed(MOMENTS, math.sqrt(before), math.sqrt(after))
            if self.step == 1 or _passed(POINTS, before, after):
                yield self._point()
            else:
                yield None
        metric = self._test_at_end()
        if not math.isfinite(metric):
            return self._diverge()
        self.ended = Ended(
            "done", self.step, self.seconds, self._parameters, metric, self._test_elsewhere(), shares=self._shares()
        )

    def state(self) -> State:
        """All that is needed to go on from here."""
        arrays = {f"model.{name}": value.numpy().copy() for name, value in self.model.state_dict().items()}
        for place, kept in self.optimizer.state_dict()["state"].items():
            arrays |= {
                f"optimizer.{place}.{name}": torch.as_tensor(value).numpy().copy() for name, value in kept.items()
            }
        arrays["since"] = np.array(self._since).reshape(-1, 3)
        arrays["marks"] = np.array([self._norm, self._owes_moment])
        return State(self.step, self.seconds, arrays)

    def _restore(self, state: State) -> None:
        tensors = {name: torch.from_numpy(np.array(value)) for name, value in state.arrays.items()}
        self.model.load_state_dict(
            {name.removeprefix("model."): value for name, value in tensors.items() if name.startswith("model.")}
        )
        kept: dict[int, dict[str, Tensor]] = {}
        for name, value in tensors.items():
            if name.startswith("optimizer."):
                _, place, part = name.split(".")
                kept.setdefault(int(place), {})[part] = value
        self.optimizer.load_state_dict({**self.optimizer.state_dict(), "state": kept})
        self.step, self.seconds = state.step, state.seconds
        self._since = [(loss, metric, norm) for loss, metric, norm in state.arrays["since"].tolist()]
        self._norm, self._owes_moment = float(state.arrays["marks"][0]), bool(state.arrays["marks"][1])

    @property
    def _spent(self) -> float:
        """The share of the budget that is spent."""
        return self.recipe.spent(self.step, self.seconds)

    @property
    def _parameters(self) -> int:
        """As the equations count: PyTorch's two biases of a gate are one where their sum is all that matters."""
        return sum(array.size for array in self.model.arrays().values())

    def _diverge(self) -> None:
        self.ended = Ended("diverged", self.step, self.seconds, self._parameters, norm_before=self._norm)

    def _learn(self) -> bool:
        """Make one step; whether its loss and gradient were finite."""
        for group in self.optimizer.param_groups:
            group["lr"] = self._learning_rate * group.get("pace", 1.0)
        answered, score = self._answer()
        loss, norm = descend(self.model, self.optimizer, answered, self.recipe.clip or math.inf)
        self.step += 1
        if not math.isfinite(loss) or not math.isfinite(norm):
            return False
        self._since.append((loss, score(), norm))
        self._norm = norm
        return True

    def _point(self) -> Point:
        losses, metrics, norms = zip(*self._since)
        clipped = sum(norm > self.recipe.clip > 0 for norm in norms) / len(norms)
        self._since = []
        return Point(self.step, self.seconds, fmean(losses), fmean(metrics), max(norms), clipped)

    def _moment(self) -> Moment:
        return Moment(self.step, self.seconds, self._test_at_moment(), self.model.arrays())


def _passed(count: int, before: float, after: float) -> bool:
    """Whether one of `count` evenly spaced marks from 0 to 1 lies between two shares, or on the second."""
    rounding = 1e-9
    return int(count * after + rounding) > int(count * before + rounding)
