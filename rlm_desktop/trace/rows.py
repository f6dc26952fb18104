"""What one row of the trace says: title, badges, share, and the whole of it in words."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from rlm_desktop.trace import tints
from rlm_desktop.trace.events import (
    CallFinished,
    CallHeld,
    CallRetried,
    CallStarted,
    ChoiceMade,
    StepFinished,
    StepStarted,
)
from rlm_desktop.trace.ids import NodeId
from rlm_desktop.trace.nodes import Node, NodeStatus
from rlm_desktop.trace.notes import HIGHEST_SCORE, NodeNote
from rlm_desktop.trace.places import call_place
from rlm_desktop.trace.reask_events import CallsReasked
from rlm_desktop.trace.reasks import queued_in
from rlm_desktop.trace.totals import Totals
from rlm_desktop.trace.tree import Trace
from rlm_desktop.trace.wording import money, one_line, plural, seconds, short_number

Tint = tints.Tint
Tally = Counter[NodeStatus]
WAITING = "waiting for the provider"
RETRYING = "retrying"
PIN = "⚲"
INSIDE = "↳✎"
_THIN = "\u2009"
AMBER_FROM = 0.5
RED_FROM = 0.75
LARGEST_BATCH_OPENED = 50
"""A failed call opens its batch unless the batch has more calls than this; its row tells the counts."""


@dataclass(frozen=True, slots=True)
class Badge:
    """A sign at the end of a row, with the words that say it aloud."""

    sign: str
    words: str
    tint: Tint


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One visible row, ready to be painted."""

    node: NodeId
    tint: Tint
    level: int
    is_open: bool | None
    """None where there is nothing to open."""
    is_live: bool
    prefix: str
    title: str
    note: str = ""
    note_tint: Tint = "muted"
    badges: tuple[Badge, ...] = ()
    share: float | None = None
    share_tint: Tint = "root"


@dataclass(frozen=True, slots=True)
class Written:
    """What the reader wrote: on a node, and on how many nodes below it."""

    own: NodeNote | None = None
    inside: int = 0


NOTHING_WRITTEN = Written()


def make_row(
    trace: Trace,
    node: Node,
    is_open: bool | None,
    tally: Tally | None = None,
    written: Written = NOTHING_WRITTEN,
) -> Row:
    """Say what a node's row shows; what is written inside is marked while the row is closed."""
    prefix, title = _name(node)
    note, note_tint = _note(trace, node, tally or Counter())
    share = share_of(trace, node)
    tint = tint_of(node)
    return Row(
        node=node.id,
        tint=tint,
        level=sum(1 for _ in trace.lineage(node.parent)),
        is_open=is_open,
        is_live=node.is_open and not is_open,
        prefix=prefix,
        title=title,
        note=note,
        note_tint=note_tint,
        badges=(*_badges(trace, node, is_open), *note_badges(written, is_open)),
        share=share,
        share_tint=_heat(node, share, tint),
    )


def tint_of(node: Node) -> Tint:
    """Give the one colour that a kind of row has everywhere."""
    if node.kind == "call":
        started = node.fact(CallStarted)
        return "worker" if started is None or started.role == "worker" else "root"
    return _TINTS.get(node.kind, "muted")


_TINTS: dict[str, Tint] = {
    "run": "root",
    "turn": "root",
    "step": "code",
    "batch": "worker",
    "output": "code",
    "answer": "answer",
    "limit": "warn",
    "gate": "warn",
    "choice": "accent",
}


def share_of(trace: Trace, node: Node) -> float | None:
    """Give a node's part of the run's cost, or of its time where the cost is zero or not wholly known."""
    root = trace.root
    if root is None or node.kind in _WITHOUT_SHARE:
        return None
    if is_share_of_cost(trace):
        return node.totals.cost_nano_usd / root.totals.cost_nano_usd
    whole = elapsed(trace, root)
    if root.seconds is not None and node.started > root.started + root.seconds:
        # It was asked again after the run, so it took none of its time.
        return None
    return min(1.0, elapsed(trace, node) / whole) if whole else 0.0


_WITHOUT_SHARE = frozenset(("output", "answer", "notice", "gate", "limit", "choice", "evidence", "unknown"))


def is_share_of_cost(trace: Trace) -> bool:
    """Tell whether shares are of the cost; otherwise they are of the time."""
    return trace.root is not None and bool(trace.root.totals.cost)


def elapsed(trace: Trace, node: Node, now: float | None = None) -> float:
    """Give how long a node took, or has been going on: until `now`, or else until the last that is known."""
    return node.seconds if node.seconds is not None else max(0.0, (now or trace.last_at) - node.started)


def _heat(node: Node, share: float | None, tint: Tint) -> Tint:
    if node.kind != "turn" or share is None or share < AMBER_FROM:
        return tint
    return "error" if share >= RED_FROM else "warn"


def _name(node: Node) -> tuple[str, str]:
    """Give the short word in front and the title."""
    match node.kind:
        case "run":
            return (_number(node), node.title) if node.parent is not None else ("", "Run")
        case "turn":
            return _number(node), node.title or _untitled_turn(node)
        case "step":
            return f"step {node.number}", node.title
        case "batch":
            calls = plural(queued_in(node) or len(node.children), "call")
            return "", f"{calls} asked again" if node.fact(CallsReasked) is not None else calls
        case "call":
            return _call_name(node)
        case "answer":
            return node.kind, node.title.lstrip("# ")
        case _:
            return node.kind, node.title


def _number(node: Node) -> str:
    return str(node.number) if node.number else ""


def _untitled_turn(node: Node) -> str:
    """A turn is called by what the root LM replied; say why this one has no name."""
    return "Waiting for the root LM" if node.is_open else "No reply of the root LM"


def _call_name(node: Node) -> tuple[str, str]:
    started = node.fact(CallStarted)
    if started is None or started.role == "worker":
        return _number(node), node.title
    model = short_model(started.model)
    said = "is replying" if node.is_open else "replied" if node.status in ("done", "partial") else "gave no reply"
    return started.role, f"{model} {said}"


def short_model(name: str) -> str:
    """Give a model's name without its provider."""
    return name.rsplit("/", 1)[-1]


def _note(trace: Trace, node: Node, tally: Tally) -> tuple[str, Tint]:
    match node.kind:
        case "run":
            return _run_note(node)
        case "batch":
            return _batch_note(trace, node, tally), "muted"
        case "call":
            return _call_note(node)
        case "choice":
            made = node.fact(ChoiceMade)
            return (made.text, "muted") if made is not None else ("waits for you", "warn")
        case "step":
            finished = node.fact(StepFinished)
            return (f"✕ {finished.error.type}", "error") if finished and finished.error else ("", "muted")
        case _:
            return "", "muted"


def _run_note(node: Node) -> tuple[str, Tint]:
    if node.parent is None:
        return "", "muted"
    return f"child run, depth {node.depth}", "root"


def _call_note(node: Node) -> tuple[str, Tint]:
    finished = node.fact(CallFinished)
    started = node.fact(CallStarted)
    if finished is None:
        return _waiting_note(node)
    if finished.status != "done":
        return f"✕ {one_line(finished.error or finished.status)}", "error"
    if started is not None and started.role != "worker":
        usage = finished.usage
        return f"{short_number(usage.input_tokens)} in, {short_number(usage.output_tokens)} out", "muted"
    return finished.preview, "muted"


def _waiting_note(call: Node) -> tuple[str, Tint]:
    held, retried = call.fact(CallHeld), call.fact(CallRetried)
    if call.totals.held and held is not None:
        return held.reason, "warn"
    if call.totals.retrying and retried is not None:
        return f"tried again: {one_line(retried.reason, 80)}", "warn"
    return "", "muted"


def _batch_note(trace: Trace, batch: Node, tally: Tally) -> str:
    missing = queued_in(batch) - len(batch.children) if batch.is_open else 0
    if batch.children and trace.nodes[batch.children[0]].kind == "run":
        # What waits inside a child run leaves the run itself going.
        return batch_words(tally, queued=missing)
    return batch_words(tally, held=batch.totals.held, retrying=batch.totals.retrying, queued=missing)


def batch_words(tally: Tally, *, held: int = 0, retrying: int = 0, queued: int = 0) -> str:
    """Say how the calls of a batch stand: `38 answered · 2 failed`."""
    counts = [
        (tally["done"] + tally["partial"], "answered"),
        (tally["failed"], "failed"),
        (tally["cancelled"] + tally["interrupted"], "stopped"),
        (tally["running"] - held - retrying, "running"),
        (held, WAITING),
        (retrying, RETRYING),
        (queued, "queued"),
    ]
    return " · ".join(f"{count:,} {word}" for count, word in counts if count > 0)


def _badges(trace: Trace, node: Node, is_open: bool | None) -> Iterator[Badge]:
    totals = node.totals
    if node.kind == "step" and totals.calls and not is_open:
        yield Badge(f"⇉ {totals.calls}", plural(totals.calls, "call"), "worker")
    if node.kind in ("turn", "step", "run") and node.parent is not None and totals.errors:
        yield Badge(f"✕ {totals.errors}", plural(totals.errors, "error"), "error")
    started = node.fact(StepStarted) if node.kind == "step" else None
    if started is not None and started.findings:
        words = "; ".join(finding.text for finding in started.findings)
        yield Badge(f"⚑ {len(started.findings)}", words, "warn")
    if totals.retries and (node.kind == "call" or not is_open):
        yield Badge(f"↻ {totals.retries}", plural(totals.retries, "retry", "retries"), "warn")
    yield from call_badges(trace, node)


def call_badges(trace: Trace, node: Node) -> Iterator[Badge]:
    """Say what is special about a call: that its reply was known, and from which one, or cut."""
    finished = node.fact(CallFinished) if node.kind == "call" else None
    if finished is None:
        return
    if finished.cached:
        saved = "" if finished.saved_nano_usd is None else f", saved {money(finished.saved_nano_usd)}"
        same_as = None if finished.same_as is None else call_place(trace, finished.same_as, node)
        known = "cached" if same_as is None else f"same prompt as {same_as}"
        yield Badge("⌁ cached" if same_as is None else f"⌁ {_same(same_as)}", f"{known}{saved}", "muted")
    if finished.cut:
        yield Badge("✎ cut", "cut at the output limit", "warn")


def _same(place: str) -> str:
    """Name a call in a badge: by its number, or not at all where that would take too much room."""
    number = place.removeprefix("call ")
    return f"as {number}" if number.isdigit() else "same"


def note_badges(written: Written, is_open: bool | None) -> Iterator[Badge]:
    """Mark what the reader wrote on a node and inside it: small badges, so that the title keeps its room."""
    if written.own is not None and not written.own.is_empty:
        yield _note_badge(written.own)
    if written.inside and is_open is False:
        words = f"your {plural(written.inside, 'note or pin', 'notes or pins')} inside"
        yield Badge(f"{INSIDE} {written.inside}", words, "accent")


def _note_badge(note: NodeNote) -> Badge:
    marks = (
        ("#", f"labelled {', '.join(note.labels)}" if note.labels else ""),
        (f"★{note.score}", "" if note.score is None else f"score {note.score} of {HIGHEST_SCORE}"),
        ("✎", f"your note: {one_line(' '.join(note.text.split()), 200)}" if note.text else ""),
        (PIN, "pinned" if note.is_pinned else ""),
    )
    there = [(sign, words) for sign, words in marks if words]
    return Badge(_THIN.join(sign for sign, _ in there), ", ".join(words for _, words in there), "accent")


def in_words(trace: Trace, row: Row) -> str:
    """Say a whole row aloud: `turn 7 of 22, expanded, 49 percent of cost, 2 errors`."""
    node = trace.nodes[row.node]
    parts = [_spoken_name(trace, node, row), _STATES.get(node.status, node.status), _OPENNESS[row.is_open]]
    if row.share is not None:
        parts.append(f"{row.share * 100:.0f} percent of {'cost' if is_share_of_cost(trace) else 'time'}")
    parts += [badge.words for badge in row.badges] + [row.note]
    return ", ".join(part for part in parts if part)


_OPENNESS = {None: "", True: "expanded", False: "collapsed"}
_STATES: dict[str, str] = {"done": "", "failed": "failed", "running": "running"}


def _spoken_name(trace: Trace, node: Node, row: Row) -> str:
    if node.kind not in ("turn", "call") or not node.number or node.parent is None:
        return " ".join(part for part in (row.prefix, row.title) if part)
    peers = len(trace.peers(node))
    return f"{node.kind} {node.number} of {peers}, {row.title}"


def cell_text(trace: Trace, node: Node, column: int, now: float | None = None) -> str:
    """Write a number column: cost, calls, time."""
    if node.kind in _WITHOUT_SHARE:
        return ""
    match column:
        case 2:
            return _cost(node.totals)
        case 3:
            return f"{node.totals.calls:,}"
        case _:
            return seconds(elapsed(trace, node, now))


def _cost(totals: Totals) -> str:
    """Write a cost; nothing while nothing is known of it."""
    if totals.calls and totals.calls == totals.in_flight:
        return ""
    return "unknown" if totals.unpriced and not totals.cost_nano_usd else totals.cost_in_words


def exact(trace: Trace, node: Node) -> str:
    """Write the exact figures of a node, for its tooltip and the clipboard."""
    totals = node.totals
    cost = f"${totals.cost_nano_usd / 1e9:.9f}".rstrip("0").rstrip(".")
    if totals.unpriced:
        cost = f"at least {cost}; {plural(totals.unpriced, 'call')} of unknown price"
    tokens = f"{totals.input_tokens:,} tokens in ({totals.cached_input_tokens:,} cached), {totals.output_tokens:,} out"
    known = plural(totals.cached, "known reply", "known replies")
    saved = f"\n{known} saved {totals.saved_in_words}" if totals.cached else ""
    return f"{cost}\n{tokens}\n{plural(totals.calls, 'call')}, {elapsed(trace, node):,.3f} s{saved}"
