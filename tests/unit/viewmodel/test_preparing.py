"""What is said while large runs are got ready."""

import pytest

from rlm_desktop.trace.ids import RunId
from rlm_desktop.viewmodel.preparing import Preparing

ONE, OTHER = RunId("one"), RunId("other")


@pytest.fixture
def preparing(qapp):
    preparing = Preparing(qapp)
    yield preparing
    preparing.deleteLater()


def tell(qapp, preparing, run, share):
    preparing.told.emit(run, share)
    qapp.processEvents()


def test_nothing_is_said_while_no_run_is_got_ready(preparing):
    assert preparing.words == ""


def test_it_says_how_far_a_run_is_until_it_is_over(qapp, preparing):
    tell(qapp, preparing, ONE, 0.409)
    assert preparing.words == "Getting this large run ready: 40 %"

    tell(qapp, preparing, ONE, None)
    assert preparing.words == ""


def test_two_runs_share_a_line(qapp, preparing):
    tell(qapp, preparing, ONE, 0.5)
    tell(qapp, preparing, OTHER, 0.1)

    assert preparing.words == "Getting 2 large runs ready: 30 %"


def test_a_run_that_was_given_up_is_not_spoken_of_until_it_is_wanted_again(qapp, preparing, qtbot):
    tell(qapp, preparing, ONE, 0.5)
    with qtbot.waitSignal(preparing.left):
        preparing.leave()
    tell(qapp, preparing, ONE, 0.6)
    assert preparing.words == ""

    tell(qapp, preparing, ONE, None)
    tell(qapp, preparing, ONE, 0.0)

    assert preparing.words == "Getting this large run ready: 0 %"
