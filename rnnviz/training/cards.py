"""What is said of a trained network beside its weights: the cards of `rnnviz.networks.checkpoints`."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import metadata
from typing import Any

from rnnviz.data.number_words import SPLIT_SEED, split
from rnnviz.training.recipe import TranslationRecipe, versions


def card_of(recipe: TranslationRecipe, exact: float, by_digits: Mapping[int, float], parameters: int) -> dict[str, Any]:
    """The card of a translator, as plain JSON.

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
        "recipe": recipe.as_dict(),
        "data": {
            "package": "num2words",
            "version": metadata.version("num2words"),
            "split_seed": SPLIT_SEED,
            "train": len(parts.training),
            "test": len(parts.test),
        },
        "seed": recipe.seed,
        "steps": recipe.steps,
        "reached": {
            "exact": exact,
            "by_digits": {str(digits): [share, len(parts.by_digits[digits])] for digits, share in by_digits.items()},
        },
        "versions": {"torch": versions()["torch"]},
        "optimizer": "Adam; learning rate falling linearly to zero; gradient clipped by its norm; teacher forcing",
        "parameters": parameters,
    }
