"""A lesson's link as it is handed on: to be copied, tried, and taken from a projector as a QR code."""

from __future__ import annotations

from ipaddress import ip_address
from urllib.parse import urlsplit

import segno
import streamlit as st

#: Modules of white around a QR code (ISO/IEC 18004).
_QUIET_ZONE = 4

_COPY = st.components.v2.component(
    "rnnviz_copy",
    html='<button type="button">Copy the link</button> <span role="status"></span>',
    css="""
button {
  font: inherit; color: var(--st-text-color); background: var(--st-background-color); cursor: pointer;
  border: 1px solid var(--st-border-color); border-radius: 0.5rem; padding: 0.4rem 0.75rem; min-height: 2.5rem;
}
button:hover, button:focus-visible { border-color: var(--st-primary-color); }
:host, span { font: inherit; color: var(--st-text-color); }
""",
    js="""
/** Over plain http a browser hands out its clipboard on this computer alone; a selection can still be copied. */
function copySelected(text) {
  const field = document.createElement("textarea");
  field.value = text;
  field.style.position = "fixed";
  document.body.append(field);
  field.select();
  const copied = document.execCommand("copy");
  field.remove();
  return copied;
}

export default ({ data, parentElement }) => {
  const [button, status] = ["button", "span"].map((name) => parentElement.querySelector(name));
  status.textContent = "";
  button.onclick = async () => {
    let copied = false;
    try {
      await navigator.clipboard.writeText(data);
      copied = true;
    } catch {
      copied = copySelected(data);
    }
    button.focus();
    status.textContent = copied ? "Copied." : "This browser does not let it be copied: select the link above.";
  };
};
""",
)


def lesson_link(whole: str) -> None:
    """Draw a link, the ways to hand it on, and a warning where it leads nowhere from another computer."""
    st.code(whole, language=None, wrap_lines=True)
    if only_here(whole):
        st.warning(
            "Only this computer can open this link: it begins with an address that every computer calls itself by. "
            "Open the app by the name or the address under which others reach it, and make the link there.",
            icon=":material/warning:",
        )
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        _COPY(key="copy_lesson", data=whole, width="content", height="content")
        st.link_button("Try it in a new tab", whole, icon=":material/open_in_new:")
    st.markdown(f":small[{len(whole):,} characters. The link holds the whole lesson; nothing is stored.]")
    st.html(f'<img class="qr" src="{qr_code(whole)}" alt="QR code of the link to this lesson, for a phone\'s camera">')


def only_here(whole: str) -> bool:
    """Whether a link names its server as only that computer itself can reach it."""
    host = urlsplit(whole).hostname or ""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        address = ip_address(host)
    except ValueError:
        return False
    return address.is_loopback or address.is_unspecified


def qr_code(text: str) -> str:
    """A QR code of a text as the address of a picture: black on white in any theme, with as few modules as can be."""
    code = segno.make_qr(text, error="l")
    uri: str = code.svg_data_uri(dark="#000", light="#fff", border=_QUIET_ZONE, omitsize=True, encode_minimal=False)
    return uri
