"""Recipes of networks that learn to write a text, character by character.

Importing this module does not import torch.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, ClassVar, final

from rnnviz.cells import LSTM, Cell, from_value
from rnnviz.data import source_code
from rnnviz.data.corpora import Corpus
from rnnviz.data.own_text import OwnText
from rnnviz.data.text import ALPHABET
from rnnviz.networks.initialisation import INITIALISATIONS
from rnnviz.tasks.next_character import BITS_PER_CHARACTER
from rnnviz.tasks.task import Metric
from rnnviz.training.recipe import AnyRecipe

if TYPE_CHECKING:
    from rnnviz.training.run import Loop, State

#: The corpora that every machine can make.
CORPORA: Mapping[str, Callable[[], Corpus]] = {"python": source_code.corpus}
#: What only `make checkpoints` fetches.
FETCHED = ("prose",)

#: What the first moment of a run on one's own text calls the bits per character of counting; how long its n-grams are.
COUNTED, COUNTED_ORDER = "counted.bits", 5

_LIMITS: Mapping[str, tuple[float, float]] = {"hidden_size": (1, 256), "window": (1, 400)}
_MOST_SYMBOLS = 512
_OWN = re.compile("[0-9a-f]{64}")


@final
@dataclass(frozen=True)
class TextRecipe(AnyRecipe):
    """A training run of a network that predicts the next character of a text, before it is made.

    By truncated backpropagation through time: the text is cut into as many rows as a batch has, which are read side by
    side, window by window. The state goes on from one window to the next, the gradient does not. By Adam, whose
    learning rate falls to zero along half a cosine; the weights that meet symbols learn faster by
    `rnnviz.training.text_loop.PACE`, which does what an embedding would, for any cell.

    Attributes
    ----------
    corpus
        A name of `CORPORA` or `FETCHED`, or the SHA-256, in hexadecimal, of a text of one's own in UTF-8: so that the
        recipe says all that decides the run, and stays small. The text comes beside it: see `training`.
    alphabet
        The characters that it knows; a place is a code.
    initialisation
        How the weights start: a name of `rnnviz.networks.initialisation.INITIALISATIONS`.
    learning_rate
        That of the first step, of the weights that do not meet symbols.
    clip
        The longest gradient a step may have; 0 for no limit.
    window
        After how many characters the gradient is cut off.
    seed
        Fixes the start of the weights.

    Raises
    ------
    ValueError
        With a sentence that says what is accepted.
    """

    kind: ClassVar[str] = "text"
    loop: ClassVar[str] = "rnnviz.training.text_loop.TextTraining"
    budget: ClassVar[str] = "steps"

    corpus: str = "python"
    alphabet: str = "".join(ALPHABET)
    cell: Cell = LSTM
    hidden_size: int = 128
    initialisation: str = "forget_bias"
    batch_size: int = 32
    window: int = 100
    learning_rate: float = 0.004
    clip: float = 1.0
    steps: int = 2500
    seed: int = 0

    def __post_init__(self) -> None:
        object.__setattr__(self, "cell", from_value(self.cell))
        self._check_names(initialisation=INITIALISATIONS)
        self._check_numbers(**_LIMITS)
        known = (*CORPORA, *FETCHED)
        if not isinstance(self.corpus, str) or not (self.corpus in known or _OWN.fullmatch(self.corpus)):
            raise ValueError(f"corpus must be one of {', '.join(known)}, or the SHA-256 of a text, not {self.corpus!r}")
        characters = self.alphabet if isinstance(self.alphabet, str) else ""
        if not 1 <= len(characters) <= _MOST_SYMBOLS or len(set(characters)) < len(characters):
            raise ValueError(f"the alphabet must be a text of 1 to {_MOST_SYMBOLS} characters, none of them twice")

    @property
    def metric(self) -> Metric:
        """What is measured of the network."""
        return BITS_PER_CHARACTER

    @property
    def data(self) -> dict[str, str]:
        """What it learns from."""
        return {"corpus": self.corpus}

    @property
    def own_text(self) -> str | None:
        """The name of the text of one's own that it learns from; None for a corpus with a name."""
        return self.corpus if _OWN.fullmatch(self.corpus) else None

    @property
    def in_words(self) -> str:
        """The recipe as a line in a list of them."""
        name = self.corpus[:8]
        return f"{name:<8} {self.cell.name:<11} {self.hidden_size:>3} units, {self.steps} steps, seed {self.seed}"

    def training(self, state: State | None = None, text: OwnText | None = None) -> Loop:
        """The run itself; on a text of one's own it is measured beside counting."""
        if text is None:
            return super().training(state)
        loop: Loop = import_module("rnnviz.training.own_text_loop").OwnTextTraining(self, state, text)
        return loop

    def spent(self, step: int, seconds: float) -> float:
        """The share of the budget that is spent after so many steps; how long they took does not matter."""
        return min(1.0, step / self.steps)


def corpus_of(recipe: TextRecipe) -> Corpus:
    """The text that a recipe names.

    Raises
    ------
    LookupError
        When it is not on this machine.
    """
    if recipe.corpus not in CORPORA:
        raise LookupError(f"the text {recipe.corpus} is not kept here")
    return CORPORA[recipe.corpus]()
