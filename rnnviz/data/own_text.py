"""A text of one's own: what may be learned from, how it is read, and what is refused, each in a sentence."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import sha256

from rnnviz.data.text import BEGINNING

#: The largest text, in bytes of UTF-8: 1 MB.
LARGEST = 1_000_000
#: The fewest characters that can be learned from.
FEWEST = 1000
#: One in so many characters is held out to measure on, at the end of the text; at most so many of them.
ONE_IN, MOST_HELD_OUT = 10, 16_000
#: So many different characters can be known; of those that are rarer each reads as unknown.
MOST_SYMBOLS = 256
#: So much of a text may be control characters, and so much may be unknown.
_MOST_CONTROLS, _MOST_UNKNOWN = 0.05, 0.5
#: A text of UTF-16 without a mark has a zero in every second byte of a Western letter: so many of all bytes at least,
#: and so few in the others beside them.
_ZEROS_OF_UTF_16, _ZEROS_BESIDE = 0.3, 0.1

#: So many accents may be on one letter, as in Unicode's stream-safe text: ordering more takes time by their square.
_MOST_MARKS = 30

#: How files of other encodings begin; that of UTF-32 first, since it begins as UTF-16 does.
_MARKS = {
    b"\xff\xfe\x00\x00": "UTF-32",
    b"\x00\x00\xfe\xff": "UTF-32",
    b"\xff\xfe": "UTF-16",
    b"\xfe\xff": "UTF-16",
}
#: How files begin that hold more than text, and what such a file is.
_SIGNATURES = {
    b"%PDF-": "a PDF",
    b"PK\x03\x04": "a ZIP archive, as the documents of Word and LibreOffice are",
    b"\xd0\xcf\x11\xe0": "a document of an older Microsoft Office",
    b"{\\rtf": "a document in rich text format (RTF)",
    b"\x1f\x8b": "compressed (gzip)",
    b"\x89PNG": "a picture (PNG)",
    b"\xff\xd8\xff": "a picture (JPEG)",
    b"GIF87a": "a picture (GIF)",
    b"GIF89a": "a picture (GIF)",
    b"\x7fELF": "a program",
}
_ACCEPTED = "Plain text in UTF-8 is accepted: save it as that."


@dataclass(frozen=True)
class OwnText:
    """A text that can be learned from.

    Attributes
    ----------
    text
        Its characters: with plain line ends, and composed (NFC). They are not in what is printed of it.
    notes
        Sentences about what was changed or is not known.
    """

    text: str = field(repr=False)
    notes: tuple[str, ...] = ()

    @cached_property
    def digest(self) -> str:
        """The name of the text, which no other text has, and which nobody can guess who has not the text."""
        return digest_of(self.text)

    @cached_property
    def alphabet(self) -> tuple[str, ...]:
        """The characters that can be known of it."""
        return alphabet_of(self.text)


def digest_of(text: str) -> str:
    """The name of a text: its SHA-256 in hexadecimal digits."""
    return sha256(text.encode()).hexdigest()


def alphabet_of(text: str) -> tuple[str, ...]:
    """The characters of a text that a network can know: the end of a line, and then in the order of Unicode.

    Of more than `MOST_SYMBOLS` these are the most frequent. Control characters but the tab are never known.
    """
    counts = Counter(text)
    able = [one for one in counts if one != BEGINNING and not _is_control(one)]
    able.sort(key=lambda one: (-counts[one], one))
    return BEGINNING, *sorted(able[: MOST_SYMBOLS - 1])


def parts_of(text: str) -> tuple[str, str]:
    """What is learned from, and what is held out: the end."""
    cut = len(text) - min(len(text) // ONE_IN, MOST_HELD_OUT)
    return text[:cut], text[cut:]


def read_file(data: bytes) -> OwnText:
    """The text of a file.

    Raises
    ------
    ValueError
        With a sentence that names what cannot be used, its place, and what is accepted.
    """
    _check_size(len(data))
    for mark, encoding in _MARKS.items():
        if data.startswith(mark):
            raise ValueError(f"The file begins with the bytes {_hexadecimal(mark)}: it is {encoding}. {_ACCEPTED}")
    for signature, kind in _SIGNATURES.items():
        if data.startswith(signature):
            raise ValueError(f"The file is {kind}: it holds more than characters. {_ACCEPTED}")
    _check_zeros(data)
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        raise ValueError(_not_utf_8(data, error)) from None
    return _understood(text)


def read_pasted(text: str) -> OwnText:
    """A text that was typed or pasted.

    Raises
    ------
    ValueError
        With a sentence that names what cannot be used, its place, and what is accepted.
    """
    try:
        data = text.encode()
    except UnicodeEncodeError as error:
        half = f"U+{ord(text[error.start]):04X}"
        raise ValueError(
            f"Character {error.start + 1:,} is only half of one ({half}). Paste the text once more."
        ) from None
    _check_size(len(data))
    if (place := text.find("\0")) >= 0:
        raise ValueError(f"Character {place + 1:,} is NUL, which no text has. Leave it out.")
    return _understood(text)


def _check_size(size: int) -> None:
    if not size:
        raise ValueError("There is no text: it is empty.")
    if size > LARGEST:
        raise ValueError(f"A text may be up to 1 MB long ({LARGEST:,} bytes in UTF-8); this one has {size:,} bytes.")


def _check_zeros(data: bytes) -> None:
    """Refuse a file with a byte 0, which no text in UTF-8 has."""
    place = data.find(0)
    if place < 0:
        return
    zeros = sorted((data[0::2].count(0), data[1::2].count(0)))
    if zeros[1] > _ZEROS_OF_UTF_16 * len(data) and zeros[0] < _ZEROS_BESIDE * zeros[1]:
        raise ValueError(
            f"Most second bytes are 0, the first at place {place + 1:,}: it seems to be UTF-16. {_ACCEPTED}"
        )
    raise ValueError(f"The byte 00 at place {place + 1:,} stands in no text: the file is binary. {_ACCEPTED}")


def _not_utf_8(data: bytes, error: UnicodeDecodeError) -> str:
    byte, place = f"{data[error.start]:02X}", error.start + 1
    line = data.count(b"\n", 0, error.start) + 1
    if error.reason == "unexpected end of data":
        return (
            f"The file ends within a character, at byte {byte} at place {place:,}: a part of it is missing. {_ACCEPTED}"
        )
    meant = data[error.start : error.start + 1].decode("cp1252", "replace")
    if not meant.isprintable() or meant == "\N{REPLACEMENT CHARACTER}":
        return f"The byte {byte} at place {place:,}, in line {line:,}, is not UTF-8. {_ACCEPTED}"
    return (
        f"The byte {byte} at place {place:,}, in line {line:,}, is not UTF-8; in Latin-1 or Windows-1252 it would be "
        f"“{meant}”. {_ACCEPTED}"
    )


def _understood(given: str) -> OwnText:
    """A text as it is learned from, with what was changed."""
    notes = []
    text = given.removeprefix("\N{ZERO WIDTH NO-BREAK SPACE}")
    if text != given:
        notes.append("The byte order mark at its beginning was left out.")
    if ends := text.count("\r"):
        text = text.replace("\r\n", "\n").replace("\r", "\n")
        notes.append(f"Line ends of Windows or of an old Macintosh, {ends:,} in number, are plain line ends now.")
    _check_marks(text)
    composed = unicodedata.normalize("NFC", text)
    if composed != text:
        notes.append(
            "A letter and its accent are one character (Unicode's composed form, NFC): the text had "
            f"{len(text):,} characters, and has {len(composed):,} now."
        )
    if lost := composed.count("\N{REPLACEMENT CHARACTER}"):
        notes.append(
            f"Another program has put “\N{REPLACEMENT CHARACTER}” in the place of what it could not read, {lost:,} "
            "times."
        )
    if len(composed) < FEWEST:
        raise ValueError(
            f"The text has {len(composed):,} characters; {FEWEST:,} are needed, since a tenth of it is held out, and "
            "nothing can be measured on less than 100 characters."
        )
    return OwnText(composed, (*notes, *_about_symbols(composed)))


def _check_marks(text: str) -> None:
    marks = "".join(re.escape(one) for one in set(text) if unicodedata.combining(one))
    if marks and (found := re.search(f"[{marks}]{{{_MOST_MARKS + 1}}}", text)):
        raise ValueError(
            f"At character {found.start() + 1:,} there are more than {_MOST_MARKS} accents on one letter: no writing "
            "has so many."
        )


def _about_symbols(text: str) -> list[str]:
    """Sentences about characters that cannot be known.

    Raises
    ------
    ValueError
        When there is nothing to learn from those that can.
    """
    counts = Counter(text)
    if len(counts) == 1:
        raise ValueError(f"All of its {len(text):,} characters are the same one: there is nothing to predict.")
    controls = [one for one in counts if _is_control(one)]
    if (number := sum(counts[one] for one in controls)) > _MOST_CONTROLS * len(text):
        raise ValueError(f"Of its {len(text):,} characters {number:,} are control characters: this is no plain text.")
    known = set(alphabet_of(text))
    rare = [one for one in counts if one not in known and not _is_control(one)]
    unknown = sum(counts[one] for one in rare)
    if unknown > _MOST_UNKNOWN * len(text):
        raise ValueError(
            f"The text has {len(counts):,} different characters. The {MOST_SYMBOLS} most frequent of them, which a "
            "network can know here, make up less than half of the text."
        )
    if known.isdisjoint(parts_of(text)[1]):
        raise ValueError("The end of the text, which is held out to measure on, has no character that can be known.")
    notes = []
    if controls:
        kinds = ", ".join(f"U+{ord(one):04X}" for one in sorted(controls)[:5])
        notes.append(
            f"Control characters stay in the text and are read as unknown: {number:,} in number, such as {kinds}."
        )
    if rare:
        notes.append(
            f"The text has {len(counts):,} different characters. The {MOST_SYMBOLS} most frequent are known; the "
            f"other {len(rare):,}, {unknown:,} characters of the text or {unknown / len(text):.1%}, stay in it and are "
            "read as unknown."
        )
    return notes


def _is_control(character: str) -> bool:
    return unicodedata.category(character) == "Cc" and character not in "\n\t"


def _hexadecimal(data: bytes) -> str:
    return data.hex(" ").upper()
