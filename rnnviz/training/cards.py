"""What is said of a trained network beside its weights: the cards of `rnnviz.networks.checkpoints`."""

from __future__ import annotations

from importlib import metadata
from typing import Any

from rnnviz.data.number_splits import SPLIT_SEED, split
from rnnviz.training.recipe import TranslationRecipe, versions
from rnnviz.training.run import Ended, RunOf
from rnnviz.training.text import TextRecipe


def card_of(recipe: TranslationRecipe, ended: Ended) -> dict[str, Any]:
    """The card of a translator whose training has ended, as plain JSON.

    What it reached: the share it translates without a mistake of the numbers held out, of those by their digits and of
    the round ones, each with how many they are, and of all from 0 to 999, as far as that was measured.
    """
    parts, shares = split(SPLIT_SEED, recipe.largest, recipe.sampling), ended.shares or {}
    by_digits = {str(digits): [share, len(parts.by_digits[digits])] for digits, share in (ended.tested or {}).items()}
    reached: dict[str, Any] = {"exact": ended.metric, "by_digits": by_digits}
    if "round" in shares:
        reached["round"] = [shares["round"], len(parts.rounds)]
    if "below_1000" in shares:
        reached["below_1000"] = shares["below_1000"]
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
        "reached": reached,
        "versions": {"torch": versions()["torch"]},
        "optimizer": "Adam; learning rate falling linearly to zero; gradient clipped by its norm; teacher forcing",
        "parameters": ended.parameters,
    }


def card_of_moment(run: RunOf[TextRecipe], step: int) -> dict[str, Any]:
    """The card of a network that learns to write, as it was at a kept moment of its training, as plain JSON."""
    return {
        "recipe": run.recipe.as_dict(),
        "data": run.recipe.data,
        "seed": run.recipe.seed,
        "steps": step,
        "reached": {"bits_per_character": run.moments[step]},
        "versions": dict(run.versions or {}),
        "vocabulary": list(run.recipe.alphabet),
    }
