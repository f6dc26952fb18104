"""What `ask` and `corpus add` tell while they read."""

import pytest

from rlm_desktop.app.commands import reading
from rlm_desktop.app.commands.reading import ReadingProgress
from rlm_desktop.corpus.store.seen import FileSeen, Progress, ScanFound

FOUND = ScanFound(
    files=1_203,
    size_bytes=120_000_000,
    kinds=(("pdf", 203, 90_000_000), ("text", 1_000, 30_000_000)),
    tokens=30_000_000,
    known=3,
    left_out=0,
)
HALF = Progress(done=412, of=1_203, done_bytes=38_000_000, of_bytes=120_000_000, seconds_left=19.7)


@pytest.fixture
def clock(monkeypatch):
    """A clock that the test sets."""
    now = [0.0]
    monkeypatch.setattr(reading.time, "monotonic", lambda: now[0])
    return now


@pytest.fixture
def on_terminal(monkeypatch):
    monkeypatch.setattr(reading, "can_write_over", lambda: True)


def test_what_was_found_is_told_with_its_kinds_when_it_is_much(capsys):
    ReadingProgress().on_seen(FOUND)

    assert capsys.readouterr().err == (
        "1,203 files, 120.0 MB, 3 of them read before: 203 pdf, 1,000 text · about 30.0M tok\n"
    )


def test_a_few_small_files_need_no_words(capsys, clock):
    progress = ReadingProgress()
    progress.on_seen(ScanFound(files=2, size_bytes=900, kinds=(("text", 2, 900),), tokens=9, known=0, left_out=0))
    clock[0] = 0.5
    progress.on_seen(HALF)
    progress.end()

    assert capsys.readouterr().err == ""


def test_in_a_file_a_line_now_and_then_tells_how_far_it_is(capsys, clock):
    progress = ReadingProgress()
    for second in range(12):
        clock[0] = float(second)
        progress.on_seen(HALF)

    assert capsys.readouterr().err == "412 of 1,203 files · 38.0 MB of 120.0 MB · about 20 s left\n" * 2


@pytest.mark.usefixtures("on_terminal")
def test_on_a_terminal_one_line_is_written_over_and_taken_away(capsys, clock):
    progress = ReadingProgress()
    progress.on_seen(HALF)
    clock[0] = 2.0
    progress.on_seen(HALF)
    progress.on_seen(Progress(done=1, of=2, done_bytes=1, of_bytes=2, seconds_left=None))
    progress.on_seen(Progress(done=2, of=2, done_bytes=2, of_bytes=2, seconds_left=0.0))
    progress.end()

    assert capsys.readouterr().err.split("\r")[1:] == [
        "412 of 1,203 files · 38.0 MB of 120.0 MB · about 20 s left\x1b[K",
        "1 of 2 files · 1 B of 2 B\x1b[K",
        "2 files read · putting them together\x1b[K",
        "\x1b[K",
    ]


@pytest.mark.usefixtures("on_terminal")
def test_quiet_means_quiet(capsys, clock):
    progress = ReadingProgress(quiet=True)
    progress.on_seen(FOUND)
    clock[0] = 9.0
    progress.on_seen(HALF)
    progress.on_seen(FileSeen(path="/a", name="a", state="ready"))
    progress.end()

    assert capsys.readouterr().err == ""
    assert progress.ready == 1


@pytest.mark.parametrize(("left", "words"), [(0.2, "1 s"), (59.2, "59 s"), (200.4, "3 m 20 s")])
def test_time_left_is_told_roughly(capsys, clock, left, words):
    progress = ReadingProgress()
    progress.on_seen(HALF)
    clock[0] = 9.0
    progress.on_seen(Progress(done=1, of=2, done_bytes=1, of_bytes=2, seconds_left=left))

    assert f"about {words} left" in capsys.readouterr().err
