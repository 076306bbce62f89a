"""Python that is made up, with strings and brackets, and no quote that is not around a string."""

import numpy as np


def lines_of_python(seed, lines=60):
    random = np.random.default_rng(seed)

    def word(longest):
        return "".join(random.choice([*"abcdefg_"], random.integers(1, longest)))

    def line():
        strings = [f"'{word(9)} {word(5)}'" if random.random() < 0.6 else word(6) for _ in range(random.integers(1, 4))]
        return f"{word(6)} = {word(5)}({', '.join(strings)})"

    return "\n".join(line() for _ in range(lines)) + "\n"
