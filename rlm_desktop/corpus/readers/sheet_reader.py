"""Spreadsheets, sheet by sheet: a line for each row, with tabs between its cells."""

import datetime
import re
from collections.abc import Iterable, Iterator, Sequence
from io import BytesIO
from itertools import islice
from typing import TYPE_CHECKING, Any

from rlm_desktop.corpus.compound import is_locked_workbook
from rlm_desktop.corpus.errors import Unreadable
from rlm_desktop.corpus.readers.draft import Converted, Draft
from rlm_desktop.corpus.readers.odf_reader import read_odf, refuse_locked
from rlm_desktop.corpus.readers.package import DAMAGED, PASSWORD, Package
from rlm_desktop.corpus.readers.sheet_extents import refuse_wide_sheets

if TYPE_CHECKING:
    from python_calamine import CalamineWorkbook

ROWS_A_MARK = 100

_LOST_FOLDERS = {"xl/charts/chart": "chart", "xl/media/": "image", "xl/comments": "sheet of comment"}
_BETWEEN_CELLS = re.compile(r"[\t\n\r]+")

Cell = Any


def read_sheets(data: bytes) -> Converted:
    """Give the cells of a workbook, as Excel or OpenDocument keeps it."""
    draft = Draft()
    if data.startswith(b"PK"):
        package = Package(data)
        refuse_locked(package)
        draft.lost["error value"] += refuse_wide_sheets(package)
        _count_lost(package, draft)
    elif is_locked_workbook(data):
        raise Unreadable(PASSWORD)
    for name, first_row, rows in _sheets(data):
        draft.begin("sheet", f"sheet {name}")
        draft.block(f"## Sheet {name}")
        _write_rows(name, first_row, rows, draft)
    return draft.done()


def read_ods(data: bytes) -> Converted:
    """Give the cells of an OpenDocument workbook, zipped or flat."""
    if not data.startswith(b"PK"):
        return read_odf(data)
    try:
        return read_sheets(data)
    except Unreadable as refusal:
        if str(refusal) != DAMAGED:
            raise
    # calamine trips over files that are indented.
    return read_odf(data)


def _sheets(data: bytes) -> Iterator[tuple[str, int, Iterable[Sequence[Cell]]]]:
    # The library is only wanted for spreadsheets.
    from python_calamine import CalamineError, CalamineWorkbook, PasswordError  # noqa: PLC0415

    try:
        workbook = CalamineWorkbook.from_object(BytesIO(data))
        for name in workbook.sheet_names:
            yield name, *_rows(workbook, name)
    except PasswordError as fault:
        raise Unreadable(PASSWORD) from fault
    except (CalamineError, OSError, ValueError) as fault:
        raise Unreadable(DAMAGED) from fault
    # calamine gives up on some damaged files with a panic, which is no `Exception`.
    except BaseException as fault:
        if type(fault).__name__ != "PanicException":
            raise
        raise Unreadable(DAMAGED) from fault


def _rows(workbook: "CalamineWorkbook", name: str) -> tuple[int, Iterable[Sequence[Cell]]]:
    sheet = workbook.get_sheet_by_name(name)
    if sheet.start is None:
        return 1, []
    # One row after the other: all at once would need three times the memory. Rows above the first come along, empty.
    first = sheet.start[0]
    return first + 1, islice(sheet.iter_rows(), first, None)


def _write_rows(name: str, first_row: int, rows: Iterable[Sequence[Cell]], draft: Draft) -> None:
    """Write the rows that are not empty; marks say which rows of the sheet they are."""
    lines: list[str] = []
    first = last = 0
    for number, row in enumerate(rows, first_row):
        line = _line(row)
        if not line:
            continue
        if lines and (len(lines) == ROWS_A_MARK or number > last + 1):
            _write_range(name, first, last, lines, draft)
            lines = []
        first = first if lines else number
        last = number
        lines.append(line)
    if lines:
        _write_range(name, first, last, lines, draft)


def _write_range(name: str, first: int, last: int, lines: list[str], draft: Draft) -> None:
    where = f"rows {first}-{last}" if last > first else f"row {first}"
    draft.begin("sheet", f"sheet {name}, {where}")
    draft.block("\n".join(lines), tight=True)


def _line(row: Sequence[Cell]) -> str:
    return "\t".join([word(cell) for cell in row]).rstrip("\t ")


def word(cell: Cell) -> str:
    """Spell the value of a cell."""
    if isinstance(cell, str):
        return _BETWEEN_CELLS.sub(" ", cell)
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
    if isinstance(cell, datetime.datetime) and cell.time() == datetime.time():
        return cell.date().isoformat()
    return str(cell)


def _count_lost(package: Package, draft: Draft) -> None:
    for name in package.names:
        for start, what in _LOST_FOLDERS.items():
            draft.lost[what] += name.startswith(start)
