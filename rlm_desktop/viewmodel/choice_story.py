"""What the detail tells of a question that a run asked: its options, what was chosen and when, what holds since."""

from collections.abc import Iterator
from dataclasses import fields

from rlm_desktop.trace.events import ChoiceAsked, ChoiceMade, Entry, LimitsChanged
from rlm_desktop.trace.facts import Limits
from rlm_desktop.trace.limit_words import limit_name, written_limit
from rlm_desktop.trace.moments import local
from rlm_desktop.trace.nodes import Node
from rlm_desktop.trace.tree import Trace
from rlm_desktop.trace.wording import money, seconds
from rlm_desktop.viewmodel.cards import Card, Cell, TableBody, TextBody
from rlm_desktop.viewmodel.choices import words_of
from rlm_desktop.viewmodel.figures import Figure, figures_card
from rlm_desktop.viewmodel.relatives import limits_of, run_of


def choice_cards(trace: Trace, choice: Node) -> list[Card]:
    """Tell what was asked, what could be answered and what was, and what was expected or holds since."""
    asked = choice.fact(ChoiceAsked)
    if asked is None:
        return []
    made = next((entry for entry in choice.entries if isinstance(entry.event, ChoiceMade)), None)
    run = trace.nodes.get(asked.run) or run_of(trace, choice)
    cards = [_question_card(trace, choice, asked), _options_card(trace, choice, asked, made)]
    if asked.about == "fan-out":
        cards.append(figures_card(_expected(asked), "Expected"))
    changes = list(_limit_changes(run, made)) if made is not None else []
    return [*cards, figures_card(changes, "Limits since")] if changes else cards


def _question_card(trace: Trace, choice: Node, asked: ChoiceAsked) -> Card:
    note = "before a large fan-out" if asked.about == "fan-out" else f"at the limit of {asked.limit}"
    body = TextBody(text=asked.text, is_prose=True)
    return Card(title="The run asked", tint="accent", note=note, meta=_moment(trace, choice.started), body=body)


def _moment(trace: Trace, at: float) -> str:
    begun = trace.root.started if trace.root is not None else at
    clock = local(at).strftime("%Y-%m-%d %H:%M:%S")
    return f"{clock} · {seconds(at - begun)} into the run"


def _options_card(trace: Trace, choice: Node, asked: ChoiceAsked, made: Entry | None) -> Card:
    chosen = made.event if made is not None and isinstance(made.event, ChoiceMade) else None
    rows = [(Cell(text=words_of(action)), Cell(text="")) for action in asked.actions]
    place = asked.actions.index(chosen.action) if chosen is not None and chosen.action in asked.actions else None
    if chosen is not None and place is not None:
        rows[place] = (Cell(text=words_of(chosen.action), tint="accent"), Cell(text=chosen.text))
    return Card(
        title="Options",
        tint="muted",
        note=chosen.text if chosen is not None and place is None else "",
        meta=_moment(trace, made.at) if made is not None else _WITHOUT_CHOICE[choice.is_open],
        body=TableBody(rows=tuple(rows), current=place),
    )


_WITHOUT_CHOICE = {True: "waits for you", False: "nobody chose"}


def _expected(asked: ChoiceAsked) -> Iterator[Figure]:
    yield "Calls", f"{asked.calls:,}", ""
    tokens = asked.input_tokens + asked.output_tokens
    if tokens:
        yield "Tokens", f"{tokens:,}", f"{asked.input_tokens:,} in, {asked.output_tokens:,} out"
    most = "" if asked.most_nano_usd is None else f"at most {money(asked.most_nano_usd)}"
    yield "Cost", money(asked.cost_nano_usd), most
    if asked.seconds is not None:
        yield "Time", seconds(asked.seconds), ""


def _limit_changes(run: Node, made: Entry) -> Iterator[Figure]:
    """Give the limits that the choice altered. Their event follows it; only `raise` has one."""
    if not isinstance(made.event, ChoiceMade) or made.event.action != "raise":
        return
    new = next((e.event for e in run.entries if e.seq > made.seq and isinstance(e.event, LimitsChanged)), None)
    before = limits_of(run, until=made.seq)
    if new is None or before is None:
        return
    for field in fields(Limits):
        was, now = getattr(before, field.name), getattr(new.limits, field.name)
        if was != now:
            name, before_words = limit_name(field.name), written_limit(field.name, was)
            yield name, written_limit(field.name, now), f"{before_words} before"
