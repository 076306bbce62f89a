"""Train the translators that ship with rnnviz, and measure when attention helps.

Writes ``rnnviz/networks/checkpoints/translators/``: the float32 weights of each network with a card beside it, and
``experiments.json``, the numbers of networks that are not shipped: how fast each kind of attention learns, and how far
small networks get by the length of what they read.
"""

from __future__ import annotations

import json
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from typing import Any

import torch

from rnnviz.data.number_words import LARGEST, SHORT, SPLIT_SEED, split
from rnnviz.networks import checkpoints
from rnnviz.networks.attention import ATTENTIONS
from rnnviz.training.cards import card_of
from rnnviz.training.loop import TranslationTraining
from rnnviz.training.recipe import TranslationRecipe
from rnnviz.training.run import Arrays, Ended, Moment

FOLDER = checkpoints.shipped("translators")
WORKERS = 2
SEEDS = (0, 1, 2)
#: For how many steps the networks learn whose curves are shown.
CURVE_STEPS = 600
SMALL = (8, 12, 16, 24, 32)


def shipped() -> list[TranslationRecipe]:
    kinds = [TranslationRecipe(attention=name) for name in ATTENTIONS]
    others = [
        TranslationRecipe(attention=name, cell=cell, directions=directions)
        for cell, directions in (("gru", 1), ("lstm", 2), ("elman", 2))
        for name in ("none", "dot")
    ]
    languages = [TranslationRecipe(*pair.split()) for pair in ("en fr", "de en", "fr en", "de fr", "fr de")]
    return [*kinds, *others, *languages, TranslationRecipe(largest=SHORT)]


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
    print(f"{recipe.in_words}: {ended.reason}, {ended.metric}, {ended.seconds:.1f} s, {ended.tested}", flush=True)
    curve = [{"step": moment.step, "exact": moment.metric} for moment in moments]
    return Made(ended, moments[-1].weights, curve)


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    for file in (*FOLDER.glob("*.json"), *FOLDER.glob("*.safetensors")):
        file.unlink()
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
    recipes = [*shipped(), *curves, *small]
    with ProcessPoolExecutor(WORKERS, mp_context=get_context("spawn")) as pool:
        found = dict(zip(recipes, pool.map(made, recipes)))
    for recipe in shipped():
        network = found[recipe]
        checkpoints.save(FOLDER, file_name(recipe), network.weights, card(recipe, network.ended))
    usual = TranslationRecipe()
    about = card(usual, found[usual].ended)
    experiments = {
        "data": f"{about['data']['package']} {about['data']['version']}, generated",
        "split_seed": SPLIT_SEED,
        "torch": about["versions"]["torch"],
        **{name: about["recipe"][name] for name in ("batch_size", "learning_rate", "clip")},
        "tested_on": about["data"]["test"],
        "curves": [{**told(recipe, found[recipe]), "curve": found[recipe].curve} for recipe in curves],
        "by_digits": [{**told(recipe, found[recipe]), "by_digits": found[recipe].ended.tested} for recipe in small],
        "held_out": {str(digits): len(numbers) for digits, numbers in split(SPLIT_SEED).by_digits.items()},
    }
    (FOLDER / "experiments.json").write_text(json.dumps(experiments) + "\n", "utf-8")


def card(recipe: TranslationRecipe, ended: Ended) -> dict[str, Any]:
    return card_of(recipe, ended.metric, ended.tested, ended.parameters)


def told(recipe: TranslationRecipe, network: Made) -> dict[str, Any]:
    settings = {name: getattr(recipe, name) for name in ("attention", "hidden_size", "seed", "steps")}
    return {**settings, "exact": network.ended.metric}


if __name__ == "__main__":
    main()
