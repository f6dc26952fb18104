"""How a run stands, in the words of the run's one line."""

from dataclasses import dataclass
from typing import Literal

from rlm_desktop.export.answer import answer_of, percent
from rlm_desktop.trace.events import AnswerGiven, RunFinished, RunStarted
from rlm_desktop.trace.facts import RunStatus
from rlm_desktop.trace.totals import Totals
from rlm_desktop.trace.wording import plural
from rlm_desktop.viewmodel.relatives import limits_of
from rlm_desktop.viewmodel.shown_run import ShownRun

DotRole = Literal["muted", "accent", "answer", "warn", "error"]

_ENDS: dict[RunStatus, tuple[str, DotRole]] = {
    "answered": ("Answered", "answer"),
    "partial": ("Partial answer", "warn"),
    "failed": ("No answer", "error"),
    "cancelled": ("Stopped", "warn"),
    "interrupted": ("Interrupted", "warn"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class RunStanding:
    """What the line says."""

    words: str
    role: DotRole
    note: str
    totals: Totals
    seconds: float | None
    cost_limit: int | None = None
    is_live: bool = False


def standing_of(shown: ShownRun, now: float) -> RunStanding:
    """Say how the shown run stands at the position looked at; `now` is the time of a live one."""
    root = shown.items.trace.root
    if root is None:
        words = "Starting" if shown.standing == "starting" else "No run yet"
        return RunStanding(words=words, role="muted", note="", totals=Totals(), seconds=None, is_live=shown.is_live)
    started, finished, limits = root.fact(RunStarted), root.fact(RunFinished), limits_of(root)
    turns = sum(shown.items.trace.nodes[child].kind == "turn" for child in root.children)
    is_at_end = shown.items.position == len(shown.items.entries)
    words, role = _words(finished, turns, shown)
    is_live = shown.is_live and is_at_end
    until = now if is_live else shown.items.trace.last_at
    return RunStanding(
        words=words,
        role=role,
        note=_note(shown, started),
        totals=root.totals,
        seconds=finished.seconds if finished else max(0.0, until - root.started),
        cost_limit=limits.cost_nano_usd if limits else None,
        is_live=is_live,
    )


def _words(finished: RunFinished | None, turns: int, shown: ShownRun) -> tuple[str, DotRole]:
    if finished is not None:
        words, role = _ENDS[finished.status]
        return (f"{words} · {plural(turns, 'turn')}" if turns else f"{words} · direct"), role
    where = f"turn {turns}" if turns else "starting"
    if shown.is_cut_off and shown.items.position == len(shown.items.entries):
        return f"Interrupted · {where}", "warn"
    doing = "Finishing" if shown.is_finishing else "Running"
    return (f"{doing} · {where}", "accent") if shown.is_live else (f"At {where}", "muted")


def _no_text(_given: AnswerGiven) -> str:
    return ""


def _note(shown: ShownRun, started: RunStarted | None) -> str:
    answer = answer_of(shown.items.trace, _no_text)
    if answer is not None and answer.coverage is not None and started is not None:
        read = percent(answer.coverage.sent_to_workers)
        return f"workers read {read} of {plural(started.document_count, 'file')}"
    if started is None or not started.strategy_reason:
        return ""
    return f"{started.strategy}: {started.strategy_reason}"
