"""Writes a run as `.rlmtrace`: everything, so that another RLM Desktop can take it in and replay it.

It is a zip archive of `journal.jsonl` (an array a line: number, time, kind and fields of an event), `texts.jsonl` (each
kept text once, in the order in which events first refer to them; null where it is lost), `notes.json`,
`documents.jsonl` (name, path, size and facts of each document) with their texts one after another in `documents.utf8`,
and, last, `manifest.json`. The same run always gives the same bytes.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from io import BufferedWriter, RawIOBase
from typing import Any, BinaryIO, cast
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from rlm_desktop.codec.events import encode
from rlm_desktop.corpus.store.carrying import Carried
from rlm_desktop.export.recorded import RecordedRun
from rlm_desktop.trace.ids import Digest
from rlm_desktop.trace.notes import NodeNote
from rlm_desktop.trace.references import texts_of
from rlm_desktop.trace.texts import digest_of

FORMAT, VERSION = "rlmtrace", 1
MANIFEST, JOURNAL, TEXTS, NOTES = "manifest.json", "journal.jsonl", "texts.jsonl", "notes.json"
DOCUMENTS, DOCUMENT_TEXTS = "documents.jsonl", "documents.utf8"
_GATHERED_BYTES = 1 << 18
_JSON = json.JSONEncoder(separators=(",", ":"), ensure_ascii=False)
_ESCAPED = json.JSONEncoder(separators=(",", ":"))
"""For lone surrogates, which have no UTF-8 form."""


def write(run: RecordedRun, file: BinaryIO) -> None:
    """Write a run; see this module."""
    with ZipFile(file, "w") as archive:
        entries = _write_lines(archive, JOURNAL, _journal(run))
        texts = _write_lines(archive, TEXTS, _texts(run))
        _write_lines(archive, NOTES, map(_note, sorted(run.notes.values(), key=lambda note: note.node)))
        documents = _write_documents(archive, run)
        manifest = {
            "format": FORMAT,
            "version": VERSION,
            "run": run.run,
            "name": run.name,
            "tags": sorted(run.tags),
            "left_out": list(run.left_out),
            "entries": entries,
            "texts": texts,
            "documents": documents,
        }
        with _member(archive, MANIFEST) as member:
            member.write(json.dumps(manifest, indent=1).encode())


def _journal(run: RecordedRun) -> Iterator[bytes]:
    for entry in run.entries():
        head = f"{entry.seq},{_JSON.encode(entry.at)},{_ESCAPED.encode(entry.event.kind)}"
        yield f"[{head},{encode(entry.event)}]".encode()


def _line(value: Any) -> bytes:
    try:
        return _JSON.encode(value).encode()
    except UnicodeEncodeError:
        return _ESCAPED.encode(value).encode()


def _texts(run: RecordedRun) -> Iterator[bytes]:
    written: set[Digest] = set()
    for entry in run.entries():
        for digest in texts_of(entry.event):
            if digest not in written:
                written.add(digest)
                text = run.text(digest)
                yield _line({"digest": digest, "text": text if digest_of(text) == digest else None})


def _note(note: NodeNote) -> bytes:
    fields = {
        "node": note.node,
        "text": note.text,
        "is_pinned": note.is_pinned,
        "score": note.score,
        "labels": note.labels,
        "changed_at": note.changed_at,
    }
    return _line(fields)


def _write_documents(archive: ZipFile, run: RecordedRun) -> int:
    """Write the lines and then the texts: the documents are gone through twice, so that no text is held."""
    count = _write_lines(archive, DOCUMENTS, map(_document, run.documents()))
    if count:
        with _member(archive, DOCUMENT_TEXTS) as member:
            for document in run.documents():
                for piece in document.utf8:
                    member.write(piece)
    return count


def _document(document: Carried) -> bytes:
    name, path, text_bytes, facts = document.member
    return _line([name, path, text_bytes, facts])


def _write_lines(archive: ZipFile, name: str, lines: Iterator[bytes]) -> int:
    count = 0
    with _member(archive, name) as member:
        for line in lines:
            member.write(line)
            member.write(b"\n")
            count += 1
    return count


@contextmanager
def _member(archive: ZipFile, name: str) -> Iterator[BinaryIO]:
    # Without the time of writing: the same run gives the same bytes.
    info = ZipInfo(name)
    info.compress_type = ZIP_DEFLATED
    info.external_attr = 0o644 << 16
    with archive.open(info, "w", force_zip64=True) as member:
        # Each piece on its own would cost the packer a call.
        gathered = BufferedWriter(cast("RawIOBase", member), _GATHERED_BYTES)
        yield cast("BinaryIO", gathered)
        gathered.flush()
        gathered.detach()
