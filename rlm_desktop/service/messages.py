"""What the window and the engine process say to each other: commands go down, facts come up."""

import json
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal, get_args

from pydantic import TypeAdapter, ValidationError

from rlm_desktop.service.errors import BadFrame
from rlm_desktop.service.spec import RunSpec
from rlm_desktop.storage.codec import decode, encode
from rlm_desktop.trace.events import Entry
from rlm_desktop.trace.ids import RunId

DocumentState = Literal["queued", "reading", "ready", "failed", "noted"]
"""A noted one is no document: its `reason` says what it leaves out of the folder, as a .gitignore does."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadDocuments:
    """Read the files at and below these paths, and tell about each under this number."""

    request: int
    paths: tuple[str, ...]
    left_out: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class StartRun:
    """Begin a run under an id that the window chose."""

    spec: RunSpec
    run: RunId


@dataclass(frozen=True, slots=True, kw_only=True)
class StopRun:
    """Stop a run now; what was paid for is kept."""

    run: RunId


@dataclass(frozen=True, slots=True, kw_only=True)
class FinishRun:
    """Let a run end with what it has."""

    run: RunId


@dataclass(frozen=True, slots=True, kw_only=True)
class ListModels:
    """Tell which models can be used here, and which this server has."""

    base_url: str | None = None


Command = ReadDocuments | StartRun | StopRun | FinishRun | ListModels


@dataclass(frozen=True, slots=True, kw_only=True)
class EngineReady:
    """The engine takes commands. `interrupted` names the runs that an earlier engine left unfinished."""

    isolation: str
    """How model code is held here, in words."""
    isolation_meaning: str
    """What that stops and what it does not."""
    can_run_code: bool
    interrupted: tuple[RunId, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentSeen:
    """How far the reading of a file is; `reason` says why it failed, or what a text that is ready lacks."""

    request: int
    path: str
    name: str
    state: DocumentState
    kind: str = ""
    pages: int | None = None
    characters: int = 0
    size_bytes: int = 0
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentsRead:
    """Every file of a request is ready or failed."""

    request: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RunAccepted:
    """The run is in the journal; its entries follow."""

    run: RunId


@dataclass(frozen=True, slots=True, kw_only=True)
class RunRefused:
    """The run did not begin; `reason` is a sentence for the user. Nothing else follows about it."""

    run: RunId
    reason: str
    error_kind: str = ""
    """The name of the error's class, by which the window knows what would help."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entries:
    """What happened in a run since the last message; already in the journal, but for streamed pieces of replies."""

    run: RunId
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RunEnded:
    """The run is over and nothing more comes of it."""

    run: RunId


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelListed:
    """A model that can be used here, and where text sent to it goes."""

    name: str
    note: str
    goes_to: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelsListed:
    """The models that can be used here."""

    models: tuple[ModelListed, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class EngineFault:
    """Something went wrong in the engine. With `has_ended` the process is gone and its runs with it."""

    text: str
    has_ended: bool = False


Fact = (
    EngineReady
    | DocumentSeen
    | DocumentsRead
    | RunAccepted
    | RunRefused
    | Entries
    | RunEnded
    | ModelsListed
    | EngineFault
)


def pack(message: Command | Fact) -> bytes:
    """Write a message as JSON: its kind and its fields."""
    body: Any
    if isinstance(message, Entries):
        body = {"run": message.run, "entries": [_row(entry) for entry in message.entries]}
    else:
        body = _adapter(type(message).__name__).dump_python(message)
    # The standard library, because strings may hold lone surrogates: file names do.
    return json.dumps([type(message).__name__, body]).encode()


def unpack(data: bytes) -> Command | Fact:
    """Read a message; raises `BadFrame`."""
    try:
        kind, body = json.loads(data)
        if kind == Entries.__name__:
            return Entries(run=RunId(body["run"]), entries=tuple(map(_entry, body["entries"])))
        message: Command | Fact = _adapter(kind).validate_python(body)
    except (ValueError, TypeError, KeyError, ValidationError) as error:
        raise BadFrame(f"The engine and the window do not understand each other: {error}.") from error
    return message


def _row(entry: Entry) -> list[Any]:
    return [entry.seq, entry.at, entry.event.kind, encode(entry.event)]


def _entry(row: list[Any]) -> Entry:
    seq, at, kind, body = row
    return Entry(seq, at, decode(kind, body))


@cache
def _adapter(kind: str) -> TypeAdapter[Any]:
    return TypeAdapter(_classes()[kind])


@cache
def _classes() -> dict[str, type[Any]]:
    return {cls.__name__: cls for cls in (*get_args(Command), *get_args(Fact))}
