"""From the address of a page to its values, and from its values to its address.

An address holds names that belong to no language, ``cell=gru&view=decode``; the titles that older links hold are read
as well, in any case. What an address says that a page cannot be is refused in one sentence each.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlencode

from rnnviz.settings.kinds import Setting, shorten
from rnnviz.settings.page import Page

#: What an address says: the texts of every name, in their order.
Query = Mapping[str, Sequence[str]]


@dataclass(frozen=True)
class Found:
    """What an address says of a page.

    Attributes
    ----------
    given
        What it sets, by name; nothing that the page could not be.
    refusals
        By the name of a setting, a sentence about what it cannot be.
    """

    given: Mapping[str, Any]
    refusals: Mapping[str, str]


def read(page: Page, query: Query, kept: Mapping[str, Any] | None = None) -> Found:
    """What an address says of a page; `kept` is what the page was set to before, where the address says nothing."""
    known, given, refusals = SimpleNamespace(), {}, {}
    settings = page.all_settings
    for name, setting in settings.items():
        here = setting.at(known)
        value = (kept or {}).get(name)
        if name not in query and here.unsaid is not None and query.keys() & settings:
            value = given[name] = here.unsaid
        if name in query:
            value = None
            try:
                value = given[name] = _value(name, here, query[name])
            except ValueError as error:
                refusals[name] = str(error)
        setattr(known, name, here.settled(value))
    return Found(given, refusals)


def _value(name: str, setting: Setting, texts: Sequence[str]) -> Any:
    """The value that the texts of a name stand for.

    Raises
    ------
    ValueError
        With the sentence that refuses them.
    """
    called = name.replace("_", " ")
    if not setting.several and len(texts) > 1:
        listed = " and ".join(f"“{shorten(text)}”" for text in texts[:2])
        raise ValueError(f"The link asks for {called} {len(texts)} times, {listed}; it can be asked for once.")
    values = []
    for text in texts if setting.several else texts[-1:]:
        if setting.several and not text:
            continue
        value = setting.read(text)
        if value is None:
            raise ValueError(f"The link asks for {called} “{shorten(text)}”; it can be {setting.accepts}.")
        values.append(value)
    return setting.gathered(values)


def write(page: Page, values: Any, names: Iterable[str] | None = None) -> dict[str, list[str]]:
    """The texts of an address under which a page has values: of what matters and is not what no text would mean.

    With `names` only of these.
    """
    known, texts = SimpleNamespace(), {}
    wanted = None if names is None else set(names)
    for name, setting in page.settings.items():
        here, value = setting.at(known), getattr(values, name)
        setattr(known, name, value)
        standard = here.unsaid is None and value == here.default
        if not standard and here.matters(known) and (wanted is None or name in wanted):
            texts[name] = [here.write(one) for one in value] or [""] if here.several else [here.write(value)]
    return texts


def link(page: Page, **given: Any) -> str:
    """The address of a page, relative to any other, on which some settings have these values."""
    query = urlencode(write(page, page.of(given)), doseq=True)
    return f"{page.name}?{query}" if query else page.name
