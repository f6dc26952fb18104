"""Which kept texts an event refers to, and so which rows hold a text."""

from collections.abc import Iterable, Iterator
from dataclasses import fields
from functools import cache
from typing import Any

from rlm_desktop.trace.events import CallStarted, Entry, Event
from rlm_desktop.trace.facts import Message
from rlm_desktop.trace.ids import Digest, NodeId
from rlm_desktop.trace.texts import TextRef


class References:
    """Tells the texts that are new at each entry: a root LM's prompt repeats all that it was sent before."""

    def __init__(self) -> None:
        self._repeated: set[Digest] = set()

    def of(self, event: Event) -> Iterator[Digest]:
        """Give the texts of an event, those of a conversation only where they come first."""
        for digest in texts_of(event):
            if isinstance(event, CallStarted) and event.role != "worker":
                if digest in self._repeated:
                    continue
                self._repeated.add(digest)
            yield digest


def texts_of(event: Event) -> Iterator[Digest]:
    """Give every kept text that an event refers to."""
    kind: type = type(event)
    for name in _names(kind):
        value = getattr(event, name)
        if isinstance(value, TextRef):
            yield value.digest
        elif isinstance(value, tuple) and value and isinstance(value[0], Message):
            yield from (message.text.digest for message in value)


@cache
def _names(kind: type[Any]) -> tuple[str, ...]:
    """Give the names of an event's fields; asked of a million events, it is looked up once for each kind."""
    return tuple(field.name for field in fields(kind))


def holders_of(wanted: set[Digest], held: Iterable[tuple[NodeId, Entry]]) -> set[NodeId]:
    """Give the nodes whose entries hold one of these texts; entries come in the order of the journal."""
    references = References()
    return {node for node, entry in held for digest in references.of(entry.event) if digest in wanted}
