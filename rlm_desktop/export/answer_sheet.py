"""All that a file with an answer says, in words, whatever the file's format."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from rlm_desktop.export.answer import Answer, Share, answer_of, shares_of
from rlm_desktop.export.answer_tokens import as_shown
from rlm_desktop.export.errors import NotFit
from rlm_desktop.export.recorded import RecordedRun, trace_of, whole_text
from rlm_desktop.trace.events import LimitReached, LimitsChanged, RunStarted
from rlm_desktop.trace.facts import Limits, ModelFacts, Quote
from rlm_desktop.trace.moments import local
from rlm_desktop.trace.nodes import Node
from rlm_desktop.trace.notes import HIGHEST_SCORE, NodeNote
from rlm_desktop.trace.places import node_place
from rlm_desktop.trace.totals import Totals
from rlm_desktop.trace.tree import Trace
from rlm_desktop.trace.wording import exact_money, money, one_line, plural, seconds, size

_NOT_ENDED = "The run had not ended when this was written."


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """What it is, how much, and a remark."""

    name: str
    value: str
    remark: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Remark:
    """What a reader wrote on a part of the run: which part, pin, score and labels in words, and the note."""

    place: str
    marks: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerSheet:
    """What is said of an answer, in the order in which it is read."""

    title: str
    """One line: the name that the reader gave the run, or how the question begins."""
    question: str
    tags: tuple[str, ...]
    warning: str
    """A sentence when the answer is not a full one, or is missing; else empty."""
    answer: str | None
    quotes: tuple[Quote, ...]
    evidence_in_short: str
    shares: tuple[Share, ...]
    """How much of the documents was read; empty where that was not counted."""
    facts: tuple[Fact, ...]
    reached: tuple[str, ...]
    """The limits that stopped something, each a sentence."""
    remarks: tuple[Remark, ...]
    left_out: tuple[str, ...]

    @property
    def summary(self) -> str:
        """The figures that matter most, in one line."""
        wanted = {"Asked", "State", "Cost", "Tokens", "Time"}
        return " · ".join(_short(fact) for fact in self.facts if fact.name in wanted)

    @property
    def coverage(self) -> str:
        """How much of the documents was read, in a sentence; empty where that was not counted."""
        return " · ".join(share.words for share in self.shares)


def _short(fact: Fact) -> str:
    return f"{fact.value} tokens" if fact.name == "Tokens" else fact.value


def sheet_of(run: RecordedRun) -> AnswerSheet:
    """Gather what is said of a run's answer; raises `NotFit` for a record in which no run begins."""
    trace = trace_of(run)
    answer = answer_of(trace, lambda given: whole_text(run, given.answer))
    root = trace.root
    started = root.fact(RunStarted) if root is not None else None
    if root is None or started is None or answer is None:
        raise NotFit("This record holds no beginning of a run, so there is no answer to write. Export it as rlmtrace.")
    return AnswerSheet(
        title=" ".join(as_shown(run.name).split()) or one_line(started.title) or "A run without a question",
        question=whole_text(run, started.question),
        tags=run.tags,
        warning=answer.warning if answer.status else _NOT_ENDED,
        answer=answer.text,
        quotes=answer.quotes,
        evidence_in_short=answer.evidence_in_short,
        shares=shares_of(answer.coverage) if answer.coverage else (),
        facts=tuple(_facts(run, root, started, answer)),
        reached=tuple(_reached(trace)),
        remarks=tuple(_remarks(trace, run.notes.values())),
        left_out=tuple(run.left_out),
    )


def _facts(run: RecordedRun, root: Node, started: RunStarted, answer: Answer) -> Iterator[Fact]:
    limits = next((fact.limits for fact in [*root.facts(LimitsChanged)][::-1]), started.limits)
    yield Fact(name="Asked", value=_date(root.started))
    yield Fact(name="State", value=answer.status or "running", remark=answer.reason)
    yield from _sums(root.totals, limits)
    yield Fact(name="Time", value=seconds(root.seconds))
    yield from _models(started)
    yield Fact(name="Strategy", value=started.strategy, remark=started.strategy_reason)
    yield _documents(started)
    yield Fact(name="Limits", value=plural(limits.turns, "turn"), remark=_limits(limits))
    yield Fact(name="Run", value=run.run)


def _date(at: float) -> str:
    try:
        here = local(at)
    except (ValueError, OverflowError, OSError):
        return "at a time that no calendar has"
    # With its distance from UTC: the file may be read elsewhere.
    date = here.isoformat(" ", "minutes")
    return f"{date[:16]} UTC{date[16:]}"


def _sums(totals: Totals, limits: Limits) -> Iterator[Fact]:
    yield Fact(name="Cost", value=_cost(totals), remark=_cost_remark(totals, limits))
    into = f"{totals.input_tokens:,} in ({totals.cached_input_tokens:,} of them from the provider’s prompt cache)"
    out = f"{totals.output_tokens:,} out ({totals.reasoning_tokens:,} of them reasoning)"
    yield Fact(name="Tokens", value=f"{totals.tokens:,}", remark=f"{into}, {out}")
    counts = [plural(totals.errors, "error"), plural(totals.retries, "retry", "retries")]
    known = [f"{plural(totals.cached, 'known reply', 'known replies')} that saved {totals.saved_in_words}"]
    remark = ", ".join(counts + (known if totals.cached else []))
    yield Fact(name="Calls", value=f"{totals.calls:,}", remark=remark)


def _cost(totals: Totals) -> str:
    if not totals.unpriced:
        return exact_money(totals.cost_nano_usd)
    return f"≥ {exact_money(totals.cost_nano_usd)}" if totals.cost_nano_usd else money(None)


def _cost_remark(totals: Totals, limits: Limits) -> str:
    parts = [f"of {money(limits.cost_nano_usd)}"] if limits.cost_nano_usd is not None else []
    if totals.unpriced:
        parts.append(f"the price of {plural(totals.unpriced, 'call')} is unknown")
    return "; ".join(parts)


def _models(started: RunStarted) -> Iterator[Fact]:
    models: list[tuple[str, ModelFacts]] = [("Root model", started.root), ("Worker model", started.worker)]
    for name, model in [*models, *(("Also allowed", one) for one in started.others)]:
        yield Fact(name=name, value=model.name, remark=f"goes to {model.goes_to}")


def _documents(started: RunStarted) -> Fact:
    skipped = started.skipped_count
    parts = [plural(started.characters, "character")]
    if skipped:
        names = ", ".join(f"{one.path} ({one.reason})" for one in started.skipped[:20])
        parts.append(f"{plural(skipped, 'file')} could not be read: {names}{', …' if skipped > 20 else ''}")
    return Fact(name="Documents", value=f"{started.document_count:,}", remark="; ".join(parts))


def _limits(limits: Limits) -> str:
    """Say where else a run would have stopped by itself."""
    parts = [
        f"depth {limits.depth}",
        seconds(limits.seconds) if limits.seconds is not None else "",
        money(limits.cost_nano_usd) if limits.cost_nano_usd is not None else "",
        plural(limits.tokens, "token") if limits.tokens is not None else "",
        plural(limits.sub_calls, "sub-call") if limits.sub_calls is not None else "",
        plural(limits.failing_turns, "failing turn"),
        f"{limits.concurrency} at once",
        f"a block {seconds(limits.block_seconds)} and {size(limits.block_memory_bytes)}",
    ]
    return " · ".join(part for part in parts if part)


def _reached(trace: Trace) -> Iterator[str]:
    """Give the sentences of the limits, those of many child runs once."""
    counts = Counter(fact.text for node in trace.walk() for fact in node.facts(LimitReached))
    for text, count in counts.items():
        yield f"{text} ({count:,} times)" if count > 1 else text


def _remarks(trace: Trace, notes: Iterable[NodeNote]) -> Iterator[Remark]:
    """Give the reader's notes in the order of the tree."""
    by_node = {note.node: note for note in notes if not note.is_empty}
    for node in trace.walk() if by_node else ():
        note = by_node.pop(node.id, None)
        if note is not None:
            title = f"{node_place(trace, node)}: {one_line(node.title, 80)}".removesuffix(": ")
            yield Remark(place=title, marks=_marks(note), text=note.text)
    for note in by_node.values():
        yield Remark(place="a part that is not recorded", marks=_marks(note), text=note.text)


def _marks(note: NodeNote) -> str:
    pin = ["pinned"] if note.is_pinned else []
    score = [f"{note.score} of {HIGHEST_SCORE}"] if note.score is not None else []
    return " · ".join([*pin, *score, *(f"# {label}" for label in note.labels)])
