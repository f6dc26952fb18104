"""What each kind of event does to the tree, one small function a kind."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Protocol

from rlm_desktop.trace.changes import Change, Closing
from rlm_desktop.trace.events import (
    AnswerGiven,
    CallFinished,
    CallHeld,
    CallReleased,
    CallRetried,
    CallStarted,
    ChoiceAsked,
    ChoiceMade,
    Entry,
    EvidenceChecked,
    GateSpoke,
    LimitReached,
    LimitsChanged,
    Noticed,
    OutputPrinted,
    ReplyGrew,
    RunFinished,
    RunStarted,
    StepFinished,
    StepStarted,
    SubcallsQueued,
    TextKept,
    TextSent,
    TurnStarted,
    UnknownEvent,
)
from rlm_desktop.trace.facts import RunStatus
from rlm_desktop.trace.ids import NodeId
from rlm_desktop.trace.nodes import Node, NodeKind, NodeStatus
from rlm_desktop.trace.reask_events import CallsReasked, ReaskEnded
from rlm_desktop.trace.totals import Totals, totals_of_call, totals_of_retry, totals_of_wait

BATCH_FROM = 8
"""So many sibling calls of one call site and more become one row."""

_STATUS_AFTER: dict[RunStatus, NodeStatus] = {
    "answered": "done",
    "partial": "partial",
    "failed": "failed",
    "cancelled": "cancelled",
    "interrupted": "interrupted",
}


class Tree(Protocol):
    """What folding reads of the tree; it never writes."""

    @property
    def nodes(self) -> Mapping[NodeId, Node]:
        """Every node by its id."""
        ...

    @property
    def root(self) -> Node | None:
        """The run."""
        ...

    @property
    def open(self) -> dict[NodeId, None]:
        """The nodes that still go on."""
        ...

    def lineage(self, node_id: NodeId | None) -> Iterator[Node]:
        """Give the node and its ancestors, innermost first."""
        ...


def change_for(tree: Tree, entry: Entry) -> Change:
    """Tell what an entry does to the tree."""
    fold = _FOLDS.get(type(entry.event), _nothing)
    change = fold(tree, entry, entry.event)
    change.touched = _touched(tree, change)
    return change


def _touched(tree: Tree, change: Change) -> tuple[NodeId, ...]:
    start = change.inserted.parent if change.inserted else change.subject
    ids = {node.id: None for node in tree.lineage(start)}
    for closing in change.closings:
        ids.update((node.id, None) for node in tree.lineage(closing.node))
    if change.titled is not None:
        ids[change.titled] = None
    return tuple(ids)


def _nothing(_tree: Tree, entry: Entry, _event: Any) -> Change:
    return Change(entry=entry, subject=None)


def _about(tree: Tree, entry: Entry, node: NodeId, **what: Any) -> Change:
    known = node if node in tree.nodes else (tree.root.id if tree.root else None)
    return Change(entry=entry, subject=known, **(what if known == node else {}))


def _node(
    tree: Tree, entry: Entry, kind: NodeKind, title: str, parent: NodeId | None, *, number: int | None = None
) -> Node:
    """Make a row; below the run if a damaged journal names a parent that is not there."""
    if parent not in tree.nodes:
        parent = tree.root.id if tree.root else None
    return Node(
        id=NodeId(-entry.seq),
        parent=parent,
        kind=kind,
        title=title,
        status="done",
        depth=tree.nodes[parent].depth if parent is not None else 0,
        number=number or 0,
        started=entry.at,
    )


def _opened(node: Node, node_id: NodeId) -> Node:
    """Make a row that goes on, under the engine's own number."""
    node.id = node_id
    node.status = "running"
    return node


def _new(tree: Tree, entry: Entry, node: Node, **what: Any) -> Change:
    """Insert the row, unless its number is taken or there is no run to put it in."""
    if node.id in tree.nodes:
        return Change(entry=entry, subject=node.id)
    if node.parent is None and node.kind != "run":
        return Change(entry=entry, subject=None)
    return Change(entry=entry, subject=None, inserted=node, **what)


def _below(tree: Tree, top: NodeId) -> list[Node]:
    """Give the open nodes below `top`, innermost last."""
    if top in tree.nodes and not tree.nodes[top].open_children:
        return []
    below = [tree.nodes[node] for node in tree.open if node != top]
    return [node for node in below if any(above.id == top for above in tree.lineage(node.id))]


def _closing(node: Node, status: NodeStatus, at: float) -> Closing:
    return Closing(node=node.id, status=status, seconds=max(0.0, at - node.started))


def _run_started(tree: Tree, entry: Entry, event: RunStarted) -> Change:
    parent = event.batch if event.batch in tree.nodes else event.parent
    node = _opened(_node(tree, entry, "run", event.title, parent, number=_place(event.position)), event.run)
    node.depth = event.depth
    return _new(tree, entry, node)


def _place(position: int | None) -> int:
    return 0 if position is None else position + 1


def _turn_started(tree: Tree, entry: Entry, event: TurnStarted) -> Change:
    node = _opened(_node(tree, entry, "turn", "", event.run, number=event.number), event.turn)
    earlier = [tree.nodes[node_id] for node_id in tree.open]
    closings = [
        _closing(turn, "done", entry.at) for turn in earlier if turn.kind == "turn" and turn.parent == event.run
    ]
    return _new(tree, entry, node, closings=tuple(closings))


def _subcalls_queued(tree: Tree, entry: Entry, event: SubcallsQueued) -> Change:
    if event.count < BATCH_FROM:
        return _about(tree, entry, event.step)
    return _new(tree, entry, _opened(_node(tree, entry, "batch", event.function, event.step), event.batch))


def _call_started(tree: Tree, entry: Entry, event: CallStarted) -> Change:
    parent = event.batch if event.batch in tree.nodes else event.parent
    node = _opened(_node(tree, entry, "call", event.label, parent, number=_place(event.position)), event.call)
    return _new(tree, entry, node, added=Totals(calls=1, in_flight=1))


def _call_retried(tree: Tree, entry: Entry, event: CallRetried) -> Change:
    call = tree.nodes.get(event.call)
    added = totals_of_retry(call.totals) if call is not None and call.is_open else Totals(retries=1)
    return _about(tree, entry, event.call, added=added)


def _call_waits(tree: Tree, entry: Entry, event: CallHeld | CallReleased) -> Change:
    call = tree.nodes.get(event.call)
    is_held = isinstance(event, CallHeld)
    added = totals_of_wait(call.totals, is_held=is_held) if call is not None and call.is_open else None
    return _about(tree, entry, event.call, added=added)


def _reply_grew(tree: Tree, entry: Entry, event: ReplyGrew) -> Change:
    return Change(entry=entry, subject=event.call if event.call in tree.nodes else None)


def _call_finished(tree: Tree, entry: Entry, event: CallFinished) -> Change:
    call = tree.nodes.get(event.call)
    if call is None:
        return _about(tree, entry, event.call)
    closings = [Closing(node=event.call, status=event.status, seconds=event.seconds)]
    closings += _filled_batch(tree, call, entry.at)
    return _about(
        tree,
        entry,
        event.call,
        added=totals_of_call(event),
        closings=tuple(closings) if call.is_open else (),
        **_turn_title(tree, call, event.preview),
    )


def _turn_title(tree: Tree, call: Node, preview: str) -> dict[str, Any]:
    """A turn is called after what the root LM said first in it."""
    turn = tree.nodes.get(call.parent) if call.parent is not None else None
    is_named = turn is not None and turn.kind == "turn" and bool(preview)
    return {"title": preview, "titled": call.parent} if is_named else {}


def _filled_batch(tree: Tree, member: Node, at: float) -> list[Closing]:
    """Close the batch whose last open member this is."""
    batch = tree.nodes.get(member.parent) if member.parent is not None else None
    if batch is None or batch.kind != "batch" or not batch.is_open or batch.open_children > 1:
        return []
    queued = batch.fact(SubcallsQueued)
    return [_closing(batch, "done", at)] if queued and len(batch.children) >= queued.count else []


def _step_started(tree: Tree, entry: Entry, event: StepStarted) -> Change:
    node = _opened(_node(tree, entry, "step", event.title, event.turn, number=event.number), event.step)
    turn = tree.nodes.get(event.turn)
    names_turn = turn is not None and not turn.title
    return _new(tree, entry, node, **({"title": event.title, "titled": event.turn} if names_turn else {}))


def _output_printed(tree: Tree, entry: Entry, event: OutputPrinted) -> Change:
    step = tree.nodes.get(event.step)
    last = tree.nodes[step.children[-1]] if step and step.children else None
    if last is not None and last.kind == "output":
        return _about(tree, entry, last.id)
    return _new(tree, entry, _node(tree, entry, "output", event.preview, event.step))


def _step_finished(tree: Tree, entry: Entry, event: StepFinished) -> Change:
    status: NodeStatus = "failed" if event.error or event.killed else "done"
    left_open: NodeStatus = "cancelled" if status == "failed" else "done"
    closings = [_closing(node, left_open, entry.at) for node in _below(tree, event.step)]
    closings.append(Closing(node=event.step, status=status, seconds=event.seconds))
    added = Totals(errors=int(status == "failed"))
    return _about(tree, entry, event.step, added=added, closings=tuple(closings))


def _answer_given(tree: Tree, entry: Entry, event: AnswerGiven) -> Change:
    node = _node(tree, entry, "answer", event.preview, event.run)
    node.status = "partial" if event.partial else "done"
    return _new(tree, entry, node)


def _limit_reached(tree: Tree, entry: Entry, event: LimitReached) -> Change:
    return _new(tree, entry, _node(tree, entry, "limit", event.text, event.run))


def _gate_spoke(tree: Tree, entry: Entry, event: GateSpoke) -> Change:
    return _new(tree, entry, _node(tree, entry, "gate", event.text, event.parent))


def _choice_asked(tree: Tree, entry: Entry, event: ChoiceAsked) -> Change:
    parent = event.run if event.step is None else event.step
    return _new(tree, entry, _opened(_node(tree, entry, "choice", event.text, parent), event.choice))


def _choice_made(tree: Tree, entry: Entry, event: ChoiceMade) -> Change:
    choice = tree.nodes.get(event.choice)
    closings = (_closing(choice, "done", entry.at),) if choice is not None and choice.is_open else ()
    return _about(tree, entry, event.choice, closings=closings)


def _about_run(tree: Tree, entry: Entry, event: LimitsChanged | TextSent) -> Change:
    return _about(tree, entry, event.run)


def _noticed(tree: Tree, entry: Entry, event: Noticed) -> Change:
    node = _node(tree, entry, "notice", event.text, event.parent)
    node.status = "failed" if event.level == "error" else "done"
    return _new(tree, entry, node)


def _evidence_checked(tree: Tree, entry: Entry, event: EvidenceChecked) -> Change:
    return _about(tree, entry, event.run)


def _run_finished(tree: Tree, entry: Entry, event: RunFinished) -> Change:
    run = tree.nodes.get(event.run)
    if run is None or not run.is_open:
        return _about(tree, entry, event.run)
    status = _STATUS_AFTER[event.status]
    below: NodeStatus = "done" if status == "partial" else status
    # A run that was cut off gets this entry when somebody next looks, perhaps days after it ended.
    ended = min(entry.at, run.started + event.seconds)
    closings = [_closing(node, _end_below(node, below), ended) for node in _below(tree, event.run)]
    closings.append(Closing(node=event.run, status=status, seconds=event.seconds))
    closings += _filled_batch(tree, run, entry.at)
    added = Totals(errors=int(status == "failed"))
    return _about(tree, entry, event.run, added=added, closings=tuple(closings))


def _end_below(node: Node, status: NodeStatus) -> NodeStatus:
    """A turn in which the run failed did its own part; a call that was still out did not."""
    return "done" if status == "failed" and node.kind == "turn" else status


def _calls_reasked(tree: Tree, entry: Entry, event: CallsReasked) -> Change:
    asked = tree.nodes.get(event.of)
    title = f"{asked.title}, asked again" if asked is not None and asked.kind == "batch" else "asked again"
    return _new(tree, entry, _opened(_node(tree, entry, "batch", title, event.step), event.batch))


def _reask_ended(tree: Tree, entry: Entry, event: ReaskEnded) -> Change:
    batch = tree.nodes.get(event.batch)
    if batch is None or batch.kind != "batch" or not batch.is_open:
        return _about(tree, entry, event.batch)
    below: NodeStatus = "interrupted" if event.status == "interrupted" else "cancelled"
    ended = min(entry.at, batch.started + event.seconds)
    closings = [_closing(node, below, ended) for node in _below(tree, event.batch)]
    closings.append(Closing(node=event.batch, status=event.status, seconds=event.seconds))
    return _about(tree, entry, event.batch, closings=tuple(closings))


def _unknown(tree: Tree, entry: Entry, event: UnknownEvent) -> Change:
    return _new(tree, entry, _node(tree, entry, "unknown", event.kind.replace("_", " "), None))


_FOLDS: dict[type, Callable[[Tree, Entry, Any], Change]] = {
    TextKept: _nothing,
    RunStarted: _run_started,
    TurnStarted: _turn_started,
    SubcallsQueued: _subcalls_queued,
    CallStarted: _call_started,
    CallRetried: _call_retried,
    CallHeld: _call_waits,
    CallReleased: _call_waits,
    ReplyGrew: _reply_grew,
    CallFinished: _call_finished,
    StepStarted: _step_started,
    OutputPrinted: _output_printed,
    StepFinished: _step_finished,
    AnswerGiven: _answer_given,
    LimitReached: _limit_reached,
    GateSpoke: _gate_spoke,
    ChoiceAsked: _choice_asked,
    ChoiceMade: _choice_made,
    LimitsChanged: _about_run,
    TextSent: _about_run,
    Noticed: _noticed,
    EvidenceChecked: _evidence_checked,
    RunFinished: _run_finished,
    CallsReasked: _calls_reasked,
    ReaskEnded: _reask_ended,
    UnknownEvent: _unknown,
}
