"""The process that makes the skeleton of one large run, so that no window stands still meanwhile.

It is given the data folder and the run. It says with lines of JSON how far it is, `{"done", "total"}`, or why the run
cannot be read, `{"damaged"}`; once it has ended well the skeleton is kept. It gives up as soon as its standard input
ends.
"""

import gc
import json
import os
import sys
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from rlm_desktop.storage.database import FILE_NAME, Database
from rlm_desktop.storage.errors import Damaged, StorageError
from rlm_desktop.storage.skeletons import Skeletons
from rlm_desktop.trace.ids import RunId

_TELL_SECONDS = 0.1


def main(words: Sequence[str]) -> int:
    """Make the skeleton of the run that the second word names; gives the exit status."""
    data_dir, run = words
    # What is made here lives until the end: looking for what might be freed took an eighth of the time.
    gc.disable()
    telling = _Telling()
    try:
        database = Database.open(Path(data_dir) / FILE_NAME)
        Skeletons(database).make(RunId(run), telling.is_over, telling.tell)
        database.close()
    except Damaged as error:
        _say({"damaged": str(error)})
        return 2
    except StorageError as error:
        print(error, file=sys.stderr)  # noqa: T201 -- its starter puts it into the log
        return 1
    return 0


class _Telling:
    """Tells how far it is, ten times a second at most, and knows when nobody listens any more."""

    def __init__(self) -> None:
        self._is_over = threading.Event()
        self.is_over = self._is_over.is_set
        self._last = 0.0
        threading.Thread(target=self._listen, daemon=True).start()

    def tell(self, done: int, total: int) -> None:
        """Tell how many entries were gone through."""
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
