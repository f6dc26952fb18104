"""A corpus that lies in a folder: its tables stay there, and its text, too, when it is too long for the memory."""

from collections.abc import Iterator
from typing import Any

from rlm_desktop.repl.inside.corpus import Document, Documents, Facts
from rlm_desktop.text.blob import Blob
from rlm_desktop.text.documents import DocumentTable


class Tabled:
    """Documents that are made from their rows when they are asked for, as far as they lie in a part of the corpus."""

    def __init__(self, table: DocumentTable, blob: Blob, whole: str, start: int, end: int) -> None:
        self._table = table
        self._blob = blob
        self._whole = whole
        self._start, self._end = start, end
        self._first = table.index_at(start) if len(table) else 0
        self._behind = table.index_at(max(end - 1, start)) + 1 if len(table) else 0

    def __len__(self) -> int:
        return self._behind - self._first

    def document(self, number: int) -> Document:
        """Give a document by its place from 0."""
        row = self._table[self._first + number]
        start = min(max(row.start, self._start), self._end)
        end = max(min(row.end, self._end), start)
        pages, marks = row.page_starts or (), row.marks
        if cut := start - row.start:
            pages = [max(page - cut, 0) for page in pages]
            marks = [(max(at - cut, 0), label, kind) for at, label, kind in marks]
        facts = Facts(row.name, row.path, row.kind, start - self._start, end - self._start, pages, marks)
        return Document(facts, self._whole, number, self._newlines_before)

    def number_of(self, name: str) -> int | None:
        """Find a document by its name."""
        index = self._table.index_of(name)
        return None if index is None or not self._first <= index < self._behind else index - self._first

    def number_at(self, offset: int) -> int:
        """Find the document that holds an offset of the whole text."""
        return min(self._table.index_at(offset + self._start), self._behind - 1) - self._first

    def names(self) -> Iterator[str]:
        """Give the names in order."""
        return map(self._table.name, range(self._first, self._behind))

    def _newlines_before(self, offset: int) -> int:
        return self._blob.newlines_before(offset + self._start)


def open_corpus(folder: str, in_memory_bytes: int, part: list[int] | None = None) -> tuple[Any, Documents]:
    """Give the text of the corpus in this folder, or a part of it, and its documents."""
    blob = Blob.open(folder)
    start, end = part or (0, blob.characters)
    is_short = blob.byte_at(end) - blob.byte_at(start) <= in_memory_bytes
    context: Any = blob.slice(start, end) if is_short else _long(blob, start, end)
    return context, Documents(Tabled(DocumentTable.open(folder), blob, context, start, end))


def _long(blob: Blob, start: int, end: int) -> Any:
    from rlm_desktop.text.text import Text  # noqa: PLC0415 - only a long text needs it

    return Text(blob, start, end)
