"""The outcome of `ask`: as an object for programs, as the closing line, as an exit status."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from rlm_desktop.app.commands.figures import dollars, token_counts
from rlm_desktop.app.commands.usage import DONE, INTERRUPTED, NO_ANSWER, PARTIAL
from rlm_desktop.engine.request import Outcome
from rlm_desktop.trace import wording
from rlm_desktop.trace.events import CallStarted, EvidenceChecked, RunStarted
from rlm_desktop.trace.facts import Coverage, Quote, RunStatus, SkippedFile
from rlm_desktop.trace.ids import RunId
from rlm_desktop.trace.totals import Totals
from rlm_desktop.trace.tree import Trace

_MOST_SKIPPED = 10_000

_STATUSES: dict[RunStatus, int] = {
    "answered": DONE,
    "partial": PARTIAL,
    "failed": NO_ANSWER,
    "interrupted": INTERRUPTED,
    "cancelled": INTERRUPTED,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """A run that ended, and what was seen of it."""

    run: RunId
    outcome: Outcome
    trace: Trace
    skipped: tuple[SkippedFile, ...] = ()
    """What was given but could not be read."""

    @property
    def exit_status(self) -> int:
        """What the process should leave with."""
        return _STATUSES[self.outcome.status]

    def closing_line(self) -> str:
        """Say in one line how it ended, what it took, and where to look."""
        outcome, totals = self.outcome, _totals(self.trace)
        ending = f"{outcome.status.capitalize()}: {outcome.reason}" if outcome.reason else outcome.status.capitalize()
        seconds = self.trace.root.seconds if self.trace.root else None
        figures = (
            totals.cost_in_words,
            wording.tokens(totals.tokens),
            wording.plural(totals.calls, "call"),
            wording.seconds(seconds),
        )
        return f"{ending.rstrip('.')} · {' · '.join(figures)} · rlm-desktop show {self.run}"

    def as_object(self) -> dict[str, Any]:
        """Give all that CLI.md promises for `ask --json`."""
        outcome, root, totals = self.outcome, self.trace.root, _totals(self.trace)
        started = root.fact(RunStarted) if root else None
        checked = root.fact(EvidenceChecked) if root else None
        quotes = outcome.quotes or (checked.quotes if checked else ())
        return {
            "run_id": self.run,
            "status": outcome.status,
            "reason": outcome.reason,
            "strategy": outcome.strategy,
            "answer": outcome.answer,
            "parsed": outcome.parsed,
            "cost_usd": dollars(totals.cost),
            "tokens": token_counts(totals),
            "calls": _calls(self.trace, totals),
            "turns": sum(node.kind == "turn" and node.depth == 0 for node in self.trace.nodes.values()),
            "depth": max((node.depth for node in self.trace.nodes.values()), default=0),
            "seconds": root.seconds if root else None,
            "documents": _documents(started, self.skipped),
            "coverage": _coverage(outcome.coverage or (checked.coverage if checked else None)),
            "evidence": [_quote(quote) for quote in quotes],
            "models": {"root": started.root.name, "worker": started.worker.name} if started else None,
            "isolation": started.isolation if started else "",
        }


def _totals(trace: Trace) -> Totals:
    return trace.root.totals if trace.root else Totals()


def _calls(trace: Trace, totals: Totals) -> dict[str, int]:
    kinds = Counter("worker" if call.role == "worker" else "root" for call in _calls_started(trace))
    failed = sum(node.kind == "call" and node.status == "failed" for node in trace.nodes.values())
    return {
        "root": kinds["root"],
        "worker": kinds["worker"],
        "cached": totals.cached,
        "failed": failed,
        "retried": totals.retries,
    }


def _calls_started(trace: Trace) -> Iterator[CallStarted]:
    for node in trace.nodes.values():
        yield from node.facts(CallStarted)


def _documents(started: RunStarted | None, skipped: Sequence[SkippedFile]) -> dict[str, Any]:
    return {
        "read": started.document_count if started else 0,
        "skipped": skipped_objects(skipped),
        "skipped_count": len(skipped),
        "characters": started.characters if started else 0,
    }


def skipped_objects(skipped: Sequence[SkippedFile]) -> list[dict[str, str]]:
    """Give what was not read and why, the first 10,000."""
    return [{"path": file.path, "reason": file.reason} for file in skipped[:_MOST_SKIPPED]]


def _coverage(coverage: Coverage | None) -> dict[str, float] | None:
    if coverage is None:
        return None
    return {
        "sent_to_workers": coverage.sent_to_workers,
        "shown_to_root": coverage.shown_to_root,
        "never_read": coverage.never_read,
    }


def _quote(quote: Quote) -> dict[str, Any]:
    return {
        "quote": quote.text,
        "document": quote.document,
        "page": quote.page,
        "start": quote.start,
        "end": quote.end,
        "match": quote.match,
    }
