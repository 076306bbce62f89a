"""Lessons as their reader meets them: opened from a link, with what they show and what they hide."""

import re
from pathlib import Path

import pytest

from rnnviz.lessons.checks import LooksMost
from rnnviz.lessons.lesson import CONTROLS, Lesson, Prediction, encode
from rnnviz.lessons.path import PATH, place_of
from rnnviz.lessons.shipped import LESSONS
from rnnviz.settings import PAGES
from rnnviz.ui.lesson_card import path_stops
from tests.pages.visit import visit

ALL = tuple(CONTROLS["step_through"])
RANDOM = {"cell": "GRU", "network": "Random", "text": "ada", "seed": "7"}


@pytest.fixture
def open_lesson():
    def open_lesson(lesson, **more):
        return visit("step_through", lesson=lesson if isinstance(lesson, str) else encode(lesson), **more)

    return open_lesson


def of_step_through(shows=ALL, **settings):
    return Lesson("step_through", {**RANDOM, **settings}, "The title", "The *question*", "What to see", shows)


def keys(page):
    kinds = ("button_group", "text_input", "number_input", "selectbox")
    return {widget.key for kind in kinds for widget in page.get(kind)}


def said(page):
    return " ".join(element.value for kind in ("markdown", "caption") for element in page.get(kind))


def test_a_lesson_sets_its_screen_and_stands_in_place_of_the_title(open_lesson):
    page = open_lesson(of_step_through())
    assert not page.exception
    assert not page.warning
    assert [title.value for title in page.title] == ["The title"]
    assert "The *question*" in said(page)
    assert "What to see" in said(page)
    assert "reads one thing at a time" not in said(page)
    assert page.button_group(key="cell").value == "gru"
    assert page.text_input(key="text").value == "ada"
    assert page.number_input(key="seed").value == 7
    assert page.query_params["begun"] == "1"


def test_what_the_learner_has_set_since_is_kept(open_lesson):
    page = open_lesson(of_step_through(), begun="1", text="zoe")
    assert page.text_input(key="text").value == "zoe"
    assert page.button_group(key="cell").value == "lstm"


@pytest.mark.parametrize(
    ("control", "its_keys"),
    [
        ("cell", {"cell"}),
        ("network", {"network"}),
        ("input", {"text"}),
        ("weights", {"seed", "hidden_size", "input_scale"}),
    ],
)
def test_a_hidden_control_keeps_its_value(open_lesson, control, its_keys):
    whole, part = open_lesson(of_step_through()), open_lesson(of_step_through(tuple(set(ALL) - {control})))
    assert keys(whole) - keys(part) == its_keys
    for page in (whole, part):
        # Older links hold titles; the address says the names.
        names = {**RANDOM, "cell": "gru", "network": "random"}
        assert {name: page.query_params[name] for name in RANDOM} == names
        assert page.session_state["last_scenario"] == whole.session_state["last_scenario"]
    part.run()
    assert part.session_state["last_scenario"] == whole.session_state["last_scenario"]


@pytest.mark.parametrize(
    ("control", "gone"), [("equations", "The equations of the LSTM"), ("reached", "What this network reached")]
)
def test_hidden_explanations_are_not_there(open_lesson, control, gone):
    lesson = Lesson("step_through", {}, "T", "Q", shows=tuple(set(ALL) - {control}))
    assert gone not in [header.value for header in open_lesson(lesson).header]
    assert gone in [header.value for header in open_lesson(Lesson("step_through", {}, "T", "Q", shows=ALL)).header]


def test_a_lesson_that_shows_nothing_still_shows_its_picture(open_lesson):
    page = open_lesson(of_step_through(()))
    assert not page.exception
    assert keys(page) == set()
    assert "Order matters" in said(page)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (encode(of_step_through())[:-3], "cut off"),
        ("2-abc", "newer version"),
        (encode(Lesson("gates", {}, "T", "Q")), "another page"),
    ],
)
def test_a_damaged_lesson_says_so_once_and_leaves_the_plain_page(open_lesson, text, sentence):
    page = open_lesson(text, cell="gru")
    assert not page.exception
    [warning] = page.warning
    assert sentence in warning.value
    assert [title.value for title in page.title] == ["Step through a cell"]
    assert page.button_group(key="cell").value == "gru"
    assert "lesson" not in page.query_params
    page.run()
    assert not page.warning


def test_a_setting_that_cannot_be_is_answered_as_in_any_link(open_lesson):
    page = open_lesson(of_step_through(seed="x"))
    assert [warning.value for warning in page.warning] == [
        "The link asks for seed “x”; it can be a whole number from 0 to 9999."
    ]


def test_every_page_that_can_be_a_lesson_names_its_controls():
    assert {name for name, page in PAGES.items() if page.groups} == set(CONTROLS)
    assert all(page.groups is CONTROLS[name] for name, page in PAGES.items() if page.groups)
    assert all(Path(page.path).stem == name for name, page in PAGES.items() if page.groups)


def test_home_lists_our_lessons_as_links():
    home, stops = visit("home"), path_stops(classroom=True)
    assert "Start here" in [header.value for header in home.header]
    on_path = {(lesson["title"], lesson["href"]) for stop in stops for lesson in stop["lessons"]}
    first = next(iter(PATH[0].lessons.values()))
    assert f'href="{first.page}?lesson={encode(first)}"' in said(home)  # the way to it stands beside the picture, too
    for lesson in LESSONS:
        if lesson == first:
            continue
        href = f"{lesson.page}?lesson={encode(lesson)}"
        listed = f'href="{href}"' in said(home) and lesson.title in said(home)
        assert listed != ((lesson.title, f"{href}&classroom=true") in on_path)


@pytest.mark.parametrize("place", [0, 5, 11])
def test_a_stop_says_where_it_stands_and_how_to_go_on(open_lesson, place):
    lessons = [lesson for stop in PATH for lesson in stop.lessons.values()]
    lesson = lessons[place]
    page = visit(lesson.page, lesson=encode(lesson))
    assert not page.exception
    [way] = [element.value for element in page.markdown if 'class="way"' in element.value]
    assert re.search(rf"Stop {place_of(lesson).stop} of {len(PATH)}: ", way)
    assert ("← Back" in way, "Next →" in way) == (place > 0, lesson != lessons[-1])
    assert 'href="./#path"' in way
    others = [other for other in (lessons[place - 1] if place else None, *lessons[place + 1 :][:1]) if other]
    assert all(encode(other) in way for other in others)


def test_a_lesson_off_the_path_has_no_way_on(open_lesson):
    assert 'class="way"' not in said(open_lesson(of_step_through()))


@pytest.mark.parametrize("lesson", [one for one in LESSONS if one.prediction], ids=lambda lesson: lesson.title)
def test_what_to_look_for_waits_for_the_answer_and_so_does_what_the_server_draws(lesson):
    page = visit(lesson.page, lesson=encode(lesson))
    assert not page.exception
    assert not page.expander or "What to look for" not in [one.label for one in page.expander]
    if not lesson.prediction.check.in_browser:
        drawn = [kind for kind in ("vega_lite_chart", "arrow_vega_lite_chart", "plotly_chart") if page.get(kind)]
        assert drawn == []


@pytest.mark.parametrize("view", ["decode", "explains", "helps", "decision"])
def test_a_question_about_a_translation_is_asked_in_every_view(view):
    asked = Prediction("Where does it look?", LooksMost(1))
    page = visit("attention", lesson=encode(Lesson("attention", {"view": view}, "T", "Q", "See", prediction=asked)))
    assert not page.exception
    assert page.get("vega_lite_chart") == page.get("arrow_vega_lite_chart") == []
    assert "See" not in said(page)


def test_every_part_that_can_be_shown_is_explained():
    for page in PAGES.values():
        assert set(page.parts) == set(page.groups)
        assert all(meaning.endswith(".") for meaning in page.parts.values())


def test_a_classroom_has_no_menu():
    page = visit("step_through")
    assert "Make a lesson" in [button.label for button in page.button]
    page.toggle(key="classroom").set_value(True).run()
    assert "Make a lesson" not in [button.label for button in page.button]
    assert "Space plays" in said(page)
    assert not page.get("page_link")
