"""What a node's Story tab tells, for each kind of node."""

from collections.abc import Callable, Iterator

from rlm_desktop.trace.events import (
    AnswerGiven,
    CallFinished,
    CallRetried,
    CallStarted,
    RunFinished,
    RunStarted,
    StepFinished,
    StepStarted,
)
from rlm_desktop.trace.facts import PriceSource
from rlm_desktop.trace.nodes import Node
from rlm_desktop.trace.tree import Trace
from rlm_desktop.trace.wording import money, plural, seconds
from rlm_desktop.viewmodel.cards import Card, Cell, TableBody, TextBody
from rlm_desktop.viewmodel.choices import limits_of
from rlm_desktop.viewmodel.detail_cards import (
    Texts,
    calls_card,
    calls_of,
    changes_card,
    code_card,
    findings_card,
    output_cards,
    prompt_cards,
    prose_card,
    reply_cards,
    text_card,
)
from rlm_desktop.viewmodel.relatives import root_call_of, step_of, steps_of
from rlm_desktop.viewmodel.rows import Tint, elapsed, short_model


def story(trace: Trace, node: Node, texts: Texts) -> list[Card]:
    """Tell what happened at a node."""
    return _STORIES.get(node.kind, _saying_story)(trace, node, texts)


def _run_story(trace: Trace, run: Node, texts: Texts) -> list[Card]:
    started = run.fact(RunStarted)
    cards = [
        prose_card("Question", "text", texts.text(started.question if started else None)),
        *answer_cards(trace, run, texts),
        _figures_card(trace, run, started),
    ]
    said = [trace.nodes[child] for child in run.children if trace.nodes[child].kind in _SAYINGS]
    return cards + ([_sayings_card(said)] if said else [])


def answer_cards(trace: Trace, run: Node, texts: Texts) -> list[Card]:
    """Show the answer of a run, and why it is partial if it is."""
    answers = [trace.nodes[child] for child in run.children if trace.nodes[child].kind == "answer"]
    return [card for node in answers for card in _answer_story(trace, node, texts)]


def _answer_story(_trace: Trace, node: Node, texts: Texts) -> list[Card]:
    given = node.fact(AnswerGiven)
    if given is None:
        return []
    text = texts.text(given.answer)
    title, tint = _ANSWERS[bool(given.partial)]
    return [prose_card(title, tint, text, note=given.partial or "", meta=plural(len(text), "character"))]


_ANSWERS: dict[bool, tuple[str, Tint]] = {True: ("Partial answer", "warn"), False: ("Answer", "answer")}


def _figures_card(trace: Trace, run: Node, started: RunStarted | None) -> Card:
    finished = run.fact(RunFinished)
    totals = run.totals
    pairs = [
        ("State", finished.status if finished else "running", finished.reason if finished else ""),
        ("Cost", totals.cost_in_words, _limit_words(run)),
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


def _limit_words(run: Node) -> str:
    limits = limits_of(run)
    return "" if limits is None or limits.cost_nano_usd is None else f"of {money(limits.cost_nano_usd)}"


def _sayings_card(said: list[Node]) -> Card:
    rows = tuple(
        (Cell(text=node.kind, tint="warn", node=node.id), Cell(text=node.title, node=node.id)) for node in said
    )
    return Card(title="Notes", tint="muted", meta=plural(len(said), "note"), body=TableBody(rows=rows))


def _turn_story(trace: Trace, turn: Node, texts: Texts) -> list[Card]:
    call = root_call_of(trace, turn)
    cards: list[Card] = []
    if call is not None and (call.is_open or not steps_of(trace, turn) or call.status == "failed"):
        cards += reply_cards(trace, call, texts, whole=False)
    elif turn.title:
        cards.append(_intent_card(turn, call))
    for step in steps_of(trace, turn):
        cards += _step_story(trace, step, texts)
    said = [trace.nodes[child] for child in turn.children if trace.nodes[child].kind in _SAYINGS]
    return cards + ([_sayings_card(said)] if said else [])


def _intent_card(turn: Node, call: Node | None) -> Card:
    finished = call.fact(CallFinished) if call else None
    started = call.fact(CallStarted) if call else None
    meta = ""
    if finished is not None:
        usage = finished.usage
        meta = f"{usage.input_tokens:,} in · {usage.output_tokens:,} out · {money(finished.cost_nano_usd)}"
    return Card(
        title="Said",
        tint="root",
        note=short_model(started.model) if started else "",
        meta=meta,
        body=TextBody(text=turn.title, is_prose=True),
        left_out="The first sentence",
        more="Reply",
    )


def _step_story(trace: Trace, step: Node, texts: Texts, current: Node | None = None) -> list[Card]:
    started = step.fact(StepStarted)
    looked = [findings_card(started.findings)] if started is not None and started.findings else []
    cards = [code_card(trace, step, texts), *looked, *output_cards(trace, step, texts)]
    calls = calls_of(trace, step)
    if calls:
        cards.append(calls_card(trace, calls, current.id if current else None))
    finished = step.fact(StepFinished)
    if finished is not None and finished.variables:
        cards.append(changes_card(finished.variables))
    if finished is not None and finished.lost:
        cards.append(text_card("Lost", "warn", ", ".join(finished.lost), note="names that a restart lost"))
    said = [trace.nodes[child] for child in step.children if trace.nodes[child].kind in _SAYINGS]
    return cards + ([_sayings_card(said)] if said else [])


def _batch_story(trace: Trace, batch: Node, texts: Texts) -> list[Card]:
    step = step_of(trace, batch)
    calls = calls_of(trace, batch)
    cards = [calls_card(trace, calls, most=40)] if calls else []
    return cards + ([code_card(trace, step, texts)] if step else [])


def _call_story(trace: Trace, call: Node, texts: Texts) -> list[Card]:
    asked = prompt_cards(call, texts, whole=False)[-1:]
    cards = [*asked, *reply_cards(trace, call, texts, whole=False), _call_figures(trace, call)]
    step = step_of(trace, call)
    if step is None:
        return cards
    peers = calls_of(trace, step)
    return [*cards, code_card(trace, step, texts), calls_card(trace, peers, call.id)]


def _call_figures(trace: Trace, call: Node) -> Card:
    totals = call.totals
    started = call.fact(CallStarted)
    tokens = f"{totals.input_tokens:,} in, {totals.output_tokens:,} out"
    written = f"{totals.cache_write_tokens:,} written to the cache, " if totals.cache_write_tokens else ""
    details = f"{totals.cached_input_tokens:,} of them cached, {written}{totals.reasoning_tokens:,} reasoning"
    pairs = [
        ("Model", short_model(started.model) if started else "", started.role if started else ""),
        ("Cost", totals.cost_in_words, _price_note(call)),
        ("Tokens", tokens, details),
        ("Time", seconds(elapsed(trace, call)), ""),
    ]
    pairs += [(f"Retry {retry.attempt}", seconds(retry.wait_seconds), retry.reason) for retry in _retries(call)]
    rows = tuple(_figure(name, value, note) for name, value, note in pairs)
    return Card(title="Figures", tint="muted", body=TableBody(rows=rows, stretch=2))


_SOURCES: dict[PriceSource, str] = {
    "reported": "as the provider reports it",
    "entered": "by the prices you entered",
    "listed": "by the price list",
    "local": "runs on this computer",
    "unknown": "",
}


def _price_note(call: Node) -> str:
    """Say where a call's cost comes from, and what a known reply saved."""
    finished = call.fact(CallFinished)
    if finished is None:
        return ""
    if finished.cost_nano_usd is None:
        return "its price is not known"
    if not finished.cached:
        return _SOURCES[finished.price_source]
    known = "known from an earlier run" if finished.same_as is None else "the very same prompt was sent once"
    return f"{known}; saved {money(finished.saved_nano_usd)}"


def _retries(call: Node) -> Iterator[CallRetried]:
    return call.facts(CallRetried)


def _output_story(trace: Trace, output: Node, texts: Texts) -> list[Card]:
    step = step_of(trace, output)
    return [*output_cards(trace, step, texts), code_card(trace, step, texts)] if step else []


def _saying_story(_trace: Trace, node: Node, _texts: Texts) -> list[Card]:
    tint: Tint = "error" if node.status == "failed" else "warn"
    return [prose_card(node.kind.capitalize(), tint, node.title)]


_SAYINGS = frozenset(("notice", "gate", "limit", "choice", "unknown"))
_STORIES: dict[str, Callable[[Trace, Node, Texts], list[Card]]] = {
    "run": _run_story,
    "turn": _turn_story,
    "step": _step_story,
    "batch": _batch_story,
    "call": _call_story,
    "output": _output_story,
    "answer": _answer_story,
}
