"""What a live run wants to know from the user now, and the answers that can be given."""

from dataclasses import dataclass, replace

from rlm_desktop.trace.events import ChoiceAsked
from rlm_desktop.trace.facts import ChoiceAction, Limits
from rlm_desktop.trace.tree import Trace
from rlm_desktop.trace.wording import NANO
from rlm_desktop.viewmodel.relatives import limits_of

_WORDS: dict[ChoiceAction, str] = {
    "run": "Run",
    "try-3": "Try 3 first",
    "raise": "Change the limit",
    "finish": "Finish with what we have",
    "stop": "Stop",
}


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
        """The money limit to begin with: twice of what was met, or what the calls can cost at most."""
        limit = self.limits.cost_nano_usd or 0
        return max(2 * limit if self.asked.about == "limit" else limit, self.asked.most_nano_usd or 0) / NANO

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


def open_choice(trace: Trace) -> OpenChoice | None:
    """Give the question that waits, if one does."""
    waiting = next((trace.nodes[node] for node in trace.open if trace.nodes[node].kind == "choice"), None)
    asked = waiting.fact(ChoiceAsked) if waiting is not None else None
    limits = limits_of(trace.root) if trace.root is not None else None
    return OpenChoice(asked=asked, limits=limits) if asked is not None and limits is not None else None
