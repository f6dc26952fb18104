import pytest

from rlm_desktop.app.commands.progress import Progress
from rlm_desktop.trace.events import CallRetried, LimitReached
from rlm_desktop.trace.facts import CodeError, SkippedFile
from tests.support import traces


def told(capsys: pytest.CaptureFixture[str], *events: object, quiet: bool = False) -> list[str]:
    progress = Progress(quiet=quiet)
    for entry in traces.entries(events):
        progress.on_entry(entry)
    said = capsys.readouterr()
    assert said.out == ""
    return said.err.splitlines()


def turn() -> list[object]:
    error = CodeError(type="ValueError", message="no\nnumber", line=1, traceback="")
    return [
        traces.run_started(),
        traces.turn_started(2),
        traces.call_started(3, 2, role="root"),
        traces.call_finished(3, cost=14_200_000, preview="I look at \x1b[31mthe text"),
        traces.step_started(4, 2, title="look"),
        traces.call_started(5, 4),
        traces.call_finished(5, cost=1_000_000),
        traces.step_finished(4, error=error),
        LimitReached(run=1, limit="turns", text="All 30 turns are used up."),
    ]


def test_each_turn_and_step_is_one_line_with_its_cost(capsys: pytest.CaptureFixture[str]) -> None:
    begun, root, step, limit = told(capsys, *turn())

    assert "root with worker" in begun
    assert root.startswith("turn 1 · I look at")
    assert "$0.0142" in root
    assert step.startswith("turn 1 step 1 · look · 1 call · $0.0010 · ")
    assert step.endswith("ValueError: no")
    assert limit == "  All 30 turns are used up."


def test_what_a_model_says_cannot_steer_the_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    assert not any("\x1b" in line for line in told(capsys, *turn()))


def test_a_turn_that_waits_for_another_attempt_says_why(capsys: pytest.CaptureFixture[str]) -> None:
    retried = CallRetried(call=3, attempt=1, reason="The server is busy.", wait_seconds=2.0)
    called = traces.call_started(3, 2, role="root")

    lines = told(capsys, traces.run_started(), traces.turn_started(2), called, retried)

    assert lines[1:] == ["  The server is busy. Attempt 2 in 2.0 s."]


def test_quiet_says_nothing_but_still_follows(capsys: pytest.CaptureFixture[str]) -> None:
    assert told(capsys, *turn(), quiet=True) == []


def test_a_file_that_cannot_be_read_is_told_with_its_reason(capsys: pytest.CaptureFixture[str]) -> None:
    skipped = SkippedFile(path="scan.pdf", reason="it has no text")

    assert told(capsys, traces.run_started(skipped=(skipped,)))[0] == "Skipped scan.pdf: it has no text"


def test_files_that_are_not_listed_are_counted(capsys: pytest.CaptureFixture[str]) -> None:
    skipped = SkippedFile(path="scan.pdf", reason="it has no text")

    lines = told(capsys, traces.run_started(skipped=(skipped,), skipped_count=4_001))

    assert lines[:2] == ["Skipped scan.pdf: it has no text", "Skipped 4,000 more; --json tells which."]
