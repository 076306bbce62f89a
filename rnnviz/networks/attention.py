"""Attention and what stands around it in a network that reads one sequence and writes another, as equations.

The score functions are those of Bahdanau, Cho & Bengio 2015 (additive) and Luong, Pham & Manning 2015 (dot, general).
All stand where Luong et al. put them, after the decoder's cell, so that nothing but the score differs between them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from rnnviz.cells import Cell
from rnnviz.language.equations import Program, parse


@dataclass(frozen=True, eq=False)
class Attention:
    """How a decoder looks at what the encoder has read.

    Attributes
    ----------
    program
        Computes the context ``m`` (H,) from the annotations ``S`` (T, H), their summary ``s`` (H,) and the decoder's
        hidden state ``h`` (H,); on the way the scores ``e`` (T,) and the alignment ``a`` (T,), where there are any.
    """

    name: str
    title: str
    meaning: str
    source: str
    equations: str

    @property
    def looks(self) -> bool:
        """Whether it has an alignment."""
        return "a" in self.program.targets

    @property
    def program(self) -> Program:
        """The equations, parsed."""
        return _PROGRAMS[self.name]


#: The kinds of attention by name.
ATTENTIONS: Mapping[str, Attention] = {
    one.name: one
    for one in (
        Attention(
            "none",
            "None",
            "The decoder gets the same summary of the whole input at every step: the encoder's last states.",
            "Cho et al. 2014; Sutskever, Vinyals & Le 2014",
            "m = s",
        ),
        Attention(
            "additive",
            "Additive",
            "A small network of its own scores each input word for the decoder's state.",
            "score: Bahdanau, Cho & Bengio 2015",
            """
                e = tanh(S @ U_e + W_he @ h) @ v_e
                a = softmax(e)
                m = a @ S
            """,
        ),
        Attention(
            "dot",
            "Dot",
            "An input word scores high where its state points the same way as the decoder's: no weights at all.",
            "Luong, Pham & Manning 2015",
            """
                e = S @ h
                a = softmax(e)
                m = a @ S
            """,
        ),
        Attention(
            "general",
            "General",
            "Like dot, after a learned matrix has turned the decoder's state.",
            "Luong, Pham & Manning 2015",
            """
                e = S @ (W_he @ h)
                a = softmax(e)
                m = a @ S
            """,
        ),
    )
}
_PROGRAMS = {
    one.name: parse(one.equations, inputs={"S": ("T", "H"), "s": "H", "h": "H"}) for one in ATTENTIONS.values()
}

#: The context where somebody else says where to look.
ALIGNED = parse("m = a @ S", inputs={"a": "T", "S": ("T", "H")})

#: What the decoder makes of its state and of what it has looked at: the attentional state of Luong et al.
ATTENDED = parse("q = tanh(W_mq @ m + W_hq @ h + b_q)", inputs={"m": "H", "h": "H"})

#: The decoder's answer: a probability for each word.
WORDS = parse("y = softmax(W_qy @ q + b_y)", inputs={"q": "H"}, free_size="O")


@lru_cache(maxsize=64)
def bridge(cell: Cell) -> Program:
    """From the encoder's summary ``s`` (H,) to the states in which a decoder of the cell starts."""
    lines = [f"{name} = tanh(W_s{name} @ s + b_{name})" for name in cell.state]
    return parse("\n".join(lines), inputs={"s": "H"})
