"""Cleans up after processes that ended in the middle: half-written packs, unfinished versions, their marks."""

import shutil
from collections.abc import Iterable
from pathlib import Path

from rlm_desktop.corpus.store.catalogue import Catalogue
from rlm_desktop.corpus.store.packs import PACKS, tidy_spool
from rlm_desktop.corpus.store.session import forget_session, is_living, sessions_in
from rlm_desktop.corpus.store.versions import UNFINISHED, VERSIONS


def tidy_after_crashes(store: Path, catalogue: Catalogue) -> None:
    """Clean up after the sessions that left a lock nobody holds."""
    _tidy(store, catalogue, sessions_in(store))


def tidy_all(store: Path, catalogue: Catalogue) -> None:
    """Clean up after every session that is not alive."""
    with catalogue.reading() as connection:
        known = {name for (name,) in connection.execute("SELECT session FROM uses UNION SELECT session FROM packs")}
    known.update(folder.name for folder in (store / PACKS).glob("*"))
    known.update(_maker_of(folder) for folder in (store / VERSIONS).glob(f"{UNFINISHED}*"))
    _tidy(store, catalogue, known.union(sessions_in(store)))


def _tidy(store: Path, catalogue: Catalogue, sessions: Iterable[str]) -> None:
    for session in sessions:
        if not is_living(store, session):
            tidy_session(store, catalogue, session)
            forget_session(store, session)


def tidy_session(store: Path, catalogue: Catalogue, session: str) -> None:
    """Clean up after one that has ended."""
    with catalogue.writing() as connection:
        connection.execute("DELETE FROM uses WHERE session = ?", (session,))
        ends = dict(connection.execute(_ENDS, (session,)).fetchall())
        connection.execute(_FORGET_EMPTY, (session,))
    tidy_spool(store, session, ends)
    for folder in (store / VERSIONS).glob(f"{UNFINISHED}{session}-*"):
        shutil.rmtree(folder, ignore_errors=True)


def _maker_of(unfinished: Path) -> str:
    return unfinished.name.removeprefix(UNFINISHED).partition("-")[0]


_ENDS = """SELECT name, max(start + size_bytes) FROM packs JOIN texts ON pack = packs.id WHERE session = ?
GROUP BY name"""
_FORGET_EMPTY = "DELETE FROM packs WHERE session = ? AND id NOT IN (SELECT pack FROM texts)"
