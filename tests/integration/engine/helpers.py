"""Replies that several test files give a run, and questions that they put to it."""

from dataclasses import replace

from rlm_desktop.engine.replies import KnownReply
from rlm_desktop.lm.protocol import Reply
from rlm_desktop.lm.scripted import ScriptedLM, free_facts
from rlm_desktop.trace.events import CallStarted
from rlm_desktop.trace.facts import Usage
from tests.support.engine_runs import Ran, block

DOLLAR = 1_000_000_000
LOOK = block("print(peek(30))")
DRAFT = block("answer['content'] = 'draft of ' + context[4:10]")


def told(ran: Ran, turn: int) -> str:
    """Give what the root was told at the start of a turn."""
    call = [call for call in ran.of(CallStarted) if call.role == "root"][turn - 1]
    return ran.text(call.prompt[-1].text)


def priced(replies, name: str = "root", cost: int = DOLLAR // 10) -> ScriptedLM:
    """Make a model whose every reply costs the same."""
    facts = replace(free_facts(name), input_price=1_000_000_000, output_price=10_000_000_000)
    made = [Reply(text=text, usage=Usage(input_tokens=9, output_tokens=9), cost_nano_usd=cost) for text in replies]
    return ScriptedLM(made, name, facts=facts)


def roles(ran: Ran) -> list[str]:
    """Name what each call was for, in order."""
    return [call.role for call in ran.of(CallStarted)]


class Shelf:
    """Keeps replies in memory."""

    def __init__(self) -> None:
        self.kept: dict[str, KnownReply] = {}

    def find(self, key: str) -> KnownReply | None:
        return self.kept.get(key)

    def keep(self, key: str, model: str, reply: KnownReply) -> None:
        self.kept[key] = reply
