"""Pictures of the window, painted offscreen: those of the README, or one of a recorded run.

screenshots.py                             all, into resources/screenshots
screenshots.py --out FILE [--run RUN]      one, of a run in the usual data folder
"""

import argparse
import asyncio
import os
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
# Offscreen, Qt says for each window that it cannot tell anybody its size.
os.environ.setdefault("QT_LOGGING_RULES", "default.warning=false")
ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

import picture_run  # noqa: E402
from PySide6.QtWidgets import QApplication  # noqa: E402

from rlm_desktop.app.assembly import Parts, build_window, make_app  # noqa: E402
from rlm_desktop.app.documents import read_passage  # noqa: E402
from rlm_desktop.corpus.documents import Corpus, CorpusDocument  # noqa: E402
from rlm_desktop.corpus.indexing.indexer import Indexer  # noqa: E402
from rlm_desktop.corpus.store.store import Store  # noqa: E402
from rlm_desktop.repl.isolation import isolation  # noqa: E402
from rlm_desktop.service.making import Access  # noqa: E402
from rlm_desktop.service.messages import DocumentText, PartMark  # noqa: E402
from rlm_desktop.service.reading import STORE_FOLDER  # noqa: E402
from rlm_desktop.service.running import Kept  # noqa: E402
from rlm_desktop.settings import places  # noqa: E402
from rlm_desktop.settings.preferences import BUILT_IN_MODEL, Preferences, Theme  # noqa: E402
from rlm_desktop.storage.database import FILE_NAME, Database  # noqa: E402
from rlm_desktop.storage.library import Library  # noqa: E402
from rlm_desktop.trace.events import CallFinished, Entry  # noqa: E402
from rlm_desktop.trace.facts import DocumentFacts  # noqa: E402
from rlm_desktop.trace.ids import RunId  # noqa: E402
from rlm_desktop.viewmodel.document_rows import DocumentRow, Places  # noqa: E402
from rlm_desktop.viewmodel.history_rows import HistoryRow  # noqa: E402
from rlm_desktop.viewmodel.shelf import Shelf  # noqa: E402

SAMPLE = ROOT / "resources" / "sample" / "documents"
PICTURES = ROOT / "resources" / "screenshots"
SIZE = (1440, 900)
DOCUMENT = "annual-1985.pdf"
"""The document that is pictured as a model sees it."""
RUNNING_CALLS = 31
"""So many calls are back when the picture of a live run is taken."""


class Stage:
    """One window that is dressed for each picture."""

    def __init__(self, app: QApplication, theme: Theme, data_dir: Path, models: tuple[str, str]) -> None:
        self._app, self.shelf = app, Shelf(data_dir)
        root, worker = models
        self.parts: Parts = build_window(app, Preferences(theme=theme, root=root, worker=worker, max_cost_usd=1.0))
        self.parts.passages.read = partial(read_passage, data_dir / STORE_FOLDER)
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
        self.shelf.close()
        self.parts.window.close()
        self.parts.window.deleteLater()
        self._app.processEvents()


def main(arguments: Sequence[str]) -> int:
    """Make the pictures that the words ask for; give the exit status."""
    parser = argparse.ArgumentParser(description="Pictures of the window, painted offscreen.")
    parser.add_argument("--out", type=Path, metavar="FILE")
    parser.add_argument("--run", default="last", metavar="RUN")
    wanted = parser.parse_args(arguments)
    app = make_app()
    if wanted.out is None:
        picture_readme(app)
    else:
        picture_run_of(app, places.data_dir(), wanted.run, wanted.out)
    return 0


def picture_run_of(app: QApplication, data_dir: Path, name: str, file: Path) -> None:
    """Picture a recorded run with its answer."""
    database = Database.open(data_dir / FILE_NAME)
    summary = Library(database).summary(Library(database).find(name))
    database.close()
    stage = Stage(app, "light", data_dir, (summary.root, summary.worker))
    stage.list_runs()
    stage.show_past(summary.run, summary.title)
    started = stage.parts.shown.started
    if started is not None and started.documents:
        stage.give([os.path.commonpath([document.path for document in started.documents])], started.documents)
    stage.take(file)
    stage.close()


def picture_readme(app: QApplication) -> None:
    """Picture the window empty, in the middle of a run, replaying it and with its answer, light and dark."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        database, store = Database.open(Path(folder) / FILE_NAME), Store.open(Path(folder) / STORE_FOLDER)
        corpus = asyncio.run(store.ingest([SAMPLE]))
        kept = Kept(
            data_dir=Path(folder), database=database, store=store, indexer=Indexer(), access=Access(Path(folder), {})
        )
        run = picture_run.record_runs(corpus, [str(SAMPLE)], kept)
        database.close()
        asyncio.run(store.close())
        themes: tuple[Theme, ...] = ("light", "dark")
        for theme in themes:
            picture_theme(app, theme, Path(folder), run, corpus)


def picture_theme(app: QApplication, theme: Theme, data_dir: Path, run: RunId, corpus: Corpus) -> None:
    """Take the pictures of one theme."""
    names = {
        what: PICTURES / f"{what}-{theme}.png" for what in ("empty", "document", "running", "replaying", "answered")
    }
    stage = Stage(app, theme, data_dir, (BUILT_IN_MODEL, BUILT_IN_MODEL))
    stage.take(names["empty"])
    stage.give([str(SAMPLE)], tuple(corpus.facts()))
    stage.show_document(next(document for document in corpus.documents if document.name.endswith(DOCUMENT)))
    stage.take(names["document"])
    stage.close()
    stage = Stage(app, theme, data_dir, picture_run.MODELS)
    stage.give([str(SAMPLE)], tuple(corpus.facts()))
    stage.show_live(run, picture_run.QUESTION, _until_calls(stage.shelf.entries(run), RUNNING_CALLS))
    stage.take(names["running"])
    stage.parts.asking.set_running(False)
    stage.list_runs()
    stage.show_past(run, picture_run.QUESTION)
    stage.take(names["answered"])
    stage.parts.window.run_page.show_view(1)
    stage.parts.window.replay.seek(len(stage.shelf.entries(run)) * 2 // 3)
    stage.take(names["replaying"])
    stage.close()


def _until_calls(entries: Sequence[Entry], calls: int) -> list[Entry]:
    """Cut a run after so many finished calls."""
    ends = [place for place, entry in enumerate(entries) if isinstance(entry.event, CallFinished)]
    return list(entries[: ends[calls - 1] + 1])


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


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
