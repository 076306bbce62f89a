"""The training loop of networks that learn to write."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from rnnviz.data.corpora import Corpus
from rnnviz.data.text import BEGINNING, encode
from rnnviz.networks.torch_modules import LanguageModel
from rnnviz.training.descent import Descent
from rnnviz.training.run import State
from rnnviz.training.text import TextRecipe, corpus_of

#: In how many rows a held-out text is read, so many characters at once, and how many of each row at a moment.
ROWS, AT_ONCE, AT_MOMENTS = 16, 200, 1000


def rows_of(text: str, alphabet: str, count: int) -> Tensor:
    """The codes of a text in rows side by side, (T, rows): at most `count`, each of two characters or more.

    The first begins with `BEGINNING`; what does not fill the last row is left out. Each row's first character is read
    only, the others are predicted too.

    Raises
    ------
    ValueError
        When the text is empty.
    """
    codes = encode(BEGINNING + text, alphabet)
    if len(codes) < 2:
        raise ValueError("a text to learn from must have at least one character")
    count = min(count, len(codes) // 2)
    length = len(codes) // count
    return torch.from_numpy(codes[: count * length].reshape(count, length).T.copy())


def windows_of(rows: Tensor, window: int) -> list[tuple[Tensor, Tensor]]:
    """What is read and what is predicted in each window of rows (T, B), in turn; the last may be shorter."""
    read, wanted = rows[:-1], rows[1:]
    return [*zip(torch.split(read, window), torch.split(wanted, window))]


#: How many times as fast as all others the weights learn that meet symbols. Of a one-hot input each has only a small
#: part in the sum it is in: at the pace of the others it is half a bit behind after 600 steps on Python.
PACE = 15


class TextTraining(Descent[TextRecipe]):
    """A training run of a network that writes, from its start or from a state on: see `Descent`.

    Parameters
    ----------
    corpus
        What is learned from; what the recipe names if None.
    """

    model: LanguageModel

    def __init__(self, recipe: TextRecipe, state: State | None = None, corpus: Corpus | None = None) -> None:
        corpus = corpus or corpus_of(recipe)
        self.windows = windows_of(rows_of(corpus.training, recipe.alphabet, recipe.batch_size), recipe.window)
        self.held_out = rows_of(corpus.held_out, recipe.alphabet, ROWS)
        self._carried: Mapping[str, Tensor] | None = None
        model = LanguageModel(
            recipe.cell,
            len(recipe.alphabet),
            recipe.hidden_size,
            initialisation=recipe.initialisation,
            seed=recipe.seed,
        )
        super().__init__(recipe, model, _optimizer(model), state)

    @property
    def _learning_rate(self) -> float:
        """Falling along half a cosine: by the step alone, so that a run that goes on needs to know no more."""
        return self.recipe.learning_rate * (1 + math.cos(math.pi * self.step / self.recipe.steps)) / 2

    def _answer(self) -> tuple[Tensor, Callable[[], float]]:
        place = self.step % len(self.windows)
        read, wanted = self.windows[place]
        logits, left = self.model.read(read, self._carried if place else None)
        self._carried = {name: value.detach() for name, value in left.items()}
        loss = _nats(logits, wanted) / max(int((wanted < self.model.symbols).sum()), 1)
        return loss, lambda: loss.item() / math.log(2)

    def state(self) -> State:
        """All that is needed to go on from here."""
        known = super().state()
        carried = {f"carried.{name}": value.numpy().copy() for name, value in (self._carried or {}).items()}
        return State(known.step, known.seconds, {**known.arrays, **carried})

    def _restore(self, state: State) -> None:
        super()._restore(state)
        carried = {name: value for name, value in state.arrays.items() if name.startswith("carried.")}
        self._carried = {name.removeprefix("carried."): torch.from_numpy(np.array(v)) for name, v in carried.items()}

    def _test_at_moment(self) -> float:
        return bits_per_character(self.model, self.held_out[:AT_MOMENTS])

    def _test_at_end(self) -> float:
        return bits_per_character(self.model, self.held_out)

    def _test_elsewhere(self) -> dict[int, float]:
        return {}


def _optimizer(model: LanguageModel) -> torch.optim.Optimizer:
    """Adam; what the learning rate is, is said at each step."""
    meeting = model.from_symbols()
    others = [value for value in model.parameters() if all(value is not one for one in meeting)]
    groups: list[dict[str, Any]] = [{"params": meeting, "pace": PACE}, {"params": others}]
    return torch.optim.Adam(groups)


@torch.no_grad()
def bits_per_character(model: LanguageModel, rows: Tensor) -> float:
    """Bits per character of a text in rows (T, B), of all that is known in it."""
    nats, known, state = 0.0, 0, None
    for read, wanted in windows_of(rows, AT_ONCE):
        logits, state = model.read(read, state)
        nats += float(_nats(logits, wanted))
        known += int((wanted < model.symbols).sum())
    return nats / max(known, 1) / math.log(2)


def _nats(logits: Tensor, wanted: Tensor) -> Tensor:
    """The sum of -ln of the probability that each known character had."""
    symbols = logits.shape[-1]
    return functional.cross_entropy(logits.flatten(0, 1), wanted.flatten(), ignore_index=symbols, reduction="sum")
