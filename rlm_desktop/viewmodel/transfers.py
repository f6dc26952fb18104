"""Runs on their way into files and out of them: one at a time, each in a process of its own."""

import json
import logging
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, QProcess, Signal, Slot

from rlm_desktop.export.formats import Format
from rlm_desktop.trace.ids import RunId
from rlm_desktop.trace.wording import plural, size

log = logging.getLogger(__name__)

_ENDING_MS = 5_000
_COMPLAINT_CHARACTERS = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Export:
    """A run that shall be written to a file."""

    run: RunId
    format: Format
    path: Path
    redact: bool = False
    with_documents: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Import:
    """Files whose runs shall be taken into the history."""

    files: tuple[str, ...]


class Transfers(QObject):
    """Does exports and imports one after another, and says how the one under way or the last one stands."""

    changed = Signal()
    exported = Signal(object)  # Export
    imported = Signal(object)  # list[RunId], also those that were there already
    failed = Signal(str)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.command: tuple[str, ...] = ()
        """The words that start a transfer; there are none before the stored runs can be read."""
        self.data_dir = Path()
        self.words = ""
        """What is under way, or what came of it; empty when there is nothing to say."""
        self.share: float | None = None
        """How much of it is done; None when that is not known."""
        self.written: Path | None = None
        """The file that the last export wrote."""
        self._waiting: deque[Export | Import] = deque()
        self._current: Export | Import | None = None
        self._process: QProcess | None = None
        self._said: list[dict[str, Any]] = []

    @property
    def is_running(self) -> bool:
        """Whether one is under way."""
        return self._process is not None

    def begin(self, wish: Export | Import) -> None:
        """Do it, now or after those that were asked for before."""
        self._waiting.append(wish)
        if self._process is None:
            self._begin_next()

    @Slot()
    def stop(self) -> None:
        """End the one under way, of which nothing is left, and forget those that wait."""
        self._waiting.clear()
        if self._process is not None:
            self._process.closeWriteChannel()

    @Slot()
    def dismiss(self) -> None:
        """Say nothing more about the last one."""
        if self._process is None:
            self.words, self.written = "", None
            self.changed.emit()

    def say(self, words: str) -> None:
        """Say something else of the last one."""
        self.words, self.written = words, None
        self.changed.emit()

    def close(self) -> None:
        """End what is under way, and wait until it has cleaned up."""
        self.stop()
        if self._process is not None:
            self._process.finished.disconnect(self._on_finished)
            self._process.errorOccurred.disconnect(self._on_error)
            if not self._process.waitForFinished(_ENDING_MS):
                self._process.kill()
                self._process.waitForFinished(_ENDING_MS)
            self._process = None

    def _begin_next(self) -> None:
        wish = self._current = self._waiting.popleft()
        self._said.clear()
        self.share, self.written = None, None
        self.words = f"Writing {wish.path.name}…" if isinstance(wish, Export) else f"Importing {_named(wish)}…"
        process = self._process = QProcess(self)
        process.setProgram(self.command[0])
        process.setArguments([*self.command[1:], json.dumps(self._object(wish))])
        process.readyReadStandardOutput.connect(self._on_output)
        process.finished.connect(self._on_finished)
        process.errorOccurred.connect(self._on_error)
        process.start()
        self.changed.emit()

    def _object(self, wish: Export | Import) -> dict[str, Any]:
        if isinstance(wish, Import):
            return {"data_dir": str(self.data_dir), "files": list(wish.files)}
        return {
            "data_dir": str(self.data_dir),
            "run": wish.run,
            "format": wish.format.name,
            "path": str(wish.path),
            "redact": wish.redact,
            "with_documents": wish.with_documents,
        }

    @Slot()
    def _on_output(self) -> None:
        process = self._process
        while process is not None and process.canReadLine():
            said = json.loads(bytes(process.readLine().data()))
            if "total" in said:
                self.share = said["done"] / said["total"] if said["total"] else None
                self.changed.emit()
            else:
                self._said.append(said)

    @Slot(QProcess.ProcessError)
    def _on_error(self, error: QProcess.ProcessError) -> None:
        """A process that could not be started never finishes."""
        if error == QProcess.ProcessError.FailedToStart:
            self._end("The program that does it could not be started. Try again.")

    @Slot(int, QProcess.ExitStatus)
    def _on_finished(self, status: int, _how: QProcess.ExitStatus) -> None:
        self._on_output()
        errors = [said["error"] for said in self._said if "error" in said]
        if errors:
            self._end(errors[0])
        elif status not in (0, 130):
            assert self._process is not None
            complaint = bytes(self._process.readAllStandardError().data()).decode("utf-8", "replace")
            log.error("a transfer ended with status %s: %s", status, complaint[-_COMPLAINT_CHARACTERS:])
            self._end("It ended before it was done, and nothing was written. The log says more; try again.")
        else:
            self._end("", was_stopped=status == 130)

    def _end(self, problem: str, *, was_stopped: bool = False) -> None:
        wish, process = self._current, self._process
        assert wish is not None
        assert process is not None
        self._process = self._current = None
        process.deleteLater()
        runs = [RunId(said["run"]) for said in self._said if "run" in said]
        is_done = not problem and not was_stopped
        self.words = self._outcome(wish, runs) if is_done else ""
        self.written = wish.path if is_done and isinstance(wish, Export) else None
        self.changed.emit()
        if problem:
            self.failed.emit(problem)
        elif is_done and isinstance(wish, Export):
            self.exported.emit(wish)
        if runs:
            self.imported.emit(runs)
        if self._waiting:
            self._begin_next()

    def _outcome(self, wish: Export | Import, runs: Sequence[RunId]) -> str:
        if isinstance(wish, Import):
            known = sum(not said["is_new"] for said in self._said if "run" in said)
            here = f" {plural(known, 'run is', 'runs are')} here already." if known else ""
            return f"{plural(len(runs) - known, 'run')} imported from {_named(wish)}.{here}"
        said = next(said for said in self._said if "size_bytes" in said)
        return " ".join([f"{wish.path.name} is written, {size(said['size_bytes'])}.", *said["left_out"]])


def _named(wish: Import) -> str:
    return Path(wish.files[0]).name if len(wish.files) == 1 else plural(len(wish.files), "file")
