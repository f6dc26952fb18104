"""In a worker: obey the host until it closes the pipe."""

import os
import sys
import time
from pathlib import Path
from typing import Any

from rlm_desktop.corpus.converting.extracting import Extracted, Extractor
from rlm_desktop.corpus.converting.frames import VERSION, framed, read_frame
from rlm_desktop.corpus.converting.noting import Note
from rlm_desktop.corpus.converting.packing import NoRoom, Packs
from rlm_desktop.corpus.gathering import gather

RESULTS_A_FRAME = 500
MARKS_A_FRAME = 50_000
SECONDS_A_FRAME = 0.2
FILES_A_FRAME = 2_000


def serve(folder: str) -> None:
    """Serve over standard input and output; what libraries print goes to standard error."""
    out = os.dup(sys.stdout.fileno())
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    worker = _Worker(folder, out)
    worker.send({"hello": VERSION})
    while (message := read_frame(sys.stdin.buffer)) is not None:
        try:
            worker.obey(message)
        except NoRoom as fault:
            worker.send({"no_room": str(fault)})
            return


class _Worker:
    def __init__(self, folder: str, out: int) -> None:
        self._out = out
        self._note = Note(folder)
        self._packs = Packs(folder)
        self._extractor = Extractor(self._packs, self._give, self._refuse)
        self._results: list[Any] = []
        self._extracts: list[Extracted] = []
        self._skipped: list[tuple[str, str]] = []
        self._weight = 0
        self._index = 0
        self._sent_at = time.monotonic()

    def send(self, message: Any) -> None:
        """Send a frame."""
        data = memoryview(framed(message))
        while data:
            data = data[os.write(self._out, data) :]

    def obey(self, message: dict[str, Any]) -> None:
        """Do what the host asks for."""
        if "scan" in message:
            self._scan(message["scan"])
        else:
            self._convert(message["batch"], message["convert"])

    def _convert(self, batch: int, paths: list[str]) -> None:
        for index, path in enumerate(paths):
            self._index = index
            self._note.file(batch, index)
            identity = self._extractor.file(path)
            self._add(identity)
        self._send_results(is_last=True)

    def _give(self, extracted: Extracted) -> None:
        self._extracts.append(extracted)
        self._weight += 1 + len(extracted[-2])
        if self._weight > MARKS_A_FRAME or len(self._extracts) >= RESULTS_A_FRAME:
            self._add(None)
            self._send_results()

    def _refuse(self, inner: str, reason: str) -> None:
        self._skipped.append((inner, reason))
        if len(self._skipped) >= RESULTS_A_FRAME:
            self._add(None)

    def _add(self, identity: tuple[int, int, int] | None) -> None:
        """Add what came of a file, or a part of that without an identity."""
        self._results.append((self._index, identity, self._extracts, self._skipped))
        self._extracts, self._skipped = [], []
        is_due = len(self._results) >= RESULTS_A_FRAME or time.monotonic() - self._sent_at > SECONDS_A_FRAME
        if is_due:
            self._send_results()

    def _send_results(self, *, is_last: bool = False) -> None:
        self._packs.flush()
        self.send({"results": self._results, "is_last": is_last})
        self._results, self._weight = [], 0
        self._sent_at = time.monotonic()

    def _scan(self, paths: list[str]) -> None:
        gathered = gather([Path(path) for path in paths])
        files = [(str(one.path), one.name, one.size_bytes, one.mtime_ns, one.inode) for one in gathered.files]
        skipped = [(one.path, one.reason) for one in gathered.skipped]
        for start in range(0, max(len(files), len(skipped)), FILES_A_FRAME):
            piece = slice(start, start + FILES_A_FRAME)
            self.send({"files": files[piece], "skipped": skipped[piece], "is_last": False})
        self.send({"files": [], "skipped": [], "is_last": True})
