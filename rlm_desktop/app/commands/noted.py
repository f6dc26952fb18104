"""What readers wrote on the nodes of a run, as lines of text."""

from collections.abc import Iterator, Mapping

from rlm_desktop.app.commands.terminal import tame
from rlm_desktop.trace.ids import NodeId
from rlm_desktop.trace.notes import HIGHEST_SCORE, NodeNote
from rlm_desktop.trace.places import node_place
from rlm_desktop.trace.tree import Trace


def lines(trace: Trace, notes: Mapping[NodeId, NodeNote]) -> Iterator[str]:
    """Give all notes and pins in the order of their nodes, each note whole."""
    if not notes:
        return
    yield "\nNotes and pins"
    for node in trace.walk():
        note = notes.get(node.id)
        if note is not None:
            marks = "; ".join(_marks(note))
            yield f"  {node_place(trace, node)}" + (f"  [{tame(marks)}]" if marks else "")
            yield from (f"    {tame(line)}".rstrip() for line in note.text.splitlines())


def _marks(note: NodeNote) -> Iterator[str]:
    if note.is_pinned:
        yield "pinned"
    if note.score is not None:
        yield f"score {note.score} of {HIGHEST_SCORE}"
    yield from note.labels
