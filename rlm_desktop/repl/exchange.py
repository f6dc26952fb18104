"""What the engine and the REPL tell each other: how a child begins, what code asks, how a block ended."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal, Protocol

from rlm_desktop.text.sources import IN_MEMORY_BYTES

AskFunction = Literal["llm_query", "llm_query_batched", "rlm_query", "rlm_query_batched"]
Stream = Literal["stdout", "stderr"]
GivenSource = Literal["variable", "final", "final-var"]

OnOutput = Callable[[Stream, str], None]
"""Called with each new piece of what a block prints."""

TIME_UP = "BlockTimeout"
"""The type of a `BlockError` when the block was interrupted because its seconds were used up."""

MEMORY_UP = "MemoryError"
"""The type of a `BlockError` when the block asked for more memory than it may have."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BootDocument:
    """A document's place in `context`: `start` and `end` are offsets there, `page_starts` offsets in its text."""

    name: str
    path: str
    kind: str
    start: int
    end: int
    page_starts: tuple[int, ...] | None = None


@dataclass(frozen=True, slots=True)
class ContextRange:
    """A part of a stored corpus that a child run is to read, in characters; too long to be sent itself."""

    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Boot:
    """How a child begins. Without sub-calls the asking functions do not exist in it."""

    context: str | list[Any] | dict[str, Any] = ""
    corpus_folder: str | None = None
    """Where the assembled text of a corpus lies; it then is the context, and tells the documents."""
    corpus_part: ContextRange | None = None
    """The part of the corpus that is the context; None for all of it."""
    in_memory_bytes: int = IN_MEMORY_BYTES
    documents: tuple[BootDocument, ...] = ()
    with_subcalls: bool = True
    with_child_runs: bool = False
    search_only: bool = False
    """Whether code reaches the context by `search` alone."""
    block_seconds: float = 600.0
    memory_bytes: int = 2_000_000_000
    earlier_contexts: tuple[str | list[Any] | dict[str, Any], ...] = ()
    restricted: bool = False
    """Whether model code runs in the interpreter that knows a part of Python only."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Code called one of the asking functions; `line` is the line of the block at the call site, from 1."""

    function: AskFunction
    prompts: tuple[str, ...]
    contexts: tuple[Any, ...] = ()
    """One for each prompt of `rlm_query` and `rlm_query_batched`, None where none was given; else empty.

    Plain data, or a `ContextRange`.
    """
    model: str | None = None
    schema: dict[str, Any] | None = None
    line: int | None = None


@dataclass(frozen=True, slots=True)
class Searched:
    """Code searches in a corpus that is too long for the memory."""

    query: str
    k: int


SearchHits = list[tuple[int, int, float]]
"""Passages, the best first: where each begins and ends in the corpus, in characters, and its score."""


class Answerer(Protocol):
    """Who answers what code asks while a block runs."""

    async def answer(self, asked: Asked) -> list[Any]:
        """Give one result for each prompt, in order; a failure is an `Error: …` text in its place."""
        ...

    async def search(self, searched: Searched) -> SearchHits | str:
        """Give the passages that fit best, or an `Error: …` text."""
        ...

    def budget(self) -> dict[str, Any]:
        """Give what is spent and what is left, as plain data."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class BlockError:
    """Why a block stopped. `line` counts from 1 inside the block."""

    type: str
    message: str
    line: int | None
    traceback: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenAnswer:
    """The answer that stood at the end of a block, and how it was given."""

    text: str
    source: GivenSource


@dataclass(frozen=True, slots=True, kw_only=True)
class VariableNote:
    """A variable that a block made, altered or deleted; imports, reserved and dunder names are left out."""

    name: str
    change: Literal["new", "changed", "deleted"]
    type: str = ""
    size: str = ""
    """In words, such as `list of 40` or `1,204 characters`."""
    preview: str = ""
    fingerprint: str = ""
    """Equal for equal values as far as a cheap look can tell."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BlockReport:
    """How a block ended.

    A killed block has a `killed_reason` in a sentence, and the child is already running again: `lost` names what could
    not be brought back. `draft` is what stands in `answer["content"]`.
    """

    seconds: float
    error: BlockError | None = None
    variables: tuple[VariableNote, ...] = ()
    answer: GivenAnswer | None = None
    refused_answer: str | None = None
    """Why an answer that was given does not count, in a sentence for the model."""
    draft: str = ""
    killed: bool = False
    killed_reason: str = ""
    lost: tuple[str, ...] = ()
    output_dropped: int = 0
    """Characters that were printed but not passed on; a line in the output says so at their place."""
