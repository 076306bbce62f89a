"""How the player writes numbers: as the server does, and so that they can be read back."""

import numpy as np
import pytest

from rnnviz.notation import percent, power
from rnnviz.settings.numbers import read_numbers

_WRITE = """async ([name, numbers]) => {
    const typeset = await import("/shell/typeset.js");
    return numbers.map((number) => typeset[name](number));
}"""


def written(stage, name, numbers):
    return stage.page.evaluate(_WRITE, [name, [float(number) for number in numbers]])


def test_a_share_is_written_as_the_server_writes_it(stage):
    random = np.random.default_rng(0)
    nearly_none = 10.0 ** random.uniform(-12, -1, 300)
    shares = [0, 1, 0.5, 1 - 2**-53, 5e-324, *random.uniform(size=300), *nearly_none, *(1 - nearly_none)]
    assert written(stage, "percent", shares) == [percent(float(share)) for share in shares]


def test_a_power_of_ten_too(stage):
    exponents = [-300, -3, -1, 1, 2, 10, 308]
    assert written(stage, "power", exponents) == [power(exponent) for exponent in exponents]


@pytest.mark.parametrize("name", ["format", "inPowers"])
def test_what_the_player_writes_is_read_back_where_numbers_are_typed(stage, name):
    random = np.random.default_rng(1)
    numbers = 10.0 ** random.uniform(-9, 5.9, 150) * (random.choice([-1, 1], 150) if name == "format" else 1)
    texts = written(stage, name, numbers)
    for gap in (", ", "; ", "\n"):
        np.testing.assert_allclose(read_numbers(gap.join(texts)), numbers, rtol=0.05, atol=0.0005)
