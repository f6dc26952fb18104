"""How far the documents are found and read: what the scan found, the progress, the time left."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from rlm_desktop.trace.wording import plural, seconds, short_number, size

if TYPE_CHECKING:
    # Its module brings pydantic, which takes longer than the first paint may.
    from rlm_desktop.service.messages import ReadingProgress, ScanDone


class Reading(QObject):
    """The requests under way, added up."""

    changed = Signal()
    stop_asked = Signal()

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._scans: dict[int, ScanDone | None] = {}
        self._progress: dict[int, ReadingProgress] = {}
        self.is_stopping = False

    # What is told

    def begin(self, request: int) -> None:
        """A request was sent."""
        self._scans[request] = None
        self.is_stopping = False
        self.changed.emit()

    def note_scan(self, scan: "ScanDone") -> None:
        """What lies at and below its paths is known."""
        if scan.request in self._scans:
            self._scans[scan.request] = scan
            self.changed.emit()

    def note_progress(self, progress: "ReadingProgress") -> None:
        """Some files more are read."""
        if progress.request in self._scans:
            self._progress[progress.request] = progress
            self.changed.emit()

    def end(self, request: int) -> None:
        """All of a request is read, or reading was stopped."""
        self._scans.pop(request, None)
        self._progress.pop(request, None)
        self.is_stopping = self.is_stopping and bool(self._scans)
        self.changed.emit()

    def end_all(self) -> None:
        """Nothing is read any more."""
        for request in list(self._scans):
            self.end(request)

    def stop(self) -> None:
        """Read no further; what is ready stays."""
        if self._scans and not self.is_stopping:
            self.is_stopping = True
            self.stop_asked.emit()
            self.changed.emit()

    # What follows from it

    @property
    def is_going_on(self) -> bool:
        """Whether anything is looked for or read."""
        return bool(self._scans)

    @property
    def is_scanning(self) -> bool:
        """Whether it is not known yet what there is to read."""
        return self.is_going_on and not self._known

    @property
    def share(self) -> float | None:
        """How much is read, from 0 to 1, by bytes; None while that cannot be told."""
        of = sum(one.of_bytes for one in self._progress.values())
        done = sum(one.done_bytes for one in self._progress.values())
        return min(1.0, done / of) if of and not self.is_scanning else None

    @property
    def title(self) -> str:
        """What is being done."""
        if self.is_stopping:
            return "Stopping"
        if self._are_all_read:
            return "Putting the documents together"
        files = sum(scan.files for scan in self._known)
        return f"Reading {plural(files, 'file')}" if self._known else "Looking for documents"

    @property
    def note(self) -> str:
        """How far it is: `312 of 1,203 · 40 s left`."""
        if not self._progress or self._are_all_read:
            return ""
        done, of = (sum(getattr(one, name) for one in self._progress.values()) for name in ("done", "of"))
        left = self.seconds_left
        return f"{done:,} of {of:,}" + (f" · {_about(left)} left" if left is not None else "")

    @property
    def seconds_left(self) -> float | None:
        """The longest of what is left; None while it cannot be told."""
        known = [one.seconds_left for one in self._progress.values() if one.seconds_left is not None]
        return max(1.0, *known) if known else None

    @property
    def found(self) -> str:
        """What the scan found: `1,203 files · 2.1 GB · ≈ 12M tokens`."""
        scans = self._known
        if not scans:
            return ""
        tokens = sum(scan.tokens for scan in scans)
        parts = [plural(sum(scan.files for scan in scans), "file"), size(sum(scan.size_bytes for scan in scans))]
        return " · ".join([*parts, f"≈ {short_number(tokens)} tokens"] if tokens else parts)

    @property
    def kinds(self) -> list[tuple[str, int, int]]:
        """Kinds with the number of their files and bytes, the most bytes first."""
        sums: dict[str, list[int]] = {}
        for one in (kind for scan in self._known for kind in scan.kinds):
            known = sums.setdefault(one.kind, [0, 0])
            known[0] += one.files
            known[1] += one.size_bytes
        return sorted(((kind, files, sizes) for kind, (files, sizes) in sums.items()), key=lambda row: -row[2])

    @property
    def apart(self) -> str:
        """What is likely not going to be read: `14 likely duplicates · 3 left out`."""
        duplicates, left_out = (sum(getattr(scan, name) for scan in self._known) for name in ("duplicates", "left_out"))
        parts = [plural(duplicates, "likely duplicate")] if duplicates else []
        return " · ".join([*parts, f"{left_out:,} left out"] if left_out else parts)

    @property
    def _are_all_read(self) -> bool:
        asked = [self._progress.get(request) for request in self._scans]
        return bool(asked) and all(one is not None and one.done == one.of for one in asked)

    @property
    def _known(self) -> "Sequence[ScanDone]":
        return [scan for scan in self._scans.values() if scan is not None]


def _about(left: float) -> str:
    """No tenths: it is a guess."""
    return f"{left:.0f} s" if left < 59.5 else seconds(left)
