import sys
import threading

import pytest

from rlm_desktop.app.faults import Faults

pytestmark = pytest.mark.logs_errors


@pytest.fixture
def told(qapp):
    faults = Faults()
    problems = []
    faults.happened.connect(problems.append)
    return faults, problems


def test_each_fault_is_told_once_however_often_it_happens(told):
    faults, problems = told

    for _ in range(3):
        faults.take(ValueError("broken"), "painting")
    faults.take(KeyError("other"))

    assert len(problems) == 2
    assert "ValueError: broken" in problems[0].text


def test_what_nobody_handles_is_taken_while_installed(told, qtbot):
    faults, problems = told
    before = sys.excepthook, threading.excepthook
    restore = faults.install()

    sys.excepthook(ValueError, ValueError("in a slot"), None)
    thread = threading.Thread(target=lambda: 1 / 0)
    thread.start()
    thread.join()
    restore()

    qtbot.waitUntil(lambda: len(problems) == 2)
    assert (sys.excepthook, threading.excepthook) == before
