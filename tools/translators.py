"""Train the translators that ship with rnnviz, and measure when attention helps.

Writes ``rnnviz/checkpoints/translators/``: the float32 weights of each network with a card beside it, and
``experiments.json``, the numbers of networks that are not shipped: how fast each kind of attention learns, and how far
small networks get by the length of what they read.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass
from importlib import metadata
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import torch
from safetensors.numpy import save

from rnnviz.attention import ATTENTIONS
from rnnviz.cells import CELLS
from rnnviz.models import EncoderDecoder
from rnnviz.tasks.number_words import LARGEST, encode, say, split, vocabulary
from rnnviz.training import exact_match, train_translator

FOLDER = Path(__file__).resolve().parents[1] / "rnnviz" / "checkpoints" / "translators"
SPLIT_SEED, WORKERS = 0, 2
SHORT = 99_999
SEEDS = (0, 1, 2)
SETTINGS = {"batch_size": 64, "learning_rate": 0.005, "clip": 1.0}
STEPS = 1_500
#: After which steps the learning curves are measured.
MEASURED = (10, 25, 50, 75, 100, 150, 200, 300, 400, 600)
SMALL = (8, 12, 16, 24, 32)


@dataclass(frozen=True)
class Plan:
    """One network to train."""

    source: str = "en"
    target: str = "de"
    attention: str = "dot"
    cell: str = "gru"
    directions: int = 2
    hidden_size: int = 64
    embedding_size: int = 32
    largest: int = LARGEST
    seed: int = 0
    steps: int = STEPS
    measured: tuple[int, ...] = ()

    @property
    def name(self) -> str:
        """What its files are called."""
        parts = [self.source, self.target, self.attention, self.cell, str(self.directions)]
        return "-".join([*parts, *(["short"] if self.largest < LARGEST else [])])


def shipped() -> list[Plan]:
    kinds = [Plan(attention=name) for name in ATTENTIONS]
    others = [
        Plan(attention=name, cell=cell, directions=directions)
        for cell, directions in (("gru", 1), ("lstm", 2), ("elman", 2))
        for name in ("none", "dot")
    ]
    languages = [Plan(*pair.split()) for pair in ("en fr", "de en", "fr en", "de fr", "fr de")]
    return [*kinds, *others, *languages, Plan(largest=SHORT)]


def trained(plan: Plan) -> dict[str, Any]:
    """Train a network: its weights and what it reached."""
    torch.set_num_threads(1)
    parts = split(SPLIT_SEED, plan.largest)
    test = pairs(plan, parts.test)
    model = EncoderDecoder(
        CELLS[plan.cell], len(vocabulary(plan.source)), len(vocabulary(plan.target)), attention=plan.attention,
        hidden_size=plan.hidden_size, embedding_size=plan.embedding_size, directions=plan.directions, seed=plan.seed,
    )  # fmt: skip
    lessons = list(
        train_translator(
            model, pairs(plan, parts.training), test,
            steps=plan.steps, seed=plan.seed, measure_at=plan.measured, **SETTINGS,
        )
    )  # fmt: skip
    arrays = model.arrays()
    found = {
        "test": lessons[-1].exact,
        "by_digits": {digits: exact_match(model, pairs(plan, numbers)) for digits, numbers in parts.by_digits.items()},
        "curve": [{"step": one.step, "loss": one.loss, "exact": one.exact} for one in lessons],
        "parameters": sum(array.size for array in arrays.values()),
    }
    print(
        f"{plan.name:<28} H {plan.hidden_size:>2} seed {plan.seed}  exact {found['test']:.3f}  "
        f"{lessons[-1].seconds:.1f} s  by digits {found['by_digits']}",
        flush=True,
    )
    return {"weights": arrays, **found}


def pairs(plan: Plan, numbers: Sequence[int]) -> list[tuple[list[int], list[int]]]:
    """The codes of numbers in both languages."""
    return [
        (encode(say(number, plan.source), plan.source), encode(say(number, plan.target), plan.target))
        for number in numbers
    ]


def write(plan: Plan, found: dict[str, Any], data: dict[str, Any]) -> None:
    parts = split(SPLIT_SEED, plan.largest)
    card = {
        **{name: value for name, value in asdict(plan).items() if name != "measured"},
        **SETTINGS,
        "optimizer": "Adam; learning rate falling linearly to zero; gradient clipped by its norm; teacher forcing",
        "learned_from": len(parts.training),
        "tested_on": len(parts.test),
        "exact": found["test"],
        "by_digits": {
            str(digits): [share, len(parts.by_digits[digits])] for digits, share in found["by_digits"].items()
        },
        "parameters": found["parameters"],
        **data,
    }
    (FOLDER / f"{plan.name}.safetensors").write_bytes(save(found["weights"]))
    (FOLDER / f"{plan.name}.json").write_text(json.dumps(card, indent=1) + "\n", "utf-8")


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    for file in (*FOLDER.glob("*.json"), *FOLDER.glob("*.safetensors")):
        file.unlink()
    data = {
        "data": f"num2words {metadata.version('num2words')}, generated", "split_seed": SPLIT_SEED,
        "torch": torch.__version__,
    }  # fmt: skip
    curves = [
        Plan(attention=name, hidden_size=32, seed=seed, steps=MEASURED[-1], measured=MEASURED)
        for name in ATTENTIONS
        for seed in SEEDS
    ]
    small = [
        Plan(attention=name, hidden_size=size, seed=seed)
        for size in SMALL
        for name in ("none", "dot")
        for seed in SEEDS
    ]
    plans = [*shipped(), *curves, *small]
    with ProcessPoolExecutor(WORKERS, mp_context=get_context("spawn")) as pool:
        results = dict(zip(plans, pool.map(trained, plans)))
    for plan in shipped():
        write(plan, results[plan], data)
    experiments = {
        **data,
        **SETTINGS,
        "curves": [row(plan, results[plan], "curve") for plan in curves],
        "by_digits": [row(plan, results[plan], "by_digits") for plan in small],
        "held_out": {str(digits): len(numbers) for digits, numbers in split(SPLIT_SEED).by_digits.items()},
        "tested_on": len(split(SPLIT_SEED).test),
    }
    (FOLDER / "experiments.json").write_text(json.dumps(experiments) + "\n", "utf-8")


def row(plan: Plan, found: dict[str, Any], what: str) -> dict[str, Any]:
    told = {"attention": plan.attention, "hidden_size": plan.hidden_size, "seed": plan.seed, "steps": plan.steps}
    return {**told, what: found[what], "exact": found["test"]}


if __name__ == "__main__":
    main()
