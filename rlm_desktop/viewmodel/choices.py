"""What the live run wants to know from the user now, and the answers that can be given."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from PySide6.QtCore import QObject, Signal

from rlm_desktop.trace.events import ChoiceAsked, ChoiceMade, Entry, LimitsChanged, RunStarted
from rlm_desktop.trace.facts import ChoiceAction, Limits
from rlm_desktop.trace.ids import RunId
from rlm_desktop.trace.wording import NANO

_WORDS: dict[ChoiceAction, str] = {
    "run": "Run",
    "try-3": "Try 3 first",
    "raise": "Change the limit",
    "finish": "Finish with what we have",
    "stop": "Stop",
}
_NANO_IN_CENT = NANO // 100


def words_of(action: ChoiceAction) -> str:
    """Name an answer as its button does."""
    return _WORDS[action]


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenChoice:
    """A question that waits, with the limits that hold now."""

    asked: ChoiceAsked
    limits: Limits

    @property
    def has_money(self) -> bool:
        """Whether another money limit would be an answer."""
        return self.asked.limit == "money" or self.asked.about == "fan-out"

    @property
    def money_usd(self) -> float:
        """The money limit to begin with, in whole cents: it lets through what waits, and is never below today's."""
        limit = self.limits.cost_nano_usd or 0
        least = 2 * limit if self.asked.about == "limit" else limit
        wanted = max(least, self.asked.spent_nano_usd + (self.asked.most_nano_usd or 0))
        return -(-wanted // _NANO_IN_CENT) / 100

    def words(self, action: ChoiceAction) -> str:
        """Say what a button does."""
        if action != "raise" or self.has_money:
            return _WORDS[action]
        match self.asked.limit:
            case "turns":
                return f"Allow {2 * self.limits.turns} turns"
            case "sub-calls":
                return f"Allow {2 * (self.limits.sub_calls or 0):,} sub-calls"
            case "tokens":
                return f"Allow {2 * (self.limits.tokens or 0):,} tokens"
            case "seconds":
                return f"Allow {2 * (self.limits.seconds or 0) / 60:.0f} minutes"
        return _WORDS[action]

    def raised(self, money_usd: float) -> Limits | None:
        """Give the limits that the user wants; None for twice of the one that was met."""
        return replace(self.limits, cost_nano_usd=round(money_usd * NANO) or None) if self.has_money else None


class LiveChoice(QObject):
    """The question that the live run asks now, if one does; whichever run the window shows."""

    changed = Signal()

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.run: RunId | None = None
        self.title = ""
        self.open: OpenChoice | None = None
        self._limits: Limits | None = None

    def begin(self, run: RunId, title: str) -> None:
        """Follow another run."""
        self._become(None)
        self.run, self.title, self._limits = run, title, None

    def take(self, entries: Sequence[Entry]) -> None:
        """Take in what happened next in that run. One thing is asked at a time."""
        choice = self.open
        for entry in entries:
            match entry.event:
                case RunStarted() if self._limits is None:
                    self._limits = entry.event.limits
                case LimitsChanged():
                    self._limits = entry.event.limits
                case ChoiceAsked() if self._limits is not None:
                    choice = OpenChoice(asked=entry.event, limits=self._limits)
                case ChoiceMade():
                    choice = None
        self._become(choice)

    def end(self) -> None:
        """The run is over."""
        self._become(None)

    def _become(self, choice: OpenChoice | None) -> None:
        if choice != self.open:
            self.open = choice
            self.changed.emit()
