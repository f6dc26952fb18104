"""The one sample of an Inspect log: question, conversation, answer, scores, sums, and the transcript."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from rlm_desktop.export.inspect_events import READER, Transcript, note_fields, score_of
from rlm_desktop.export.inspect_words import Pool, Words, usage_of
from rlm_desktop.export.spans import WholeRun, answer_of, calls_of, end_of, iso, outcome_of, sums_of, well_formed
from rlm_desktop.trace.events import CallFinished, CallStarted, LimitReached, LimitsChanged
from rlm_desktop.trace.facts import LimitName, Limits, Usage
from rlm_desktop.trace.nodes import Node
from rlm_desktop.trace.wording import NANO

Fields = dict[str, Any]
SAMPLE_ID = 1
EPOCH = 1
_LIMITS: Mapping[LimitName, tuple[str, Callable[[Limits], float | None]]] = {
    "turns": ("turn", lambda limits: limits.turns),
    "seconds": ("time", lambda limits: limits.seconds),
    "tokens": ("token", lambda limits: limits.tokens),
    "money": ("cost", lambda limits: None if limits.cost_nano_usd is None else limits.cost_nano_usd / NANO),
}
"""What Inspect calls our limits, where it knows them."""


def json_of(value: Any) -> bytes:
    """Write a value as JSON."""
    return well_formed(json.dumps(value, ensure_ascii=False, separators=(",", ":"))).encode()


def sample_json(whole: WholeRun) -> Iterator[bytes]:
    """Write the sample piece by piece, each of one event or one message at most."""
    words, pool = Words(whole.recorded), Pool()
    yield json_of(_head(whole, words)).removesuffix(b"}")
    yield from _listed(b'"messages"', _conversation(whole, words))
    yield from _listed(b'"events"', Transcript(whole, words, pool).events())
    yield b',"events_data":{"calls":[]'
    yield from _listed(b'"messages"', map(words.message, pool.messages()))
    yield b"}}"


def _listed(name: bytes, values: Iterable[Any]) -> Iterator[bytes]:
    yield b"," + name + b":["
    for number, value in enumerate(values):
        yield (b",\n" if number else b"\n") + json_of(value)
    yield b"]"


def summary_of(whole: WholeRun) -> Fields:
    """Give what Inspect shows of a sample before it is opened."""
    outcome = outcome_of(whole.trace, whole.root)
    fields = _facts(whole) | {"input": whole.root.title, "completed": outcome.status != "running"}
    error, limit = fields.pop("error", None), fields.pop("limit", None)
    return (
        fields
        | ({"error": error["message"]} if error is not None else {})
        | ({"limit": limit["type"], "limit_reason": limit["reason"]} if limit is not None else {})
    )


def _head(whole: WholeRun, words: Words) -> Fields:
    return _facts(whole) | {"input": words.text(whole.started.question), "output": _answer(whole, words)}


def _facts(whole: WholeRun) -> Fields:
    """Give what sample and summary both hold."""
    root, end = whole.root, end_of(whole.trace, whole.root)
    outcome = outcome_of(whole.trace, root)
    facts: Fields = {
        "id": SAMPLE_ID,
        "epoch": EPOCH,
        "target": "",
        "metadata": metadata_of(whole),
        "model_usage": usage_by(whole, lambda started: started.model),
        "role_usage": usage_by(whole, lambda started: started.role),
        "started_at": iso(root.started),
        "completed_at": iso(end),
        "total_time": end - root.started,
        "uuid": whole.recorded.run,
        "turn_count": sum(whole.trace.nodes[child].kind == "turn" for child in root.children),
    }
    note = whole.recorded.notes.get(root.id)
    if note is not None and note.score is not None:
        facts["scores"] = {READER: score_of(note)}
    if outcome.status == "failed":
        facts["error"] = error_of(outcome.reason)
    limit = _limit(whole) if outcome.status == "partial" else None
    if limit is not None:
        facts["limit"] = limit
    return facts


def error_of(reason: str) -> Fields:
    """Give a reason as Inspect's error."""
    return {"message": reason, "traceback": reason, "traceback_ansi": reason}


def metadata_of(whole: WholeRun) -> Fields:
    """Give what has no place of its own in Inspect, and what was taken out of the run."""
    outcome, started = outcome_of(whole.trace, whole.root), whole.started
    note = whole.recorded.notes.get(whole.root.id)
    fields: Fields = {
        "recording": whole.recorded.run,
        "name": whole.recorded.name,
        "left_out": list(whole.recorded.left_out),
        "outcome": outcome.status,
        "reason": outcome.reason,
        "strategy": started.strategy,
        "documents": started.document_count,
        "characters": started.characters,
        **sums_of(whole.root),
        "reader": {} if note is None else note_fields(note),
    }
    return {key: value for key, value in fields.items() if value not in ("", [], {})}


def limits_of(whole: WholeRun) -> Limits:
    """Give the limits that held at the end."""
    changed = whole.root.fact(LimitsChanged)
    return whole.started.limits if changed is None else changed.limits


def _limit(whole: WholeRun) -> Fields | None:
    """Give the limit that ended the run, where it is one that Inspect knows."""
    below = (whole.trace.nodes[child] for child in reversed(whole.root.children))
    reached = next((node.fact(LimitReached) for node in below if node.kind == "limit"), None)
    if reached is None or reached.limit not in _LIMITS:
        return None
    name, value_in = _LIMITS[reached.limit]
    value = value_in(limits_of(whole))
    return None if value is None else {"type": name, "limit": value, "reason": reached.text}


def _conversation(whole: WholeRun, words: Words) -> Iterator[Fields]:
    """Give the last prompt of the run's own root LM, and what it replied."""
    last = _last_own_call(whole)
    if last is None:
        return
    started, finished = last.fact(CallStarted), last.fact(CallFinished)
    for message in started.prompt if started is not None else ():
        yield words.message(message)
    if started is not None and finished is not None and finished.reply is not None:
        yield words.reply(finished.reply, finished.reasoning, started.model)


def _last_own_call(whole: WholeRun) -> Node | None:
    nodes = whole.trace.nodes
    for child in reversed(whole.root.children):
        node = nodes[child]
        if node.kind == "call":
            return node
        calls = [nodes[below] for below in node.children if nodes[below].kind == "call"] if node.kind == "turn" else []
        if calls:
            return calls[-1]
    return None


def _answer(whole: WholeRun, words: Words) -> Fields:
    answer = answer_of(whole.trace, whole.root)
    output: Fields = {"model": whole.started.root.name, "choices": []}
    if answer is None:
        return output
    message = words.reply(answer.answer, None, whole.started.root.name)
    output["choices"] = [{"message": message, "stop_reason": "unknown" if answer.partial is not None else "stop"}]
    if answer.partial is not None:
        output["metadata"] = {"partial": answer.partial}
        output["error"] = f"This answer is partial. {answer.partial}"
    return output


@dataclass(slots=True)
class _Sum:
    usage: Usage = field(default_factory=Usage)
    cost_nano_usd: int | None = 0

    def add(self, finished: CallFinished) -> None:
        """Add a call; one unknown price makes the whole unknown."""
        one, more = self.usage, finished.usage
        self.usage = Usage(
            input_tokens=one.input_tokens + more.input_tokens,
            cached_input_tokens=one.cached_input_tokens + more.cached_input_tokens,
            output_tokens=one.output_tokens + more.output_tokens,
            reasoning_tokens=one.reasoning_tokens + more.reasoning_tokens,
            cache_write_tokens=one.cache_write_tokens + more.cache_write_tokens,
        )
        known = self.cost_nano_usd is not None and finished.cost_nano_usd is not None
        self.cost_nano_usd = (self.cost_nano_usd or 0) + (finished.cost_nano_usd or 0) if known else None


def usage_by(whole: WholeRun, key: Callable[[CallStarted], str]) -> Fields:
    """Add up what calls used, by model or by role."""
    sums: dict[str, _Sum] = {}
    for _, started, finished in calls_of(whole.trace):
        one = sums.setdefault(key(started), _Sum())
        if finished is not None:
            one.add(finished)
    return {name: usage_of(one.usage, one.cost_nano_usd) for name, one in sums.items()}
