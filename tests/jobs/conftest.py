"""A cluster for the tests of a module, and servers on one store."""

import pytest

from rnnviz.jobs.queue import Jobs
from rnnviz.jobs.store import Store
from tests.scheduler import scheduler


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    with scheduler(tmp_path_factory.mktemp("cluster"), preload=["--preload", "rnnviz.jobs.ready"]) as found:
        yield found


@pytest.fixture
def servers(tmp_path, address):
    """Makes servers on one store; they are closed at the end."""
    made = []

    def make():
        made.append(Jobs(Store(tmp_path / "store"), scheduler=address))
        return made[-1]

    yield make
    for server in made:
        server.close()
        server._store.close()
