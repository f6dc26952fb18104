"""Runs whose words are altered on the way out; numbers, times and the shape of the run stay as they are."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import fields, is_dataclass, replace
from functools import cache
from typing import Any, Literal, Protocol, get_args, get_origin, get_type_hints

from rlm_desktop.corpus.store.carrying import Carried
from rlm_desktop.export.recorded import RecordedRun
from rlm_desktop.trace.events import Entry, Event, UnknownEvent
from rlm_desktop.trace.ids import Digest, NodeId, RunId
from rlm_desktop.trace.notes import NodeNote
from rlm_desktop.trace.texts import TextRef, reference_to


class Change(Protocol):
    """What becomes of words."""

    def text(self, reference: TextRef, load: Callable[[Digest], str], /) -> str | None:
        """Give what stands in a kept text's place; None when it stays."""

    def words(self, owner: type[Any], field: str, words: str, /) -> str:
        """Give what stands in place of one field of an event or of a fact in it."""

    def unknown(self, data: dict[str, Any], /) -> dict[str, Any]:
        """Give what stands in place of an event that a newer version wrote."""

    def note(self, note: NodeNote, /) -> NodeNote:
        """Give what stands in place of a note."""


class RewrittenRun:
    """A run with a change made to all its words."""

    def __init__(self, run: RecordedRun, change: Change, *, name: str, tags: tuple[str, ...], left_out: str) -> None:
        self._run = run
        self._change = change
        self._new: dict[Digest, TextRef] = {}
        self._changed: dict[Digest, str] = {}
        self.name = name
        self.tags = tags
        self._left_out = left_out

    @property
    def run(self) -> RunId:
        """Its id."""
        return self._run.run

    @property
    def notes(self) -> Mapping[NodeId, NodeNote]:
        """What its reader wrote on its nodes, changed like all else."""
        return {node: self._change.note(note) for node, note in self._run.notes.items()}

    @property
    def left_out(self) -> Sequence[str]:
        """What was taken out of it."""
        return (*self._run.left_out, self._left_out)

    def documents(self) -> Iterator[Carried]:
        """Give no documents: they would have to be others than those that were read."""
        return iter(())

    def entries(self) -> Iterator[Entry]:
        """Give its entries with changed words."""
        for entry in self._run.entries():
            yield Entry(entry.seq, entry.at, self._event(entry.event))

    def text(self, digest: Digest) -> str:
        """Give a text that one of its entries refers to."""
        changed = self._changed.get(digest)
        return self._run.text(digest) if changed is None else changed

    def _event(self, event: Event) -> Event:
        if isinstance(event, UnknownEvent):
            return replace(event, data=self._change.unknown(event.data))
        changed: Event = self._value(event)
        return changed

    def _value(self, value: Any) -> Any:
        if isinstance(value, TextRef):
            return self._reference(value)
        if isinstance(value, tuple):
            return tuple(map(self._value, value))
        if not is_dataclass(value) or isinstance(value, type):
            return value
        altered = {name: self._field(value, name) for name in _worded(type(value))}
        different = {name: new for name, new in altered.items() if new != getattr(value, name)}
        return replace(value, **different) if different else value

    def _field(self, owner: Any, name: str) -> Any:
        value = getattr(owner, name)
        if isinstance(value, str):
            return self._change.words(type(owner), name, value)
        if isinstance(value, tuple) and value and isinstance(value[0], str):
            return tuple(self._change.words(type(owner), name, words) for words in value)
        return self._value(value)

    def _reference(self, reference: TextRef) -> TextRef:
        if reference.digest not in self._new:
            new = self._change.text(reference, self._run.text)
            self._new[reference.digest] = reference if new is None else reference_to(new)
            if new is not None:
                self._changed[self._new[reference.digest].digest] = new
        return self._new[reference.digest]


@cache
def _worded(owner: type[Any]) -> tuple[str, ...]:
    """Name the fields that may hold words."""
    hints = get_type_hints(owner)
    return tuple(one.name for one in fields(owner) if _may_hold_words(hints[one.name]))


def _may_hold_words(hint: Any) -> bool:
    """Tell whether a value of this type may hold words; numbers and closed sets of values hold none."""
    if get_origin(hint) is Literal:
        return False
    if get_args(hint):
        return any(map(_may_hold_words, get_args(hint)))
    return hint is str or is_dataclass(hint)
