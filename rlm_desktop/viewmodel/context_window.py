"""What stands in the root LM's window at a turn: each message, and how it changed since the turn before."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

from rlm_desktop.trace.events import CallFinished, CallStarted, RunStarted
from rlm_desktop.trace.facts import Message, ModelFacts, Usage
from rlm_desktop.trace.ids import NodeId
from rlm_desktop.trace.nodes import Node
from rlm_desktop.trace.tree import Trace
from rlm_desktop.viewmodel.relatives import run_of

Fate = Literal["new", "unchanged", "compacted", "gone"]
_SPEAKERS = frozenset(("root", "direct", "final"))


@dataclass(frozen=True, slots=True)
class Standing:
    """A message that stands in the window, or stood there a turn before."""

    message: Message
    fate: Fate

    @property
    def is_there(self) -> bool:
        """Whether it stands in the window now."""
        return self.fate in ("new", "unchanged")


@dataclass(frozen=True, slots=True, kw_only=True)
class ContextWindow:
    """The prompt of one call of the root LM."""

    call: NodeId
    turn: int
    """0 for a call outside of the turns."""
    newest: int
    """The number of the newest turn."""
    before: int | None
    """The turn that it is compared with."""
    model: str
    window_tokens: int | None
    input_tokens: int | None
    """As the provider counted; None until it has."""
    cached_tokens: int
    """How many of them it had in its prompt cache: the first ones."""
    messages: tuple[Standing, ...]


def context_of(trace: Trace, node: Node) -> ContextWindow | None:
    """Give the window at the turn that a node is in; for a run at its newest turn."""
    run = run_of(trace, node)
    turns = [trace.nodes[child] for child in run.children if trace.nodes[child].kind == "turn"]
    asked = _asked(trace, _upto(trace, node, run, turns))
    now = next(asked, None)
    if now is None:
        return None
    before = next(asked, None)
    was, started = before.started.prompt if before is not None else (), now.started
    finished = now.call.fact(CallFinished)
    used = finished.usage if finished is not None and finished.usage.input_tokens else Usage()
    facts = _facts(run, started.model)
    return ContextWindow(
        call=now.call.id,
        turn=now.turn,
        newest=turns[-1].number if turns else 0,
        before=before.turn if before is not None else None,
        model=started.model,
        window_tokens=facts.window_tokens if facts is not None else None,
        input_tokens=used.input_tokens or None,
        cached_tokens=used.cached_input_tokens,
        messages=tuple(compared(was, started.prompt, was_compacted(trace, now.call))),
    )


@dataclass(frozen=True, slots=True)
class _Asked:
    """A call of the root LM, and the number of its turn."""

    call: Node
    started: CallStarted
    turn: int


def _upto(trace: Trace, node: Node, run: Node, turns: list[Node]) -> list[Node]:
    """Give what may hold the call: the turn a node is in and those before; the run for calls outside of turns."""
    way = {above.id for above in trace.lineage(node.id)}
    inside = next((place for place, turn in enumerate(turns) if turn.id in way), None)
    if inside is not None:
        return turns[: inside + 1]
    is_outside = not turns or (node.kind == "call" and node.parent == run.id)
    return [*turns, run] if is_outside else turns


def _asked(trace: Trace, holders: list[Node]) -> Iterator[_Asked]:
    """Give the calls of the root LM, the newest first, as far as they are wanted; each costs a look at its entries."""
    for holder in reversed(holders):
        calls = [trace.nodes[child] for child in holder.children if trace.nodes[child].kind == "call"]
        for call in reversed(calls):
            started = call.fact(CallStarted)
            if started is not None and started.role in _SPEAKERS:
                yield _Asked(call, started, holder.number if holder.kind == "turn" else 0)
                break


def _facts(run: Node, model: str) -> ModelFacts | None:
    started = run.fact(RunStarted)
    known = (started.root, started.worker, *started.others) if started is not None else ()
    return next((facts for facts in known if facts.name == model), None)


def was_compacted(trace: Trace, call: Node) -> bool:
    """Tell whether older turns were summarised in the turn of a call, before it or after the one before."""
    holder = trace.nodes[call.parent] if call.parent is not None else call
    roles = (trace.nodes[child].fact(CallStarted) for child in holder.children if trace.nodes[child].kind == "call")
    return any(started is not None and started.role == "compaction" for started in roles)


def compared(was: Sequence[Message], now: Sequence[Message], is_compacted: bool) -> list[Standing]:
    """Say of each message whether it is new; what is no longer sent stands where it was."""
    left: Fate = "compacted" if is_compacted else "gone"
    found: list[Standing] = []
    for _, first, last, new_first, new_last in SequenceMatcher(None, was, now, autojunk=False).get_opcodes():
        same = was[first:last] == now[new_first:new_last]
        if same:
            found += [Standing(message, "unchanged") for message in now[new_first:new_last]]
        else:
            found += [Standing(message, left) for message in was[first:last]]
            found += [Standing(message, "new") for message in now[new_first:new_last]]
    return found
