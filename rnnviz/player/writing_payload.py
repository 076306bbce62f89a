"""What the player that writes is sent: a network, the n-gram beside it, and what a person can turn, as plain JSON."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from rnnviz.networks.checkpoints import Checkpoint
from rnnviz.notation import PALETTES, QUANTITIES, variant
from rnnviz.player.payload import Dial, quantity_data
from rnnviz.player.text_payload import text_network
from rnnviz.tasks.kneser_ney import KneserNey


@dataclass(frozen=True, eq=False)
class Writer:
    """A network that writes.

    Attributes
    ----------
    checkpoint
        The network.
    network
        Which it is, in words: "An LSTM with 192 units, trained on Python's standard library".
    file
        Where the browser finds its weights, see `rnnviz.ui.shipped_files`; None where they are sent along.
    ngram, ngram_file
        The n-gram beside it, and the same of that; None where there is none.
    """

    checkpoint: Checkpoint
    network: str
    file: str | None = None
    ngram: KneserNey | None = None
    ngram_file: str | None = None


def writing(writer: Writer, dials: Sequence[Dial], longest: int) -> dict[str, Any]:
    """A network and its n-gram that write after a prompt of up to `longest` characters as JSON-ready data."""
    return {
        "caption": "One prompt, one seed: the same number of chance for each character of every text. "
        "The stronger a character's colour, the more it surprised what wrote it.",
        "network": text_network(writer.checkpoint, writer.network, writer.file),
        "ngram": writer.ngram and _ngram(writer.ngram, writer.ngram_file),
        "authors": _authors(writer),
        "prompt": {"longest": longest},
        "surprise": quantity_data(QUANTITIES["surprise"]),
        "dials": [asdict(dial) for dial in dials],
        "palettes": {theme: asdict(palette) for theme, palette in PALETTES.items()},
    }


def _ngram(model: KneserNey, file: str | None) -> dict[str, Any]:
    arrays = {name: array.tolist() for name, array in model.arrays.items()} if file is None else None
    return {"file": file, "arrays": arrays, "vocabularySize": model.vocabulary_size, "order": len(model.orders)}


def _authors(writer: Writer) -> list[dict[str, str]]:
    cell = writer.checkpoint.cell
    colour = variant(cell.name).colour
    authors = [
        {"key": "network", "title": cell.title, "about": f"{writer.network}.", "colour": colour},
        {
            "key": "changed",
            "title": f"{cell.title}, changed",
            "about": "The same network: the prompt is read as it is, and from its last character on the changes hold.",
            "colour": colour,
        },
    ]
    if writer.ngram is not None:
        order = len(writer.ngram.orders)
        authors.append(
            {
                "key": "ngram",
                "title": f"{order}-gram",
                "about": f"Counts of what followed the last {order - 1} characters in the same text, smoothed as "
                "Kneser and Ney did. What stood before them it cannot know.",
                "colour": "var(--quiet)",
            }
        )
    return authors
