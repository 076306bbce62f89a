"""What is said of how far back a network that writes looks, and of what it wrote as it learned."""

import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as some

from rnnviz.analysis.context import FEWER, KEPT, WHOLE, Reach, reach_from
from rnnviz.networks import checkpoints
from rnnviz.networks.checkpoints import load_text
from rnnviz.notation import PALETTES, percent
from rnnviz.settings.text import MOMENTS
from rnnviz.ui.text.reach import CURVES, about, beside_ngrams, far_sentence, of_moment, of_order, of_resets, reach_chart

SHIPPED = pytest.mark.parametrize("name", checkpoints.available_text())
BITS = some.floats(1.0, 7.0)
CURVE = some.fixed_dictionaries(dict.fromkeys(KEPT, BITS))
NGRAMS = some.fixed_dictionaries(dict.fromkeys(range(1, 8), BITS))
FAR = some.fixed_dictionaries(dict.fromkeys(FEWER, BITS))
REACH = some.builds(Reach, BITS, CURVE, FAR, FAR, NGRAMS)


def shipped(name):
    return reach_from(load_text(name).card["reach"])


def numbers(sentence):
    return [float(number) for number in re.findall(r"\d+\.\d\d", sentence)]


@given(REACH)
def test_the_first_sentence_says_from_where_on_the_last_characters_are_enough(reach):
    said = far_sentence(reach)
    far = [k for k in KEPT if reach.cut[k] > 1.01 * reach.whole]
    if far and far[-1] == KEPT[-1]:
        assert said.startswith("**It looks back more than 200 characters**")
        assert numbers(said) == [round(reach.cut[200], 2), round(reach.whole, 2)]
    else:
        enough = min(k for k in KEPT if k > (far[-1] if far else 0))
        assert said.startswith(f"**It looks back about {enough} characters**")
        assert numbers(said) == [round(bits, 2) for bits in (reach.cut[enough], reach.whole, reach.cut[1])]


@given(REACH)
def test_n_grams_are_set_against_the_network_where_both_see_as_much_and_in_the_end(reach):
    said = beside_ngrams(reach)
    ahead = [k for k in range(1, 8) if reach.ngrams[k] < reach.cut[k]]
    if ahead in ([], [*range(1, 8)]):
        assert f"is {'better at every' if ahead else 'not better at any'} k from 1 to 7." in said
    else:
        listed, _, _ = said.partition(", and not elsewhere.")
        assert [int(k) for k in re.findall(r"\d", listed)] == ahead
    best = min(reach.ngrams.values())
    assert round(best, 2) in numbers(said)
    tied = abs(best - reach.whole) <= 0.01 * reach.whole
    assert ("as many as the network" in said) is tied
    assert ("**fewer than the network" in said) is (not tied and best < reach.whole)
    assert ("more than the network" in said) is (not tied and best > reach.whole)
    assert ("hard to beat" in said) is (tied or best < reach.whole)


@given(REACH)
def test_far_characters_out_of_order_help_or_mislead_or_do_neither(reach):
    said, more = of_order(reach), (reach.shuffled[10] - reach.cut[10]) / reach.whole
    assert numbers(said) == [round(reach.shuffled[10], 2), round(reach.cut[10], 2)]
    wanted = "next to nothing" if abs(more) <= 0.01 else "mislead" if more > 0 else "tell it something"
    assert [ending in said for ending in ("next to nothing", "mislead", "tell it something")].count(True) == 1
    assert wanted in said


@given(REACH)
def test_what_a_reset_costs(reach):
    said, more = of_resets(reach), reach.reset[100] / reach.whole - 1
    assert numbers(said) == [round(reach.reset[100], 2)]
    assert ("next to nothing" in said) is (more <= 0.01)
    assert more <= 0.01 or f"{percent(more)} more" in said


@SHIPPED
def test_the_chart_holds_every_number_that_was_measured(name):
    reach, network = shipped(name), load_text(name)
    drawn = json.loads(json.dumps(reach_chart(network, reach, PALETTES["light"], 14).to_dict()))
    rows = [row for rows in drawn["datasets"].values() for row in rows]
    for curve, title in CURVES.items():
        points = {(row["x"], row["y"]) for row in rows if row.get("title") == title and "seed" in row}
        assert points == {*getattr(reach, curve).items()}
    assert {*reach.ngrams.items()} <= {(row.get("x"), row.get("y")) for row in rows}
    assert f"all {WHOLE}: {reach.whole:.3g}" in drawn["description"]


@SHIPPED
def test_what_is_said_of_a_network_is_on_its_card(name):
    network = load_text(name)
    said, card = about(network), network.card
    for one in card["seeds"]:
        assert f"{one['held_out']:.3f}" in said or len(card["seeds"]) > 2
    assert f"On all of them it needs {card['reached']['held_out']:.2f} bits per character" in said
    apart = shipped(name).whole / card["reached"]["held_out"] - 1
    assert ("happen to be harder" in said) is (apart > 0.01)
    assert ("happen to be easier" in said) is (apart < -0.01)
    if abs(apart) > 0.01:  # what is said of n-grams then: those of order 8 see 7 characters
        of_eight = next(one["held_out"] for one in card["ngrams"] if one["order"] == 8)
        assert (shipped(name).ngrams[7] > of_eight) is (apart > 0)
    best = min(card["ngrams"], key=lambda one: one["held_out"])
    small = [one for one in card["ngrams"] if one["entries"] <= card["parameters"]][-1]
    assert f"(Kneser-Ney, order {best['order']}) needs {best['held_out']:.2f}" in said
    assert f"(order {small['order']}) needs {small['held_out']:.2f}" in said


@SHIPPED
def test_every_moment_can_be_chosen_and_says_what_it_is(name):
    network = load_text(name)
    writes = network.card["writes"]
    assert [str(one["step"]) for one in writes] == list(MOMENTS)
    assert of_moment(network, writes[0]).startswith(f"**Before its first step** it needs {writes[0]['bits']:.2f} bits")
    for one in writes[1:]:
        said = of_moment(network, one)
        near = [ngram for ngram in network.card["ngrams"] if f"order {ngram['order']} comes nearest" in said]
        assert len(near) == 1
        apart = abs(near[0]["held_out"] - one["bits"])
        assert all(abs(ngram["held_out"] - one["bits"]) >= apart for ngram in network.card["ngrams"])
        assert said.startswith(f"**After {one['step']:,} step")


@SHIPPED
def test_what_was_measured_is_in_order(name):
    """What every network that reads must show: a longer context does not hurt, and each n-gram has its number."""
    reach = shipped(name)
    assert list(reach.cut) == list(KEPT)
    assert list(reach.shuffled) == list(reach.reset) == list(FEWER)
    assert reach.cut[1] > reach.cut[5] > reach.cut[20] > reach.whole * 0.99
    assert list(reach.ngrams) == list(range(1, 8))
