"""The glossary: every term of the pages, in one sentence, and where it can be tried.

Controls, charts and labels draw on it by the words they hold: a term explains itself wherever it stands.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from rnnviz.notation import QUANTITIES
from rnnviz.settings import PAGES
from rnnviz.settings.address import link


@dataclass(frozen=True, eq=False)
class Term:
    """A term.

    Attributes
    ----------
    title
        The term itself, in the singular.
    meaning
        One sentence, for a reader who meets it for the first time.
    page, settings
        Where it can be tried: the name of a page, and what that is set to.
    also
        Other words that mean it.
    """

    title: str
    meaning: str
    page: str
    settings: Mapping[str, Any] = field(default_factory=dict)
    also: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """In addresses."""
        return re.sub(r"\W+", "-", self.title.casefold().replace("'", ""))

    @property
    def link(self) -> str:
        """Where it can be tried, relative to any page."""
        return link(PAGES[self.page], **self.settings)

    @property
    def words(self) -> tuple[str, ...]:
        """Every way to write it."""
        return self.title, *self.also


def _of_quantity(name: str, page: str, *also: str, **settings: Any) -> Term:
    """A quantity that is shown, as the notation explains it."""
    known = QUANTITIES[name]
    return Term(known.title, known.meaning, page, settings, also)


_TERMS = (
    # a cell and what it computes
    Term(
        "Recurrent network",
        "A network that reads a sequence one step at a time and hands its state from each step to the next, with the "
        "same weights at every step.",
        "step_through", also=("RNN", "recurrent networks"),
    ),
    Term(
        "Elman RNN",
        "The simplest recurrent network: the new hidden state is the tanh of a weighted sum of the input and the "
        "hidden state before.",
        "step_through", also=("simple recurrent network", "Elman"),
    ),
    Term(
        "LSTM",
        "A cell with a cell state that gates write, keep and show: long short-term memory.",
        "gates",
    ),
    Term(
        "GRU",
        "A cell that keeps a share of its hidden state by an update gate: gated recurrent unit.",
        "gates",
    ),
    Term("Cell", "The equations that make the new state from the input and the state before.", "step_through",
         also=("cells",)),
    Term(
        "Unit",
        "One component of the state, one number at each step: a row of the picture, where a time step is a column.",
        "step_through", also=("units",),
    ),
    Term("Time step", "One place of the sequence: the network reads one thing there and makes one new state.",
         "step_through", also=("time steps",)),
    Term("Hidden size", "How many units the state has; it belongs to the network and not to what is read.",
         "step_through", {"network": "random"}),
    _of_quantity("hidden_state", "step_through", "hidden states"),
    _of_quantity("cell_state", "gates", "cell states"),
    _of_quantity("candidate", "gates", "candidates"),
    Term(
        "Gate",
        "A number between 0 and 1 for every unit, computed anew at every step, that something is multiplied with.",
        "gates", also=("gates",),
    ),
    _of_quantity("forget_gate", "gates", "forget gates"),
    _of_quantity("input_gate", "gates", "input gates"),
    _of_quantity("output_gate", "gates", "output gates"),
    _of_quantity("update_gate", "gates", "update gates"),
    _of_quantity("reset_gate", "gates", "reset gates"),
    Term(
        "Keeping gate",
        "The gate that says which share of the old state stays: the forget gate of an LSTM, the update gate of a GRU.",
        "gradients", {"forget_bias": 3.0}, ("keeping gates",),
    ),
    Term("Bias", "A number that is added to a weighted sum, whatever is read.", "gradients", {"forget_bias": 3.0},
         ("biases", "forget bias")),
    Term("Activation", "The function that bends a weighted sum, such as tanh, sigmoid or ReLU.", "gradients",
         {"activation": "relu"}),
    Term("Saturation", "A gate that is under 0.1 or over 0.9 at most steps hardly follows its input any more.",
         "gates", also=("saturated",)),
    Term("Half-life", "After how many steps half of what a state held is left, by the share that is kept at each step.",
         "gates", also=("half-lives",)),
    Term("What-if", "The same run with something changed, a gate held, a unit silenced, a weight or an input moved, "
         "beside the run as it was.", "gates", also=("what if",)),
    Term("Read-out", "The equation after the cell that turns a hidden state into an answer.", "step_through"),
    _of_quantity("prediction", "step_through", "predictions"),
    Term("Trained", "With weights that were learned from data; untrained ones are random.", "step_through"),
    Term("Seed", "The number that fixes everything drawn by chance: the same seed gives the same run.",
         "step_through", {"network": "random"}, ("seeds",)),
    Term("Input scale", "What every input is multiplied with before the network reads it: large inputs drive tanh and "
         "the gates to their ends.", "gradients", {"input_scale": 5.0}),
    # gradients
    _of_quantity("gradient", "gradients", "gradients"),
    Term("Loss", "One number for how wrong the answers are; training changes the weights so that it falls.",
         "gradients"),
    Term(
        "Backpropagation through time",
        "The network is unfolded, one copy a step, and the gradient is carried back from copy to copy.",
        "gradients", also=("BPTT",),
    ),
    Term("Jacobian", "The matrix of how much each unit of a state changes when a unit of an earlier state does.",
         "gradients", also=("Jacobians", "state Jacobian")),
    Term("Spectral radius", "The largest absolute eigenvalue of a matrix: by what factor it stretches in the long run.",
         "gradients", {"radius": 1.2}, ("radius",)),
    Term("Singular value", "By what factor a matrix stretches along one of its own directions; the largest is its "
         "spectral norm.", "gradients", also=("singular values",)),
    Term("Bound", "A number that the norm of the Jacobians cannot be above: by the spectral norm of the recurrent "
         "matrix and the steepest slope of the activation, once for every step.", "gradients", {"cell": "elman"}),
    Term("Gradient norm", "The length of a gradient, all of its entries together.", "gradients",
         also=("gradient norms", "norm", "norms")),
    Term("Vanishing gradient", "A gradient that shrinks at every step back, until far steps teach nothing.",
         "gradients", {"radius": 0.5}, ("vanishing", "vanish", "vanishes")),
    Term("Exploding gradient", "A gradient that grows at every step back, until one step of training throws the "
         "weights away.", "gradients", {"radius": 2.0}, ("exploding", "explode", "explodes")),
    Term("Cut", "After so many steps nothing is carried back any further: truncated backpropagation, or detach.",
         "gradients", {"cut": 10}, ("truncation", "truncated")),
    Term("Clipping", "A gradient that is longer than a threshold is shortened to it before the weights follow it.",
         "gradients", {"clipping": True}, ("clip", "clipped")),
    # how weights start
    Term("Gaussian start", "Every entry of the recurrent matrix is drawn by itself from a normal distribution of "
         "variance 1/H.", "gradients", {"start": "gaussian"}, ("Gaussian",)),
    Term("Orthogonal start", "A recurrent matrix that turns and mirrors and keeps every length: its singular values "
         "are all 1.", "gradients", {"start": "orthogonal"}, ("orthogonal",)),
    Term("Identity start", "A recurrent matrix that hands every unit on as it is.", "gradients", {"start": "identity"},
         ("identity",)),
    Term("Chrono start", "Biases of the gates drawn so that the units forget over all times, from one step to the "
         "whole sequence.", "compare", {"task": "lag", "initialisation": "chrono"}, ("chrono",)),
    # training and comparing
    Term("Task", "What is to be learned: made so that one knows what a network must remember to solve it.", "compare"),
    Term("Chance level", "What somebody reaches who has not looked at the input.", "compare", also=("chance",)),
    Term("Median", "The one in the middle: of three seeds the second best.", "compare"),
    Term("Batch", "The sequences that one step of training learns from together.", "compare", {"show": "batching"},
         ("batches", "batching", "batch size")),
    Term("Padding", "Steps that are added to short sequences so that a batch is a box; their results are thrown away.",
         "compare", {"show": "batching"}, ("padded",)),
    Term("Learning rate", "What the gradient is multiplied with at each step of training.", "compare"),
    Term("Optimiser", "The rule that turns a gradient into a step of the weights, such as Adam.", "compare"),
    # attention
    Term("Encoder", "The network that reads the source and leaves an annotation for every word.", "attention"),
    Term("Decoder", "The network that writes the translation, one word a step.", "attention"),
    Term("Attention", "The mean of all annotations, by weights that the decoder computes anew at every step.",
         "attention"),
    _of_quantity("annotation", "attention", "annotations"),
    _of_quantity("attention_scores", "attention", "attention scores", "score", "scores"),
    _of_quantity("alignment", "attention", "attention weights", "alignment"),
    _of_quantity("context", "attention"),
    _of_quantity("attentional_state", "attention"),
    Term("Dot attention", "A word scores by the dot product of its annotation and the decoder's state.", "attention",
         {"attention": "dot"}, ("dot",)),
    Term("General attention", "Dot attention with a learned matrix between annotation and state.", "attention",
         {"attention": "general"}, ("general",)),
    Term("Additive attention", "A word scores by a small network of its annotation and the decoder's state: the first "
         "attention, of Bahdanau, Cho & Bengio.", "attention", {"attention": "additive"}, ("additive",)),
    Term("Teacher forcing", "In training the decoder reads the right word before, whatever it would have said itself.",
         "attention", {"view": "decode"}),
    Term("Free running", "The decoder reads its own last word, as it must once nobody knows the right one.",
         "attention", {"view": "decode"}),
    Term("Beam search", "Several unfinished translations are kept at each length, those most likely so far.",
         "attention", {"view": "decode"}, ("beam", "branches")),
    Term("Temperature", "Under 1 what is likely becomes likelier still, above 1 everything becomes more alike.",
         "attention", {"view": "decode"}),
    Term("Kendall's tau", "How alike two orders are: 1 for the same, −1 for the reverse, about 0 for two that have "
         "nothing to do with each other.", "attention", {"view": "explains"}, ("tau",)),
    Term("Gradient × input", "How much an answer would change with a word, by its gradient: a second opinion on what "
         "counted.", "attention", {"view": "explains"}),
    # text
    Term("Language model", "What gives every symbol a probability to come next, by what came before it.", "text",
         also=("language models",)),
    _of_quantity("surprise", "text", line="y.surprise"),
    Term("Bits per character", "How surprising a text is to a model: the mean of the surprise over its characters.",
         "text", {"view": "reach"}),
    Term("N-gram", "A model that has counted what followed the last n − 1 symbols, and knows nothing of what stood "
         "before them.", "text", {"view": "write"}, ("n-grams", "5-gram", "n-gram model")),
    Term("Kneser-Ney", "A way to smooth an n-gram: where few places were counted it asks after how many different "
         "symbols the next one was seen, not how often.", "text", {"view": "write"}, ("Kneser-Ney smoothing",)),
    Term("Greedy", "The likeliest symbol is written at every step, and nothing is left to chance.", "text",
         {"view": "write"}),
    Term("Top-k", "Only the k likeliest symbols may be drawn.", "text", {"view": "write"}),
    Term("Nucleus", "Only the fewest symbols that together have the probability p may be drawn.", "text",
         {"view": "write"}, ("top-p", "nucleus sampling")),
    Term("AUC", "How often a unit is higher at a character that has a label than at one that has not: 1 is always, "
         "0.5 is what chance gives.", "text", {"view": "units"}, ("area under the curve",)),
    Term("Linear probe", "The weighted sum of all units that tells a label best: it says what the state knows, not "
         "that a unit does.", "text", {"view": "units"}, ("probe",)),
    Term("Feature visualization", "What excites a unit most: passages that were read, and texts found by search.",
         "text", {"view": "units"}),
    Term("Held out", "Kept away while a network learned, so that what is measured there was not learned by heart.",
         "text", {"view": "units"}, ("held-out",)),
    # series
    Term("Mean absolute error", "How far forecasts are from what came, on average, whichever side they are on.",
         "series", also=("MAE", "mean absolute errors")),
    Term("Horizon", "How many steps ahead something is forecast.", "series", also=("horizons", "steps ahead")),
    Term("Origin", "The last step that is read before a forecast; a rolling origin moves on step by step, and nothing "
         "is learned anew.", "series", also=("origins", "rolling origin")),
    Term("Persistence", "The forecast that all stays as it is now: the least that any other has to beat.", "series",
         {"series": "ibm-price"}, ("naive forecast",)),
    Term("Seasonal naive", "The forecast that all will be as it was one season before, at the same place of it.",
         "series", {"series": "co2"}),
    Term("Autoregression", "A weighted sum of the last values, by least squares: a linear forecast.", "series",
         also=("linear autoregression", "seasonal autoregression")),
    Term("Exponential smoothing", "A forecast from a level, a trend and a season, each moved a little by every new "
         "value: what is long ago counts ever less.", "series", {"series": "co2"}, ("Holt-Winters",)),
    Term("Prediction interval", "Between which two numbers what comes is said to lie, nine times in ten.", "series",
         also=("90 % interval",)),
    Term("Coverage", "How often what came lay in the interval that was given for it.", "series",
         also=("covers",)),
    Term("Fed back", "Each forecast is read as if it had come, and the next one is made from there: recursive.",
         "series", {"series": "glucose"}, ("recursive", "recursive forecast")),
    Term("Occlusion", "By how much a forecast is higher than it would be without a value, with a line between its "
         "neighbours in its place.", "series", {"view": "inside"}),
    Term("Return", "By how many percent a price changes from one day to the next.", "series", {"view": "trap"},
         ("returns",)),
    # anomalies
    Term("Correlation", "How nearly two quantities are on one straight line: 1 rising, −1 falling, 0 not at all.",
         "series", {"view": "inside"}, ("correlations",)),
    Term("Season", "What comes back after so many steps: a year of days, a day of hours.", "series", {"view": "inside"},
         ("seasons",)),
    Term("Anomaly", "What does not belong in a series: a value, or some, unlike what was usual.", "series",
         {"view": "anomalies"}, ("anomalies",)),
    Term("False alarm", "An alarm where nothing is unusual.", "series", {"view": "anomalies"}, ("false alarms",)),
    Term("Precision", "How much of what was found is right: the share of the events among events found and false "
         "alarms.", "series", {"view": "anomalies"}),
    Term("Recall", "How much of what was to be found was found: the share of the events that had an alarm.", "series",
         {"view": "anomalies"}),
    Term("Rolling z", "How far a value is from the mean of the last ones, in their standard deviations.", "series",
         {"view": "anomalies"}),
    Term("First differences", "How far a value is from the one before.", "series", {"view": "anomalies"},
         ("first difference",)),
)  # fmt: skip

#: All terms in the order of the alphabet, by their names in addresses.
GLOSSARY: Mapping[str, Term] = {term.name: term for term in sorted(_TERMS, key=lambda term: term.title.casefold())}


def terms_in(*texts: str) -> tuple[Term, ...]:
    """The terms that some texts hold, each once, as they stand there; the longest where several fit."""
    return tuple(dict.fromkeys(term for text in texts for _, term in pieces(text) if term))


def pieces(text: str) -> list[tuple[str, Term | None]]:
    """A text in pieces, each with the term that it is, if it is one: a term counts where it stands first."""
    found: list[tuple[str, Term | None]] = []
    end, known = 0, set()
    for match in _pattern().finditer(text):
        term = _by_word()[match[0].casefold()]
        if term not in known:
            found += [(text[end : match.start()], None), (match[0], term)]
            known.add(term)
            end = match.end()
    return [(piece, term) for piece, term in (*found, (text[end:], None)) if piece]


@cache
def _by_word() -> Mapping[str, Term]:
    return {word.casefold(): term for term in _TERMS for word in term.words}


@cache
def _pattern() -> re.Pattern[str]:
    return re.compile(_any_of(_by_word()), re.IGNORECASE)


def _any_of(words: Iterable[str]) -> str:
    longest_first = sorted(words, key=len, reverse=True)
    return rf"(?<!\w)(?:{'|'.join(map(re.escape, longest_first))})(?!\w)"
