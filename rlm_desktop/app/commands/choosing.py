"""Asks on the terminal what a run wants to know before it spends."""

import asyncio
import sys

from rlm_desktop.app.commands.terminal import note
from rlm_desktop.engine.request import Control
from rlm_desktop.trace.events import ChoiceAsked, Entry
from rlm_desktop.trace.facts import ChoiceAction, Decision

_WORDS: dict[ChoiceAction, str] = {
    "run": "run",
    "try-3": "try 3 first",
    "raise": "double the limit",
    "finish": "finish with what there is",
    "stop": "stop",
}


class TerminalChoices:
    """Answers a run's choices by what is typed; only where a person sits at both ends."""

    def __init__(self, control: Control) -> None:
        self._control = control
        self._asking: set[asyncio.Task[None]] = set()

    @staticmethod
    def can_ask() -> bool:
        """Whether somebody can read the question and type an answer."""
        return sys.stdin is not None and sys.stdin.isatty() and sys.stderr is not None and sys.stderr.isatty()

    def on_entry(self, entry: Entry) -> None:
        """Ask, if this is a choice; the run goes on only when it is answered."""
        if isinstance(entry.event, ChoiceAsked):
            task = asyncio.get_running_loop().create_task(self._ask(entry.event))
            self._asking.add(task)
            task.add_done_callback(self._asking.discard)

    async def _ask(self, asked: ChoiceAsked) -> None:
        actions = [action for action in asked.actions if not (asked.about == "fan-out" and action == "raise")]
        keys = {str(number): action for number, action in enumerate(actions, 1)}
        note(asked.text)
        note("  ".join(f"[{key}] {_WORDS[action]}" for key, action in keys.items()))
        while (typed := await asyncio.to_thread(sys.stdin.readline)) and typed.strip() not in keys:
            note(f"Type one of {', '.join(keys)}.")
        action = keys.get(typed.strip(), "finish" if asked.about == "limit" else "stop")
        self._control.decide(asked.choice, Decision(action=action))
