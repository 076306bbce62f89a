import time
import unicodedata
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as some

from rnnviz.data.own_text import (
    FEWEST,
    LARGEST,
    MOST_SYMBOLS,
    OwnText,
    alphabet_of,
    digest_of,
    parts_of,
    read_file,
    read_pasted,
)
from rnnviz.data.text import encode

ENGLISH = "It was the best of times, it was the worst of times.\n" * 40
#: Text of any script, with emoji, accents in parts, writing from the right, markup, tabs and line ends of all kinds.
LETTERS = some.sampled_from(
    [*"abc é<&>`$*\t", "\n", "\r", "\r\n", "e\u0301", "א", "ب", "\u200f", "日", "😀", "👩\u200d🔬"]
)
TEXTS = some.lists(LETTERS, max_size=60).map(lambda parts: f"{''.join(parts)}ab" * (FEWEST // 2))


def refusal(read, given):
    """The sentence by which something is refused."""
    with pytest.raises(ValueError, match=r"^[A-Z](?s:.*)\.$") as caught:
        read(given)
    return str(caught.value)


@given(TEXTS)
def test_any_text_is_read_whole_with_plain_line_ends_and_composed_characters(text):
    pasted = read_pasted(text)
    plain = "\n".join(text.replace("\r\n", "\n").split("\r"))
    assert pasted.text == unicodedata.normalize("NFC", plain)
    assert read_file(text.encode()) == pasted
    assert read_file(b"\xef\xbb\xbf" + text.encode()).text == pasted.text
    assert any("Line ends" in note for note in pasted.notes) == ("\r" in text)
    assert any("NFC" in note for note in pasted.notes) == (unicodedata.normalize("NFC", plain) != plain)
    assert set(pasted.alphabet) == set(pasted.text) | {"\n"}
    assert "".join(parts_of(pasted.text)) == pasted.text


@given(some.binary(max_size=FEWEST - 1))
def test_any_bytes_too_few_to_learn_from_are_refused_in_a_sentence(data):
    assert refusal(read_file, data)


@given(some.integers(0, len(ENGLISH)), some.characters(min_codepoint=0xA1, max_codepoint=0xFF))
def test_latin_1_is_refused_with_the_byte_its_place_and_the_letter_it_stands_for(place, letter):
    data = (ENGLISH[:place] + letter + " " + ENGLISH[place:]).encode("latin-1")
    line = ENGLISH[:place].count("\n") + 1
    said = refusal(read_file, data)
    assert said.startswith(f"The byte {ord(letter):02X} at place {place + 1:,}, in line {line}, is not UTF-8")
    assert "UTF-8 is accepted" in said
    assert f"“{letter}”" in said or not letter.isprintable()


@given(some.sampled_from(["utf-16", "utf-16-le", "utf-16-be", "utf-32"]), some.booleans())
def test_utf_16_and_32_are_known_with_their_mark_and_without(encoding, accented):
    said = refusal(read_file, (ENGLISH + "é" * accented).encode(encoding))
    assert encoding[:6].upper() in said or encoding == "utf-32"
    assert "UTF-8 is accepted" in said


@pytest.mark.parametrize(
    ("data", "named"),
    [
        (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3", "a PDF"),
        (b"PK\x03\x04\x14\x00", "a ZIP archive"),
        (b"\x89PNG\r\n\x1a\n\x00", "a picture"),
        (ENGLISH.encode()[:100] + b"\0" + ENGLISH.encode(), "byte 00 at place 101"),
        (ENGLISH.encode() + "é".encode()[:1], "ends within a character, at byte C3 at place 2,121"),
        (b"a\xc0\x80" * 1000, "byte C0 at place 2, in line 1"),
        (b"", "empty"),
        (b"abc\0" * 500, "The byte 00 at place 4 stands in no text"),
        (ENGLISH.encode("utf-32-le"), "The byte 00 at place 2 stands in no text"),
        (b"x" * (LARGEST + 1), "1,000,001 bytes"),
        (b"short", "has 5 characters; 1,000 are needed"),
        (b"a" * LARGEST, "All of its 1,000,000 characters are the same one"),
        (b"\n" * LARGEST, "All of its 1,000,000 characters are the same one"),
        (b"\x1b\x07ab\n" * 1000, "2,000 are control characters"),
    ],
)
def test_what_cannot_be_learned_from_is_refused(data, named):
    assert named in refusal(read_file, data)


def test_a_pasted_text_is_refused_as_a_file_is():
    assert "empty" in refusal(read_pasted, "")
    assert refusal(read_pasted, "a\0" + ENGLISH) == "Character 2 is NUL, which no text has. Leave it out."
    assert "Character 2 is only half of one (U+D83D)" in refusal(read_pasted, "a\ud83d" + ENGLISH)
    assert "2,000,002 bytes" in refusal(read_pasted, "é" * (LARGEST + 1))


def test_a_control_character_stays_in_the_text_and_is_unknown():
    found = read_pasted(f"{ENGLISH}\f{ENGLISH}\x1b\tx")
    assert "\f" in found.text
    assert "\t" in found.alphabet
    assert {"\f", "\x1b"}.isdisjoint(found.alphabet)
    assert found.notes == (
        "Control characters stay in the text and are read as unknown: 2 in number, such as U+000C, U+001B.",
    )
    assert Counter(encode(found.text, found.alphabet))[len(found.alphabet)] == 2


@given(some.integers(MOST_SYMBOLS, 600), some.integers(3, 9))
def test_of_too_many_characters_the_rare_are_unknown_and_counted(different, often):
    letters = [chr(0x4E00 + number) for number in range(different)]
    text = "".join(letters) + "".join(letters[: MOST_SYMBOLS - 1]) * often
    found = read_pasted(text)
    assert found.text == text
    assert len(found.alphabet) == MOST_SYMBOLS
    unknown = int((encode(text, found.alphabet) == MOST_SYMBOLS).sum())
    assert unknown == different - (MOST_SYMBOLS - 1)
    assert f"{unknown:,} characters of the text" in found.notes[-1]


def test_a_text_of_which_nearly_nothing_can_be_known_is_refused():
    text = "".join(chr(0x4E00 + number) for number in range(20_000))
    assert "20,000 different characters" in refusal(read_pasted, text)


def test_the_most_accents_that_a_letter_may_have():
    assert read_pasted(("a" + "\u0316\u0301" * 15) * 100).text
    assert "At character 2 there are more than 30 accents" in refusal(read_pasted, "a" + "\u0301\u0316" * 100_000)


@pytest.mark.parametrize(
    "text",
    [
        "ab" * (LARGEST // 2),
        "a" * (LARGEST - 1) + "b",
        "e\u0301" * (LARGEST // 4) + "f",
        "\r" * (LARGEST - 1) + "a",
        "😀é" * 160_000,
    ],
)
def test_the_largest_texts_take_little_work(text):
    before = time.process_time()
    found = read_pasted(text)
    assert len(found.alphabet) <= 3
    assert time.process_time() - before < 5  # of the processor, a hundred times what it takes


def test_nothing_of_a_text_is_in_what_is_printed_of_it():
    found = OwnText("the secret" * 200)
    assert "secret" not in repr(found)
    assert found.digest == digest_of(found.text)
    assert len(found.digest) == 64


def test_the_end_of_a_text_is_held_out():
    learned, held_out = parts_of("a" * 900 + "b" * 100)
    assert (learned, held_out) == ("a" * 900, "b" * 100)


def test_the_alphabet_has_the_end_of_a_line_first_and_then_the_order_of_unicode():
    assert alphabet_of("zebra\tx") == ("\n", "\t", "a", "b", "e", "r", "x", "z")
