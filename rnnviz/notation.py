"""How everything shown is named, written, bounded and coloured: one entry a quantity, one palette a theme.

Nothing here knows a cell, a figure or a page. Whoever shows a quantity looks it up; nobody types a range or a colour.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import isfinite


@dataclass(frozen=True)
class Quantity:
    """What is known about a quantity before any network computes it.

    Attributes
    ----------
    name, title, symbol, latex
        The name in code, in prose, in charts (plain text) and in formulas.
    bounds
        The values it can take; infinite where nothing bounds it.
    meaning
        One sentence, for a reader who meets it for the first time.
    reading
        What one value of it says, with ``{percent}``, ``{value}`` and ``{unit}`` to be filled in; the player writes it
        beside the formula.
    typical
        Where the colours end when nothing bounds the quantity; larger values keep the last colour.
    floor
        Where the colours begin for a quantity that spans many powers of ten; smaller values keep the colour of zero.
    surprises
        Whether it grows with what was not expected, from 0.
    """

    name: str
    title: str
    symbol: str
    latex: str
    bounds: tuple[float, float]
    meaning: str
    reading: str
    typical: float = 3.0
    floor: float | None = None
    surprises: bool = False

    @property
    def bounded(self) -> bool:
        """Whether no value can lie beyond the ends of the colour scale."""
        return all(map(isfinite, self.bounds))

    @property
    def scale(self) -> str:
        """``"gate"``, for shares of one; ``"signed"``, diverging about zero; ``"log"``; or ``"surprise"``.

        ``"log"`` is signed by powers of ten, for what has a floor; ``"surprise"`` goes from expected to not expected.
        """
        if self.surprises:
            return "surprise"
        if self.floor is not None:
            return "log"
        return "gate" if self.bounds == (0.0, 1.0) else "signed"

    @property
    def colour_range(self) -> tuple[float, float]:
        """The values at the two ends of the colour scale, the same in every picture."""
        if self.scale == "gate":
            return self.bounds
        if self.scale == "surprise":
            return (0.0, self.typical)
        end = max(map(abs, self.bounds)) if self.bounded else self.typical
        return (-end, end)

    def within(self, bounds: tuple[float, float] | None) -> Quantity:
        """Return the same quantity with other bounds, as a cell that computes it differently needs."""
        return self if bounds is None or bounds == self.bounds else replace(self, bounds=bounds)


_ANY = (-float("inf"), float("inf"))

#: Everything the app shows, by its name in code.
QUANTITIES: Mapping[str, Quantity] = {
    quantity.name: quantity
    for quantity in (
        Quantity(
            "input", "Input", "xₜ", "x", _ANY,
            "What the network is given at this time step.",
            "Component {unit} of the input is {value}.",
        ),
        Quantity(
            "hidden_state", "Hidden state", "hₜ", "h", (-1.0, 1.0),
            "What the cell passes on: to the read-out and to its own next time step.",
            "Unit {unit} passes on {value}.",
        ),
        Quantity(
            "cell_state", "Cell state", "cₜ", "c", _ANY,
            "The LSTM's memory: changed only by what the gates keep and let in.",
            "Unit {unit} now holds {value}.",
        ),
        Quantity(
            "pre_activation", "Pre-activation", "aₜ", "a", _ANY,
            "The weighted sum before it is squashed.",
            "Unit {unit} sums up to {value}.",
        ),
        Quantity(
            "input_gate", "Input gate", "iₜ", "i", (0.0, 1.0),
            "How much of the candidate is written: 0 nothing, 1 all of it.",
            "The input gate lets {percent} of the candidate into unit {unit}.",
        ),
        Quantity(
            "forget_gate", "Forget gate", "fₜ", "f", (0.0, 1.0),
            "How much of the old cell state is kept: 0 nothing, 1 all of it.",
            "The forget gate keeps {percent} of what unit {unit} held.",
        ),
        Quantity(
            "output_gate", "Output gate", "oₜ", "o", (0.0, 1.0),
            "How much of the memory is shown: 0 nothing, 1 all of it.",
            "The output gate shows {percent} of unit {unit}'s memory.",
        ),
        Quantity(
            "reset_gate", "Reset gate", "rₜ", "r", (0.0, 1.0),
            "How much of the past the candidate sees: 0 nothing, 1 all of it.",
            "The reset gate lets the candidate of unit {unit} see {percent} of the past.",
        ),
        Quantity(
            "update_gate", "Update gate", "zₜ", "z", (0.0, 1.0),
            "The share of the old state that stays; the rest is replaced by the candidate.",
            "The update gate keeps {percent} of the old state of unit {unit}.",
        ),
        Quantity(
            "candidate", "Candidate", "gₜ", "g", (-1.0, 1.0),
            "What could be written into the state at this time step.",
            "The candidate for unit {unit} is {value}.",
        ),
        Quantity(
            "weight", "Weight", "W", "W", _ANY,
            "What training changes: how strongly one number acts on another.",
            "The weight is {value}.",
            typical=1.5,
        ),
        Quantity(
            "gradient", "Gradient", "∂L", "\\partial L", _ANY,
            "How much the loss changes when this number does.",
            "The loss changes by {value} for each one that this number grows.",
            typical=1.0, floor=1e-6,
        ),
        Quantity(
            "state_jacobian", "State Jacobian", "∂sₜ/∂sₜ₋₁", "\\partial s_t / \\partial s_{t-1}", _ANY,
            "How much each unit of the state changes when a unit of the state one step before does.",
            "The unit changes by {value} for each one that the other grew.",
            typical=1.0,
        ),
        Quantity(
            "prediction", "Prediction", "yₜ", "y", (0.0, 1.0),
            "The probability the network gives to each possible answer.",
            "The network gives this answer a probability of {percent}.",
        ),
        Quantity(
            "probability", "Probability", "yₜ₋₁", "y_{t-1}", (0.0, 1.0),
            "How probable the network found what came, before it came.",
            "What came had a probability of {percent}.",
        ),
        Quantity(
            "surprise", "Surprise", "−log₂ yₜ₋₁", "-\\log_2 y_{t-1}", (0.0, float("inf")),
            "How unexpected what came was, in bits: 0 when the network was certain of it, one more for each halving of "
            "its probability.",
            "What came was a surprise of {value} bits.",
            typical=8.0, surprises=True,
        ),
        Quantity(
            "answer", "Answer", "yₜ", "y", _ANY,
            "The number that the network answers.",
            "The network answers {value}.",
            typical=2.0,
        ),
        Quantity(
            "annotation", "Annotation", "S", "S", (-1.0, 1.0),
            "What the encoder noted while it read a word, with what stands around it.",
            "Component {unit} of the annotation is {value}.",
        ),
        Quantity(
            "attention_scores", "Attention score", "eₜ", "e", _ANY,
            "How well the annotation of a word fits what the decoder is about to write.",
            "Word {unit} scores {value}.",
            typical=10.0,
        ),
        Quantity(
            "alignment", "Attention weight", "aₜ", "a", (0.0, 1.0),
            "The share of its attention that this step gives to a word; over all words they sum to 1.",
            "Word {unit} gets {percent} of the attention.",
        ),
        Quantity(
            "context", "Context", "mₜ", "m", (-1.0, 1.0),
            "The mean of all annotations by their weights: what the decoder takes from the input at this step.",
            "Component {unit} of the context is {value}.",
        ),
        Quantity(
            "attentional_state", "Attentional state", "qₜ", "q", (-1.0, 1.0),
            "What the decoder makes of its own state and of the context; its answer is read from this.",
            "Component {unit} of the attentional state is {value}.",
        ),
    )
}  # fmt: skip


def quantity(name: str, symbol: str, bounds: tuple[float, float] | None = None) -> Quantity:
    """Look up a quantity as a cell writes it: by its name, with the cell's own letter and bounds.

    A name without an entry is allowed (a student's own gate needs no second place): it is described by its letter.
    """
    known = QUANTITIES.get(name) or Quantity(
        name, name.replace("_", " ").capitalize(), "", "", _ANY, "", "Unit {unit} has the value {value}."
    )
    return replace(known.within(bounds), symbol=f"{symbol}ₜ", latex=symbol)


def percent(share: float) -> str:
    """A share for reading: whole per cent, and where it is nearly none or all, the first digit of what is or lacks.

    As `percent` of the player's ``shell/typeset.js`` writes it.
    """
    given, missing = 100 * share, 100 * (1 - share)
    if 0 < given < 1:
        return f"{_small(given)} %"
    if 0.9999 < share < 1:
        return "over 99.99 %"
    if 0 < missing < 1:
        return f"{100 - float(f'{missing:.1g}'):.4g} %"
    return f"{given:.0f} %"


def listed(names: Sequence[str]) -> str:
    """Names in a sentence: "a", "a and b", "a, b and c"; "" where there are none."""
    *first, last = names or [""]
    return f"{', '.join(first)} and {last}" if first else last


def _small(size: float) -> str:
    """A size under one, to its first digit: 0.2, or 2·10⁻⁵."""
    digit, exponent = f"{size:.0e}".split("e")
    return f"{digit}·{power(int(exponent))}" if int(exponent) < -3 else f"{size:.1g}"


def power(exponent: int) -> str:
    """A power of ten in text: 10⁻³."""
    return f"10{str(exponent).translate(_RAISED)}"


_RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


@dataclass(frozen=True)
class Palette:
    """The colours of one theme. `negative`, `zero`, `positive` and `gate` colour numbers; the rest colours the page."""

    page: str
    card: str
    line: str
    ink: str
    quiet: str
    accent: str
    on_accent: str
    negative: str
    zero: str
    positive: str
    gate: str


PALETTES: Mapping[str, Palette] = {
    "light": Palette(
        page="#fbfaf7", card="#ffffff", line="#e4e1d8", ink="#1d2433", quiet="#5d6779",
        accent="#0d68ab", on_accent="#ffffff",
        negative="#c2570c", zero="#f1eee6", positive="#0d68ab", gate="#5b3a9b",
    ),
    "dark": Palette(
        page="#12161d", card="#181e27", line="#2a313c", ink="#e9edf3", quiet="#98a2b3",
        accent="#5ab0f0", on_accent="#10151c",
        negative="#f0914a", zero="#222a35", positive="#5ab0f0", gate="#b79cf0",
    ),
}  # fmt: skip


@dataclass(frozen=True)
class Variant:
    """How a cell is drawn beside others: its colour, and its dashes in pixels as a second cue, () for a solid line."""

    colour: str
    dash: tuple[int, ...]


#: The colours of Okabe & Ito, which most eyes can tell apart, by the name of the cell or of the attention; a darker
#: purple than theirs, to be seen on a light page.
VARIANTS: Mapping[str, Variant] = {
    "elman": Variant("#D55E00", (2, 2)),
    "elman_relu": Variant("#E69F00", (2, 4)),
    "lstm": Variant("#0072B2", ()),
    "gru": Variant("#009E73", (8, 3)),
    "none": Variant("#D55E00", (2, 2)),
    "additive": Variant("#0072B2", ()),
    "dot": Variant("#009E73", (8, 3)),
    "general": Variant("#B8608F", (8, 3, 2, 3)),
}
_OWN_VARIANT = Variant("#CC79A7", (8, 3, 2, 3))


def variant(cell_name: str) -> Variant:
    """How a cell is drawn beside others; all that are not shipped are drawn alike."""
    return VARIANTS.get(cell_name, _OWN_VARIANT)
