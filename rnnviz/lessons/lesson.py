"""A lesson: one screen of the app with a question about it, written into a link of under 2,000 characters.

The link holds all of it; nothing is stored on a server. Whatever comes out of a link is checked as if a stranger had
written it, for a stranger may have.
"""

from __future__ import annotations

import json
import re
import unicodedata
import zlib
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from hashlib import sha256
from typing import Any

from rnnviz.cells import MAIN, Cell
from rnnviz.lessons.checks import CHECKS, Above, Check, GuessChanges, Remembered
from rnnviz.settings import PAGES
from rnnviz.settings.kinds import CellChoice, shorten
from rnnviz.settings.own_cell import OWN

__all__ = [
    "CHECKS", "CONTROLS", "MAX_LINK", "VIEWING", "Above", "Check", "GuessChanges", "Lesson", "LessonError",
    "Prediction", "Remembered", "decode", "encode", "link",
]  # fmt: skip

#: What a lesson may show or hide on each page: the name of the control and the title a person sees.
CONTROLS: Mapping[str, Mapping[str, str]] = {page.name: page.groups for page in PAGES.values() if page.groups}
#: Parameters of the address that say how a page is seen, not what it shows: a lesson does not hold them.
VIEWING = ("lesson", "begun", "classroom", "answer", "embed", "embed_options")
#: The longest link that every browser, mail program and chat keeps whole.
MAX_LINK = 2000

_VERSION = 1
_DIGEST = 6
_HEADER = 2 + _DIGEST
_MAX_CONTENT = 20_000
_CUT_OFF = "The link to this lesson was cut off. Copy the whole link and open it again."
_CHANGED = "The link to this lesson was changed on its way. Copy it again from where it was made."
#: What most lessons hold, so that the link need not spell it out. Part of the version: it never changes.
_COMMON = (
    b"What happens to the hidden state of the forget gate when the input gate is still remembered at the last letter? "
    b"Look at unit and step. Which cell keeps the memory longer, the LSTM or the GRU, and why does the Elman RNN "
    b'"what_if":"","network":"Random","Trained","Numbers","hidden_size":"","input_scale":"","seed":"","text":"annabel"'
    b'"unit":"","line":"","step":"","weights","saturation","anatomy","memory","what_if","download","reached"'
    b'{"look_for":"","page":"gates","page":"step_through","prediction":{"check":{"cell":"elman","cell":"gru",'
    b'"cell":"lstm","kind":"remembered","kind":"guess","kind":"above","quantity":"f","step":1,"unit":1,"value":0.5},'
    b'"question":""},"question":"","settings":{"cell":"GRU","cell":"Elman RNN"},"shows":["cell","equations","input",'
    b'"network"],"title":"'
)


class LessonError(ValueError):
    """A link that holds no lesson this version can open, with the reason in one plain sentence."""


@dataclass(frozen=True)
class Prediction:
    """A question the learner answers before the picture is revealed, and what decides the answer in the real run."""

    question: str
    check: Check

    def __post_init__(self) -> None:
        _check_text("question of the prediction", self.question, 200, lines=False, wanted=True)

    def as_dict(self) -> dict[str, Any]:
        """The prediction as plain JSON: how a link holds it, and the player's part of it."""
        return {"question": self.question, "check": {"kind": self.check.kind, **asdict(self.check)}}


@dataclass(frozen=True)
class Lesson:
    """One screen and what a teacher says about it.

    Attributes
    ----------
    page
        The page it is on, by its name in `CONTROLS`.
    settings
        The other parameters of the page's address, as they stand there, several values of one in a tuple; steps and
        units count from 1.
    title, question, look_for
        Markdown of up to 80, 400 and 400 characters; only the last may be empty.
    shows
        The names of the controls the learner sees; the others keep what the settings say.
    prediction
        What is asked before the picture is revealed, if anything is.

    Raises
    ------
    ValueError
        With a sentence for the person who typed.
    """

    page: str
    settings: Mapping[str, str | tuple[str, ...]]
    title: str
    question: str
    look_for: str = ""
    shows: tuple[str, ...] = field(default=())
    prediction: Prediction | None = None

    def __post_init__(self) -> None:
        if self.page not in CONTROLS:
            raise ValueError(f"There is no page “{shorten(self.page)}” to make a lesson of.")
        _check_text("title", self.title, 80, lines=False, wanted=True)
        _check_text("question", self.question, 400, lines=True, wanted=True)
        _check_text("text on what to look for", self.look_for, 400, lines=True, wanted=False)
        for name in self.shows:
            if name not in CONTROLS[self.page]:
                raise ValueError(f"This page has no control “{shorten(name)}” to show.")
        for name, value in self.settings.items():
            if not re.fullmatch(r"[a-z_]{1,30}", name) or name in VIEWING:
                raise ValueError(f"A lesson cannot hold the setting “{shorten(name)}”.")
            for one in value if isinstance(value, tuple) else (value,):
                _check_text(f"setting “{name}”", one, MAX_LINK, lines=False, wanted=False)
        object.__setattr__(self, "shows", tuple(sorted(set(self.shows))))
        if self.prediction is not None:
            self._check_cell(self.prediction.check)

    def cells(self) -> dict[str, Cell]:
        """The cells that the lesson can ask about, by name: those compared side by side, and one's own."""
        found = {cell.name: cell for cell in MAIN}
        own = self.settings.get("cell")
        if isinstance(own, str) and own.startswith(OWN) and (cell := CellChoice("").read(own)) is not None:
            found[cell.name] = cell
        return found

    def _check_cell(self, check: Check) -> None:
        """Refuse a cell that no page shows, and a quantity that it does not have."""
        if "cell" not in vars(check):
            return
        cell = vars(check)["cell"]
        if not isinstance(cell, str) or cell not in (known := self.cells()):
            raise ValueError(f"There is no cell “{shorten(str(cell))}” to ask about.")
        letters = known[cell].program.targets
        if vars(check).get("quantity", letters[0]) not in letters:
            raise ValueError(f"The {known[cell].title} has the quantities {', '.join(letters)} only.")


def link(lesson: Lesson, origin: str) -> str:
    """The whole link, for an app that is served at `origin`.

    Raises
    ------
    ValueError
        With a sentence for the person who typed, when it is not under 2,000 characters.
    """
    whole = f"{origin.rstrip('/')}/{lesson.page}?lesson={encode(lesson)}"
    if len(whole) >= MAX_LINK:
        over = len(whole) - MAX_LINK + 1
        raise ValueError(
            f"The link is {over:,} character{'s' * (over > 1)} too long: it must stay under {MAX_LINK:,}. "
            "Shorten the texts, or what is read."
        )
    return whole


def encode(lesson: Lesson) -> str:
    """The lesson as text of unreserved URL characters: version, then length, checksum and compressed JSON."""
    content: dict[str, Any] = {
        "page": lesson.page,
        "settings": dict(lesson.settings),
        "title": lesson.title,
        "question": lesson.question,
        "look_for": lesson.look_for,
        "shows": list(lesson.shows),
        "prediction": lesson.prediction and lesson.prediction.as_dict(),
    }
    written = {name: value for name, value in content.items() if value}
    packer = zlib.compressobj(9, wbits=-15, zdict=_COMMON)
    packed = packer.compress(json.dumps(written, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode())
    packed += packer.flush()
    return _wrap(packed)


def decode(text: str) -> Lesson:
    """The lesson a link holds.

    Raises
    ------
    LessonError
        With one sentence for whoever opened the link: from another version, cut off, changed, or never a lesson.
    """
    packed = _unwrap(text)
    try:
        written = json.loads(_unpack(packed), parse_constant=_refuse_constant)
    except (ValueError, RecursionError):
        raise LessonError("This lesson cannot be read: what its link holds is not a lesson.") from None
    try:
        return _lesson(written)
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        reason = str(error) if type(error) is ValueError else "A part of it is missing or is not what it should be."
        raise LessonError(f"This lesson cannot be opened. {reason}") from None


def _unwrap(text: str) -> bytes:
    """The compressed part of a link's text, once version, length and checksum are what they should be."""
    match = re.fullmatch(r"([1-9]\d{0,3})-([A-Za-z0-9_-]*)", text, re.ASCII)
    if not match:
        cut = not text or re.fullmatch(r"[1-9]\d{0,3}", text, re.ASCII)
        raise LessonError(_CUT_OFF if cut else _CHANGED)
    version, body = int(match[1]), match[2]
    if version != _VERSION:
        older = version < _VERSION
        raise LessonError(
            f"This lesson was made with {'an older' if older else 'a newer'} version of rnnviz, "
            "which writes its links in another way. Ask whoever made it for a new link."
        )
    try:
        data = urlsafe_b64decode(body + "=" * (-len(body) % 4))
    except ValueError:  # one letter beyond whole bytes
        raise LessonError(_CUT_OFF) from None
    packed = data[_HEADER:]
    if len(data) < _HEADER or len(packed) < int.from_bytes(data[:2]):
        raise LessonError(_CUT_OFF)
    if _wrap(packed) != text:
        raise LessonError(_CHANGED)
    return packed


def _wrap(packed: bytes) -> str:
    """What stands in the link; the checksum over version and content finds accidents, not forgers."""
    digest = sha256(b"%d-%b" % (_VERSION, packed)).digest()[:_DIGEST]
    return f"{_VERSION}-{urlsafe_b64encode(len(packed).to_bytes(2) + digest + packed).rstrip(b'=').decode()}"


def _unpack(packed: bytes) -> str:
    """The text that was compressed, never more of it than a lesson can hold."""
    unpacker = zlib.decompressobj(wbits=-15, zdict=_COMMON)
    try:
        content = unpacker.decompress(packed, _MAX_CONTENT)
    except zlib.error as error:
        raise ValueError(str(error)) from error
    if not unpacker.eof or unpacker.unused_data:
        raise ValueError("more than a lesson holds, or less")
    return content.decode()


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is no JSON")


def _lesson(written: Any) -> Lesson:
    """The lesson that was written as JSON; anything of another form is a `ValueError`, `TypeError` or `KeyError`."""
    prediction = written.pop("prediction", None)
    if prediction is not None:
        question, check = prediction.pop("question"), prediction.pop("check")
        if prediction:
            raise TypeError
        prediction = Prediction(question, CHECKS[check.pop("kind")](**check))
    settings, shows = written.pop("settings", {}), written.pop("shows", [])
    if not isinstance(settings, dict) or not isinstance(shows, list):
        raise TypeError
    settings = {name: tuple(value) if isinstance(value, list) else value for name, value in settings.items()}
    return Lesson(settings=settings, shows=tuple(shows), prediction=prediction, **written)


def _check_text(what: str, text: str, length: int, *, lines: bool, wanted: bool) -> None:
    """Refuse what is no text, too long, missing, or holds characters that no keyboard types."""
    if not isinstance(text, str):
        raise ValueError(f"The {what} must be text.")
    if wanted and not text.strip():
        raise ValueError(f"The {what} is empty; write it first.")
    if len(text) > length:
        raise ValueError(f"The {what} has {len(text):,} characters; up to {length:,} fit.")
    if any(unicodedata.category(character) in ("Cc", "Cs") for character in text.replace("\n", "" if lines else "\n")):
        raise ValueError(
            f"The {what} holds a control character; write it in plain letters{', on one line' * (not lines)}."
        )
