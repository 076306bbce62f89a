"""The pages as a reader meets them: from app.py, by the keys of the controls."""

import pytest
from latex2mathml.converter import convert

from rnnviz.cells import CELLS, LSTM, MAIN
from rnnviz.figures.thumbnails import heat_map
from rnnviz.language.latex import equation_latex
from rnnviz.networks import checkpoints
from rnnviz.notation import QUANTITIES
from rnnviz.settings import PAGES
from rnnviz.settings.step_through import scenario
from rnnviz.trace import run
from rnnviz.ui.scenes import scene
from tests.pages.visit import visit


@pytest.fixture
def lesson():
    return visit("step_through")


def text_of(page):
    return " ".join(element.value for kind in ("markdown", "warning", "caption", "html") for element in page.get(kind))


@pytest.mark.parametrize("name", PAGES)
def test_every_page_opens_without_complaint(name):
    page = visit(name)
    assert not page.exception
    assert not page.warning
    assert len(page.title) == 1


def test_home_names_what_its_lessons_show_and_nothing_that_is_not_there():
    home = visit("home")
    for page in PAGES.values():
        assert page.promise in text_of(home)
    assert "Rumelhart, Hinton &amp; Williams" in text_of(home)


def test_every_card_of_home_has_a_picture_of_a_real_run():
    pictures = [element.value for element in visit("home").get("markdown") if "thumbnail" in element.value]
    assert len(pictures) == len([page for page in PAGES.values() if page.promise])
    assert len(set(pictures)) == len(pictures)
    shown = scene(scenario(cell=LSTM, text="christopher"))
    gates = run(shown.cell, shown.weights, shown.inputs)["forget_gate"].T
    assert any(heat_map(gates, QUANTITIES["forget_gate"], "").split("<g")[1] in picture for picture in pictures)


@pytest.mark.parametrize("cell", ["elman", "lstm", "gru"])
@pytest.mark.parametrize("network", ["trained", "random", "numbers"])
def test_every_choice_shows_its_equations(lesson, cell, network):
    lesson.button_group(key="cell").set_value(cell)
    lesson.button_group(key="network").set_value(network)
    lesson.run()
    assert not lesson.exception
    assert all(convert(equation_latex(equation)) in text_of(lesson) for equation in CELLS[cell].program.equations)
    assert "Order matters" in text_of(lesson)
    assert ("bits per character" in text_of(lesson)) == (network == "trained")


def test_a_trained_network_stands_beside_a_model_that_only_counts(lesson):
    said = text_of(lesson)
    assert "4,130 US first names" in said
    assert "A 4-gram model" in said


def test_a_refused_name_is_explained_kept_and_recoverable(lesson):
    lesson.text_input(key="text").set_value("anna1").run()
    assert "“1”" in lesson.warning[0].value
    assert "a to z" in lesson.warning[0].value
    assert lesson.text_input(key="text").value == "anna1"
    assert convert("h_t") in text_of(lesson)  # the page still shows what it read last
    lesson.text_input(key="text").set_value("anna").run()
    assert not lesson.warning


@pytest.mark.parametrize("text", ["", "日本", "<script>alert(1)</script>", "שלום", "🎈", "a" * 300])
def test_whatever_is_typed_gets_a_sentence_and_no_traceback(lesson, text):
    lesson.text_input(key="text").set_value(text).run()
    assert not lesson.exception
    assert len(lesson.warning) == 1
    assert lesson.text_input(key="text").value == text


@pytest.mark.parametrize("numbers", ["", "nan", "inf", "1e999", "[1, 2", "1 " * 300])
def test_whatever_is_typed_as_numbers_gets_a_sentence(lesson, numbers):
    lesson.button_group(key="network").set_value("numbers").run()
    lesson.button_group(key="series").set_value("typed").run()
    lesson.text_input(key="numbers").set_value(numbers).run()
    assert not lesson.exception
    assert len(lesson.warning) == 1


def test_a_link_with_rubbish_is_answered_and_the_page_stands():
    page = visit("step_through", hidden_size="10000000", cell="transformer")
    assert not page.exception
    assert [warning.value for warning in page.warning] == [
        f"The link asks for cell “transformer”; it can be one of {', '.join(cell.title for cell in MAIN)}.",
        "The link asks for hidden size “10000000”; it can be a whole number from 1 to 64.",
    ]
    assert convert("h_t") in text_of(page)


def test_what_was_typed_survives_a_look_at_another_network(lesson):
    lesson.text_input(key="text").set_value("zoe").run()
    lesson.button_group(key="network").set_value("numbers").run()
    lesson.button_group(key="network").set_value("trained").run()
    assert lesson.text_input(key="text").value == "zoe"


def test_whatever_was_chosen_survives_its_control_being_out_of_sight(lesson):
    lesson.button_group(key="network").set_value("numbers").run()
    lesson.button_group(key="series").set_value("typed").run()
    lesson.button_group(key="network").set_value("random").run()
    lesson.number_input(key="seed").set_value(42).run()
    lesson.button_group(key="network").set_value("trained").run()
    lesson.button_group(key="network").set_value("numbers").run()
    assert lesson.button_group(key="series").value == "typed"
    assert lesson.number_input(key="seed").value == 42


@pytest.mark.parametrize(("page", "query"), [("gates", {}), ("gradients", {"weights": "trained"})])
def test_a_cell_whose_network_is_not_trained_yet_stands_beside_none_that_is(monkeypatch, page, query):
    monkeypatch.setattr(checkpoints, "available", lambda: ("lstm", "gru"))
    found = visit(page, **query)
    assert not found.exception
    shown = PAGES[page].of({"cell": CELLS["lstm"], **query})
    cells = shown.scenarios() if page == "gates" else [cell.name for cell in shown.compared]
    assert list(cells) == ["lstm", "gru"]
