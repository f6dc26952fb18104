"""Keeps the accounts of one call: each attempt is reserved, sent and settled, and failed ones are paid for, too."""

from dataclasses import dataclass, field

from rlm_desktop.engine.budget import Budget
from rlm_desktop.engine.worst_case import Reservation
from rlm_desktop.lm.prices import call_cost, is_free
from rlm_desktop.lm.protocol import LmError, Reply
from rlm_desktop.trace.facts import ModelFacts, Usage


@dataclass(frozen=True, slots=True)
class Bill:
    """What was used, and its cost in nano-dollars; None when the provider may bill it without having said so."""

    usage: Usage = field(default_factory=Usage)
    cost_nano_usd: int | None = 0

    def __add__(self, other: "Bill") -> "Bill":
        known = self.cost_nano_usd is not None and other.cost_nano_usd is not None
        cost = (self.cost_nano_usd or 0) + (other.cost_nano_usd or 0) if known else None
        return Bill(added(self.usage, other.usage), cost)


class Account:
    """What the attempts of one call have cost so far."""

    def __init__(self, facts: ModelFacts, budget: Budget) -> None:
        self._facts = facts
        self._budget = budget
        self._held: Reservation | None = None
        self._is_out = False
        self.bill = Bill()
        """Of all attempts so far."""

    def hold(self, reservation: Reservation) -> None:
        """Begin an attempt with what was reserved for it."""
        self._held = reservation

    def sent(self) -> None:
        """From here on the provider may bill it."""
        self._is_out = True

    def answered(self, reply: Reply) -> None:
        """Pay for a reply."""
        self._pay(Bill(reply.usage, reply.cost_nano_usd))

    def failed(self, error: LmError) -> Bill:
        """Pay for what a failed attempt cost: by its provider's word, else unknown if it may be more than was told."""
        cost = error.cost_nano_usd
        if cost is None and not (error.may_have_cost and not is_free(self._facts)):
            cost = call_cost(self._facts, error.spent)
        bill = Bill(error.spent, cost)
        self._pay(bill)
        return bill

    def close(self) -> None:
        """Settle an attempt that has no end: nobody says what an aborted request cost, unless none was out."""
        is_unknown = self._is_out and not is_free(self._facts)
        self._pay(Bill(Usage(), None if is_unknown else 0))

    def _pay(self, bill: Bill) -> None:
        held, self._held, self._is_out = self._held, None, False
        if held is None:
            return
        self.bill += bill
        self._budget.settle(held, bill.usage, bill.cost_nano_usd)
        if (bill.cost_nano_usd or 0) > held.cost_nano_usd:
            self._budget.overcharged(self._facts.goes_to)


def added(one: Usage, other: Usage) -> Usage:
    """Add two usages."""
    return Usage(
        input_tokens=one.input_tokens + other.input_tokens,
        cached_input_tokens=one.cached_input_tokens + other.cached_input_tokens,
        output_tokens=one.output_tokens + other.output_tokens,
        reasoning_tokens=one.reasoning_tokens + other.reasoning_tokens,
        cache_write_tokens=one.cache_write_tokens + other.cache_write_tokens,
    )
