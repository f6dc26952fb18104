"""Filters the trace by what is typed: reads it, looks texts up in a thread, and says what is wrong or hidden."""

from collections.abc import Callable, Collection
from dataclasses import replace
from itertools import count

from PySide6.QtCore import QObject, Qt, QTimer, Signal, Slot

from rlm_desktop.storage.errors import StorageError
from rlm_desktop.trace.events import RunStarted
from rlm_desktop.trace.ids import Digest, NodeId, RunId
from rlm_desktop.viewmodel.shown_run import ShownRun
from rlm_desktop.viewmodel.trace_filter import BadFilter, Filter, completions, parse

Seek = Callable[[set[Digest]], set[NodeId]]
Tell = Callable[[set[NodeId] | StorageError], None]
Find = Callable[[RunId, str, Seek, Callable[[], bool], Tell], None]
"""Looks for words in the texts of a run, in a thread, until nobody wants them any more."""
_TYPING_MS = 120
_AGAIN_MS = 1_500
"""So often texts of a live run are looked through again."""


class Filtering(QObject):
    """The filter of the shown run. It goes on when another run is shown."""

    changed = Signal()
    _found = Signal(int, str, object)  # request, words, set[NodeId] | StorageError

    def __init__(self, shown: ShownRun, parent: QObject) -> None:
        super().__init__(parent)
        self.find: Find | None = None
        """Known once there is a database."""
        self.typed = ""
        self.problem = ""
        """What is wrong with what is typed; empty when nothing is."""
        self._shown = shown
        self._wanted: Filter | None = None
        self._holders: dict[str, Collection[NodeId]] = {}
        self._waiting: set[str] = set()
        self._requests = count(1)
        self._request = 0
        self._typing = QTimer(self, singleShot=True, interval=_TYPING_MS)
        self._typing.timeout.connect(self._apply)
        self._again = QTimer(self, singleShot=True, interval=_AGAIN_MS)
        self._again.timeout.connect(self._look)
        # Queued, because a search tells from its thread.
        self._found.connect(self._on_found, Qt.ConnectionType.QueuedConnection)
        shown.opened.connect(self._on_opened)
        shown.items.fed.connect(self._on_fed)
        for signal in (shown.items.moved, shown.items.sealed):
            signal.connect(self.changed)

    def type(self, typed: str) -> None:
        """Filter by this as soon as typing pauses."""
        self.typed = typed
        self._typing.start()

    @property
    def is_on(self) -> bool:
        """Whether a filter holds."""
        return self._shown.items.filter is not None

    @property
    def is_searching(self) -> bool:
        """Whether texts are still looked through."""
        return bool(self._waiting)

    def in_words(self) -> str:
        """Say what the filter lets through and what it hides, or what is wrong with it."""
        if self.problem or not self.is_on:
            return self.problem
        hits, whole = self._shown.items.counts()
        words = f"{hits:,} of {whole:,} · {whole - hits:,} hidden"
        return f"{words} · searching…" if self.is_searching else words

    def completions(self) -> list[str]:
        """Give what the last word could become."""
        started = self._shown.started
        models = [] if started is None else [started.root.name, started.worker.name, *_others(started)]
        return completions(self.typed, list(dict.fromkeys(models)))

    @Slot()
    def _apply(self) -> None:
        try:
            self._wanted, self.problem = parse(self.typed), ""
        except BadFilter as error:
            # What was there goes on to hold until this is a filter.
            self.problem = str(error)
            self.changed.emit()
            return
        self._look()

    @Slot()
    def _look(self) -> None:
        """Look for the filter's texts, unless it has none, and narrow the trace by what is known."""
        texts = self._wanted.texts if self._wanted is not None else ()
        self._request = next(self._requests)
        self._holders = {words: holders for words, holders in self._holders.items() if words in texts}
        run = self._shown.run
        self._waiting = set(texts) if self.find is not None and run is not None else set()
        if self.find is not None and run is not None:
            for words in texts:
                self._ask(run, words, self.find)
        self._narrow()

    def _ask(self, run: RunId, words: str, find: Find) -> None:
        request = self._request

        def tell(found: set[NodeId] | StorageError) -> None:
            self._found.emit(request, words, found)

        find(run, words, self._shown.items.seeker(words), lambda: request != self._request, tell)

    def _narrow(self) -> None:
        wanted = None if self._wanted is None else replace(self._wanted, holders=dict(self._holders))
        self._shown.items.narrow(wanted)
        self.changed.emit()

    @Slot(int, str, object)
    def _on_found(self, request: int, words: str, found: "set[NodeId] | StorageError") -> None:
        if request != self._request:
            return
        self._waiting.discard(words)
        if isinstance(found, StorageError):
            self.problem = str(found)
        else:
            self._holders[words] = frozenset(found)
        self._narrow()

    @Slot()
    def _on_opened(self) -> None:
        self._holders.clear()
        self._typing.start()

    @Slot()
    def _on_fed(self) -> None:
        """A live run may have new texts that hold what is looked for."""
        if self._wanted is not None and self._wanted.texts and not self._again.isActive():
            self._again.start()


def _others(started: RunStarted) -> list[str]:
    return [model.name for model in started.others]
