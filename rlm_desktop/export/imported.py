"""A run that comes from a file: what the journal needs to take it in as if it had been recorded here."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from rlm_desktop.trace.events import Event
from rlm_desktop.trace.ids import NodeId, RunId
from rlm_desktop.trace.notes import NodeNote


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportedRun:
    """A run out of a file."""

    run: RunId | None
    """The id it had; None where its file knows none, so that it gets a new one."""
    events: Iterator[tuple[float, Event]]
    """What happened and when (Unix, seconds), in order, each `TextKept` before the event that refers to it.

    Going on may raise `BadImport`.
    """
    name: str = ""
    tags: tuple[str, ...] = ()
    notes: Mapping[NodeId, NodeNote] = field(default_factory=dict)
