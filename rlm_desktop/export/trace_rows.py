"""What a node's own line says in an exported trace, in the words of the window's row, and which rows are open first."""

from collections import Counter
from dataclasses import dataclass

from rlm_desktop.trace.events import AnswerGiven
from rlm_desktop.trace.ids import NodeId
from rlm_desktop.trace.nodes import Node
from rlm_desktop.trace.rows import LARGEST_BATCH_OPENED, Badge, Tint, cell_text, make_row
from rlm_desktop.trace.tree import Trace


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenRow:
    """A node's row in words. `status` is empty where it is done; `share` goes from 0 to 1."""

    tint: Tint
    prefix: str
    title: str
    note: str
    note_tint: Tint
    badges: tuple[Badge, ...]
    share: float | None
    share_tint: Tint
    cost: str
    calls: str
    time: str
    status: str


def written_row(trace: Trace, node: Node) -> WrittenRow:
    """Say what a node's row shows while it is closed."""
    tally = Counter(trace.nodes[child].status for child in node.children) if node.kind == "batch" else None
    row = make_row(trace, node, False if node.children else None, tally)
    return WrittenRow(
        tint=row.tint,
        prefix=row.prefix,
        title=row.title,
        note=row.note,
        note_tint=row.note_tint,
        badges=row.badges,
        share=row.share,
        share_tint=row.share_tint,
        cost=cell_text(trace, node, 2),
        calls=cell_text(trace, node, 3),
        time=cell_text(trace, node, 4),
        status=_STATUSES.get(node.status, node.status),
    )


_STATUSES: dict[str, str] = {"done": "", "running": "unfinished"}


def opened_first(trace: Trace) -> set[NodeId]:
    """Give the rows to open: those on the way to an error, to the answer and to what never ended."""
    opened = {trace.root.id} if trace.root is not None else set()
    for failed in trace.errors():
        _open(trace, trace.nodes[failed].parent, opened)
    for unfinished in trace.open:
        _open(trace, trace.nodes[unfinished].parent, opened)
    for child in trace.root.children if trace.root is not None else ():
        given = trace.nodes[child].fact(AnswerGiven)
        step = trace.nodes.get(given.step) if given is not None and given.step is not None else None
        if step is not None:
            _open(trace, step.parent, opened)
    return opened


def _open(trace: Trace, node_id: NodeId | None, opened: set[NodeId]) -> None:
    """Open a node and all above it, but no row of very many calls."""
    for node in trace.lineage(node_id):
        if node.kind != "batch" or len(node.children) <= LARGEST_BATCH_OPENED:
            opened.add(node.id)
