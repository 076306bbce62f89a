"""The address of a page in the browser, kept true without a new entry in the history and without a message.

Streamlit's own way of writing an address from the script adds an entry to the browser's history, so that going back
leads to the address that was just corrected; what it binds to a widget is written by the title a person sees. So a
small component writes the address here, as the player writes its own part of it, and the server's copy is corrected
beside it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from urllib.parse import urlencode

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit.runtime.state import get_session_state

from rnnviz.settings.address import Query

_WRITE = st.components.v2.component(
    "rnnviz_write_address",
    js="""
export default ({ data }) => {
  const address = new URL(location.href);
  for (const [name, texts] of Object.entries(data)) {
    address.searchParams.delete(name);
    for (const text of texts) address.searchParams.append(name, text);
  }
  if (address.href !== location.href) history.replaceState(history.state, "", address);
};
""",
)


#: The browser looks for the place that an address ends in before the page is there, and before pictures above it have
#: their height: so this looks again, until the place has stayed where it is or a person moves it.
_GO_TO = st.components.v2.component(
    "rnnviz_go_to",
    js="""
const MILLISECONDS_APART = 100;
const LOOKS_AT_REST = 40;
const LOOKS_AT_MOST = 600;
const SIGNS = ["wheel", "touchstart", "pointerdown", "keydown"];
const shown = new WeakSet();
export default ({ parentElement }) => {
  if (!location.hash || shown.has(parentElement)) return;
  shown.add(parentElement);
  let looks = 0;
  let atRest = 0;
  const look = () => {
    const place = document.getElementById(location.hash.slice(1));
    const before = place?.getBoundingClientRect().top;
    if (place?.matches(":target")) place.scrollIntoView();
    else if (place) location.replace(location.hash);
    atRest = place && place.getBoundingClientRect().top === before ? atRest + 1 : 0;
    looks += 1;
    if (atRest === LOOKS_AT_REST || looks === LOOKS_AT_MOST) rest();
  };
  const watch = setInterval(look, MILLISECONDS_APART);
  const rest = () => {
    clearInterval(watch);
    for (const sign of SIGNS) removeEventListener(sign, rest);
  };
  for (const sign of SIGNS) addEventListener(sign, rest);
  return rest;
};
""",
)


def go_to_fragment() -> None:
    """Have the browser show the place on the page that its address ends in; call this last."""
    _GO_TO(key="go_to")


def query() -> dict[str, list[str]]:
    """What the address says, as far as the server knows."""
    return {name: st.query_params.get_all(name) for name in st.query_params}


def came_by_history() -> bool:
    """Whether this run was asked for by the browser's Back or Forward."""
    return bool(getattr(get_script_run_ctx(), "is_history_navigation", False))


def write(texts: Mapping[str, Sequence[str]], key: str) -> None:
    """Have the address say this of some names, and nothing of those that have no text."""
    with get_session_state().query_params() as known:
        for name, said in texts.items():
            known.discard_param_no_forward_msg(name)
            if said:
                known.set_with_no_forward_msg(name, list(said) if len(said) > 1 else said[0])
        context = get_script_run_ctx()
        if context is not None:
            context.query_string = urlencode({name: known.get_all(name) for name in known}, doseq=True)
    _WRITE(key=f"address_{key}", data={name: list(said) for name, said in texts.items()})


def with_classroom(address: str, *, classroom: bool) -> str:
    """A link to a page of the app that stays in the classroom, where the reader is in it."""
    return f"{address}{'&' if '?' in address else '?'}classroom=true" if classroom else address


def plain(texts: Query) -> dict[str, str]:
    """The last text of every name."""
    return {name: said[-1] for name, said in texts.items() if said}
