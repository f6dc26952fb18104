"""The run on a timeline: Chrome trace events as JSON, for Perfetto, speedscope and chrome://tracing.

Whole texts stay out: these viewers load everything into memory and show a part's facts in a small pane.
"""

import json
from collections.abc import Iterator
from typing import Any, BinaryIO

from rlm_desktop.export.chrome_lanes import LASTING, Lanes, lanes_of
from rlm_desktop.export.recorded import RecordedRun
from rlm_desktop.export.spans import (
    WholeRun,
    exact_dollars,
    iso,
    outcome_of,
    shortened,
    sums_of,
    well_formed,
    whole_run,
)
from rlm_desktop.trace.events import AnswerGiven, CallFinished, CallRetried, CallStarted, StepFinished, UnknownEvent
from rlm_desktop.trace.ids import NodeId
from rlm_desktop.trace.nodes import Node
from rlm_desktop.trace.wording import one_line

_PROCESS = 1
_MOST_NAME = 120
_MOST_WORDS = 2_000
_AT_ONCE = 200
Fields = dict[str, Any]


def write(run: RecordedRun, file: BinaryIO) -> None:
    """Write the events in the order of the tree, so that of two that begin at once the outer one comes first."""
    whole = whole_run(run)
    lanes = lanes_of(whole.trace)
    head = _json({"displayTimeUnit": "ms", "otherData": _about(whole)})
    file.write(head.removesuffix("}").encode() + b',"traceEvents":[\n')
    pieces: list[str] = []
    for event in _events(whole, lanes):
        pieces.append(_json(event))
        if len(pieces) == _AT_ONCE:
            file.write((",\n".join(pieces) + ",\n").encode())
            pieces.clear()
    file.write((",\n".join(pieces) + "\n]}\n").encode())


def _json(fields: Fields) -> str:
    return well_formed(json.dumps(fields, ensure_ascii=False, separators=(",", ":")))


def _about(whole: WholeRun) -> Fields:
    outcome = outcome_of(whole.trace, whole.root)
    run = whole.recorded
    about = {
        "run": run.run,
        "name": run.name,
        "tags": list(run.tags),
        "question": whole.root.title,
        "status": outcome.status,
        "reason": outcome.reason,
        "left_out": list(run.left_out),
        "began": iso(whole.root.started),
        **sums_of(whole.root),
    }
    return {key: value for key, value in about.items() if value not in ("", [])}


def _events(whole: WholeRun, lanes: Lanes) -> Iterator[Fields]:
    # The last event has no comma behind it, so one that is always there comes last: the run's own name.
    for lane in range(lanes.count):
        yield from _lane(lane)
    lane_above: dict[NodeId, int] = {}
    for node in whole.trace.walk():
        above = lane_above[node.parent] if node.parent is not None else 0
        lane = lane_above[node.id] = lanes.lane_of.get(node.id, above)
        if node.kind in LASTING:
            yield _lasting(whole, lanes, node)
            yield from _retries(whole, node, lane)
        else:
            args = {"id": node.id, "parent": node.parent, **_said(node), **_note(whole, node)}
            yield _moment(whole, _name(node), node.started, lane, args)
    yield _named("process_name", 0, name=one_line(whole.title, _MOST_NAME))


def _lane(lane: int) -> Iterator[Fields]:
    yield _named("thread_name", lane, name="run" if lane == 0 else f"beside {lane}")
    yield _named("thread_sort_index", lane, sort_index=lane)


def _named(what: str, lane: int, **args: Any) -> Fields:
    return {"name": what, "cat": "__metadata", "ph": "M", "ts": 0, "pid": _PROCESS, "tid": lane + 1, "args": args}


def _lasting(whole: WholeRun, lanes: Lanes, node: Node) -> Fields:
    stretch = lanes.stretches[node.id]
    return {
        "name": _name(node),
        "cat": node.kind,
        "ph": "X",
        "ts": stretch.begin,
        "dur": stretch.end - stretch.begin,
        "pid": _PROCESS,
        "tid": lanes.lane_of[node.id] + 1,
        "args": {**_facts(whole, node), **_note(whole, node)},
    }


def _moment(whole: WholeRun, name: str, at: float, lane: int, args: Fields) -> Fields:
    return {
        "name": name,
        "cat": name.partition(" ")[0],
        "ph": "i",
        "s": "t",
        "ts": max(0, round((at - whole.root.started) * 1_000_000)),
        "pid": _PROCESS,
        "tid": lane + 1,
        "args": args,
    }


def _retries(whole: WholeRun, node: Node, lane: int) -> Iterator[Fields]:
    if not node.totals.retries or node.kind != "call":
        return
    for entry in node.entries:
        if isinstance(entry.event, CallRetried):
            name = one_line(f"retry · {entry.event.reason}", _MOST_NAME)
            args = {"call": node.id, "attempt": entry.event.attempt, "wait_seconds": entry.event.wait_seconds}
            yield _moment(whole, name, entry.at, lane, args)


def _said(node: Node) -> Fields:
    """Give what a moment's own event says beyond its name."""
    unknown, answer = node.fact(UnknownEvent), node.fact(AnswerGiven)
    said: Fields = {"status": node.status}
    if unknown is not None:
        said["data"] = shortened(json.dumps(unknown.data), _MOST_WORDS)
    if answer is not None and answer.partial is not None:
        said["partial"] = shortened(answer.partial, _MOST_WORDS)
    return said


def _name(node: Node) -> str:
    """Name a part with its kind first: a part that were called `CpuProfile` alone would be taken for a profile."""
    numbered = f"{node.kind} {node.number}" if node.number else node.kind
    return one_line(f"{numbered} · {node.title}" if node.title else numbered, _MOST_NAME)


def _facts(whole: WholeRun, node: Node) -> Fields:
    facts: Fields = {"id": node.id, "parent": node.parent, "status": node.status, "seconds": node.seconds}
    match node.kind:
        case "call":
            facts |= _call(node)
        case "run":
            facts |= sums_of(node) | {"reason": outcome_of(whole.trace, node).reason}
        case "step":
            facts |= sums_of(node) | _error(node)
        case _:
            facts |= sums_of(node)
    return {key: value for key, value in facts.items() if value is not None and value != ""}


def _call(node: Node) -> Fields:
    started, finished = node.fact(CallStarted), node.fact(CallFinished)
    facts: Fields = {}
    if started is not None:
        facts |= {"role": started.role, "model": started.model, "batch": started.batch, "position": started.position}
    if finished is None:
        return facts
    usage = finished.usage
    return facts | {
        "input_tokens": usage.input_tokens,
        "cached_input_tokens": usage.cached_input_tokens,
        "cache_write_tokens": usage.cache_write_tokens,
        "output_tokens": usage.output_tokens,
        "reasoning_tokens": usage.reasoning_tokens,
        "cost_usd": exact_dollars(finished.cost_nano_usd) or "unknown price",
        "price_source": finished.price_source,
        "cached": finished.cached or None,
        "same_as": finished.same_as,
        "retries": node.totals.retries or None,
        "error": shortened(finished.error or "", _MOST_WORDS),
        "reply": finished.preview,
    }


def _error(node: Node) -> Fields:
    finished = node.fact(StepFinished)
    if finished is None or finished.error is None:
        return {}
    return {"error": shortened(f"{finished.error.type}: {finished.error.message}", _MOST_WORDS)}


def _note(whole: WholeRun, node: Node) -> Fields:
    note = whole.recorded.notes.get(node.id)
    if note is None:
        return {}
    fields = {"pinned": note.is_pinned, "score": note.score, "labels": list(note.labels), "note": note.text}
    return {f"reader_{key}": value for key, value in fields.items() if value not in (None, False, "", [])}
