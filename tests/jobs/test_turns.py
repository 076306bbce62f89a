import random

import pytest

from rnnviz.jobs.turns import Turns


def turns(waiting, training="", served=(), workers=2):
    """Runs like "a1": wanted by session a; sessions like "a"; served in this order."""
    return Turns(
        {run: set(run.rstrip("0123456789")) for run in waiting.split()},
        list(training),
        {session: turn for turn, session in enumerate(served, 1)},
        workers,
    )


def started(found):
    return " ".join(run for run, _ in found)


def test_sessions_take_turns_each_with_its_oldest_run():
    assert started(turns("a1 a2 a3 b1 b2 c1").all()) == "a1 b1 c1 a2 b2 a3"


def test_who_was_served_longest_ago_comes_first():
    assert started(turns("a1 b1 c1", served="cab").all()) == "c1 a1 b1"
    assert started(turns("a1 b1 c1", served="a").all()) == "b1 c1 a1"  # b and c have never had a turn


def test_only_as_many_start_now_as_there_are_workers():
    assert started(turns("a1 a2 b1").now()) == "a1 b1"
    assert started(turns("a1 b1", training="c").now()) == "a1"
    assert started(turns("a1 b1", training="cd").now()) == ""


def test_a_session_alone_may_have_every_worker():
    assert started(turns("a1 a2 a3", workers=2).now()) == "a1 a2"
    assert started(turns("a2 a3", training="a").now()) == "a2"


@pytest.mark.parametrize("workers", [2, 3, 4])
def test_as_long_as_another_waits_no_session_has_every_worker(workers):
    assert turns("b1", training="a" * workers, workers=workers).too_many() == "a"
    assert turns("b1", training="a" * (workers - 1) + "c", workers=workers).too_many() is None
    assert turns("a8", training="a" * workers, workers=workers).too_many() is None  # nobody else waits


def test_the_only_worker_is_not_taken_from_anyone():
    assert turns("b1", training="a", workers=1).too_many() is None


def test_a_session_over_the_limit_waits_for_those_that_are_under_it():
    # a has one of three workers already two: the third is for b, although a was served longest ago.
    assert started(turns("a1 b1", training="aa", served="ab", workers=3).now()) == "b1"


def test_a_run_that_several_want_starts_once_at_the_turn_of_the_first_of_them():
    found = Turns({"1": {"a"}, "2": {"a", "b"}, "3": {"b"}}, [], {}, 1)
    assert list(found.all()) == [("1", "a"), ("2", "b"), ("3", "b")]


def test_places_follow_from_runs_that_end_in_the_order_in_which_they_began():
    # Both workers are a's; b waits with three runs, a with one: b gets the first that is free, then a and b in turn.
    assert started(turns("a3 b1 b2 b3", training="aa", served="ba").all()) == "b1 a3 b2 b3"


def test_every_run_starts_once_in_the_order_of_its_session_and_turns_are_shared_evenly():
    draw = random.Random(0)
    for _ in range(50):
        runs = [f"{draw.choice('abcd')}{number}" for number in range(draw.randint(1, 12))]
        order = started(turns(" ".join(runs), workers=draw.randint(1, 4)).all()).split()
        assert sorted(order) == sorted(runs)
        for session in "abcd":
            assert [run for run in order if run[0] == session] == [run for run in runs if run[0] == session]
        for place in range(len(order)):
            begun, to_come = [run[0] for run in order[:place]], {run[0] for run in order[place:]}
            shares = [begun.count(session) for session in to_come]
            assert max(shares) - min(shares) <= 1
