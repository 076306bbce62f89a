"""A network that writes, in the browser: its text against numpy's, what is said of it, and what a person can type."""

from dataclasses import replace
from math import prod

import numpy as np
import pytest
from playwright.sync_api import expect
from scipy.stats import chisquare

from rnnviz.cells import GRU, LSTM, READOUT
from rnnviz.data.text import BEGINNING, encode
from rnnviz.language.arithmetic import evaluate
from rnnviz.networks.checkpoints import Checkpoint, pack
from rnnviz.player.payload import Dial
from rnnviz.player.writing_payload import Writer, writing
from rnnviz.tasks.kneser_ney import KneserNey
from rnnviz.trace import run
from rnnviz.what_if import Clamp
from tests.browser.test_writing_engine import wanted

ALPHABET = ("\n", *"abc ")
LONGEST = 50
AT = {"prompt": "ab cé", "temperature": 0.8, "top_k": 4, "top_p": 0.95, "seed": 3, "characters": 40}
DIALS = [
    Dial("temperature", "Temperature", "", 0, 2, 0.05, "slider"),
    Dial("top_k", "Top-k", "", 0, 256, 1, "box"),
    Dial("top_p", "Nucleus", "", 0.05, 1, 0.05, "slider"),
    Dial("seed", "Seed", "", 0, 9999, 1, "box"),
    Dial("characters", "Characters", "", 1, 1000, 1, "box"),
]


def writer_of(cell, units=6, seed=0):
    """A network with random weights, and a trigram of a random text."""
    random, size = np.random.default_rng(seed), len(ALPHABET)
    readout = {"W_hy": 3 * random.normal(size=(size, units)), "b_y": random.normal(size=size)}
    checkpoint = Checkpoint(cell, cell.init(size, units, seed), readout, ALPHABET, {})
    ngram = KneserNey.count(random.integers(0, size, 300), size, 3)
    return Writer(checkpoint, "A network with random weights", ngram=ngram)


class ByNumpy:
    """A network that reads and writes, one character after the other."""

    def __init__(self, checkpoint):
        self.checkpoint, self.state, self.changes = checkpoint, {}, ()

    def read(self, codes):
        size = len(self.checkpoint.vocabulary)
        inputs = np.eye(size + 1, size)[codes]
        trace = run(self.checkpoint.cell, self.checkpoint.weights, inputs, self.state, self.changes)
        self.state = {name: trace[name][-1] for name in self.checkpoint.cell.state}
        hidden = trace[self.checkpoint.cell.state[0]][-1:]
        self.next = evaluate(READOUT, self.checkpoint.readout, {"h": hidden})["y"][0]


def written(writer, at, changes=()):
    """What a network writes, and the probabilities before each draw; changes begin with the prompt's last character."""
    network, symbols = ByNumpy(writer.checkpoint), writer.checkpoint.vocabulary
    codes = encode(BEGINNING + at["prompt"], symbols)
    if len(codes) > 1:
        network.read(codes[:-1])
    network.changes = changes
    network.read(codes[-1:])
    text, given, random = "", [], np.random.RandomState(at["seed"])
    for _ in range(at["characters"]):
        given.append(network.next)
        code = random.choice(len(symbols), p=wanted(network.next, at["temperature"], at["top_k"], at["top_p"]))
        text += symbols[code]
        network.read(np.array([code]))
    return text, given


def written_by_ngram(writer, at):
    codes, random = encode(BEGINNING + at["prompt"], ALPHABET).tolist(), np.random.RandomState(at["seed"])
    for _ in range(at["characters"]):
        given = writer.ngram.probabilities(codes)
        codes.append(random.choice(len(ALPHABET), p=wanted(given, at["temperature"], at["top_k"], at["top_p"])))
    return "".join(ALPHABET[code] for code in codes[-at["characters"] :])


def mount(stage, writer, at=None, **initial):
    data = {**writing(writer, DIALS, LONGEST), "classroom": False, "prediction": None}
    stage.page.evaluate(
        """async ([data, options]) => {
            const { mount } = await import("/kinds/writing.js");
            window.changes = [];
            const onChange = (selection) => window.changes.push(selection);
            window.player = mount(document.getElementById("root"), data, { ...options, onChange });
        }""",
        [data, {"initial": {"at": {**AT, **(at or {})}, **initial}}],
    )
    player = stage.page.get_by_test_id("player")
    expect(player.locator(".said:visible", has_text="still writing")).to_have_count(0)
    return player


def text_of(player, author="network"):
    return player.locator(f"[data-author={author}] .transcript > :last-child").text_content()


def probabilities_of(player, author):
    """How probable each symbol was at the step in sight."""
    rows = player.locator(f"[data-author={author}] .drawn tr[data-code]:not(.spare)").evaluate_all(
        "rows => rows.map(({ dataset }) => [+dataset.code, +dataset.probability])"
    )
    return [probability for _, probability in sorted(rows)]


@pytest.mark.parametrize("cell", [LSTM, GRU], ids=lambda cell: cell.name)
def test_the_same_seed_writes_the_same_text_here_and_by_numpy(stage, cell):
    writer = writer_of(cell)
    hidden = cell.state[0]
    player = mount(stage, writer, timeStep=1, whatIf=f"hold {cell.name} {hidden} 2 0.5*silence {cell.name} 4")
    text, given = written(writer, AT)
    changed, changed_given = written(writer, AT, [Clamp(hidden, 0.5, unit=1), Clamp(hidden, 0.0, unit=3)])
    for author, expected, step in [("network", text, given[1]), ("changed", changed, changed_given[1])]:
        assert text_of(player, author) == expected
        np.testing.assert_allclose(probabilities_of(player, author), step, rtol=1e-12)
    assert text_of(player, "ngram") == written_by_ngram(writer, AT)
    bits = np.mean([-np.log2(given[t][ALPHABET.index(character)]) for t, character in enumerate(text)])
    said = player.locator("[data-author=network] .said")
    expect(said).to_have_text(f"On average a character surprised it by {bits:.2f} bits.")
    assert stage.selection()["at"] == AT


def test_pairs_of_characters_are_as_frequent_as_they_are_probable(stage):
    writer, seeds = writer_of(GRU), 4000
    expected = {}
    network = ByNumpy(writer.checkpoint)
    network.read(encode(BEGINNING + "ab", ALPHABET))
    first, state = wanted(network.next, 1.3, 0, 1), network.state
    for code in range(len(ALPHABET)):
        network.state = state
        network.read(np.array([code]))
        for other, share in enumerate(wanted(network.next, 1.3, 0, 1)):
            expected[code, other] = seeds * prod((first[code], share))
    drawn = stage.page.evaluate(
        """async ([data, seeds]) => {
            const { Alphabet, charactersOf, textNetwork } = await import("/engine/text.js");
            const { Reading } = await import("/engine/reading.js");
            const { Chance } = await import("/engine/sampling.js");
            const { networkSource, Writing } = await import("/engine/writing.js");
            const reading = new Reading(textNetwork(data.network));
            reading.set(new Alphabet(data.network).encode(charactersOf("ab")));
            const sampling = { temperature: 1.3, topK: 0, topP: 1 };
            return Array.from({ length: seeds }, (_, seed) => {
                const writing = new Writing(networkSource(reading.fork()), sampling, new Chance(seed));
                writing.extend();
                writing.extend();
                return writing.steps.map(({ code }) => code);
            });
        }""",
        [writing(writer, [], LONGEST), seeds],
    )
    counts = dict.fromkeys(expected, 0)
    for pair in drawn:
        counts[tuple(pair)] += 1
    common = [pair for pair in expected if expected[pair] >= 5]
    rare = [pair for pair in expected if expected[pair] < 5]
    observed = [*(counts[pair] for pair in common), sum(counts[pair] for pair in rare)]
    wanted_counts = [*(expected[pair] for pair in common), sum(expected[pair] for pair in rare)]
    keep = [k for k, value in enumerate(wanted_counts) if value > 0]
    assert chisquare([observed[k] for k in keep], [wanted_counts[k] for k in keep]).pvalue > 0.01


def loop_of(codes, certain):
    """The shortest period of an end that has three of them and 30 symbols at least, and no chance in it."""
    for period in range(1, len(codes) // 3 + 1):
        for start in range(len(codes) - max(3 * period, 30) + 1):
            tail = codes[start:]
            if all(certain[start:]) and tail[:-period] == tail[period:]:
                return {"period": period, "from": start}
    return None


def test_a_loop_is_found_where_there_is_one(stage):
    random = np.random.default_rng(5)
    cases = []
    for _ in range(200):
        body = random.integers(0, 2, random.integers(1, 14)).tolist()
        head = random.integers(0, 3, random.integers(0, 12)).tolist()
        codes = (head + body * 12)[: random.integers(20, 110)]
        bound = int(random.integers(0, len(codes))) if random.random() < 0.3 else 0
        cases.append((codes, [place >= bound for place in range(len(codes))]))
    found = stage.page.evaluate(
        """async (cases) => {
            const { loopOf } = await import("/engine/writing.js");
            return cases.map(([codes, certain]) => loopOf(codes, certain));
        }""",
        cases,
    )
    expected = [loop_of(*case) for case in cases]
    assert 50 < sum(one is not None for one in expected) < 200
    assert found == expected


def test_greedy_writing_says_the_loop_it_runs_into(stage):
    writer = writer_of(GRU, seed=2)
    player = mount(stage, writer, {"temperature": 0, "characters": 120})
    text = text_of(player)
    loop = loop_of(list(text), [True] * len(text))
    each = "one character" if loop["period"] == 1 else f"itself every {loop['period']} characters"
    said = player.locator("[data-author=network] .said")
    expect(said).to_contain_text(f"It repeats {each} from character {loop['from'] + 1} on.")
    expect(player.locator("[data-author=network] .outcome")).to_contain_text("nothing else is left to draw from")


def test_a_step_shows_what_its_character_was_drawn_from(stage):
    writer = writer_of(LSTM)
    player = mount(stage, writer, timeStep=11)
    text, given = written(writer, AT)
    shown = player.locator("[data-author=network]")
    assert shown.locator(".transcript .ahead").count() == len(text) - 12
    rows = shown.locator(".drawn tbody tr:not(.spare)").evaluate_all(
        "rows => rows.map(({ dataset, className, cells }) => [{ ...dataset }, className, cells[2].textContent])"
    )
    left = wanted(given[11], AT["temperature"], AT["top_k"], AT["top_p"])
    assert len(rows) == len(ALPHABET)
    for data, classes, words in rows:
        code = int(data["code"])
        assert float(data["probability"]) == pytest.approx(given[11][code], abs=1e-12)
        assert float(data["left"]) == pytest.approx(left[code], abs=1e-12)
        assert ("cut" in classes) == (words == "cut") == (left[code] == 0)
        assert ("came" in classes) == (ALPHABET[code] == text[11])
    shown.locator(".transcript > :last-child > span").nth(4).click()
    assert stage.selection()["timeStep"] == 4
    expect(shown.get_by_role("heading", name="What character 5 was drawn from")).to_be_visible()


def test_playing_writes_one_character_after_the_other(stage, clock):
    player = mount(stage, writer_of(LSTM))
    player.get_by_role("button", name="Play").click()
    ahead = player.locator("[data-author=network] .ahead")
    for written_by_now in (1, 2, 3):
        assert ahead.count() == AT["characters"] - written_by_now
        clock.run_for(150)


def test_what_is_turned_or_typed_writes_another_text_at_once(stage):
    writer = writer_of(LSTM)
    player = mount(stage, writer)
    for label, name, value in [("Seed", "seed", 8), ("Characters", "characters", 55), ("Characters", "characters", 20)]:
        player.get_by_role("spinbutton", name=label, exact=True).fill(str(value))
        at = {**AT, **stage.selection()["at"]}
        assert at[name] == value
        expect(player.locator("[data-author=network] .transcript > :last-child > span")).to_have_count(at["characters"])
        assert text_of(player) == written(writer, at)[0]
    player.get_by_role("textbox", name="Prompt").fill("ba\nc")
    at = stage.selection()["at"]
    assert at["prompt"] == "ba\nc"
    assert text_of(player) == written(writer, at)[0]
    player.get_by_role("spinbutton", name="Held exactly at").fill("0.25")
    player.get_by_role("spinbutton", name="Held exactly at").press("Enter")
    expect(player.locator("[data-author=changed]")).to_be_visible()
    assert stage.selection()["whatIf"] == "hold lstm f all 0.25"
    assert text_of(player, "changed") == written(writer, at, [Clamp("f", 0.25)])[0]


REFUSED = "A prompt can have up to 50 characters, and this one has 100,000"
PROMPTS = {
    "": "Without a prompt it writes the beginning of a text.",
    "<script>alert(1)</script>": "more are not among the 5 characters that it knows: they read as nothing.",
    "aéb": "“é” is not among the 5 characters that it knows: it reads as nothing.",
    "a\t\x00c": "“⇥”, “U+0000” are not among the 5 characters that it knows: they read as nothing.",
    "\N{PILE OF POO}" * 50: "“\N{PILE OF POO}” is not among the 5",
    "ab c": "",
}


def test_any_prompt_is_read_or_refused_in_a_sentence_and_stays_where_it_was_typed(stage):
    writer = writer_of(LSTM)
    player = mount(stage, writer)
    field, said = player.get_by_role("textbox", name="Prompt"), player.locator(".prompt > .caption")
    for prompt, sentence in PROMPTS.items():
        field.fill(prompt)
        expect(said).to_contain_text(sentence)
        assert player.locator(".transcript .given").first.text_content() == prompt
        assert text_of(player) == written(writer, {**AT, "prompt": prompt})[0]
    field.fill("b" * 100_000)
    expect(said).to_contain_text(REFUSED)
    assert len(field.input_value()) == 100_000
    assert stage.selection()["at"]["prompt"] == "ab c"
    assert text_of(player) == written(writer, {**AT, "prompt": "ab c"})[0]
    field.fill("b" * 50)
    expect(said).to_be_hidden()
    assert text_of(player) == written(writer, {**AT, "prompt": "b" * 50})[0]


def test_a_link_can_change_what_is_computed_but_not_what_is_read(stage):
    player = mount(stage, writer_of(GRU), whatIf="read 2 a*hold gru z all 0*hold gru f 1 0")
    refused = player.locator(".changes .refused").all_text_contents()
    assert [sentence.split("does not fit: ")[1] for sentence in refused] == [
        "there is no change called read.",
        "GRU has no f.",
    ]
    assert stage.selection()["whatIf"] == "hold gru z all 0"


def test_a_network_can_write_without_an_ngram_beside_it(stage):
    player = mount(stage, replace(writer_of(GRU), ngram=None))
    assert player.locator("[data-author]:visible").evaluate_all("all => all.map((one) => one.dataset.author)") == [
        "network"
    ]


def test_weights_come_in_files_and_what_is_no_such_file_is_said(stage):
    writer = writer_of(GRU)
    parts = {"core": writer.checkpoint.weights, "readout": writer.checkpoint.readout}
    weights = {f"{part}.{name}": array for part, arrays in parts.items() for name, array in arrays.items()}
    files = {"weights": pack(weights), "ngram": pack(writer.ngram.arrays), "broken": b"<html>"}
    stage.page.route("**/files/*", lambda route: route.fulfill(body=files[route.request.url.rpartition("/")[2]]))
    player = mount(stage, replace(writer, file="files/broken", ngram_file="files/ngram"))
    expect(player).to_have_text(
        "The network could not be shown: This is not a file of weights in the safetensors format: "
        "it is shorter than it says. Reload the page to try again."
    )
    player = mount(stage, replace(writer, file="files/weights", ngram_file="files/ngram"))
    expect(player.locator("[data-author=ngram] .said")).to_contain_text("On average")
    assert text_of(player) == written(writer, AT)[0]
    assert text_of(player, "ngram") == written_by_ngram(writer, AT)
