"""What is said of a trained network beside its weights."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import metadata
from typing import Any

from rnnviz.data.number_words import SPLIT_SEED, split
from rnnviz.training.recipe import TranslationRecipe, versions


def card_of(recipe: TranslationRecipe, exact: float, by_digits: Mapping[int, float], parameters: int) -> dict[str, Any]:
    """What is said of a translator beside its weights, as plain JSON.

    Parameters
    ----------
    exact
        The share of the numbers held out that it translates without a mistake.
    by_digits
        The same by the number of digits, as far as it was measured.
    parameters
        How many weights it has.
    """
    parts = split(SPLIT_SEED, recipe.largest)
    return {
        **recipe.as_dict(),
        "optimizer": "Adam; learning rate falling linearly to zero; gradient clipped by its norm; teacher forcing",
        "learned_from": len(parts.training),
        "tested_on": len(parts.test),
        "exact": exact,
        "by_digits": {str(digits): [share, len(parts.by_digits[digits])] for digits, share in by_digits.items()},
        "parameters": parameters,
        "data": f"num2words {metadata.version('num2words')}, generated",
        "split_seed": SPLIT_SEED,
        "torch": versions()["torch"],
    }
