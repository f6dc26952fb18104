"""Lets the engine find, read, preview and name documents, and shows what it tells of them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal, Slot

from rlm_desktop.corpus.store.seen import FileSeen
from rlm_desktop.service.messages import (
    Command,
    CorporaListed,
    CountTokens,
    DocumentsRead,
    DocumentsSeen,
    DocumentText,
    Fact,
    ListCorpora,
    PreviewDocument,
    ReadDocuments,
    ReadingProgress,
    RemoveCorpus,
    SaveCorpus,
    ScanDone,
    StopReading,
    TokensCounted,
)
from rlm_desktop.viewmodel.asking import Asking, Counted
from rlm_desktop.viewmodel.corpora import Selection
from rlm_desktop.viewmodel.document_rows import DocumentRow, Places
from rlm_desktop.viewmodel.preview import Stretch
from rlm_desktop.viewmodel.remedies import Problem


@dataclass(slots=True)
class _Request:
    """What was asked to be read, and for a refresh what was seen of it."""

    paths: tuple[str, ...]
    places: Places
    seen: set[str] | None = None
    is_stopped: bool = False
    is_known: bool = False
    """Whether anything was seen at all."""


class DocumentsDesk(QObject):
    """Numbers the requests and forgets those that are of no interest any more."""

    troubled = Signal(object)  # Problem
    all_read = Signal()
    previewed = Signal(object)  # DocumentText

    def __init__(self, asking: Asking, send: Callable[[Command], bool], parent: QObject) -> None:
        super().__init__(parent)
        self._asking, self._send = asking, send
        self._requests: dict[int, _Request] = {}
        self._last = 0
        self._previewed = 0
        self._counting = ""
        asking.forgotten.connect(self._on_forgotten)
        asking.reading.stop_asked.connect(self._on_stop)
        asking.corpora.save_asked.connect(self._on_save)
        asking.corpora.remove_asked.connect(self._on_remove)

    # Commands

    def begin(self) -> None:
        """Say hello to a new engine: read what was given so far, list the named corpora."""
        self._send(ListCorpora())
        if self._asking.paths:
            self.read(self._asking.paths)

    def read(self, paths: Sequence[str]) -> None:
        """Let the engine read documents."""
        self._read(paths, None, again=False)

    def refresh(self, *, again: bool) -> None:
        """Let it look at all documents again; with `again`, even read those that seem unchanged."""
        self._read(self._asking.paths, set(), again=again)

    def _read(self, paths: Sequence[str], seen: set[str] | None, *, again: bool) -> None:
        self._last += 1
        self._asking.set_counted(None)
        command = ReadDocuments(request=self._last, paths=tuple(paths), left_out=self.left_out, again=again)
        if self._send(command):
            self._requests[self._last] = _Request(command.paths, Places(paths), seen)
            self._asking.reading.begin(self._last)

    @Slot(object)
    def preview(self, wanted: Stretch) -> None:
        """Ask for a stretch of a document's text; only the last one asked for is told."""
        self._last += 1
        self._previewed = self._last
        self._send(
            PreviewDocument(
                request=self._last,
                path=wanted.path,
                name=wanted.name,
                start=wanted.start,
                characters=wanted.characters,
            )
        )

    def lose_engine(self) -> None:
        """Nothing that was asked for will come."""
        self._requests.clear()
        self._asking.reading.end_all()

    @property
    def left_out(self) -> tuple[str, ...]:
        """What below the given paths is not to be read."""
        return tuple(sorted(self._asking.left_out))

    # Facts

    def take(self, fact: Fact) -> None:
        """Take what the engine told of documents."""
        match fact:
            case ScanDone():
                self._asking.reading.note_scan(fact)
            case ReadingProgress():
                self._asking.reading.note_progress(fact)
            case DocumentsRead():
                self._on_read(fact)
            case DocumentText():
                if fact.request == self._previewed:
                    self.previewed.emit(fact)
            case TokensCounted():
                self._on_counted(fact)
            case CorporaListed():
                self._asking.corpora.show(fact.corpora)
            case _:
                pass

    def note(self, facts: Sequence[DocumentsSeen]) -> None:
        """Take what was seen of documents since the last frame."""
        rows: list[DocumentRow] = []
        left_out = self._asking.left_out
        for fact in facts:
            request = self._requests.get(fact.request)
            if request is None:
                continue
            request.is_known = True
            places = request.places
            fresh = [row_of(seen, places) for seen in fact.seen if seen.path not in left_out]
            rows += fresh
            if request.seen is not None:
                request.seen.update(row.path for row in fresh)
        if rows:
            self._asking.documents.note(rows)

    def _on_read(self, fact: DocumentsRead) -> None:
        request = self._requests.pop(fact.request, None)
        if request is None:
            return
        if not request.is_stopped:
            self._take_stock(request)
            self._count(request, fact)
        if fact.problem:
            self.troubled.emit(Problem(text=fact.problem))
        self._asking.reading.end(fact.request)
        if not self._requests:
            self.all_read.emit()

    def _take_stock(self, request: _Request) -> None:
        """After a refresh, what was not seen again is gone; where nothing was found, say so."""
        documents = self._asking.documents
        if request.seen is not None:
            gone = [row.path for row in documents.rows() if row.path not in request.seen]
            if gone:
                documents.remove(gone)
        empty = [] if request.is_known else [path for path in request.paths if not documents.holds_below(path)]
        if empty:
            text = f"No file to read was found in {', '.join(empty)}. Give another folder, or files."
            self.troubled.emit(Problem(text=text, remedy="open-files"))
            self._asking.drop_paths(empty)

    def _count(self, request: _Request, read: DocumentsRead) -> None:
        """Have the tokens counted as the root model counts them, if these are all documents there are."""
        if read.digest and set(request.paths) == set(self._asking.paths):
            self._counting = read.digest
            self._send(CountTokens(corpus=read.digest, model=self._asking.preferences.root))

    def _on_counted(self, fact: TokensCounted) -> None:
        if fact.corpus == self._counting and fact.vocabulary and not self._requests:
            self._asking.set_counted(Counted(fact.tokens, fact.model))

    # What the user wants

    @Slot()
    def _on_forgotten(self) -> None:
        if not self._asking.paths:
            self._stop_all()
            self._requests.clear()
            self._asking.reading.end_all()

    @Slot()
    def _on_stop(self) -> None:
        self._stop_all()

    def _stop_all(self) -> None:
        for number, request in self._requests.items():
            request.is_stopped = True
            self._send(StopReading(request=number))

    @Slot(str, object)
    def _on_save(self, name: str, selection: Selection) -> None:
        paths, left_out = selection
        self._send(SaveCorpus(name=name, paths=tuple(paths), left_out=tuple(sorted(left_out))))

    @Slot(str)
    def _on_remove(self, name: str) -> None:
        self._send(RemoveCorpus(name=name))


def row_of(seen: FileSeen, places: Places) -> DocumentRow:
    """Make a document's row of what was told."""
    return DocumentRow(
        path=seen.path,
        name=seen.name.rpartition("/")[2],
        full_name=seen.name,
        folder=places.folder(seen.path),
        state=seen.state,
        kind=seen.kind,
        pages=seen.pages,
        characters=seen.characters,
        tokens=seen.tokens,
        size_bytes=seen.size_bytes,
        reason=seen.reason,
        duplicate_of=seen.duplicate_of,
        modified_at=seen.modified_at,
    )
