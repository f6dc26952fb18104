"""One line about each run, kept up to date with its events so that the history need not fold them."""

from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import Connection, RowMapping, Update, bindparam, update

from rlm_desktop.storage.tables import runs
from rlm_desktop.trace.events import AnswerGiven, CallFinished, CallStarted, Event, RunFinished, RunStarted, TurnStarted
from rlm_desktop.trace.facts import RunStatus
from rlm_desktop.trace.ids import RunId
from rlm_desktop.trace.wording import spent

_ROW = update(runs).where(runs.c.number == bindparam("of_run"))
"""Sets the columns that it is executed with."""
_ONE_TURN_MORE = _ROW.values(turns=runs.c.turns + 1)
_ONE_CALL_MORE = _ROW.values(calls=runs.c.calls + 1)
_SPENT = _ROW.values(
    cost_nano_usd=runs.c.cost_nano_usd + bindparam("more_cost"),
    unpriced_calls=runs.c.unpriced_calls + bindparam("more_unpriced"),
    input_tokens=runs.c.input_tokens + bindparam("more_input"),
    output_tokens=runs.c.output_tokens + bindparam("more_output"),
)


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
    answer_preview: str

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
    texts = dict.fromkeys(("title", "root", "worker", "answer_preview"), "")
    numbers = dict.fromkeys(
        ("cost_nano_usd", "unpriced_calls", "input_tokens", "output_tokens", "turns", "calls", "documents"), 0
    )
    return {"run": run, "started_at": at, "status": "running", "seconds": None, **texts, **numbers}


def keep_up(connection: Connection, run_number: int, event: Event) -> None:
    """Alter a run's row as an event asks, in the caller's transaction. Child runs only add to the sums."""
    change = _change_by(event)
    if change is not None:
        statement, values = change
        connection.execute(statement, {"of_run": run_number, **values})


def _change_by(event: Event) -> tuple[Update, dict[str, Any]] | None:
    match event:
        case RunStarted(parent=None):
            return _ROW, _beginning(event)
        case TurnStarted(run=1):
            return _ONE_TURN_MORE, {}
        case CallStarted():
            return _ONE_CALL_MORE, {}
        case CallFinished():
            return _SPENT, _spending(event)
        case AnswerGiven(run=1):
            return _ROW, {"answer_preview": event.preview}
        case RunFinished(run=1):
            return _ROW, {"status": event.status, "seconds": event.seconds}
        case _:
            return None


def _beginning(event: RunStarted) -> dict[str, Any]:
    return {
        "title": event.title,
        "status": "running",
        "root": event.root.name,
        "worker": event.worker.name,
        "documents": len(event.documents),
    }


def _spending(event: CallFinished) -> dict[str, Any]:
    return {
        "more_cost": event.cost_nano_usd or 0,
        "more_unpriced": int(event.cost_nano_usd is None),
        "more_input": event.usage.input_tokens,
        "more_output": event.usage.output_tokens,
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
        answer_preview=row["answer_preview"],
    )
