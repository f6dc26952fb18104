"""What happened on a span at one moment: retries, notices, limits, choices, answers, exceptions."""

from collections.abc import Collection, Iterator

from opentelemetry.proto.trace.v1.trace_pb2 import Span

from rlm_desktop.export.otlp_values import Attributes, as_json, key_values
from rlm_desktop.export.spans import WholeRun, exact_dollars, nanoseconds, shortened, well_formed
from rlm_desktop.trace.events import (
    AnswerGiven,
    CallHeld,
    CallReleased,
    CallRetried,
    ChoiceMade,
    Entry,
    Event,
    EvidenceChecked,
    StepFinished,
    SubcallsQueued,
    UnknownEvent,
)
from rlm_desktop.trace.nodes import Node, NodeKind

_MOST_CHARACTERS = 2_000


def events_of(whole: WholeRun, node: Node, spans: Collection[NodeKind]) -> list[Span.Event]:
    """Give the events of a span: its own, and what lies in it without being a span, in order of time."""
    found = [event for entry in node.entries for event in _own(entry)]
    found += [_moment(whole, below) for below in _moments(whole, node, spans)]
    return sorted(found, key=lambda event: event.time_unix_nano)


def _moments(whole: WholeRun, node: Node, spans: Collection[NodeKind]) -> Iterator[Node]:
    stack = list(reversed(node.children))
    while stack:
        below = whole.trace.nodes[stack.pop()]
        if below.kind not in spans:
            yield below
            stack.extend(reversed(below.children))


def _own(entry: Entry) -> Iterator[Span.Event]:
    named = _named(entry.event)
    if named is not None:
        yield _event(named[0], entry.at, named[1])


def _named(event: Event) -> tuple[str, Attributes] | None:
    match event:
        case CallRetried():
            return "retry", {
                "rlm.attempt": event.attempt,
                "rlm.reason": event.reason,
                "rlm.wait_seconds": float(event.wait_seconds),
                "rlm.cost_usd": exact_dollars(event.cost_nano_usd),
            }
        case CallHeld():
            return "held", {"rlm.reason": event.reason, "rlm.wait_seconds": event.seconds}
        case CallReleased():
            return "released", {}
        case EvidenceChecked():
            return "evidence", _evidence(event)
        case StepFinished() if event.error is not None:
            return "exception", {
                "exception.type": event.error.type,
                "exception.message": shortened(event.error.message, _MOST_CHARACTERS),
                "exception.stacktrace": shortened(event.error.traceback, _MOST_CHARACTERS),
            }
        case _:
            return None


def _evidence(event: EvidenceChecked) -> Attributes:
    read = event.coverage
    matches = [quote.match for quote in event.quotes]
    return {
        "rlm.quotes.exact": matches.count("exact"),
        "rlm.quotes.several": matches.count("several"),
        "rlm.quotes.none": matches.count("none"),
        "rlm.coverage.sent_to_workers": None if read is None else read.sent_to_workers,
        "rlm.coverage.shown_to_root": None if read is None else read.shown_to_root,
        "rlm.coverage.never_read": None if read is None else read.never_read,
    }


def _moment(whole: WholeRun, node: Node) -> Span.Event:
    answer, queued, made = node.fact(AnswerGiven), node.fact(SubcallsQueued), node.fact(ChoiceMade)
    unknown, note = node.fact(UnknownEvent), whole.recorded.notes.get(node.id)
    attributes: Attributes = {
        "rlm.node": node.id,
        "rlm.title": node.title,
        "rlm.status": node.status,
        "rlm.partial": answer.partial if answer is not None else None,
        "rlm.calls": queued.count if queued is not None else None,
        "rlm.chosen": made.action if made is not None else None,
        "rlm.data": shortened(as_json(unknown.data), _MOST_CHARACTERS) if unknown is not None else None,
        "rlm.reader.note": note.text if note is not None else None,
        "rlm.reader.pinned": (note.is_pinned or None) if note is not None else None,
        "rlm.reader.score": note.score if note is not None else None,
        "rlm.reader.labels": (list(note.labels) or None) if note is not None else None,
    }
    return _event(node.kind if unknown is None else unknown.kind, node.started, attributes)


def _event(name: str, at: float, attributes: Attributes) -> Span.Event:
    return Span.Event(name=well_formed(name), time_unix_nano=nanoseconds(at), attributes=key_values(attributes))
