"""How much of an ingest is done, and how long the rest may take."""

import time
from collections.abc import Sequence

from rlm_desktop.corpus.store.seen import Progress

_TELLING_SHARE = 0.005


class Clock:
    """Counts what is done; what is left is guessed from the bytes."""

    def __init__(self) -> None:
        self.begin([])

    def begin(self, sizes: Sequence[int]) -> None:
        """Start with files of these sizes."""
        self._started = time.monotonic()
        self._of, self._of_bytes = len(sizes), sum(sizes)
        self._done = self._done_bytes = 0

    def count(self, size_bytes: int) -> None:
        """Count one as done."""
        self._done += 1
        self._done_bytes += size_bytes

    @property
    def bytes_left(self) -> int:
        """The bytes of what is not done."""
        return self._of_bytes - self._done_bytes

    def progress(self) -> Progress:
        """Tell how far it is."""
        return Progress(
            done=self._done,
            of=self._of,
            done_bytes=self._done_bytes,
            of_bytes=self._of_bytes,
            seconds_left=self._seconds_left(),
        )

    def _seconds_left(self) -> float | None:
        seconds = time.monotonic() - self._started
        share = self._done_bytes / self._of_bytes if self._of_bytes else 1.0
        return seconds / share - seconds if share > _TELLING_SHARE else None
