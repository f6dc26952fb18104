"""Makes the cards that several kinds of node share: code, output, prompts, replies, variables."""

from collections import Counter
from collections.abc import Callable, Sequence

from rlm_desktop.storage.errors import StorageError
from rlm_desktop.trace.events import (
    CallFinished,
    CallStarted,
    OutputPrinted,
    StepFinished,
    StepStarted,
    SubcallsQueued,
)
from rlm_desktop.trace.facts import CodeFinding, FindingKind, VariableChange
from rlm_desktop.trace.nodes import Node
from rlm_desktop.trace.places import step_place
from rlm_desktop.trace.rows import Tint, short_model
from rlm_desktop.trace.texts import TextRef
from rlm_desktop.trace.tree import Trace
from rlm_desktop.trace.wording import one_line, plural, seconds
from rlm_desktop.viewmodel.cards import Card, Cell, LineMark, TableBody, TextBody
from rlm_desktop.viewmodel.guarded_text import LARGEST_TEXT, excerpt
from rlm_desktop.viewmodel.long_text import LongText


class Texts:
    """Brings the big texts that events refer to; one that is missing says so in its place."""

    def __init__(self, load: Callable[[TextRef], str]) -> None:
        self._load = load

    def text(self, reference: TextRef | None) -> str:
        """Give the text, or a sentence in its place."""
        if reference is None:
            return ""
        try:
            return self._load(reference)
        except StorageError as error:
            return f"This text of {reference.characters:,} characters cannot be shown: {error}"


def code_card(trace: Trace, step: Node, texts: Texts) -> Card:
    """Show a step's code, with its calls and its error at their lines."""
    started = step.fact(StepStarted)
    return Card(
        title="Code",
        tint="code",
        note=step_place(trace, step),
        meta=_calls_meta(step),
        body=TextBody(
            text=texts.text(started.code if started else None).rstrip("\n"),
            language="python",
            marks=tuple(_line_marks(trace, step)),
        ),
    )


def _calls_meta(step: Node) -> str:
    totals = step.totals
    time = "running" if step.is_open else seconds(step.seconds)
    if not totals.calls:
        return time
    parts = [plural(totals.calls, "call"), totals.cost_in_words]
    if totals.cached:
        parts.append(f"saved {totals.saved_in_words}")
    if totals.errors:
        parts.append(f"{totals.errors:,} failed")
    return " · ".join([*parts, time])


_FINDINGS: dict[FindingKind, str] = {
    "dropped-tail": "drops the rest",
    "call-per-item": "one by one",
    "prompt-too-large": "too large",
    "counting-by-lm": "LM counts",
    "answer-unread": "nothing read",
}


def findings_card(findings: Sequence[CodeFinding]) -> Card:
    """Show what a look at the code found, in whole sentences."""
    rows = tuple(
        (Cell(text=f"line {finding.line}", tint="muted", is_figure=True), Cell(text=finding.text, tint="warn"))
        for finding in findings
    )
    return Card(title="A look at the code", tint="warn", body=TableBody(rows=rows))


def _line_marks(trace: Trace, step: Node) -> list[LineMark]:
    holders = [step, *(trace.nodes[child] for child in step.children if trace.nodes[child].kind == "batch")]
    counts: Counter[int] = Counter()
    for holder in holders:
        for queued in holder.facts(SubcallsQueued):
            if queued.line is not None:
                counts[queued.line] += queued.count
    marks = [LineMark(line=line, text=f"⇉ {count}", tint="worker") for line, count in counts.items()]
    started = step.fact(StepStarted)
    for finding in started.findings if started is not None else ():
        marks.append(LineMark(line=finding.line, text=f"⚑ {_FINDINGS[finding.kind]}", tint="warn"))
    finished = step.fact(StepFinished)
    if finished is not None and finished.error is not None and finished.error.line is not None:
        marks.append(LineMark(line=finished.error.line, text=f"✕ {finished.error.type}", tint="error"))
    return marks


def output_cards(trace: Trace, step: Node, texts: Texts, whole: bool = False) -> list[Card]:
    """Show what a step printed, and why it stopped."""
    printed = [event for node in _outputs(trace, step) for event in node.facts(OutputPrinted)]
    cards = []
    for stream, title in (("stdout", "Output"), ("stderr", "Error output")):
        pieces = tuple(event.text for event in printed if event.stream == stream)
        if sum(piece.characters for piece in pieces) > LARGEST_TEXT:
            cards.append(_long_output_card(title, LongText(pieces, texts.text), _dropped(step), whole))
        elif pieces:
            cards.append(_output_card(title, "".join(map(texts.text, pieces)), _dropped(step), whole))
    return cards + error_cards(step)


def _outputs(trace: Trace, step: Node) -> list[Node]:
    return [trace.nodes[child] for child in step.children if trace.nodes[child].kind == "output"]


def _dropped(step: Node) -> int:
    finished = step.fact(StepFinished)
    return finished.output_dropped if finished else 0


def _output_card(title: str, text: str, dropped: int, whole: bool) -> Card:
    shown, lines_left_out = (text.rstrip("\n"), 0) if whole else excerpt(text)
    lines = text.count("\n") + (not text.endswith("\n"))
    meta = f"{plural(lines, 'line')} · {plural(len(text), 'character')}"
    if dropped:
        meta += f" · {dropped:,} more not kept"
    return Card(
        title=title,
        tint="error" if title.startswith("Error") else "code",
        meta=meta,
        body=TextBody(text=shown),
        left_out=f"{lines_left_out:,} lines left out" if lines_left_out else "",
        more="Code + output" if lines_left_out else "",
    )


def _long_output_card(title: str, text: LongText, dropped: int, whole: bool) -> Card:
    """Show an output that is paged, or its first and last lines, without loading the rest."""
    shown, left_out = ("", "") if whole else text.excerpt()
    meta = plural(text.characters, "character")
    return Card(
        title=title,
        tint="error" if title.startswith("Error") else "code",
        meta=f"{meta} · {dropped:,} more not kept" if dropped else meta,
        body=TextBody(text=shown, long=text if whole else None),
        left_out=left_out,
        more="Code + output" if left_out else "",
    )


def error_cards(step: Node) -> list[Card]:
    """Show why a step stopped, if it did."""
    finished = step.fact(StepFinished)
    if finished is None or (finished.error is None and not finished.killed):
        return []
    error = finished.error
    if error is None:
        return [text_card("Stopped", "error", "The block was stopped before its end.")]
    where = f"line {error.line}" if error.line is not None else ""
    text = error.traceback.rstrip("\n") or f"{error.type}: {error.message}"
    return [text_card(f"✕ {error.type}", "error", text, note=one_line(error.message), meta=where)]


def text_card(title: str, tint: Tint, text: str, note: str = "", meta: str = "") -> Card:
    """Show a plain text."""
    return Card(title=title, tint=tint, note=note, meta=meta, body=TextBody(text=text))


def prose_card(title: str, tint: Tint, text: str, note: str = "", meta: str = "") -> Card:
    """Show words for people."""
    body = TextBody(text=text.strip("\n"), language="markdown", is_prose=True)
    return Card(title=title, tint=tint, note=note, meta=meta, body=body)


def changes_card(changes: Sequence[VariableChange]) -> Card:
    """Show which variables a step made or altered."""
    rows = tuple(_change_cells(change) for change in changes)
    return Card(
        title="Variables",
        tint="muted",
        note="changed in this step",
        meta=plural(len(changes), "change"),
        body=TableBody(rows=rows, stretch=2),
    )


def _change_cells(change: VariableChange) -> tuple[Cell, ...]:
    tints: dict[str, Tint] = {"new": "answer", "changed": "accent", "deleted": "error"}
    return (
        Cell(text=change.name, is_code=True),
        Cell(text=change.size or change.type),
        Cell(text=one_line(change.preview, 120), is_code=True, tint="muted"),
        Cell(text=change.change, tint=tints[change.change]),
    )


def prompt_cards(call: Node, texts: Texts, whole: bool = True) -> list[Card]:
    """Show the messages that were sent, one card each."""
    started = call.fact(CallStarted)
    cards = []
    for message in started.prompt if started else ():
        text = texts.text(message.text)
        shown, left_out = (text, 0) if whole else excerpt(text, 16, 6)
        cards.append(
            Card(
                title=_SPEAKERS[message.role] if whole else "Prompt",
                tint="muted" if message.role == "system" else "text",
                meta=plural(len(text), "character"),
                body=TextBody(text=shown, language="plain"),
                left_out=f"{left_out:,} lines left out" if left_out else "",
                more="Prompt" if left_out else "",
            )
        )
    return cards


_SPEAKERS = {"system": "System", "user": "User", "assistant": "Assistant"}


def reply_cards(trace: Trace, call: Node, texts: Texts, whole: bool = True) -> list[Card]:
    """Show what came back: reasoning, reply, or the failure; while it streams, what has come so far."""
    finished = call.fact(CallFinished)
    started = call.fact(CallStarted)
    tint: Tint = "worker" if started is None or started.role == "worker" else "root"
    model = short_model(started.model) if started else ""
    if finished is None:
        live = trace.live_text(started.call) if started else ""
        return [_reply_card("Reply so far" if live else "Waiting for the reply", tint, live, model, whole)]
    cards = []
    if finished.reasoning is not None:
        cards.append(_reply_card("Reasoning", "muted", texts.text(finished.reasoning), model, whole))
    if finished.reply is not None:
        cards.append(_reply_card("Reply", tint, texts.text(finished.reply), model, whole))
    if finished.status != "done":
        cards.append(text_card(f"✕ {finished.status}", "error", finished.error or "No reason was given."))
    return cards


def _reply_card(title: str, tint: Tint, text: str, model: str, whole: bool) -> Card:
    shown, left_out = (text, 0) if whole else excerpt(text, 30, 8)
    return Card(
        title=title,
        tint=tint,
        note=model,
        meta=plural(len(text), "character") if text else "",
        body=TextBody(text=shown, language="markdown"),
        left_out=f"{left_out:,} lines left out" if left_out else "",
        more="Reply" if left_out else "",
    )
