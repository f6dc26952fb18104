"""What all recorded runs have spent, run by run and model by model, from sums that `model_sums` keeps."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, Subquery, func, literal, select, union_all

from rlm_desktop.storage.database import Database
from rlm_desktop.storage.model_sums import SUMS
from rlm_desktop.storage.tables import entries, model_sums, open_calls, runs
from rlm_desktop.trace.ids import RunId
from rlm_desktop.trace.totals import Totals


@dataclass(frozen=True, slots=True, kw_only=True)
class Spending:
    """What one run's calls of one model, as root LM or as worker, came to; for a run without calls all is zero."""

    run: RunId
    started_at: float
    corpus: str
    model: str
    is_root: bool
    totals: Totals


@dataclass(frozen=True, slots=True, kw_only=True)
class CorpusRead:
    """A version of a corpus that runs have read."""

    corpus: str
    documents: int
    characters: int
    example: str
    """The name of one of its documents."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AllSpending:
    """Everything that is recorded."""

    spendings: tuple[Spending, ...] = ()
    corpora: tuple[CorpusRead, ...] = ()


def read_spending(database: Database) -> AllSpending:
    """Add up what every recorded run has spent; raises `StorageError`."""
    with database.reading() as connection:
        spendings = tuple(
            Spending(
                run=RunId(row.run),
                started_at=row.started_at,
                corpus=row.corpus,
                model=row.model or "",
                is_root=bool(row.is_root),
                totals=Totals(**{name: row._mapping[name] or 0 for name in SUMS}),
            )
            for row in connection.execute(_by_run_and_model())
        )
        corpora = tuple(
            CorpusRead(corpus=row.corpus, documents=row.documents, characters=row.characters, example=row.example or "")
            for row in connection.execute(_corpora())
        )
    return AllSpending(spendings=spendings, corpora=corpora)


def _by_run_and_model() -> Select[Any]:
    sums = _sums()
    added = [func.sum(sums.c[name]).label(name) for name in SUMS]
    return (
        select(runs.c.run, runs.c.started_at, runs.c.corpus, sums.c.model, sums.c.is_root, *added)
        .join_from(runs, sums, sums.c.run == runs.c.number, isouter=True)
        .group_by(runs.c.number, sums.c.model, sums.c.is_root)
        .order_by(runs.c.started_at, runs.c.number)
    )


def _sums() -> Subquery:
    """Give the kept sums, and nothing at all for each open call, so that its model is named."""
    zeros = (literal(0).label(name) for name in SUMS)
    of_open = select(open_calls.c.run, open_calls.c.model, open_calls.c.is_root, *zeros)
    return union_all(select(model_sums), of_open).subquery("sums")


def _corpora() -> Select[Any]:
    newest = select(func.max(runs.c.number)).group_by(runs.c.corpus)
    beginning = (
        select(func.json_extract(entries.c.body, "$.documents[0].name"))
        .where(entries.c.run == runs.c.number, entries.c.kind == "run_started")
        .order_by(entries.c.seq)
        .limit(1)
        .scalar_subquery()
    )
    columns = (runs.c.corpus, runs.c.documents, runs.c.characters, beginning.label("example"))
    return select(*columns).where(runs.c.number.in_(newest))
