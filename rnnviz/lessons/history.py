"""A short history of recurrent networks: who published what, and where it can be read."""

from __future__ import annotations

from typing import NamedTuple


class Event(NamedTuple):
    """A publication that changed what recurrent networks are; `link` leads to it."""

    year: int
    title: str
    what: str
    source: str
    link: str = ""


HISTORY: tuple[Event, ...] = (
    Event(
        1986,
        "Backpropagation",
        "Errors flow backwards through a network; recurrent networks are among the examples, unfolded in time.",
        "Rumelhart, Hinton & Williams, Nature 323",
        "https://doi.org/10.1038/323533a0",
    ),
    Event(
        1986,
        "Jordan network",
        "The output of one step is fed back as an input of the next.",
        "Jordan, Serial Order, ICS Report 8604, UC San Diego",
    ),
    Event(
        1990,
        "Simple recurrent network",
        "The hidden state itself is fed back; trained on the next word, it finds structure in time.",
        "Elman, Cognitive Science 14",
        "https://doi.org/10.1207/s15516709cog1402_1",
    ),
    Event(
        1994,
        "Why it is hard",
        "Gradients through many steps vanish or explode: long dependencies are hard to learn by gradient descent.",
        "Bengio, Simard & Frasconi, IEEE Transactions on Neural Networks 5 (after Hochreiter 1991)",
        "https://doi.org/10.1109/72.279181",
    ),
    Event(
        1997,
        "LSTM",
        "A memory cell that adds instead of overwriting, guarded by an input and an output gate.",
        "Hochreiter & Schmidhuber, Neural Computation 9",
        "https://doi.org/10.1162/neco.1997.9.8.1735",
    ),
    Event(
        2000,
        "Forget gate",
        "The LSTM learns to let go: the gate that most people now think was always there.",
        "Gers, Schmidhuber & Cummins, Neural Computation 12",
        "https://doi.org/10.1162/089976600300015015",
    ),
    Event(
        2014,
        "GRU",
        "A reset and an update gate, no separate cell state: three quarters of an LSTM's weights.",
        "Cho et al., EMNLP",
        "https://doi.org/10.3115/v1/D14-1179",
    ),
    Event(
        2015,
        "Attention",
        "A translating network looks back at every word of the source instead of one last state.",
        "Bahdanau, Cho & Bengio, ICLR",
        "https://arxiv.org/abs/1409.0473",
    ),
    Event(
        2017,
        "Transformer",
        "Attention without recurrence: all steps of a training sequence at once, and soon the standard for language.",
        "Vaswani et al., NeurIPS",
        "https://arxiv.org/abs/1706.03762",
    ),
    Event(
        2023,
        "Recurrence returns",
        "Linear and selective state-space networks train in parallel and still run step by step.",
        "Orvieto et al., ICML; Gu & Dao, Mamba",
        "https://arxiv.org/abs/2312.00752",
    ),
    Event(
        2024,
        "xLSTM",
        "The LSTM with exponential gates and a matrix memory, at the size of language models.",
        "Beck et al., NeurIPS",
        "https://arxiv.org/abs/2405.04517",
    ),
)
