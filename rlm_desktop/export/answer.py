"""The answer of a run: the text, where it was quoted from, how much was read."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from rlm_desktop.trace.controls import show_controls
from rlm_desktop.trace.events import AnswerGiven, EvidenceChecked, RunFinished, RunStarted
from rlm_desktop.trace.facts import Coverage, Quote, QuoteMatch, RunStatus
from rlm_desktop.trace.nodes import Node
from rlm_desktop.trace.tree import Trace
from rlm_desktop.trace.wording import plural


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A run's answer, or why there is none. `status` is None while the run goes on."""

    question: str
    text: str | None
    status: RunStatus | None
    reason: str
    quotes: tuple[Quote, ...] = ()
    coverage: Coverage | None = None

    @property
    def warning(self) -> str:
        """A sentence when the answer is not a full one, or is missing; else empty."""
        if self.status in (None, "answered"):
            return ""
        start = {
            "partial": "Partial answer.",
            "failed": "There is no answer.",
            "cancelled": "The run was stopped.",
            "interrupted": "The run was interrupted.",
        }[str(self.status)]
        return f"{start} {self.reason}".strip()

    @property
    def evidence_in_short(self) -> str:
        """Count the quotes: `8 quotes proved · 1 not found`."""
        found = sum(quote.match != "none" for quote in self.quotes)
        parts = [f"{plural(found, 'quote')} proved"] if found else []
        if found < len(self.quotes):
            parts.append(f"{len(self.quotes) - found} not found")
        return " · ".join(parts)


def answer_of(trace: Trace, load: Callable[[AnswerGiven], str]) -> Answer | None:
    """Gather the root run's answer from its tree as it stands; None before there is a run.

    `load` gives the text of an answer.
    """
    run = trace.root
    started = run.fact(RunStarted) if run is not None else None
    if run is None or started is None:
        return None
    given, checked, finished = (_last(trace, run, kind) for kind in (AnswerGiven, EvidenceChecked, RunFinished))
    partial = given.partial or "" if isinstance(given, AnswerGiven) else ""
    return Answer(
        question=started.title,
        text=load(given) if isinstance(given, AnswerGiven) else None,
        status=finished.status if isinstance(finished, RunFinished) else None,
        reason=(finished.reason if isinstance(finished, RunFinished) else "") or partial,
        quotes=checked.quotes if isinstance(checked, EvidenceChecked) else (),
        coverage=checked.coverage if isinstance(checked, EvidenceChecked) else None,
    )


def _last(trace: Trace, run: Node, kind: type[AnswerGiven] | type[EvidenceChecked] | type[RunFinished]) -> object:
    """Find a run's last event of a kind, in its own row or in those of its answers."""
    children = (trace.nodes[child] for child in run.children)
    rows = [run, *(child for child in children if child.kind == "answer")]
    found = [fact for row in rows for fact in row.facts(kind) if fact.run == run.id]
    return found[-1] if found else None


MATCHES: dict[QuoteMatch, str] = {"exact": "found", "several": "found more than once", "none": "not found"}
"""What looking a quote up came to."""


def quote_sign(quote: Quote) -> str:
    """Give the sign that tells proved from unproved without its colour."""
    return "✗" if quote.match == "none" else "✓"


def quote_row(number: int, quote: Quote) -> tuple[str, str, str, str, str]:
    """Give a quote as a row of a table: its number, words, document, place in it, and how it was found."""
    found = f"{quote_sign(quote)} {MATCHES[quote.match]}"
    return str(number), f"“{quote.text}”", quote.document or "", quote_part(quote), found


def quote_part(quote: Quote) -> str:
    """Say on which page or in which part of its document a quote stands; empty where that is not known."""
    return show_controls(quote.part) or (f"p. {quote.page}" if quote.page is not None else "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """One part of the coverage bar."""

    role: Literal["worker", "root", "line"]
    part: float
    words: str


def shares_of(coverage: Coverage) -> tuple[Share, ...]:
    """Split the corpus into what workers read, what only the root was shown, and what nobody read."""
    workers, never = coverage.sent_to_workers, coverage.never_read
    root_only = max(0.0, 1.0 - workers - never)
    return (
        Share(role="worker", part=workers, words=f"{percent(workers)} read by workers"),
        Share(role="root", part=root_only, words=f"{percent(root_only)} shown to the root only"),
        Share(role="line", part=never, words=f"{percent(never)} never read by a model"),
    )


def percent(part: float) -> str:
    """Write a share so that something never reads as nothing: `0 %`, `< 1 %`, `61 %`."""
    if 0 < part < 0.01:
        return "< 1 %"
    return f"{part * 100:.0f} %"
