"""What a person types for a number: every usual spelling of it, words that say none, slips, and what is refused."""

import random
import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from num2words import num2words

from rnnviz.data.number_reading import number_of, read, understand
from rnnviz.data.number_spellings import number_said
from rnnviz.data.number_words import LANGUAGES, LARGEST, say, vocabulary, write

NUMBERS = [*range(10_000), *np.random.default_rng(1).integers(LARGEST + 1, size=2_000).tolist(), LARGEST]
#: Any number, short ones as often as long ones.
ANY = st.one_of(st.integers(0, 99), st.integers(0, 9_999), st.integers(0, LARGEST))
EXAMPLE = "such as “ninety-seven thousand four hundred twelve” or 97412."


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_num2words_writes_is_read_as_its_number(language):
    for number in NUMBERS:
        found = understand(num2words(number, lang=language), language)
        assert (found.parts, found.number) == (say(number, language), number)
        assert bool(found.note) == (language == "de" and "einstausend" in num2words(number, lang="de"))


@given(number=ANY, draw=st.randoms(use_true_random=False))
def test_english_may_leave_out_and_hyphens_and_commas_and_begin_with_a(number, draw):
    text = num2words(number, lang="en")
    for sign, other in ((" and ", " "), (",", ""), ("-", " "), ("-", "")):
        if draw.random() < 0.5:
            text = text.replace(sign, other)
    if draw.random() < 0.5:
        text = re.sub(r"^one (?=hundred|thousand)", "a ", text)
    assert understand(shouted(text, draw), "en").number == number


@given(hundreds=st.integers(11, 99).filter(lambda count: count % 10), rest=st.integers(0, 99))
def test_english_and_german_may_count_in_hundreds(hundreds, rest):
    for language, hundred in (("en", " hundred "), ("de", "hundert")):
        tail = num2words(rest, lang=language) if rest else ""
        assert number_of(num2words(hundreds, lang=language) + hundred + tail, language) == 100 * hundreds + rest


@given(number=ANY, draw=st.randoms(use_true_random=False))
def test_german_may_do_without_umlauts_and_say_und_and_no_ein(number, draw):
    text = num2words(number, lang="de")
    if draw.random() < 0.5:
        text = re.sub("^ein(?=hundert|tausend)", "", text)
    if draw.random() < 0.5:
        text = text.replace("einstausend", "eintausend")
    if draw.random() < 0.5:
        text = text.replace("ß", "ss").replace("ü", "ue").replace("ö", "oe")
    if draw.random() < 0.5:
        text = text.replace("zwei", "zwo").replace("zwozig", "zweizig")
    if draw.random() < 0.5:
        text = re.sub("(?<=hundert)(?=[a-zß-ü])(?!tausend|und)|(?<=tausend)(?=[a-zß-ü])(?!und)", "und", text)
    if draw.random() < 0.5:
        text = re.sub("(?<=hundert)(?=.)|(?<=tausend)(?=.)", draw.choice(" -"), text)
    assert understand(shouted(text, draw), "de").number == number


@given(number=ANY, draw=st.randoms(use_true_random=False))
def test_french_may_be_of_any_spelling_and_of_belgium_or_switzerland(number, draw):
    text = num2words(number, lang=draw.choice(["fr", "fr_BE", "fr_CH"]))
    match draw.choice(["traditional", "hyphens", "gaps"]):
        case "hyphens":
            text = text.replace(" ", "-")
        case "gaps":
            text = text.replace("-", " ")
    if draw.random() < 0.3:
        text = text.replace("cents", "cent").replace("vingts", "vingt")
    if draw.random() < 0.3:
        text = re.sub("^mille", "mil", text).replace("zéro", "zero")
    found = understand(shouted(text, draw), "fr")
    assert found.number == number
    assert bool(found.note) == (squeezed(text) != squeezed(num2words(number, lang="fr")))


def shouted(text, draw):
    """The same with other capitals and gaps."""
    text = draw.choice([str, str.upper, str.capitalize])(text)
    return draw.choice(["{}", "  {} ", "{}.", "\u200b{}"]).format(text)


def squeezed(text):
    return re.sub("[ -]", "", text)


@pytest.mark.parametrize(
    ("typed", "language", "number", "read_as"),
    [
        ("a hundred", "en", 100, "one hundred"),
        ("hundred and five", "en", 105, "one hundred five"),
        ("A thousand", "en", 1_000, "one thousand"),
        ("a hundred thousand", "en", 100_000, "one hundred thousand"),
        ("twelve hundred", "en", 1_200, "one thousand two hundred"),
        ("hundertdreiundzwanzig", "de", 123, "einhundertdreiundzwanzig"),
        ("einhundert und drei", "de", 103, "einhundertdrei"),
        ("tausendundeins", "de", 1_001, "eintausendeins"),
        ("fuenfunddreissig", "de", 35, "fünfunddreißig"),
        ("zwölfhundert", "de", 1_200, "eintausendzweihundert"),
        ("zwo", "de", 2, "zwei"),
        ("septante", "fr", 70, "soixante-dix"),
        ("huitante et un", "fr", 81, "quatre-vingt-un"),
        ("octante", "fr", 80, "quatre-vingts"),
        ("nonante-neuf", "fr", 99, "quatre-vingt-dix-neuf"),
        ("mil neuf cent", "fr", 1_900, "mille neuf cents"),
        ("onze cents", "fr", 1_100, "mille cent"),
        ("vingt-et-une", "fr", 21, "vingt et un"),
    ],
)
def test_another_spelling_is_read_and_said_to_be(typed, language, number, read_as):
    found = understand(f" {typed} ", language)
    assert (found.number, found.parts) == (number, say(number, language))
    assert found.note == f"“{typed}” was read as “{read_as}”."


@pytest.mark.parametrize(
    ("typed", "language"),
    [
        ("one hundred and five", "en"), ("one hundred & five", "en"),
        ("Ninety-Seven thousand, four hundred and TWELVE", "en"), ("twentyone", "en"),
        ("zwei hundert", "de"), ("ZWEI-und-ZWANZIG", "de"), ("DREIẞIG", "de"),
        ("vingt-et-un", "fr"), ("deux-cent-trois-mille", "fr"), ("quatre vingt dix sept", "fr"), ("ｓｉｘ", "fr"),
    ],
)  # fmt: skip
def test_of_capitals_hyphens_gaps_and_what_may_be_left_out_nothing_is_said(typed, language):
    assert understand(typed, language).number is not None
    assert understand(typed, language).note == ""


@given(data=st.data())
def test_words_that_say_no_number_are_read_as_they_are(data):
    language = data.draw(st.sampled_from(sorted(LANGUAGES)))
    words = tuple(data.draw(st.lists(st.sampled_from(vocabulary(language)[1:]), min_size=1, max_size=8)))
    number = number_said(words, language)
    for text in (" ".join(words), write(words, language)):
        found = understand(text, language)
        assert found.number == number
        assert found.parts == (words if number is None else say(number, language))


@pytest.mark.parametrize(
    ("typed", "language"),
    [
        ("six six hundred", "en"), ("twenty hundred", "en"), ("hundred hundred", "en"), ("nineteen ninety-nine", "en"),
        ("zero one", "en"), ("thousand thousand", "en"), ("einundeins", "de"), ("zwanzig und eins", "de"),
        ("zwei zehn", "de"), ("six six cents", "fr"), ("vingt quatre vingt", "fr"), ("dix cents", "fr"), ("et", "fr"),
    ],
)  # fmt: skip
def test_such_words_say_no_number(typed, language):
    assert understand(typed, language).number is None


@given(number=ANY, language=st.sampled_from(sorted(LANGUAGES)), seed=st.integers(0, 10**6))
def test_a_slip_gets_a_hint(number, language, seed):
    words = re.split("[ ,-]+", num2words(number, lang=language))
    place = seed % len(words)
    wrong = slipped(words[place], random.Random(seed))
    typed = " ".join([*words[:place], wrong, *words[place + 1 :]])
    try:
        read(typed, language)  # another word of the language, or of its usual spellings
    except ValueError as error:
        said = str(error)
    else:
        return
    if "it is one in" not in said and len(words[place]) > 3 and number_of(words[place], language) is not None:
        assert f"“{write(say(number_of(words[place], language), language), language)}”" in said
        assert "did you mean “" in said


def slipped(word, draw):
    """A word with a letter too many, too few, another, or two in each other's place."""
    place = draw.randrange(len(word))
    letter = draw.choice("abcdefghijklmnopqrstuvwxyz")
    swapped = word[place + 1 : place + 2] + word[place : place + 1]
    rest = word[place + 1 :]
    return word[:place] + draw.choice([letter + word[place:], rest, letter + rest, swapped + rest[1:]])


@pytest.mark.parametrize(
    ("typed", "language", "hint"),
    [
        ("thirteeen", "en", "thirteen"), ("ninty seven", "en", "ninety"), ("fourty", "en", "forty"),
        ("dreisig", "de", "dreißig"), ("funf", "de", "fünf"), ("dreiundzwanzg", "de", "dreiundzwanzig"),
        ("soisante", "fr", "soixante"), ("vignt", "fr", "vingt"), ("quatre vingt dxi", "fr", "dix"),
    ],
)  # fmt: skip
def test_a_near_miss_is_asked_about(typed, language, hint):
    with pytest.raises(ValueError, match=f"number word up to 999,999; did you mean “{hint}”"):
        read(typed, language)


@pytest.mark.parametrize(
    ("typed", "language", "sentence"),
    [
        ("", "en", f"Type a number in English words, {EXAMPLE}"),
        ("banana", "fr", "“banana” is no French number word up to 999,999; type a number in French words"),
        ("twenty vier", "en", "“vier” is no English number word up to 999,999 (it is one in German); type"),
        ("siebenundneunzig", "en", "“siebenundneunzig” is no English number word up to 999,999 (it is one in German)"),
        ("one million", "en", "“million” is no English number word"),
        ("eine Million", "de", "“million” is no German number word"),
        ("minus five", "en", "“minus” is no English number word"),
        ("a six", "en", "“a” is no English number word"),
        ("a", "en", "“a” is no English number word"),
        ("a", "fr", "“a” is no French number word up to 999,999; type"),
        ("IV", "en", "“iv” is no English number word"),
        ("one " * 500, "en", "That is 500 words; at most 24 can be read."),
        ("x" * 5000, "en", f"“{'x' * 39}…” is no English number word"),
        ("and", "en", f"“and” holds no number word; type a number in English, {EXAMPLE}"),
        ("…", "en", "is no English number word"),
    ],
)
def test_what_cannot_be_read_is_named_with_what_can(typed, language, sentence):
    with pytest.raises(ValueError, match=re.escape(sentence)):
        read(typed, language)
    assert number_of(typed, language) is None


@given(text=st.text(max_size=60), language=st.sampled_from(sorted(LANGUAGES)))
def test_whatever_is_typed_is_read_or_refused_in_a_sentence(text, language):
    try:
        found = understand(text, language)
    except ValueError as error:
        said, parts = str(error), set()
    else:
        said, parts = found.note or ".", set(found.parts)
    assert said[-1] in ".?"
    assert parts <= set(vocabulary(language)[1:])


@pytest.mark.parametrize(
    ("typed", "language", "number"),
    [
        ("100 thousand", "en", 100_000),
        ("5 hundred and 3", "en", 503),
        ("20 tausend", "de", 20_000),
        ("12 mille", "fr", 12_000),
        ("“five”", "en", 5),
        ("(seven);", "en", 7),
        ("„zwölf“,", "de", 12),
    ],
)
def test_numerals_among_words_and_what_stands_around_them_are_read(typed, language, number):
    found = understand(typed, language)
    assert found.number == number
    assert found.parts == say(number, language)
