"""A cell that rnnviz does not ship, written as a student would add it: its equations and nothing else."""

from rnnviz.cells import Cell

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
