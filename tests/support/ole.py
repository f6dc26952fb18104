"""A compound file as Outlook writes them, made in the test."""

import struct
from collections.abc import Mapping

_SECTOR = 512
_END, _FREE, _FAT = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD
_SMALL = 4096


def compound(streams: Mapping[str, bytes]) -> bytes:
    """Put these streams into a compound file; `folder/name` puts one into a storage.

    Every stream is filled up to the size that spares it the table of small streams.
    """
    folders = sorted({name.split("/")[0] for name in streams if "/" in name})
    entries: list[tuple[str, int, int, int]] = []
    chains: list[int] = []
    body = b""
    for name, data in streams.items():
        filled = data.ljust(_SMALL, b"\0")
        sectors = -(-len(filled) // _SECTOR)
        start = len(chains)
        chains += [*range(start + 1, start + sectors), _END]
        body += filled.ljust(sectors * _SECTOR, b"\0")
        entries.append((name, 2, start, len(filled)))
    directory = _directory(folders, entries)
    first = len(chains)
    sectors = len(directory) // _SECTOR
    chains += [*range(first + 1, first + sectors), _END]
    body += directory
    return _header(first, len(chains)) + body + _table([*chains, _FAT])


def _directory(folders: list[str], entries: list[tuple[str, int, int, int]]) -> bytes:
    rows = [("Root Entry", 5, _END, 0, ""), *((folder, 1, 0, 0, "") for folder in folders)]
    rows += [(name.split("/")[-1], kind, start, size, name.rpartition("/")[0]) for name, kind, start, size in entries]
    records = b""
    for index, (name, kind, start, size, parent) in enumerate(rows):
        kids = [place for place, row in enumerate(rows) if place and row[4] == (name if kind == 1 else "")]
        child = kids[0] if kind in (1, 5) and kids else _FREE
        brothers = [place for place, row in enumerate(rows) if place and row[4] == parent]
        later = [place for place in brothers if place > index] if index else []
        wide = name.encode("utf-16-le") + b"\0\0"
        records += wide.ljust(64, b"\0") + struct.pack(
            "<HBBIII16sIQQIQ", len(wide), kind, 1, _FREE, later[0] if later else _FREE, child, b"", 0, 0, 0, start, size
        )
    return records.ljust(-(-len(records) // _SECTOR) * _SECTOR, b"\0")


def _header(directory: int, table: int) -> bytes:
    start = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16)
    fields = struct.pack(
        "<HHHHH6xIIIIIIIIII", 0x3E, 3, 0xFFFE, 9, 6, 0, 1, directory, 0, _SMALL, _END, 0, _END, 0, table
    )
    return start + fields + struct.pack("<108I", *[_FREE] * 108)


def _table(chains: list[int]) -> bytes:
    assert len(chains) <= 128
    return struct.pack("<128I", *chains, *[_FREE] * (128 - len(chains)))
