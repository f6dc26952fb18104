"""One line about each run, kept up to date with its events so that the history need not fold them."""

from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import RowMapping

from rlm_desktop.storage.tables import runs
from rlm_desktop.trace.events import AnswerGiven, CallFinished, CallStarted, Event, RunFinished, RunStarted, TurnStarted
from rlm_desktop.trace.facts import RunStatus
from rlm_desktop.trace.ids import RunId

_ROOT_NODE = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class RunSummary:
    """What the history shows of a run. The cost is None when the price of a call is unknown."""

    run: RunId
    started_at: float
    title: str
    status: RunStatus | Literal["running"]
    root: str
    worker: str
    cost_nano_usd: int | None
    input_tokens: int
    output_tokens: int
    seconds: float | None
    turns: int
    calls: int
    documents: int
    answer_preview: str


def blank(run: RunId, at: float) -> dict[str, Any]:
    """Give the row of a run of which nothing is known yet."""
    texts = dict.fromkeys(("title", "root", "worker", "answer_preview"), "")
    numbers = dict.fromkeys(
        ("cost_nano_usd", "unpriced_calls", "input_tokens", "output_tokens", "turns", "calls", "documents"), 0
    )
    return {"run": run, "started_at": at, "status": "running", "seconds": None, **texts, **numbers}


def changes_by(event: Event) -> dict[str, Any]:
    """Give the columns of a run's row that an event alters, with their new values. Child runs only add costs."""
    match event:
        case RunStarted(parent=None):
            return {
                "title": event.title,
                "status": "running",
                "root": event.root.name,
                "worker": event.worker.name,
                "documents": len(event.documents),
            }
        case TurnStarted(run=1):
            return {"turns": runs.c.turns + 1}
        case CallStarted():
            return {"calls": runs.c.calls + 1}
        case CallFinished():
            return _spending(event)
        case AnswerGiven(run=1):
            return {"answer_preview": event.preview}
        case RunFinished(run=1):
            return {"status": event.status, "seconds": event.seconds}
        case _:
            return {}


def _spending(event: CallFinished) -> dict[str, Any]:
    changes: dict[str, Any] = {}
    if event.usage.input_tokens:
        changes["input_tokens"] = runs.c.input_tokens + event.usage.input_tokens
    if event.usage.output_tokens:
        changes["output_tokens"] = runs.c.output_tokens + event.usage.output_tokens
    if event.cost_nano_usd is None:
        changes["unpriced_calls"] = runs.c.unpriced_calls + 1
    elif event.cost_nano_usd:
        changes["cost_nano_usd"] = runs.c.cost_nano_usd + event.cost_nano_usd
    return changes


def summary_of(row: RowMapping) -> RunSummary:
    """Read a row of the table of runs."""
    return RunSummary(
        run=RunId(row["run"]),
        started_at=row["started_at"],
        title=row["title"],
        status=row["status"],
        root=row["root"],
        worker=row["worker"],
        cost_nano_usd=None if row["unpriced_calls"] else row["cost_nano_usd"],
        input_tokens=row["input_tokens"],
        output_tokens=row["output_tokens"],
        seconds=row["seconds"],
        turns=row["turns"],
        calls=row["calls"],
        documents=row["documents"],
        answer_preview=row["answer_preview"],
    )
