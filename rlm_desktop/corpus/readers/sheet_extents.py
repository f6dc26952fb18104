"""How wide a sheet is spread, learnt before it is opened.

calamine holds a sheet as a full rectangle, 32 bytes a cell, and ends the whole process when memory does not suffice:
two cells in opposite corners would do.
"""

import re
from collections.abc import Iterator

from rlm_desktop.corpus.errors import Unreadable
from rlm_desktop.corpus.readers.markup import Listener, parse
from rlm_desktop.corpus.readers.package import Package

TOO_WIDE = "a sheet whose cells lie too far apart to be read; save the part that matters as CSV and add that"
MOST_CELLS = 40_000_000

_CELL = re.compile(rb"""<(?:\w+:)?c\s[^<>]*?\br=["']([A-Z]{1,9})([0-9]{1,12})["']""")
_ERROR = b' t="e"'
_LONGEST_TAG = 1_000
_ROW_HEADER = 0
_CELL_RECORDS = range(1, 12)


def refuse_wide_sheets(package: Package) -> int:
    """Raise `Unreadable` when a sheet's rectangle would not fit into memory; else count the cells that hold errors.

    calamine gives a cell with `#N/A` or its like as an empty one.
    """
    errors = 0
    for name in package.names:
        if name.startswith("xl/worksheets/sheet") and name.endswith(".xml"):
            extent = _Extent()
            for chunk in package.stream(name):
                extent.read(chunk)
            _check((extent.rows, extent.columns))
            errors += extent.errors
        elif name.startswith("xl/worksheets/sheet") and name.endswith(".bin"):
            _check(_extent_of_records(package.read(name)))
    if "content.xml" in package:
        sheets = _Sheets()
        parse(package.stream("content.xml"), sheets)
        _check(sheets.widest)
    return errors


def _check(extent: tuple[int, int]) -> None:
    rows, columns = extent
    if rows * columns > MOST_CELLS:
        raise Unreadable(TOO_WIDE)


class _Extent:
    """What an XML sheet spans. It looks for cells only: a parser would take longer than reading the sheet does."""

    def __init__(self) -> None:
        self.rows = self.columns = self.errors = 0
        self._tail = b""

    def read(self, chunk: bytes) -> None:
        """Take in the next piece."""
        piece = self._tail + chunk
        for match in _CELL.finditer(piece):
            self.rows, self.columns = max(self.rows, int(match[2])), max(self.columns, _column(match[1]))
        self.errors += piece.count(_ERROR, max(0, len(self._tail) - len(_ERROR) + 1))
        self._tail = piece[-_LONGEST_TAG:]


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def _extent_of_records(data: bytes) -> tuple[int, int]:
    rows = columns = 0
    for kind, start in _records(data):
        if kind == _ROW_HEADER:
            rows = max(rows, int.from_bytes(data[start : start + 4], "little") + 1)
        elif kind in _CELL_RECORDS:
            columns = max(columns, int.from_bytes(data[start : start + 4], "little") + 1)
    return rows, columns


def _records(data: bytes) -> Iterator[tuple[int, int]]:
    """Give kind and place of each record of a binary sheet: both numbers come seven bits a byte."""
    place = 0
    while place < len(data) - 1:
        kind, place = data[place], place + 1
        if kind & 0x80:
            kind, place = (kind & 0x7F) | data[place] << 7, place + 1
        size = shift = 0
        while place < len(data):
            byte, place = data[place], place + 1
            size, shift = size | (byte & 0x7F) << shift, shift + 7
            if not byte & 0x80 or shift == 28:
                break
        yield kind, place
        place += size


class _Sheets(Listener):
    """Adds up what the rows and cells of an OpenDocument sheet repeat; empty ones at its edges count nothing."""

    def __init__(self) -> None:
        self.widest = (0, 0)
        self._rows = self._columns = self._widest_columns = 0

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        match tag:
            case "table:table":
                self._rows = self._widest_columns = 0
            case "table:table-row":
                self._rows += _repeats(attributes, "rows")
                self._columns = 0
            case "table:table-cell" | "table:covered-table-cell":
                self._columns += _repeats(attributes, "columns")
                if "office:value-type" in attributes or "table:formula" in attributes:
                    self._grow()

    def _grow(self) -> None:
        self._widest_columns = max(self._widest_columns, self._columns)
        extent = (self._rows, self._widest_columns)
        self.widest = max(self.widest, extent, key=lambda one: one[0] * one[1])


def _repeats(attributes: dict[str, str], what: str) -> int:
    number = attributes.get(f"table:number-{what}-repeated", "1")
    return int(number) if number.isdecimal() else 1
