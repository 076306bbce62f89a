"""Networks that predict characters, with weights drawn by chance, and text for them to read."""

import numpy as np

from rnnviz.networks.checkpoints import Checkpoint


def text_network(cell, vocabulary, seed, hidden_size=4, weights=None):
    """One with these weights in its cell, or random ones that are large enough for its units to differ."""
    random = np.random.default_rng(seed)
    readout = {
        "W_hy": 3 * random.normal(size=(len(vocabulary), hidden_size)),
        "b_y": random.normal(size=len(vocabulary)),
    }
    drawn = {name: 4 * array for name, array in cell.init(len(vocabulary), hidden_size, seed).items()}
    return Checkpoint(cell, weights or drawn, readout, tuple(vocabulary), {})


def lines_of_python(seed, lines=60):
    """Python with strings and brackets, and no quote that is not around a string."""
    random = np.random.default_rng(seed)

    def word(longest):
        return "".join(random.choice([*"abcdefg_"], random.integers(1, longest)))

    def line():
        strings = [f"'{word(9)} {word(5)}'" if random.random() < 0.6 else word(6) for _ in range(random.integers(1, 4))]
        return f"{word(6)} = {word(5)}({', '.join(strings)})"

    return "\n".join(line() for _ in range(lines)) + "\n"
