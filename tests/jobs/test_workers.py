import os
import subprocess
import sys

import pytest

from rnnviz.jobs.workers import Cluster, ClusterError, _start_host

#: What a nanny of Dask sets for its workers, and what glibc does about it: how often memory has to be fetched anew.
FAULTS = """
import resource, sys
import numpy as np
from rnnviz.jobs.workers import _hold_memory
if sys.argv[1:]:
    _hold_memory()
before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
for _ in range(200):
    np.ones(2**17)
print(resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before)
"""


def ignore(*_):
    """Nobody listens."""


@pytest.mark.skipif(sys.platform != "linux", reason="concerns glibc")
def test_memory_is_not_given_back_to_the_system_at_every_step():
    def faults(*arguments):
        environment = {**os.environ, "MALLOC_TRIM_THRESHOLD_": "65536"}
        command = [sys.executable, "-c", FAULTS, *arguments]
        return int(subprocess.run(command, env=environment, capture_output=True, check=True).stdout)

    assert faults() > 200 * 200  # a page has 4 kB, an array 1 MB
    assert faults("held") < 2000


@pytest.mark.parametrize("address", ["tcp://127.0.0.1:1", "nowhere", "tcp://nowhere.invalid:8786"])
def test_a_scheduler_that_does_not_answer_is_refused(address):
    with pytest.raises(ClusterError, match=f"no scheduler answers at {address}"):
        Cluster(address, None, ignore, ignore)


def test_what_is_missing_for_training_is_said(monkeypatch):
    monkeypatch.setattr("rnnviz.jobs.workers.find_spec", lambda name: None)
    with pytest.raises(ClusterError, match=r"training needs PyTorch and Dask: pip install 'rnnviz\[train\]'"):
        Cluster(None, None, ignore, ignore)


def test_workers_that_cannot_start_are_said(monkeypatch, capfd):
    monkeypatch.setattr("rnnviz.jobs.workers.sys.executable", "/bin/false")
    with pytest.raises(ClusterError, match="workers could not be started on this machine"):
        Cluster(None, None, ignore, ignore)


def test_a_server_that_ends_while_workers_start_leaves_nothing_in_its_log(capfd):
    host = _start_host(1)
    host.stdin.close()  # as the system closes them for a process that is gone
    host.stdout.close()
    assert host.wait(120) == 0
    assert capfd.readouterr() == ("", "")
