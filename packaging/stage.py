"""A window that is dressed for pictures, painted offscreen."""

import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

import picture_run
from PySide6.QtWidgets import QApplication

from rlm_desktop.app.assembly import Parts, build_window
from rlm_desktop.app.documents import read_passage
from rlm_desktop.corpus.documents import CorpusDocument
from rlm_desktop.repl.isolation import isolation
from rlm_desktop.service.messages import DocumentText, PartMark
from rlm_desktop.service.reading import STORE_FOLDER
from rlm_desktop.settings.preferences import Preferences, Theme
from rlm_desktop.trace.events import Entry
from rlm_desktop.trace.facts import DocumentFacts
from rlm_desktop.trace.ids import RunId
from rlm_desktop.viewmodel.document_rows import DocumentRow, Places
from rlm_desktop.viewmodel.history_rows import HistoryRow
from rlm_desktop.viewmodel.shelf import Shelf

SIZE = (1440, 900)
_MOST_LOOKS = 100


class Stage:
    """One window that is dressed for each picture."""

    def __init__(self, app: QApplication, theme: Theme, data_dir: Path, models: tuple[str, str]) -> None:
        self._app, self.shelf = app, Shelf(data_dir)
        root, worker = models
        self.parts: Parts = build_window(app, Preferences(theme=theme, root=root, worker=worker, max_cost_usd=1.0))
        self.parts.passages.read = partial(read_passage, data_dir / STORE_FOLDER)
        self.parts.window.run_page.comparing.source = self.shelf
        self.parts.window.resize(*SIZE)
        self.parts.window.show()
        self.parts.window.status.tell_engine(isolation().name, isolation().meaning, True)

    def give(self, paths: Sequence[str], facts: Sequence[DocumentFacts]) -> None:
        """List documents as if they were read."""
        asking = self.parts.asking
        asking.give(paths)
        asking.documents.note([_row(document, paths) for document in facts])

    def show_document(self, document: CorpusDocument) -> None:
        """Show what a model sees of a document, as if the engine had told it."""
        window = self.parts.window
        window.preview.open(next(row for row in self.parts.asking.documents.rows() if row.path == document.path))
        text = document.text
        marks = tuple(PartMark(start=mark.start, label=mark.label) for mark in document.marks)
        starts = None if document.page_starts is None else tuple(document.page_starts)
        told = DocumentText(request=1, text=text, start=0, characters_in_all=len(text), page_starts=starts, marks=marks)
        window.preview.take(told)

    def list_runs(self) -> None:
        """Fill the history."""
        self.parts.history.show(self.shelf.rows())

    def show_past(self, run: RunId, question: str) -> None:
        """Open a recorded run."""
        self.parts.window.ask_bar.write(question)
        self.parts.shown.open_past(run, self.shelf.entries(run), self.shelf.text)

    def show_live(self, run: RunId, question: str, entries: Sequence[Entry]) -> None:
        """Show a run as it looked in the middle, as if that were now."""
        ago = time.time() - entries[-1].at
        root, worker = picture_run.MODELS
        row = HistoryRow(run=run, title=question, status="running", root=root, worker=worker)
        self.parts.history.show([row, *(row for row in self.shelf.rows() if row.run != run)])
        self.parts.window.ask_bar.write(question)
        self.parts.asking.set_running(True)
        self.parts.shown.begin(run, question, self.shelf.text)
        self.parts.shown.feed([replace(entry, at=entry.at + ago) for entry in entries])

    def compare(self, run: RunId, other: RunId) -> None:
        """Put two recorded runs beside each other."""
        comparing = self.parts.window.run_page.comparing
        comparing.begin(run, other)
        self.wait(lambda: comparing.items.comparison is not None, "the runs were compared")

    def wait(self, is_so: Callable[[], bool], what: str) -> None:
        """Let the window work until something is so."""
        for _ in range(_MOST_LOOKS):
            if is_so():
                return
            self.settle()
        sys.exit(f"This did not happen: {what}.")

    def settle(self) -> None:
        """Let timers and queued work of the window run until nothing is left to paint."""
        for _ in range(30):
            self._app.processEvents()
            self.parts.window.thread().msleep(10)

    def take(self, file: Path) -> None:
        """Paint the window into a file."""
        self.settle()
        file.parent.mkdir(parents=True, exist_ok=True)
        if not self.parts.window.grab().save(str(file)):
            sys.exit(f"The picture {file} could not be written.")
        print(file, flush=True)

    def close(self) -> None:
        """End what the window began."""
        self.parts.passages.close()
        self.parts.window.run_page.comparing.close()
        self.parts.shown.close()
        self.shelf.close()
        self.parts.window.close()
        self.parts.window.deleteLater()
        self._app.processEvents()


def _row(document: DocumentFacts, paths: Sequence[str]) -> DocumentRow:
    return DocumentRow(
        path=document.path,
        name=document.name.rsplit("/", 1)[-1],
        full_name=document.name,
        folder=Places(paths).folder(document.path),
        state="ready",
        kind=document.kind,
        pages=document.pages,
        characters=document.characters,
        tokens=document.characters // 4,
        size_bytes=document.size_bytes,
    )
