"""What the child may send, checked field by field: the child runs code we do not trust."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from rlm_desktop.repl.errors import FrameRefused
from rlm_desktop.repl.exchange import (
    Asked,
    AskFunction,
    BlockError,
    ContextRange,
    GivenAnswer,
    GivenSource,
    Searched,
    Stream,
    VariableNote,
)
from rlm_desktop.repl.fields import (
    list_in,
    number_in,
    object_in,
    one_of,
    optional_in,
    optional_text_in,
    text_in,
    texts_in,
)
from rlm_desktop.repl.wire import (
    MAX_ANSWER,
    MAX_PROMPTS,
    MAX_QUERY,
    MAX_SEARCH_HITS,
    MAX_VARIABLES,
    OUTPUT_PIECE,
    VERSION,
)

MAX_SHORT = 10_000
MAX_NAMES = 20_000
"""Variables a new child may say it brought back, or did not."""

_STREAMS: Mapping[str, Stream] = {"stdout": "stdout", "stderr": "stderr"}
_SOURCES: Mapping[str, GivenSource] = {"variable": "variable", "final": "final", "final-var": "final-var"}
_FUNCTIONS: Mapping[str, AskFunction] = {
    "llm_query": "llm_query",
    "llm_query_batched": "llm_query_batched",
    "rlm_query": "rlm_query",
    "rlm_query_batched": "rlm_query_batched",
}


@dataclass(frozen=True, slots=True)
class Hello:
    """The child runs."""


@dataclass(frozen=True, slots=True)
class Booted:
    """The namespace stands; after a restart, which names are back and which are not."""

    kept: tuple[str, ...]
    lost: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Output:
    """A piece of what was printed; a tail piece follows what was left out."""

    stream: Stream
    text: str
    is_tail: bool


@dataclass(frozen=True, slots=True)
class Skipped:
    """How many characters have been printed but not sent."""

    count: int


@dataclass(frozen=True, slots=True)
class Ask:
    """Code asks and waits for as many results as there are prompts."""

    number: int
    asked: Asked


@dataclass(frozen=True, slots=True)
class AskBudget:
    """Code asks for the budget."""

    number: int


@dataclass(frozen=True, slots=True)
class AskSearch:
    """Code searches in its corpus."""

    number: int
    searched: Searched


@dataclass(frozen=True, slots=True)
class Done:
    """The block ended."""

    error: BlockError | None
    variables: tuple[VariableNote, ...]
    answer: GivenAnswer | None
    refused: str | None
    draft: str


@dataclass(frozen=True, slots=True)
class Value:
    """The text of a variable, or None."""

    text: str | None


Frame = Hello | Booted | Output | Skipped | Ask | AskBudget | AskSearch | Done | Value


def read_frame(message: dict[str, Any], block: int | None = None) -> Frame:
    """Check a message of the child; raises `FrameRefused` when anything in it is not as agreed.

    `block` is the number of the block that runs: what an earlier one sends too late must not count for this one.
    """
    if message.get("block") != block or isinstance(message.get("block"), bool):
        raise FrameRefused("The child sent a message of another block.")
    reader = _READERS.get(text_in(message.get("kind"), 20))
    if reader is None:
        raise FrameRefused("The child sent a message of an unknown kind.")
    return reader(message)


def _hello(message: dict[str, Any]) -> Hello:
    if message.get("version") != VERSION:
        raise FrameRefused("The child speaks another version of the protocol.")
    return Hello()


def _booted(message: dict[str, Any]) -> Booted:
    return Booted(texts_in(message.get("kept"), MAX_NAMES), texts_in(message.get("lost"), MAX_NAMES))


def _output(message: dict[str, Any]) -> Output:
    text = text_in(message.get("text"), OUTPUT_PIECE)
    if not text:
        raise FrameRefused("The child sent output without a character.")
    return Output(one_of(message.get("stream"), _STREAMS), text, message["kind"] == "tail")


def _skipped(message: dict[str, Any]) -> Skipped:
    return Skipped(number_in(message.get("count")))


def _ask(message: dict[str, Any]) -> Ask:
    function = one_of(message.get("function"), _FUNCTIONS)
    prompts = texts_in(message.get("prompts"), MAX_PROMPTS, None)
    contexts = _contexts(message)
    schema = message.get("schema")
    line = message.get("line")
    if not prompts or len(contexts) != (len(prompts) if function.startswith("rlm") else 0):
        raise FrameRefused("The child sent a question with the wrong number of prompts or contexts.")
    if schema is not None and not isinstance(schema, dict):
        raise FrameRefused("The child sent a question with a schema that is no object.")
    asked = Asked(
        function=function,
        prompts=prompts,
        contexts=contexts,
        model=optional_text_in(message.get("model"), MAX_SHORT),
        schema=schema,
        line=None if line is None else number_in(line),
    )
    return Ask(number_in(message.get("id")), asked)


def _contexts(message: dict[str, Any]) -> tuple[Any, ...]:
    """Put the ranges of the corpus in the places of the contexts they stand for."""
    contexts = list_in(message.get("contexts"), MAX_PROMPTS)
    for range_told in list_in(message.get("ranges", []), MAX_PROMPTS):
        numbers = tuple(map(number_in, list_in(range_told, 3)))
        if len(numbers) != 3 or numbers[0] >= len(contexts) or numbers[1] > numbers[2]:
            raise FrameRefused("The child sent a range of the corpus that is none.")
        contexts[numbers[0]] = ContextRange(numbers[1], numbers[2])
    return tuple(contexts)


def _budget(message: dict[str, Any]) -> AskBudget:
    return AskBudget(number_in(message.get("id")))


def _search(message: dict[str, Any]) -> AskSearch:
    k = number_in(message.get("k"))
    if k > MAX_SEARCH_HITS:
        raise FrameRefused("The child asked for too many passages.")
    return AskSearch(number_in(message.get("id")), Searched(text_in(message.get("query"), MAX_QUERY), k))


def _done(message: dict[str, Any]) -> Done:
    return Done(
        error=optional_in(message.get("error"), _error),
        variables=tuple(_variable(object_in(note)) for note in list_in(message.get("variables"), MAX_VARIABLES)),
        answer=optional_in(message.get("answer"), _answer),
        refused=optional_text_in(message.get("refused"), MAX_SHORT),
        draft=text_in(message.get("draft"), MAX_ANSWER),
    )


def _value(message: dict[str, Any]) -> Value:
    return Value(optional_text_in(message.get("text"), MAX_ANSWER))


_READERS: Mapping[str, Callable[[dict[str, Any]], Frame]] = {
    "hello": _hello,
    "booted": _booted,
    "output": _output,
    "tail": _output,
    "skipped": _skipped,
    "ask": _ask,
    "budget": _budget,
    "search": _search,
    "done": _done,
    "value": _value,
}


def _error(message: dict[str, Any]) -> BlockError:
    line = message.get("line")
    return BlockError(
        type=text_in(message.get("type"), 200),
        message=text_in(message.get("message"), MAX_SHORT),
        line=None if line is None else number_in(line),
        traceback=text_in(message.get("traceback"), MAX_SHORT),
    )


def _answer(message: dict[str, Any]) -> GivenAnswer:
    return GivenAnswer(text=text_in(message.get("text"), MAX_ANSWER), source=one_of(message.get("source"), _SOURCES))


def _variable(note: dict[str, Any]) -> VariableNote:
    changes: Mapping[str, Any] = {"new": "new", "changed": "changed", "deleted": "deleted"}
    return VariableNote(
        name=text_in(note.get("name"), 200),
        change=one_of(note.get("change"), changes),
        type=text_in(note.get("type", ""), 200),
        size=text_in(note.get("size", ""), 200),
        preview=text_in(note.get("preview", ""), 200),
        fingerprint=text_in(note.get("fingerprint", ""), 32),
    )
