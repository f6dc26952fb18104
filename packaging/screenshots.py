"""Pictures of the window, painted offscreen: those of the README, or one of a recorded run.

screenshots.py                             all, into resources/screenshots
screenshots.py --out FILE [--run RUN]      one, of a run in the usual data folder
"""

import argparse
import asyncio
import os
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
# Offscreen, Qt says for each window that it cannot tell anybody its size.
os.environ.setdefault("QT_LOGGING_RULES", "default.warning=false")
ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

import picture_run  # noqa: E402
from PySide6.QtWidgets import QApplication  # noqa: E402
from stage import Stage  # noqa: E402

from rlm_desktop.app.assembly import make_app  # noqa: E402
from rlm_desktop.app.commands.store import opened  # noqa: E402
from rlm_desktop.app.importing import import_runs  # noqa: E402
from rlm_desktop.corpus.documents import Corpus  # noqa: E402
from rlm_desktop.corpus.indexing.indexer import Indexer  # noqa: E402
from rlm_desktop.corpus.store.store import Store  # noqa: E402
from rlm_desktop.service.making import Access  # noqa: E402
from rlm_desktop.service.reading import STORE_FOLDER  # noqa: E402
from rlm_desktop.service.running import Kept  # noqa: E402
from rlm_desktop.settings import places  # noqa: E402
from rlm_desktop.settings.preferences import BUILT_IN_MODEL, Theme  # noqa: E402
from rlm_desktop.storage.database import FILE_NAME, Database  # noqa: E402
from rlm_desktop.storage.library import Library  # noqa: E402
from rlm_desktop.trace.events import CallFinished, Entry  # noqa: E402
from rlm_desktop.trace.ids import NodeId, RunId  # noqa: E402
from rlm_desktop.trace.nodes import NodeKind  # noqa: E402
from rlm_desktop.ui.run_line import ANSWER, CHARTS, TRACE  # noqa: E402
from rlm_desktop.viewmodel import sample  # noqa: E402

PICTURES = ROOT / "resources" / "screenshots"
SAMPLE = str(sample.documents())
BUILT_IN = (BUILT_IN_MODEL, BUILT_IN_MODEL)
DOCUMENT = "annual-1985.pdf"
"""The document that is pictured as a model sees it."""
RUNNING_CALLS = 31
"""So many calls are back when the picture of a live run is taken."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """What is in the data folder that the pictures are taken of."""

    data_dir: Path
    corpus: Corpus
    run: RunId
    """The run that comes along."""
    other: RunId
    """One of the built-in model, which was asked the same."""


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
    """Take all pictures light, and the first view and an answer dark, too."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        recorded = record(Path(folder))
        picture_start(app, "dark", recorded)
        picture_answer(app, "dark", recorded)
        picture_start(app, "light", recorded)
        picture_document(app, recorded)
        picture_answer(app, "light", recorded)
        picture_views(app, recorded)


def record(data_dir: Path) -> Recorded:
    """Ask the built-in model some questions, and take in the run that comes along."""
    database, store = Database.open(data_dir / FILE_NAME), Store.open(data_dir / STORE_FOLDER)
    corpus = asyncio.run(store.ingest([sample.documents()]))
    access = Access(data_dir, {})
    kept = Kept(data_dir=data_dir, database=database, store=store, indexer=Indexer(), access=access)
    asked = [picture_run.record_built_in(question, corpus, [SAMPLE], kept) for question in picture_run.QUESTIONS]
    database.close()
    asyncio.run(store.close())
    with opened(data_dir) as opened_store:
        run = next(import_runs(opened_store, sample.recorded_run(), lambda: None)).run
    return Recorded(data_dir=data_dir, corpus=corpus, run=run, other=asked[-1])


def picture_start(app: QApplication, theme: Theme, recorded: Recorded) -> None:
    """Take the first view as it is where nothing is set up."""
    stage = Stage(app, theme, recorded.data_dir, BUILT_IN)
    stage.parts.window.start.ways.tell_found("")
    stage.take(PICTURES / f"start-{theme}.png")
    stage.close()


def picture_document(app: QApplication, recorded: Recorded) -> None:
    """Take a document as a model sees it."""
    stage = Stage(app, "light", recorded.data_dir, BUILT_IN)
    stage.give([SAMPLE], tuple(recorded.corpus.facts()))
    stage.show_document(next(one for one in recorded.corpus.documents if one.name.endswith(DOCUMENT)))
    stage.take(PICTURES / "document-light.png")
    stage.close()


def picture_answer(app: QApplication, theme: Theme, recorded: Recorded) -> None:
    """Take an answer beside the page that it quotes."""
    stage = _stage_with_run(app, theme, recorded)
    stage.take(PICTURES / f"answered-{theme}.png")
    stage.close()


def picture_views(app: QApplication, recorded: Recorded) -> None:
    """Take a run while it goes on, and the views of it when it is over."""
    stage = Stage(app, "light", recorded.data_dir, picture_run.MODELS)
    stage.give([SAMPLE], tuple(recorded.corpus.facts()))
    stage.show_live(recorded.run, picture_run.QUESTION, _until_calls(stage.shelf.entries(recorded.run), RUNNING_CALLS))
    stage.take(PICTURES / "running-light.png")
    stage.close()
    stage = _stage_with_run(app, "light", recorded)
    page = stage.parts.window.run_page
    shown: tuple[tuple[str, str, NodeKind], ...] = (("grid", "Story", "batch"), ("variables", "Variables", "step"))
    for name, tab, kind in shown:
        page.show_view(TRACE)
        page.trace.go_to(_fullest(stage, kind))
        page.panel.open_tab(tab)
        stage.take(PICTURES / f"{name}-light.png")
    page.show_view(CHARTS)
    stage.take(PICTURES / "charts-light.png")
    stage.compare(recorded.run, recorded.other)
    stage.take(PICTURES / "compare-light.png")
    stage.close()


def _stage_with_run(app: QApplication, theme: Theme, recorded: Recorded) -> Stage:
    stage = Stage(app, theme, recorded.data_dir, picture_run.MODELS)
    stage.give([SAMPLE], tuple(recorded.corpus.facts()))
    stage.list_runs()
    stage.show_past(recorded.run, picture_run.QUESTION)
    stage.parts.window.run_page.show_view(ANSWER)
    return stage


def _fullest(stage: Stage, kind: NodeKind) -> NodeId:
    """Give the node of a kind that has most below it."""
    nodes = stage.parts.shown.items.trace.nodes.values()
    return max((node for node in nodes if node.kind == kind), key=lambda node: len(node.children)).id


def _until_calls(entries: Sequence[Entry], calls: int) -> list[Entry]:
    """Cut a run after so many finished calls."""
    ends = [place for place, entry in enumerate(entries) if isinstance(entry.event, CallFinished)]
    return list(entries[: ends[calls - 1] + 1])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
