"""What can happen in a run: small frozen facts in the past tense.

Events carry no clock and no number; the journal gives both (`Entry`). Parents are explicit. Texts that may be long are
references (`TextRef`) to a text that an earlier `TextKept` brought.
"""

from dataclasses import dataclass, field
from typing import Any, Literal

from rlm_desktop.trace.facts import (
    AnswerSource,
    CallRole,
    CallStatus,
    CodeError,
    Coverage,
    DocumentFacts,
    LimitName,
    Limits,
    Message,
    ModelFacts,
    Quote,
    RunStatus,
    SkippedFile,
    Strategy,
    Usage,
    VariableChange,
)
from rlm_desktop.trace.ids import BatchId, CallId, Digest, NodeId, RunNodeId, StepId, TurnId
from rlm_desktop.trace.texts import TextRef


@dataclass(frozen=True, slots=True, kw_only=True)
class TextKept:
    """A text that following events refer to. It goes to the payload table and takes no number in the journal."""

    kind: Literal["text_kept"] = "text_kept"
    digest: Digest
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RunStarted:
    """A run began, or a child run inside the step that called `rlm_query`."""

    kind: Literal["run_started"] = "run_started"
    run: RunNodeId
    parent: StepId | None = None
    batch: BatchId | None = None
    position: int | None = None
    depth: int = 0
    question: TextRef
    title: str
    """The question's first line, at most 200 characters."""
    strategy: Strategy
    strategy_reason: str = ""
    root: ModelFacts
    worker: ModelFacts
    limits: Limits
    corpus: str = ""
    """The digest of the version of the corpus; empty for a text given through the API."""
    documents: tuple[DocumentFacts, ...] = ()
    """The largest, at most `MOST_LISTED`, in the order of the corpus."""
    document_count: int = 0
    skipped: tuple[SkippedFile, ...] = ()
    """The first of them, at most `MOST_LISTED`."""
    skipped_count: int = 0
    characters: int = 0
    isolation: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnStarted:
    """The root LM is about to be asked again. Turns count from 1."""

    kind: Literal["turn_started"] = "turn_started"
    turn: TurnId
    run: RunNodeId
    number: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SubcallsQueued:
    """Code asked for several calls at once; they follow as calls or child runs of this batch."""

    kind: Literal["subcalls_queued"] = "subcalls_queued"
    batch: BatchId
    step: StepId
    function: str
    count: int
    line: int | None = None
    """The line of the block that asked, from 1."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CallStarted:
    """A prompt was sent to an LM. The parent is a turn (root), a step (sub-call) or the run (direct, final)."""

    kind: Literal["call_started"] = "call_started"
    call: CallId
    parent: NodeId
    role: CallRole
    model: str
    prompt: tuple[Message, ...]
    label: str
    """One line saying what was asked, at most 200 characters."""
    batch: BatchId | None = None
    position: int | None = None
    """Its place in the batch, from 0."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CallRetried:
    """An attempt failed in a way that may pass; the next one follows after `wait_seconds`."""

    kind: Literal["call_retried"] = "call_retried"
    call: CallId
    attempt: int
    reason: str
    wait_seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplyGrew:
    """More of a streamed reply arrived. Shown live, never journaled: `CallFinished` holds the whole."""

    kind: Literal["reply_grew"] = "reply_grew"
    call: CallId
    text: str = ""
    reasoning: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CallFinished:
    """A call ended, well or not. An unknown cost is None, never 0."""

    kind: Literal["call_finished"] = "call_finished"
    call: CallId
    status: CallStatus
    seconds: float
    reply: TextRef | None = None
    reasoning: TextRef | None = None
    preview: str = ""
    """One line of the reply, at most 200 characters; for a root call its first sentence."""
    usage: Usage = field(default_factory=Usage)
    cost_nano_usd: int | None = None
    cached: bool = False
    cut: bool = False
    """The reply ended at the output limit."""
    error: str | None = None
    error_kind: str = ""
    """The name of the error's class, by which a reader knows what would help."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StepStarted:
    """A code block began to run. Steps count from 1 inside their turn."""

    kind: Literal["step_started"] = "step_started"
    step: StepId
    turn: TurnId
    number: int
    code: TextRef
    title: str
    """The code's first comment or first line, at most 200 characters."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OutputPrinted:
    """Code printed something; successive pieces make up the output."""

    kind: Literal["output_printed"] = "output_printed"
    step: StepId
    stream: Literal["stdout", "stderr"]
    text: TextRef
    preview: str
    """The first non-empty line, at most 200 characters."""
    lines: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StepFinished:
    """The code ran to its end, raised, or was stopped."""

    kind: Literal["step_finished"] = "step_finished"
    step: StepId
    seconds: float
    error: CodeError | None = None
    killed: bool = False
    variables: tuple[VariableChange, ...] = ()
    lost: tuple[str, ...] = ()
    """Names that a restart of the child could not bring back."""
    output_dropped: int = 0
    """Characters that were printed but not kept."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerGiven:
    """The run has its answer. `partial` says why it is not a full one."""

    kind: Literal["answer_given"] = "answer_given"
    run: RunNodeId
    answer: TextRef
    preview: str
    source: AnswerSource
    step: StepId | None = None
    partial: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LimitReached:
    """A limit stopped something; `text` says what, in a sentence."""

    kind: Literal["limit_reached"] = "limit_reached"
    run: RunNodeId
    limit: LimitName
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GateSpoke:
    """A quality gate acted; `text` says what it did, in a sentence."""

    kind: Literal["gate_spoke"] = "gate_spoke"
    parent: NodeId
    gate: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Noticed:
    """Something a reader should know: a repair, a block that did not run, a restart."""

    kind: Literal["noticed"] = "noticed"
    parent: NodeId
    about: str
    text: str
    level: Literal["info", "warning", "error"] = "info"


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceChecked:
    """The answer's quotes were looked up and the reading was counted."""

    kind: Literal["evidence_checked"] = "evidence_checked"
    run: RunNodeId
    quotes: tuple[Quote, ...] = ()
    coverage: Coverage | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RunFinished:
    """The run ended; `reason` is empty for a plain answer."""

    kind: Literal["run_finished"] = "run_finished"
    run: RunNodeId
    status: RunStatus
    seconds: float
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class UnknownEvent:
    """An event of a kind that a newer version wrote; kept whole and shown."""

    kind: str
    data: dict[str, Any]


KnownEvent = (
    TextKept
    | RunStarted
    | TurnStarted
    | SubcallsQueued
    | CallStarted
    | CallRetried
    | ReplyGrew
    | CallFinished
    | StepStarted
    | OutputPrinted
    | StepFinished
    | AnswerGiven
    | LimitReached
    | GateSpoke
    | Noticed
    | EvidenceChecked
    | RunFinished
)
Event = KnownEvent | UnknownEvent


@dataclass(frozen=True, slots=True)
class Entry:
    """An event with its number in the journal (from 1; 0 if it is not journaled) and its time (Unix, seconds)."""

    seq: int
    at: float
    event: Event
