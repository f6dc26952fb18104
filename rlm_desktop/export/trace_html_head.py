"""What stands above the tree of a trace's page: question, models, how the run ended, and the run over time."""

from collections.abc import Iterator
from typing import Any

from rlm_desktop.export.recorded import RecordedRun
from rlm_desktop.trace.controls import show_controls
from rlm_desktop.trace.events import AnswerGiven, LimitsChanged, RunFinished, RunStarted
from rlm_desktop.trace.facts import ModelFacts
from rlm_desktop.trace.nodes import Node
from rlm_desktop.trace.rows import Tint, elapsed, short_model
from rlm_desktop.trace.timeline import GRAINS, Timeline
from rlm_desktop.trace.tree import Trace
from rlm_desktop.trace.wording import money, plural, seconds, tokens

Said = list[tuple[str, str, Tint]]
"""Names, words and the words' colours."""


def head_of(run: RecordedRun, trace: Trace) -> dict[str, Any]:
    """Give what the head of the page says."""
    root = trace.root
    started = root.fact(RunStarted) if root is not None else None
    asked = started.title if started is not None else ""
    head = {
        "title": run.name or asked or "A run without a question",
        "question": asked if run.name else "",
        "tags": list(run.tags),
        "warnings": [*run.left_out, *_why_not_whole(trace)],
        "facts": _facts(root, started) if root is not None and started is not None else [],
        "standing": _standing(root),
        "sums": _sums(trace, root) if root is not None else [],
    }
    return {name: _shown(value) for name, value in head.items()}


def _shown(value: Any) -> Any:
    if isinstance(value, str):
        return show_controls(value)
    return [_shown(one) for one in value] if isinstance(value, (list, tuple)) else value


def _why_not_whole(trace: Trace) -> Iterator[str]:
    """Say why there is no answer, or only a part of one."""
    if trace.root is None:
        yield "Nothing of this run was recorded."
        return
    finished = trace.root.fact(RunFinished)
    if finished is None:
        yield "The record ends while the run was going on."
    elif finished.status != "answered":
        yield f"{_ENDS[finished.status][0]}. {finished.reason}".strip()
    partial = _partial(trace)
    if partial and (finished is None or partial != finished.reason):
        yield f"The answer is partial: {partial}"


def _partial(trace: Trace) -> str:
    children = [trace.nodes[child] for child in trace.root.children] if trace.root is not None else []
    given = [event for node in children for event in node.facts(AnswerGiven)]
    return given[-1].partial or "" if given else ""


_ENDS: dict[str, tuple[str, Tint]] = {
    "answered": ("Answered", "answer"),
    "partial": ("Partial answer", "warn"),
    "failed": ("No answer", "error"),
    "cancelled": ("Stopped", "warn"),
    "interrupted": ("Interrupted", "warn"),
}


def _standing(root: Node | None) -> tuple[str, Tint]:
    finished = root.fact(RunFinished) if root is not None else None
    return ("Unfinished", "muted") if finished is None else _ENDS[finished.status]


def _facts(root: Node, started: RunStarted) -> Said:
    changed = root.fact(LimitsChanged)
    limits = changed.limits if changed is not None else started.limits
    limit = money(limits.cost_nano_usd) if limits.cost_nano_usd is not None else "no money limit"
    time = seconds(limits.seconds) if limits.seconds is not None else "no time limit"
    return [
        ("Root", _model(started.root), "root"),
        ("Worker", _model(started.worker), "worker"),
        ("Limit", f"{limit} · {plural(limits.turns, 'turn')} · {time}", "text"),
        ("Strategy", started.strategy, "text"),
        ("Documents", f"{started.document_count:,}", "text"),
    ]


def _model(model: ModelFacts) -> str:
    return short_model(model.name)


def _sums(trace: Trace, root: Node) -> list[str]:
    totals = root.totals
    turns = sum(trace.nodes[child].kind == "turn" for child in root.children)
    said = [totals.cost_in_words, tokens(totals.tokens), seconds(elapsed(trace, root)), plural(totals.calls, "call")]
    return [plural(turns, "turn"), *said] if turns else said


def timeline_of(timeline: Timeline) -> dict[str, Any]:
    """Give the run over time, all times in seconds from its begin; as many shapes as an eye can tell apart."""
    begin, end = timeline.begin, timeline.end
    blocks = [*timeline.root_blocks(begin, end), *timeline.blocks(begin, end)]
    grain = max(timeline.seconds / GRAINS, 1e-9)
    costs = {int((at - begin) / grain): (at - begin, cost) for at, cost in timeline.costs}
    return {
        "seconds": timeline.seconds,
        "lanes": timeline.lanes,
        "blocks": [(one.lane, one.start - begin, one.end - begin, one.state, int(one.is_root)) for one in blocks],
        "costs": list(costs.values()),
        "errors": sorted({int((tick.at - begin) / grain) * grain for tick in timeline.failures}),
    }
