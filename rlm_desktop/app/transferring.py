"""Exports and imports for the window, in a process of their own: a long one holds nothing up, and can be ended.

It is given one JSON object and answers with lines of JSON: `{"done", "total"}` now and then, and at the end
`{"size_bytes", "left_out"}` of an export, `{"run", "is_new"}` for each run that was imported, or `{"error"}`. It ends,
leaving nothing half done, as soon as its standard input does.
"""

import json
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from rlm_desktop.app.commands.store import Store, opened
from rlm_desktop.app.exporting import export
from rlm_desktop.app.importing import import_runs
from rlm_desktop.corpus.errors import CorpusError
from rlm_desktop.export.errors import Cancelled, ExportError
from rlm_desktop.export.formats import format_called
from rlm_desktop.process_lines import Telling, say
from rlm_desktop.storage.errors import StorageError
from rlm_desktop.trace.ids import RunId


def main(words: Sequence[str]) -> int:
    """Do what the first word asks for; gives the exit status."""
    wish: dict[str, Any] = json.loads(words[0])
    telling = Telling()
    try:
        with opened(Path(wish["data_dir"])) as store:
            if "run" in wish:
                _export(store, wish, telling)
            else:
                _import(store, wish["files"], partial(_check, telling))
    except (ExportError, StorageError, CorpusError) as error:
        say(error=str(error))
        return 2
    except Cancelled:
        return 130
    return 0


def _export(store: Store, wish: dict[str, Any], telling: Telling) -> None:
    def tell(done: int, total: int) -> None:
        _check(telling)
        telling.tell(done, total)

    path = Path(wish["path"])
    left_out = export(
        store,
        RunId(wish["run"]),
        format_called(wish["format"]),
        path,
        tell,
        redact=wish["redact"],
        with_documents=wish["with_documents"],
    )
    say(size_bytes=path.stat().st_size, left_out=list(left_out))


def _import(store: Store, files: Sequence[str], check: Callable[[], None]) -> None:
    for file in files:
        for taken in import_runs(store, Path(file), check):
            say(run=taken.run, is_new=taken.is_new)


def _check(telling: Telling) -> None:
    """Raise `Cancelled` when nobody waits any more."""
    if telling.is_over():
        raise Cancelled
