"""The documents of a text on disk: mapped tables whose rows are made on demand, so that opening costs nothing.

`documents` holds one row of numbers for each document and a closing one, `strings` their words one after another,
`marks` the numbers of pages and marks, and `names` the documents sorted by a hash of their name.
"""

import os
import zlib
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from operator import sub
from typing import NamedTuple, Self, overload

from rlm_desktop.text.errors import BlobBroken
from rlm_desktop.text.mapping import let_go, map_file, numbers_of
from rlm_desktop.text.marks import COLUMNS as MARK_COLUMNS
from rlm_desktop.text.marks import Marks

COLUMNS = 13
"""start, end, source bytes, tokens, place in `strings`, place in `marks`, bytes of name, path, kind, digest and losses,
pages + 1 (0 for a document without pages), marks."""

_START, _END, _STRINGS, _MARKS = 0, 1, 4, 5


class DocumentRow(NamedTuple):
    """What is known of a document. `start` and `end` count characters in the text, the other starts in the document."""

    name: str
    path: str
    kind: str
    start: int
    end: int
    source_bytes: int
    tokens: int
    digest: str
    page_starts: Sequence[int] | None = None
    marks: Sequence[tuple[int, str, str]] = ()
    losses: tuple[str, ...] = ()


class DocumentTable(Sequence[DocumentRow]):
    """The documents in the order of the text."""

    def __init__(self, rows: memoryview, strings: memoryview, marks: memoryview, names: memoryview) -> None:
        self._rows = rows
        self._strings = strings
        self._marks = marks
        self._names = names
        self._starts = rows[_START : len(rows) - COLUMNS : COLUMNS]

    @classmethod
    def open(cls, folder: str | os.PathLike[str]) -> Self:
        """Map the tables of this folder; raises BlobBroken."""
        strings = map_file(folder, "strings")
        rows, marks, names = (
            numbers_of(map_file(folder, name), folder, name) for name in ("documents", "marks", "names")
        )
        is_whole = len(rows) % COLUMNS == 0 and len(rows) == (len(names) + 1) * COLUMNS
        if not is_whole or (rows[_STRINGS - COLUMNS], rows[_MARKS - COLUMNS]) != (len(strings), len(marks)):
            raise BlobBroken(f"The tables of the documents in {os.fspath(folder)} do not fit together.")
        return cls(rows, strings, marks, names)

    def __len__(self) -> int:
        return len(self._names)

    @overload
    def __getitem__(self, place: int) -> DocumentRow: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[DocumentRow]: ...
    def __getitem__(self, place: int | slice) -> DocumentRow | Sequence[DocumentRow]:
        if isinstance(place, slice):
            return [self._row(index) for index in range(*place.indices(len(self)))]
        return self._row(self._checked(place))

    def __iter__(self) -> Iterator[DocumentRow]:
        return map(self._row, range(len(self)))

    def start(self, index: int) -> int:
        """Give where a document begins in the text."""
        start: int = self._rows[self._checked(index) * COLUMNS + _START]
        return start

    def end(self, index: int) -> int:
        """Give where a document ends in the text."""
        end: int = self._rows[self._checked(index) * COLUMNS + _END]
        return end

    def name(self, index: int) -> str:
        """Give a document's name."""
        row = self._checked(index) * COLUMNS
        return self._words(self._rows[row + _STRINGS], self._rows[row + 6])

    def sizes(self) -> Sequence[int]:
        """Give the characters of each document."""
        ends = self._rows[_END : len(self._rows) - COLUMNS : COLUMNS]
        return array("Q", map(sub, ends, self._starts))

    def kinds(self) -> Iterator[str]:
        """Give the kind of each document."""
        for row in range(0, len(self._names) * COLUMNS, COLUMNS):
            before = self._rows[row + 6] + self._rows[row + 7]
            yield self._words(self._rows[row + _STRINGS] + before, self._rows[row + 8])

    def names(self) -> Iterator[str]:
        """Give the names of all documents."""
        return map(self.name, range(len(self)))

    def index_at(self, character: int) -> int:
        """Find the last document that begins at or before a character; the first for what stands before it."""
        if not len(self):
            raise IndexError("there are no documents")
        return max(bisect_right(self._starts, character) - 1, 0)

    def index_of(self, name: str) -> int | None:
        """Find the first document of this name."""
        key = name_hash(name) << 32
        for place in range(bisect_left(self._names, key), len(self._names)):
            entry: int = self._names[place]
            if entry >> 32 != key >> 32:
                break
            index = entry & 0xFFFF_FFFF
            if self.name(index) == name:
                return index
        return None

    def close(self) -> None:
        """Let go of the maps."""
        let_go(self._starts, self._rows, self._strings, self._marks, self._names)

    def _checked(self, index: int) -> int:
        try:
            return range(len(self))[index]
        except IndexError:
            raise IndexError(f"there is no document {index}; there are {len(self):,}") from None

    def _words(self, at: int, size: int) -> str:
        return str(self._strings[at : at + size], "utf-8", "surrogatepass")

    def _row(self, index: int) -> DocumentRow:
        row = self._rows[index * COLUMNS : (index + 1) * COLUMNS].tolist()
        start, end, source_bytes, tokens, at, numbers_at = row[:6]
        *sizes, pages, mark_count = row[6:]
        words = []
        for size in sizes:
            words.append(self._words(at, size))
            at += size
        name, path, kind, digest, losses = words
        page_starts = tuple(self._marks[numbers_at : numbers_at + pages - 1]) if pages else None
        numbers_at += max(pages - 1, 0)
        marks = Marks(self._marks[numbers_at : numbers_at + mark_count * MARK_COLUMNS], self._strings)
        lost = tuple(losses.split("\0")[:-1])
        return DocumentRow(name, path, kind, start, end, source_bytes, tokens, digest, page_starts, marks, lost)


def name_hash(name: str) -> int:
    """Hash a name to 32 bits, the same in every process."""
    return zlib.crc32(name.encode("utf-8", "surrogatepass"))
