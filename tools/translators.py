"""Train the translators that ship with rnnviz, and measure when attention helps.

Writes ``rnnviz/networks/checkpoints/translators/``: the float32 weights of each network with a card beside it, and
``experiments.json``, the numbers of networks that are not shipped: how fast each kind of attention learns, and how far
small networks get by the length of what they read. ``python -m tools.translators en-fr-dot-gru-2 experiments`` makes
these alone.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from importlib import metadata
from multiprocessing import get_context
from typing import Any

import torch

from rnnviz.data.number_splits import SPLIT_SEED, split
from rnnviz.data.number_words import LARGEST, SHORT
from rnnviz.networks import checkpoints
from rnnviz.networks.attention import ATTENTIONS
from rnnviz.training.cards import card_of
from rnnviz.training.loop import TranslationTraining
from rnnviz.training.recipe import TranslationRecipe, versions
from rnnviz.training.run import Arrays, Ended, Moment

FOLDER = checkpoints.shipped("translators")
EXPERIMENTS = "experiments"
WORKERS = 2
SEEDS = (0, 1, 2)
#: For how many steps the networks learn whose curves are shown.
CURVE_STEPS = 600
SMALL = (8, 12, 16, 24, 32)
#: With general attention it takes longer until every short number is right.
STEPS = {"general": 3_000}


def shipped() -> dict[str, TranslationRecipe]:
    """The recipe of each network that ships, by the name of its files."""
    kinds = [TranslationRecipe(attention=name, steps=STEPS.get(name, TranslationRecipe.steps)) for name in ATTENTIONS]
    others = [
        TranslationRecipe(attention=name, cell=cell, directions=directions)
        for cell, directions in (("gru", 1), ("lstm", 2), ("elman", 2))
        for name in ("none", "dot")
    ]
    languages = [TranslationRecipe(*pair.split()) for pair in ("en fr", "de en", "fr en", "de fr", "fr de")]
    return {file_name(recipe): recipe for recipe in (*kinds, *others, *languages, TranslationRecipe(largest=SHORT))}


def file_name(recipe: TranslationRecipe) -> str:
    parts = [recipe.source, recipe.target, recipe.attention, recipe.cell.name, str(recipe.directions)]
    return "-".join([*parts, *(["short"] if recipe.largest < LARGEST else [])])


@dataclass(frozen=True, eq=False)
class Made:
    """A network that has been trained: how that ended, its last weights, and its metric at each moment."""

    ended: Ended
    weights: Arrays
    curve: list[dict[str, float]]


def made(recipe: TranslationRecipe) -> Made:
    torch.set_num_threads(1)
    training = TranslationTraining(recipe)
    moments = [item for item in training if isinstance(item, Moment)]
    ended = training.ended
    print(
        f"{recipe.in_words}: {ended.reason}, {ended.metric}, {ended.seconds:.1f} s, {ended.tested}, {ended.shares}",
        flush=True,
    )
    curve = [{"step": moment.step, "exact": moment.metric} for moment in moments]
    return Made(ended, moments[-1].weights, curve)


def experiments(curves: Sequence[TranslationRecipe], small: Sequence[TranslationRecipe]) -> dict[str, Any]:
    usual, parts = TranslationRecipe(), split(SPLIT_SEED)
    found = _all_made([*curves, *small])
    return {
        "data": f"num2words {metadata.version('num2words')}, generated",
        "split_seed": SPLIT_SEED,
        "torch": versions()["torch"],
        "batch_size": usual.batch_size,
        "learning_rate": usual.learning_rate,
        "clip": usual.clip,
        "sampling": usual.sampling,
        "tested_on": len(parts.test),
        "curves": [{**told(recipe, found[recipe]), "curve": found[recipe].curve} for recipe in curves],
        "by_digits": [{**told(recipe, found[recipe]), "by_digits": found[recipe].ended.tested} for recipe in small],
        "held_out": {str(digits): len(numbers) for digits, numbers in parts.by_digits.items()},
    }


def told(recipe: TranslationRecipe, network: Made) -> dict[str, Any]:
    settings = {name: getattr(recipe, name) for name in ("attention", "hidden_size", "seed", "steps")}
    return {**settings, "exact": network.ended.metric}


def main(names: Sequence[str]) -> None:
    recipes = shipped()
    if unknown := set(names) - {*recipes, EXPERIMENTS}:
        raise SystemExit(f"there is no {', '.join(sorted(unknown))}; there are: {', '.join([*recipes, EXPERIMENTS])}")
    if not names:
        for file in (*FOLDER.glob("*.json"), *FOLDER.glob("*.safetensors")):
            file.unlink()
    wanted = {name: recipe for name, recipe in recipes.items() if name in names or not names}
    found = _all_made(list(wanted.values()))
    for name, recipe in wanted.items():
        checkpoints.save(FOLDER, name, found[recipe].weights, card_of(recipe, found[recipe].ended))
    if EXPERIMENTS in names or not names:
        curves = [
            TranslationRecipe(attention=name, hidden_size=32, seed=seed, steps=CURVE_STEPS)
            for name in ATTENTIONS
            for seed in SEEDS
        ]
        small = [
            TranslationRecipe(attention=name, hidden_size=size, seed=seed)
            for size in SMALL
            for name in ("none", "dot")
            for seed in SEEDS
        ]
        text = json.dumps(experiments(curves, small))
        FOLDER.joinpath(f"{EXPERIMENTS}.json").write_text(text + "\n", "utf-8")


def _all_made(recipes: Sequence[TranslationRecipe]) -> dict[TranslationRecipe, Made]:
    with ProcessPoolExecutor(WORKERS, mp_context=get_context("spawn")) as pool:
        return dict(zip(recipes, pool.map(made, recipes)))


if __name__ == "__main__":
    main(sys.argv[1:])
