"""Converts in the test's own process, as the converters of the product do in theirs."""

import os
from collections.abc import AsyncGenerator, Callable, Iterable, Sequence
from hashlib import blake2b
from pathlib import Path

from rlm_desktop.corpus.conversion import CHANGED_WHILE_READ, Conversion, Extract, PackedText
from rlm_desktop.corpus.documents import Document
from rlm_desktop.corpus.errors import Unreadable
from rlm_desktop.corpus.gathering import FoundFile, Gathered, explain, gather, shown_path
from rlm_desktop.corpus.identity import inode_of
from rlm_desktop.corpus.readers.draft import counted
from rlm_desktop.corpus.reading import convert
from rlm_desktop.corpus.tokens import estimate_tokens
from rlm_desktop.trace.facts import SkippedFile

OnFile = Callable[[FoundFile], None]


def read_document(file: FoundFile) -> Document:
    """Read a file to its text; raises `Unreadable` with the reason when that cannot be, or an `OSError`."""
    data = Path(file.path).read_bytes()
    if not data:
        raise Unreadable("empty")
    kind, made = convert(file.name, data)
    return Document(
        name=file.name,
        path=shown_path(file.path),
        kind=kind,
        text=made.text,
        size_bytes=len(data),
        page_starts=tuple(mark.start for mark in made.marks if mark.kind in ("page", "slide")) or None,
        marks=made.marks,
        losses=counted(made.lost),
    )


class PlainConverters:
    """Reads one file after the other. Tests look at `converted`, and make things happen with the three hooks."""

    def __init__(self, spool: Path) -> None:
        self.spool = spool
        self._path = spool / "plain.pack"
        self.converted: list[str] = []
        self.order: Callable[[Sequence[FoundFile]], Iterable[FoundFile]] = list
        self.on_scan: Callable[[Gathered], None] = lambda _: None
        self.on_read: OnFile = lambda _: None
        """Called between reading a file and looking whether it has changed."""
        self.before: OnFile = lambda _: None

    async def scan(self, paths: Sequence[Path]) -> Gathered:
        found = gather(paths)
        self.on_scan(found)
        return found

    async def convert(self, files: Sequence[FoundFile], roots: Sequence[Path] = ()) -> AsyncGenerator[Conversion, None]:
        for file in self.order(files):
            self.before(file)
            yield self._convert(file)

    async def close(self) -> None:
        return None

    def _convert(self, file: FoundFile) -> Conversion:
        self.converted.append(file.name)
        try:
            before = Path(file.path).stat()
            document = read_document(file)
            self.on_read(file)
            after = Path(file.path).stat()
        except OSError as fault:
            return _refused(file, explain(fault))
        except Unreadable as reason:
            return _refused(file, str(reason))
        if _identity(before) != _identity(after):
            return _refused(file, CHANGED_WHILE_READ)
        return Conversion(
            file=file,
            extracts=(self._extract(document, file),),
            mtime_ns=before.st_mtime_ns,
            inode=inode_of(before),
            size_bytes=before.st_size,
        )

    def _extract(self, document: Document, file: FoundFile) -> Extract:
        utf8 = document.text.encode("utf-8", "replace")
        with self._path.open("ab") as pack:
            start = pack.tell()
            pack.write(utf8)
        return Extract(
            inner="",
            kind=document.kind,
            text=PackedText(pack=self._path.name, start=start, size_bytes=len(utf8)),
            source_digest=_digest(Path(file.path).read_bytes()),
            source_bytes=document.size_bytes,
            text_digest=_digest(utf8),
            characters=len(document.text),
            newlines=document.text.count("\n"),
            tokens=estimate_tokens(document.text),
            marks=document.marks,
            losses=document.losses,
        )


def _identity(info: os.stat_result) -> tuple[int, int, int]:
    return info.st_size, info.st_mtime_ns, inode_of(info)


def _digest(data: bytes) -> str:
    return blake2b(data, digest_size=16).hexdigest()


def _refused(file: FoundFile, reason: str) -> Conversion:
    return Conversion(file=file, skipped=(SkippedFile(path=shown_path(file.path), reason=reason),))
