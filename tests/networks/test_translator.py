"""Translators in numpy against torch, brute force and each other."""

import itertools
import json
import math
from dataclasses import replace

import numpy as np
import pytest
import torch
from torch.nn import functional

from rnnviz.analysis.beam import beam, beam_search
from rnnviz.cells import CELLS, GRU
from rnnviz.data.number_splits import round_numbers, split
from rnnviz.data.number_words import LANGUAGES, encode, say, vocabulary
from rnnviz.language.arithmetic import evaluate
from rnnviz.networks import translator as translation
from rnnviz.networks.attention import ATTENTIONS
from rnnviz.networks.checkpoints import shipped
from rnnviz.networks.torch_modules import EncoderDecoder
from rnnviz.networks.translator import LONGEST, Translator
from rnnviz.training.cards import card_of
from rnnviz.training.recipe import TranslationRecipe, read_recipe
from rnnviz.training.run import Ended
from tests.own_cells import PEEPHOLE
from tools.translators import main
from tools.translators import shipped as shipped_recipes

KINDS = [(cell, attention, 2) for cell in CELLS for attention in ATTENTIONS] + [
    (cell, "dot", 1) for cell in CELLS
]  # fmt: skip
SOURCE, TARGET = vocabulary("en"), vocabulary("de")


def random_model(cell="gru", attention="dot", directions=2, seed=0):
    cell = CELLS[cell] if isinstance(cell, str) else cell
    return EncoderDecoder(
        cell, len(SOURCE), len(TARGET), attention=attention, directions=directions, hidden_size=12, embedding_size=5,
        seed=seed,
    ).double()  # fmt: skip


def in_numpy(model):
    return Translator.of({name: array.astype(np.float64) for name, array in model.arrays().items()}, card_for(model))


def card_for(model):
    recipe = TranslationRecipe(attention=model.attention.name, cell=model.cell)
    return {"recipe": json.loads(json.dumps(recipe.as_dict()))}


def batch(numbers):
    rows = [torch.tensor(encode(say(number, "en"), "en")) for number in numbers]
    return torch.nn.utils.rnn.pad_sequence(rows, padding_value=7), torch.tensor([len(row) for row in rows])


@pytest.mark.parametrize(("cell", "attention", "directions"), KINDS)
def test_every_answer_and_alignment_is_torch_s_over_a_batch_of_unequal_lengths(cell, attention, directions):
    numbers = [97_412, 5, 123_456, 40]
    model = random_model(cell, attention, directions)
    translator = in_numpy(model)
    written = ["drei", "und", "hundert"]
    sources, lengths = batch(numbers)
    codes = torch.tensor([0, *encode(written, "de")]).unsqueeze(1).expand(-1, len(numbers))
    with torch.no_grad():
        logits, alignment = model(sources, lengths, codes)
    assert (alignment is None) == (attention == "none")
    for place, number in enumerate(numbers):
        forced = translator.force(say(number, "en"), written)
        answers = np.array([step.values["y"] for step in forced.steps])
        np.testing.assert_allclose(answers, torch.softmax(logits[:, place], -1), rtol=1e-11, atol=1e-13)
        if alignment is not None:
            count = int(lengths[place])
            np.testing.assert_allclose(forced.alignment, alignment[:3, place, :count], rtol=1e-11, atol=1e-13)
            assert (alignment[:, place, count:] == 0).all()
            np.testing.assert_allclose(forced.alignment.sum(1), 1, atol=1e-14)


def written_out(model, words, written):
    """The answers (U, O) of a network whose cells are PyTorch's own layers, after the papers; no equation is bound."""
    heads = {part: dict(head.named_parameters()) for part, head in model.heads.items()}
    embedded = model.source(torch.tensor(encode(words, "en")))
    forwards = model.encoders[0].core(embedded)[0]
    backwards = model.encoders[1].core(embedded.flip(0))[0].flip(0)
    annotations, summary = torch.cat([forwards, backwards], 1), torch.cat([forwards[-1], backwards[0]])
    start = [
        torch.tanh(heads["bridge"][f"W_s{state}"].mv(summary) + heads["bridge"][f"b_{state}"])[None]
        for state in model.cell.state
    ]
    read = model.target(torch.tensor([0, *encode(written, "de")]))
    answers = []
    for hidden in model.decoder.core(read, tuple(start) if len(start) > 1 else start[0])[0]:
        look = heads["attention"]
        match model.attention.name:
            case "none":
                context = summary
            case "additive":
                scores = torch.tanh(annotations.mm(look["U_e"]) + look["W_he"].mv(hidden)).mv(look["v_e"])
            case "dot":
                scores = annotations.mv(hidden)
            case "general":
                scores = annotations.mv(look["W_he"].mv(hidden))
        if model.attention.looks:
            context = (scores.softmax(0)[:, None] * annotations).sum(0)
        attended, words_of = heads["attended"], heads["words"]
        q = torch.tanh(attended["W_mq"].mv(context) + attended["W_hq"].mv(hidden) + attended["b_q"])
        answers.append((words_of["W_qy"].mv(q) + words_of["b_y"]).softmax(0))
    return torch.stack(answers)


@pytest.mark.parametrize("attention", ATTENTIONS)
@pytest.mark.parametrize("cell", CELLS)
def test_every_answer_is_that_of_the_network_written_out(cell, attention):
    model, words, written = random_model(cell, attention), say(97_412, "en"), ["drei", "und", "hundert"]
    with torch.no_grad():
        wanted = written_out(model, words, written)
    found = [step.values["y"] for step in in_numpy(model).force(words, written).steps]
    np.testing.assert_allclose(found, wanted, rtol=1e-11, atol=1e-13)


def test_a_cell_without_a_fused_layer_translates_too():
    model = random_model(PEEPHOLE)
    sources, lengths = batch([42])
    with torch.no_grad():
        logits, _ = model(sources, lengths, torch.zeros(1, 1, dtype=torch.int64))
    first = Translator.of(model.arrays(), card_for(model)).translate(say(42, "en")).steps[0]
    np.testing.assert_allclose(first.values["y"], torch.softmax(logits[0, 0], -1), rtol=1e-6)


def test_padding_is_never_looked_at_whatever_it_holds():
    model = random_model(attention="additive")
    sources, lengths = batch([123_456, 7])
    other = sources.clone()
    other[1:, 1] = 11
    codes = torch.zeros(2, 2, dtype=torch.int64)
    with torch.no_grad():
        one, another = model(sources, lengths, codes), model(other, lengths, codes)
    assert torch.equal(one[0], another[0])
    assert torch.equal(one[1], another[1])


def test_dot_attention_is_torch_s_scaled_product_without_the_scale():
    random = np.random.default_rng(0)
    annotations, hidden = random.normal(size=(7, 12)), random.normal(size=12)
    found = evaluate(ATTENTIONS["dot"].program, {}, {"S": annotations, "h": hidden})
    keys = torch.from_numpy(annotations)[None]
    wanted = functional.scaled_dot_product_attention(torch.from_numpy(hidden)[None, None], keys, keys, scale=1.0)
    np.testing.assert_allclose(found["m"], wanted[0, 0], rtol=1e-13)


@pytest.mark.parametrize("name", ["additive", "dot", "general"])
def test_attention_is_a_plain_loop_over_the_words_read(name):
    random = np.random.default_rng(1)
    annotations, hidden = random.normal(size=(5, 4)), random.normal(size=4)
    weights = {
        letter: random.normal(size=[4] * len(shape)) for letter, shape in ATTENTIONS[name].program.weights.items()
    }
    scores = []
    for annotation in annotations:
        if name == "dot":
            scores.append(sum(a * b for a, b in zip(annotation, hidden)))
        elif name == "general":
            scores.append(sum(a * b for a, b in zip(annotation, weights["W_he"].dot(hidden))))
        else:
            inner = [math.tanh(value) for value in annotation.dot(weights["U_e"]) + weights["W_he"].dot(hidden)]
            scores.append(sum(a * b for a, b in zip(weights["v_e"], inner)))
    shares = [math.exp(score) for score in scores]
    context = sum(share / sum(shares) * annotation for share, annotation in zip(shares, annotations))
    found = evaluate(ATTENTIONS[name].program, weights, {"S": annotations, "h": hidden})
    np.testing.assert_allclose(found["e"], scores, rtol=1e-12)
    np.testing.assert_allclose(found["a"], np.array(shares) / sum(shares), rtol=1e-12)
    np.testing.assert_allclose(found["m"], context, rtol=1e-12)


def test_what_the_issue_s_example_says():
    out = Translator.load("en-de", attention="dot")("twenty-three thousand four hundred fifty-six")
    assert out.text == "dreiundzwanzigtausendvierhundertsechsundfünfzig"
    assert out.tokens == ("drei", "und", "zwanzig", "tausend", "vier", "hundert", "sechs", "und", "fünfzig")
    assert out.source_tokens == ("twenty", "three", "thousand", "four", "hundred", "fifty", "six")
    assert out.alignment.shape == (9, 7)
    np.testing.assert_allclose(out.alignment.sum(1), 1, atol=1e-12)
    assert out.ended
    assert Translator.load("en-de", attention="none")("7").alignment is None


def test_the_alignment_crosses_where_german_says_units_before_tens():
    out = Translator.load("en-de")("ninety-seven")
    assert out.tokens == ("sieben", "und", "neunzig")
    assert out.alignment[0].argmax() == 1
    assert out.alignment[2].argmax() == 0


def right_of(translator, numbers):
    """Those numbers of which a translator says every word as num2words does, and ends there."""
    source, target = translator.source_language, translator.target_language
    outs = {number: translator.translate(say(number, source)) for number in numbers}
    return [number for number, out in outs.items() if out.tokens == say(number, target) and out.ended]


@pytest.mark.parametrize(("source", "target"), list(itertools.permutations(LANGUAGES, 2)))
def test_all_numbers_that_people_type_first_are_right_in_every_language(source, target):
    translator = Translator.load(f"{source}-{target}")
    known = round_numbers()
    asked = sorted({*range(1000), *known[:: len(known) // 50]})
    assert right_of(translator, asked) == asked
    assert translator.card["reached"]["below_1000"] == 1


def test_what_is_right_is_what_num2words_says():
    translator = Translator.load("en-de")
    assert translator.right(("six",)) == ("sechs",)
    assert translator.right(("one", "hundred", "one", "thousand")) == ("ein", "hundert", "ein", "tausend")
    assert translator.right(("six", "six", "hundred")) is None


@pytest.mark.parametrize("name", translation.available())
def test_a_shipped_translator_reaches_what_its_card_says_on_numbers_it_has_not_seen(name):
    translator = translation._load(name)
    card, recipe, exact = translator.card, translator.card["recipe"], translator.card["reached"]["exact"]
    parts = split(card["data"]["split_seed"], recipe["largest"], recipe["sampling"])
    assert not set(parts.test) & set(parts.training)
    below_1000 = card["reached"]["below_1000"]
    for asked, share in ((parts.test[:60], exact), (range(0, 1000, 11), below_1000)):
        spread = 3 * math.sqrt(share * (1 - share) / len(asked)) + 1 / len(asked)
        assert abs(len(right_of(translator, asked)) / len(asked) - share) <= spread
    assert sum(array.size for part in translator.weights.values() for array in part.values()) == card["parameters"]
    size = shipped("translators").joinpath(f"{name}.safetensors").stat().st_size
    assert size < 1.5e6


@pytest.mark.parametrize("attention", ["additive", "dot", "general"])
def test_with_attention_english_becomes_german(attention):
    assert Translator.load("en-de", attention=attention).card["reached"]["exact"] >= 0.98


def test_numbers_longer_than_any_it_has_learned_from_are_not_translated():
    assert Translator.load("en-de", short=True).card["reached"]["by_digits"]["6"][0] < 0.1
    assert Translator.load("en-de", short=True).card["reached"]["by_digits"]["5"][0] > 0.95


def test_a_missing_translator_is_named_with_those_that_there_are():
    with pytest.raises(FileNotFoundError, match=r"'fr-xx-dot-gru-2'; there are: .*en-de-dot-gru-2"):
        Translator.load("fr-xx")


def test_a_beam_as_wide_as_the_vocabulary_finds_the_likeliest_of_all():
    random = np.random.default_rng(3)
    table = random.dirichlet(np.ones(3), size=(3, 3))  # by the last two words; 0 ends

    def step(state, code):
        return table[state, code], code

    def score(codes):
        state, code, total = 0, 0, 0.0
        for wanted in codes:
            total += math.log(table[state, code][wanted])
            state, code = code, wanted
        return total

    everything = [
        (*words, 0) for count in range(3) for words in itertools.product((1, 2), repeat=count)
    ] + list(itertools.product((1, 2), repeat=3))  # fmt: skip
    tree = beam_search(0, step, width=27, longest=3)
    assert {branch.codes for branch in tree[-1]} == set(everything)
    best = max(everything, key=score)
    assert tree[-1][0].codes == best
    for branch in tree[-1]:
        assert branch.score == pytest.approx(score(branch.codes), abs=1e-12)


def test_a_beam_of_one_is_greedy_and_a_wider_one_is_never_less_likely_here():
    translator, words = in_numpy(random_model(seed=4)), say(97_412, "en")
    greedy = translator.translate(words)
    scores = [beam(translator, words, width)[-1][0] for width in (1, 3, 5)]
    assert scores[0].codes == tuple(step.said for step in greedy.steps)
    assert scores[0].score == pytest.approx(greedy.log_probability, abs=1e-10)
    assert len(scores[0].codes) <= LONGEST


def test_a_low_temperature_is_greedy_and_a_seed_decides():
    translator, words = Translator.load("en-de", attention="none"), say(97_412, "en")
    assert translator.sample(words, 1e-3, 0).tokens == translator.translate(words).tokens
    hot = [translator.sample(words, 5.0, seed).tokens for seed in (1, 1, 2)]
    assert hot[0] == hot[1] != hot[2]
    with pytest.raises(ValueError, match="a temperature must be above 0, not 0"):
        translator.sample(words, 0, 0)


def test_a_beam_that_is_too_wide_is_refused():
    with pytest.raises(ValueError, match="a beam must be from 1 to 28 wide, not 0"):
        beam(Translator.load("en-de"), ("one",), 0)


def test_another_alignment_gives_the_mean_that_it_says():
    translator = Translator.load("en-de")
    encoded = translator.encode(translator.embed(("ninety", "seven")))
    even = translator.step(encoded, encoded.states, 0, alignment=np.array([0.5, 0.5]))
    np.testing.assert_allclose(even["m"], encoded.annotations.mean(0), rtol=1e-12)


@pytest.mark.parametrize("name", translation.available())
def test_a_card_says_what_the_cards_that_ship_say(name):
    card = translation._load(name).card
    reached = card["reached"]
    ended = Ended(
        "done", card["steps"], 1.0, card["parameters"], reached["exact"],
        {int(digits): share for digits, (share, _) in reached["by_digits"].items()},
        shares={"below_1000": reached["below_1000"], "round": reached["round"][0]},
    )  # fmt: skip
    assert card_of(read_recipe(card["recipe"]), ended) == card


def test_what_ships_is_what_the_tool_makes_one_by_one_if_asked():
    recipes = shipped_recipes()
    assert sorted(recipes) == list(translation.available())
    assert all(read_recipe(translation._load(name).card["recipe"]) == recipe for name, recipe in recipes.items())
    with pytest.raises(SystemExit, match=r"there is no en-la; there are: .*en-de-dot-gru-2, .*experiments"):
        main(["en-la"])


def test_a_card_that_does_not_say_which_translator_it_is_is_refused():
    arrays, card = {}, Translator.load("en-de").card
    for recipe, said in (
        ({}, "must have a recipe with source, target, cell, attention"),
        ({**card["recipe"], "attention": "self"}, f"attention must be one of {', '.join(ATTENTIONS)}, not 'self'"),
        ({**card["recipe"], "cell": "elmo"}, "cell must be one of elman"),
    ):
        with pytest.raises(ValueError, match=said):
            Translator.of(arrays, {**card, "recipe": recipe})


def test_no_translator_ships_for_a_cell_of_ones_own():
    with pytest.raises(FileNotFoundError, match="there is no translator"):
        Translator.load("en-de", cell=PEEPHOLE)
    with pytest.raises(FileNotFoundError, match="there is no translator"):
        Translator.load("en-de", cell=replace(GRU, title="Mine"))  # though it has the name
    assert Translator.load("en-de", cell=GRU) is Translator.load("en-de")
