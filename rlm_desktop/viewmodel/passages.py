"""The passage of a document that an answer quotes, read in a thread of its own."""

import logging
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import QObject, Qt, Signal, Slot

from rlm_desktop.trace.facts import Quote

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """A piece of a document with the quoted part marked by offsets in `text`; or why it cannot be shown."""

    document: str
    kind: str = ""
    text: str = ""
    start: int = 0
    end: int = 0
    page: int | None = None
    pages: int | None = None
    part: str = ""
    problem: str = ""


ReadPassage = Callable[[str, Quote], Passage]
"""Finds a quote in the version of a corpus with this digest."""


def _read_nothing(_version: str, quote: Quote) -> Passage:
    return Passage(document=quote.document or "", problem="The documents cannot be looked up yet.")


class Passages(QObject):
    """Finds passages one after the other; only the last one asked for is told."""

    found = Signal(object)  # Passage
    _read = Signal(int, object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.read: ReadPassage = _read_nothing
        """How a passage is found; known once there is a folder of texts."""
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="passages")
        self._asked = 0
        # Queued, because a future that is done already calls back at once, in this thread.
        self._read.connect(self._on_read, Qt.ConnectionType.QueuedConnection)

    def ask(self, version: str, quote: Quote) -> None:
        """Find where a quote stands in the documents that a run saw; `found` follows."""
        self._asked += 1
        future = self._thread.submit(self.read, version, quote)
        future.add_done_callback(partial(self._hand_over, self._asked))

    def forget(self) -> None:
        """Another run is shown: what was asked before is of no interest."""
        self._asked += 1

    def close(self) -> None:
        """End the thread."""
        self._asked += 1
        self._thread.shutdown(wait=True, cancel_futures=True)

    def _hand_over(self, number: int, future: "Future[Passage]") -> None:
        if not future.cancelled():
            self._read.emit(number, future.result())

    @Slot(int, object)
    def _on_read(self, number: int, passage: Passage) -> None:
        if number == self._asked:
            self.found.emit(passage)
