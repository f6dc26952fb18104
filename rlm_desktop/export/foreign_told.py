"""What foreign logs tell of a run, in the words of all of them: runs of turns of calls and code."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal

from rlm_desktop.trace.facts import (
    AnswerSource,
    CallRole,
    CallStatus,
    CodeError,
    Role,
    RunStatus,
    Usage,
    VariableChange,
)

MOST_DEEP = 50
"""Runs inside runs: no implementation goes as deep, and what reads a run is not made for chains without end."""


STATUSES: dict[str, RunStatus] = {
    "done": "answered",
    "partial": "partial",
    "failed": "failed",
    "cancelled": "cancelled",
    "interrupted": "interrupted",
    "running": "interrupted",
}
"""What our own export calls the status of a run."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldNotice:
    """Something that a reader should know."""

    text: str
    level: Literal["info", "warning", "error"] = "info"
    about: str = "import"


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldRetry:
    """An attempt that failed, after which another one followed."""

    attempt: int
    reason: str
    wait_seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldCall:
    """A prompt and its reply. Unknown times, costs and replies are None."""

    role: CallRole
    model: str
    prompt: tuple[tuple[Role, str], ...]
    label: str
    reply: str | None = None
    preview: str = ""
    """One line that stands for a reply that is not told."""
    reasoning: str = ""
    usage: Usage = field(default_factory=Usage)
    cost_nano_usd: int | None = None
    started: float | None = None
    seconds: float | None = None
    status: CallStatus = "done"
    error: str | None = None
    cached: bool = False
    retries: tuple["ToldRetry", ...] = ()
    is_open: bool = False
    """Whether its end is not told, as it was still out when the run or its record ended."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldStep:
    """A block of code, what it printed, and the calls and child runs that it asked for."""

    code: str
    stdout: str = ""
    stderr: str = ""
    error: CodeError | None = None
    started: float | None = None
    seconds: float | None = None
    variables: tuple[VariableChange, ...] = ()
    subs: tuple["ToldCall | ToldRun", ...] = ()
    gave_answer: bool = False
    is_open: bool = False
    """Whether its end is not told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldTurn:
    """What the root LM was asked, what it said, and the code that ran because of it."""

    started: float | None = None
    seconds: float | None = None
    calls: tuple[ToldCall, ...] = ()
    steps: tuple[ToldStep, ...] = ()
    notices: tuple[ToldNotice, ...] = ()


def joined(turn: ToldTurn, more: ToldTurn) -> ToldTurn:
    """Join two records that our own export made of one turn; the last one tells how long it took."""
    return ToldTurn(
        started=turn.started,
        seconds=more.seconds,
        calls=turn.calls + more.calls,
        steps=turn.steps + more.steps,
        notices=turn.notices + more.notices,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldEnding:
    """How a run ended; a run whose record just stops has the status `interrupted`."""

    status: RunStatus
    reason: str = ""
    answer: str | None = None
    source: AnswerSource = "variable"
    partial: str | None = None
    seconds: float | None = None
    calls: tuple[ToldCall, ...] = ()
    """Calls of the run itself, after its turns: for a last answer, or instead of all turns."""
    notices: tuple[ToldNotice, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldRun:
    """A run, or a child run in a step. The last of its parts is its ending."""

    question: str
    title: str
    root: str
    worker: str
    parts: Iterable[ToldTurn | ToldEnding]
    turns: int | None = None
    depth: int | None = None
    """The limits of turns and depth."""
    characters: int = 0
    isolation: str = ""
    origin: str = ""
    """Where it comes from, in a short sentence."""
    strategy: Literal["rlm", "direct"] = "rlm"
    started: float | None = None
    seconds: float | None = None
    notices: tuple[ToldNotice, ...] = ()
