"""The passage of a document that an answer quotes, read in a thread of its own."""

import logging
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Qt, Signal, Slot

from rlm_desktop.trace.facts import DocumentFacts, Quote

log = logging.getLogger(__name__)

AROUND_CHARACTERS = 2_000
LARGEST_PAGE = 40_000


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


@dataclass(frozen=True, slots=True)
class PlainDocument:
    """A document's text and where its pages begin."""

    text: str
    page_starts: tuple[int, ...] | None = None


ReadPlain = Callable[[Path], PlainDocument]


class Passages(QObject):
    """Finds passages one after the other; only the last one asked for is told."""

    found = Signal(object)  # Passage
    _read = Signal(int, object)

    def __init__(self, read: ReadPlain, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._read_plain = read
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="passages")
        self._asked = 0
        self._kept: tuple[str, PlainDocument] | None = None
        # Queued, because a future that is done already calls back at once, in this thread.
        self._read.connect(self._on_read, Qt.ConnectionType.QueuedConnection)

    def ask(self, document: DocumentFacts, quote: Quote) -> None:
        """Find where a quote stands; `found` follows."""
        self._asked += 1
        future = self._thread.submit(self._find, document, quote)
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

    def _find(self, document: DocumentFacts, quote: Quote) -> Passage:
        try:
            plain = self._plain(document.path)
        except (OSError, ValueError) as error:
            return Passage(document=document.name, problem=f"{document.path} cannot be opened: {error}")
        return passage_of(document, plain, quote)

    def _plain(self, path: str) -> PlainDocument:
        if self._kept is None or self._kept[0] != path:
            self._kept = (path, self._read_plain(Path(path)))
        return self._kept[1]


def passage_of(document: DocumentFacts, plain: PlainDocument, quote: Quote) -> Passage:
    """Cut out the page, or the surroundings, of a quote."""
    if quote.start is None or quote.end is None or quote.end > len(plain.text):
        problem = f"{document.name} is not the file it was when the question was asked."
        return Passage(document=document.name, problem=problem)
    first, last = _bounds(plain, quote.start, quote.end)
    return Passage(
        document=document.name,
        kind=document.kind,
        text=plain.text[first:last],
        start=quote.start - first,
        end=quote.end - first,
        page=quote.page,
        pages=None if plain.page_starts is None else len(plain.page_starts),
        part=quote.part,
    )


def _bounds(plain: PlainDocument, start: int, end: int) -> tuple[int, int]:
    """A page where there are pages and it is not huge; else whole lines around the quote."""
    starts = plain.page_starts or ()
    first = max((place for place in starts if place <= start), default=None)
    last = min((place for place in starts if place >= end), default=len(plain.text))
    if first is not None and last - first <= LARGEST_PAGE:
        return first, last
    before, after = max(0, start - AROUND_CHARACTERS), min(len(plain.text), end + AROUND_CHARACTERS)
    line = plain.text.find("\n", before, start) + 1 if before else 0
    ending = plain.text.rfind("\n", end, after) if after < len(plain.text) else after
    return line or before, ending if ending >= end else after
