"""What the page on attention can be set to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from rnnviz.cells import GRU, MAIN, Cell
from rnnviz.data.number_words import LANGUAGES
from rnnviz.networks.attention import ATTENTIONS
from rnnviz.settings.kinds import CellChoice, Choice, Known, Span, Text, declare
from rnnviz.settings.page import Page

_TITLES = {code: language.title for code, language in LANGUAGES.items()}
#: What is decided about at first.
OPINION = "The food was not good, but the staff were wonderful."
#: The hidden sizes of which it was measured how well they translate numbers of each length.
SMALL = ("8", "12", "16", "24", "32")


def _translates(known: Known) -> bool:
    return known.view in ("translate", "decode", "explains")


def _decodes(known: Known) -> bool:
    return bool(known.view == "decode")


def _not_the_source(choice: Choice, known: Known) -> Choice:
    """Nothing is translated into its own language."""
    return choice.among({code: title for code, title in _TITLES.items() if code != known.source})


@dataclass(frozen=True)
class Reading:
    """Which part of the page, which translator, and what it reads.

    `reads` is in how many directions the encoder does; `known` says which numbers the network has learned from, "all"
    up to 999,999 or "short" ones below 100,000.
    """

    view: str = declare(
        Choice(
            "Show", "Which part of the page is shown.",
            {
                "translate": "Translate",
                "helps": "Does it help?",
                "decode": "Decode",
                "explains": "Is it an explanation?",
                "decision": "A decision",
            },
            default="translate", group="view",
        )
    )  # fmt: skip
    source: str = declare(
        Choice("From", "The language that is read.", _TITLES, default="en", group="languages", when=_translates)
    )
    target: str = declare(
        Choice("To", "The language that is written.", _TITLES, default="de", group="languages", when=_translates,
               adapt=_not_the_source)
    )  # fmt: skip
    sentence: str = declare(
        Text("A number, in words or digits", "What is translated: 0 to 999,999.", group="sentence", width=400,
             default="ninety-seven thousand four hundred twelve", when=_translates)
    )  # fmt: skip
    attention: str = declare(
        Choice("Attention", "How the decoder scores the words it looks back at.",
               {name: kind.title for name, kind in ATTENTIONS.items()}, default="dot", group="attention",
               when=_translates)
    )  # fmt: skip
    core: Cell = declare(
        CellChoice("Cell", "Which cell encoder and decoder are made of.", offered=MAIN[::-1], default=GRU,
                   group="core", when=_translates)
    )  # fmt: skip
    reads: str = declare(
        Choice("Encoder reads", "Whether the encoder reads from both ends or from the start alone.",
               {"2": "Both", "1": "One"}, default="2", group="core", when=_translates)
    )  # fmt: skip
    known: str = declare(
        Choice("Learned from numbers", "Which numbers the network has learned from.",
               {"all": "Up to 999,999", "short": "Below 100,000"}, default="all", group="known", when=_translates)
    )  # fmt: skip
    beam: int = declare(
        Span("Branches kept", "How many partial translations are kept at each length.", 1, 5, default=3,
             look="slider", when=_decodes, width=300)
    )  # fmt: skip
    temperature: float = declare(
        Span("Temperature", "Under 1 the likely words become likelier still, above 1 all of them more alike.", 0.1, 5.0,
             step=0.1, default=1.0, look="slider", when=_decodes, width=300)
    )  # fmt: skip
    draw: int = declare(Span("Seed", "Another seed draws other words.", 0, 9999, default=0, when=_decodes, width=105))
    small: str = declare(
        Choice("Hidden size", "How many units the networks have.", {size: size for size in SMALL}, default="16",
               when=lambda known: known.view == "helps")
    )  # fmt: skip
    opinion: str = declare(
        Text("A sentence in English", "What the network judges: up to 100 words.", default=OPINION, width=700,
             when=lambda known: known.view == "decision")
    )  # fmt: skip

    @property
    def pair(self) -> str:
        """The two languages, as `rnnviz.translation.Translator.load` takes them."""
        return f"{self.source}-{self.target}"


PAGE = Page(
    "attention",
    "Attention",
    ":material/visibility:",
    "At work",
    "An encoder-decoder translates numbers between English, German and French, word by word: see where it looks, "
    "make it look elsewhere, and ask whether that explains what it says.",
    values=Reading,
    groups={
        "view": "Views",
        "sentence": "What is read",
        "languages": "Languages",
        "attention": "Attention",
        "core": "Cell and encoder",
        "known": "Numbers learned from",
    },
    parts={
        "view": "Which part of the page is shown.",
        "sentence": "The number that is translated.",
        "languages": "From which language into which.",
        "attention": "How the decoder scores the words, or that it has no attention.",
        "core": "Which cell, and whether the encoder reads from both ends.",
        "known": "Whether the network has learned from long numbers too.",
    },
    kinds=("translation",),
    player=("step", "unit", "size", "what_if"),
    asks=True,
)


def reading(**given: Any) -> Reading:
    """What a translator reads, from what is given; what is missing, or cannot be, is its default."""
    found: Reading = PAGE.of(given)
    return found
