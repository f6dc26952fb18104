"""Reads `.rlmtrace` files, which may come from anywhere: nothing in them is believed before it was checked.

`rlmtrace_writing` says what such a file consists of.
"""

import json
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from math import isfinite
from pathlib import Path
from typing import IO, Any
from zipfile import BadZipFile, ZipFile

from rlm_desktop.codec.events import BadEvent, decode
from rlm_desktop.corpus.errors import StoreBroken
from rlm_desktop.corpus.store.carrying import Carried, checked_member
from rlm_desktop.export.errors import BadImport
from rlm_desktop.export.imported import ImportedRun
from rlm_desktop.export.rlmtrace_writing import (
    DOCUMENT_TEXTS,
    DOCUMENTS,
    FORMAT,
    JOURNAL,
    MANIFEST,
    NOTES,
    TEXTS,
    VERSION,
)
from rlm_desktop.trace.events import Event, TextKept
from rlm_desktop.trace.ids import Digest, NodeId, RunId
from rlm_desktop.trace.notes import HIGHEST_SCORE, LOWEST_SCORE, NodeNote
from rlm_desktop.trace.references import texts_of
from rlm_desktop.trace.texts import digest_of

_LONGEST_LINE = 1_000_000_000
_LONGEST_ID = 80
_PIECE = 1 << 20
_LARGEST_NUMBER = 1 << 62
_DAMAGED = (BadZipFile, zlib.error, EOFError, ValueError, TypeError, KeyError, NotImplementedError, RuntimeError)


def _whole(written: str) -> int:
    number = int(written) if len(written) < 20 else _LARGEST_NUMBER
    if abs(number) >= _LARGEST_NUMBER:
        raise ValueError(f"{written[:30]} is too large a number")
    return number


def _finite(written: str) -> float:
    number = float(written)
    if not isfinite(number):
        raise ValueError(f"{written[:30]} is no number to count with")
    return number


_JSON = json.JSONDecoder(parse_int=_whole, parse_float=_finite, parse_constant=_finite)
"""Numbers that no recorder writes would trip what later goes through the run."""


class TraceFile:
    """An opened `.rlmtrace`."""

    def __init__(self, path: Path, archive: ZipFile) -> None:
        self._path = path
        self._archive = archive
        with self._explaining():
            self._manifest = self._read_manifest()

    def run(self) -> ImportedRun:
        """Give the run; raises `BadImport`, also while its events are gone through."""
        with self._explaining():
            return ImportedRun(
                run=_run_id(self._manifest["run"]),
                events=self._events(),
                name=_words(self._manifest["name"]),
                tags=tuple(map(_words, self._manifest["tags"])),
                notes={note.node: note for note in map(_note, self._lines(NOTES))},
            )

    def documents(self) -> Iterator[Carried]:
        """Give the documents that the run read, each to be used up before the next; raises `BadImport`."""
        if self._manifest["documents"]:
            with self._explaining(), self._archive.open(DOCUMENT_TEXTS) as texts:
                for line in self._lines(DOCUMENTS):
                    name, path, text_bytes, facts = line
                    member = checked_member(name, path, int(text_bytes), facts)
                    yield Carried(member, self._pieces(texts, member.text_bytes))
                if texts.read(1):
                    raise ValueError("the texts of the documents are longer than they should be")

    def _read_manifest(self) -> Mapping[str, Any]:
        manifest = json.loads(self._archive.read(MANIFEST))
        if not isinstance(manifest, dict) or manifest.get("format") != FORMAT:
            raise ValueError("it does not say that it is one")
        if manifest["version"] != VERSION:
            raise BadImport(
                f"{self._path} was written by a newer RLM Desktop (format {manifest['version']}). Update RLM Desktop."
            )
        return manifest

    def _events(self) -> Iterator[tuple[float, Event]]:
        with self._explaining():
            texts, known = self._lines(TEXTS), set[Digest]()
            numbers = (0, 0.0)
            for line in self._lines(JOURNAL):
                seq, at, kind, fields = line
                numbers = _next(numbers, seq, at)
                event = decode(kind, json.dumps(fields))
                for digest in texts_of(event):
                    if digest not in known:
                        known.add(digest)
                        text = _text(next(texts, None), digest)
                        if text is not None:
                            yield at, TextKept(digest=digest, text=text)
                yield at, event
            if numbers[0] != self._manifest["entries"] or not numbers[0]:
                raise ValueError("entries are missing")

    def _pieces(self, texts: IO[bytes], size_bytes: int) -> Iterator[bytes]:
        with self._explaining():
            while size_bytes:
                piece = texts.read(min(_PIECE, size_bytes))
                if not piece:
                    raise ValueError("the texts of the documents are cut off")
                size_bytes -= len(piece)
                yield piece

    def _lines(self, name: str) -> Iterator[Any]:
        with self._archive.open(name) as member:
            while line := member.readline(_LONGEST_LINE):
                if not line.endswith(b"\n"):
                    raise ValueError(f"a line of {name} is too long or cut off")
                yield _JSON.decode(line.decode())

    @contextmanager
    def _explaining(self) -> Iterator[None]:
        try:
            yield
        except (*_DAMAGED, BadEvent, StoreBroken) as error:
            raise _damaged(self._path, error) from error
        except OSError as error:
            raise BadImport(f"{self._path} cannot be read: {error.strerror or error}.") from error


@contextmanager
def opened_trace(path: Path) -> Iterator[TraceFile]:
    """Open an `.rlmtrace` file; raises `BadImport`."""
    try:
        archive = ZipFile(path)
    except (BadZipFile, OSError) as error:
        raise _damaged(path, error) from error
    with archive:
        yield TraceFile(path, archive)


def _damaged(path: Path, error: Exception) -> BadImport:
    return BadImport(
        f"{path} is damaged or no trace of RLM Desktop ({error}). Export the run again, or fetch it again."
    )


def _next(numbers: tuple[int, float], seq: Any, at: Any) -> tuple[int, float]:
    last_seq, last_at = numbers
    is_number = isinstance(at, float | int) and not isinstance(at, bool) and isfinite(at)
    if seq != last_seq + 1 or not is_number or at < last_at:
        raise ValueError(f"entry {last_seq + 1} is missing or out of order")
    return seq, at


def _text(line: Any, digest: Digest) -> str | None:
    """Take a text; None where it was lost before the run was exported."""
    if line is None or line["digest"] != digest:
        raise ValueError(f"the text {digest} is missing")
    text = line["text"]
    if text is None:
        return None
    if not isinstance(text, str) or digest_of(text) != digest:
        raise ValueError(f"the text {digest} is not what it was")
    return text


def _run_id(written: Any) -> RunId:
    """Take an id; it becomes part of names of files."""
    is_sound = isinstance(written, str) and 0 < len(written) <= _LONGEST_ID
    if not is_sound or not written.replace("-", "").replace("_", "").isalnum() or not written.isascii():
        raise ValueError("the id of the run is none")
    return RunId(written)


def _words(written: Any) -> str:
    if not isinstance(written, str):
        raise TypeError("a name or a tag is no text")
    return written


def _note(line: Any) -> NodeNote:
    note = NodeNote(
        node=NodeId(int(line["node"])),
        text=_words(line["text"]),
        is_pinned=bool(line["is_pinned"]),
        score=line["score"],
        labels=tuple(map(_words, line["labels"])),
        changed_at=float(line["changed_at"]),
    )
    is_score = note.score is None or (type(note.score) is int and LOWEST_SCORE <= note.score <= HIGHEST_SCORE)
    if not is_score or not isfinite(note.changed_at):
        raise ValueError("a note makes no sense")
    return note
