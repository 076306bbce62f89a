"""Number fields: what is typed or pasted is taken as a person means it, asked about, and never changed in silence."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some
from playwright.sync_api import expect

from rnnviz.settings.numerals import readings

_MEANT = Path(__file__).parents[2] / "rnnviz" / "ui" / "number_fields.js"


@pytest.fixture
def meant(stage):
    stage.page.route("**/number_fields.js", lambda route: route.fulfill(path=_MEANT, content_type="text/javascript"))

    def find(text, *, whole):
        return stage.page.evaluate(
            "async ([text, whole]) => (await import('/number_fields.js')).meant(text, whole)", [text, whole]
        )

    return find


@pytest.mark.parametrize(
    ("typed", "whole", "text"),
    [
        ("0,5", False, "0.5"),
        ("−1", False, "-1"),
        ("–2,25", False, "-2.25"),
        ("1.000,5", False, "1000.5"),
        ("1,000.5", False, "1000.5"),
        ("1 000", False, "1000"),
        ("0,125", False, "0.125"),
        ("1,000", True, "1000"),
        ("1.234.567", True, "1234567"),
        ("−3", True, "-3"),
    ],
)
def test_a_number_is_taken_by_every_custom(meant, typed, whole, text):
    assert meant(typed, whole=whole) == {"text": text}


@pytest.mark.parametrize(
    ("typed", "whole", "said"),
    [
        ("1,000", False, "can be read as 1000 or as 1.000"),
        ("1.000", True, "can be read as 1000 or as 1.000"),
        ("16,5", True, "is no whole number"),
        ("1.5", True, "is no whole number"),
    ],
)
def test_what_could_mean_two_things_is_asked_about(meant, typed, whole, said):
    assert said in meant(typed, whole=whole)["asks"]


@given(some.floats(-9999, 9999).map(lambda value: round(value, 2)), some.booleans())
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_browser_reads_a_number_as_the_server_does(meant, value, comma):
    text = repr(value).replace(".", ",") if comma else repr(value)
    found = meant(text.replace("-", "−"), whole=False)
    assert float(found["text"]) in {one for [one] in (one for one in readings(text) if len(one) == 1)}


def test_fields_of_pages_and_players_take_what_is_pasted(page, address):
    page.goto(f"{address}/gradients")
    cut = page.get_by_test_id("player").get_by_role("spinbutton", name="Cut every (0: never)")
    cut.fill("")
    cut.focus()
    page.keyboard.insert_text("1,5")
    expect(cut).to_have_value("")
    assert "is no whole number" in cut.evaluate("field => field.validationMessage")
    page.keyboard.insert_text("12")
    expect(cut).to_have_value("12")
    assert cut.evaluate("field => field.validationMessage") == ""
    page.goto(f"{address}/compare")
    page.get_by_text("More settings").click()
    rate = page.get_by_role("spinbutton", name="Learning rate")
    rate.fill("")
    rate.focus()
    page.keyboard.insert_text("0,5")
    expect(rate).to_have_value("0.5")
    rate.fill("")
    for key in "0,01":
        page.keyboard.insert_text(key)
    expect(rate).to_have_value("0.01")
