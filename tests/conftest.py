import gc
import os

import pytest
import torch
from hypothesis import settings

torch.set_num_threads(1)

settings.register_profile("default", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "default")


def pytest_collection_modifyitems(items):
    """Tests of a file run one after another in one process, and those that keep all cores busy so with each other."""
    for item in items:
        folder = item.path.parent.name
        item.add_marker(pytest.mark.xdist_group(folder if folder == "jobs" else item.path.stem))


def pytest_collection_finish():
    """Spare the collector what lives as long as the tests: a page run under test collects all generations."""
    gc.collect()
    gc.freeze()
