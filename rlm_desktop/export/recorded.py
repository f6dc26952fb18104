"""A recorded run as the exports see it: its entries, its texts, and what its reader wrote on it."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Protocol

from rlm_desktop.corpus.store.carrying import Carried
from rlm_desktop.trace.events import Entry
from rlm_desktop.trace.ids import Digest, NodeId, RunId
from rlm_desktop.trace.notes import NodeNote
from rlm_desktop.trace.texts import TextRef
from rlm_desktop.trace.tree import Trace

LOST = "[this text is lost]"


class RecordedRun(Protocol):
    """A run with nothing in it that must not leave: a format writes whatever it finds here."""

    @property
    def run(self) -> RunId:
        """Its id."""

    @property
    def name(self) -> str:
        """The name that its reader gave it; empty where the question is its name."""

    @property
    def tags(self) -> tuple[str, ...]:
        """The tags that its reader gave it."""

    @property
    def notes(self) -> Mapping[NodeId, NodeNote]:
        """What its reader wrote on its nodes."""

    @property
    def left_out(self) -> Sequence[str]:
        """What was taken out of it, each a sentence that the file has to hold."""

    def documents(self) -> Iterator[Carried]:
        """Give the documents that it read; none where they are left out or no longer kept."""

    def entries(self) -> Iterator[Entry]:
        """Give its entries in order, from the first; each call begins anew."""

    def text(self, digest: Digest) -> str:
        """Give a kept text; `LOST` where it is damaged or gone."""


def trace_of(run: RecordedRun) -> Trace:
    """Fold a run into its tree, as every view does."""
    return Trace(run.entries())


def whole_text(run: RecordedRun, reference: TextRef | None) -> str:
    """Give the text of a reference; empty without one."""
    return "" if reference is None else run.text(reference.digest)
