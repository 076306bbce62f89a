"""Beam search: the likeliest sequences that a network writes, a few partial ones kept at each length."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from rnnviz.cells import Array
from rnnviz.data.number_words import vocabulary
from rnnviz.networks.translator import LONGEST, Translator


@dataclass(frozen=True, eq=False)
class Branch:
    """A partial sequence.

    Attributes
    ----------
    code
        The word that it adds to its parent; None for the root.
    score
        The log probability of all words from the root to here, in nats.
    kept
        Whether it was among the best of its length; only these go on.
    ended
        Whether its word ends the sequence; it then stands at the following lengths again.
    """

    parent: Branch | None
    code: int | None
    score: float
    ended: bool = False
    kept: bool = True
    state: Any = field(default=None, repr=False)

    @property
    def codes(self) -> tuple[int, ...]:
        """The words from the root to here."""
        return () if self.parent is None or self.code is None else (*self.parent.codes, self.code)


def beam_search(
    start: Any,
    step: Callable[[Any, int], tuple[Array, Any]],
    *,
    width: int,
    longest: int,
    end: int = 0,
    shown: int = 0,
) -> list[list[Branch]]:
    """All branches by length, the best first; the first list holds the root alone.

    Ended sequences compete with those that go on by their whole score, as it is. A score never grows, so the search is
    over when all that is kept has ended: nothing unfinished can overtake the best.

    Parameters
    ----------
    start
        The state before the first step.
    step
        From a state and the word read, `end` at first, the probabilities of the next word (O,) and the state after.
    shown
        How many of the branches of each length that are not kept are told too, the best of them.
    """
    tree = [[Branch(None, None, 0.0, state=start)]]
    for _ in range(longest):
        found: list[Branch] = []
        for branch in tree[-1]:
            if branch.kept and branch.ended:
                found.append(branch)
            elif branch.kept:
                answer, state = step(branch.state, end if branch.code is None else branch.code)
                scores = branch.score + np.log(np.maximum(answer, np.finfo(np.float64).tiny))
                found += [
                    Branch(branch, code, float(score), code == end, state=state) for code, score in enumerate(scores)
                ]
        found.sort(key=lambda branch: -branch.score)
        kept, rest = found[:width], found[width : width + shown]
        tree.append([*kept, *(replace(branch, kept=False) for branch in rest)])
        if all(branch.ended for branch in kept):
            break
    return tree


def beam(translator: Translator, words: Sequence[str], width: int, shown: int = 0) -> list[list[Branch]]:
    """What a translator holds for the likeliest translations of words: see `beam_search`.

    Raises
    ------
    ValueError
        When the width is not from 1 to the size of the vocabulary.
    """
    size = len(vocabulary(translator.target_language))
    if not 1 <= width <= size:
        raise ValueError(f"a beam must be from 1 to {size} wide, not {width}")
    encoded = translator.encode(translator.embed(words))

    def step(states: Mapping[str, Array], code: int) -> tuple[Array, Mapping[str, Array]]:
        values = translator.step(encoded, states, code)
        return values["y"], {name: values[name] for name in translator.cell.state}

    return beam_search(encoded.states, step, width=width, longest=LONGEST, shown=shown)
