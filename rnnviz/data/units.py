"""Units beside numbers in cells of tables: signs of money, shares, and the units of measurement."""

from __future__ import annotations

import re
from collections.abc import Mapping

#: Signs and codes of money, each by what it is called; they stand before or after a number.
_MONEY = {"$": "dollars", "€": "EUR", "£": "GBP", "¥": "¥", "₹": "INR"} | {
    code: code for code in ("USD", "EUR", "GBP", "CHF", "JPY", "INR")
}
#: Units of measurement that take the prefixes of the SI, and those that take none.
_METRIC = "m|g|s|t|L|l|K|N|Hz|Pa|bar|V|W|Wh|J|eV|Ω|Bq|Sv|mol|cal"
_OTHER = (
    "A|mA|kA|h|hr|hrs|min|sec|d|°C|°F|C°|F°|°|%|‰|ppm|ppb|ppt|psi|atm|mmHg|dB|dBm|mph|kmh|kph|kn|kt|kts|bpm|rpm|"
    "in|ft|yd|mi|lb|lbs|oz|gal|ha|cfs|kB|MB|GB|TB|pcs|px|VA|kVA|IU"
)
_POWER = "(?:[²³23](?![0-9]))?"
_SIMPLE = rf"(?:[nµμumcdhkMGT]?(?:{_METRIC})|{_OTHER}){_POWER}"
_CODES = "|".join(map(re.escape, _MONEY))
_BEFORE = re.compile(rf"([+-]?)\s?({_CODES})\s?(?=[\d.,+-])")
_AFTER = re.compile(rf"(?<=[\d.,])\s?({_CODES}|°\s[CF]|{_SIMPLE}(?:[/·*]{_SIMPLE})*)$")
#: Units that are written in two ways.
_SAME: Mapping[str, str] = {"C°": "°C", "F°": "°F", "° C": "°C", "° F": "°F", **_MONEY}


def parted(cell: str) -> tuple[str, str]:
    """A cell without the unit that stands before or after a number, and the unit; "" where none does."""
    before = _BEFORE.match(cell)
    rest = before[1] + cell[before.end() :] if before else cell
    after = _AFTER.search(rest)
    unit = after[1] if after else before[2] if before else ""
    return rest[: after.start()] if after else rest, _SAME.get(unit, unit.replace("μ", "µ"))
