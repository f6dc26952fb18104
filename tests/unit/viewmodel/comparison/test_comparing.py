from collections.abc import Callable

import pytest
from PySide6.QtCore import QObject

from rlm_desktop.skeleton.sealed import SealedRun
from rlm_desktop.storage.errors import Damaged, MissingText, NoSuchRun, StorageError
from rlm_desktop.trace.events import Entry, Event
from rlm_desktop.trace.ids import RunId
from rlm_desktop.trace.tree import Trace
from rlm_desktop.viewmodel.comparison import comparing as module
from rlm_desktop.viewmodel.comparison.compare import compare
from rlm_desktop.viewmodel.comparison.comparing import Comparing, Reading
from rlm_desktop.viewmodel.shelf import Shelf
from tests.support.compared_runs import other_run
from tests.support.recorded import record
from tests.support.sample_runs import harbour_run
from tests.support.sealed import sealed
from tests.support.traces import call_finished, call_started

FIRST, SECOND = harbour_run(), other_run()
A, B, C = RunId("a"), RunId("b"), RunId("c")


class FakeShelf:
    """Hands out runs when it is told to; may lack some."""

    def __init__(self) -> None:
        self.runs: dict[RunId, list[Entry]] = {A: FIRST[0], B: SECOND[0], C: FIRST[0][:60]}
        self.sealed: dict[RunId, SealedRun] = {}
        self.errors: dict[RunId, StorageError] = {}
        self.texts = {**FIRST[1], **SECOND[1]}
        self.asked: list[tuple[RunId, int]] = []
        self.held: list[Callable[[], None]] | None = None

    def look(self, run, after, tell, is_left):
        self.asked.append((run, after))
        entries = tuple(entry for entry in self.runs.get(run, []) if entry.seq > after)
        whole = self.sealed.get(run)
        if whole is not None:
            entries = ()
        reading = Reading(run=run, after=after, entries=entries, sealed=whole, error=self.errors.get(run))
        if self.held is None:
            tell(reading)
        else:
            self.held.append(lambda: tell(reading))

    def text(self, reference):
        if reference.digest not in self.texts:
            raise MissingText("gone")
        return self.texts[reference.digest]


@pytest.fixture
def shelf():
    return FakeShelf()


@pytest.fixture
def comparing(qapp, shelf):
    owner = QObject()
    made = Comparing(owner)
    made.source, made.owner = shelf, owner
    yield made
    made.close()


def wait(qtbot, comparing: Comparing) -> None:
    qtbot.waitUntil(lambda: comparing.items.comparison is not None, timeout=20_000)


def test_two_runs_are_read_and_compared(comparing, qtbot):
    with qtbot.waitSignal(comparing.read):
        comparing.begin(A, B)
    wait(qtbot, comparing)

    assert comparing.pair == (A, B)
    assert comparing.items.comparison.left.status == "Answered, 8 turns"
    assert not comparing.problems


def test_before_there_is_a_database_and_with_itself_nothing_is_compared(comparing, shelf):
    comparing.begin(A, A)
    comparing.source = None
    comparing.begin(A, B)

    assert comparing.pair is None


def test_a_sealed_run_is_compared_with_one_that_is_not(comparing, shelf, qtbot):
    shelf.sealed[A] = sealed(FIRST[0])
    comparing.begin(A, B)
    wait(qtbot, comparing)

    assert comparing.items.comparison == compare(Trace(FIRST[0]), Trace(SECOND[0]), shelf.text)
    assert not comparing.is_going_on(A)
    assert not comparing.problems


def test_a_sealed_run_that_has_nothing_new_is_not_compared_again(comparing, shelf, qtbot):
    shelf.sealed[A] = sealed(FIRST[0])
    comparing.begin(A, B)
    wait(qtbot, comparing)
    before, asked = comparing.items.comparison, len(shelf.asked)

    comparing.refresh()
    qtbot.waitUntil(lambda: len(shelf.asked) == asked + 2)
    qtbot.wait(1)

    assert shelf.asked[asked:] == [(A, len(FIRST[0])), (B, len(SECOND[0]))]
    assert comparing.items.comparison is before


def test_a_sealed_run_with_a_call_asked_again_is_compared_anew(comparing, shelf, qtbot):
    shelf.sealed[A] = sealed(FIRST[0])
    comparing.begin(A, B)
    wait(qtbot, comparing)
    before = comparing.items.comparison
    again = [*FIRST[0], *later(FIRST[0][-1], call_started(9_001, 1), call_finished(9_001, cost=1_000_000_000))]
    shelf.sealed[A] = sealed(again)

    comparing.refresh()
    qtbot.waitUntil(lambda: comparing.items.comparison is not before, timeout=20_000)

    assert comparing.items.comparison == compare(Trace(again), Trace(SECOND[0]), shelf.text)


def test_a_sealed_run_that_goes_on_after_all_is_read_from_the_start(comparing, shelf, qtbot):
    shelf.sealed[A] = sealed(FIRST[0])
    comparing.begin(A, B)
    wait(qtbot, comparing)
    before = comparing.items.comparison
    del shelf.sealed[A]
    shelf.runs[A] = [*FIRST[0], *later(FIRST[0][-1], call_started(9_001, 1))]

    comparing.refresh()
    qtbot.waitUntil(lambda: comparing.items.comparison is not before, timeout=20_000)

    assert shelf.asked[-1] == (A, 0)
    assert comparing.items.comparison == compare(Trace(shelf.runs[A]), Trace(SECOND[0]), shelf.text)


def test_a_sealed_run_that_vanishes_while_it_is_compared_is_one_sentence(comparing, shelf, qtbot):
    def gone(_seqs):
        raise Damaged("The record has lost 1 of its entries.")

    shelf.sealed[A] = sealed(FIRST[0], gone)
    comparing.begin(A, B)
    qtbot.waitUntil(lambda: bool(comparing.problems))

    assert comparing.problems == ("The two runs cannot be compared: The record has lost 1 of its entries.",)


def later(last: Entry, *events: Event) -> list[Entry]:
    return [Entry(last.seq + number, last.at + number, event) for number, event in enumerate(events, 1)]


def test_swapping_compares_the_other_way_round_without_reading_again(comparing, shelf, qtbot):
    comparing.begin(A, B)
    wait(qtbot, comparing)
    asked = list(shelf.asked)

    comparing.swap()
    wait(qtbot, comparing)

    assert comparing.pair == (B, A)
    assert comparing.items.comparison.right.status == "Answered, 8 turns"
    assert shelf.asked == asked


def test_the_newest_wish_wins(comparing, shelf, qtbot):
    shelf.held = []
    comparing.begin(A, C)
    comparing.begin(A, B)
    for tell in shelf.held:
        tell()
    wait(qtbot, comparing)

    assert comparing.pair == (A, B)
    assert comparing.items.comparison.right.status == "Partial answer, 8 turns"


def test_what_was_begun_before_a_newer_wish_is_given_up(comparing, shelf, qtbot, monkeypatch):
    checked = []

    def compared(left, right, load, check):
        checked.append(right)
        if len(checked) == 1:
            comparing.pair = (A, B)
            comparing._number += 1
            check()
        return real(left, right, load, check)

    real = module._compared
    monkeypatch.setattr(module, "_compared", compared)
    comparing.begin(A, B)
    qtbot.waitUntil(lambda: bool(checked))

    comparing._compare()
    wait(qtbot, comparing)

    assert len(checked) == 2


def test_a_deleted_run_is_one_sentence_and_the_rest_is_still_compared(comparing, shelf, qtbot):
    shelf.runs.pop(B)
    shelf.errors[B] = NoSuchRun("There is no run b.")
    comparing.begin(A, B)
    wait(qtbot, comparing)

    assert comparing.problems == (
        "The second run was deleted from the history; what was read of it before is still compared.",
    )
    assert {pair.change for pair in comparing.items.comparison.steps} == {"left"}
    assert comparing.is_readable(A)
    assert not comparing.is_readable(B)


def test_a_run_that_is_deleted_meanwhile_stays_compared_and_is_said_to_be_gone(comparing, shelf, qtbot):
    comparing.begin(A, B)
    wait(qtbot, comparing)
    shelf.errors[A] = NoSuchRun("There is no run a.")

    comparing.refresh()
    qtbot.waitUntil(lambda: bool(comparing.problems), timeout=20_000)

    assert comparing.problems[0].startswith("The first run was deleted")
    assert len(comparing.items.comparison.steps) == 9


def test_a_damaged_run_is_compared_as_far_as_it_can_be_read(comparing, shelf, qtbot):
    shelf.runs[B] = SECOND[0][:100]
    shelf.errors[B] = Damaged("An event cannot be read.")
    comparing.begin(A, B)
    wait(qtbot, comparing)

    assert comparing.problems == (
        "The second run cannot be read any further, so only its part before that is compared: An event cannot be read.",
    )
    assert any(pair.right is not None for pair in comparing.items.comparison.steps)


def test_missing_texts_are_said(comparing, shelf, qtbot):
    shelf.texts = {}
    comparing.begin(A, B)
    wait(qtbot, comparing)

    assert len(comparing.problems) == 2
    assert "missing or damaged; the rest is compared" in comparing.problems[0]


def test_a_run_that_goes_on_is_read_again_from_where_it_was_while_somebody_looks(comparing, shelf, qtbot, monkeypatch):
    comparing._timer.setInterval(1)
    shelf.runs[B] = SECOND[0][:100]
    comparing.begin(A, B)
    wait(qtbot, comparing)
    assert comparing.is_going_on(B)
    assert not comparing._timer.isActive()
    shelf.runs[B] = SECOND[0]

    comparing.watch(True)
    qtbot.waitUntil(lambda: not comparing.is_going_on(B), timeout=20_000)
    qtbot.waitUntil(lambda: comparing.items.comparison.right.status == "Partial answer, 8 turns", timeout=20_000)

    assert (B, 100) in shelf.asked
    assert not comparing._timer.isActive()


def test_a_run_that_goes_on_is_compared_once_a_second_at_most():
    assert module.REFRESH_MS == 1_000


def test_ending_forgets_the_pair(comparing, qtbot):
    comparing.begin(A, B)
    wait(qtbot, comparing)

    comparing.end()

    assert comparing.pair is None
    assert comparing.items.rowCount() == 0


@pytest.mark.logs_errors
def test_our_own_mistake_is_said_and_does_not_leave_the_user_waiting(comparing, qtbot, monkeypatch):
    def broken(*_what):
        raise ValueError("no")

    monkeypatch.setattr(module, "_compared", broken)
    comparing.begin(A, B)
    qtbot.waitUntil(lambda: bool(comparing.problems))

    assert comparing.problems == ("The two runs cannot be compared: no",)


def test_the_real_shelf_reads_from_a_number_on_and_tells_what_is_not_there(tmp_path, qapp, qtbot):
    record(tmp_path, "a", *FIRST)
    shelf = Shelf(tmp_path)
    told: list[Reading] = []
    try:
        shelf.look(A, 100, told.append)
        shelf.look(C, 0, told.append)
        qtbot.waitUntil(lambda: len(told) == 2)
    finally:
        shelf.close()

    assert [entry.seq for entry in told[0].entries] == list(range(101, len(FIRST[0]) + 1))
    assert told[0].error is None
    assert isinstance(told[1].error, NoSuchRun)
