"""A stranger's Markdown: what stays and what becomes text. The browser tests look at how Streamlit draws it."""

import pytest

from rnnviz.ui.markdown import escaped

J = "\N{WORD JOINER}"


@pytest.mark.parametrize(
    "text", ["plain", "**bold** and *italics*", "- one\n- two", "1. one", "a `code[0]:x` b", "``a`b``"]
)
def test_emphasis_code_and_lists_stay(text):
    assert escaped(text) == text


@pytest.mark.parametrize(
    ("text", "safe"),
    [
        ("[a](b)", r"\[a\](b)"),
        ("![a](b)", r"!\[a\](b)"),
        ("<b>", r"\<b\>"),
        ("$x$", r"\$x\$"),
        (":red[a]", rf"\:{J}red\[a\]"),
        ("http://a", rf"http\:{J}//a"),
        ("www.a WWW.a", f"www{J}.a WWW{J}.a"),
        ("a@b.c", rf"a\@{J}b.c"),
        ("# a", r"\# a"),
        ("a\n===", "a\n\\=\\=\\="),
        ("a\n---", "a\n\\---"),
        ("|a|", r"\|a\|"),
        ("&colon;", r"\&colon;"),
        (r"\[a](b)", r"\[a\](b)"),  # what was escaped stays so, and is not undone by a second backslash
        (r"\\[a](b)", r"\\\[a\](b)"),
        (r"www\.a http\://a", rf"www{J}\.a http\:{J}//a"),
    ],
)
def test_everything_else_is_text(text, safe):
    assert escaped(text) == safe


@pytest.mark.parametrize(
    "text",
    [
        "`a\n` [b](c) `",  # the span may end on the next line
        "`a\n- ` [b](c) `",  # or not, where that line is a list
        "| ` | [b](c) ` |",  # a cell of a table ends it
        "\\` [b](c) `",  # it never began
        "`` [b](c) `",
    ],
)
def test_what_may_not_be_code_is_text(text):
    assert r"\[b\](c)" in escaped(text)
