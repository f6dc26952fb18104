"""What two runs were set to: models, limits, strategy, cache, documents."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TypeVar

from rlm_desktop.trace.events import LimitsChanged, RunStarted
from rlm_desktop.trace.facts import Limits, ModelFacts
from rlm_desktop.trace.tree import Trace
from rlm_desktop.trace.wording import money, plural, seconds, size
from rlm_desktop.viewmodel.comparison.figures import NONE
from rlm_desktop.viewmodel.comparison.text_diff import TextDiff, diff_texts

Number = TypeVar("Number", int, float)


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """One setting of both runs in words."""

    name: str
    left: str
    right: str

    @property
    def differs(self) -> bool:
        """Whether the runs were set differently."""
        return self.left != self.right


def settings_of(left: Trace, right: Trace) -> tuple[Setting, ...]:
    """Put the settings of two runs beside each other, those that differ first."""
    ours, theirs = dict(_settings(left)), dict(_settings(right))
    names = list(dict.fromkeys((*ours, *theirs)))
    both = [Setting(name=name, left=ours.get(name, NONE), right=theirs.get(name, NONE)) for name in names]
    return tuple(sorted(both, key=lambda setting: not setting.differs))


def documents_of(left: Trace, right: Trace) -> TextDiff:
    """Compare the documents of two runs, a line each."""
    ours, theirs = _started(left), _started(right)
    if ours is None or theirs is None or (ours.corpus and ours.corpus == theirs.corpus):
        return TextDiff()
    found = diff_texts(_list(ours), _list(theirs))
    unlisted = [one for one in (ours, theirs) if one.document_count > len(one.documents)]
    if not unlisted:
        return found
    most = max(len(one.documents) for one in unlisted)
    note = f"Of large corpora only {plural(most, 'document')} are recorded by name; the others are not compared."
    return TextDiff(lines=found.lines, note=" ".join(filter(None, (found.note, note))))


def _started(trace: Trace) -> RunStarted | None:
    return None if trace.root is None else trace.root.fact(RunStarted)


def _list(started: RunStarted) -> str:
    return "\n".join(f"{document.name} · {plural(document.characters, 'character')}" for document in started.documents)


def _settings(trace: Trace) -> Iterable[tuple[str, str]]:
    started = _started(trace)
    if trace.root is None or started is None:
        return
    yield "Question", started.title
    yield "Strategy", started.strategy
    yield "Root", started.root.name
    yield "Worker", started.worker.name
    yield "Other models", ", ".join(model.name for model in started.others) or "none"
    yield from _models(started)
    changed = trace.root.fact(LimitsChanged)
    yield from _limits(started.limits)
    if changed is not None and changed.limits != started.limits:
        yield "Limits changed in the run", _changes(started.limits, changed.limits)
    yield "Cache", started.cache
    yield "Documents", plural(started.document_count, "document")
    yield "Text", plural(started.characters, "character")
    yield "Version of the corpus", started.corpus[:12] or "not kept"
    yield "Could not be read", plural(started.skipped_count, "file")
    yield "Isolation", started.isolation or "not recorded"


def _models(started: RunStarted) -> Iterable[tuple[str, str]]:
    for role, model in (("Root", started.root), ("Worker", started.worker)):
        yield f"{role} goes to", model.goes_to
        yield f"{role} window", f"{model.window_tokens:,} tokens"
        yield f"{role} prices", _prices(model)


def _prices(model: ModelFacts) -> str:
    if model.input_price is None and model.output_price is None:
        return "unknown"
    return f"{money(model.input_price)} in, {money(model.output_price)} out, a million tokens"


def _limits(limits: Limits) -> Iterable[tuple[str, str]]:
    yield "Money limit", _or_none(limits.cost_nano_usd, money)
    yield "Turn limit", f"{limits.turns:,}"
    yield "Time limit", _or_none(limits.seconds, seconds)
    yield "Token limit", _or_none(limits.tokens, _count)
    yield "Sub-call limit", _or_none(limits.sub_calls, _count)
    yield "Depth limit", f"{limits.depth:,}"
    yield "Failing turns in a row", f"{limits.failing_turns:,}"
    yield "Calls at once", f"{limits.concurrency:,}"
    yield "Time of a block", seconds(limits.block_seconds)
    yield "Memory of a block", size(limits.block_memory_bytes)


def _changes(before: Limits, after: Limits) -> str:
    pairs = zip(_limits(before), _limits(after), strict=True)
    return ", ".join(f"{name.lower()} {new}" for (name, old), (_, new) in pairs if old != new)


def _count(amount: int) -> str:
    return f"{amount:,}"


def _or_none(amount: Number | None, write: Callable[[Number], str]) -> str:
    return "none" if amount is None else write(amount)
