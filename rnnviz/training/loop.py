"""Training loops that yield what they measure. Nothing here knows a page, a worker or where runs are kept."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from rnnviz.data.number_splits import SPLIT_SEED, split
from rnnviz.data.number_words import pairs, vocabulary
from rnnviz.networks.torch_modules import EncoderDecoder, SequenceModel
from rnnviz.tasks import TASKS
from rnnviz.tasks.task import Examples, Task
from rnnviz.training.descent import Descent, descend
from rnnviz.training.recipe import Recipe, TranslationRecipe
from rnnviz.training.run import State

Codes = Sequence[int]


@dataclass(frozen=True)
class Epoch:
    """What was measured in one pass over the training sequences.

    Attributes
    ----------
    number
        Counted from 1.
    loss
        Bits per symbol while learning: the mean over every symbol predicted, ends included.
    gradient_norm
        The norm of the loss's gradient by all weights, before clipping: the mean over the steps.
    validation
        Bits per symbol on the validation sequences, after this epoch.
    seconds
        How long the epoch took, validation included.
    """

    number: int
    loss: float
    gradient_norm: float
    validation: float
    seconds: float


class Batch(NamedTuple):
    """Sequences side by side, each (T, B): what is read, what is to be predicted, and where that is not padding."""

    inputs: Tensor
    targets: Tensor
    mask: Tensor


def batch_of(sequences: Sequence[Codes]) -> Batch:
    """Pad sequences of codes to the longest; each symbol but the last is read, each but the first predicted."""
    rows = [torch.tensor(sequence) for sequence in sequences]
    if min(map(len, rows), default=0) < 2:
        raise ValueError("a batch needs sequences of at least two symbols: one to read, one to predict")
    codes = torch.nn.utils.rnn.pad_sequence(rows)
    lengths = torch.tensor([len(row) for row in rows])
    return Batch(codes[:-1], codes[1:], torch.arange(1, len(codes)).unsqueeze(1) < lengths)


def bits_per_symbol(model: torch.nn.Module, batch: Batch) -> Tensor:
    """The mean of -log2 of the probability given to each predicted symbol."""
    logits = model(batch.inputs)
    return functional.cross_entropy(logits[batch.mask], batch.targets[batch.mask]) / math.log(2)


def evaluate(model: torch.nn.Module, sequences: Sequence[Codes]) -> float:
    """Bits per symbol of a network on sequences it does not learn from."""
    with torch.no_grad():
        return float(bits_per_symbol(model, batch_of(sequences)))


def train(
    model: torch.nn.Module,
    training: Sequence[Codes],
    validation: Sequence[Codes],
    *,
    epochs: int,
    batch_size: int,
    learning_rate: float,
    clip: float,
    seed: int,
) -> Iterator[Epoch]:
    """Train a network in place to predict the next symbol, and report after every epoch.

    By Adam (Kingma & Ba 2015), with a learning rate that falls linearly to zero.

    Parameters
    ----------
    model
        Takes codes (T, B), gives logits (T, B, symbols).
    training, validation
        Sequences of codes; the last batch of an epoch may be smaller than `batch_size`.
    learning_rate
        That of the first step.
    clip
        The longest gradient a step may have; longer ones are scaled down to it.
    seed
        Fixes the order in which the sequences are visited.
    """
    order = torch.Generator().manual_seed(seed)
    optimizer = torch.optim.Adam(model.parameters(), lr=learning_rate)
    steps = math.ceil(len(training) / batch_size)
    decay = torch.optim.lr_scheduler.LinearLR(optimizer, 1.0, 0.0, total_iters=epochs * steps)
    for number in range(1, epochs + 1):
        start = time.perf_counter()
        bits = norms = symbols = 0.0
        visited = torch.randperm(len(training), generator=order).tolist()
        for first in range(0, len(visited), batch_size):
            batch = batch_of([training[index] for index in visited[first : first + batch_size]])
            loss, norm = descend(model, optimizer, bits_per_symbol(model, batch), clip)
            decay.step()
            predicted = int(batch.mask.sum())
            norms += norm
            bits += loss * predicted
            symbols += predicted
        measured = evaluate(model, validation)
        yield Epoch(number, bits / symbols, norms / steps, measured, time.perf_counter() - start)


class Forced(NamedTuple):
    """What an encoder-decoder answers where it reads the right word at each step (teacher forcing), and what is right.

    Attributes
    ----------
    logits, wanted
        (U, B, O), and the right codes (U, B), `END` last.
    mask
        (U, B): where that is not padding.
    """

    logits: Tensor
    wanted: Tensor
    mask: Tensor

    @property
    def loss(self) -> Tensor:
        """Nats per word, `END` included."""
        return functional.cross_entropy(self.logits[self.mask], self.wanted[self.mask])

    def exact_match(self) -> float:
        """The share of sequences whose likeliest words are all right.

        As long as they are, the network would read the same if it read its own words: so this is greedy decoding's.
        """
        right = (self.logits.argmax(-1) == self.wanted) | ~self.mask
        return float(right.all(0).double().mean())


def force(model: EncoderDecoder, sources: Sequence[Codes], targets: Sequence[Codes]) -> Forced:
    """Have sources answered by teacher forcing; codes of sequences and of their translations, without an end."""
    read, lengths = _padded(sources)
    written, ends = _padded(targets)
    beginning = torch.zeros(1, len(sources), dtype=torch.int64)
    logits, _ = model(read, lengths, torch.cat([beginning, written]))
    wanted = torch.cat([written, beginning])  # padded with the end, which is what comes after a target
    return Forced(logits, wanted, torch.arange(len(wanted)).unsqueeze(1) <= ends)


def _padded(rows: Sequence[Codes]) -> tuple[Tensor, Tensor]:
    return (
        torch.nn.utils.rnn.pad_sequence([torch.tensor(row) for row in rows]),
        torch.tensor([len(row) for row in rows]),
    )


@torch.no_grad()
def exact_match(model: EncoderDecoder, pairs: Sequence[tuple[Codes, Codes]]) -> float:
    """The share of pairs whose source is translated without a mistake, by greedy decoding."""
    return force(model, *zip(*pairs)).exact_match()


#: What the held-out sequences are drawn by: no run's seed is as large.
HELD_OUT_SEED = 10**6
#: On how many held-out sequences the metric is measured: at each moment, at the end, and there at other lengths.
AT_MOMENTS, AT_END, ELSEWHERE = 256, 1000, 250
_OPTIMIZERS: Mapping[str, Callable[..., torch.optim.Optimizer]] = {
    "adam": torch.optim.Adam,
    "rmsprop": torch.optim.RMSprop,
    "sgd": torch.optim.SGD,
    "momentum": partial(torch.optim.SGD, momentum=0.9),
}


class Training(Descent[Recipe]):
    """A training run of a task, from its start or from a state on: iterate over it as `Descent` says."""

    model: SequenceModel

    def __init__(self, recipe: Recipe, state: State | None = None) -> None:
        self.task = TASKS[recipe.task]
        example = self.task.draw(np.random.default_rng(recipe.seed), recipe.length, 1)
        model = SequenceModel(
            recipe.cell,
            example.inputs.shape[2],
            self.task.output_size,
            recipe.hidden_size,
            layers=recipe.layers,
            directions=recipe.directions,
            initialisation=recipe.initialisation,
            steps=len(example.inputs),
            seed=recipe.seed,
        )
        optimizer = _OPTIMIZERS[recipe.optimizer](model.parameters(), lr=recipe.learning_rate)
        super().__init__(recipe, model, optimizer, state)

    @property
    def _learning_rate(self) -> float:
        return self.recipe.learning_rate

    def _answer(self) -> tuple[Tensor, Callable[[], float]]:
        recipe = self.recipe
        examples = self.task.draw(np.random.default_rng([recipe.seed, self.step]), recipe.length, recipe.batch_size)
        outputs = self.model(torch.from_numpy(examples.inputs))
        return _loss(outputs, examples), partial(self.task.score, outputs.detach().numpy(), examples)

    def _test_at_moment(self) -> float:
        return self._test(self.recipe.length, AT_MOMENTS)

    def _test_at_end(self) -> float:
        return self._test(self.recipe.length, AT_END)

    def _test_elsewhere(self) -> dict[int, float]:
        return {length: self._test(length, ELSEWHERE) for length in self.task.tested_at}

    @torch.no_grad()
    def _test(self, length: int, count: int) -> float:
        """The metric on held-out sequences, the same ones for every run."""
        examples = _held_out(self.task, length, count)
        return float(self.task.score(self.model(torch.from_numpy(examples.inputs)).numpy(), examples))


@lru_cache(maxsize=2)
def _held_out(task: Task, length: int, count: int) -> Examples:
    return task.held_out(np.random.default_rng(HELD_OUT_SEED), length, count)


class TranslationTraining(Descent[TranslationRecipe]):
    """A training run of an encoder-decoder by teacher forcing, from its start or from a state on: see `Descent`.

    Every step learns from numbers drawn anew from those that are not held out, as the recipe's sampling says.
    """

    model: EncoderDecoder

    def __init__(self, recipe: TranslationRecipe, state: State | None = None) -> None:
        self.split = split(SPLIT_SEED, recipe.largest, recipe.sampling)
        model = EncoderDecoder(
            recipe.cell,
            len(vocabulary(recipe.source)),
            len(vocabulary(recipe.target)),
            attention=recipe.attention,
            hidden_size=recipe.hidden_size,
            embedding_size=recipe.embedding_size,
            directions=recipe.directions,
            seed=recipe.seed,
        )
        super().__init__(recipe, model, torch.optim.Adam(model.parameters(), lr=recipe.learning_rate), state)

    @property
    def _learning_rate(self) -> float:
        """Falling linearly to zero: by the step alone, so that a run that goes on needs to know no more."""
        return self.recipe.learning_rate * (1 - self.step / self.recipe.steps)

    def _answer(self) -> tuple[Tensor, Callable[[], float]]:
        numbers, recipe = self.split.drawn_from, self.recipe
        drawn = np.random.default_rng([recipe.seed, self.step]).integers(len(numbers), size=recipe.batch_size)
        forced = force(self.model, *zip(*self._pairs([numbers[place] for place in drawn])))
        return forced.loss, forced.exact_match

    def _test_at_moment(self) -> float:
        return exact_match(self.model, self._pairs(self.split.test))

    def _test_at_end(self) -> float:
        return self._test_at_moment()

    def _test_elsewhere(self) -> dict[int, float]:
        return {
            digits: exact_match(self.model, self._pairs(numbers)) for digits, numbers in self.split.by_digits.items()
        }

    def _shares(self) -> dict[str, float]:
        groups = {"below_1000": range(1000), "round": self.split.rounds}
        return {name: exact_match(self.model, self._pairs(numbers)) for name, numbers in groups.items() if numbers}

    def _pairs(self, numbers: Iterable[int]) -> Sequence[tuple[Codes, Codes]]:
        return pairs(numbers, self.recipe.source, self.recipe.target)


def _loss(outputs: Tensor, examples: Examples) -> Tensor:
    """The mean over all answers that are wanted: cross entropy of a class, in nats, or squared error of a number."""
    mask = torch.from_numpy(examples.mask)
    wanted, given = torch.from_numpy(examples.targets)[mask], outputs[mask]
    if wanted.is_floating_point():
        return functional.mse_loss(given[:, 0], wanted)
    return functional.cross_entropy(given, wanted)
