"""Records the run that comes along anew, with its documents in it: resources/sample/harbours.rlmtrace."""

import asyncio
import shutil
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

import picture_run  # noqa: E402

from rlm_desktop.app.commands.store import opened  # noqa: E402
from rlm_desktop.app.exporting import export  # noqa: E402
from rlm_desktop.corpus.indexing.indexer import Indexer  # noqa: E402
from rlm_desktop.corpus.store.store import Store  # noqa: E402
from rlm_desktop.export.formats import format_called  # noqa: E402
from rlm_desktop.service.making import Access  # noqa: E402
from rlm_desktop.service.reading import STORE_FOLDER  # noqa: E402
from rlm_desktop.service.running import Kept  # noqa: E402
from rlm_desktop.storage.database import FILE_NAME, Database  # noqa: E402
from rlm_desktop.storage.labels import Labels  # noqa: E402
from rlm_desktop.trace.ids import RunId  # noqa: E402
from rlm_desktop.viewmodel import sample  # noqa: E402

PLACE = Path(tempfile.gettempdir()) / "rlm-desktop-sample" / "documents"
"""A run remembers where its documents lay: here, whoever records it."""
PACE = 5.0
"""So much slower than they could do the scripted models answer; at the usual pace, replaying takes some ten seconds."""


def main() -> int:
    """Record the run and write its file; give the exit status."""
    shutil.copytree(sample.documents(), PLACE)
    try:
        with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
            run = record(Path(folder))
            with opened(Path(folder)) as store:
                export(
                    store,
                    run,
                    format_called("rlmtrace"),
                    sample.recorded_run(),
                    _quietly,
                    redact=False,
                    with_documents=True,
                )
    finally:
        shutil.rmtree(PLACE.parent)
    print(f"{sample.recorded_run()}: {sample.recorded_run().stat().st_size:,} bytes", flush=True)
    return 0


def record(data_dir: Path) -> RunId:
    """Record the scripted run into a data folder, with its tag."""
    database, store = Database.open(data_dir / FILE_NAME), Store.open(data_dir / STORE_FOLDER)
    access = Access(data_dir, {})
    kept = Kept(data_dir=data_dir, database=database, store=store, indexer=Indexer(), access=access)
    corpus = asyncio.run(store.ingest([PLACE]))
    run = picture_run.record_scripted(corpus, [str(PLACE)], kept, PACE)
    Labels(database).retag([run], [sample.TAG], ())
    database.close()
    asyncio.run(store.close())
    return run


def _quietly(_done: int, _total: int) -> None:
    """Tell nothing: it takes a moment."""


if __name__ == "__main__":
    sys.exit(main())
