"""The figures of two runs beside each other, each with its difference; what is unknown stays unknown."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

from rlm_desktop.trace.events import RunFinished
from rlm_desktop.trace.rows import elapsed
from rlm_desktop.trace.tree import Trace
from rlm_desktop.trace.wording import money, seconds
from rlm_desktop.viewmodel.history_rows import STATUS_WORDS

NONE = "–"
_UNKNOWN = "unknown"
Number = TypeVar("Number", int, float)


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One figure of both runs in words. `change` is right minus left, `percent` of the left one."""

    name: str
    left: str
    right: str
    change: str = ""
    percent: str = ""
    differs: bool = False
    """Whether they are known to differ."""
    by: float | None = None
    """The change as a number; None where either is unknown."""


def figures_of(left: Trace, right: Trace) -> tuple[Figure, ...]:
    """Put the figures of two runs beside each other."""
    states = [_status(trace) for trace in (left, right)]
    status = Figure(name="Status", left=states[0], right=states[1], differs=states[0] != states[1])
    return (status, _cost(left, right), *(measured(left, right) for measured in _MEASURES))


def status_words(trace: Trace) -> str:
    """Say how a run ended, or that it goes on."""
    return _status(trace)


def _status(trace: Trace) -> str:
    if trace.root is None:
        return NONE
    finished = trace.root.fact(RunFinished)
    return STATUS_WORDS[finished.status if finished is not None else "running"]


def _cost(left: Trace, right: Trace) -> Figure:
    words = [NONE if trace.root is None else trace.root.totals.cost_in_words for trace in (left, right)]
    amounts = [None if trace.root is None else trace.root.totals.cost for trace in (left, right)]
    return _figure("Cost", (words[0], words[1]), (amounts[0], amounts[1]), money)


def _figure(
    name: str, words: tuple[str, str], amounts: tuple[Number | None, Number | None], write: Callable[[Number], str]
) -> Figure:
    left, right = amounts
    if left is None or right is None:
        return Figure(name=name, left=words[0], right=words[1], change=_UNKNOWN)
    by = right - left
    return Figure(
        name=name,
        left=words[0],
        right=words[1],
        change=_signed(by, write),
        percent=_percent(left, by),
        differs=bool(by),
        by=by,
    )


def _signed(by: Number, write: Callable[[Number], str]) -> str:
    if not by:
        return "same"
    words = write(abs(by))
    if words.startswith("< "):
        return f"{'more' if by > 0 else 'less'} by {words}"
    return f"{'+' if by > 0 else '−'}{words}"


def _percent(left: float, by: float) -> str:
    """Write a change as a share of the left figure; empty where that is nothing."""
    if not left or not by:
        return ""
    share = by / left * 100
    if abs(share) < 0.1:
        return f"{'+' if share > 0 else '−'}< 0.1 %"
    return f"{'+' if share > 0 else '−'}{abs(share):,.{0 if abs(share) >= 100 else 1}f} %"


def _measured(
    name: str, of: Callable[[Trace], float], write: Callable[[float], str], left: Trace, right: Trace
) -> Figure:
    amounts = [None if trace.root is None else of(trace) for trace in (left, right)]
    words = [NONE if amount is None else write(amount) for amount in amounts]
    return _figure(name, (words[0], words[1]), (amounts[0], amounts[1]), write)


def _count(amount: float) -> str:
    return f"{amount:,.0f}"


def _total(field: str, trace: Trace) -> float:
    assert trace.root is not None
    return float(getattr(trace.root.totals, field))


def _turns(trace: Trace) -> float:
    assert trace.root is not None
    return sum(trace.nodes[child].kind == "turn" for child in trace.root.children)


def _seconds(trace: Trace) -> float:
    assert trace.root is not None
    return elapsed(trace, trace.root)


_MEASURES: tuple[Callable[[Trace, Trace], Figure], ...] = (
    partial(_measured, "Tokens in", partial(_total, "input_tokens"), _count),
    partial(_measured, "of them cached", partial(_total, "cached_input_tokens"), _count),
    partial(_measured, "Tokens out", partial(_total, "output_tokens"), _count),
    partial(_measured, "Calls", partial(_total, "calls"), _count),
    partial(_measured, "Errors", partial(_total, "errors"), _count),
    partial(_measured, "Retries", partial(_total, "retries"), _count),
    partial(_measured, "Turns", _turns, _count),
    partial(_measured, "Time", _seconds, seconds),
)
