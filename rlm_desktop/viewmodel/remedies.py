"""What would help against what went wrong: chosen by the error's kind, never by its words."""

from dataclasses import dataclass
from typing import Literal

from rlm_desktop.trace.events import CallFinished, LimitReached, RunFinished, RunStarted
from rlm_desktop.trace.facts import LimitName
from rlm_desktop.trace.nodes import Node
from rlm_desktop.trace.tree import Trace

Remedy = Literal[
    "open-files",
    "question",
    "built-in",
    "models",
    "turn-limit",
    "time-limit",
    "money-limit",
    "restart",
    "ask",
    "none",
]

REMEDY_WORDS: dict[Remedy, str] = {
    "open-files": "Open files…",
    "question": "Type a question",
    "built-in": "Use the built-in model",
    "models": "Model settings…",
    "turn-limit": "Change the turn limit",
    "time-limit": "Change the time limit",
    "money-limit": "Change the money limit",
    "restart": "Start the engine again",
    "ask": "Ask again",
    "none": "",
}

_OF_KINDS: dict[str, Remedy] = {
    "BadKey": "models",
    "NoKey": "models",
    "NoQuota": "models",
    "UnknownModel": "models",
    "BadPrices": "models",
    "Unreachable": "models",
    "BadRequest": "models",
    "BadReply": "models",
    "ContentRefused": "models",
    "ContextTooLong": "models",
    "NothingToRead": "open-files",
    "CorpusError": "open-files",
    "Unreadable": "open-files",
}
_OF_LIMITS: dict[LimitName, Remedy] = {"turns": "turn-limit", "seconds": "time-limit", "money": "money-limit"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Why something cannot be done, in one sentence or two, and what would help."""

    text: str
    remedy: Remedy = "none"


def remedy_of(error_kind: str) -> Remedy:
    """Give what helps against an error of this kind; trying again is always possible."""
    return _OF_KINDS.get(error_kind, "none")


def remedy_for_run(trace: Trace) -> Remedy:
    """Give what would have let the root run come to a full answer."""
    run = trace.root
    finished = run.fact(RunFinished) if run is not None else None
    if run is None or finished is None or finished.status not in ("failed", "partial"):
        return "none"
    error_kind = _error_kind(trace, run, finished.reason)
    return remedy_of(error_kind) if error_kind else _against_limit(trace, run)


def _error_kind(trace: Trace, run: Node, reason: str) -> str:
    """Find the call of the root LM whose failure is the run's reason; a last reply of no words is one, too."""
    turns = (trace.nodes[child] for child in reversed(run.children))
    nodes = (node for turn in turns for node in (turn, *(trace.nodes[child] for child in turn.children)))
    calls = [call for node in nodes if (call := node.fact(CallFinished)) is not None]
    for call in calls:
        if call.error and call.error in reason:
            return call.error_kind
    return "BadReply" if calls and calls[0].status == "done" and not calls[0].preview else ""


def _against_limit(trace: Trace, run: Node) -> Remedy:
    nodes = [run, *(trace.nodes[child] for child in run.children)]
    reached = [fact for node in nodes for fact in node.facts(LimitReached) if fact.run == run.id]
    if not reached:
        return "none"
    remedy = _OF_LIMITS.get(reached[-1].limit, "none")
    return "models" if remedy == "money-limit" and _has_no_price(run) else remedy


def _has_no_price(run: Node) -> bool:
    started = run.fact(RunStarted)
    return started is not None and None in (started.root.input_price, started.worker.input_price)
