"""The cards of a run or child run: its question, how it ended, what it was given, and what its answer rests on."""

from collections.abc import Iterator
from itertools import chain

from rlm_desktop.export.trace_cards import Card, Cell, Kept, Table, Words, figure, muted, table
from rlm_desktop.export.trace_figures import SOURCES, Figure, figures_card, sums
from rlm_desktop.trace.events import EvidenceChecked, LimitsChanged, RunFinished, RunStarted, TextSent
from rlm_desktop.trace.facts import Coverage, DocumentFacts, ModelFacts, PriceTier, Quote
from rlm_desktop.trace.limit_words import limit_words
from rlm_desktop.trace.nodes import Node
from rlm_desktop.trace.rows import Tint
from rlm_desktop.trace.tree import Trace
from rlm_desktop.trace.wording import money, plural, size


def run_cards(trace: Trace, run: Node) -> Iterator[Card]:
    """Tell of a run; its turns, answers and remarks are nodes of their own."""
    started = run.fact(RunStarted)
    if started is not None:
        yield Card(title="Question", tint="text", body=Kept(pieces=(started.question,), language="prose"))
    yield figures_card([*_standing(trace, run), *sums(trace, run)])
    for checked in run.facts(EvidenceChecked):
        yield from _evidence(checked)
    if started is not None:
        yield from _given(started)
    yield from (_limits(changed, "Limits, changed") for changed in run.facts(LimitsChanged))
    yield from _sent(run)
    strays = _strays(trace, run)
    if strays:
        text = f"{plural(strays, 'entry', 'entries')} of the record are damaged: they tell of nothing that is in it."
        yield Card(title="Damaged record", tint="error", body=Words(text=text, language="prose"))


def _strays(trace: Trace, run: Node) -> int:
    """Count the entries that the fold could only leave at the run, or nowhere."""
    if run.parent is not None:
        return 0
    return len(trace.orphans) + sum(not isinstance(entry.event, _OF_RUNS) for entry in run.entries)


_OF_RUNS = (RunStarted, LimitsChanged, TextSent, EvidenceChecked, RunFinished)


def _standing(trace: Trace, run: Node) -> Iterator[Figure]:
    finished = run.fact(RunFinished)
    partial = [trace.nodes[child].status == "partial" for child in run.children if trace.nodes[child].kind == "answer"]
    state = finished.status if finished is not None else run.status
    yield "State", state, finished.reason if finished is not None else "its record ends here"
    if any(partial) and state != "partial":
        yield "Answer", "partial", ""


def _evidence(checked: EvidenceChecked) -> Iterator[Card]:
    if checked.quotes:
        found = sum(quote.match != "none" for quote in checked.quotes)
        meta = f"{found:,} of {plural(len(checked.quotes), 'quote')} found"
        body = table(*map(_quote, checked.quotes), headings=("quote", "match", "document", "place"))
        yield Card(title="Evidence", tint="answer", meta=meta, body=body)
    if checked.coverage is not None:
        yield figures_card(_coverage(checked.coverage), "Coverage")


def _quote(quote: Quote) -> tuple[str | Cell, ...]:
    words, tint = _MATCHES[quote.match]
    page = f"p. {quote.page}" if quote.page is not None else ""
    span = f"characters {quote.start:,} to {quote.end:,}" if quote.start is not None and quote.end is not None else ""
    place = ", ".join(filter(None, (quote.part or page, span)))
    return quote.text, Cell(text=words, tint=tint), quote.document or "", muted(place)


_MATCHES: dict[str, tuple[str, Tint]] = {
    "exact": ("exact", "answer"),
    "several": ("several places", "warn"),
    "none": ("✕ not found", "error"),
}


def _coverage(coverage: Coverage) -> Iterator[Figure]:
    yield "Sent to workers", f"{coverage.sent_to_workers:.1%}", "of the corpus’ characters"
    yield "Shown to the root LM", f"{coverage.shown_to_root:.1%}", ""
    yield "Never read", f"{coverage.never_read:.1%}", ""


def _given(started: RunStarted) -> Iterator[Card]:
    models = [("root", started.root), ("worker", started.worker), *(("also allowed", one) for one in started.others)]
    rows = chain.from_iterable(_model(role, model) for role, model in models)
    yield Card(title="Models", tint="root", body=table(*rows, headings=_MODEL_HEADINGS))
    yield _limits(started, "Limits")
    yield figures_card(_settings(started), "Settings")
    if started.documents:
        listed = len(started.documents)
        meta = plural(started.document_count, "document")
        note = f"the {listed:,} largest" if started.document_count > listed else ""
        body = table(*map(_document, started.documents), headings=_DOCUMENT_HEADINGS)
        yield Card(title="Documents", tint="muted", note=note, meta=meta, body=body)
    if started.skipped_count:
        skipped = [(file.path, Cell(text=file.reason, tint="warn")) for file in started.skipped]
        note = f"the first {len(skipped):,}" if started.skipped_count > len(skipped) else ""
        body = table(*skipped, headings=("path", "reason"))
        yield Card(title="Skipped files", tint="warn", note=note, meta=plural(started.skipped_count, "file"), body=body)


_MODEL_HEADINGS = (
    "role",
    "model",
    "text goes to",
    "window",
    "input",
    "cached",
    "cache write",
    "output",
    "reasoning",
    "",
)
_DOCUMENT_HEADINGS = ("document", "path", "kind", "characters", "size", "pages", "without")


def _model(role: str, model: ModelFacts) -> Iterator[tuple[str | Cell, ...]]:
    said = ", ".join(filter(None, (SOURCES[model.price_source], model.priced_on)))
    window = figure(f"{model.window_tokens:,} tok")
    yield muted(role), Cell(text=model.name, tint="root"), model.goes_to, window, *_prices(model), muted(said)
    for tier in model.tiers:
        above = muted(f"prompts above {tier.above_tokens:,} tokens")
        yield muted(""), muted(""), muted(""), figure(""), *_prices(tier), above


def _prices(priced: ModelFacts | PriceTier) -> Iterator[Cell]:
    """Write prices a million tokens; what is priced as something else stays blank."""
    for price, plain in (
        (priced.input_price, "unknown"),
        (priced.cached_input_price, "unknown"),
        (priced.cache_write_price, ""),
        (priced.output_price, "unknown"),
        (priced.reasoning_price, ""),
    ):
        yield figure(plain if price is None else f"{money(price)}/M")


def _limits(holding: RunStarted | LimitsChanged, title: str) -> Card:
    return figures_card([(name, words, "") for name, words in limit_words(holding.limits)], title)


def _settings(started: RunStarted) -> Iterator[Figure]:
    yield "Strategy", started.strategy, started.strategy_reason
    yield "Depth", f"{started.depth:,}", ""
    yield "Known replies", started.cache, ""
    yield "Isolation", started.isolation or "none", ""
    yield "Corpus", plural(started.document_count, "document"), plural(started.characters, "character")
    if started.corpus:
        yield "Version of the corpus", started.corpus, ""


def _document(document: DocumentFacts) -> tuple[str | Cell, ...]:
    pages = f"{document.pages:,}" if document.pages is not None else ""
    figures = (figure(f"{document.characters:,}"), figure(size(document.size_bytes)), figure(pages))
    lost = Cell(text=", ".join(document.losses), tint="warn")
    return document.name, muted(document.path), document.kind, *figures, lost


def _sent(run: Node) -> Iterator[Card]:
    sent = [one for event in run.facts(TextSent) for one in event.sent]
    if sent:
        rows = [(one.document, one.model, one.goes_to, figure(f"{one.characters:,}")) for one in sent]
        body: Table = table(*rows, headings=("document", "model", "goes to", "characters"))
        yield Card(
            title="Text sent", tint="muted", meta=plural(sum(one.characters for one in sent), "character"), body=body
        )
