import pytest

from rnnviz.cells import CELLS
from rnnviz.settings.scenario import CHOICES, DEFAULT, MAX_STEPS, SPANS, read_link, read_numbers, scenario, shorten
from rnnviz.ui.scenes import difference_when_reversed, scene


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("1, 2, 3", (1.0, 2.0, 3.0)),
        ("[0.5; -2 1e3]", (0.5, -2.0, 1000.0)),
        ("  .5\n+4.\t7,,8 ", (0.5, 4.0, 7.0, 8.0)),
        ("1000000 -1e6", (1e6, -1e6)),
    ],
)
def test_numbers_are_read_however_they_are_separated(text, numbers):
    assert read_numbers(text) == numbers


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "no number yet"),
        ("[]", "no number yet"),
        ("nan", "“nan” is not a number here"),
        ("1, inf", "“inf” is not a number here"),
        ("1e999", "“1e999” is too large; numbers up to 1,000,000 are fine"),
        ("[1, 2", "a [ or a ] without the other"),
        ("1, 2]", "a [ or a ] without the other"),
        ("1_000", "“1_000” is not a number here"),
        ("٣", "“٣” is not a number here"),
        ("__import__('os')", "“__import__('os')” is not a number here"),
        ("0 " * 201, "These are 201 numbers; write up to 200"),
    ],
)
def test_what_is_not_a_series_is_refused_in_a_sentence(text, said):
    with pytest.raises(ValueError, match=r"\.$") as refusal:
        read_numbers(text)
    assert said in str(refusal.value)


def test_as_many_numbers_as_steps_are_accepted():
    assert len(read_numbers("0 " * MAX_STEPS)) == MAX_STEPS


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        (
            {"hidden_size": "10000000"},
            "The link asks for hidden size “10000000”; it can be a whole number from 1 to 64.",
        ),
        ({"hidden_size": "4.5"}, "The link asks for hidden size “4.5”; it can be a whole number from 1 to 64."),
        ({"cell": "transformer"}, "The link asks for cell “transformer”; it can be one of Elman RNN, LSTM, GRU."),
        ({"month": "1066-10"}, "The link asks for month “1066-10”; it can be 2012-01 to 2015-12."),
        ({"seed": "nan"}, "The link asks for seed “nan”; it can be a whole number from 0 to 9999."),
        ({"step": "0"}, "The link asks for step “0”; it can be a whole number from 1 to 200."),
        ({"network": "a\nb" + "c" * 99}, f"The link asks for network “a\N{REPLACEMENT CHARACTER}b{'c' * 26}…”;"),
    ],
)
def test_a_link_that_asks_for_too_much_is_answered(query, sentence):
    settings, sentences = read_link(query)
    assert settings == {}
    assert len(sentences) == 1
    assert sentences[0].startswith(sentence)


def test_a_link_may_use_names_or_titles_in_any_case():
    assert read_link({"cell": "elman"})[0] == {"cell": "elman"}
    assert read_link({"cell": "ELMAN rnn", "seed": "7"}) == ({"cell": "elman", "seed": 7}, [])


def test_every_default_is_one_of_what_is_accepted():
    for name, setting in {**CHOICES, **SPANS}.items():
        if hasattr(DEFAULT, name):
            assert setting.read(str(getattr(DEFAULT, name))) == getattr(DEFAULT, name)


def test_quoting_keeps_one_line_short_and_printable():
    assert shorten("a\x1b[31m\nb") == "a\N{REPLACEMENT CHARACTER}[31m\N{REPLACEMENT CHARACTER}b"
    assert len(shorten("x" * 500)) == 30


@pytest.mark.parametrize("cell", CHOICES["cell"].titles)
@pytest.mark.parametrize("network", CHOICES["network"].titles)
def test_every_network_of_every_cell_makes_a_scene_that_says_what_it_is(cell, network):
    shown = scene(scenario({"cell": cell, "network": network}))
    assert len(shown.labels) == len(shown.inputs) <= MAX_STEPS
    assert CELLS[cell].title in shown.caption
    assert ("untrained" in shown.caption) == (network != "trained")
    assert (shown.readout is not None) == (network == "trained")


def test_the_temperatures_are_those_of_the_days_under_them():
    shown = scene(scenario({"network": "numbers", "month": "2012-01", "days": 3, "number_scale": 0.5}))
    assert (shown.notes, shown.labels) == (["1 Jan", "2 Jan", "3 Jan"], ["12.8", "10.6", "11.7"])  # NOAA's record
    assert shown.inputs.ravel().tolist() == [6.4, 5.3, 5.85]


def test_no_more_days_are_shown_than_there_are():
    assert len(scene(scenario({"network": "numbers", "month": "2015-12", "days": 200})).labels) == 31


def test_too_long_a_name_is_refused():
    with pytest.raises(ValueError, match=r"These are 200 letters; a name may have up to 199\."):
        scene(scenario({"text": "a" * 200}))
    assert len(scene(scenario({"text": "a" * 199})).labels) == MAX_STEPS


def test_order_matters_but_a_palindrome_has_no_other_order():
    assert difference_when_reversed(scenario({"text": "annabel"})) > 0.1
    assert difference_when_reversed(scenario({"text": "anna"})) == 0.0
