"""The table of functions against central differences, and against what it says of itself."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnnviz.language.functions import FUNCTIONS, OPERATORS, product

numbers = st.floats(-4, 4).filter(lambda number: abs(number) > 1e-3)  # no function has a kink but at 0
vectors = st.lists(numbers, min_size=2, max_size=5).map(np.array)
of_one = pytest.mark.parametrize("name", FUNCTIONS)
elementwise = [name for name in OPERATORS if name not in ("@", "negate")]


def differences(compute, values, step=1e-6):
    """The matrix of all derivatives of a function of a vector."""
    moves = step * np.eye(len(values))
    return np.stack([(compute(values + move) - compute(values - move)) / (2 * step) for move in moves], axis=1)


def jacobian(function, slope, size):
    return slope if function.mixes else np.diag(np.broadcast_to(slope, size))


@of_one
@given(values=vectors)
def test_the_slope_of_a_function_is_a_central_difference(name, values):
    function = FUNCTIONS[name]
    (slope,) = function.slopes(function.compute(values), values)
    wanted = differences(function.compute, values)
    np.testing.assert_allclose(jacobian(function, slope, len(values)), wanted, rtol=1e-6, atol=1e-8)


@of_one
@given(values=st.lists(st.floats(-50, 50), min_size=2, max_size=5).map(np.array))
def test_results_and_slopes_keep_within_what_the_table_says(name, values):
    function = FUNCTIONS[name]
    result = function.compute(values)
    low, high = function.bounds
    assert ((result >= low) & (result <= high)).all()
    (slope,) = function.slopes(result, values)
    largest = np.linalg.norm(jacobian(function, slope, len(values)), 2)
    assert largest <= function.largest_slope * (1 + 1e-12)


@of_one
def test_the_largest_slope_is_reached(name):
    function, steepness = FUNCTIONS[name], []
    for values in np.array([[1e-9, 1e-9], [50.0, 50.0]]):  # near 0, or where it has become a straight line
        (slope,) = function.slopes(function.compute(values), values)
        steepness.append(np.linalg.norm(jacobian(function, slope, 2), 2))
    assert max(steepness) == pytest.approx(function.largest_slope)


@pytest.mark.parametrize("name", elementwise)
@given(one=vectors, other=numbers)
def test_the_slopes_of_an_operator_are_central_differences(name, one, other):
    compute, second = OPERATORS[name].compute, np.full(len(one), other)
    slopes = OPERATORS[name].slopes(compute(one, second), one, second)
    wanted = (
        differences(lambda moved: compute(moved, second), one),
        differences(lambda moved: compute(one, moved), second, step=1e-6 * abs(other)),
    )
    for slope, derivative in zip(slopes, wanted):
        found = np.diag(np.broadcast_to(slope, len(one)))
        np.testing.assert_allclose(found, derivative, rtol=1e-5, atol=1e-5 * np.abs(derivative).max())


def test_minus_turns_a_slope_around():
    assert OPERATORS["negate"].slopes(np.array([-2.0]), np.array([2.0])) == (-1.0,)


LEADING = [((), ()), ((), (3,)), ((), (2, 3)), ((3,), (3,)), ((3,), (2, 3)), ((3,), (4, 2, 3)), ((2, 3), (3,))]


@pytest.mark.parametrize(("of_matrix", "of_vector"), LEADING)
def test_a_product_is_a_sum_over_the_axis_that_both_share_whatever_axes_lead(of_matrix, of_vector):
    random = np.random.default_rng(0)
    matrix, other = random.normal(size=(*of_matrix, 4, 5)), random.normal(size=(*of_vector, 5, 6))
    right, left = random.normal(size=(*of_vector, 5)), random.normal(size=(*of_vector, 4))
    cases = {
        (2, 1): (matrix, right, "ij,j->i"),
        (1, 2): (left, matrix, "i,ij->j"),
        (2, 2): (matrix, other, "ij,jk->ik"),
    }
    for ranks, (one, two, subscripts) in cases.items():
        inputs, output = subscripts.split("->")
        first, second = inputs.split(",")
        wanted = np.einsum(f"...{first},...{second}->...{output}", one, two)
        np.testing.assert_allclose(product(one, two, ranks), wanted, rtol=1e-13, atol=1e-13)
