import os
import platform
import subprocess
import sys
import time
from concurrent.futures import CancelledError
from operator import truediv

import pytest

from rnnviz.ui.background import Background, background, in_background


@pytest.fixture
def queue():
    return Background(kept=3)


def test_the_work_is_done_in_another_process(queue):
    assert queue.submit(os.getpid).result(30) != os.getpid()


def test_equal_questions_are_asked_once(queue):
    first = queue.submit(divmod, 7, 3)
    assert queue.find(divmod, 7, 3) is queue.submit(divmod, 7, 3) is first
    assert first.result(30) == (2, 1)
    assert queue.submit(divmod, 7, 3) is first  # once done, too
    assert queue.find(divmod, 7, 2) is None
    assert queue.submit(divmod, 7, 2).result(30) == (3, 1)


def test_a_question_does_not_wait_for_its_answer(queue):
    assert not queue.submit(time.sleep, 0.2).done()


def test_what_failed_says_why_and_may_be_asked_again(queue):
    failed = queue.submit(truediv, 1, 0)
    with pytest.raises(RuntimeError, match="ZeroDivisionError: division by zero"):
        failed.result(30)
    assert queue.find(truediv, 1, 0) is failed
    assert queue.submit(truediv, 1, 0) is not failed


def test_a_process_that_dies_is_a_failure_and_not_the_end_of_the_queue(queue):
    with pytest.raises(RuntimeError, match="ended with 3"):
        queue.submit(os._exit, 3).result(30)
    assert queue.submit(abs, -2).result(30) == 2


def test_work_under_way_can_be_ended_and_asked_for_again(queue):
    running, waiting = queue.submit(time.sleep, 60), queue.submit(time.sleep, 61)
    while not running.running():
        time.sleep(0.01)
    begun = time.monotonic()
    queue.cancel(time.sleep, 61)
    queue.cancel(time.sleep, 60)
    for future in (running, waiting):
        with pytest.raises(CancelledError):
            future.result(30)
    assert queue.find(time.sleep, 60) is queue.find(time.sleep, 61) is None
    assert queue.submit(abs, -2).result(30) == 2
    assert time.monotonic() - begun < 30


def test_ending_what_is_done_or_was_never_asked_changes_nothing(queue):
    done = queue.submit(abs, -2)
    assert done.result(30) == 2
    queue.cancel(abs, -2)
    queue.cancel(abs, -3)
    assert queue.find(abs, -2) is done


def test_work_under_way_tells_how_far_it_is(queue):
    noisy = "echo first; echo second; sleep 5"
    future = queue.submit(os.system, noisy)
    while queue.said(os.system, noisy) != "second":
        assert not future.done()
        time.sleep(0.01)
    assert queue.said(os.system, "never asked") == ""
    queue.cancel(os.system, noisy)


def test_what_the_work_prints_is_not_taken_for_its_result(queue):
    assert queue.submit(print, "noise").result(30) is None
    assert queue.submit(os.system, "echo noise").result(30) == 0


def test_old_answers_are_let_go(queue):
    for number in range(5):
        queue.submit(abs, -number).result(30)
    assert [queue.find(abs, -number) is None for number in range(5)] == [True, True, False, False, False]


def test_all_visitors_share_one_queue():
    assert background() is background()
    assert in_background(platform.machine) is in_background(platform.machine) is background().find(platform.machine)


def test_a_measurement_does_not_bring_torch_into_the_server():
    code = """
import sys
from rnnviz.training.timing import Layer, measure
from rnnviz.ui.background import Background
(timing,) = Background().submit(measure, 3, (Layer("gru", 4),), 5, 1, 4).result(60).values()
sys.exit("torch" in sys.modules or timing.forward.median <= 0)
"""
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
