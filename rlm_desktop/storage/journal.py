"""The append-only record of runs: the only truth about what happened."""

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from sqlalchemy import Connection, bindparam, insert, select

from rlm_desktop.codec.events import BadEvent, decode, encode
from rlm_desktop.storage import model_sums, summaries
from rlm_desktop.storage.database import Database
from rlm_desktop.storage.errors import Damaged, NoSuchRun
from rlm_desktop.storage.payloads import keep
from rlm_desktop.storage.tables import entries, runs
from rlm_desktop.trace.events import Entry, Event, ReplyGrew, TextKept
from rlm_desktop.trace.ids import Digest, RunId

_PAGE = 2_000
_PICKED_AT_ONCE = 500

_APPEND = insert(entries)
_NEW_RUN = insert(runs)
_NUMBER = select(runs.c.number).where(runs.c.run == bindparam("of_run"))
_READ = (
    select(entries.c.seq, entries.c.at, entries.c.kind, entries.c.body)
    .where(entries.c.run == bindparam("of_run"), entries.c.seq > bindparam("after"))
    .order_by(entries.c.seq)
    .limit(_PAGE)
)
_COLUMNS = select(entries.c.seq, entries.c.at, entries.c.kind, entries.c.body).where(
    entries.c.run == bindparam("of_run")
)
_PICK = _COLUMNS.where(entries.c.seq.in_(bindparam("seqs", expanding=True)))
_RANGE = _COLUMNS.where(entries.c.seq.between(bindparam("first"), bindparam("last")))
_LAST = (
    select(entries.c.seq, entries.c.at)
    .where(entries.c.run == bindparam("of_run"))
    .order_by(entries.c.seq.desc())
    .limit(1)
)
_LAST_OF = (
    select(entries.c.at)
    .where(entries.c.run == bindparam("of_run"), entries.c.kind == bindparam("of_kind"))
    .order_by(entries.c.seq.desc())
    .limit(1)
)


@dataclass(slots=True)
class _Recording:
    """Where the record of one run stands. `number` is None until its first event is written."""

    number: int | None
    last_seq: int
    last_at: float
    pending: dict[Digest, str] = field(default_factory=dict)


class _Dating:
    """Numbers and dates entries, one after another; no time is before the last."""

    def __init__(self, seq: int, at: float) -> None:
        self.seq, self.at = seq, at
        self.entries: list[Entry] = []

    def add(self, at: float, event: Event) -> None:
        self.at = max(at, self.at)
        if isinstance(event, ReplyGrew):
            self.entries.append(Entry(0, self.at, event))
            return
        self.seq += 1
        self.entries.append(Entry(self.seq, self.at, event))


class Journal:
    """Writes the events of runs and reads them back. One process writes a run at a time; see `locks`."""

    def __init__(self, database: Database, clock: Callable[[], float] = time.time) -> None:
        self._database = database
        self._clock = clock
        self._recordings: dict[RunId, _Recording] = {}

    def begin(self, run: RunId) -> None:
        """Get ready to record a run: a new one, or one that goes on."""
        self._recordings[run] = self._standing(run)

    def record(self, run: RunId, event: Event) -> Entry | None:
        """Write an event, with the texts kept since the last one, in one transaction that is committed on return.

        A `TextKept` waits for the event that follows it (None is returned); `ReplyGrew` is dated but not written.
        """
        return next(iter(self.record_all(run, [(self._clock(), event)])), None)

    def record_all(self, run: RunId, happened: Iterable[tuple[float, Event]]) -> list[Entry]:
        """Write events with the times at which they happened, all in one transaction or none; else as `record`."""
        recording = self._recordings[run]
        texts, dated = dict(recording.pending), _Dating(recording.last_seq, recording.last_at)
        for at, event in happened:
            if isinstance(event, TextKept):
                texts[event.digest] = event.text
            else:
                dated.add(at, event)
        written = [entry for entry in dated.entries if entry.seq]
        if written:
            with self._database.writing() as connection:
                number = recording.number or _open_run(connection, run, written[0].at)
                _write(connection, number, written, texts)
            recording.number, recording.last_seq, recording.last_at = number, dated.seq, dated.at
            texts = {}
        recording.pending = texts
        return dated.entries

    def entries(self, run: RunId, after: int = 0) -> Iterator[Entry]:
        """Give a run's entries in order, those after a number only; raises `NoSuchRun`."""
        number = self._number(run)
        while True:
            with self._database.reading() as connection:
                page = connection.execute(_READ, {"of_run": number, "after": after}).all()
            for row in page:
                yield _entry(*row)
            if len(page) < _PAGE:
                return
            after = page[-1].seq

    def pick(self, run: RunId, seqs: Sequence[int]) -> list[Entry]:
        """Give the entries with these numbers, in their order; raises `NoSuchRun`, or `Damaged` when one is gone."""
        return self.picker(run)(seqs)

    def picker(self, run: RunId) -> Callable[[Sequence[int]], list[Entry]]:
        """Give what picks entries of a run again and again; raises `NoSuchRun`."""
        return partial(self._pick, run, self._number(run))

    def _pick(self, run: RunId, number: int, seqs: Sequence[int]) -> list[Entry]:
        found: dict[int, Entry] = {}
        for start in range(0, len(seqs), _PICKED_AT_ONCE):
            wanted = sorted(seqs[start : start + _PICKED_AT_ONCE])
            is_range = len(wanted) > 1 and wanted[-1] - wanted[0] == len(wanted) - 1
            query, values = (
                (_RANGE, {"first": wanted[0], "last": wanted[-1]}) if is_range else (_PICK, {"seqs": wanted})
            )
            with self._database.reading() as connection:
                rows = connection.execute(query, {"of_run": number, **values}).all()
            found |= {row.seq: _entry(*row) for row in rows}
        if len(found) < len(set(seqs)):
            raise Damaged(f"The record of the run “{run}” has lost {len(set(seqs)) - len(found)} of its entries.")
        return [found[seq] for seq in seqs]

    def last_seq(self, run: RunId) -> int:
        """Give the number of a run's last entry; 0 for a run that is not recorded."""
        return self._standing(run).last_seq

    def last_at(self, run: RunId) -> float:
        """Give the time of a run's last entry; 0 for a run that is not recorded."""
        return self._standing(run).last_at

    def last_at_of(self, run: RunId, kind: str) -> float:
        """Give the time of a run's last entry of a kind; raises `NoSuchRun`, or `Damaged` when there is none."""
        with self._database.reading() as connection:
            at = connection.execute(_LAST_OF, {"of_run": self._number(run), "of_kind": kind}).scalar_one_or_none()
        if at is None:
            raise Damaged(f"The record of the run “{run}” has no entry of the kind {kind}.")
        return float(at)

    def _number(self, run: RunId) -> int:
        with self._database.reading() as connection:
            number = connection.execute(_NUMBER, {"of_run": run}).scalar_one_or_none()
        if number is None:
            raise NoSuchRun(f"There is no run “{run}”. `rlm-desktop runs` lists those there are.")
        return int(number)

    def _standing(self, run: RunId) -> _Recording:
        with self._database.reading() as connection:
            number = connection.execute(_NUMBER, {"of_run": run}).scalar_one_or_none()
            last = connection.execute(_LAST, {"of_run": number or 0}).one_or_none()
        return _Recording(number, last.seq, last.at) if last else _Recording(number, 0, 0.0)


def _entry(seq: int, at: float, kind: str, body: str) -> Entry:
    try:
        return Entry(seq, at, decode(kind, body))
    except BadEvent as error:
        raise Damaged(str(error)) from error


def _open_run(connection: Connection, run: RunId, at: float) -> int:
    connection.execute(_NEW_RUN, summaries.blank(run, at))
    return int(connection.execute(_NUMBER, {"of_run": run}).scalar_one())


def _write(connection: Connection, number: int, written: Sequence[Entry], texts: dict[Digest, str]) -> None:
    if texts:
        keep(connection, number, texts)
    connection.execute(_APPEND, [_row(number, entry) for entry in written])
    events = [entry.event for entry in written]
    summaries.keep_up(connection, number, events)
    model_sums.keep_up(connection, number, events)


def _row(number: int, entry: Entry) -> dict[str, Any]:
    event = entry.event
    return {"run": number, "seq": entry.seq, "at": entry.at, "kind": event.kind, "body": encode(event)}
