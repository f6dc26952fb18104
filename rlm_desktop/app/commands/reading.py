"""What is told on stderr while documents are looked for and read: one line that is written over, where that can be."""

import time

from rlm_desktop.app.commands.terminal import can_write_over, note, note_over
from rlm_desktop.corpus.store.seen import FileSeen, Progress, ScanFound, Seen
from rlm_desktop.trace import wording

_MANY_FILES = 200
_MANY_BYTES = 50_000_000
_SECONDS_BETWEEN_LINES = 5.0
_SECONDS_OF_CALM = 1.0
"""What is done sooner needs no words."""


class ReadingProgress:
    """Follows one reading. With `quiet` it says nothing, but still counts."""

    def __init__(self, *, quiet: bool = False) -> None:
        self.ready = 0
        self._quiet = quiet
        self._is_over = can_write_over()
        self._is_shown = False
        self._began_at: float | None = None
        self._told_at = 0.0

    def on_seen(self, seen: Seen) -> None:
        """Take what the store tells."""
        match seen:
            case ScanFound():
                self._tell_scan(seen)
            case Progress():
                self._tell_progress(seen)
            case FileSeen(state="ready"):
                self.ready += 1
            case FileSeen():
                pass

    def end(self) -> None:
        """Leave nothing half written on the terminal."""
        if self._is_shown:
            note_over("")
            self._is_shown = False

    def _tell_scan(self, found: ScanFound) -> None:
        new = found.files - found.known
        is_much = new >= _MANY_FILES or (new and found.size_bytes >= _MANY_BYTES)
        if is_much and not self._quiet:
            self.end()
            note(_found(found))

    def _tell_progress(self, progress: Progress) -> None:
        now = time.monotonic()
        if self._began_at is None:
            self._began_at = self._told_at = now
        if self._quiet or now - self._began_at < _SECONDS_OF_CALM:
            return
        if self._is_over:
            self._is_shown = True
            note_over(_so_far(progress))
        elif now - self._told_at >= _SECONDS_BETWEEN_LINES:
            self._told_at = now
            note(_so_far(progress))


def _found(found: ScanFound) -> str:
    kinds = ", ".join(f"{files:,} {kind}" for kind, files, _ in found.kinds[:6])
    more = ", …" if len(found.kinds) > 6 else ""
    known = f", {found.known:,} of them read before" if found.known else ""
    figures = f"{wording.plural(found.files, 'file')}, {wording.size(found.size_bytes)}{known}"
    copies = f" · {wording.plural(found.duplicates, 'likely duplicate')}" if found.duplicates else ""
    return f"{figures}: {kinds}{more}{copies} · about {wording.tokens(found.tokens)}"


def _so_far(progress: Progress) -> str:
    if progress.done == progress.of:
        return f"{wording.plural(progress.of, 'file')} read · putting them together"
    files = f"{progress.done:,} of {wording.plural(progress.of, 'file')}"
    sizes = f"{wording.size(progress.done_bytes)} of {wording.size(progress.of_bytes)}"
    left = progress.seconds_left
    return f"{files} · {sizes}" + ("" if left is None else f" · about {_roughly(left)} left")


def _roughly(seconds: float) -> str:
    return f"{max(1, round(seconds))} s" if seconds < 59.5 else wording.seconds(round(seconds))
