"""What can happen in a run: small frozen facts in the past tense.

Events carry no clock and no number; the journal gives both (`Entry`). Parents are explicit. Texts that may be long are
references (`TextRef`) to a text that an earlier `TextKept` brought.
"""

from dataclasses import dataclass, field
from typing import Any, Literal

from rlm_desktop.trace.facts import (
    AnswerSource,
    CacheMode,
    CallRole,
    CallStatus,
    ChoiceAction,
    CodeError,
    CodeFinding,
    Coverage,
    DocumentFacts,
    LimitName,
    Limits,
    Message,
    ModelFacts,
    PriceSource,
    Quote,
    RunStatus,
    SentText,
    SkippedFile,
    Strategy,
    Usage,
    VariableChange,
)
from rlm_desktop.trace.ids import BatchId, CallId, ChoiceId, Digest, NodeId, RunNodeId, StepId, TurnId
from rlm_desktop.trace.reask_events import ReaskEvent
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
    others: tuple[ModelFacts, ...] = ()
    """Further models that this run may ask."""
    limits: Limits
    cache: CacheMode = "off"
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
    """Code asked for several calls or child runs at once; they follow. `schema` is the JSON Schema of each reply."""

    kind: Literal["subcalls_queued"] = "subcalls_queued"
    batch: BatchId
    step: StepId
    function: str
    count: int
    line: int | None = None
    """The line of the block that asked, from 1."""
    schema: TextRef | None = None


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
    reask_of: CallId | None = None
    """The call of the ended run whose prompt is asked again by this one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CallRetried:
    """An attempt failed in a way that may pass; the next one follows after `wait_seconds`."""

    kind: Literal["call_retried"] = "call_retried"
    call: CallId
    attempt: int
    reason: str
    wait_seconds: float
    usage: Usage = field(default_factory=Usage)
    """What the failed attempt used, as far as the provider said."""
    cost_nano_usd: int | None = 0
    """What it cost; None when the provider may bill it without having said so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CallHeld:
    """A call waits for its provider, which takes no more at the moment; `seconds` is how long, where that is known."""

    kind: Literal["call_held"] = "call_held"
    call: CallId
    reason: str
    seconds: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CallReleased:
    """A call that was held goes on."""

    kind: Literal["call_released"] = "call_released"
    call: CallId


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
    """Of all its attempts together."""
    price_source: PriceSource = "unknown"
    cached: bool = False
    """The reply was known already: from an earlier run, or from `same_as`."""
    same_as: CallId | None = None
    """The call of this run with the very same prompt, which was sent for both."""
    saved_nano_usd: int | None = None
    """What asking would have cost, for a cached reply; None when unknown."""
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
    findings: tuple[CodeFinding, ...] = ()


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
class ChoiceAsked:
    """The run waits until the user chooses: before a large fan-out, or at a limit. An unknown figure is None."""

    kind: Literal["choice_asked"] = "choice_asked"
    choice: ChoiceId
    run: RunNodeId
    step: StepId | None = None
    about: Literal["fan-out", "limit"]
    text: str
    actions: tuple[ChoiceAction, ...]
    limit: LimitName | None = None
    calls: int = 0
    input_tokens: int = 0
    output_tokens: int = 0
    """The expected ones."""
    cost_nano_usd: int | None = None
    """The expected cost."""
    most_nano_usd: int | None = None
    """The worst case, which the budget would hold back."""
    spent_nano_usd: int = 0
    """What the whole tree has spent so far, unknown costs at their worst."""
    seconds: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChoiceMade:
    """The user chose, or the run ended before that."""

    kind: Literal["choice_made"] = "choice_made"
    choice: ChoiceId
    action: ChoiceAction
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LimitsChanged:
    """From here on these limits hold for the whole tree."""

    kind: Literal["limits_changed"] = "limits_changed"
    run: RunNodeId
    limits: Limits


@dataclass(frozen=True, slots=True, kw_only=True)
class TextSent:
    """What of which document went where in this run and its child runs: the ledger of what left this computer."""

    kind: Literal["text_sent"] = "text_sent"
    run: RunNodeId
    sent: tuple[SentText, ...]


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
    | CallHeld
    | CallReleased
    | ReplyGrew
    | CallFinished
    | StepStarted
    | OutputPrinted
    | StepFinished
    | AnswerGiven
    | LimitReached
    | GateSpoke
    | ChoiceAsked
    | ChoiceMade
    | LimitsChanged
    | TextSent
    | Noticed
    | EvidenceChecked
    | RunFinished
    | ReaskEvent
)
Event = KnownEvent | UnknownEvent


@dataclass(frozen=True, slots=True)
class Entry:
    """An event with its number in the journal (from 1; 0 if it is not journaled) and its time (Unix, seconds)."""

    seq: int
    at: float
    event: Event
