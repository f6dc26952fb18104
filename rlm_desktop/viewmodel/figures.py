"""The cards of figures: what a run, a turn, a fan-out or a call used, cost and saved."""

from rlm_desktop.trace.events import CallFinished, CallRetried, CallStarted, RunFinished, RunStarted
from rlm_desktop.trace.facts import PriceSource
from rlm_desktop.trace.nodes import Node
from rlm_desktop.trace.places import call_place
from rlm_desktop.trace.tree import Trace
from rlm_desktop.trace.wording import money, one_line, plural, seconds
from rlm_desktop.viewmodel.cards import Card, Cell, TableBody
from rlm_desktop.viewmodel.rows import elapsed, short_model


def run_figures(trace: Trace, run: Node) -> Card:
    """Show how a run stands, what it used, and what it was given."""
    started, finished = run.fact(RunStarted), run.fact(RunFinished)
    totals = run.totals
    pairs = [
        ("State", finished.status if finished else "running", finished.reason if finished else ""),
        ("Cost", totals.cost_in_words, _limit_words(started)),
        ("Tokens", f"{totals.tokens:,}", f"{totals.input_tokens:,} in, {totals.output_tokens:,} out"),
        (
            "Calls",
            f"{totals.calls:,}",
            f"{plural(totals.errors, 'error')}, {plural(totals.retries, 'retry', 'retries')}",
        ),
        ("Time", seconds(elapsed(trace, run)), ""),
    ]
    if started is not None:
        pairs += [
            ("Root", short_model(started.root.name), f"goes to {started.root.goes_to}"),
            ("Worker", short_model(started.worker.name), f"goes to {started.worker.goes_to}"),
            ("Strategy", started.strategy, started.strategy_reason),
            ("Corpus", plural(started.document_count, "document"), plural(started.characters, "character")),
        ]
    rows = tuple(_figure(name, value, note) for name, value, note in pairs)
    return Card(title="Figures", tint="muted", body=TableBody(rows=rows, stretch=2))


def _figure(name: str, value: str, note: str) -> tuple[Cell, ...]:
    return Cell(text=name, tint="muted"), Cell(text=value, is_code=True), Cell(text=note, tint="muted")


def _limit_words(started: RunStarted | None) -> str:
    limit = started.limits.cost_nano_usd if started else None
    return f"of {money(limit)}" if limit is not None else ""


def call_figures(trace: Trace, call: Node) -> Card:
    """Show a call's model, cost, tokens and time."""
    totals = call.totals
    started = call.fact(CallStarted)
    tokens = f"{totals.input_tokens:,} in, {totals.output_tokens:,} out"
    written = f"{totals.cache_write_tokens:,} written to the cache, " if totals.cache_write_tokens else ""
    details = f"{totals.cached_input_tokens:,} of them cached, {written}{totals.reasoning_tokens:,} reasoning"
    pairs = [
        ("Model", short_model(started.model) if started else "", started.role if started else ""),
        ("Cost", totals.cost_in_words, _price_note(trace, call)),
        ("Tokens", tokens, details),
        ("Time", seconds(elapsed(trace, call)), ""),
    ]
    rows = tuple(_figure(name, value, note) for name, value, note in pairs)
    return Card(title="Figures", tint="muted", body=TableBody(rows=rows, stretch=2))


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
