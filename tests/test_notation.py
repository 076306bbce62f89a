import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnnviz.cells import CELLS, ELMAN, GRU, LSTM
from rnnviz.networks.attention import ATTENTIONS
from rnnviz.notation import PALETTES, QUANTITIES, VARIANTS, listed, percent, quantity, variant
from rnnviz.trace import run


@pytest.mark.parametrize("cell", CELLS.values(), ids=CELLS)
def test_every_letter_of_a_shipped_cell_has_a_name_with_an_entry(cell):
    for symbol in cell.program.targets:
        assert cell.quantities[symbol] in QUANTITIES


@pytest.mark.parametrize("name", QUANTITIES)
def test_an_entry_is_complete(name):
    known = QUANTITIES[name]
    assert known.name == name
    assert all((known.title, known.symbol, known.latex))
    assert known.meaning.endswith(".")
    assert known.reading.endswith(".")
    assert "None" not in known.reading.format(percent="40 %", value=0.4, unit=3)
    low, high = known.bounds
    assert low < high


@pytest.mark.parametrize("cell", CELLS.values(), ids=CELLS)
@given(seed=st.integers(0, 2**32 - 1), scale=st.sampled_from([0.1, 1.0, 100.0, 1e4]))
def test_no_cell_leaves_the_bounds_of_its_quantities(cell, seed, scale):
    random = np.random.default_rng(seed)
    trace = run(cell, cell.init(3, 5, seed), scale * random.normal(size=(12, 3)))
    for symbol, values in trace.values.items():
        low, high = cell.quantity(symbol).bounds
        assert low <= values.min()
        assert values.max() <= high


@pytest.mark.parametrize("cell", [ELMAN, LSTM, GRU], ids=lambda cell: cell.name)
def test_the_entries_say_the_bounds_of_the_usual_cells(cell):
    for symbol, name in cell.quantities.items():
        assert cell.quantity(symbol).bounds == QUANTITIES[name].bounds


def test_the_colours_of_a_quantity_end_at_its_bounds():
    assert QUANTITIES["forget_gate"].scale == "gate"
    assert QUANTITIES["forget_gate"].colour_range == (0.0, 1.0)
    assert QUANTITIES["hidden_state"].scale == "signed"
    assert QUANTITIES["hidden_state"].colour_range == (-1.0, 1.0)


@pytest.mark.parametrize("name", QUANTITIES)
def test_a_signed_scale_is_symmetric_about_zero_and_finite(name):
    low, high = QUANTITIES[name].colour_range
    assert np.isfinite([low, high]).all()
    assert low == (0.0 if QUANTITIES[name].scale in ("gate", "surprise") else -high)


def test_a_quantity_takes_the_letter_and_the_bounds_of_whoever_computes_it():
    relu = quantity("hidden_state", "s", (0.0, float("inf")))
    assert (relu.name, relu.symbol, relu.latex) == ("hidden_state", "sₜ", "s")
    assert relu.bounds == (0.0, float("inf"))
    assert relu.scale == "signed"
    assert quantity("hidden_state", "h").bounds == (-1.0, 1.0)


def test_a_quantity_without_an_entry_is_described_by_its_name():
    own = quantity("my_gate", "m", (0.0, 1.0))
    assert (own.title, own.symbol, own.scale, own.meaning) == ("My gate", "mₜ", "gate", "")


def contrast(first, second):
    """The contrast ratio of WCAG 2.2: 1 for equal colours, 21 for black on white."""

    def luminance(colour):
        parts = np.array([int(colour[place : place + 2], 16) for place in (1, 3, 5)]) / 255
        linear = np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)
        return linear @ [0.2126, 0.7152, 0.0722]

    darker, lighter = sorted([luminance(first), luminance(second)])
    return (lighter + 0.05) / (darker + 0.05)


def test_contrast_is_that_of_wcag():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.005)  # the well-known grey that just fails


@pytest.mark.parametrize("theme", PALETTES)
def test_text_can_be_read_on_its_ground(theme):
    palette = PALETTES[theme]
    for ink in (palette.ink, palette.quiet):
        for ground in (palette.page, palette.card):
            assert contrast(ink, ground) >= 4.5
    assert contrast(palette.accent, palette.on_accent) >= 4.5


def test_every_cell_shipped_is_drawn_in_a_colour_and_a_dash_of_its_own_and_so_is_every_attention():
    assert set(VARIANTS) == {*CELLS, *ATTENTIONS}
    for compared in ([*CELLS, "a student's own"], list(ATTENTIONS)):
        drawn = [variant(name) for name in compared]
        assert len({each.colour for each in drawn}) == len({each.dash for each in drawn}) == len(drawn)
    assert [variant(cell.name).colour for cell in (ELMAN, LSTM, GRU)] == ["#D55E00", "#0072B2", "#009E73"]


def test_own_cells_are_drawn_alike():
    assert variant("mine") == variant("yours")


@pytest.mark.parametrize("theme", PALETTES)
@pytest.mark.parametrize("name", [name for name in VARIANTS if name != "elman_relu"])
def test_the_colour_of_a_variant_is_seen_on_its_ground(name, theme):
    assert contrast(variant(name).colour, PALETTES[theme].page) >= 3  # WCAG 2.2, 1.4.11


def as_share(text):
    """The share that a text says in per cent, and by how much it may be off."""
    number = text.removesuffix(" %")
    digits, _, exponent = number.partition("·10")
    exponent = int(exponent.translate(str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")) or 0)
    last = exponent - len(digits.partition(".")[2])
    return float(digits) * 10.0 ** (exponent - 2), 0.5 * 10.0 ** (last - 2)


@given(st.floats(0, 1) | st.floats(0, 1e-3) | st.floats(0, 1e-3).map(lambda missing: 1 - missing))
def test_a_share_is_never_called_none_or_all_where_it_is_not(share):
    text = percent(share)
    assert (text == "0 %") == (share == 0)
    assert (text == "100 %") == (share == 1)
    if text == "over 99.99 %":
        assert 0.9999 < share < 1
    elif 100 * share > 1e-300:
        said, off = as_share(text)
        assert said == pytest.approx(share, abs=1.0001 * off)


@pytest.mark.parametrize(
    ("share", "said"),
    [
        (0, "0 %"), (2e-7, "2·10⁻⁵ %"), (0.0004, "0.04 %"), (0.002, "0.2 %"), (0.0099, "1 %"), (0.014, "1 %"),
        (0.311, "31 %"), (0.99, "99 %"), (0.997, "99.7 %"), (0.9998, "99.98 %"), (0.99999, "over 99.99 %"),
        (1, "100 %"),
    ],
)  # fmt: skip
def test_a_share_in_words(share, said):
    assert percent(share) == said


@pytest.mark.parametrize(
    ("names", "said"), [([], ""), (["a"], "a"), (["a", "b"], "a and b"), (["a", "b", "c"], "a, b and c")]
)
def test_names_are_listed_as_in_a_sentence(names, said):
    assert listed(names) == said
