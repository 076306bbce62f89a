"""Train the networks that ship with rnnviz: one for every cell, all by one recipe.

Writes float32 weights and a card of each among the checkpoints. Every cell is trained from several seeds, so that a
page can state the spread; the network of the first seed ships. The settings were chosen on the validation names; the
test names are looked at only here, once training is over. On one machine, the same versions give the same files byte
for byte.
"""

import math
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict
from importlib import metadata
from multiprocessing import get_context
from statistics import mean

import torch

from rnnviz.cells import CELLS, to_value
from rnnviz.data.names import VOCABULARY, encode, load_names, split
from rnnviz.networks import checkpoints
from rnnviz.networks.torch_modules import NextSymbol
from rnnviz.tasks.ngram import NGram
from rnnviz.training.loop import evaluate, train

RECIPE = {"hidden_size": 24, "epochs": 30, "batch_size": 64, "learning_rate": 0.02, "clip": 1.0}
SEEDS = (0, 1, 2)
SPLIT_SEED = 0
NGRAM_ORDER = 4
WORKERS = 2
FOLDER = checkpoints.shipped("names")


def sequences():
    """The codes of the names to train on, to validate with and to test with."""
    return tuple([encode(name) for name in part] for part in split(load_names(), SPLIT_SEED))


def trained(cell_name, seed):
    """Train one network: its weights, its history and its seconds."""
    torch.set_num_threads(1)
    training, validation, test = sequences()
    settings = {name: value for name, value in RECIPE.items() if name != "hidden_size"}
    model = NextSymbol.init(CELLS[cell_name], len(VOCABULARY), RECIPE["hidden_size"], seed)
    history, seconds = [], 0.0
    for epoch in train(model, training, validation, seed=seed, **settings):
        print(
            f"{cell_name:<11} seed {seed}  epoch {epoch.number:>3}  loss {epoch.loss:.4f}  "
            f"gradient norm {epoch.gradient_norm:.3f}  validation {epoch.validation:.4f}  {epoch.seconds:.2f} s",
            flush=True,
        )
        measured = asdict(epoch)
        seconds += measured.pop("seconds")  # not the same in every run, so not in the card
        history.append(measured)
    return {
        "seed": seed,
        "weights": {name: value.numpy() for name, value in model.state_dict().items()},
        "history": history,
        "validation": evaluate(model, validation),
        "test": evaluate(model, test),
        "seconds": seconds,
    }


def shared_card():
    """What the cards of all cells have in common."""
    training, validation, test = sequences()
    ngram = NGram(training, len(VOCABULARY), NGRAM_ORDER)
    return {
        "data": {
            "package": "names",
            "version": metadata.version("names"),
            "licence": "MIT",
            "split_seed": SPLIT_SEED,
            "train": len(training),
            "validation": len(validation),
            "test": len(test),
        },
        "steps": RECIPE["epochs"] * math.ceil(len(training) / RECIPE["batch_size"]),
        "versions": {"torch": torch.__version__},
        "task": "next character of US first names",
        "vocabulary": "".join(VOCABULARY),
        "optimizer": "Adam; learning rate falling linearly to zero; gradient clipped by its norm",
        "unit": "bits per character, the end of the name included",
        "uniform": math.log2(len(VOCABULARY)),
        "ngram": {
            "order": NGRAM_ORDER,
            "smoothing": "interpolated Witten-Bell",
            "validation": ngram.bits_per_symbol(validation),
            "test": ngram.bits_per_symbol(test),
        },
    }


def write(cell_name, runs, shared):
    """Ship the first run, with the results of all."""
    shipped = runs[0]
    card = {
        "recipe": {"cell": to_value(CELLS[cell_name]), **RECIPE},
        "seed": shipped["seed"],
        "reached": {name: shipped[name] for name in ("validation", "test")},
        **shared,
        "seeds": [{name: run[name] for name in ("seed", "validation", "test")} for run in runs],
        "history": shipped["history"],
    }
    checkpoints.save(FOLDER, cell_name, shipped["weights"], card)


def main():
    shared = shared_card()
    with ProcessPoolExecutor(WORKERS, mp_context=get_context("spawn")) as pool:
        runs = {name: [pool.submit(trained, name, seed) for seed in SEEDS] for name in CELLS}
        runs = {name: [run.result() for run in of_cell] for name, of_cell in runs.items()}
    print(f"\n{'':<11} {'validation':>10} {'test':>8}   over {len(SEEDS)} seeds: validation, test{'seconds':>15}")
    for name, of_cell in runs.items():
        write(name, of_cell, shared)
        spread = [[run[part] for run in of_cell] for part in ("validation", "test")]
        spans = "  ".join(f"{min(values):.3f} to {max(values):.3f}" for values in spread)
        seconds = mean(run["seconds"] for run in of_cell)
        print(f"{name:<11} {of_cell[0]['validation']:>10.4f} {of_cell[0]['test']:>8.4f}   {spans} {seconds:>10.1f}")
    ngram = shared["ngram"]
    print(f"{NGRAM_ORDER}-gram      {ngram['validation']:>10.4f} {ngram['test']:>8.4f}")
    print(f"uniform     {shared['uniform']:>10.4f} {shared['uniform']:>8.4f}")


if __name__ == "__main__":
    main()
