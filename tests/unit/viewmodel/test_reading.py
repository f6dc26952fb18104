import pytest
from PySide6.QtCore import QObject

from rlm_desktop.service.messages import KindCount, ReadingProgress, ScanDone
from rlm_desktop.viewmodel.reading import Reading


@pytest.fixture
def reading(qapp):
    owner = QObject()
    made = Reading(owner)
    made.owner = owner
    return made


def scan(request: int = 1, **known) -> ScanDone:
    kinds = (KindCount(kind="pdf", files=2, size_bytes=900), KindCount(kind="text", files=1, size_bytes=1_100))
    return ScanDone(request=request, files=3, size_bytes=2_000, kinds=kinds, **known)


def progress(done: int, *, request: int = 1, seconds_left: float | None = None) -> ReadingProgress:
    return ReadingProgress(
        request=request, done=done, of=3, done_bytes=done * 500, of_bytes=2_000, seconds_left=seconds_left
    )


def test_first_documents_are_looked_for_then_read(reading):
    reading.begin(1)
    assert (reading.title, reading.share, reading.is_scanning) == ("Looking for documents", None, True)

    reading.note_scan(scan(tokens=500, duplicates=2, left_out=1))
    reading.note_progress(progress(1, seconds_left=41.4))

    assert (reading.title, reading.share) == ("Reading 3 files", 0.25)
    assert (reading.found, reading.apart) == ("3 files · 2.0 kB · ≈ 500 tokens", "2 likely duplicates · 1 left out")
    assert reading.note == "1 of 3 · 41 s left"
    assert reading.kinds == [("text", 1, 1_100), ("pdf", 2, 900)]


def test_when_all_is_read_it_is_put_together(reading):
    reading.begin(1)
    reading.note_scan(scan())

    reading.note_progress(progress(3, seconds_left=0.0))

    assert (reading.title, reading.note) == ("Putting the documents together", "")


def test_two_readings_are_added_up(reading):
    for request in (1, 2):
        reading.begin(request)
        reading.note_scan(scan(request))
        reading.note_progress(progress(request, request=request, seconds_left=60.0 * request))

    assert reading.note == "3 of 6 · 2 m 00 s left"
    assert reading.kinds == [("text", 2, 2_200), ("pdf", 4, 1_800)]
    reading.end(1)
    assert reading.note == "2 of 3 · 2 m 00 s left"
    reading.end(2)
    assert not reading.is_going_on


def test_stopping_is_asked_for_once(reading, qtbot):
    reading.begin(1)
    with qtbot.waitSignal(reading.stop_asked):
        reading.stop()

    with qtbot.assertNotEmitted(reading.stop_asked):
        reading.stop()

    assert reading.title == "Stopping"
    reading.end(1)
    assert not reading.is_stopping


def test_what_is_told_of_an_ended_reading_is_of_no_interest(reading):
    reading.note_scan(scan())
    reading.note_progress(progress(1))

    assert (reading.is_going_on, reading.note, reading.found) == (False, "", "")
