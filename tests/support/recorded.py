"""Puts runs written by hand into a real database."""

from collections.abc import Iterable, Mapping
from pathlib import Path

from rlm_desktop.storage.database import FILE_NAME, Database
from rlm_desktop.storage.journal import Journal
from rlm_desktop.trace.events import Entry, TextKept
from rlm_desktop.trace.ids import Digest, RunId


def record(data_dir: Path, run: str, entries: Iterable[Entry], texts: Mapping[Digest, str]) -> RunId:
    """Record these entries at their own times, with all texts kept before the first of them."""
    times: list[float] = [0.0]
    database = Database.open(data_dir / FILE_NAME)
    journal = Journal(database, clock=lambda: times[-1])
    journal.begin(RunId(run))
    for digest, text in texts.items():
        journal.record(RunId(run), TextKept(digest=digest, text=text))
    for entry in entries:
        times.append(entry.at)
        journal.record(RunId(run), entry.event)
    database.close()
    return RunId(run)
