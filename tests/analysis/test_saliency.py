"""Gradients on the tape against torch, what is left out against a plain run, and how measures agree."""

import numpy as np
import pytest
import torch

from rnnviz.analysis.saliency import gradient_times_input, left_out, permuted, rank_agreement
from rnnviz.cells import CELLS
from rnnviz.data.number_words import encode, say
from rnnviz.networks.attention import ATTENTIONS
from rnnviz.networks.torch_modules import EncoderDecoder
from rnnviz.networks.translator import Translator
from tests.networks.test_translator import in_numpy, random_model


@pytest.mark.parametrize("attention", ATTENTIONS)
@pytest.mark.parametrize("cell", CELLS)
def test_gradient_times_input_is_torch_s(cell, attention):
    model: EncoderDecoder = random_model(cell, attention, seed=2)
    translator = in_numpy(model)
    words, written = say(97_412, "en"), ("sieben", "und", "neunzig")
    found = gradient_times_input(translator, translator.force(words, written))
    sources = torch.tensor(encode(words, "en")).unsqueeze(1)
    embedded = model.source(sources).detach().requires_grad_()
    model.source = torch.nn.Identity()
    codes = encode(written, "de")
    logits, _ = model(embedded, torch.tensor([len(words)]), torch.tensor([0, *codes[:-1]]).unsqueeze(1))
    for step, code in enumerate(codes):
        said = torch.log_softmax(logits[step, 0], -1)[code]
        (slopes,) = torch.autograd.grad(said, embedded, retain_graph=True)
        np.testing.assert_allclose(found[step], (slopes * embedded).sum(-1)[:, 0].detach(), rtol=1e-9, atol=1e-12)


def test_what_is_left_out_is_a_run_without_it():
    translator = Translator.load("en-de")
    out = translator("ninety-seven")
    changes = left_out(translator, out)
    alone = translator.force(("seven",), out.tokens)
    for step, before, without in zip(changes[:, 0], out.steps, alone.steps):
        assert step == pytest.approx(before.log_probability - without.log_probability)
    assert changes[2, 0] > 1  # without "ninety" there is no reason to say "neunzig"
    assert np.isnan(left_out(translator, translator("seven"))).all()


def test_measures_that_order_alike_agree_and_those_without_an_order_do_not_say():
    rows = {"one": np.array([[1.0, 2.0, 3.0]]), "other": np.array([[-10.0, 20.0, -30.0]]), "flat": np.ones((1, 3))}
    found = rank_agreement(rows)
    assert found["one", "other"] == [1.0]
    assert np.isnan(found["one", "flat"]).all()


def test_permuted_weights_change_what_is_said_and_even_weights_cannot_be_permuted():
    translator = Translator.load("en-de")
    out = translator("ninety-seven thousand four hundred twelve")
    found = permuted(translator, out, 50, 0)
    assert len(found) == len(out.tokens)
    assert all(0 <= one.changed <= 1 and 0 <= one.distance <= 1 for one in found)
    assert max(one.changed for one in found) > 0.3
    assert permuted(translator, translator("seven"), 5, 0)[0].distance == 0
    assert permuted(Translator.load("en-de", attention="none"), out, 5, 0) == []
