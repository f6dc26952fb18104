"""Gives back the room of texts that are gone: packs without any are deleted, half-empty and small ones joined."""

import logging
import os
import sqlite3
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import BinaryIO, NamedTuple
from uuid import uuid4

from rlm_desktop.corpus.store.catalogue import transaction
from rlm_desktop.corpus.store.packs import TextLost, Texts, forget_text, spool_of, tidy_spool
from rlm_desktop.corpus.store.session import is_living

_SMALL_BYTES = 16_000_000
_MOST_SMALL = 16
_MOST_PACK_BYTES = 256_000_000

log = logging.getLogger(__name__)


class _Pack(NamedTuple):
    number: int
    session: str
    name: str
    live_bytes: int
    file_bytes: int


def compact(store: Path, connection: sqlite3.Connection, session: str) -> None:
    """Rewrite the packs of ended sessions that are worth it into new ones of this session."""
    packs = [pack for pack in _packs(store, connection) if not is_living(store, pack.session)]
    wasteful = [pack for pack in packs if 2 * pack.live_bytes < pack.file_bytes]
    small = [pack for pack in packs if pack.file_bytes < _SMALL_BYTES and pack not in wasteful]
    group: list[_Pack] = []
    for pack in wasteful + (small if len(small) > _MOST_SMALL else []):
        group.append(pack)
        if sum(one.live_bytes for one in group) >= _MOST_PACK_BYTES:
            _join(store, connection, session, group)
            group = []
    _join(store, connection, session, group)


def _packs(store: Path, connection: sqlite3.Connection) -> list[_Pack]:
    rows = connection.execute(_LIVE).fetchall()
    return [
        _Pack(number, session, name, live, _file_bytes(store, session, name)) for number, session, name, live in rows
    ]


def _file_bytes(store: Path, session: str, name: str) -> int:
    try:
        return (spool_of(store, session) / name).stat().st_size
    except FileNotFoundError:
        return 0


def _join(store: Path, connection: sqlite3.Connection, session: str, packs: Sequence[_Pack]) -> None:
    """Move the texts of packs into a new one; the old files go once the catalogue knows where all lie."""
    if not packs:
        return
    name = f"joined-{uuid4().hex[:8]}.pack"
    path = spool_of(store, session) / name
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as new, Texts(store, connection, check_all=True) as texts, transaction(connection):
        number = connection.execute("INSERT INTO packs (session, name) VALUES (?, ?)", (session, name)).lastrowid
        for pack in packs:
            _move(connection, texts, pack, new, int(number or 0))
        connection.executemany("DELETE FROM packs WHERE id = ?", [(pack.number,) for pack in packs])
        new.flush()
        os.fsync(new.fileno())
    if path.stat().st_size == 0:
        path.unlink()
    for pack in packs:
        (spool_of(store, pack.session) / pack.name).unlink(missing_ok=True)
        tidy_spool(store, pack.session, _ends(connection, pack.session))


def _move(connection: sqlite3.Connection, texts: Texts, pack: _Pack, new: BinaryIO, number: int) -> None:
    for (digest,) in connection.execute(_TEXTS, (pack.number,)).fetchall():
        place = new.tell()
        try:
            texts.copy(digest.hex(), partial(_write, new))
        except TextLost as lost:
            log.warning("%s", lost)
            new.seek(place)
            new.truncate()
            forget_text(connection, digest.hex())
        else:
            connection.execute("UPDATE texts SET pack = ?, start = ? WHERE digest = ?", (number, place, digest))


def _write(new: BinaryIO, piece: bytes) -> None:
    new.write(piece)


def _ends(connection: sqlite3.Connection, session: str) -> dict[str, int]:
    return dict(connection.execute(_ENDS, (session,)).fetchall())


_LIVE = """SELECT packs.id, session, name, coalesce(sum(size_bytes), 0) FROM packs LEFT JOIN texts ON pack = packs.id
GROUP BY packs.id"""
_TEXTS = "SELECT digest FROM texts WHERE pack = ? ORDER BY start"
_ENDS = """SELECT name, max(start + size_bytes) FROM packs JOIN texts ON pack = packs.id WHERE session = ?
GROUP BY name"""
