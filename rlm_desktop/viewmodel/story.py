"""What a node's Story tab tells, for each kind of node."""

from collections.abc import Callable

from rlm_desktop.trace.events import (
    AnswerGiven,
    CallFinished,
    CallStarted,
    ChoiceMade,
    RunStarted,
    StepFinished,
    StepStarted,
)
from rlm_desktop.trace.nodes import Node
from rlm_desktop.trace.rows import Tint, short_model
from rlm_desktop.trace.tree import Trace
from rlm_desktop.trace.wording import money, plural
from rlm_desktop.viewmodel.again_story import again_cards, end_of_reask_cards
from rlm_desktop.viewmodel.calls_table import calls_card, calls_of
from rlm_desktop.viewmodel.cards import Card, Cell, TableBody, TextBody
from rlm_desktop.viewmodel.choice_story import choice_cards
from rlm_desktop.viewmodel.detail_cards import (
    Texts,
    changes_card,
    code_card,
    findings_card,
    output_cards,
    prompt_cards,
    prose_card,
    reply_cards,
    text_card,
)
from rlm_desktop.viewmodel.figures import attempts_cards, call_figures, run_figures, sums_card
from rlm_desktop.viewmodel.relatives import root_call_of, step_of, steps_of


def story(trace: Trace, node: Node, texts: Texts) -> list[Card]:
    """Tell what happened at a node."""
    return _STORIES.get(node.kind, _saying_story)(trace, node, texts)


def _run_story(trace: Trace, run: Node, texts: Texts) -> list[Card]:
    started = run.fact(RunStarted)
    cards = [
        prose_card("Question", "text", texts.text(started.question if started else None)),
        *answer_cards(trace, run, texts),
        run_figures(trace, run),
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


def _sayings_card(said: list[Node]) -> Card:
    rows = tuple(
        (Cell(text=node.kind, tint="warn", node=node.id), Cell(text=_said(node), node=node.id)) for node in said
    )
    return Card(title="Remarks", tint="muted", meta=plural(len(said), "remark"), body=TableBody(rows=rows))


def _said(node: Node) -> str:
    made = node.fact(ChoiceMade)
    return f"{node.title} {made.text}" if made is not None else node.title


def _turn_story(trace: Trace, turn: Node, texts: Texts) -> list[Card]:
    call = root_call_of(trace, turn)
    cards: list[Card] = []
    if call is not None and (call.is_open or not steps_of(trace, turn) or call.status == "failed"):
        cards += reply_cards(trace, call, texts, whole=False)
    elif turn.title:
        cards.append(_intent_card(turn, call))
    for step in steps_of(trace, turn):
        cards += _step_story(trace, step, texts)
    if turn.totals.calls:
        cards.append(sums_card(trace, turn))
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
    code = [code_card(trace, step, texts)] if step else []
    return [*end_of_reask_cards(batch), sums_card(trace, batch), *code]


def _call_story(trace: Trace, call: Node, texts: Texts) -> list[Card]:
    asked = prompt_cards(call, texts, whole=False)[-1:]
    replied = [*reply_cards(trace, call, texts, whole=False), *again_cards(trace, call)]
    cards = [*asked, *replied, call_figures(trace, call), *attempts_cards(call)]
    step = step_of(trace, call)
    if step is None:
        return cards
    peers = calls_of(trace, step)
    return [*cards, code_card(trace, step, texts), calls_card(trace, peers, call.id)]


def _output_story(trace: Trace, output: Node, texts: Texts) -> list[Card]:
    step = step_of(trace, output)
    return [*output_cards(trace, step, texts), code_card(trace, step, texts)] if step else []


def _choice_story(trace: Trace, choice: Node, texts: Texts) -> list[Card]:
    return choice_cards(trace, choice) or _saying_story(trace, choice, texts)


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
    "choice": _choice_story,
}
