"""Hands events out: one counter for all ids of a run tree, every text once and before the event that names it."""

import itertools
from collections.abc import Callable, Sequence

from rlm_desktop.lm.protocol import ChatMessage
from rlm_desktop.trace.events import Event, TextKept
from rlm_desktop.trace.facts import Message
from rlm_desktop.trace.ids import Digest, NodeId
from rlm_desktop.trace.texts import TextRef, reference_to

Emit = Callable[[Event], None]


class Recorder:
    """The one pen that writes a run tree's events."""

    def __init__(self, emit: Emit, last_id: int = 0) -> None:
        self._emit = emit
        self._ids = itertools.count(last_id + 1)
        self._kept: set[Digest] = set()

    def new_id(self) -> NodeId:
        """Give the next number."""
        return NodeId(next(self._ids))

    def emit(self, event: Event) -> None:
        """Pass one event on."""
        self._emit(event)

    def keep(self, text: str) -> TextRef:
        """Give the reference to a text, after bringing the text itself the first time."""
        reference = reference_to(text)
        if reference.digest not in self._kept:
            self._kept.add(reference.digest)
            self._emit(TextKept(digest=reference.digest, text=text))
        return reference

    def keep_messages(self, messages: Sequence[ChatMessage]) -> tuple[Message, ...]:
        """Give a prompt by reference."""
        return tuple(Message(role=message.role, text=self.keep(message.text)) for message in messages)
