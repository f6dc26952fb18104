"""In a worker: obey the host until it closes the pipe."""

import gc
import os
import sys
import time
from itertools import islice
from typing import Any

from rlm_desktop.corpus.converting.extracting import Extracted, Extractor
from rlm_desktop.corpus.converting.frames import VERSION, framed, picture_name, read_frame
from rlm_desktop.corpus.converting.noting import Note
from rlm_desktop.corpus.converting.packing import NoRoom, Packs
from rlm_desktop.corpus.gathering import Search
from rlm_desktop.corpus.readers import recognition

RESULTS_A_FRAME = 500
MARKS_A_FRAME = 50_000
SECONDS_A_FRAME = 0.2
FILES_A_FRAME = 2_000


def serve(folder: str, *, can_recognise: bool) -> None:
    """Serve over standard input and output; what libraries print goes to standard error."""
    out = os.dup(sys.stdout.fileno())
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    worker = _Worker(folder, out)
    if can_recognise:
        recognition.use(worker.recognised)
    worker.send({"hello": VERSION})
    while (message := read_frame(sys.stdin.buffer)) is not None:
        try:
            worker.obey(message)
        except NoRoom as fault:
            worker.send({"no_room": str(fault)})
            break
    worker.close()


class _Worker:
    def __init__(self, folder: str, out: int) -> None:
        self._out = out
        self._folder = folder
        self._pictures = self._pictures_of_file = 0
        self._note = Note(folder)
        self._packs = Packs(folder)
        self._extractor = Extractor(self._packs, self)
        self._results: list[Any] = []
        self._extracts: list[Extracted] = []
        self._skipped: list[tuple[str, str]] = []
        self._weight = 0
        self._batch = self._index = 0
        self._search = Search()
        self._names_are_final = False
        self._sent_at = time.monotonic()

    def send(self, message: Any) -> None:
        """Send a frame."""
        data = memoryview(framed(message))
        while data:
            data = data[os.write(self._out, data) :]

    def recognised(self, picture: bytes) -> str:
        """Ask the host for the text in a picture."""
        if self._pictures_of_file >= recognition.MOST_PICTURES:
            return ""
        self._pictures += 1
        self._pictures_of_file += 1
        name = picture_name(self._pictures)
        place = os.path.join(self._folder, name)  # noqa: PTH118
        with open(place, "wb") as file:  # noqa: PTH123
            file.write(picture)
        self.send({"recognise": self._pictures})
        answer = read_frame(sys.stdin.buffer)
        os.unlink(place)  # noqa: PTH108
        return str(answer["text"])

    def obey(self, message: dict[str, Any]) -> None:
        """Do what the host asks for."""
        if "scan" in message:
            self._scan(message["scan"], message["silent"])
        else:
            self._convert(message["batch"], message["convert"])

    def close(self) -> None:
        """Let go of all files."""
        self._packs.close()
        self._note.close()

    def _convert(self, batch: int, paths: list[str]) -> None:
        for index, path in enumerate(paths):
            self._batch, self._index = batch, index
            self._pictures_of_file = 0
            self._note.file(batch, index)
            identity = self._extractor.file(path)
            self._add(identity)
        if self._results:
            self._send_results()

    def give(self, extracted: Extracted) -> None:
        """Collect a document."""
        self._extracts.append(extracted)
        self._weight += 1 + len(extracted[-2])
        if self._weight > MARKS_A_FRAME or len(self._extracts) >= RESULTS_A_FRAME:
            self._add(None)
            self._send_results()

    def refuse(self, inner: str, reason: str) -> None:
        """Collect why something cannot be read."""
        self._skipped.append((inner, reason))
        if len(self._skipped) >= RESULTS_A_FRAME:
            self._add(None)

    def at(self, step: int) -> None:
        """Note how far the file is."""
        self._note.file(self._batch, self._index, step)

    def _add(self, identity: tuple[int, int, int] | None) -> None:
        """Add what came of a file, or a part of that without an identity."""
        self._results.append((self._index, identity, self._extracts, self._skipped))
        self._extracts, self._skipped = [], []
        is_due = len(self._results) >= RESULTS_A_FRAME or time.monotonic() - self._sent_at > SECONDS_A_FRAME
        if is_due:
            self._send_results()

    def _send_results(self) -> None:
        self._packs.flush()
        self.send({"results": self._results})
        self._results, self._weight = [], 0
        self._sent_at = time.monotonic()

    def _scan(self, paths: list[str], silent: list[str]) -> None:
        # Nothing found is ever let go, so looking for garbage would only cost time.
        gc.disable()
        search = self._search = Search(self._look_into, silent)
        self._names_are_final = len(paths) == 1
        for path in paths:
            search.add(path)
        self._send_found()
        skipped = ((one.path, one.reason) for one in search.skipped)
        while refused := list(islice(skipped, FILES_A_FRAME)):
            self.send({"files": [], "skipped": refused})
        self.send({"files": [], "skipped": [], "is_last": True})

    def _look_into(self, folder: str) -> None:
        """Say that a folder is about to be looked into, and now and then what was found so far."""
        self._note.path(folder)
        if self._names_are_final and len(self._search.hits) >= FILES_A_FRAME:
            self._send_found()
        if time.monotonic() - self._sent_at > SECONDS_A_FRAME:
            self._sent_at = time.monotonic()
            self.send({"found": self._search.number, "size_bytes": self._search.size_bytes})

    def _send_found(self) -> None:
        files = ((hit.path, name, *hit[2:]) for hit, name in self._search.named())
        while piece := list(islice(files, FILES_A_FRAME)):
            self.send({"files": piece, "skipped": []})
