"""What the page on gradients can be set to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from rnnviz.cells import LSTM, Cell
from rnnviz.settings.gates import side_by_side
from rnnviz.settings.kinds import CellChoice, Choice, Flag, Known, Span, Text, declare
from rnnviz.settings.page import MAX_STEPS, Page
from rnnviz.settings.step_through import where_trained
from rnnviz.training.clipping import CLIFF_B, CLIFF_W, ClippingRecipe


def _is_random(known: Known) -> bool:
    return bool(known.weights == "random")


def _clips(known: Known) -> bool:
    return bool(known.clipping)


@dataclass(frozen=True)
class Experiment:
    """Which networks, which loss is carried back how far, and what is clipped.

    `radius` is the spectral radius of every recurrent matrix and `start` what it is made of; `forget_bias` is the bias
    of the gate that keeps the state; `length` is the number of time steps; `cut` the steps after which the gradient is
    cut, 0 for never; `bound` says whether the norms stand beside their bound, `clipping` whether clipping can be tried.
    """

    cell: Cell = declare(
        CellChoice("Cell", "Which cell's gradient is walked through; the others are drawn beside it.", default=LSTM,
                   group="cell", carried=True)
    )  # fmt: skip
    weights: str = declare(
        Choice("Weights", "Random weights made as the controls say, or those of a trained network.",
               {"random": "Random", "trained": "Trained"}, default="random", group="weights", adapt=where_trained)
    )  # fmt: skip
    loss: str = declare(
        Choice("Loss at", "Whether the loss looks at the last step alone or at every step.",
               {"last": "Last step", "every": "Every step"}, default="last", group="loss")
    )  # fmt: skip
    text: str = declare(
        Text("A name", "What the trained network reads, letter by letter: a to z.", default="annabel", group="input",
             carried=True, when=lambda known: known.weights == "trained", width=360)
    )  # fmt: skip
    radius: float = declare(
        Span("Spectral radius", "The largest absolute eigenvalue of every recurrent matrix.", 0.1, 2.0, step=0.05,
             default=0.9, look="slider", group="start", when=_is_random, live=True)
    )  # fmt: skip
    forget_bias: float = declare(
        Span("Bias of the keeping gate", "The bias of the gate that keeps the state: of the LSTM's forget gate, of "
             "the GRU's update gate.", -2.0, 5.0, step=0.25, default=1.0, look="slider", group="start",
             when=_is_random, live=True)
    )  # fmt: skip
    start: str = declare(
        Choice("Recurrent weights", "What the recurrent matrices are made of, before they are given their radius.",
               {"gaussian": "Gaussian", "orthogonal": "Orthogonal", "identity": "Identity"}, default="gaussian",
               group="start", when=_is_random)
    )  # fmt: skip
    activation: str = declare(
        Choice("Elman's activation", "What squashes the Elman RNN's sum: tanh bends, ReLU does not.",
               {"tanh": "tanh", "relu": "ReLU"}, default="tanh", group="start", when=_is_random)
    )  # fmt: skip
    length: int = declare(
        Span("Steps", "How many steps are read.", 5, MAX_STEPS, default=50, group="start", when=_is_random, width=105)
    )
    hidden_size: int = declare(
        Span("Hidden size", "How many units the state has.", 1, 64, default=16, group="start", when=_is_random,
             width=105)
    )  # fmt: skip
    seed: int = declare(
        Span("Seed", "Another seed draws other random weights and inputs.", 0, 9999, default=1, group="start",
             when=_is_random, width=105)
    )  # fmt: skip
    input_scale: float = declare(
        Span("Input scale", "What the random inputs are multiplied with.", 0.0, 10.0, step=0.1, default=1.0,
             look="slider", group="start", when=_is_random, live=True)
    )  # fmt: skip
    cut: int = declare(
        Span("Cut every (0: never)", "After how many steps nothing is carried back any further (truncation).", 0,
             MAX_STEPS, default=0, group="loss", live=True)
    )  # fmt: skip
    bound: bool = declare(
        Flag("Bound", "What the norm of a cell without gates cannot exceed, by its recurrent matrix alone (Pascanu, "
             "Mikolov & Bengio 2013). It may stretch the axis over many powers of ten.", default=False, live=True)
    )  # fmt: skip
    clipping: bool = declare(
        Flag("Try other thresholds, and descend a cliff in three dimensions", "Shows more about clipping.",
             default=False, group="clipping")
    )  # fmt: skip
    cliff_w: float = declare(
        Span("Start w", "The weight where the descent starts.", *CLIFF_W, step=0.05, default=4.8, group="clipping",
             when=_clips, width=120, form="%.2f")
    )  # fmt: skip
    cliff_b: float = declare(
        Span("Start b", "The bias where the descent starts.", *CLIFF_B, step=0.05, default=-2.0, group="clipping",
             when=_clips, width=120, form="%.2f")
    )  # fmt: skip
    cliff_rate: float = declare(
        Span("Learning rate", "What the gradient is multiplied with at each step.", 0.01, 100.0, step=0.05,
             default=0.5, group="clipping", when=_clips, width=120, form="%.2f")
    )  # fmt: skip
    cliff_threshold: float = declare(
        Span("Threshold", "The longest gradient a step may have.", 0.01, 1000.0, step=0.05, default=0.2,
             group="clipping", when=_clips, width=120, form="%.2f")
    )  # fmt: skip
    clip_by: str = declare(
        Choice("Clip", "Whether the whole gradient is shortened or each of its entries by itself.",
               {"norm": "By norm", "value": "By value"}, default="norm", group="clipping", when=_clips)
    )  # fmt: skip
    clip_threshold: float = declare(
        Span("Threshold", "The longest gradient a step may have.", 0.01, 100.0, step=0.05, default=0.5,
             group="clipping", when=lambda known: known.clipping and known.clip_by == "norm", width=120, form="%.2f")
    )  # fmt: skip
    clip_entry: float = declare(
        Span("Threshold of an entry", "The largest entry a gradient may have.", 0.001, 10.0, step=0.01, default=0.05,
             group="clipping", when=lambda known: known.clipping and known.clip_by == "value", width=120, form="%.3f")
    )  # fmt: skip
    clip_rate: float = declare(
        Span("Learning rate", "What the gradient is multiplied with at each step.", 0.01, 20.0, step=0.1, default=2.5,
             group="clipping", when=_clips, width=120, form="%.2f")
    )  # fmt: skip
    clip_seed: int = declare(
        Span("Seed", "Another seed, another start and other names.", 0, 9999, default=0, group="clipping", when=_clips,
             width=120)
    )  # fmt: skip

    @property
    def clipping_recipe(self) -> ClippingRecipe:
        """The training with and without clipping."""
        if self.clip_by == "value":
            return ClippingRecipe("value", self.clip_entry, self.clip_rate, self.clip_seed)
        return ClippingRecipe("norm", self.clip_threshold, self.clip_rate, self.clip_seed)

    @property
    def compared(self) -> tuple[Cell, ...]:
        """The cells whose gradients are drawn over one another."""
        return side_by_side(self.cell, trained=self.weights == "trained")


#: What the page on gradients shows at first.
EXPERIMENT = Experiment()

PAGE = Page(
    "gradients",
    "Gradients through time",
    ":material/undo:",
    "Learning",
    "Why long memories are hard to train: see a gradient walk back through the steps, vanish or explode, be cut "
    "and clipped, and which start of the weights lets it live.",
    values=Experiment,
    groups={
        "weights": "Weights",
        "cell": "Cell",
        "start": "How the weights start",
        "input": "What is read",
        "loss": "Loss and cut",
        "presets": "Presets",
        "clipping": "Clipping",
    },
    parts={
        "weights": "Whether the weights are random or trained.",
        "cell": "Whose gradient is walked through.",
        "start": "Spectral radius, bias of the keeping gate, input scale, steps, units and seed.",
        "input": "The name that a trained network reads.",
        "loss": "Where the loss looks, and after how many steps the gradient is cut.",
        "presets": "Links to screens worth a look.",
        "clipping": "The cliff, and a training with and without clipping.",
    },
    kinds=("backward", "curves"),
    player=("step", "unit", "line", "size", "answer"),
    asks=True,
)


def experiment(**given: Any) -> Experiment:
    """An experiment from what is given; what is missing, or cannot be, is its default."""
    found: Experiment = PAGE.of(given)
    return found
