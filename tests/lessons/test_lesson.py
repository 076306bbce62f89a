"""A lesson and its link: what goes in comes out, and what was changed on the way does not."""

import json
import re
import string
import zlib
from base64 import urlsafe_b64encode
from dataclasses import fields
from hashlib import sha256
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as some

from rnnviz.cells import CELLS, MAIN
from rnnviz.lessons.checks import CHECKS, Above, GuessChanges, HowLarge, Remembered
from rnnviz.lessons.lesson import _COMMON, CONTROLS, Lesson, LessonError, Prediction, decode, encode, link
from rnnviz.lessons.shipped import LESSONS
from rnnviz.settings import PAGES
from rnnviz.settings.address import read, write
from rnnviz.settings.own_cell import write_own_cell
from rnnviz.ui.lesson_card import screen_of
from tests.own_cells import PEEPHOLE

FORGETTING = Lesson(
    "gates",
    {"text": "anna", "cell": "LSTM", "what_if": "lstm.f=0", "step": "4"},
    "Forgetting",
    "After clamping **the forget gate** to 0, what is left of the first letter?",
    "Look at the *cell state*.",
    ("what_if", "memory"),
    Prediction("Is the first letter still remembered?", Remembered("lstm", 2)),
)

typed = some.characters(exclude_categories=("Cc", "Cs"))
titles = some.text(typed, min_size=1, max_size=80).filter(str.strip)
texts = some.text(typed | some.just("\n"), max_size=400)
steps, units, cells = some.integers(1, 200), some.integers(1, 32), some.sampled_from([cell.name for cell in MAIN])
values = some.floats(-1e6, 1e6) | some.integers(-1000, 1000)
shares = some.floats(0, 1e6) | some.integers(0, 1000)
DRAWN = {"cell": cells, "step": steps, "unit": units, "value": values, "within": shares, "at_least": shares}


@some.composite
def checks(draw):
    """A check of any kind."""
    kind = draw(some.sampled_from(list(CHECKS.values())))
    made = {}
    for name in (one.name for one in fields(kind)):
        known = CELLS[made["cell"]].program.targets if name == "quantity" else ()
        made[name] = draw(some.sampled_from(known) if known else DRAWN[name])
    return kind(**made)


lessons = some.sampled_from(list(CONTROLS)).flatmap(
    lambda page: some.builds(
        Lesson,
        some.just(page),
        some.dictionaries(
            some.text(string.ascii_lowercase + "_", min_size=2, max_size=20).filter(
                lambda name: name not in ("lesson", "begun", "classroom", "answer", "embed", "embed_options")
            ),
            some.text(typed, max_size=50) | some.lists(some.text(typed, max_size=9), min_size=2, max_size=4).map(tuple),
            max_size=5,
        ),
        titles,
        texts.filter(str.strip),
        texts,
        some.lists(some.sampled_from(list(CONTROLS[page])), unique=True).map(tuple),
        some.none() | some.builds(Prediction, titles, checks()),
    )
)


def wrapped(packed, version=1, says=None):
    """Anything as the text of a link, with length and checksum as they should be: what a forger can make."""
    digest = sha256(b"%d-%b" % (version, packed)).digest()[:6]
    data = (len(packed) if says is None else says).to_bytes(2, "big") + digest + packed
    return f"{version}-{urlsafe_b64encode(data).rstrip(b'=').decode()}"


def forged(written):
    packer = zlib.compressobj(9, wbits=-15, zdict=_COMMON)
    text = written if isinstance(written, bytes) else json.dumps(written).encode()
    return wrapped(packer.compress(text) + packer.flush())


def refusal(text):
    with pytest.raises(LessonError, match=r"^[A-Z].+\.$") as refused:
        decode(text)
    assert not re.search(r"Error|Traceback|'[a-z_]+'", str(refused.value))
    return str(refused.value)


@given(lessons)
def test_what_goes_in_comes_out(lesson):
    text = encode(lesson)
    assert quote(text, safe="") == text  # only characters that no link changes
    assert decode(text) == lesson
    assert encode(decode(text)) == text


@pytest.mark.parametrize("lesson", [FORGETTING, *LESSONS], ids=lambda lesson: lesson.title)
def test_every_cut_is_noticed(lesson):
    text = encode(lesson)
    for end in range(len(text)):
        assert "cut off" in refusal(text[:end])


@pytest.mark.parametrize("lesson", [FORGETTING, *LESSONS], ids=lambda lesson: lesson.title)
def test_every_changed_character_is_noticed(lesson):
    text = encode(lesson)
    for place in range(len(text)):
        for other in {"A", "b", "9", "-", "_", ".", "é", "\n"} - {text[place]}:
            refusal(text[:place] + other + text[place + 1 :])
    refusal(text + "A")
    refusal(text + "=")
    refusal(" " + text)


@given(some.text() | some.text(string.ascii_letters + string.digits + "-_").map("1-{}".format))
def test_nothing_but_a_lesson_is_one(text):
    refusal(text)


@given(some.binary(max_size=200))
def test_a_right_checksum_alone_makes_no_lesson(content):
    refusal(wrapped(content))
    refusal(forged(content))


#: A link as it was first written: it opens for ever, and the same lesson is written as it was.
OLD = (
    "1-AHiA2OdRsCRDCVZYIgWlJy1wogTnBS09LOGNN2TxhB4kQIxQPesJScNpmUXwLIORrezRAsgxDaQqOScxtwAYSApaWmjZVUsLlK8NdBRAyQqU"
    "T3NS00rg2RrJJnvsQQ3KcoiEbIKa7pFSK8S3emm2BijRgJGqkQLdDexKkIVKtQA"
)


def test_an_old_link_is_read_and_written_as_ever():
    assert decode(OLD) == FORGETTING
    assert encode(FORGETTING) == OLD


def test_another_version_is_told_by_its_age():
    text = encode(FORGETTING)
    assert "newer version" in refusal("2" + text[1:])
    assert "newer version" in refusal("12-whatever")
    assert "changed" in refusal("0" + text[1:])


PLAIN = {"page": "gates", "title": "T", "question": "Q"}


def test_more_than_a_lesson_is_never_unpacked():
    packer = zlib.compressobj(9, wbits=-15, zdict=_COMMON)
    bomb = packer.compress(json.dumps(PLAIN).encode() + b" " * 50_000_000) + packer.flush()
    assert len(bomb) < 65_536
    assert "not a lesson" in refusal(wrapped(bomb))
    assert "not a lesson" in refusal(forged(b"[" * 15_000))
    assert "not a lesson" in refusal(forged(b"9" * 15_000))


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ([], "missing"),
        ({**PLAIN, "page": "admin"}, "no page “admin”"),
        ({**PLAIN, "page": ["gates"]}, "missing or is not"),
        ({**PLAIN, "extra": 1}, "missing or is not"),
        ({"page": "gates", "title": "T"}, "missing"),
        ({**PLAIN, "title": 5}, "title must be text"),
        ({**PLAIN, "title": ""}, "title is empty"),
        ({**PLAIN, "title": "a\nb"}, "control character"),
        ({**PLAIN, "question": "a\x1bb"}, "control character"),
        ({**PLAIN, "question": "\ud800"}, "control character"),
        ({**PLAIN, "question": "a" * 401}, "401 characters; up to 400 fit"),
        ({**PLAIN, "shows": ["password"]}, "no control “password”"),
        ({**PLAIN, "shows": "memory"}, "missing or is not"),
        ({**PLAIN, "settings": {"embed": "true"}}, "setting “embed”"),
        ({**PLAIN, "settings": {"lesson": "1-"}}, "setting “lesson”"),
        ({**PLAIN, "settings": {"Step": "1"}}, "setting “Step”"),
        ({**PLAIN, "settings": {"step": 5}}, "must be text"),
        ({**PLAIN, "settings": [["step", "5"]]}, "missing or is not"),
        ({**PLAIN, "prediction": "yes"}, "missing or is not"),
        ({**PLAIN, "prediction": {"question": "Q", "check": {"kind": "eval"}}}, "missing or is not"),
    ],
)
def test_a_forged_lesson_is_refused_in_a_sentence(written, said):
    assert said in refusal(forged(written))


@pytest.mark.parametrize(
    ("check", "said"),
    [
        ({"kind": "remembered", "cell": "transformer", "step": 1}, "no cell “transformer”"),
        ({"kind": "remembered", "cell": "lstm", "step": 0}, "a whole number from 1 to 200"),
        ({"kind": "remembered", "cell": "lstm", "step": True}, "a whole number from 1 to 200"),
        ({"kind": "guess", "cell": "lstm", "step": 1.0}, "a whole number from 1 to 200"),
        ({"kind": "guess", "cell": "lstm"}, "missing"),
        ({"kind": "above", "cell": "gru", "quantity": "f", "unit": 1, "step": 1, "value": 0}, "r, z, n, h only"),
        ({"kind": "above", "cell": "gru", "quantity": "z", "unit": 65, "step": 1, "value": 0}, "number from 1 to 64"),
        ({"kind": "above", "cell": "gru", "quantity": "z", "unit": 1, "step": 1, "value": 10**400}, "must be a number"),
        ({"kind": "above", "cell": "gru", "quantity": "z", "unit": 1, "step": 1, "value": "0"}, "must be a number"),
    ],
)
def test_a_forged_check_is_refused_in_a_sentence(check, said):
    assert said in refusal(forged({**PLAIN, "prediction": {"question": "Q", "check": check}}))
    nan = json.dumps({**PLAIN, "prediction": {"question": "Q", "check": {**check, "value": float("nan")}}})
    refusal(forged(nan.encode()))


def test_the_player_gets_a_prediction_as_plain_json():
    assert FORGETTING.prediction.as_dict() == {
        "question": "Is the first letter still remembered?",
        "check": {"kind": "remembered", "cell": "lstm", "step": 2},
    }
    check = Above("lstm", "f", unit=3, step=5, value=0.5)
    assert Prediction("Open?", HowLarge("lstm", "f", 3, 5, 0.1)).as_dict()["check"]["within"] == 0.1
    assert Prediction("Open?", check).as_dict()["check"] == {
        "kind": "above", "cell": "lstm", "quantity": "f", "unit": 3, "step": 5, "value": 0.5,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"title": " "}, "The title is empty; write it first."),
        ({"question": ""}, "The question is empty; write it first."),
        ({"title": "a" * 81}, "The title has 81 characters; up to 80 fit."),
        ({"look_for": "a" * 401}, "The text on what to look for has 401 characters; up to 400 fit."),
    ],
)
def test_what_a_teacher_typed_is_refused_in_a_sentence(wrong, said):
    with pytest.raises(ValueError, match=f"^{re.escape(said)}$"):
        Lesson(**{"page": "gates", "settings": {}, "title": "T", "question": "Q", **wrong})
    with pytest.raises(ValueError, match=r"^The question of the prediction has 201 characters; up to 200 fit\.$"):
        Prediction("a" * 201, GuessChanges("gru", 1))


def test_full_texts_fit_a_link_and_too_much_is_counted():
    words = " ".join(f"The forget gate of unit {k} keeps {k * 37 % 100} percent." for k in range(99))
    full = Lesson("gates", {"text": "annabel", "step": "5"}, words[:80], words[:400], words[400:800], ("what_if",))
    origin = "https://rnnviz.example.org"
    whole = link(full, origin)
    assert whole == f"{origin}/gates?lesson={encode(full)}"
    assert len(whole) < 2000

    kept = whole[len(origin) :]
    longest = "https://" + "a" * (1999 - len(kept) - 8)
    assert len(link(full, longest)) == 1999
    with pytest.raises(ValueError, match="The link is 1 character too long"):
        link(full, longest + "a")
    with pytest.raises(ValueError, match=r"too long: it must stay under 2,000\. Shorten"):
        link(Lesson("gates", {"text": "".join(map(chr, range(0x4E00, 0x5100)))}, "T", "Q"), origin)


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.title)
def test_our_own_lessons_fit_a_link_anywhere(lesson):
    assert decode(encode(lesson)) == lesson
    assert len(link(lesson, "https://a-rather-long-name.of-some-university.example.org/rnnviz")) < 2000
    assert len({other.title for other in LESSONS}) == len(LESSONS)


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.title)
def test_our_own_lessons_are_written_as_the_address_is(lesson):
    page = PAGES[lesson.page]
    found = read(page, screen_of(lesson))
    assert found.refusals == {}
    of_player = {name: [lesson.settings[name]] for name in page.player if name in lesson.settings}
    values = page.of(found.given)
    said = {name: [page.settings[name].write(getattr(values, name))] for name in found.given if name in page.settings}
    assert {**said, **of_player} == screen_of(lesson)
    assert write(page, values).items() <= said.items()


def test_a_lesson_holds_a_cell_of_one_s_own_and_asks_about_it():
    text = write_own_cell(PEEPHOLE)
    above = Above("peephole", "o", 1, 2, 0.5)
    lesson = Lesson("step_through", {"cell": text}, "T", "Q", prediction=Prediction("Is it open?", above))
    assert decode(encode(lesson)) == lesson
    assert len(link(lesson, "https://rnnviz.example.org")) < 2000
    with pytest.raises(ValueError, match="There is no cell “peephole” to ask about"):
        Lesson("step_through", {}, "T", "Q", prediction=Prediction("Is it open?", above))
    with pytest.raises(ValueError, match="The Peephole LSTM has the quantities i, f, g, c, o, h only"):
        Lesson("step_through", {"cell": text}, "T", "Q", prediction=Prediction("?", Above("peephole", "z", 1, 2, 0.5)))
