import string
import subprocess
import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as some

from rnnviz.data.names import BOUNDARY, VOCABULARY, encode, fold, load_names, split

NAMES = load_names()


def test_there_are_5163_distinct_names_of_letters_only():
    assert len(NAMES) == len(set(NAMES)) == 5163
    assert set("".join(NAMES)) == set(VOCABULARY[1:])
    assert list(NAMES) == sorted(NAMES)
    assert {"james", "mary"} < set(NAMES)


def test_vocabulary_is_the_boundary_and_the_alphabet():
    assert len(VOCABULARY) == 27
    assert VOCABULARY[0] == BOUNDARY == "·"
    assert "".join(VOCABULARY[1:]) == "abcdefghijklmnopqrstuvwxyz"


def test_encode_puts_the_boundary_at_both_ends():
    assert encode("ann") == (0, 1, 14, 14, 0)
    assert encode("AnN") == encode("ann")
    assert "".join(VOCABULARY[code] for code in encode("zoe")) == "·zoe·"


@pytest.mark.parametrize(
    ("text", "letters"),
    [
        ("José", "jose"),
        ("Jose\N{COMBINING ACUTE ACCENT}", "jose"),
        ("Anne-Marie", "annemarie"),
        ("Anne\N{NON-BREAKING HYPHEN}Marie ", "annemarie"),
        ("Mary\N{NO-BREAK SPACE}Ann", "maryann"),
        ("O’Connor", "oconnor"),
        ("J. R.", "jr"),
        ("Weiß", "weiss"),
        ("WEIẞ", "weiss"),
        ("Ægir", "aegir"),
        ("Øyvind Åse", "oyvindase"),
        ("Łukasz", "lukasz"),
        ("İbrahim Yıldız", "ibrahimyildiz"),
        ("Þóra Guðrún", "thoragudrun"),
        ("Nguyễn", "nguyen"),
        ("Galŀa", "galla"),
        ("\N{KELVIN SIGN}im", "kim"),
        ("Ｊｏｓé", "jose"),
        ("\N{LATIN SMALL LIGATURE FI}ona", "fiona"),
        ("Gal·la", "galla"),
        ("ʿAlī", "ali"),
        ("Nuʾmān", "numan"),
        ("Mary—Ann", "maryann"),
        ("an\N{ZERO WIDTH SPACE}na\N{SOFT HYPHEN}", "anna"),
    ],
)
def test_a_name_of_other_letters_is_read_in_those_from_a_to_z(text, letters):
    assert fold(text) == letters
    assert encode(text) == encode(letters)


#: Accents of the alphabets of Europe and of Vietnam.
_ACCENTS = [chr(code) for code in (*range(0x300, 0x30D), 0x31B, 0x323, 0x326, 0x327, 0x328, 0x331)]


@given(
    some.lists(
        some.tuples(
            some.sampled_from(string.ascii_letters),
            some.lists(some.sampled_from(_ACCENTS), max_size=2).map("".join),
            some.sampled_from(["", "", "", "-", " ", "'", "’", "\N{HYPHEN}"]),
        ),
        min_size=1,
    ),
    some.sampled_from(["NFC", "NFD", "NFKC", "NFKD"]),
)
def test_whatever_accents_are_on_it_and_however_they_are_encoded_the_letters_are_found(parts, form):
    text = unicodedata.normalize(form, "".join(map("".join, parts)))
    assert fold(text) == "".join(letter for letter, *_ in parts).lower()


@given(some.text(min_size=1, max_size=20))
def test_any_text_is_read_or_refused_in_a_sentence_that_can_be_read(text):
    try:
        letters = fold(text)
    except ValueError as error:
        letters = str(error)
        assert letters.endswith(".")
        assert "\\" not in letters.replace("“\\”", "")
    assert letters.isprintable() or "\N{ZERO WIDTH JOINER}" in letters
    assert letters.isascii() or letters.startswith("Character ")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "The name is empty; write at least one of the letters a to z."),
        (" - ", "The name is empty; write at least one of the letters a to z."),
        ("a漢字", "Character 2 of the name, “漢”, is not known; write the letters a to z only."),
        ("zoë1", "Character 4 of the name, “1”, is not known"),
        ("zoe\N{COMBINING DIAERESIS}1", "Character 4 of the name, “1”, is not known"),  # as a person counts
        ("ana😀", "Character 4 of the name, “😀”, is not known"),
        ("ana👨\N{ZERO WIDTH JOINER}👧🏽", "Character 4 of the name, “👨\N{ZERO WIDTH JOINER}👧🏽”, is not known"),
        ("a🇩🇪", "Character 2 of the name, “🇩🇪”, is not known"),
        ("·ann", "Character 1 of the name, “·”, is not known"),
        ("Йван", "Character 1 of the name, “Й”, is not known"),
        ("\N{COMBINING ACUTE ACCENT}a", "Character 1 of the name cannot be seen (combining acute accent);"),
        ("a\N{INVISIBLE SEPARATOR}", "Character 2 of the name cannot be seen (invisible separator);"),
        ("\N{RIGHT-TO-LEFT OVERRIDE}a", "Character 1 of the name cannot be seen (right-to-left override);"),
        ("a\x07", "Character 2 of the name cannot be seen (U+0007);"),
        ("\ue000", "Character 1 of the name cannot be seen (U+E000);"),
    ],
)
def test_what_has_no_such_letters_is_refused_as_a_person_sees_it_or_by_its_name(text, message):
    with pytest.raises(ValueError, match=r"^(The|Character)") as refused:
        encode(text)
    assert message in str(refused.value)


def test_split_is_disjoint_complete_and_fixed_by_its_seed():
    parts = split(NAMES, seed=0)
    assert [len(part) for part in parts] == [4130, 516, 517]
    assert sorted(name for part in parts for name in part) == list(NAMES)
    assert split(NAMES, seed=0) == parts
    assert split(NAMES, seed=1) != parts


def test_module_needs_neither_torch_nor_the_names_package():
    code = "import sys; import rnnviz.data.names; sys.exit(bool({'torch', 'names'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
