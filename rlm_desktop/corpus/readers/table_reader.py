"""Parquet and Arrow tables: a line with the names of the columns, then one for each row, with tabs between cells."""

import json
from collections.abc import Iterator
from io import BytesIO
from itertools import islice
from types import ModuleType
from typing import Any, BinaryIO

from rlm_desktop.corpus.decoding import clean
from rlm_desktop.corpus.errors import Unreadable
from rlm_desktop.corpus.readers.draft import Converted
from rlm_desktop.corpus.readers.package import DAMAGED
from rlm_desktop.corpus.readers.rows import RowMarks
from rlm_desktop.corpus.readers.sheet_reader import word

LONGEST_CELL = 100_000
_STREAMED_ARROW = b"\xff\xff\xff\xff"


def read_arrow_table(data: bytes) -> Converted:
    """Give all rows of a small table."""
    rows = RowMarks(len(data), may_quote=False)
    pieces = []
    for piece in table_pieces(BytesIO(data)):
        rows.feed(piece)
        pieces.append(piece)
    return Converted(text="".join(pieces), marks=rows.done())


def table_pieces(file: BinaryIO) -> Iterator[str]:
    """Give the rows of a table some thousand at a time, each in a line."""
    # The library is only wanted for such tables. That it is missing is no fault of the table's.
    from arro3 import io  # noqa: PLC0415

    try:
        batches = _open(file, io)
        yield "\t".join(_cell(name) for name in batches.schema.names) + "\n"
        for batch in batches:
            columns = [batch.column(index) for index in range(batch.num_columns)]
            rows = zip(*(map(_cell, column.to_pylist()) for column in columns), strict=True)
            lines = ("\t".join(row).rstrip("\t ") for row in rows)
            while some := list(islice(lines, 10_000)):
                yield "\n".join(some) + "\n"
    # Our limits, and what the system says, are told by others.
    except (MemoryError, OSError):
        raise
    # The library raises bare exceptions, and on some damaged files a panic, which is no `Exception`.
    except BaseException as fault:
        if not isinstance(fault, Exception) and type(fault).__name__ != "PanicException":
            raise
        raise Unreadable(DAMAGED) from fault


def _open(file: BinaryIO, io: ModuleType) -> Any:
    beginning = file.read(4)
    file.seek(0)
    if beginning == b"PAR1":
        return io.read_parquet(file)
    return io.read_ipc_stream(file) if beginning == _STREAMED_ARROW else io.read_ipc(file)


def _cell(value: Any) -> str:
    """Spell a value; the most frequent kinds first, as there are millions."""
    if value is None:
        return ""
    if type(value) is str:
        return value if value.isprintable() and len(value) < LONGEST_CELL else _in_one_line(value)
    if type(value) is int:
        return str(value)
    if isinstance(value, bytes):
        return f"{len(value):,} bytes"
    if isinstance(value, (list, dict)):
        return _in_one_line(json.dumps(value, ensure_ascii=False, default=str))
    return _in_one_line(word(value))


def _in_one_line(text: str) -> str:
    return clean(word(text))[:LONGEST_CELL].replace("\n", " ")
