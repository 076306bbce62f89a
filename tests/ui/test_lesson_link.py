"""How a lesson's link is handed on."""

import re
from urllib.parse import unquote

import pytest
import segno
from hypothesis import given
from hypothesis import strategies as some

from rnnviz.lessons.lesson import link
from rnnviz.lessons.shipped import LESSONS
from rnnviz.ui.lesson_link import only_here, qr_code

NAMES = some.from_regex(r"[a-z][a-z0-9-]{0,20}\.(edu|example\.org|local)", fullmatch=True)


@given(
    some.ip_addresses(v=4, network="127.0.0.0/8").map(str)
    | some.sampled_from(["localhost", "LOCALHOST", "me.localhost", "[::1]", "[0:0:0:0:0:0:0:1]", "0.0.0.0", "[::]"]),
    some.sampled_from(["", ":8501"]),
)
def test_a_link_to_this_computer_is_known(host, port):
    assert only_here(f"http://{host}{port}/gates?lesson=1-a")


@given(
    NAMES
    | some.ip_addresses(v=4, network="192.168.0.0/16").map(str)
    | some.ip_addresses(v=6, network="2001:db8::/32").map("[{}]".format)
    | some.sampled_from(["localhost.example.org", "notlocalhost", "school"]),
    some.sampled_from(["http", "https"]),
)
def test_any_other_is_not(host, scheme):
    assert not only_here(f"{scheme}://{host}/gates?lesson=localhost")


@pytest.mark.parametrize("text", [link(LESSONS[0], "http://localhost:8501"), "https://example.org/" + "a" * 1979])
def test_a_qr_code_is_black_on_white_with_its_quiet_zone(text):
    picture = unquote(qr_code(text))
    modules = segno.make_qr(text, error="l").symbol_size(border=0)[0]
    assert re.search(rf'viewBox=["\']0 0 {modules + 8} {modules + 8}["\']', picture)
    assert set(re.findall(r"#[0-9a-f]{3,6}", picture)) == {"#000", "#fff"}
