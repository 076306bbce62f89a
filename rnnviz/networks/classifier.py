"""Is a sentence for or against? A trained network that decides with attention, in numpy.

The annotations of a bidirectional GRU are weighted by additive attention with nothing to ask but one learned vector,
and summed (Yang et al. 2016, "Hierarchical attention networks for document classification"). Whether the weights
explain the answer is disputed: `rnnviz.analysis.opinions` measures what moved it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from rnnviz.cells import GRU, Array
from rnnviz.language.arithmetic import evaluate
from rnnviz.language.equations import parse
from rnnviz.networks.checkpoints import parts, read_arrays, read_card, shipped
from rnnviz.trace import Trace, run

#: How the network looks at the annotations ``S`` (T, H): scores ``e`` (T,), alignment ``a`` (T,), context ``m`` (H,).
LOOK = parse(
    """
    e = tanh(S @ U_e + b_e) @ v_e
    a = softmax(e)
    m = a @ S
    """,
    inputs={"S": ("T", "H")},
    free_size="A",
)
#: The decision: a probability for each of `CLASSES`.
DECIDE = parse("y = softmax(W_my @ m + b_y)", inputs={"m": "H"}, free_size="O")

CLASSES = ("negative", "positive")
UNKNOWN = "<unknown>"
#: So many words and marks a sentence may have.
LONGEST = 100

_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)*|[^\w\s]")


def words(text: str) -> tuple[str, ...]:
    """The words of a text in lower case, and its punctuation, each mark by itself."""
    return tuple(_WORD.findall(text.lower().replace("’", "'")))


@dataclass(frozen=True, eq=False)
class Opinion:
    """What the network makes of a sentence.

    Attributes
    ----------
    tokens, unknown
        The words and marks it read, T of them; whether each is missing from its vocabulary.
    values
        What the equations gave: ``S`` (T, H), ``e`` (T,), ``a`` (T,), ``m`` (H,), ``y`` (2,).
    """

    network: Sentiment
    tokens: tuple[str, ...]
    unknown: tuple[bool, ...]
    values: Mapping[str, Array]

    @property
    def positive(self) -> float:
        """The probability that the sentence is positive."""
        return float(self.values["y"][1])

    @property
    def alignment(self) -> Array:
        """Where the network looked, (T,); sums to 1."""
        return self.values["a"]


@dataclass(frozen=True, eq=False)
class Sentiment:
    """A trained network.

    Attributes
    ----------
    weights
        Of each part by the names in its equations: "words" holds the embeddings ``E``, "forwards" and "backwards" the
        GRUs, "look" and "decide" what follows them. float64, holding the float32 numbers learned exactly.
    codes
        The row of ``E`` of each word known.
    card
        How it was made and what it reached: see ``tools/sentiment.py``.
    """

    weights: Mapping[str, Mapping[str, Array]]
    codes: Mapping[str, int]
    card: Mapping[str, Any]

    @classmethod
    def load(cls) -> Sentiment:
        """The network that ships with rnnviz."""
        return _load()

    @classmethod
    def of(cls, arrays: Mapping[str, Any], card: Mapping[str, Any]) -> Sentiment:
        """A network from weights by part and name, "look.U_e", and a card with its vocabulary."""
        if "vocabulary" not in card:
            raise ValueError("the card of a network that reads words must have a vocabulary")
        return cls(parts(arrays), {word: code for code, word in enumerate(card["vocabulary"])}, card)

    def __call__(self, text: str) -> Opinion:
        """What the network makes of a sentence that a person typed.

        Raises
        ------
        ValueError
            With a sentence that says what is accepted, when there is nothing to read, too much, or no word it knows.
        """
        tokens = words(text)
        self._refuse(tokens)
        unknown = tuple(token not in self.codes for token in tokens)
        return Opinion(self, tokens, unknown, self.decide(annotations_of(self.read(self.embed(tokens)))))

    def embed(self, tokens: Sequence[str]) -> Array:
        """What the GRUs read for each word, (T, D)."""
        return self.weights["words"]["E"][[self.codes.get(token, self.codes[UNKNOWN]) for token in tokens]]

    def positive(self, tokens: Sequence[str]) -> float:
        """The probability that words are positive, without anything else."""
        return float(self.decide(annotations_of(self.read(self.embed(tokens))))["y"][1])

    def read(self, embedded: Array) -> tuple[Trace, Trace]:
        """Run both GRUs over embeddings (T, D) or (T, B, D), the second from the last word to the first."""
        return run(GRU, self.weights["forwards"], embedded), run(GRU, self.weights["backwards"], embedded[::-1])

    def decide(self, annotations: Array) -> dict[str, Array]:
        """What every equation after the GRUs gives, for annotations (T, H) or those of many sentences, (B, T, H)."""
        looked = evaluate(LOOK, self.weights["look"], {"S": annotations})
        return {"S": annotations, **looked, **evaluate(DECIDE, self.weights["decide"], {"m": looked["m"]})}

    def _refuse(self, tokens: Sequence[str]) -> None:
        spelt = [token for token in tokens if token[0].isalnum()]
        if not spelt:
            raise ValueError(f"write a sentence of 1 to {LONGEST} words; there is no word in this one")
        if len(tokens) > LONGEST:
            raise ValueError(f"a sentence may have {LONGEST} words, each mark counted as one; this has {len(tokens)}")
        if not any(token in self.codes for token in spelt):
            named = ", ".join(repr(token) for token in dict.fromkeys(spelt[:3]))
            raise ValueError(
                f"the network knows none of these words ({named}); "
                f"write a sentence in English with at least one of the {len(self.codes) - 1:,} words it knows"
            )


def annotations_of(traces: tuple[Trace, Trace]) -> Array:
    """What both GRUs say of each word, side by side: (T, H) or (T, B, H)."""
    forwards, backwards = traces
    return np.concatenate([forwards["hidden_state"], backwards["hidden_state"][::-1]], axis=-1)


@lru_cache(maxsize=1)
def _load() -> Sentiment:
    folder = shipped("opinions")
    return Sentiment.of(read_arrays(folder, "sentiment"), read_card(folder, "sentiment"))
