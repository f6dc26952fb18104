"""Exports and imports for the window, in a process of their own: a long one holds nothing up, and can be ended.

It is given one JSON object and answers with lines of JSON: `{"done", "total"}` now and then, and at the end
`{"size_bytes", "left_out"}` of an export, `{"run", "is_new"}` for each run that was imported, or `{"error"}`. It ends,
leaving nothing half done, as soon as its standard input does.
"""

import json
import os
import sys
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from rlm_desktop.app.commands.store import Store, opened
from rlm_desktop.app.exporting import export
from rlm_desktop.app.importing import import_runs
from rlm_desktop.corpus.errors import CorpusError
from rlm_desktop.export.errors import Cancelled, ExportError
from rlm_desktop.export.formats import format_called
from rlm_desktop.storage.errors import StorageError
from rlm_desktop.trace.ids import RunId

_TELL_SECONDS = 0.1


def main(words: Sequence[str]) -> int:
    """Do what the first word asks for; gives the exit status."""
    wish: dict[str, Any] = json.loads(words[0])
    telling = _Telling()
    try:
        with opened(Path(wish["data_dir"])) as store:
            if "run" in wish:
                _export(store, wish, telling)
            else:
                _import(store, wish["files"], telling.check)
    except (ExportError, StorageError, CorpusError) as error:
        _say({"error": str(error)})
        return 2
    except Cancelled:
        return 130
    return 0


def _export(store: Store, wish: dict[str, Any], telling: "_Telling") -> None:
    path = Path(wish["path"])
    left_out = export(
        store,
        RunId(wish["run"]),
        format_called(wish["format"]),
        path,
        telling.tell,
        redact=wish["redact"],
        with_documents=wish["with_documents"],
    )
    _say({"size_bytes": path.stat().st_size, "left_out": list(left_out)})


def _import(store: Store, files: Sequence[str], check: Callable[[], None]) -> None:
    for file in files:
        for taken in import_runs(store, Path(file), check):
            _say({"run": taken.run, "is_new": taken.is_new})


class _Telling:
    """Tells how far an export is, ten times a second at most, and ends it when nobody listens any more."""

    def __init__(self) -> None:
        self._is_over = threading.Event()
        self._last = 0.0
        threading.Thread(target=self._listen, daemon=True).start()

    def check(self) -> None:
        """Raise `Cancelled` when it shall end."""
        if self._is_over.is_set():
            raise Cancelled

    def tell(self, done: int, total: int) -> None:
        """Tell how many entries were gone through."""
        self.check()
        now = time.monotonic()
        if now - self._last > _TELL_SECONDS:
            self._last = now
            _say({"done": done, "total": total})

    def _listen(self) -> None:
        # Not through `sys.stdin`, whose lock this thread would still hold when the interpreter ends: that aborts it.
        while os.read(0, 1_024):
            pass
        self._is_over.set()


def _say(said: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(said) + "\n")
    sys.stdout.flush()
