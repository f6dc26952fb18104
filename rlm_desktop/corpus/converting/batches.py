"""Dealing files out to workers: many small ones at once, so that none waits long for a frame or for the last batch."""

import os
from collections import deque
from collections.abc import Iterable, Iterator

from rlm_desktop.corpus.gathering import FoundFile
from rlm_desktop.corpus.kinds import is_plain

SECONDS_A_BATCH = 0.1
FILES_A_BATCH = 500

# Rough, and only for dealing out: what a worker takes for a file and for each of its bytes.
_PLAIN_COST = (0.000_06, 1 / 150_000_000)
_OTHER_COST = (0.002, 1 / 3_000_000)


class Batches:
    """The files still to convert."""

    def __init__(self, files: Iterable[FoundFile]) -> None:
        self._coming: Iterator[FoundFile] = iter(files)
        self._long: FoundFile | None = None
        self._again: deque[tuple[FoundFile, ...]] = deque()
        self._silent: list[str] = []

    def next(self) -> tuple[FoundFile, ...]:
        """Give the next files; none when all are dealt out."""
        return self._again.popleft() if self._again else tuple(self._fresh())

    def put_back(self, files: Iterable[FoundFile]) -> None:
        """Have files converted after all whose worker ended before it came to them."""
        if waiting := tuple(files):
            self._again.append(waiting)

    def silence(self, place: str) -> None:
        """Remember that a folder or file does not answer."""
        self._silent.append(place)

    def is_silent(self, file: FoundFile) -> bool:
        """Tell whether a file lies in a folder that does not answer."""
        return any(f"{file.path}{os.sep}".startswith(f"{place}{os.sep}") for place in self._silent)

    def _fresh(self) -> Iterator[FoundFile]:
        """Give a long file alone: what is told of a batch is told at its end, and should not wait for that."""
        seconds = 0.0
        for number, file in enumerate(self._rest()):
            cost = _cost(file)
            if number and cost > SECONDS_A_BATCH:
                self._long = file
                return
            yield file
            seconds += cost
            if seconds > SECONDS_A_BATCH or number + 1 >= FILES_A_BATCH:
                return

    def _rest(self) -> Iterator[FoundFile]:
        if self._long is not None:
            long, self._long = self._long, None
            yield long
        for file in self._coming:  # noqa: UP028 -- what is left must not be closed with this
            yield file


def _cost(file: FoundFile) -> float:
    start, a_byte = _PLAIN_COST if is_plain(file.path.rpartition(os.sep)[2]) else _OTHER_COST
    return start + a_byte * file.size_bytes
