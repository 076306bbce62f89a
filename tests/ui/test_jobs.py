from rnnviz.ui import jobs as module


def test_all_visitors_share_one_queue_and_looking_starts_no_worker(tmp_path, monkeypatch):
    started = []
    monkeypatch.setenv("RNNVIZ_HOME", str(tmp_path))
    monkeypatch.setattr(module, "_settle", lambda: None)
    monkeypatch.setattr(module.Jobs, "start", lambda self: started.append(self))
    module.kept.clear()
    module.jobs.clear()
    found = module.kept()
    assert module.kept() is found
    assert not started
    assert module.jobs() is module.jobs() is found
    assert started == [found]
    module.kept.clear()
    module.jobs.clear()
