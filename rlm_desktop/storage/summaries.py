"""One line about each run, kept up to date with its events so that the history need not fold them."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import Connection, RowMapping, bindparam, update

from rlm_desktop.storage.tables import runs
from rlm_desktop.trace.events import AnswerGiven, CallFinished, CallStarted, Event, RunFinished, RunStarted, TurnStarted
from rlm_desktop.trace.facts import RunStatus
from rlm_desktop.trace.ids import RunId
from rlm_desktop.trace.reask_events import CallsReasked, ReaskEnded
from rlm_desktop.trace.wording import spent

_ROW = update(runs).where(runs.c.number == bindparam("of_run"))
"""Sets the columns that it is executed with."""
_SUMS = ("turns", "calls", "cost_nano_usd", "unpriced_calls", "input_tokens", "output_tokens")
_ADD = _ROW.values({name: runs.c[name] + bindparam(f"more_{name}") for name in _SUMS})


@dataclass(frozen=True, slots=True, kw_only=True)
class RunSummary:
    """What the history shows of a run."""

    run: RunId
    started_at: float
    title: str
    status: RunStatus | Literal["running"]
    root: str
    worker: str
    known_cost_nano_usd: int
    unpriced_calls: int
    input_tokens: int
    output_tokens: int
    seconds: float | None
    turns: int
    calls: int
    documents: int
    corpus: str
    answer_preview: str
    characters: int
    """Of all documents; 0 for runs that were recorded before this was."""

    @property
    def cost_nano_usd(self) -> int | None:
        """The cost; None when the price of a call is unknown."""
        return None if self.unpriced_calls else self.known_cost_nano_usd

    @property
    def cost_in_words(self) -> str:
        """The cost as it is shown, at least as far as it is known."""
        return spent(self.known_cost_nano_usd, self.unpriced_calls)


def blank(run: RunId, at: float) -> dict[str, Any]:
    """Give the row of a run of which nothing is known yet."""
    texts = dict.fromkeys(("title", "root", "worker", "corpus", "answer_preview"), "")
    numbers = dict.fromkeys(
        (
            "cost_nano_usd",
            "unpriced_calls",
            "input_tokens",
            "output_tokens",
            "turns",
            "calls",
            "documents",
            "characters",
        ),
        0,
    )
    return {"run": run, "started_at": at, "status": "running", "seconds": None, **texts, **numbers}


def keep_up(connection: Connection, run_number: int, events: Iterable[Event]) -> None:
    """Alter a run's row as events ask, in the caller's transaction. Child runs only add to the sums."""
    sums = dict.fromkeys(_SUMS, 0)
    values: dict[str, Any] = {}
    for event in events:
        values |= _values_of(event)
        for name, amount in _amounts_of(event).items():
            sums[name] += amount
    if any(sums.values()):
        added = {f"more_{name}": amount for name, amount in sums.items()}
        connection.execute(_ADD, {"of_run": run_number, **added})
    if values:
        connection.execute(_ROW, {"of_run": run_number, **values})


def _amounts_of(event: Event) -> dict[str, int]:
    match event:
        case TurnStarted(run=1):
            return {"turns": 1}
        case CallStarted():
            return {"calls": 1}
        case CallFinished():
            return _spending(event)
        case _:
            return {}


def _values_of(event: Event) -> dict[str, Any]:
    match event:
        case RunStarted(parent=None):
            return _beginning(event)
        case AnswerGiven(run=1):
            return {"answer_preview": event.preview}
        case RunFinished(run=1):
            return {"status": event.status, "seconds": event.seconds}
        case CallsReasked():
            return {"reasking": event.batch}
        case ReaskEnded():
            return {"reasking": 0}
        case _:
            return {}


def _beginning(event: RunStarted) -> dict[str, Any]:
    return {
        "title": event.title,
        "status": "running",
        "root": event.root.name,
        "worker": event.worker.name,
        "documents": event.document_count,
        "characters": event.characters,
        "corpus": event.corpus,
    }


def _spending(event: CallFinished) -> dict[str, int]:
    return {
        "cost_nano_usd": event.cost_nano_usd or 0,
        "unpriced_calls": int(event.cost_nano_usd is None),
        "input_tokens": event.usage.input_tokens,
        "output_tokens": event.usage.output_tokens,
    }


def summary_of(row: RowMapping) -> RunSummary:
    """Read a row of the table of runs."""
    return RunSummary(
        run=RunId(row["run"]),
        started_at=row["started_at"],
        title=row["title"],
        status=row["status"],
        root=row["root"],
        worker=row["worker"],
        known_cost_nano_usd=row["cost_nano_usd"],
        unpriced_calls=row["unpriced_calls"],
        input_tokens=row["input_tokens"],
        output_tokens=row["output_tokens"],
        seconds=row["seconds"],
        turns=row["turns"],
        calls=row["calls"],
        documents=row["documents"],
        corpus=row["corpus"],
        answer_preview=row["answer_preview"],
        characters=row["characters"],
    )
