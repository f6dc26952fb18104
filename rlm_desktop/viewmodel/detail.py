"""What the detail pane shows for a node: the way to it, and the cards of each tab."""

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Literal, get_args

from rlm_desktop.trace.events import Entry, RunStarted, StepFinished
from rlm_desktop.trace.ids import NodeId
from rlm_desktop.trace.nodes import Node
from rlm_desktop.trace.notes import NodeNote
from rlm_desktop.trace.rows import tint_of
from rlm_desktop.trace.texts import TextRef
from rlm_desktop.trace.tree import Trace
from rlm_desktop.trace.wording import plural
from rlm_desktop.viewmodel.cards import Card, Crumb, TextBody
from rlm_desktop.viewmodel.detail_cards import (
    Texts,
    changes_card,
    code_card,
    output_cards,
    prompt_cards,
    prose_card,
    reply_cards,
)
from rlm_desktop.viewmodel.notes_cards import list_cards, note_cards
from rlm_desktop.viewmodel.relatives import above, root_call_of, run_of, step_of, steps_of
from rlm_desktop.viewmodel.story import answer_cards, story

Tab = Literal["Story", "Prompt", "Context", "Reply", "Code + output", "Variables", "Sources", "Raw"]
TABS: tuple[Tab, ...] = get_args(Tab)


class Detail:
    """Reads one node of a trace for the pane; a tab's texts are loaded when the tab is asked for."""

    def __init__(
        self, trace: Trace, node: NodeId, load: Callable[[TextRef], str], notes: Sequence[NodeNote] = ()
    ) -> None:
        self.trace = trace
        self._notes = notes
        self.node = trace.nodes[node]
        self.texts = Texts(load)

    def crumbs(self) -> tuple[Crumb, ...]:
        """Give the way from the run to the node, the run first."""
        way = [node for node in self.trace.lineage(self.node.id) if node.kind != "batch" or node is self.node]
        return tuple(self._crumb(node) for node in reversed(way))

    def cards(self, tab: Tab) -> list[Card]:
        """Give what a tab shows; empty where the tab has nothing for this node."""
        makers: dict[Tab, Callable[[], list[Card]]] = {
            "Story": self._story,
            "Prompt": self._prompt,
            "Context": list,
            "Reply": self._reply,
            "Code + output": self._code,
            "Variables": self._variables,
            # Looked up in a thread, and shown by a page of its own.
            "Sources": list,
            "Raw": self._raw,
        }
        return makers[tab]()

    def why_empty(self, tab: Tab) -> str:
        """Say why a tab has nothing to show, and where to look."""
        return _EMPTY.get(tab, "Nothing is known about this yet.")

    def _crumb(self, node: Node) -> Crumb:
        return Crumb(node=node.id, text=_crumb_text(self.trace, node), tint=tint_of(node))

    def _story(self) -> list[Card]:
        """Tell what happened, under what the reader wrote about it."""
        written = note_cards(next((note for note in self._notes if note.node == self.node.id), None))
        listed = list_cards(self.trace, self._notes) if self.node.parent is None else []
        return [*written, *listed, *story(self.trace, self.node, self.texts)]

    def _call(self) -> Node | None:
        """The call whose prompt and reply belong to the node."""
        if self.node.kind == "call":
            return self.node
        for node in self.trace.lineage(self.node.id):
            if node.kind in ("turn", "run"):
                return root_call_of(self.trace, node)
        return None

    def _prompt(self) -> list[Card]:
        if self.node.kind == "batch":
            return []
        call = self._call()
        if call is not None:
            return prompt_cards(call, self.texts)
        started = self.node.fact(RunStarted)
        return [prose_card("Question", "text", self.texts.text(started.question))] if started else []

    def _reply(self) -> list[Card]:
        if self.node.kind == "batch":
            return []
        if self.node.kind in ("run", "answer"):
            return answer_cards(self.trace, run_of(self.trace, self.node), self.texts)
        call = self._call()
        return reply_cards(self.trace, call, self.texts) if call is not None else []

    def _code(self) -> list[Card]:
        step = step_of(self.trace, self.node)
        steps = [step] if step is not None else steps_of(self.trace, self.node)
        cards = [_left_out(len(steps) - _MOST_STEPS)] if len(steps) > _MOST_STEPS else []
        for each in steps[-_MOST_STEPS:]:
            cards.append(code_card(self.trace, each, self.texts))
            cards += output_cards(self.trace, each, self.texts, whole=True)
        return cards

    def _variables(self) -> list[Card]:
        step = self.step
        finished = step.fact(StepFinished) if step is not None else None
        return [changes_card(finished.variables)] if finished is not None and finished.variables else []

    @property
    def step(self) -> Node | None:
        """The step that the node is or that made it; of a turn its last one."""
        step = step_of(self.trace, self.node)
        if step is not None:
            return step
        turn = above(self.trace, self.node, "turn")
        steps = steps_of(self.trace, turn) if turn is not None and self.node.kind != "run" else []
        return steps[-1] if steps else None

    def _raw(self) -> list[Card]:
        entries = self.node.entries
        text = "\n".join(_entry_text(entry) for entry in entries)
        meta = plural(len(entries), "event")
        return [Card(title="Events", tint="muted", meta=meta, body=TextBody(text=text, language="json"))]


_MOST_STEPS = 20
"""Of a run's steps, the newest; a frame for each of hundreds would take seconds."""


def _left_out(count: int) -> Card:
    words = f"{plural(count, 'earlier step')} left out here. Pick a turn or a step to see its code and output."
    return prose_card("Earlier steps", "muted", words)


_EMPTY: dict[Tab, str] = {
    "Prompt": "No prompt belongs to this row. Pick a turn or a call to see what was sent.",
    "Context": "The root LM has not been asked yet. Its window is shown from its first turn on.",
    "Reply": "No reply belongs to this row yet. Pick a turn or a call to see what came back.",
    "Code + output": "No code ran here. Pick a turn or a step to see code and what it printed.",
    "Sources": "No text of its own belongs to this row. Pick a turn, a call, an output or the answer.",
    "Variables": "No variable has changed up to here. They appear when a step sets them.",
}


def _crumb_text(trace: Trace, node: Node) -> str:
    if node.parent is None:
        return "Run"
    if node.kind == "run":
        return f"child run {node.number}" if node.number else "child run"
    if node.kind == "call" and node.number:
        return f"call {node.number} of {len(trace.nodes[node.parent].children)}"
    return f"{node.kind} {node.number}" if node.number else node.kind


def _entry_text(entry: Entry) -> str:
    at = datetime.fromtimestamp(entry.at, UTC).isoformat(timespec="milliseconds")
    whole = {"seq": entry.seq, "at": at, **asdict(entry.event)}
    return json.dumps(whole, indent=2, ensure_ascii=False, default=str)
