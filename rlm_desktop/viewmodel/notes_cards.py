"""What the reader wrote, as cards: on one node, and the list of all notes and pins of a run."""

from collections.abc import Iterable

from rlm_desktop.trace.nodes import Node
from rlm_desktop.trace.notes import HIGHEST_SCORE, NodeNote
from rlm_desktop.trace.places import node_place
from rlm_desktop.trace.rows import PIN
from rlm_desktop.trace.tree import Trace
from rlm_desktop.trace.wording import one_line, plural
from rlm_desktop.viewmodel.cards import Card, Cell, TableBody
from rlm_desktop.viewmodel.detail_cards import prose_card


def note_cards(note: NodeNote | None) -> list[Card]:
    """Show what is written on a node; a pin alone is seen on its row."""
    if note is None:
        return []
    score = "" if note.score is None else f"★ {note.score} of {HIGHEST_SCORE}"
    labels, pin = _labels(note), f"{PIN} pinned" if note.is_pinned else ""
    if note.text:
        return [prose_card("Your note", "accent", note.text, note=labels, meta=_joined(score, pin))]
    return [prose_card("Your note", "accent", _joined(score, labels), meta=pin)] if score or labels else []


def list_cards(trace: Trace, notes: Iterable[NodeNote]) -> list[Card]:
    """List all notes and pins of a run in the order of its nodes; a row leads to its node."""
    by_node = {note.node: note for note in notes}
    if not by_node:
        return []
    here = [node for node in trace.walk() if node.id in by_node]
    rows = tuple(_row(trace, node, by_node[node.id]) for node in here)
    texts = sum(bool(note.text) for note in by_node.values())
    pins = sum(note.is_pinned for note in by_node.values())
    counts = (plural(texts, "note") if texts else "", plural(pins, "pin") if pins else "")
    missing = len(by_node) - len(here)
    return [
        Card(
            title="Notes and pins of this run",
            tint="accent",
            meta=_joined(*counts),
            body=TableBody(rows=rows, stretch=2),
            left_out=f"{missing:,} more on what had not happened yet" if missing else "",
        )
    ]


def _row(trace: Trace, node: Node, note: NodeNote) -> tuple[Cell, ...]:
    words = "  ".join(part for part in (one_line(note.text, 200), _labels(note)) if part)
    return (
        Cell(text=PIN if note.is_pinned else " ", tint="accent", node=node.id),
        Cell(text=node_place(trace, node), tint="muted", node=node.id),
        Cell(text=words or one_line(node.title, 200), node=node.id),
        Cell(text="" if note.score is None else f"★ {note.score}", tint="accent", node=node.id),
    )


def _labels(note: NodeNote) -> str:
    return " ".join(f"# {label}" for label in note.labels)


def _joined(*parts: str) -> str:
    return " · ".join(part for part in parts if part)
