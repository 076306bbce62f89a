"""What a page does about the garbage collector."""

import gc
import weakref

import pytest

from rnnviz.ui import frame


class Circle:
    """Something that refers to itself."""

    def __init__(self):
        self.itself = self


@pytest.fixture
def thawed():
    frame._sweep.clear()
    yield
    gc.freeze()  # as it was for the tests to come


def test_circles_out_of_the_collector_s_sight_are_freed_by_the_next_sweep(thawed):
    circle = Circle()
    freed = weakref.ref(circle)
    frame._settle()
    del circle
    gc.collect()
    assert freed() is not None  # not by the collection after each run, which does not look there
    frame._sweep.clear()  # as when its time is over
    frame._settle()
    assert freed() is None
    assert gc.get_freeze_count() > 100_000
