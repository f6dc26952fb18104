"""What the formats for other people's viewers share: how long a part lasted, money and time as they are written."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from rlm_desktop.export.errors import NotFit
from rlm_desktop.export.recorded import RecordedRun, trace_of
from rlm_desktop.trace.events import AnswerGiven, CallFinished, CallStarted, RunFinished, RunStarted
from rlm_desktop.trace.facts import RunStatus
from rlm_desktop.trace.nodes import Node, NodeKind
from rlm_desktop.trace.tree import Trace
from rlm_desktop.trace.wording import NANO

_HALVES = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class WholeRun:
    """A run with its tree."""

    recorded: RecordedRun
    trace: Trace
    root: Node
    started: RunStarted

    @property
    def title(self) -> str:
        """Its name, or its question's first line where it has none."""
        return self.recorded.name or self.root.title


def whole_run(run: RecordedRun) -> WholeRun:
    """Fold a run; raises `NotFit` where its beginning is lost, so that there is no tree."""
    trace = trace_of(run)
    started = trace.root.fact(RunStarted) if trace.root is not None else None
    if trace.root is None or started is None:
        raise NotFit(
            f"The record of the run “{run.run}” has lost its beginning, so only its raw events can be exported."
        )
    return WholeRun(run, trace, trace.root, started)


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a run ended: the word for it (`running` while it goes on) and, where it is not a plain answer, why."""

    status: RunStatus | Literal["running"]
    reason: str


def outcome_of(trace: Trace, run: Node) -> Outcome:
    """Tell how a run or a child run ended."""
    finished, answer = run.fact(RunFinished), answer_of(trace, run)
    partial = answer.partial or "" if answer is not None else ""
    if finished is None:
        return Outcome("running", partial)
    return Outcome(finished.status, finished.reason or partial)


def answer_of(trace: Trace, run: Node) -> AnswerGiven | None:
    """Give the last answer of a run or a child run."""
    answers = (trace.nodes[child] for child in reversed(run.children) if trace.nodes[child].kind == "answer")
    return next((node.fact(AnswerGiven) for node in answers), None)


def end_of(trace: Trace, node: Node) -> float:
    """Give when a part ended (Unix, seconds); what goes on lasts until the last entry."""
    if node.seconds is not None:
        return node.started + node.seconds
    return max(node.started, trace.last_at) if node.is_open else node.started


def enclosing(trace: Trace, node: Node, kinds: Iterable[NodeKind]) -> Node | None:
    """Give the innermost part of these kinds that a part lies in; None for the run itself."""
    wanted = frozenset(kinds)
    return next((above for above in trace.lineage(node.parent) if above.kind in wanted), None)


def iso(at: float) -> str:
    """Write a time (Unix, seconds) as ISO 8601 in UTC, to the microsecond."""
    return datetime.fromtimestamp(at, UTC).isoformat(timespec="microseconds")


def nanoseconds(at: float) -> int:
    """Give a time (Unix, seconds) in whole nanoseconds, as exactly as it was recorded."""
    whole = int(at)
    return whole * NANO + round((at - whole) * NANO)


def exact_dollars(cost_nano_usd: int | None) -> str:
    """Write nano-dollars as a plain decimal number that loses nothing: `0.0019`; empty for an unknown price."""
    if cost_nano_usd is None:
        return ""
    whole, rest = divmod(cost_nano_usd, NANO)
    return f"{whole}.{rest:09d}".rstrip("0").rstrip(".")


def well_formed(text: str) -> str:
    """Give a text that UTF-8 can hold: halves of characters become replacement signs."""
    return text if text.isascii() else _HALVES.sub("\ufffd", text)


def shortened(text: str, most: int) -> str:
    """Give a text whole, or its head and tail with the exact count of the characters between that were left out."""
    if len(text) <= most:
        return text
    head, tail = most - most // 4, most // 4
    return f"{text[:head]}\n… {len(text) - head - tail:,} characters left out …\n{text[len(text) - tail :]}"


def calls_of(trace: Trace) -> Iterator[tuple[Node, CallStarted, CallFinished | None]]:
    """Give every call with what was asked and what came of it, in the order of the tree."""
    for node in trace.walk():
        started = node.fact(CallStarted) if node.kind == "call" else None
        if started is not None:
            yield node, started, node.fact(CallFinished)


def sums_of(node: Node) -> dict[str, int | str]:
    """Give what a part and all below it used; of calls whose price is unknown, only their number is known."""
    totals = node.totals
    return {
        "calls": totals.calls,
        "input_tokens": totals.input_tokens,
        "cached_input_tokens": totals.cached_input_tokens,
        "cache_write_tokens": totals.cache_write_tokens,
        "output_tokens": totals.output_tokens,
        "reasoning_tokens": totals.reasoning_tokens,
        "known_cost_usd": exact_dollars(totals.cost_nano_usd),
        "calls_of_unknown_price": totals.unpriced,
        "errors": totals.errors,
        "retries": totals.retries,
    }
