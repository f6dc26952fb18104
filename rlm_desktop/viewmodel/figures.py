"""The cards of figures: what a run, a turn, a fan-out or a call used, cost and saved."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from rlm_desktop.export.answer import percent
from rlm_desktop.trace.events import CallFinished, CallRetried, CallStarted, RunFinished, RunStarted
from rlm_desktop.trace.facts import CacheMode, PriceSource
from rlm_desktop.trace.ids import NodeId
from rlm_desktop.trace.nodes import Node
from rlm_desktop.trace.places import call_place
from rlm_desktop.trace.rows import elapsed, short_model
from rlm_desktop.trace.totals import Totals
from rlm_desktop.trace.tree import Trace
from rlm_desktop.trace.wording import money, one_line, plural, seconds
from rlm_desktop.viewmodel.cards import Card, Cell, TableBody
from rlm_desktop.viewmodel.relatives import limits_of

Figure = tuple[str, str, str]
"""What it is, how much, and a remark."""


def run_figures(trace: Trace, run: Node) -> Card:
    """Show how a run stands, what it used, and what it was given."""
    started, finished = run.fact(RunStarted), run.fact(RunFinished)
    state = ("State", finished.status if finished else "running", finished.reason if finished else "")
    given = _given(started) if started is not None else ()
    return figures_card([state, *_sums(trace, run, _limit_words(run)), *given])


def sums_card(trace: Trace, node: Node) -> Card:
    """Show what the calls below a node used, cost and saved together."""
    return figures_card(_sums(trace, node))


def _sums(trace: Trace, node: Node, limit: str = "") -> Iterator[Figure]:
    totals = node.totals
    retries = plural(totals.retries, "retry", "retries")
    yield "Cost", totals.cost_in_words, limit
    yield "Tokens", f"{totals.tokens:,}", f"{totals.input_tokens:,} in, {totals.output_tokens:,} out"
    yield from _cache_figures(totals)
    yield "Calls", f"{totals.calls:,}", f"{plural(totals.errors, 'error')}, {retries}"
    yield "Time", seconds(elapsed(trace, node)), ""


def _cache_figures(totals: Totals) -> Iterator[Figure]:
    """Say what the provider had in its prompt cache, and what replies known here saved."""
    if totals.input_tokens:
        share = percent(totals.cached_input_tokens / totals.input_tokens)
        yield "Prompt cache", share, f"{totals.cached_input_tokens:,} of {totals.input_tokens:,} tokens in"
    if totals.cached:
        yield "Saved", totals.saved_in_words, plural(totals.cached, "known reply", "known replies")


def _given(started: RunStarted) -> Iterator[Figure]:
    models = [("Root", started.root), ("Worker", started.worker), *(("Also allowed", one) for one in started.others)]
    for name, model in models:
        yield name, short_model(model.name), f"goes to {model.goes_to}"
    yield "Strategy", started.strategy, started.strategy_reason
    yield "Known replies", started.cache, _CACHE_MODES[started.cache]
    yield "Corpus", plural(started.document_count, "document"), plural(started.characters, "character")


_CACHE_MODES: dict[CacheMode, str] = {
    "off": "every prompt is sent anew",
    "reuse": "no prompt is sent twice",
    "replay-only": "nothing new is sent",
}


def figures_card(figures: Iterable[Figure], title: str = "Figures") -> Card:
    """Show figures, one a row."""
    rows = tuple(_figure(name, value, note) for name, value, note in figures)
    return Card(title=title, tint="muted", body=TableBody(rows=rows, stretch=2))


def _figure(name: str, value: str, note: str) -> tuple[Cell, ...]:
    return Cell(text=name, tint="muted"), Cell(text=value, is_code=True), Cell(text=note, tint="muted")


def _limit_words(run: Node) -> str:
    limits = limits_of(run)
    cost = limits.cost_nano_usd if limits is not None else None
    return f"of {money(cost)}" if cost is not None else ""


def call_figures(trace: Trace, call: Node) -> Card:
    """Show a call's model, cost, tokens and time."""
    totals = call.totals
    started = call.fact(CallStarted)
    tokens = f"{totals.input_tokens:,} in, {totals.output_tokens:,} out"
    written = f"{totals.cache_write_tokens:,} written to the cache, " if totals.cache_write_tokens else ""
    figures = [
        ("Model", short_model(started.model) if started else "", started.role if started else ""),
        ("Cost", totals.cost_in_words, _price_note(trace, call)),
        ("Tokens", tokens, f"{written}{totals.reasoning_tokens:,} reasoning"),
        *_cache_figures(totals),
        ("Time", seconds(elapsed(trace, call)), ""),
    ]
    return _leading_to(figures_card(figures), "Cost", _same_as(trace, call))


def _same_as(trace: Trace, call: Node) -> NodeId | None:
    """Give the call that had the same prompt, if that is known."""
    finished = call.fact(CallFinished)
    same_as = finished.same_as if finished is not None else None
    return same_as if same_as in trace.nodes else None


def _leading_to(card: Card, name: str, node: NodeId | None) -> Card:
    """Let a click on what is said about a figure lead to a node."""
    assert isinstance(card.body, TableBody)
    rows = tuple(
        (*row[:-1], replace(row[-1], node=node, tint="accent")) if row[0].text == name and node is not None else row
        for row in card.body.rows
    )
    return replace(card, body=replace(card.body, rows=rows))


_SOURCES: dict[PriceSource, str] = {
    "reported": "as the provider reports it",
    "entered": "by the prices you entered",
    "listed": "by the price list",
    "local": "runs on this computer",
    "unknown": "",
}


def _price_note(trace: Trace, call: Node) -> str:
    """Say where a call's cost comes from, and what a known reply saved."""
    finished = call.fact(CallFinished)
    if finished is None:
        return ""
    if finished.cost_nano_usd is None:
        return "its price is not known"
    if not finished.cached:
        return _SOURCES[finished.price_source]
    known = "known from an earlier run"
    if finished.same_as is not None:
        known = f"same prompt as {call_place(trace, finished.same_as, call)}"
    return f"{known}; saved {call.totals.saved_in_words}"


def attempts_cards(call: Node) -> list[Card]:
    """Show the attempts of a call that failed before the last one."""
    retries = list(call.facts(CallRetried))
    if not retries:
        return []
    body = TableBody(
        rows=tuple(_attempt_cells(retry) for retry in retries),
        headings=("attempt", "what went wrong", "tokens", "cost", "wait"),
        stretch=1,
    )
    return [Card(title="Past attempts", tint="warn", meta=plural(len(retries), "attempt"), body=body)]


def _attempt_cells(retry: CallRetried) -> tuple[Cell, ...]:
    usage, cost = retry.usage, retry.cost_nano_usd
    used = f"{usage.input_tokens:,} in, {usage.output_tokens:,} out"
    return (
        Cell(text=str(retry.attempt), is_figure=True, tint="muted"),
        Cell(text=one_line(retry.reason)),
        Cell(text=used if usage.input_tokens or usage.output_tokens else "–", is_figure=True),
        Cell(text="may be billed" if cost is None else money(cost), is_figure=True),
        Cell(text=seconds(retry.wait_seconds), is_figure=True),
    )
