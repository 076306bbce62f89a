"""Cells that rnnviz does not ship, written as a student would add them: their equations and nothing else."""

from rnnviz.cells import Cell
from rnnviz.language.functions import FUNCTIONS

PEEPHOLE = Cell(
    name="peephole",
    title="Peephole LSTM",
    state=("h", "c"),
    equations="""
        i = sigmoid(W_xi @ x + W_hi @ h + p_i * c + b_i)
        f = sigmoid(W_xf @ x + W_hf @ h + p_f * c + b_f)
        g = tanh(W_xg @ x + W_hg @ h + b_g)
        c = f * c + i * g
        o = sigmoid(W_xo @ x + W_ho @ h + p_o * c + b_o)
        h = o * tanh(c)
    """,
    quantities={
        "i": "input_gate",
        "f": "forget_gate",
        "g": "candidate",
        "o": "output_gate",
        "c": "cell_state",
        "h": "hidden_state",
    },
    source="Gers & Schmidhuber 2000",
)

#: The GRU as first published: the reset gate acts before the recurrent matrix, so a product holds an expression.
FIRST_GRU = Cell(
    name="first_gru",
    state=("h",),
    equations="""
        r = sigmoid(W_xr @ x + W_hr @ h + b_r)
        z = sigmoid(W_xz @ x + W_hz @ h + b_z)
        n = tanh(W_xn @ x + W_hn @ (r * h) + b_n)
        h = z * h + (1 - z) * n
    """,
    quantities={"r": "reset_gate", "z": "update_gate", "n": "candidate", "h": "hidden_state"},
)

#: Each function of the language as what squashes an Elman RNN's sum.
OF_FUNCTIONS = [Cell(f"of_{name}", ("h",), f"h = {name}(W_xh @ x + W_hh @ h + b_h)") for name in FUNCTIONS]
