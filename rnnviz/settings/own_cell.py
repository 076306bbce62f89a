"""A cell that a person has written, as a text that an address can hold: all of it, compressed."""

from __future__ import annotations

import json
import re
import zlib
from base64 import urlsafe_b64decode, urlsafe_b64encode

from rnnviz.cells import CELLS, Cell, from_value, to_value

#: What the text of a cell begins with.
OWN = "own."
_MOST = 12_000
#: What most cells hold, so that the text need not spell it out. It never changes: old links are read with it.
_COMMON = (
    b'{"equations":"h = (1 - z) * n + z * h\\nr = sigmoid(W_xr @ x + W_hr @ h + b_r)\\n'
    b"z = sigmoid(W_xz @ x + W_hz @ h + b_z)\\nn = tanh(W_xn @ x + b_xn + r * (W_hn @ h + b_hn))\\n"
    b"i = sigmoid(W_xi @ x + W_hi @ h + b_i)\\nf = sigmoid(W_xf @ x + W_hf @ h + b_f)\\n"
    b"g = tanh(W_xg @ x + W_hg @ h + b_g)\\no = sigmoid(W_xo @ x + W_ho @ h + b_o)\\nc = f * c + i * g\\n"
    b'h = o * tanh(c)","name":"","quantities":{"c":"cell_state","f":"forget_gate","g":"candidate","h":"hidden_state",'
    b'"i":"input_gate","n":"candidate","o":"output_gate","r":"reset_gate","z":"update_gate"},"source":"","state":["h",'
    b'"c"],"title":" LSTM GRU RNN"}'
)


def write_own_cell(cell: Cell) -> str:
    """A cell as the text of an address."""
    value = to_value(cell)
    if isinstance(value, str):
        raise ValueError(f"{value} is a cell of rnnviz, which goes by its name")
    packer = zlib.compressobj(9, wbits=-15, zdict=_COMMON)
    packed = packer.compress(json.dumps(value, sort_keys=True, separators=(",", ":")).encode()) + packer.flush()
    return OWN + urlsafe_b64encode(packed).rstrip(b"=").decode()


def read_own_cell(text: str) -> Cell:
    """The cell that a text of an address holds.

    Raises
    ------
    ValueError
        With a sentence for whoever opened the link: the text was changed, or what it holds is no cell.
    """
    try:
        body = text.removeprefix(OWN)
        if not re.fullmatch(r"[A-Za-z0-9_-]{1,4000}", body, re.ASCII):
            raise ValueError
        packed = urlsafe_b64decode(body + "=" * (-len(body) % 4))
        unpacker = zlib.decompressobj(wbits=-15, zdict=_COMMON)
        content = unpacker.decompress(packed, _MOST)
        if not unpacker.eof or unpacker.unused_data:
            raise ValueError
        value = json.loads(content)
    except (ValueError, zlib.error, RecursionError):
        raise ValueError("The cell in the link cannot be read: the link was cut off or changed.") from None
    if not isinstance(value, dict):
        raise ValueError("The cell in the link cannot be read: what it holds is no cell.")
    try:
        cell = from_value(value)
    except ValueError as error:
        raise ValueError(f"The cell in the link cannot be used: {error}.") from None
    if cell.name in CELLS:  # its numbers would stand under another's name, colour and trained network
        raise ValueError(f"The cell in the link is called {cell.name}, as a cell of rnnviz is; give it another name.")
    return cell
