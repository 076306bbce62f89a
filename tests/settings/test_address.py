"""From addresses to what pages are set to, and back."""

from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as some

from rnnviz.cells import CELLS, ELMAN, GRU, LSTM, MAIN, Cell
from rnnviz.settings import PAGES
from rnnviz.settings.address import link, read, write
from rnnviz.settings.kinds import CellChoice, Choice, Flag, Span
from rnnviz.settings.own_cell import read_own_cell, write_own_cell
from tests.own_cells import PEEPHOLE

SET = [page for page in PAGES.values() if page.settings]


def asked(page, address):
    """What an address says of a page: what it is then set to, and the sentences about what it cannot be."""
    found = read(PAGES[page], parse_qs(address, keep_blank_values=True))
    return PAGES[page].of(found.given), list(found.refusals.values())


def unsaid(page):
    """What means one thing where an address says nothing at all, and another where it says other things."""
    return {name for name, setting in page.settings.items() if setting.unsaid is not None}


@pytest.mark.parametrize(
    ("page", "query", "sentence"),
    [
        ("step_through", "hidden_size=10000000", "hidden size “10000000”; it can be a whole number from 1 to 64."),
        ("step_through", "hidden_size=4.5", "hidden size “4.5”; it can be a whole number from 1 to 64."),
        ("step_through", "hidden_size=inf", "hidden size “inf”; it can be a whole number from 1 to 64."),
        (
            "step_through",
            "cell=transformer",
            f"cell “transformer”; it can be one of {', '.join(cell.title for cell in MAIN)}.",
        ),
        ("step_through", "month=1066-10", "month “1066-10”; it can be 2012-01 to 2015-12."),
        ("step_through", "seed=nan", "seed “nan”; it can be a whole number from 0 to 9999."),
        ("step_through", "step=0", "step “0”; it can be a whole number from 1 to 200."),
        ("step_through", "network=a%0Ab" + "c" * 99, f"network “a\N{REPLACEMENT CHARACTER}b{'c' * 26}…”;"),
        ("step_through", "seed=1&seed=2", "seed 2 times, “1” and “2”; it can be asked for once."),
        ("step_through", "input_scale=1e999", "input scale “1e999”; it can be a number from 0 to 10."),
        ("compare", "first_seed=9999", "first seed “9999”; it can be a whole number from 0 to 9997."),
        ("compare", "seeds=5&first_seed=9996", "first seed “9996”; it can be a whole number from 0 to 9995."),
        ("compare", "task=names&directions=2", "directions “2”; it can be One."),
        ("compare", "sequence_length=400&task=copy", "sequence length “400”;"),
        ("compare", "cells=gru&watch=lstm", "watch “lstm”; it can be GRU."),
        ("compare", "watch_seed=3", "watch seed “3”; it can be a whole number from 0 to 2."),
        ("attention", "source=de&target=de", "target “de”; it can be one of English, French."),
        ("text", "inside=perhaps", "inside “perhaps”; it can be Open."),
        ("text", "unit=193", "unit “193”; it can be a whole number from 1 to 192."),
        ("gradients", "clipping=perhaps", "clipping “perhaps”; it can be true or false."),
    ],
)
def test_a_link_that_asks_for_too_much_is_answered(page, query, sentence):
    values, sentences = asked(page, query)
    (said,) = sentences
    assert said.startswith(f"The link asks for {sentence}")
    kept = parse_qs(query)
    written = write(PAGES[page], values)
    assert {name: texts for name, texts in written.items() if name not in unsaid(PAGES[page])}.items() <= kept.items()


def test_a_link_may_use_names_or_titles_in_any_case():
    assert asked("step_through", "cell=elman")[0].cell == ELMAN
    values, sentences = asked("step_through", "cell=ELMAN rnn&seed=7&network=RANDOM")
    assert (values.cell, values.seed, values.network, sentences) == (ELMAN, 7, "random", [])
    assert write(PAGES["step_through"], values) == {"cell": ["elman"], "network": ["random"], "seed": ["7"]}


def test_links_from_before_the_elman_rnn_came_first_mean_the_lstm():
    page = "step_through"
    assert asked(page, "")[0].cell == ELMAN
    for before in ("text=zoe", "step=5", "network=random&seed=3", "text=zoe&classroom=true"):
        assert asked(page, before)[0].cell == LSTM
    assert asked(page, "classroom=true")[0].cell == ELMAN
    for cell in MAIN:
        for more in ({}, {"text": "zoe"}):
            address = link(PAGES[page], cell=cell, **more)
            assert asked(page, urlsplit(address).query)[0].cell == cell


def test_a_link_may_name_several_cells_by_name_or_title():
    values, sentences = asked("compare", "cells=lstm&cells=GRU&cells=lstm")
    assert (values.cells, sentences) == ((LSTM, GRU), [])
    assert asked("compare", "cells=")[0].cells == ()
    assert write(PAGES["compare"], asked("compare", "cells=")[0]) == {"cells": [""]}


@pytest.mark.parametrize(("text", "value"), [("1e-3", 0.001), ("0.001", 0.001), ("1E-3", 0.001), ("2", 2.0)])
def test_a_number_may_be_written_with_a_power_of_ten(text, value):
    values, sentences = asked("compare", f"learning_rate={text}")
    assert (values.learning_rate, sentences) == (value, [])


@pytest.mark.parametrize("page", SET, ids=lambda page: page.name)
def test_every_declaration_is_whole(page):
    values = page.of({})
    for name, setting in page.settings.items():
        default = getattr(values, name)
        assert setting.title
        assert setting.help.endswith(".")
        assert setting.group is None or setting.group in page.groups
        if not setting.adapt:
            assert getattr(page.values(), name) == default
            assert setting.fits(default)
            texts = [setting.write(one) for one in default] if setting.several else [setting.write(default)]
            read_again = [setting.read(text) for text in texts]
            assert (tuple(read_again) if setting.several else read_again[0]) == default
    used = {setting.group for setting in page.settings.values()} - {None}
    assert used <= set(page.groups)


def fitting(setting):
    """Texts that a setting may well be, and others."""
    if isinstance(setting, CellChoice):
        good = some.sampled_from([*map(setting.write, CELLS.values()), write_own_cell(PEEPHOLE), "Elman RNN"])
    elif isinstance(setting, Choice):
        good = some.sampled_from([*setting.titles, *setting.titles.values()])
    elif isinstance(setting, Span):
        numbers = some.integers(int(setting.low), int(setting.high)) | some.floats(setting.low, setting.high)
        good = numbers.map(str)
    else:
        good = some.sampled_from(["true", "FALSE"]) if isinstance(setting, Flag) else some.text(max_size=20)
    rubbish = some.text(max_size=12) | some.sampled_from(
        ["inf", "nan", "-1", "1e400", "", "0x10", "٣", "own.", "own.AAAA"]
    )
    return some.lists(good | good | rubbish, min_size=1, max_size=2)


addresses = some.sampled_from(SET).flatmap(
    lambda page: some.tuples(
        some.just(page),
        some.fixed_dictionaries({}, optional={name: fitting(one) for name, one in page.all_settings.items()}),
    )
)


@given(addresses)
def test_whatever_an_address_says_the_page_can_be_shown_and_says_so(drawn):
    page, query = drawn
    found = read(page, query)
    values = page.of(found.given)
    assert set(found.given) | set(found.refusals) <= set(query) | unsaid(page)
    assert not set(found.given) & set(found.refusals)
    for name in page.settings:
        if name in found.given:  # what is not refused is what the page then is
            assert getattr(values, name) == found.given[name]
    if page.name == "compare" and values.cells:
        assert values.contest.recipes()
    written = write(page, values)
    again = read(page, written)
    assert again.refusals == {}
    for name in written:
        assert getattr(page.of(again.given), name) == getattr(values, name)
    assert parse_qs(urlsplit(link(page, **found.given)).query, keep_blank_values=True) == written


def test_a_cell_of_one_s_own_is_in_the_link_whole():
    text = write_own_cell(PEEPHOLE)
    assert len(text) < 400
    read_again = read_own_cell(text)
    assert read_again == PEEPHOLE
    values, sentences = asked("step_through", f"cell={text}&network=trained")
    assert values.cell == PEEPHOLE
    assert values.network == "random"
    assert sentences == ["The link asks for network “trained”; it can be one of Random, Numbers."]
    assert write(PAGES["step_through"], values) == {"cell": [text]}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("own.", "was cut off or changed"),
        ("own.%00", "was cut off or changed"),
        ("own." + "A" * 5000, "was cut off or changed"),
        (write_own_cell(PEEPHOLE)[:-5], "was cut off or changed"),
    ],
)
def test_a_cell_that_cannot_be_read_is_refused(text, said):
    with pytest.raises(ValueError, match=said):
        read_own_cell(text)


def test_a_cell_with_a_title_that_is_markup_cannot_be_linked():
    cell = Cell("mine", ("h",), "h = tanh(W @ x + U @ h)", title="![x](http://a.example/i.png)")
    with pytest.raises(ValueError, match="title of a cell must be"):
        read_own_cell(write_own_cell(cell))


@pytest.mark.parametrize("page", SET, ids=lambda page: page.name)
def test_every_choice_of_cells_offers_all_that_are_compared(page):
    for setting in page.settings.values():
        if isinstance(setting, CellChoice) and setting.adapt is None:
            assert set(MAIN) <= set(setting.offered)
