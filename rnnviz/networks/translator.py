"""Translate number words with a trained encoder-decoder, and keep all that it computes on the way. Needs no torch.

out = Translator.load("en-de", attention="dot")("twenty-three thousand four hundred fifty-six")
out.text, out.tokens, out.source_tokens, out.alignment
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache
from typing import Any

import numpy as np

from rnnviz.cells import GRU, Array, Cell, from_value, to_value
from rnnviz.data.number_reading import read
from rnnviz.data.number_spellings import number_said
from rnnviz.data.number_words import encode, say, vocabulary, write
from rnnviz.language.arithmetic import NUMPY, Arithmetic, evaluate
from rnnviz.networks.attention import ALIGNED, ATTENDED, ATTENTIONS, WORDS, Attention, bridge
from rnnviz.networks.checkpoints import names, parts, read_arrays, read_card, shipped

#: After so many words a translation that has not ended is cut off.
LONGEST = 40
_SMALLEST = float(np.finfo(np.float64).tiny)


@dataclass(frozen=True, eq=False)
class Step:
    """One step of a decoder.

    Attributes
    ----------
    read, said
        The codes of the word it read and of the word that was taken from its answer.
    values
        What every equation gave, by its letter: the cell's, then ``e`` (T,) and ``a`` (T,) where there is attention,
        ``m`` (H,), ``q`` (H,) and ``y`` (O,).
    """

    read: int
    said: int
    values: Mapping[str, Array]

    @property
    def log_probability(self) -> float:
        """That of the word that was taken, in nats."""
        return math.log(max(float(self.values["y"][self.said]), _SMALLEST))


@dataclass(frozen=True, eq=False)
class Translation:
    """What a translator made of a source, with every step on the way.

    Attributes
    ----------
    source_tokens, tokens
        The words read and written, without the one that ends a translation.
    language
        The one that is written.
    steps
        One a word written, and one for the end if it came.
    """

    source_tokens: tuple[str, ...]
    tokens: tuple[str, ...]
    language: str
    steps: tuple[Step, ...]

    @property
    def text(self) -> str:
        """The words as they are written together."""
        return write(self.tokens, self.language)

    @property
    def ended(self) -> bool:
        """Whether the translation came to its end, or was cut off."""
        return len(self.steps) > len(self.tokens)

    @property
    def alignment(self) -> Array | None:
        """Where each word written looked, (T_out, T_in); rows sum to 1. None without attention."""
        if "a" not in self.steps[0].values:
            return None
        rows = [step.values["a"] for step in self.steps[: len(self.tokens)]]
        return np.array(rows).reshape(len(self.tokens), len(self.source_tokens))

    @property
    def log_probability(self) -> float:
        """Of all its words together, the end included, in nats."""
        return sum(step.log_probability for step in self.steps)


@dataclass(frozen=True, eq=False)
class Encoded:
    """What an encoder has read: annotations ``S`` (T, H), their summary ``s`` (H,), the decoder's first states (H,)."""

    annotations: Any
    summary: Any
    states: Mapping[str, Any]


@dataclass(frozen=True, eq=False)
class Translator:
    """A trained encoder-decoder.

    Attributes
    ----------
    source_language, target_language
        By their two letters.
    weights
        Of each part by the names in its equations: "source" and "target" hold the embeddings ``E``, "encoder1" and
        "encoder2" the cells that read forwards and backwards, "bridge", "decoder", "attention", "attended", "words".
        float64, holding the float32 numbers learned exactly.
    card
        How it was made and what it reached: see `rnnviz.training.cards.card_of`.
    """

    source_language: str
    target_language: str
    cell: Cell
    attention: Attention
    weights: Mapping[str, Mapping[str, Array]]
    card: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def load(
        cls, pair: str, attention: str = "dot", cell: str | Cell = GRU, directions: int = 2, *, short: bool = False
    ) -> Translator:
        """A translator that ships with rnnviz, such as that from English to German, "en-de".

        Parameters
        ----------
        attention
            A name of `rnnviz.networks.attention.ATTENTIONS`.
        cell
            Any, or the name of one of `rnnviz.cells.CELLS`.
        directions
            In how many the encoder reads.
        short
            The one that has learned from numbers below 100,000 alone.

        Raises
        ------
        FileNotFoundError
            When there is none like this; names those that there are.
        """
        known = cell if isinstance(cell, str) else to_value(cell)
        called = known if isinstance(known, str) else f"{known['name']}, of one's own"
        name = f"{pair}-{attention}-{called}-{directions}{'-short' * short}"
        if name not in available():
            raise FileNotFoundError(f"there is no translator {name!r}; there are: {', '.join(available())}")
        return _load(name)

    @classmethod
    def of(cls, arrays: Mapping[str, Any], card: Mapping[str, Any]) -> Translator:
        """A translator from weights as the torch module's `arrays` names them, and its card.

        Raises
        ------
        ValueError
            When the card's recipe does not say which translator it is.
        """
        recipe, wanted = card["recipe"], ("source", "target", "cell", "attention")
        if missing := [name for name in wanted if name not in recipe]:
            raise ValueError(f"the card of a translator must have a recipe with {', '.join(missing)}")
        if recipe["attention"] not in ATTENTIONS:
            raise ValueError(f"attention must be one of {', '.join(ATTENTIONS)}, not {recipe['attention']!r}")
        cell, attention = from_value(recipe["cell"]), ATTENTIONS[recipe["attention"]]
        weights = {"attention": {}, **parts(arrays)}
        return cls(recipe["source"], recipe["target"], cell, attention, weights, card)

    @property
    def hidden_size(self) -> int:
        """How many units the decoder has; an annotation has as many components."""
        return len(self.weights["attended"]["b_q"])

    @property
    def encoders(self) -> list[Mapping[str, Array]]:
        """The weights of the cells that read: forwards, and backwards if there are two."""
        return [weights for part, weights in sorted(self.weights.items()) if part.startswith("encoder")]

    def __call__(self, text: str) -> Translation:
        """Translate what a person typed, words or a numeral, by taking the likeliest word at each step.

        Raises
        ------
        ValueError
            With a sentence that names the word that is not known, and what is accepted.
        """
        return self.translate(read(text, self.source_language))

    def translate(self, words: Sequence[str]) -> Translation:
        """Translate words of the source's vocabulary greedily."""
        return self._write(words, lambda answer: int(np.argmax(answer)))

    def sample(self, words: Sequence[str], temperature: float, seed: int) -> Translation:
        """Translate by drawing each word, by its probability to the power of 1 / `temperature`.

        Raises
        ------
        ValueError
            When the temperature is not above 0.
        """
        if not temperature > 0:
            raise ValueError(f"a temperature must be above 0, not {temperature}")
        random = np.random.default_rng(seed)

        def draw(answer: Array) -> int:
            logits = np.log(np.maximum(answer, _SMALLEST)) / temperature
            shares = np.exp(logits - logits.max())
            return int(random.choice(len(answer), p=shares / shares.sum()))

        return self._write(words, draw)

    def force(self, words: Sequence[str], written: Sequence[str]) -> Translation:
        """Have a translation written as it is given (teacher forcing), whatever the network would say itself."""
        codes = iter([*encode(written, self.target_language), 0])
        return self._write(words, lambda answer: next(codes))

    def right(self, words: Sequence[str]) -> tuple[str, ...] | None:
        """The right translation of words of the source's vocabulary; None where they say no number."""
        number = number_said(words, self.source_language)
        return None if number is None else say(number, self.target_language)

    def embed(self, words: Sequence[str]) -> Array:
        """What the encoder reads for each word, (T, D)."""
        return self.weights["source"]["E"][encode(words, self.source_language)]

    def encode(self, embedded: Any, by: Arithmetic = NUMPY) -> Encoded:
        """Read the embeddings of a source, (T, D)."""
        count = len(embedded)
        columns, ends = [], []
        for number, weights in enumerate(self.encoders):
            states: dict[str, Any] = dict.fromkeys(self.cell.state, np.zeros(self.hidden_size // len(self.encoders)))
            hidden: list[Any] = []
            for place in reversed(range(count)) if number else range(count):
                states = self._read(weights, embedded[place], states, by)
                hidden.append(states[self.cell.state[0]])
            ends.append(hidden[-1])
            columns.append(hidden[::-1] if number else hidden)
        summary = by.join(ends)
        annotations = by.stack([by.join(row) for row in zip(*columns)])
        states = evaluate(bridge(self.cell), self.weights["bridge"], {"s": summary}, by)
        return Encoded(annotations, summary, states)

    def step(
        self,
        encoded: Encoded,
        states: Mapping[str, Any],
        code: int,
        by: Arithmetic = NUMPY,
        alignment: Array | None = None,
    ) -> dict[str, Any]:
        """What every equation of the decoder gives after it has read a word: see `Step`.

        Parameters
        ----------
        states
            The decoder's before the step, (H,) each.
        alignment
            (T,), to be used in the place of the network's own.
        """
        weights = self.weights
        values = self._read(weights["decoder"], weights["target"]["E"][code], states, by)
        hidden = values[self.cell.state[0]]
        seen = {"S": encoded.annotations, "s": encoded.summary, "h": hidden}
        program = self.attention.program
        looked = evaluate(program, weights["attention"], seen, by)
        if alignment is not None and self.attention.looks:
            looked |= evaluate(ALIGNED, {}, {"a": alignment, "S": encoded.annotations}, by)
            looked["a"] = alignment
        attended = evaluate(ATTENDED, weights["attended"], {"m": looked["m"], "h": hidden}, by)
        return values | looked | attended | evaluate(WORDS, weights["words"], attended, by)

    def _read(self, weights: Mapping[str, Array], x: Any, states: Mapping[str, Any], by: Arithmetic) -> dict[str, Any]:
        previous = {f"{name}'": states[name] for name in self.cell.state}
        return evaluate(self.cell.program, weights, {**previous, "x": x}, by)

    def _write(self, words: Sequence[str], choose: Callable[[Array], int]) -> Translation:
        encoded = self.encode(self.embed(words))
        states, code = encoded.states, 0
        steps: list[Step] = []
        while len(steps) < LONGEST:
            values = self.step(encoded, states, code)
            steps.append(Step(code, said := choose(values["y"]), values))
            states, code = values, said
            if not said:
                break
        known = vocabulary(self.target_language)
        tokens = tuple(known[step.said] for step in steps if step.said)
        return Translation(tuple(words), tokens, self.target_language, tuple(steps))


@cache
def available() -> tuple[str, ...]:
    """The names of the translators that ship: languages, attention, cell, directions, and "short" where it applies."""
    return names(shipped("translators"))


@lru_cache(maxsize=16)
def _load(name: str) -> Translator:
    folder = shipped("translators")
    return Translator.of(read_arrays(folder, name), read_card(folder, name))


@cache
def experiments() -> Mapping[str, Any]:
    """What was measured of networks that do not ship: see ``tools/translators.py``."""
    found: dict[str, Any] = json.loads(shipped("translators").joinpath("experiments.json").read_text("utf-8"))
    return found
