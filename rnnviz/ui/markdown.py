"""A stranger's Markdown, made safe to show: emphasis, code and lists stay, everything else is text."""

from __future__ import annotations

import re

#: No width and no word character: what stands on both sides of it no longer makes an address, an icon or an emoji.
_JOINER = "\N{WORD JOINER}"
#: A sign that was escaped, a sign that could start more than emphasis or a list, or the start of an address.
_SIGN = r"\\(?P<escaped>[!-/:-@\[-`{-~])|(?P<sign>[\\\[\]<>:$&@#=|`])|www"
_CODE = r"(?<!`)(?P<code>(?P<ticks>`+)(?:[^`|\n]|[^`|\n][^|\n]*?[^`|\n])(?P=ticks)(?!`))"
_SIGNS = re.compile(_SIGN, re.IGNORECASE)
_CODE_AND_SIGNS = re.compile(f"{_CODE}|{_SIGN}", re.IGNORECASE)
_UNDERLINE = re.compile(r"^(\s*)-(?=[-\s]*$)", re.MULTILINE)


#: Whatever means something to Markdown within a line, and to Streamlit's own additions to it.
_ANY = re.compile(r"(?P<sign>[\\\[\]<>$&@#=|`*_~^]|:(?=\S))|www", re.IGNORECASE)


def plain(text: str) -> str:
    """Text of a stranger on one line, as Markdown that shows it to the letter."""
    return _ANY.sub(_as_text, " ".join(text.splitlines()))


def escaped(text: str) -> str:
    """Markdown in which nothing links, embeds, heads, typesets or colours.

    Streamlit looks for addresses, icons and emoji in text that is already parsed, where a backslash is gone: so a
    colon, an @ and a www are parted from what follows by a word joiner. Code stays code only where every line closes
    what it opens; elsewhere it would depend on paragraphs and lists where it ends.
    """
    closed = not any(match["sign"] == "`" for match in _CODE_AND_SIGNS.finditer(text))
    return _UNDERLINE.sub(r"\1\\-", (_CODE_AND_SIGNS if closed else _SIGNS).sub(_as_text, text))


def _as_text(match: re.Match[str]) -> str:
    found = match.groupdict()
    if found.get("code"):
        return match[0]
    sign = found.get("escaped") or found["sign"]
    return f"\\{sign}{_JOINER * (sign in ':@')}" if sign else f"{match[0]}{_JOINER}"
