"""The values that events carry: usage, limits, documents, variables, quotes."""

from dataclasses import dataclass
from typing import Literal

from rlm_desktop.trace.texts import TextRef

Strategy = Literal["auto", "rlm", "rlm-no-subcalls", "direct", "summary", "codeact-bm25"]
CacheMode = Literal["off", "reuse", "replay-only"]
Role = Literal["system", "user", "assistant"]
CallRole = Literal["root", "worker", "direct", "final", "compaction"]
CallStatus = Literal["done", "failed", "cancelled"]
RunStatus = Literal["answered", "partial", "failed", "cancelled", "interrupted"]
ReaskStatus = Literal["done", "failed", "cancelled", "interrupted"]
LimitName = Literal[
    "turns",
    "depth",
    "seconds",
    "money",
    "tokens",
    "sub-calls",
    "failing-turns",
    "block-seconds",
    "block-memory",
]
AnswerSource = Literal["variable", "final", "final-var", "prose", "direct", "draft", "forced"]
QuoteMatch = Literal["exact", "several", "none"]
PriceSource = Literal["reported", "entered", "listed", "local", "unknown"]
"""Who says what a call costs: the provider itself, the user, a price list, our knowing that it runs here, nobody."""
ChoiceAction = Literal["run", "try-3", "raise", "finish", "stop"]
FindingKind = Literal["dropped-tail", "call-per-item", "prompt-too-large", "counting-by-lm", "answer-unread"]

MOST_LISTED = 1_000
"""Documents and skipped files that an event lists; a corpus may have hundreds of thousands."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """Tokens of one call, as the provider reports them.

    `input_tokens` includes those read from and written to the provider's prompt cache,
    `output_tokens` the reasoning ones.
    """

    input_tokens: int = 0
    cached_input_tokens: int = 0
    output_tokens: int = 0
    reasoning_tokens: int = 0
    cache_write_tokens: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Where a run stops by itself; None means no limit. The defaults are those of RLM Desktop."""

    turns: int = 30
    depth: int = 1
    seconds: float | None = None
    cost_nano_usd: int | None = None
    tokens: int | None = None
    sub_calls: int | None = None
    failing_turns: int = 5
    concurrency: int = 16
    block_seconds: float = 600.0
    """A block's own time: it does not count while an LM's answer is awaited."""
    block_memory_bytes: int = 2_000_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentFacts:
    """What is known of a document without opening it."""

    name: str
    path: str
    kind: str
    characters: int
    size_bytes: int
    pages: int | None = None
    losses: tuple[str, ...] = ()
    """What its text lacks of the file, such as `3 images`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SkippedFile:
    """A file that was given but could not be read, and why."""

    path: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceTier:
    """The prices of a call whose prompt has more than `above_tokens`; it pays them for all of its tokens."""

    above_tokens: int
    input_price: int | None
    cached_input_price: int | None
    output_price: int | None
    cache_write_price: int | None = None
    reasoning_price: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelFacts:
    """A model as a run used it. Prices are nano-dollars per million tokens; None is unknown, never free."""

    name: str
    window_tokens: int
    input_price: int | None
    cached_input_price: int | None
    output_price: int | None
    goes_to: str
    """Where text sent to it goes: `this computer` or the provider's name."""
    cache_write_price: int | None = None
    """Of input that the provider puts into its prompt cache; None is as plain input."""
    reasoning_price: int | None = None
    """None is as other output."""
    tiers: tuple[PriceTier, ...] = ()
    """What longer prompts pay, the shortest first."""
    price_source: PriceSource = "unknown"
    priced_on: str = ""
    """The day of the prices, as `2026-11-26`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One message of a prompt, by reference."""

    role: Role
    text: TextRef


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeError:
    """Why a block stopped. `line` counts from 1 inside the block."""

    type: str
    message: str
    line: int | None
    traceback: str


@dataclass(frozen=True, slots=True, kw_only=True)
class VariableChange:
    """A variable that a step made, altered or deleted (`change`)."""

    name: str
    change: Literal["new", "changed", "deleted"]
    type: str = ""
    size: str = ""
    """In words, such as `list of 40` or `1,204 characters`."""
    preview: str = ""
    fingerprint: str = ""
    """Equal for equal values as far as a cheap look can tell."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote:
    """A passage that the answer quotes, looked up in the corpus. `start` and `end` are offsets in the document."""

    text: str
    match: QuoteMatch
    document: str | None = None
    page: int | None = None
    start: int | None = None
    end: int | None = None
    part: str = ""
    """The page, slide, sheet, chapter or message in words, such as `p. 14`; empty when the kind has no parts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """Which fraction of the corpus' characters was seen, each from 0 to 1."""

    sent_to_workers: float
    shown_to_root: float
    never_read: float


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeFinding:
    """What a look at a block's syntax tree found before it ran; `line` counts from 1, `text` is a sentence."""

    kind: FindingKind
    line: int
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SentText:
    """How many characters of one document's text went to one model, each counted as often as it was sent."""

    document: str
    model: str
    goes_to: str
    characters: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What the user chose; with `raise`, and if the user changed them, `limits` are those that hold from now on."""

    action: ChoiceAction
    limits: Limits | None = None
