import json
import warnings
from dataclasses import replace

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn
from torch.nn.utils import parametrizations, parametrize, prune

from rnnviz import cells
from rnnviz.cells import CELLS, ELMAN, ELMAN_RELU, GRU, LSTM, Cell, from_torch
from rnnviz.language.equations import EquationError
from rnnviz.trace import run
from tests.own_cells import PEEPHOLE

MODULES = {
    "elman": (ELMAN, nn.RNN, {"nonlinearity": "tanh"}),
    "elman_relu": (ELMAN_RELU, nn.RNN, {"nonlinearity": "relu"}),
    "lstm": (LSTM, nn.LSTM, {}),
    "gru": (GRU, nn.GRU, {}),
}


def module_of(name, input_size, hidden_size, *, bias=True, seed=0):
    torch.manual_seed(seed)
    _, kind, options = MODULES[name]
    return kind(input_size, hidden_size, bias=bias, dtype=torch.float64, **options)


def assert_close(actual, witness):
    witness = torch.as_tensor(witness).numpy()
    assert actual.shape == witness.shape
    assert (np.abs(actual - witness) <= 1e-12 * np.maximum(1, np.abs(witness))).all()


def torch_steps(module, x, h, c):
    """Every quantity by the formulas in the documentation of `torch.nn.RNN`, `LSTM` and `GRU`, gates stacked."""
    bias_ih = module.bias_ih_l0 if module.bias else 0
    bias_hh = module.bias_hh_l0 if module.bias else 0
    for x_t in x:
        from_input = x_t @ module.weight_ih_l0.T + bias_ih
        from_state = h @ module.weight_hh_l0.T + bias_hh
        match module:
            case nn.RNN():
                h = torch.tanh(from_input + from_state)
                if module.nonlinearity == "relu":
                    h = torch.relu(from_input + from_state)
                yield {"h": h}
            case nn.LSTM():
                i, f, g, o = (from_input + from_state).chunk(4, -1)
                i, f, g, o = torch.sigmoid(i), torch.sigmoid(f), torch.tanh(g), torch.sigmoid(o)
                c = f * c + i * g
                h = o * torch.tanh(c)
                yield {"i": i, "f": f, "g": g, "o": o, "c": c, "h": h}
            case nn.GRU():
                (r_x, z_x, n_x), (r_h, z_h, n_h) = from_input.chunk(3, -1), from_state.chunk(3, -1)
                r, z = torch.sigmoid(r_x + r_h), torch.sigmoid(z_x + z_h)
                n = torch.tanh(n_x + r * n_h)
                h = (1 - z) * n + z * h
                yield {"r": r, "z": z, "n": n, "h": h}


def assert_equals_torch(module, inputs, states):
    """The gates by hand, and what the fused module itself says: its output at every step, its cell state at the end."""
    cell, weights = from_torch(module)
    trace = run(cell, weights, inputs, {name: states[name] for name in cell.state})
    x, h, c = (torch.from_numpy(array) for array in (inputs, states["h"], states["c"]))
    with torch.no_grad():
        steps = list(torch_steps(module, x, h, c))
        assert set(trace.values) == set(steps[0])
        for symbol in trace.values:
            assert_close(trace[symbol], torch.stack([step[symbol] for step in steps]))
        output, last = module(x, (h[None], c[None]) if isinstance(module, nn.LSTM) else h[None])
    assert_close(trace["h"], output)
    if isinstance(module, nn.LSTM):
        assert_close(trace["c"][-1], last[1][0])


sizes = st.integers(1, 8)


@pytest.mark.parametrize("name", MODULES)
@settings(max_examples=60)
@given(
    input_size=sizes,
    hidden_size=sizes,
    length=sizes,
    batch=st.none() | st.integers(1, 4),
    bias=st.booleans(),
    seed=st.integers(0, 2**32 - 1),
    scale=st.sampled_from([0.0, 1.0, 30.0]),
)
def test_every_quantity_is_torchs(name, input_size, hidden_size, length, batch, bias, seed, scale):
    module = module_of(name, input_size, hidden_size, bias=bias, seed=seed)
    random, leading = np.random.default_rng(seed), () if batch is None else (batch,)
    states = {state: random.normal(size=(*leading, hidden_size)) for state in "hc"}
    assert_equals_torch(module, scale * random.normal(size=(length, *leading, input_size)), states)


@pytest.mark.parametrize("name", MODULES)
def test_large_inputs_saturate_without_a_warning(name):
    inputs = 1e4 * np.random.default_rng(0).choice([-1.0, 1.0], size=(20, 3, 5))
    with np.errstate(all="raise", under="ignore"):
        assert_equals_torch(module_of(name, 5, 7), inputs, {"h": np.zeros((3, 7)), "c": np.zeros((3, 7))})


@pytest.mark.parametrize("name", MODULES)
@pytest.mark.parametrize("bias", [True, False])
def test_from_torch_gives_the_cell_and_every_weight_in_float64(name, bias):
    cell, weights = from_torch(module_of(name, 3, 5, bias=bias).float())
    assert cell is MODULES[name][0]
    assert list(weights) == list(cell.program.weights)
    assert {weight: array.shape for weight, array in weights.items()} == cell.weight_shapes(3, 5)
    assert {array.dtype for array in weights.values()} == {np.dtype(np.float64)}
    assert all((array == 0).all() != bias for weight, array in weights.items() if weight.startswith("b"))


def test_from_torch_copies():
    module = module_of("elman", 3, 5)
    _, weights = from_torch(module)
    weights["W_hh"][:] = 0
    assert (module.weight_hh_l0 != 0).all()


def changed(module, change, *arguments):
    """A module after a change that PyTorch makes to it."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # some are called old
        result = change(module, *arguments)
    return module if result is None else result


class Doubled(nn.LSTM):
    """Another computation under the name of a layer."""

    def forward(self, *inputs):
        output, states = super().forward(*inputs)
        return 2 * output, states


def with_hook(module):
    module.register_forward_hook(lambda module, inputs, output: None)
    return module


def quantized():
    whole = nn.Sequential(nn.LSTM(3, 5))
    return changed(whole, torch.ao.quantization.quantize_dynamic, {nn.LSTM})[0]


REFUSED = {
    "two layers": (
        lambda: nn.LSTM(3, 5, num_layers=2),
        "from_torch takes one layer in one direction without projection",
    ),
    "two directions": (lambda: nn.GRU(3, 5, bidirectional=True), "from_torch takes one layer in one direction"),
    "a projection": (lambda: nn.LSTM(3, 5, proj_size=2), r"without projection \(proj_size=0\)"),
    "no recurrent layer": (lambda: nn.Linear(3, 5), "from_torch takes a torch.nn.RNN, LSTM or GRU, not Linear"),
    "a single step": (lambda: nn.LSTMCell(3, 5), "from_torch takes a torch.nn.RNN, LSTM or GRU, not LSTMCell"),
    "batch first": (
        lambda: nn.GRU(3, 5, batch_first=True),
        "reads time first, as run does, and this one has batch_first",
    ),
    "compiled": (lambda: changed(nn.GRU(3, 5, batch_first=True), torch.compile), "this one has batch_first=True"),
    "another forward": (lambda: Doubled(3, 5), "this LSTM has a forward of its own"),
    "hooks": (lambda: with_hook(nn.RNN(3, 5)), "from_torch takes a layer without forward hooks"),
    "weight norm of old": (
        lambda: changed(nn.RNN(3, 5), nn.utils.weight_norm, "weight_hh_l0"),
        "remove them, such as by torch.nn.utils.remove_weight_norm",
    ),
    "pruned": (lambda: changed(nn.RNN(3, 5), prune.random_unstructured, "weight_hh_l0", 0.5), r"prune\.remove"),
    "no weights": (lambda: nn.LSTM(3, 5, device="meta"), "this one is on the meta device and has none"),
    "changing weights": (
        lambda: parametrizations.spectral_norm(nn.LSTM(20, 30), "weight_hh_l0", 1),
        r"call its eval\(\) first",
    ),
    "quantized": (quantized, "from_torch takes a torch.nn.RNN, LSTM or GRU, not LSTM of torch.ao"),
    "scripted": (lambda: changed(nn.LSTM(3, 5), torch.jit.script), "not RecursiveScriptModule"),
}


@pytest.mark.parametrize(("module", "message"), REFUSED.values(), ids=REFUSED)
def test_from_torch_refuses(module, message):
    with pytest.raises(ValueError, match=message):
        from_torch(module())


class Named(nn.GRU):
    """A layer under another name."""


class Twice(nn.Module):
    """What a weight is computed from."""

    def forward(self, weight):
        return 2 * weight


KINDS = {
    "plain": lambda layer: layer,
    "compiled": lambda layer: changed(layer, torch.compile),
    "weight norm": lambda layer: parametrizations.weight_norm(layer, "weight_hh_l0"),
    "spectral norm": lambda layer: parametrizations.spectral_norm(layer, "weight_ih_l0").eval(),
    "orthogonal": lambda layer: parametrizations.orthogonal(layer, "weight_hh_l0"),
    "a student's own": lambda layer: parametrize.register_parametrization(layer, "weight_hh_l0", Twice()),
    "evaluated": lambda layer: layer.eval(),
}


@settings(max_examples=60)
@given(
    layer=st.sampled_from([nn.RNN, nn.LSTM, nn.GRU, Named]),
    kind=st.sampled_from(sorted(KINDS)),
    dtype=st.sampled_from([torch.float64, torch.float32, torch.bfloat16, torch.float16]),
    options=st.fixed_dictionaries(
        {},
        optional={
            "num_layers": st.integers(1, 2),
            "bias": st.booleans(),
            "batch_first": st.booleans(),
            "bidirectional": st.booleans(),
            "dropout": st.just(0.5),
        },
    ),
    more=st.sampled_from([{}, {}, {"nonlinearity": "relu"}, {"proj_size": 2}]),
    seed=st.integers(0, 2**31),
)
def test_every_layer_is_as_torch_computes_it_or_refused(layer, kind, dtype, options, more, seed):
    torch.manual_seed(seed)
    fitting = {nn.RNN: "nonlinearity", nn.LSTM: "proj_size"}.get(layer)
    options |= {name: value for name, value in more.items() if name == fitting}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # dropout after a single layer does nothing
        original = layer(3, 5, dtype=dtype, **options).double()
    module = KINDS[kind](original)
    if original.num_layers > 1 or any(options.get(name) for name in ("bidirectional", "batch_first", "proj_size")):
        with pytest.raises(ValueError, match=r"^from_torch takes "):
            from_torch(module)
        return
    inputs = np.random.default_rng(seed).normal(size=(4, 2, 3))
    trace = run(*from_torch(module), inputs)
    with torch.no_grad():
        assert_close(trace["hidden_state"], original(torch.from_numpy(inputs))[0])


def test_a_peephole_lstm_is_its_equations_and_nothing_else():
    weights = PEEPHOLE.init(3, 5, seed=1)
    inputs = np.random.default_rng(1).normal(size=(9, 2, 3))
    trace = run(PEEPHOLE, weights, inputs)
    w = {name: torch.from_numpy(value) for name, value in weights.items()}
    h = c = torch.zeros(2, 5, dtype=torch.float64)
    for t, x in enumerate(torch.from_numpy(inputs)):
        i = torch.sigmoid(x @ w["W_xi"].T + h @ w["W_hi"].T + w["p_i"] * c + w["b_i"])
        f = torch.sigmoid(x @ w["W_xf"].T + h @ w["W_hf"].T + w["p_f"] * c + w["b_f"])
        g = torch.tanh(x @ w["W_xg"].T + h @ w["W_hg"].T + w["b_g"])
        c = f * c + i * g
        o = torch.sigmoid(x @ w["W_xo"].T + h @ w["W_ho"].T + w["p_o"] * c + w["b_o"])
        h = o * torch.tanh(c)
        for symbol, value in {"i": i, "f": f, "g": g, "c": c, "o": o, "h": h}.items():
            assert_close(trace[symbol][t], value)


@pytest.mark.parametrize("cell", CELLS.values(), ids=CELLS)
def test_init_is_uniform_within_one_over_root_of_the_hidden_size_and_repeatable(cell):
    weights, again = cell.init(30, 100, seed=3), cell.init(30, 100, seed=3)
    values = np.concatenate([array.ravel() for array in weights.values()])
    assert {name: array.shape for name, array in weights.items()} == cell.weight_shapes(30, 100)
    assert values.dtype == np.float64
    assert 0.099 < values.max() <= 0.1
    assert -0.1 <= values.min() < -0.099
    assert abs(values.std() - 0.1 / 3**0.5) < 0.001
    assert all((weights[name] == again[name]).all() for name in weights)
    assert any((weights[name] != cell.init(30, 100, seed=4)[name]).any() for name in weights)


@pytest.mark.parametrize(("sizes", "message"), [((0, 5), "input_size must be"), ((3, -1), "hidden_size must be")])
def test_init_refuses_sizes_under_one(sizes, message):
    with pytest.raises(ValueError, match=f"{message} at least 1, not"):
        LSTM.init(*sizes, seed=0)


def test_sizes_are_read_off_the_weights():
    assert GRU.sizes(GRU.init(3, 5, seed=0)) == {"I": 3, "H": 5}
    assert Cell("t", ("h",), "h = tanh(W @ h)").sizes({"W": np.zeros((4, 4))}) == {"H": 4}
    with pytest.raises(ValueError, match="t has no weight that says how many units it has"):
        Cell("t", ("h",), "h = tanh(h)").sizes({})


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"W_hh": None}, r"elman needs the weights W_xh, W_hh, b_h; missing \['W_hh'\], unknown \[\]"),
        ({"U": np.zeros(5)}, r"missing \[\], unknown \['U'\]"),
        ({"W_hh": np.zeros((5, 4))}, r"elman: W_hh must be \(H=5, H=5\), not of shape \(5, 4\)"),
        ({"W_xh": np.zeros(5)}, r"elman: W_xh must be \(H, I\), not of shape \(5,\)"),
        ({"b_h": np.zeros(4)}, r"elman: b_h must be \(H=5\), not of shape \(4,\)"),
    ],
)
def test_weights_that_do_not_fit_are_named(changes, message):
    weights = {**ELMAN.init(3, 5, seed=0), **changes}
    with pytest.raises(ValueError, match=message):
        ELMAN.sizes({name: value for name, value in weights.items() if value is not None})


def test_a_name_for_a_letter_that_is_not_computed_is_refused():
    with pytest.raises(EquationError, match=r"quantities names \['f'\], which no equation computes"):
        Cell("t", ("h",), "h = tanh(W @ h)", quantities={"f": "forget_gate"})


def test_a_quantity_has_the_letter_and_the_bounds_of_its_cell():
    assert GRU.quantity("n").title == "Candidate"
    assert GRU.quantity("n").symbol == "nₜ"
    assert ELMAN.quantity("h").bounds == (-1.0, 1.0)
    assert ELMAN_RELU.quantity("h").bounds == (0.0, float("inf"))
    assert LSTM.quantity("c").bounds == (-float("inf"), float("inf"))
    own = Cell("t", ("h",), "u = sigmoid(W @ h)\nh = u * h")
    assert (own.quantity("u").name, own.quantity("u").bounds, own.title) == ("u", (0.0, 1.0), "t")


def test_cells_are_told_apart_by_what_they_are():
    copy = Cell("lstm", ("h", "c"), LSTM.lines, dict(reversed(LSTM.quantities.items())), LSTM.title, LSTM.source)
    assert copy == LSTM
    assert hash(copy) == hash(LSTM)
    assert {LSTM: 1}[copy] == 1
    for change in ({"name": "mine"}, {"title": "Mine"}, {"source": "me"}, {"quantities": {"h": "hidden_state"}}):
        assert replace(LSTM, **change) != LSTM
    assert replace(LSTM, equations=LSTM.equations.replace("+ i * g", "- i * g")) != LSTM
    assert len({*CELLS.values(), copy}) == len(CELLS)
    assert LSTM != "lstm"


def test_the_cells_compared_side_by_side_are_no_variants_of_others():
    assert cells.MAIN[:3] == (ELMAN, LSTM, GRU)
    assert ELMAN_RELU not in cells.MAIN
    assert {cell.variant_of for cell in CELLS.values()} <= {"", *CELLS}


@pytest.mark.parametrize("cell", [*CELLS.values(), PEEPHOLE])
def test_a_cell_comes_back_from_plain_json(cell):
    value = json.loads(json.dumps(cells.to_value(cell)))
    assert cells.from_value(value) == cell
    assert isinstance(value, str) == (cell in CELLS.values())
    assert cells.from_value(cell) == cell


OWN = {"name": "own", "state": ["h"], "equations": "h = tanh(W_xh @ x)"}


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("elmo", f"cell must be one of {', '.join(CELLS)}, not 'elmo'"),
        (None, f"cell must be one of {', '.join(CELLS)}, not None"),
        (["lstm"], "cell must be one of"),
        ({**OWN, "pytorch": ["LSTM", "ifgo"]}, "a cell has no pytorch; it has name, title, state, equations"),
        ({**OWN, "name": "own cell"}, "the name of a cell must be up to 40 letters"),
        ({**OWN, "name": "../own"}, "the name of a cell must be"),
        ({**OWN, "name": 3}, "the name of a cell must be a text"),
        ({**OWN, "title": "[a](http://a.example)"}, "the title of a cell must be up to 60 letters"),
        ({**OWN, "title": "www.a.example"}, "the title of a cell must be"),
        ({**OWN, "state": "h"}, "the state of a cell must be a list of letters"),
        ({**OWN, "state": []}, "the state of a cell must be a list of letters"),
        ({**OWN, "state": [["h"]]}, "the state of a cell must be a list of letters"),
        ({**OWN, "quantities": [["h", "hidden_state"]]}, "the quantities of a cell must be names of letters"),
        ({**OWN, "quantities": {"h": "<b>"}}, "the quantities of a cell must be names of letters"),
        ({**OWN, "equations": None}, "the equations of a cell must be a text"),
        ({**OWN, "equations": "h = tanh(W_xh @ x)\n" * 400}, "the equations of a cell must be a text of up to 4000"),
        ({**OWN, "equations": "h = __import__('os').system('true')"}, "line 1"),
        ({**OWN, "state": ["h", "c"]}, "c"),
    ],
)
def test_what_is_no_cell_is_refused_in_a_sentence(value, said):
    with pytest.raises(ValueError, match=said):
        cells.from_value(value)


def test_a_layer_whose_weights_are_no_real_finite_numbers_is_refused():
    complex_layer = torch.nn.RNN(4, 6, dtype=torch.complex64)
    with pytest.raises(ValueError, match="real, dense weights"):
        from_torch(complex_layer)
    broken = torch.nn.GRU(3, 5)
    with torch.no_grad():
        broken.weight_hh_l0[0, 0] = float("nan")
    with pytest.raises(ValueError, match="finite"):
        from_torch(broken)
    lacking = torch.nn.LSTM(3, 5)
    del lacking.weight_hh_l0
    with pytest.raises(ValueError, match="lacks weight_hh_l0"):
        from_torch(lacking)


def test_a_layer_that_is_called_in_a_way_of_its_own_is_refused():
    class Doubled(torch.nn.RNN):
        def __call__(self, inputs):
            return super().__call__(2 * inputs)

    with pytest.raises(ValueError, match="of its own"):
        from_torch(Doubled(3, 5))
