"""What was asked again after a run had ended, and how many calls a batch has."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Protocol

from rlm_desktop.trace.events import SubcallsQueued, TextSent
from rlm_desktop.trace.facts import SentText
from rlm_desktop.trace.ids import NodeId
from rlm_desktop.trace.nodes import Node
from rlm_desktop.trace.reask_events import CallsReasked


class Nodes(Protocol):
    """A tree, as far as it is looked at here."""

    @property
    def nodes(self) -> Mapping[NodeId, Node]:
        """Every node by its id."""
        ...


def queued_in(batch: Node) -> int:
    """Give how many calls a batch has or will have, as it was told when it began; 0 for what is none."""
    if batch.kind != "batch":
        return 0
    queued, reasked = batch.fact(SubcallsQueued), batch.fact(CallsReasked)
    if queued is not None:
        return queued.count
    return len(reasked.calls) if reasked is not None else 0


def reasks_of(tree: Nodes, batch: Node) -> Sequence[Node]:
    """Give the batches in which calls of this one were asked again, oldest first."""
    above = tree.nodes.get(batch.parent) if batch.parent is not None else None
    latest_first = [] if above is None else list(_reasks_at_the_end(tree, above))
    return [node for node, fact in reversed(latest_first) if fact.of == batch.id]


def _reasks_at_the_end(tree: Nodes, step: Node) -> Iterator[tuple[Node, CallsReasked]]:
    """They come after all else that a step did, so the many calls before them are not looked at."""
    for child in map(tree.nodes.__getitem__, reversed(step.children)):
        fact = child.fact(CallsReasked) if child.kind == "batch" else None
        if fact is None:
            return
        yield child, fact


def sent_in(run: Node | None) -> tuple[SentText, ...]:
    """Give what of which document was sent where in a run and in all that was asked again since."""
    sums: dict[tuple[str, str, str], int] = {}
    for told in run.facts(TextSent) if run is not None else ():
        for row in told.sent:
            key = (row.document, row.model, row.goes_to)
            sums[key] = sums.get(key, 0) + row.characters
    return tuple(
        SentText(document=document, model=model, goes_to=goes_to, characters=characters)
        for (document, model, goes_to), characters in sums.items()
    )
