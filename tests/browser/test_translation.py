"""A translation in the browser: its numbers against Python's, and what a person can do with it."""

import numpy as np
import pytest
from playwright.sync_api import expect

from rnnviz.data.number_words import LANGUAGES, LARGEST, say, vocabulary, write
from rnnviz.networks.translator import Translator, available
from rnnviz.player.payload import translation
from tests.browser.stage import assert_equal

SENTENCE = "ninety-seven thousand four hundred twelve"


def computed(stage, translator, words, looks="() => null"):
    """All that the browser computes: for each step what was read and said, and every value by its letter."""
    return stage.page.evaluate(
        f"""async (data) => {{
            const {{ Translator }} = await import("/engine/translator.js");
            const codes = data.source.map((word) => data.sourceVocabulary.indexOf(word));
            const {{ steps }} = new Translator(data).translate(codes, {looks});
            const plain = ([letter, value]) => [letter, Array.from(value)];
            return steps.map(({{ read, said, values }}) =>
                ({{ read, said, values: Object.fromEntries(Object.entries(values).map(plain)) }}));
        }}""",
        translation(translator, words, "A network"),
    )


def mount(stage, translator, words, **options):
    stage.page.evaluate(
        """async ([data, options]) => {
            const { mount } = await import("/kinds/translation.js");
            window.changes = [];
            const onChange = (selection) => window.changes.push(selection);
            window.player = mount(document.getElementById("root"), data, { ...options, onChange });
        }""",
        [{**translation(translator, words, "A network"), "classroom": False, "prediction": None}, options],
    )
    return stage.page.get_by_test_id("player")


@pytest.mark.parametrize("name", available())
def test_every_value_of_every_step_is_python_s(stage, name):
    pair, (attention, cell, directions, *short) = name[:5], name[6:].split("-")
    translator = Translator.load(pair, attention, cell, int(directions), short=bool(short))
    for number in (97_412, 7, 123_456):
        out = translator.translate(say(number, pair[:2]))
        found = computed(stage, translator, out.source_tokens)
        assert [step["said"] for step in found] == [step.said for step in out.steps]
        for step, wanted in zip(found, out.steps):
            assert set(step["values"]) == set(wanted.values)
            for letter, value in step["values"].items():
                assert_equal(value, wanted.values[letter])


def test_another_look_gives_what_python_gives(stage):
    translator = Translator.load("en-de", attention="additive")
    words = say(97_412, "en")
    found = computed(stage, translator, words, "(t) => t === 0 ? Float64Array.from([1, 0, 0, 0, 0, 0]) : null")
    encoded = translator.encode(translator.embed(words))
    wanted = translator.step(encoded, encoded.states, 0, alignment=np.eye(6)[0])
    assert_equal(found[0]["values"]["y"], wanted["y"])
    assert found[0]["values"]["a"] == [1, 0, 0, 0, 0, 0]


def test_steps_show_where_each_word_looked(stage):
    translator = Translator.load("en-de")
    player = mount(stage, translator, say(97_412, "en"))
    out = translator(SENTENCE)
    for step, word in enumerate(out.tokens):
        most = int(out.alignment[step].argmax())
        expect(player.locator(".now")).to_contain_text(f"it writes “{word}”")
        expect(player.locator(".now")).to_contain_text(f"looks most at “{out.source_tokens[most]}”")
        weights = [float(cell.get_attribute("data-value")) for cell in player.locator("td .share").all()]
        assert_equal(weights, out.alignment[step])
        scores = [float(cell.get_attribute("data-value")) for cell in player.locator("td.number").all()]
        assert_equal(scores, out.steps[step].values["e"])
        player.get_by_role("button", name="Next step").click()
    expect(player.locator(".now")).to_contain_text("it writes “(end)”")
    stage.page.keyboard.press("Home")
    expect(player.locator(".now")).to_contain_text("“sieben”")


def test_what_colours_and_widths_mean_stands_beside_them(stage):
    player = mount(stage, Translator.load("en-de"), say(97_412, "en"))
    for words in ("where the chosen step looks", "The wider a ribbon, the larger the weight; under 2 % there is none."):
        expect(player.locator(".told .legend")).to_contain_text(words)
    expect(player.locator(".alignment .legend")).to_have_text("no attentionall of a step's attention")
    expect(player.locator(".looking .legend")).to_have_text("−11")
    ramps = player.locator(".legend .ramp").evaluate_all(
        "all => all.map((one) => getComputedStyle(one).backgroundImage)"
    )
    assert len(ramps) == 2
    assert all("linear-gradient" in ramp for ramp in ramps)


def test_a_step_that_looks_elsewhere_changes_the_translation_and_can_be_undone(stage):
    player = mount(stage, Translator.load("en-de"), say(97_412, "en"))
    meddling = player.locator(".meddling")
    player.get_by_label("Where this step looks").select_option("at “twelve” alone")
    before, after = meddling.get_attribute("data-before"), meddling.get_attribute("data-after")
    assert before == "siebenundneunzigtausendvierhundertzwölf"
    assert after != before
    expect(player.get_by_text(f"Now: {after}")).to_be_visible()
    assert stage.selection()["whatIf"] == "look1=6"
    player.get_by_role("button", name="Undo all").click()
    assert meddling.get_attribute("data-after") == before
    assert stage.selection()["whatIf"] is None


def test_dragging_along_a_row_makes_the_step_look_there(stage):
    player = mount(stage, Translator.load("en-de"), say(97_412, "en"))
    player.locator(".alignment-map").scroll_into_view_if_needed()
    box = player.locator(".alignment-map").bounding_box()
    y = box["y"] + box["height"] / 16
    stage.page.mouse.move(box["x"] + box["width"] * 0.25, y)
    stage.page.mouse.down()
    stage.page.mouse.move(box["x"] + box["width"] * 0.9, y, steps=5)
    stage.page.mouse.up()
    assert stage.selection()["whatIf"] == "look1=6"
    assert player.locator("td .share").nth(5).get_attribute("data-value") == "1"


def test_a_word_may_be_another_or_left_out_but_not_all(stage):
    translator = Translator.load("en-de")
    player = mount(stage, translator, say(97, "en"))
    player.get_by_label("Read in its place").select_option("eighty")
    assert player.locator(".meddling").get_attribute("data-after") == "siebenundachtzig"
    player.get_by_label("Read in its place").select_option("nothing: it is left out")
    assert player.locator(".meddling").get_attribute("data-after") == translator.translate(["seven"]).text
    player.get_by_label("Which word").select_option("2. seven")
    assert "nothing" not in player.get_by_label("Read in its place").inner_text()


def test_a_link_with_changes_shows_them_and_rubbish_in_it_is_left_out(stage):
    translator = Translator.load("en-de")
    initial = {"whatIf": "word1=eighty;look99=7;look1=zwei;word9=one;<b>", "timeStep": 2}
    player = mount(stage, translator, say(97, "en"), initial=initial)
    assert player.locator(".meddling").get_attribute("data-after") == "siebenundachtzig"
    assert stage.selection()["whatIf"] == "word1=eighty"
    assert stage.selection()["timeStep"] == 2


def test_without_attention_nothing_is_looked_at(stage):
    player = mount(stage, Translator.load("en-de", attention="none"), say(97, "en"))
    expect(player.locator(".now")).to_contain_text("from the summary of all words")
    expect(player.locator(".alignment")).to_be_hidden()
    expect(player.get_by_text("where the chosen step looks")).to_be_hidden()
    expect(player.get_by_label("Where this step looks")).to_be_hidden()


@pytest.mark.parametrize("language", LANGUAGES)
def test_words_are_written_together_as_python_writes_them(stage, language):
    source, random = "en" if language == "de" else "de", np.random.default_rng(0)
    drawn = [list(say(int(number), language)) for number in random.integers(LARGEST, size=200)]
    drawn += [random.choice(vocabulary(language)[1:], size=size).tolist() for size in range(9)]
    written = stage.page.evaluate(
        """async ([data, drawn]) => {
            const { writtenTogether } = await import("/engine/translator.js");
            return drawn.map((words) => writtenTogether(data, words));
        }""",
        [translation(Translator.load(f"{source}-{language}"), say(7, source), "A network"), drawn],
    )
    assert written == [write(words, language) for words in drawn]


def test_what_is_not_right_is_said_and_marked(stage):
    translator, words = Translator.load("en-de", short=True), say(123_456, "en")
    out, right = translator.translate(words), [*say(123_456, "de"), "(end)"]
    assert list(out.tokens) != right[:-1]
    player = mount(stage, translator, words)
    expect(player.locator(".judgement")).to_have_text(
        f"“{out.text}” is not right. The right translation is “{''.join(right[:-1])}”."
    )
    marked = [t for t, word in enumerate([*out.tokens, "(end)"]) if word != right[t]]
    assert marked
    for t, button in enumerate(player.locator(".written button").all()):
        assert ("wrong" in button.get_attribute("class").split()) == (t in marked)
        assert ("another word is right here" in button.get_attribute("aria-label")) == (t in marked)


def test_what_is_right_is_said_until_it_is_interfered_with(stage):
    translator = Translator.load("en-de")
    player = mount(stage, translator, say(97, "en"))
    expect(player.locator(".judgement")).to_have_text("“siebenundneunzig” is the right translation.")
    assert player.locator("button.wrong").count() == 0
    player.get_by_label("Where this step looks").select_option("at “ninety” alone")
    after = player.locator(".meddling").get_attribute("data-after")
    assert after != "siebenundneunzig"
    expect(player.locator(".judgement")).to_have_text(
        f"“{after}” is not right. The right translation is “siebenundneunzig”."
    )
    assert player.locator("button.wrong").count() > 0
    player.get_by_role("button", name="Undo all").click()
    assert player.locator("button.wrong").count() == 0
    player.get_by_label("Read in its place").select_option("eighty")  # other words: of those nothing is said
    expect(player.locator(".judgement")).to_be_hidden()
    assert player.locator("button.wrong").count() == 0


def test_of_words_that_say_no_number_nothing_is_right(stage):
    player = mount(stage, Translator.load("en-de"), ("six", "six", "hundred"))
    expect(player.locator(".judgement")).to_have_text("The words read say no number: there is no right translation.")
    assert player.locator("button.wrong").count() == 0


def test_another_sentence_takes_its_place(stage):
    translator = Translator.load("en-de")
    player = mount(stage, translator, say(97_412, "en"), initial={"whatIf": "look1=6", "timeStep": 7})
    data = {**translation(translator, say(8, "en"), "A network"), "classroom": False, "prediction": None}
    assert stage.page.evaluate("data => player.update(data)", data)
    expect(player.locator(".now")).to_contain_text("Step 2 of 2")
    expect(player.locator(".written")).to_have_text("acht(end)")
    assert stage.changes()[-1]["whatIf"] is None  # so the address does not keep what was of another sentence
    assert stage.selection()["whatIf"] is None
