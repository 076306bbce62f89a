"""Count the n-gram that stands beside each network that writes, on the text that the network learned from."""

import platform

from rnnviz.data.text import ALPHABET, BEGINNING, encode
from rnnviz.networks.checkpoints.ngrams import ORDER, save_ngram
from rnnviz.tasks.kneser_ney import KneserNey
from tools.text import DOCUMENTS


def write(name):
    """Count the n-gram beside one network, measure it on what is held out, and ship it."""
    corpus, _ = DOCUMENTS[name]()
    training, held_out = (encode(BEGINNING + text) for text in (corpus.training, corpus.held_out))
    model = KneserNey.count(training, len(ALPHABET), ORDER)
    reached = model.bits_per_symbol(held_out)
    card = {
        "data": {
            "corpus": corpus.title,
            "source": corpus.source,
            "train": len(corpus.training),
            "held_out": len(corpus.held_out),
        },
        "seed": None,
        "steps": None,
        "reached": {"held_out": reached},
        "versions": {"python": platform.python_version()},
        "task": "next character",
        "unit": "bits per character on what is held out",
        "vocabulary": "".join(ALPHABET),
    }
    save_ngram(name, model, card)
    print(f"{name:<8} {ORDER}-gram  {model.entries:>9,} n-grams  held out {reached:.4f}")


def main():
    for name in DOCUMENTS:
        write(name)


if __name__ == "__main__":
    main()
