"""Questions about a translator: where it looks, whether it is right, whether that explains it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from rnnviz.lessons.checks.check import (
    Check,
    Finding,
    UndecidedError,
    check_places,
    yes,
)
from rnnviz.lessons.evidence import Evidence, ShownTranslation
from rnnviz.notation import percent


@dataclass(frozen=True)
class _OfTranslation(Check):
    """A check of a translation."""

    def translation(self, shown: Evidence) -> ShownTranslation:
        """The translation, which there is."""
        if shown.translation is None:
            raise UndecidedError("no translation is shown")
        return shown.translation


@dataclass(frozen=True)
class LooksMost(_OfTranslation):
    """At which word the decoder looks most while it writes the word of a step."""

    kind = "looks"
    pages = ("attention",)
    title = "At which word the decoder looks most"
    meaning = "Right is the word read that has the largest weight at that step of the decoder."
    needs = ("sentence",)

    step: int

    def __post_init__(self) -> None:
        check_places(step=self.step)

    def options(self, shown: Evidence) -> Mapping[str, str]:
        """The words read, by their places."""
        read = shown.translation.read if shown.translation else ()
        return {f"word{place + 1}": f"{place + 1}. {word}" for place, word in enumerate(read)}

    def find(self, shown: Evidence) -> Finding:
        """By the alignment."""
        seen = self.translation(shown)
        if not len(seen.alignment):
            raise UndecidedError("this network has no attention")
        if self.step > len(seen.alignment):
            raise UndecidedError(f"there is no step {self.step}")
        weights = seen.alignment[self.step - 1]
        most = int(weights.argmax())
        because = (
            f"at step {self.step} it writes “{seen.labels[self.step - 1]}” with {percent(weights[most])} of its "
            f"attention on “{seen.read[most]}”; the largest counts"
        )
        return Finding(f"word{most + 1}", because, float(weights[most]))


@dataclass(frozen=True)
class TranslatedRight(_OfTranslation):
    """Whether a translation is the right one."""

    kind = "right"
    pages = ("attention",)
    title = "The translation is right"
    meaning = "“Yes” is right if the words written are those of the same number in the other language."
    needs = ("sentence",)

    def find(self, shown: Evidence) -> Finding:
        """By how the number is said."""
        seen = self.translation(shown)
        if not seen.right:
            raise UndecidedError("what is read is not a number")
        because = f"it writes “{' '.join(seen.written)}”; right is “{' '.join(seen.right)}”"
        same = tuple(seen.written) == tuple(seen.right)
        return Finding(yes(same), because, float(same))


@dataclass(frozen=True)
class Explained(_OfTranslation):
    """Whether, for every word written, the word with most attention changes the answer most when it is left out."""

    kind = "explained"
    pages = ("attention",)
    title = "Attention points at what matters"
    meaning = (
        "“Yes” is right if for every word written the word with the most attention is also the one that changes the "
        "answer most when it is left out."
    )
    in_browser = False

    def find(self, shown: Evidence) -> Finding:
        """By leaving words out."""
        seen = self.translation(shown)
        count = len(seen.written)
        if not len(seen.alignment) or len(seen.read) < 2 or not count:
            raise UndecidedError("there is nothing to compare without attention, or with one word")
        same = int((seen.alignment[:count].argmax(1) == abs(seen.left_out).argmax(1)).sum())
        because = f"they are the same word for {same} of the {count} words written; all of them counts as yes"
        return Finding(yes(same == count), because, float(same))
