"""A version of a corpus as the store keeps it: one text and its tables in a folder, mapped, read when asked for."""

from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from operator import itemgetter
from pathlib import Path
from typing import Generic, Self, TypeVar, cast, overload

from rlm_desktop.corpus.counting.kept import counted_tokens
from rlm_desktop.corpus.documents import Mark, MarkKind, Place, Span, check_offset, page_at, part_at
from rlm_desktop.corpus.tokens import estimate_tokens_in
from rlm_desktop.text.blob import Blob
from rlm_desktop.text.documents import DocumentRow, DocumentTable
from rlm_desktop.text.sources import IN_MEMORY_BYTES
from rlm_desktop.text.text import Text
from rlm_desktop.trace.facts import DocumentFacts, SkippedFile

T = TypeVar("T")


class StoredDocument:
    """A document of a stored corpus; its text is read whenever it is asked for."""

    __slots__ = ("_blob", "_row")

    def __init__(self, row: DocumentRow, blob: Blob) -> None:
        self._row = row
        self._blob = blob

    @property
    def name(self) -> str:
        """The name it has among the others."""
        return self._row.name

    @property
    def path(self) -> str:
        """Where its file lay."""
        return self._row.path

    @property
    def kind(self) -> str:
        """What kind of file it is."""
        return self._row.kind

    @property
    def text(self) -> str:
        """Its whole text."""
        return self._blob.slice(self._row.start, self._row.end)

    @property
    def characters(self) -> int:
        """The length of its text."""
        return self._row.end - self._row.start

    @property
    def size_bytes(self) -> int:
        """The size of its file."""
        return self._row.source_bytes

    @property
    def tokens(self) -> int:
        """How many tokens its text has, near enough."""
        return self._row.tokens

    @property
    def digest(self) -> str:
        """The digest of its text."""
        return self._row.digest

    @property
    def page_starts(self) -> Sequence[int] | None:
        """Where each page begins in its text; None without pages."""
        return self._row.page_starts

    @property
    def marks(self) -> Sequence[Mark]:
        """Where its parts begin."""
        return tuple(
            Mark(start=start, label=label, kind=cast("MarkKind", kind)) for start, label, kind in self._row.marks
        )

    @property
    def losses(self) -> tuple[str, ...]:
        """What its text lacks of the file."""
        return self._row.losses

    def facts(self) -> DocumentFacts:
        """Tell what is known of the document without its text."""
        return DocumentFacts(
            name=self.name,
            path=self.path,
            kind=self.kind,
            characters=self.characters,
            size_bytes=self.size_bytes,
            pages=None if self.page_starts is None else len(self.page_starts),
            losses=self.losses,
        )

    def page_at(self, offset: int) -> int | None:
        """Give the page, counted from 1, that holds this offset of the text; None without pages."""
        return page_at(self.page_starts, offset)

    def part_at(self, offset: int) -> str:
        """Name the part that holds this offset, such as `p. 14` or `sheet Dues, rows 1-100`; "" when none is marked."""
        index = bisect_right(self._row.marks, offset, key=itemgetter(0)) - 1
        return self._row.marks[index][1] if index >= 0 else part_at((), self.page_starts, offset)


class StoredCorpus:
    """Documents joined into one text that stays on disk. Opening reads next to nothing, whatever the size."""

    def __init__(
        self,
        folder: Path,
        blob: Blob,
        table: DocumentTable,
        *,
        skipped: tuple[SkippedFile, ...] = (),
        in_memory_bytes: int = IN_MEMORY_BYTES,
    ) -> None:
        self._folder = folder
        self.in_memory_bytes = in_memory_bytes
        self.blob = blob
        self.table = table
        self._skipped = skipped
        self._counted: int | None = None

    @classmethod
    def open(
        cls, folder: Path, *, skipped: tuple[SkippedFile, ...] = (), in_memory_bytes: int = IN_MEMORY_BYTES
    ) -> Self:
        """Map a version's folder; raises `BlobBroken`."""
        blob = Blob.open(folder)
        return cls(folder, blob, DocumentTable.open(folder), skipped=skipped, in_memory_bytes=in_memory_bytes)

    @property
    def folder(self) -> Path:
        """Where the store keeps it."""
        return self._folder

    @property
    def digest(self) -> str:
        """The name of this version in the store."""
        return self._folder.name

    @property
    def skipped(self) -> tuple[SkippedFile, ...]:
        """What was given but could not be read."""
        return self._skipped

    @property
    def is_large(self) -> bool:
        """Whether the text stays on disk, because it is too long for the memory."""
        return self.blob.size_bytes > self.in_memory_bytes

    @property
    def documents(self) -> Sequence[StoredDocument]:
        """The documents in their order, each made when it is asked for."""
        return _Lazy(len(self.table), self._document)

    @property
    def spans(self) -> Sequence[Span]:
        """Where each document stands in the text."""
        return _Lazy(len(self.table), self._span)

    @cached_property
    def text(self) -> str | Text:
        """The one text of all documents; one that is too long for the memory is read as it is used."""
        return Text(self.blob) if self.is_large else self.blob.slice(0, self.blob.characters)

    @property
    def characters(self) -> int:
        """The length of the text."""
        return self.blob.characters

    @property
    def tokens(self) -> int:
        """How many tokens the text has, near enough or, after `count_by`, as the model counts."""
        return self._counted or estimate_tokens_in(self.blob.view)

    def count_by(self, vocabulary: str) -> None:
        """From now on `tokens` is exact, if this version has been counted with this vocabulary."""
        self._counted = counted_tokens(self._folder, vocabulary)

    def facts(self) -> Iterator[DocumentFacts]:
        """Tell what is known of each document without its text."""
        return (document.facts() for document in self.documents)

    def document_index_at(self, offset: int) -> int:
        """Give the number of the document at this offset; a header line counts to the document below it."""
        check_offset(offset, self.characters if len(self.table) else -1)
        index = self.table.index_at(offset)
        is_below = offset > self.table.end(index) and index + 1 < len(self.table)
        return index + 1 if is_below else index

    def where(self, offset: int) -> Place:
        """Find the document, page and line of an offset in the text of the corpus."""
        document, span = self._document(index := self.document_index_at(offset)), self._span(index)
        at = min(max(offset, span.start), span.end)
        return Place(
            document=document,
            page=document.page_at(at - span.start),
            line=self.blob.newlines_before(at) - self.blob.newlines_before(span.start) + 1,
            offset=at - span.start,
            part=document.part_at(at - span.start),
        )

    def close(self) -> None:
        """Let go of the maps."""
        self.table.close()
        self.blob.close()

    def _document(self, index: int) -> StoredDocument:
        return StoredDocument(self.table[index], self.blob)

    def _span(self, index: int) -> Span:
        return Span(start=self.table.start(index), end=self.table.end(index))


class _Lazy(Sequence[T], Generic[T]):
    """A sequence whose items are made when they are asked for."""

    def __init__(self, length: int, make: Callable[[int], T]) -> None:
        self._length = length
        self._make = make

    def __len__(self) -> int:
        return self._length

    @overload
    def __getitem__(self, place: int) -> T: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[T]: ...
    def __getitem__(self, place: int | slice) -> T | Sequence[T]:
        if isinstance(place, slice):
            return [self._make(index) for index in range(*place.indices(self._length))]
        return self._make(range(self._length)[place])
