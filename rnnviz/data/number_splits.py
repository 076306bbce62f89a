"""Which numbers a translator learns from, how often each comes, and which are held out to test it.

Nine in ten numbers up to 999,999 have six digits, and few are round: drawn evenly, those that people type first hardly
ever come. So a sampling has short and round numbers come more often.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache

import numpy as np

from rnnviz.data.number_words import LARGEST

#: By this seed numbers are parted for every network, so that all with the same largest number are tested on the same.
SPLIT_SEED = 0
#: How many numbers are drawn evenly to test on.
_TESTED = 1_000


@dataclass(frozen=True)
class Sampling:
    """How numbers are parted and drawn.

    Attributes
    ----------
    title
        How numbers to learn from are drawn, after "numbers up to 999,999".
    learned, held_out
        How many of each number of digits are learned from, and held out beside the even draw.
    times
        How many times each of them stands among the numbers that are drawn from; once where nothing is said.
    always
        Numbers that are learned from in any case: no other tells their word.
    round_held_out, round_times
        The same of round numbers, which stand there as well.
    """

    title: str
    learned: Mapping[int, int]
    held_out: Mapping[int, int]
    times: Mapping[int, int]
    always: frozenset[int] = frozenset()
    round_held_out: int = 0
    round_times: int = 0


#: By their names in a recipe. "even" is how runs were made before there was a choice.
SAMPLINGS: Mapping[str, Sampling] = {
    "even": Sampling(
        "drawn evenly",
        learned={1: 10, 2: 75, 3: 600, 4: 3_000, 5: 6_000, 6: 12_000},
        held_out={2: 15, 3: 200, 4: 200, 5: 200, 6: 200},
        times={},
    ),
    "short": Sampling(
        "short and round ones more often",
        learned={1: 7, 2: 81, 3: 800, 4: 3_000, 5: 6_000, 6: 12_000},
        held_out={1: 2, 2: 9, 3: 100, 4: 200, 5: 200, 6: 200},
        times={1: 150, 2: 20, 3: 6},
        always=frozenset({0}),
        round_held_out=100,
        round_times=3,
    ),
}


@dataclass(frozen=True)
class Split:
    """Numbers to learn from, and numbers held out.

    Attributes
    ----------
    training
        What is learned from, each once.
    drawn_from
        The same, each as often as it is to come: what is drawn evenly from this is learned.
    test
        Held out, drawn evenly from 100 on.
    by_digits
        Held out, some of each length.
    rounds
        Held out, round numbers from 100 on.
    """

    training: tuple[int, ...]
    drawn_from: tuple[int, ...]
    test: tuple[int, ...]
    by_digits: Mapping[int, tuple[int, ...]]
    rounds: tuple[int, ...]


@cache
def round_numbers(largest: int = LARGEST) -> tuple[int, ...]:
    """Numbers from 100 on of which at most two digits are not 0: 400, 70,000, 101,000."""
    return tuple(number for number in range(100, largest + 1) if len(str(number).replace("0", "")) <= 2)


@lru_cache(maxsize=8)
def split(seed: int, largest: int = LARGEST, sampling: str = "short") -> Split:
    """Numbers up to `largest`, parted by chance as a sampling of `SAMPLINGS` says: none is learned from and held out.

    `by_digits` has those of more digits, too, which a network that learns from short ones has never seen.
    """
    drawn, random = SAMPLINGS[sampling], np.random.default_rng(seed)
    test = random.choice(np.arange(100, largest + 1), _TESTED, replace=False).tolist()
    taken = {*test, *drawn.always}
    by_digits: dict[int, list[int]] = {}
    learned: dict[int, list[int]] = {}
    for digits, count in drawn.learned.items():
        low, high = (0 if digits == 1 else 10 ** (digits - 1)), 10**digits
        free = random.permutation([number for number in range(low, high) if number not in taken]).tolist()
        held = drawn.held_out.get(digits, 0)
        by_digits[digits] = free[:held]
        if high <= largest + 1:
            learned[digits] = free[held : held + count]
    learned[1] += sorted(drawn.always)
    taken.update(*by_digits.values())
    free = random.permutation([number for number in round_numbers(largest) if number not in taken]).tolist()
    rounds = free[: drawn.round_held_out]
    drawn_from = [
        number for digits, numbers in learned.items() for number in numbers * drawn.times.get(digits, 1)
    ] + free[drawn.round_held_out :] * drawn.round_times
    held_out = set(rounds)
    drawn_from = [number for number in drawn_from if number not in held_out]
    return Split(
        training=tuple(dict.fromkeys(drawn_from)),
        drawn_from=tuple(drawn_from),
        test=tuple(test),
        by_digits={digits: tuple(numbers) for digits, numbers in by_digits.items() if numbers},
        rounds=tuple(rounds),
    )
