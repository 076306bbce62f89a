"""The training loop of networks that learn to write a text of one's own, measured beside counting."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
from torch import Tensor

from rnnviz.data.corpora import Corpus
from rnnviz.data.own_text import OwnText, parts_of
from rnnviz.data.text import BEGINNING, encode
from rnnviz.tasks.kneser_ney import KneserNey
from rnnviz.training.run import Moment, State
from rnnviz.training.text import COUNTED, COUNTED_ORDER, TextRecipe
from rnnviz.training.text_loop import AT_MOMENTS, TextTraining, rows_of


class OwnTextTraining(TextTraining):
    """A training run on a text of one's own: see `TextTraining`.

    All that is held out is measured at every moment. The first moment also has what counting reaches on it, under the
    name `COUNTED`: bits per character, (1,).
    """

    def __init__(self, recipe: TextRecipe, state: State | None, text: OwnText) -> None:
        training, held_out = parts_of(text.text)
        super().__init__(recipe, state, Corpus("", "", training, held_out))
        self._training = training
        self.held_out = rows_of(held_out, recipe.alphabet, math.ceil((len(held_out) + 1) / AT_MOMENTS))

    def _moment(self) -> Moment:
        moment = super()._moment()
        if moment.step:
            return moment
        counted = counted_bits(self._training, self.recipe.alphabet, self.held_out)
        return replace(moment, weights={**moment.weights, COUNTED: np.array([counted])})


def counted_bits(training: str, alphabet: str, rows: Tensor) -> float:
    """Bits per character of rows (T, B) by a Kneser-Ney model that has counted a text, each row read by itself."""
    model = KneserNey.count(encode(BEGINNING + training, alphabet), len(alphabet), COUNTED_ORDER)
    return float(np.nanmean([model.bits(row) for row in rows.numpy().T]))
