"""What is told of each kind of node. Every node tells of itself alone; what is below it tells its own story."""

import json
from collections.abc import Callable, Iterator, Mapping
from itertools import groupby

from rlm_desktop.export.trace_cards import Card, Cell, Earlier, Kept, Words, figure, muted, table
from rlm_desktop.export.trace_figures import call_figures, figures_card, sums, waits_cards
from rlm_desktop.export.trace_of_run import run_cards
from rlm_desktop.trace.events import (
    AnswerGiven,
    CallFinished,
    CallStarted,
    ChoiceAsked,
    ChoiceMade,
    GateSpoke,
    LimitReached,
    Noticed,
    OutputPrinted,
    StepFinished,
    StepStarted,
    SubcallsQueued,
    UnknownEvent,
)
from rlm_desktop.trace.facts import CodeError, Message, VariableChange
from rlm_desktop.trace.ids import NodeId
from rlm_desktop.trace.nodes import Node
from rlm_desktop.trace.notes import HIGHEST_SCORE, NodeNote
from rlm_desktop.trace.places import node_place
from rlm_desktop.trace.rows import Tint
from rlm_desktop.trace.texts import TextRef
from rlm_desktop.trace.tree import Trace
from rlm_desktop.trace.wording import money, one_line, plural, seconds


class Stories:
    """Tells of the nodes of a trace, which come in the order of the tree: prompts say what is new in them."""

    def __init__(self, trace: Trace, notes: Mapping[NodeId, NodeNote]) -> None:
        self._trace = trace
        self._notes = notes
        self._sent_before: dict[NodeId | None, tuple[Message, ...]] = {}

    def note(self, node: Node) -> NodeNote | None:
        """Give what the reader wrote on a node."""
        written = self._notes.get(node.id)
        return None if written is None or written.is_empty else written

    def cards(self, node: Node) -> Iterator[Card]:
        """Tell of a node."""
        written = self.note(node)
        if written is not None:
            yield from _note_cards(written)
        if node.kind == "run":
            yield from run_cards(self._trace, node)
        elif node.kind == "call":
            yield from self._call_cards(node)
        else:
            yield from _STORIES.get(node.kind, _no_story)(self._trace, node)

    def _call_cards(self, call: Node) -> Iterator[Card]:
        started, finished = call.fact(CallStarted), call.fact(CallFinished)
        if started is not None:
            yield from self._prompt_cards(call, started)
        yield from _reply_cards(started, finished)
        yield call_figures(self._trace, call)
        yield from waits_cards(call)

    def _prompt_cards(self, call: Node, started: CallStarted) -> Iterator[Card]:
        before: tuple[Message, ...] = ()
        if started.role != "worker":
            run = next((node.id for node in self._trace.lineage(call.id) if node.kind == "run"), None)
            before = self._sent_before.get(run, ())
            self._sent_before[run] = started.prompt
        shared = _shared(before, started.prompt)
        if shared:
            meta = plural(shared, "message")
            note = "as the call before was sent them"
            body = Earlier(messages=started.prompt[:shared])
            yield Card(title="Earlier messages", tint="muted", tab="Prompt", note=note, meta=meta, body=body)
        for message in started.prompt[shared:]:
            yield _message_card(message)


def _shared(before: tuple[Message, ...], now: tuple[Message, ...]) -> int:
    """Count the messages that two prompts begin with alike; the last message is always told."""
    pairs = zip(before, now[:-1], strict=False)
    return next((place for place, (one, other) in enumerate(pairs) if one != other), min(len(before), len(now[:-1])))


def _message_card(message: Message) -> Card:
    tint: Tint = "muted" if message.role == "system" else "text"
    body = Kept(pieces=(message.text,))
    meta = plural(message.text.characters, "character")
    return Card(title=f"Prompt, {message.role}", tint=tint, tab="Prompt", meta=meta, body=body)


def _reply_cards(started: CallStarted | None, finished: CallFinished | None) -> Iterator[Card]:
    if finished is None:
        yield Card(title="Reply", tint="warn", tab="Reply", body=Words(text="No reply was recorded."))
        return
    tint: Tint = "worker" if started is None or started.role == "worker" else "root"
    if finished.reasoning is not None:
        yield _said_card("Reasoning", "muted", finished.reasoning)
    if finished.reply is not None:
        yield _said_card("Reply", tint, finished.reply)
    if finished.status != "done":
        words = Words(text=finished.error or "No reason was given.")
        yield Card(title=f"✕ {finished.status}", tint="error", tab="Reply", note=finished.error_kind, body=words)


def _said_card(title: str, tint: Tint, text: TextRef) -> Card:
    meta = plural(text.characters, "character")
    return Card(title=title, tint=tint, tab="Reply", meta=meta, body=Kept(pieces=(text,), language="markdown"))


def _note_cards(written: NodeNote) -> Iterator[Card]:
    facts = [
        ("labels", ", ".join(written.labels)),
        ("score", "" if written.score is None else f"{written.score} of {HIGHEST_SCORE}"),
        ("pinned", "yes" if written.is_pinned else ""),
    ]
    rows = [(muted(name), Cell(text=words)) for name, words in facts if words]
    if written.text:
        yield Card(title="Reader’s note", tint="accent", body=Words(text=written.text, language="prose"))
    if rows:
        yield Card(title="Reader’s marks", tint="accent", body=table(*rows))


def _turn_cards(trace: Trace, turn: Node) -> Iterator[Card]:
    yield figures_card(sums(trace, turn))


def _batch_cards(trace: Trace, batch: Node) -> Iterator[Card]:
    yield from _queued_cards(batch)
    yield figures_card(sums(trace, batch))


def _queued_cards(node: Node) -> Iterator[Card]:
    rows = [
        (queued.function, figure(f"{queued.count:,}"), figure("" if queued.line is None else str(queued.line)))
        for queued in node.facts(SubcallsQueued)
    ]
    if rows:
        body = table(*rows, headings=("function", "calls", "line"))
        yield Card(title="Asked at once", tint="worker", tab="Code", body=body)


def _step_cards(trace: Trace, step: Node) -> Iterator[Card]:
    started, finished = step.fact(StepStarted), step.fact(StepFinished)
    if started is not None:
        yield Card(title="Code", tint="code", tab="Code", body=Kept(pieces=(started.code,), language="python"))
    if started is not None and started.findings:
        found = [(figure(f"line {one.line}"), Cell(text=one.text, tint="warn")) for one in started.findings]
        yield Card(title="A look at the code", tint="warn", tab="Code", body=table(*found))
    yield from _queued_cards(step)
    if finished is None:
        yield Card(
            title="Unfinished", tint="warn", tab="Code", body=Words(text="The end of this block was not recorded.")
        )
    else:
        yield from _ending_cards(finished)
    yield figures_card(sums(trace, step))


def _ending_cards(finished: StepFinished) -> Iterator[Card]:
    if finished.error is not None:
        yield _error_card(finished.error)
    if finished.killed:
        yield Card(
            title="✕ Stopped", tint="error", tab="Code", body=Words(text="The block was stopped before its end.")
        )
    if finished.output_dropped:
        words = f"{plural(finished.output_dropped, 'character')} more were printed but not kept."
        yield Card(title="Output left out", tint="warn", tab="Output", body=Words(text=words))
    if finished.variables:
        rows = map(_variable, finished.variables)
        body = table(*rows, headings=("name", "change", "type", "size", "value"))
        meta = plural(len(finished.variables), "change")
        yield Card(title="Variables", tint="muted", tab="Variables", meta=meta, body=body)
    if finished.lost:
        words = f"A restart could not bring back: {', '.join(finished.lost)}"
        yield Card(title="Lost", tint="warn", tab="Variables", body=Words(text=words))


def _error_card(error: CodeError) -> Card:
    where = "" if error.line is None else f"line {error.line}"
    says_all = bool(error.traceback) and error.message in error.traceback
    text = error.traceback if says_all else f"{error.type}: {error.message}\n{error.traceback}"
    note = one_line(error.message)
    return Card(title=f"✕ {error.type}", tint="error", tab="Code", note=note, meta=where, body=Words(text=text))


def _variable(change: VariableChange) -> tuple[str | Cell, ...]:
    tint = _CHANGES[change.change]
    value = Cell(text=change.preview, tint="muted")
    return Cell(text=change.name, tint="code"), Cell(text=change.change, tint=tint), change.type, change.size, value


_CHANGES: dict[str, Tint] = {"new": "answer", "changed": "accent", "deleted": "error"}


def _output_cards(_trace: Trace, output: Node) -> Iterator[Card]:
    for stream, printed in groupby(output.facts(OutputPrinted), key=lambda event: event.stream):
        events = tuple(printed)
        pieces = tuple(event.text for event in events)
        lines, characters = sum(event.lines for event in events), sum(piece.characters for piece in pieces)
        title, tint = _STREAMS[stream]
        meta = f"{plural(lines, 'line')} · {plural(characters, 'character')}"
        yield Card(title=title, tint=tint, tab="Output", meta=meta, body=Kept(pieces=pieces))


_STREAMS: dict[str, tuple[str, Tint]] = {"stdout": ("Output", "code"), "stderr": ("Error output", "error")}


def _answer_cards(trace: Trace, node: Node) -> Iterator[Card]:
    given = node.fact(AnswerGiven)
    if given is None:
        return
    title, tint = _ANSWERS[bool(given.partial)]
    meta = plural(given.answer.characters, "character")
    body = Kept(pieces=(given.answer,), language="prose")
    yield Card(title=title, tint=tint, note=given.partial or "", meta=meta, body=body)
    step = trace.nodes.get(given.step) if given.step is not None else None
    where = [(muted("given in"), Cell(text=node_place(trace, step), tint="accent", node=step.id))] if step else []
    yield Card(title="Source", tint="muted", body=table((muted("came as"), given.source), *where))


_ANSWERS: dict[bool, tuple[str, Tint]] = {True: ("Partial answer", "warn"), False: ("Answer", "answer")}


def _saying_cards(_trace: Trace, node: Node) -> Iterator[Card]:
    tint: Tint = "error" if node.status == "failed" else "warn"
    for entry in node.entries:
        match entry.event:
            case Noticed(about=about, text=text, level=level):
                yield Card(title="Notice", tint=tint, note=about, meta=level, body=Words(text=text, language="prose"))
            case GateSpoke(gate=gate, text=text):
                yield Card(title="Gate", tint=tint, note=gate, body=Words(text=text, language="prose"))
            case LimitReached(limit=limit, text=text):
                yield Card(title="Limit", tint=tint, note=limit, body=Words(text=text, language="prose"))


def _choice_cards(_trace: Trace, choice: Node) -> Iterator[Card]:
    asked, made = choice.fact(ChoiceAsked), choice.fact(ChoiceMade)
    if asked is not None:
        note = "before a large fan-out" if asked.about == "fan-out" else f"at the limit of {asked.limit}"
        yield Card(title="The run asked", tint="accent", note=note, body=Words(text=asked.text, language="prose"))
        yield figures_card(_expected(asked), "Expected")
    chosen = "Nobody chose." if made is None else f"{made.action}: {made.text}"
    yield Card(title="Chosen", tint="accent", body=Words(text=chosen, language="prose"))


def _expected(asked: ChoiceAsked) -> Iterator[tuple[str, str, str]]:
    yield "Options", ", ".join(asked.actions), ""
    yield "Calls", f"{asked.calls:,}", ""
    yield "Tokens", f"{asked.input_tokens:,} in, {asked.output_tokens:,} out", ""
    yield "Cost", money(asked.cost_nano_usd), f"at most {money(asked.most_nano_usd)}"
    yield "Spent so far", money(asked.spent_nano_usd), ""
    yield "Time", seconds(asked.seconds), ""


def _unknown_cards(_trace: Trace, node: Node) -> Iterator[Card]:
    for event in node.facts(UnknownEvent):
        text = json.dumps(event.data, indent=2, ensure_ascii=False, default=str)
        note = "a newer version wrote this"
        yield Card(
            title="Unknown event", tint="warn", note=note, meta=event.kind, body=Words(text=text, language="json")
        )


def _no_story(_trace: Trace, _node: Node) -> Iterator[Card]:
    return iter(())


_STORIES: dict[str, Callable[[Trace, Node], Iterator[Card]]] = {
    "turn": _turn_cards,
    "batch": _batch_cards,
    "step": _step_cards,
    "output": _output_cards,
    "answer": _answer_cards,
    "notice": _saying_cards,
    "gate": _saying_cards,
    "limit": _saying_cards,
    "choice": _choice_cards,
    "unknown": _unknown_cards,
}
