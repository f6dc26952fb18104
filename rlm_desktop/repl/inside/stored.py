"""A corpus that lies in a folder: its tables stay there, and its text, too, when it is too long for the memory."""

from collections.abc import Iterator
from typing import Any

from rlm_desktop.repl.inside.corpus import Document, Documents, Facts
from rlm_desktop.text.blob import Blob
from rlm_desktop.text.documents import DocumentTable


class Tabled:
    """Documents that are made from their rows when they are asked for."""

    def __init__(self, table: DocumentTable, blob: Blob, whole: str) -> None:
        self._table = table
        self._blob = blob
        self._whole = whole

    def __len__(self) -> int:
        return len(self._table)

    def document(self, number: int) -> Document:
        """Give a document by its place from 0."""
        row = self._table[number]
        facts = Facts(row.name, row.path, row.kind, row.start, row.end, row.page_starts or (), row.marks)
        return Document(facts, self._whole, number, self._blob.newlines_before)

    def number_of(self, name: str) -> int | None:
        """Find a document by its name."""
        return self._table.index_of(name)

    def number_at(self, offset: int) -> int:
        """Find the document that holds an offset of the whole text."""
        return self._table.index_at(offset)

    def names(self) -> Iterator[str]:
        """Give the names in order."""
        return self._table.names()


def open_corpus(folder: str, in_memory_bytes: int) -> tuple[Any, Documents]:
    """Give the text of the corpus in this folder, and its documents."""
    blob = Blob.open(folder)
    context: Any = str(blob.view, "utf-8") if blob.size_bytes <= in_memory_bytes else _long(blob)
    return context, Documents(Tabled(DocumentTable.open(folder), blob, context))


def _long(blob: Blob) -> Any:
    from rlm_desktop.text.text import Text  # noqa: PLC0415 - only a long text needs it

    return Text(blob)
