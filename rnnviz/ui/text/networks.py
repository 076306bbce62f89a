"""The network that reads and writes: one that ships, or one that was trained here on a text of one's own."""

from __future__ import annotations

from rnnviz.networks.checkpoints import Checkpoint, load_text
from rnnviz.ui.scenes import with_article
from rnnviz.ui.text.own_network import own_network


def network_of(name: str, own: str) -> tuple[Checkpoint, str]:
    """The network of a name, of a run where that is "own", and in words which it is, without a full stop.

    Raises
    ------
    LookupError
        When there is no such network here.
    OSError, ValueError
        When its weights cannot be read.
    """
    checkpoint = own_network(own) if name == "own" else load_text(name)
    learned = "a text of one's own" if name == "own" else checkpoint.card["data"]["corpus"]
    units = checkpoint.cell.sizes(checkpoint.weights)["H"]
    return checkpoint, f"{with_article(checkpoint.cell.title)} with {units} units, trained on {learned}"
