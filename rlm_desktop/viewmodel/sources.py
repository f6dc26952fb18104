"""What of the documents stands in the texts of a node, looked up in a thread; only the newest wish is told."""

import logging
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import QObject, Qt, Signal, Slot

from rlm_desktop.trace.facts import Quote
from rlm_desktop.trace.texts import TextRef
from rlm_desktop.viewmodel.passages import Passages
from rlm_desktop.viewmodel.source_texts import SourceText

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A piece of a text with its place in a document, or a quote that stands in none."""

    quote: Quote
    characters: int
    verdict: str
    """How certain it is, in words: `exact`, `1 of 3 places`, `not found`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """What of documents stands in one text; `covered` of its `characters`."""

    title: str
    characters: int
    covered: int
    pieces: tuple[Piece, ...]
    problem: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What was found, or why nothing could be looked up."""

    groups: tuple[Group, ...] = ()
    least: int = 0
    """Shorter pieces are not looked for, in characters or bytes; they may be chance."""
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Wish:
    """The texts to be looked up in a version of the documents."""

    version: str
    texts: tuple[SourceText, ...]


LoadText = Callable[[TextRef], str]
IsWanted = Callable[[], bool]
FindSources = Callable[[Wish, LoadText, IsWanted], Found]
"""Looks texts up; may give up with anything as soon as the wish is wanted no more."""


def _find_nothing(_wish: Wish, _load: LoadText, _is_wanted: IsWanted) -> Found:
    return Found(problem="The documents cannot be looked up yet.")


class Sources(QObject):
    """Looks up one wish after the other; one that is overtaken is dropped."""

    found = Signal(object)  # Found
    _done = Signal(int, object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.find: FindSources = _find_nothing
        """How texts are looked up; known once there is a folder of texts."""
        self.passages = Passages(self)
        self._thread: ThreadPoolExecutor | None = None
        self._asked = 0
        # Queued, because a future that is done already calls back at once, in this thread.
        self._done.connect(self._on_done, Qt.ConnectionType.QueuedConnection)

    def ask(self, wish: Wish, load: LoadText) -> None:
        """Look texts up in place of what was asked before; `found` follows."""
        self._asked += 1
        if self._thread is None:
            self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="sources")
        number = self._asked
        future = self._thread.submit(self._look, number, wish, load)
        future.add_done_callback(partial(self._hand_over, number))

    def forget(self) -> None:
        """What was asked before is of no interest any more."""
        self._asked += 1
        self.passages.forget()

    def close(self) -> None:
        """End the threads."""
        self._asked += 1
        self.passages.close()
        if self._thread is not None:
            self._thread.shutdown(wait=True, cancel_futures=True)
            self._thread = None

    def _look(self, number: int, wish: Wish, load: LoadText) -> Found:
        return self.find(wish, load, lambda: number == self._asked) if number == self._asked else Found()

    def _hand_over(self, number: int, future: "Future[Found]") -> None:
        if future.cancelled():
            return
        error = future.exception()
        if error is not None:
            log.warning("sources could not be looked up: %r", error)
        self._done.emit(
            number, Found(problem=f"The documents cannot be looked up: {error}") if error else future.result()
        )

    @Slot(int, object)
    def _on_done(self, number: int, found: Found) -> None:
        if number == self._asked:
            self.found.emit(found)
