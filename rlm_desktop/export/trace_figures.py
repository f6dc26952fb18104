"""The cards of figures: what a node used and cost, and what came before its last attempt."""

from collections.abc import Iterable, Iterator

from rlm_desktop.export.trace_cards import Card, Cell, figure, muted, table
from rlm_desktop.trace.events import CallFinished, CallHeld, CallRetried, CallStarted
from rlm_desktop.trace.facts import PriceSource
from rlm_desktop.trace.nodes import Node
from rlm_desktop.trace.places import call_place
from rlm_desktop.trace.rows import elapsed
from rlm_desktop.trace.totals import Totals
from rlm_desktop.trace.tree import Trace
from rlm_desktop.trace.wording import NANO, money, plural, seconds

Figure = tuple[str, str, str]
"""What it is, how much, and a remark."""


def figures_card(figures: Iterable[Figure], title: str = "Figures") -> Card:
    """Show figures, one a row."""
    rows = [(muted(name), figure(value), muted(remark)) for name, value, remark in figures]
    return Card(title=title, tint="muted", tab="Figures", body=table(*rows))


def sums(trace: Trace, node: Node) -> Iterator[Figure]:
    """Give what a node and all below it used and cost, exactly."""
    totals = node.totals
    if totals.calls or node.kind != "step":
        yield "Cost", totals.cost_in_words, _exact_cost(totals)
        yield from _token_figures(totals)
    if totals.calls and node.kind != "call":
        retries = plural(totals.retries, "retry", "retries")
        yield "Calls", f"{totals.calls:,}", f"{plural(totals.errors, 'error')}, {retries}"
    if totals.cached:
        yield "Saved", totals.saved_in_words, plural(totals.cached, "known reply", "known replies")
    yield "Time", seconds(elapsed(trace, node)), f"{elapsed(trace, node):,.3f} s, {_begun(trace, node)}"


def _exact_cost(totals: Totals) -> str:
    exact = exact_money(totals.cost_nano_usd)
    return f"at least {exact}; {plural(totals.unpriced, 'call')} of unknown price" if totals.unpriced else exact


def exact_money(cost_nano_usd: int) -> str:
    """Write nano-dollars to the last one: `$0.014200001`."""
    whole, rest = divmod(cost_nano_usd, NANO)
    digits = f"{rest:09d}".rstrip("0")
    return f"${whole:,}.{digits}" if digits else f"${whole:,}"


def _token_figures(totals: Totals) -> Iterator[Figure]:
    written = f", {totals.cache_write_tokens:,} written to the cache" if totals.cache_write_tokens else ""
    yield "Tokens in", f"{totals.input_tokens:,}", f"{totals.cached_input_tokens:,} cached{written}"
    yield "Tokens out", f"{totals.output_tokens:,}", f"{totals.reasoning_tokens:,} reasoning"


def _begun(trace: Trace, node: Node) -> str:
    begun = trace.root.started if trace.root is not None else node.started
    return f"begun {seconds(max(0.0, node.started - begun))} into the run"


def call_figures(trace: Trace, call: Node) -> Card:
    """Show a call's model, tokens, cost and time, and how it ended."""
    started, finished = call.fact(CallStarted), call.fact(CallFinished)
    figures: list[Figure] = [("Model", started.model if started else "", started.role if started else "")]
    for figure_ in sums(trace, call):
        figures.append(("Cost", figure_[1], _cost_remark(trace, call, figure_[2])) if figure_[0] == "Cost" else figure_)
    if finished is not None and finished.cut:
        figures.append(("Cut", "yes", "the reply ended at the output limit"))
    return figures_card(figures)


def _cost_remark(trace: Trace, call: Node, exact: str) -> str:
    finished = call.fact(CallFinished)
    if finished is None or finished.cost_nano_usd is None:
        return exact if finished is None else "its price is not known"
    if finished.same_as is not None:
        return f"{exact}, same prompt as {call_place(trace, finished.same_as, call)}"
    if finished.cached:
        return f"{exact}, known from an earlier run"
    return ", ".join(filter(None, (exact, SOURCES[finished.price_source])))


SOURCES: dict[PriceSource, str] = {
    "reported": "as the provider reports it",
    "entered": "by entered prices",
    "listed": "by the price list",
    "local": "runs on this computer",
    "unknown": "",
}
"""Who says what something costs."""


def waits_cards(call: Node) -> Iterator[Card]:
    """Show the attempts of a call that failed before the last one, and when it waited for its provider."""
    retries = list(call.facts(CallRetried))
    if retries:
        headings = ("attempt", "what went wrong", "tokens in", "tokens out", "cost", "wait")
        body = table(*map(_attempt, retries), headings=headings)
        yield Card(title="Past attempts", tint="warn", meta=plural(len(retries), "attempt"), body=body)
    held = [(wait.reason, figure(seconds(wait.seconds))) for wait in call.facts(CallHeld)]
    if held:
        body = table(*held, headings=("waited for the provider", "expected"))
        yield Card(title="Waits", tint="warn", meta=plural(len(held), "wait"), body=body)


def _attempt(retry: CallRetried) -> tuple[str | Cell, ...]:
    cost = "may be billed" if retry.cost_nano_usd is None else money(retry.cost_nano_usd)
    tokens = (figure(f"{retry.usage.input_tokens:,}"), figure(f"{retry.usage.output_tokens:,}"))
    return figure(str(retry.attempt)), retry.reason, *tokens, figure(cost), figure(seconds(retry.wait_seconds))
