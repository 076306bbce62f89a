import pytest

from tests.pages.desk import Desk


@pytest.fixture
def desk(monkeypatch):
    """An empty one for a test."""
    desk = Desk()
    monkeypatch.setattr("rnnviz.ui.asked.jobs", lambda: desk)
    monkeypatch.setattr("rnnviz.ui.asked.kept", lambda: desk)
    return desk
