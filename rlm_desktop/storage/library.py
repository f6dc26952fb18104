"""The recorded runs as a shelf: list, find, delete, and seal those whose engine died."""

import logging
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Select, delete, exists, func, or_, select

from rlm_desktop.skeleton.places import skeleton_path
from rlm_desktop.storage import summaries
from rlm_desktop.storage.database import Database
from rlm_desktop.storage.errors import AmbiguousRun, NoSuchRun, RunInUse, StorageError
from rlm_desktop.storage.journal import Journal
from rlm_desktop.storage.locks import RunLock
from rlm_desktop.storage.summaries import RunSummary
from rlm_desktop.storage.tables import AnyText, payloads, run_payloads, runs
from rlm_desktop.trace.events import RunFinished
from rlm_desktop.trace.ids import BatchId, NodeId, RunId, RunNodeId
from rlm_desktop.trace.reask_events import ReaskEnded

log = logging.getLogger(__name__)

_INTERRUPTED = "The program that ran it ended before"
_MOST_VALUES = 10_000


class Library:
    """All recorded runs, newest first."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._data_dir = database.path.parent

    def runs(self, search: str | None = None, limit: int | None = None) -> list[RunSummary]:
        """List the runs whose question or answer contains a text, in any case; all of them without one."""
        query = select(runs).order_by(runs.c.started_at.desc(), runs.c.number.desc()).limit(limit)
        return self._summaries(_containing(query, search) if search else query)

    def summary(self, run: RunId) -> RunSummary:
        """Tell about one run; raises `NoSuchRun`."""
        found = self._summaries(select(runs).where(runs.c.run == run))
        if not found:
            raise _no_such_run(run)
        return found[0]

    def find(self, wanted: str) -> RunId:
        """Find a run by its id, the beginning of its id, or `last`; raises `NoSuchRun` or `AmbiguousRun`."""
        newest_first = (runs.c.started_at.desc(), runs.c.number.desc())
        query = select(runs.c.run).order_by(runs.c.run != wanted, *newest_first)
        if wanted == "last":
            query = query.limit(1)
        else:
            query = query.where(runs.c.run.startswith(wanted, autoescape=True)).limit(2)
        with self._database.reading() as connection:
            found = list(connection.execute(query).scalars())
        if not found or not wanted:
            raise _no_such_run(wanted)
        if len(found) > 1 and found[0] != wanted:
            examples = " and ".join(found)
            raise AmbiguousRun(f"Several runs begin with {wanted}, such as {examples}. Write more of the id.")
        return RunId(found[0])

    def versions(self) -> dict[RunId, str]:
        """Give the version of its corpus that each recorded run has read; empty for a run without one."""
        with self._database.reading() as connection:
            return {RunId(run): version for run, version in connection.execute(select(runs.c.run, runs.c.corpus))}

    def delete(self, run: RunId) -> None:
        """Remove a run and the texts that only it refers to; raises `RunInUse` while it is being recorded."""
        refused = self.delete_all([run])
        if run in refused:
            raise refused[run]

    def delete_all(self, unwanted: Iterable[RunId]) -> dict[RunId, StorageError]:
        """Remove runs and the texts that only they refer to, all at once or none; give those that cannot go, and why.

        Raises what keeps the file from being written; then nothing is removed.
        """
        refused: dict[RunId, StorageError] = {}
        with ExitStack() as locks:
            numbers = {}
            for run in unwanted:
                try:
                    number = self._number(run)
                    locks.enter_context(RunLock(self._data_dir, run))
                    numbers[run] = number
                except (NoSuchRun, RunInUse) as error:
                    refused[run] = error
            if numbers:
                with self._database.writing() as connection:
                    _remove(connection, list(numbers.values()))
            for run in numbers:
                _drop(skeleton_path(self._data_dir, run))
        return refused

    def _number(self, run: RunId) -> int:
        with self._database.reading() as connection:
            number = connection.execute(select(runs.c.number).where(runs.c.run == run)).scalar_one_or_none()
        if number is None:
            raise _no_such_run(run)
        return int(number)

    def seal_interrupted(self) -> list[RunId]:
        """Mark each unfinished run whose process is gone as interrupted, and give their ids.

        So are runs of which calls were being asked again.
        """
        is_unfinished = or_(runs.c.status == "running", runs.c.reasking != 0)
        query = select(runs.c.run).where(is_unfinished).order_by(runs.c.started_at)
        with self._database.reading() as connection:
            unfinished = [RunId(run) for run in connection.execute(query).scalars()]
        return [run for run in unfinished if self._seal(run)]

    def _seal(self, run: RunId) -> bool:
        try:
            with RunLock(self._data_dir, run):
                summary = self.summary(run)
                reasked = self._reasked_in(run)
                if reasked is not None:
                    self._append(run, self._end_of_reask(run, reasked))
                if summary.status == "running":
                    self._append(run, self._end_of(summary))
                return reasked is not None or summary.status == "running"
        except (RunInUse, NoSuchRun):
            return False

    def _reasked_in(self, run: RunId) -> BatchId | None:
        """Give the batch in which calls of a run were being asked again, if there is one without an end."""
        with self._database.reading() as connection:
            batch = connection.execute(select(runs.c.reasking).where(runs.c.run == run)).scalar_one()
        return BatchId(NodeId(batch)) if batch else None

    def _append(self, run: RunId, event: RunFinished | ReaskEnded) -> None:
        journal = Journal(self._database)
        journal.begin(run)
        journal.record(run, event)

    def _end_of(self, summary: RunSummary) -> RunFinished:
        seconds = max(0.0, Journal(self._database).last_at(summary.run) - summary.started_at)
        return RunFinished(
            run=RunNodeId(NodeId(1)), status="interrupted", seconds=seconds, reason=f"{_INTERRUPTED} the run did."
        )

    def _end_of_reask(self, run: RunId, batch: BatchId) -> ReaskEnded:
        journal = Journal(self._database)
        seconds = max(0.0, journal.last_at(run) - journal.last_at_of(run, "calls_reasked"))
        return ReaskEnded(
            batch=batch, status="interrupted", seconds=seconds, reason=f"{_INTERRUPTED} all calls were asked again."
        )

    def _summaries(self, query: Select[Any]) -> list[RunSummary]:
        with self._database.reading() as connection:
            return [summaries.summary_of(row) for row in connection.execute(query).mappings()]


def _drop(skeleton: Path) -> None:
    """Remove a skeleton; one that is open in a window may stay where the system holds open files, and harms nobody."""
    try:
        skeleton.unlink(missing_ok=True)
    except OSError as error:
        log.info("the skeleton %s stays: %s", skeleton.name, error)


def _remove(connection: Connection, numbers: list[int]) -> None:
    texts: set[int] = set()
    for some in _pieces(numbers):
        texts.update(connection.execute(select(run_payloads.c.payload).where(run_payloads.c.run.in_(some))).scalars())
        connection.execute(delete(runs).where(runs.c.number.in_(some)))
    is_used = exists().where(run_payloads.c.payload == payloads.c.number)
    for some in _pieces(sorted(texts)):
        connection.execute(delete(payloads).where(payloads.c.number.in_(some), ~is_used))


def _pieces(numbers: list[int]) -> Iterator[list[int]]:
    """A statement takes only so many values."""
    for start in range(0, len(numbers), _MOST_VALUES):
        yield numbers[start : start + _MOST_VALUES]


def _containing(query: Select[Any], search: str) -> Select[Any]:
    wanted = search.casefold()
    columns = (runs.c.title, runs.c.answer_preview)
    return query.where(
        or_(*(func.casefold(column, type_=AnyText).contains(wanted, autoescape=True) for column in columns))
    )


def _no_such_run(wanted: str) -> NoSuchRun:
    return NoSuchRun(f"There is no run “{wanted}”. `rlm-desktop runs` lists those there are.")
