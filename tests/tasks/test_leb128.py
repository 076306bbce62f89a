import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnnviz.tasks.leb128 import packed, unpacked


@pytest.mark.parametrize(
    ("number", "data"), [(2, [2]), (127, [127]), (128, [128, 1]), (129, [129, 1]), (12857, [0xB9, 0x64])]
)
def test_the_examples_of_the_dwarf_standard(number, data):
    assert packed(np.array([number])).tolist() == data  # DWARF 4, figure 22


@given(st.lists(st.integers(0, 2**62)))
def test_what_is_unpacked_is_what_was_packed(numbers):
    assert unpacked(packed(np.array(numbers, dtype=np.int64))).tolist() == numbers
