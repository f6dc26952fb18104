"""A trace as lines of text: the tree at the left, cost, tokens and time in columns at the right."""

import shutil
from collections.abc import Iterator

from rlm_desktop.app.commands.terminal import tame
from rlm_desktop.trace import wording
from rlm_desktop.trace.events import (
    AnswerGiven,
    CallFinished,
    CallHeld,
    CallRetried,
    CallStarted,
    ChoiceMade,
    OutputPrinted,
    RunFinished,
    StepFinished,
    StepStarted,
)
from rlm_desktop.trace.ids import NodeId
from rlm_desktop.trace.nodes import Node
from rlm_desktop.trace.places import call_place
from rlm_desktop.trace.reask_events import ReaskEnded
from rlm_desktop.trace.tree import Trace

_FIGURES_WIDTH = 40
_ASKED_WIDTH = 30
_LEAST_WIDTH = 80
_MOST_WIDTH = 160


def lines(trace: Trace, depth: int | None = None, width: int | None = None) -> Iterator[str]:
    """Give a heading and one line a node; what lies deeper than `depth` is counted, never silently left out."""
    columns = width or shutil.get_terminal_size((120, 40)).columns
    room = min(max(columns, _LEAST_WIDTH), _MOST_WIDTH) - _FIGURES_WIDTH
    yield f"{'':<{room}}{'cost':>15}{'tokens':>14}{'time':>11}"
    if trace.root is not None:
        yield from _branch(trace, trace.root, room, depth)


def _branch(trace: Trace, top: Node, room: int, depth: int | None) -> Iterator[str]:
    """Walk without recursion: child runs nest without limit."""
    stack: list[tuple[NodeId, str, str, int]] = [(top.id, "", "", 0)]
    while stack:
        node_id, first, rest, level = stack.pop()
        node = trace.nodes[node_id]
        indent = _cut_left(first, room - _ASKED_WIDTH)
        yield f"{indent}{_label(trace, node, room - len(indent))}{_figures(node)}".rstrip()
        if depth is not None and level >= depth:
            if node.children:
                yield f"{_cut_left(rest, room)}└─ … {wording.plural(_count_below(trace, node), 'node')} below"
            continue
        last = len(node.children) - 1
        below = [
            (child, rest + ("└─ " if place == last else "├─ "), rest + ("   " if place == last else "│  "), level + 1)
            for place, child in enumerate(node.children)
        ]
        stack.extend(reversed(below))


def _figures(node: Node) -> str:
    time = "" if node.seconds is None else wording.seconds(node.seconds)
    if not node.totals.calls:
        return f"{time:>40}" if node.kind in ("step", "turn", "run") else ""
    return f"{node.totals.cost_in_words:>15}{wording.tokens(node.totals.tokens):>14}{time:>11}"


def _count_below(trace: Trace, node: Node) -> int:
    stack, count = list(node.children), 0
    while stack:
        count += 1
        stack.extend(trace.nodes[stack.pop()].children)
    return count


def _label(trace: Trace, node: Node, room: int) -> str:
    """Fill the room with the node's words; where they are too long, its remark is kept and its title cut."""
    words = " ".join(part for part in (_name(node), _title(node)) if part)
    remark = _cut(tame(_remark(trace, node)), room * 2 // 3)
    return f"{_cut(tame(words), room - len(remark)) + remark:<{room}}"


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"


def _cut_left(text: str, most: int) -> str:
    """Child runs deep inside each other leave no room: show how the indentation ends."""
    return text if len(text) <= most else "…" + text[len(text) - most + 1 :]


def _title(node: Node) -> str:
    """Sub-calls of one batch often ask alike, so the beginning of the reply is what tells them apart."""
    started, finished = node.fact(CallStarted), node.fact(CallFinished)
    if started is None or started.role != "worker" or finished is None or not finished.preview:
        return node.title
    return f"{wording.one_line(node.title, _ASKED_WIDTH)} → {finished.preview}"


def _name(node: Node) -> str:
    match node.kind:
        case "run":
            return "Run:" if node.depth == 0 else "Child run:"
        case "turn":
            return f"Turn {node.number}:"
        case "step":
            return f"Step {node.number}:"
        case "batch":
            return wording.plural(len(node.children), "call") + " of"
        case "call":
            return _call_name(node)
        case "gate" | "notice" | "limit" | "choice" | "output" | "answer":
            return f"{node.kind.capitalize()}:"
        case _:
            return "Event:"


def _call_name(node: Node) -> str:
    started = node.fact(CallStarted)
    assert started is not None
    place = f" {node.number}" if node.number else ""
    return f"{started.role.capitalize()} call{place}:"


def _remark(trace: Trace, node: Node) -> str:
    """Say what the reader must not miss, in words."""
    remarks: list[str] = []
    if node.status not in ("done", "running"):
        remarks.append(node.status)
    elif node.status == "running":
        remarks.append("still going on")
    remarks += _facts(trace, node)
    return f"  [{'; '.join(remarks)}]" if remarks else ""


def _warnings(node: Node) -> Iterator[str]:
    if node.kind == "call":
        yield from _waits(node)
    for finding in (one for started in node.facts(StepStarted) for one in started.findings):
        yield f"line {finding.line}: {finding.text}"
    for made in node.facts(ChoiceMade):
        yield made.text


def _waits(call: Node) -> Iterator[str]:
    """Say what holds a call up while it does; of a retry, only how many there were is of interest later."""
    held, retried = call.fact(CallHeld), call.fact(CallRetried)
    if call.totals.held and held is not None:
        yield held.reason
    if call.totals.retries:
        again = wording.plural(call.totals.retries, "retry", "retries")
        if call.totals.retrying and retried is not None:
            again += f", the last after: {wording.one_line(retried.reason, 80)}"
        yield again


def _cached_words(trace: Trace, node: Node, call: CallFinished) -> str:
    if not call.cached:
        return ""
    known = "from cache" if call.same_as is None else f"same prompt as {call_place(trace, call.same_as, node)}"
    return f"{known}, saved {node.totals.saved_in_words}"


def _facts(trace: Trace, node: Node) -> Iterator[str]:
    yield from _warnings(node)
    for finished in (node.fact(RunFinished), node.fact(ReaskEnded)):
        if finished is not None and finished.reason:
            yield finished.reason
    if (step := node.fact(StepFinished)) and step.error:
        yield f"{step.error.type}: {wording.one_line(step.error.message, 120)}"
    if call := node.fact(CallFinished):
        yield from filter(None, (call.error, "cut off" if call.cut else "", _cached_words(trace, node, call)))
    if (answer := node.fact(AnswerGiven)) and answer.partial:
        yield answer.partial
    printed = sum(output.lines for output in node.facts(OutputPrinted))
    if printed > 1:
        yield wording.plural(printed, "line")
