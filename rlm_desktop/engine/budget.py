"""What a whole run tree may spend, and the promise that money is never overspent.

The worst case of each attempt of a call is reserved before it is sent and settled when it ends. A call that fits only
once others have settled waits for them; one that cannot fit any more is refused.
"""

import asyncio
from typing import Any

from rlm_desktop.engine.clock import Clock
from rlm_desktop.engine.stops import WorkStopped
from rlm_desktop.engine.worst_case import Need, Reservation, input_tokens, worst_cost
from rlm_desktop.lm.prices import dearest
from rlm_desktop.trace.facts import Limits, ModelFacts, Usage
from rlm_desktop.trace.wording import NANO, money, plural, short_number

LEAST_OUTPUT_TOKENS = 1_024
"""With less room than this for its reply a call is not worth sending."""
_MOST_OF_LIMIT_SET_ASIDE = 0.25


class Budget:
    """The spending of one run tree against its limits. Made inside the running event loop."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.spent_nano_usd = 0
        self.has_unknown_costs = False
        self.tokens = 0
        self.calls = 0
        self.sub_calls = 0
        self._reserved_nano_usd = 0
        self._reserved_tokens = 0
        self._set_aside_nano_usd = 0
        self._overcharged = ""
        self._settled = asyncio.Event()
        self.clock = Clock(lambda: self.limits.seconds)

    @property
    def is_work_over(self) -> bool:
        """Whether the time for work is used up."""
        return self.clock.is_over(self.clock.work_ends_at)

    def set_aside(self, cost_nano_usd: int | None) -> None:
        """Hold money back for the last root call, unless it would take too much of the limit."""
        limit = self.limits.cost_nano_usd
        if limit is not None and cost_nano_usd is not None:
            fits = cost_nano_usd <= limit * _MOST_OF_LIMIT_SET_ASIDE
            self._set_aside_nano_usd = cost_nano_usd if fits else 0

    def check(self) -> None:
        """Raise `WorkStopped` when a limit of the whole tree forbids going on."""
        self._check_time(is_last=False)
        limit = self.limits.tokens
        if limit is not None and self.tokens >= limit:
            raise _tokens_spent(limit)

    async def reserve(self, need: Need) -> Reservation:
        """Hold back the worst case of a call, waiting for others to settle if need be.

        Raises `WorkStopped` when it does not fit.
        """
        while True:
            self._check_time(is_last=need.is_last)
            reservation = self._fit(need)
            if reservation is not None:
                self._reserved_nano_usd += reservation.cost_nano_usd
                self._reserved_tokens += reservation.input_tokens
                return reservation
            await self._settled.wait()

    def settle(self, reservation: Reservation, usage: Usage, cost_nano_usd: int | None) -> None:
        """Give back what was held for an attempt and note what was used. An unknown cost counts as the worst case."""
        self._reserved_nano_usd -= reservation.cost_nano_usd
        self._reserved_tokens -= reservation.input_tokens
        self.spent_nano_usd += reservation.cost_nano_usd if cost_nano_usd is None else cost_nano_usd
        self.has_unknown_costs |= cost_nano_usd is None
        self.tokens += usage.input_tokens + usage.output_tokens
        self._wake()

    def overcharged(self, provider: str) -> None:
        """Spend no more: a provider billed more for a call than it can have cost."""
        self._overcharged = (
            f"{provider} billed more for a call than its text and its output limit can cost, so no limit can be kept"
        )
        self._wake()

    def change(self, limits: Limits) -> None:
        """Let other limits hold from here on."""
        self.limits = limits
        self.clock.move()
        self._wake()

    def _wake(self) -> None:
        self._settled.set()
        self._settled = asyncio.Event()

    @property
    def has_no_sub_call_left(self) -> bool:
        """Whether every further sub-call will be refused."""
        return self.limits.sub_calls is not None and self.sub_calls >= self.limits.sub_calls

    def take_sub_calls(self, count: int) -> int:
        """Count sub-calls; give how many of them may be made."""
        limit = self.limits.sub_calls
        granted = count if limit is None else max(0, min(count, limit - self.sub_calls))
        self.sub_calls += granted
        return granted

    def _check_time(self, *, is_last: bool) -> None:
        if self.clock.is_over(self.clock.ends_at if is_last else self.clock.work_ends_at):
            raise time_is_up(self.limits)

    def _fit(self, need: Need) -> Reservation | None:
        """Give a reservation, None if it may fit later; raises when it never will."""
        tokens = input_tokens(need.messages)
        if not self._tokens_fit(tokens):
            return None
        limit = self.limits.cost_nano_usd
        if limit is None:
            worst = worst_cost(need) or 0
            return Reservation(output_tokens=need.output_tokens, cost_nano_usd=worst, input_tokens=tokens)
        if self._overcharged and not _is_free(need.facts):
            raise WorkStopped("money", self._overcharged)
        kept = 0 if need.is_last else self._set_aside_nano_usd
        free = limit - kept - self.spent_nano_usd
        alone = self._affordable(need, free)
        if alone is None:
            raise _money_spent(limit)
        now = self._affordable(need, free - self._reserved_nano_usd)
        return now if now is not None and now.output_tokens >= alone.output_tokens else None

    def _tokens_fit(self, tokens: int) -> bool:
        limit = self.limits.tokens
        if limit is None or self.tokens + self._reserved_tokens + tokens <= limit:
            return True
        if self.tokens + tokens > limit or not self._reserved_tokens:
            raise _tokens_spent(limit)
        return False

    def _affordable(self, need: Need, free_nano_usd: int) -> Reservation | None:
        """Fit a call into this much money, with a shorter reply if it must be."""
        prompt_cost, prices = worst_cost(need, 0), dearest(need.facts)
        if prompt_cost is None or prices is None:
            raise WorkStopped("money", unpriced(need.facts))
        price = prices[1]
        room = (free_nano_usd - prompt_cost) * 1_000_000 // price if price else need.output_tokens
        output = min(need.output_tokens, room)
        if prompt_cost > free_nano_usd or output < min(need.output_tokens, LEAST_OUTPUT_TOKENS):
            return None
        worst = worst_cost(need, output) or 0
        return Reservation(output_tokens=output, cost_nano_usd=worst, input_tokens=input_tokens(need.messages))

    def report(self, *, turns: int) -> dict[str, Any]:
        """Give what is spent and left as plain data, for `budget()` in the REPL."""
        limits = self.limits
        return {
            "cost_usd": self._money_amounts(),
            "calls": _amounts(self.calls, None),
            "sub_calls": _amounts(self.sub_calls, limits.sub_calls),
            "turns": _amounts(turns, limits.turns),
            "tokens": _amounts(self.tokens, limits.tokens),
            "seconds": _amounts(round(self.clock.seconds, 1), limits.seconds),
        }

    def _money_amounts(self) -> dict[str, float | None]:
        amounts = _amounts(self.spent_nano_usd / NANO, _dollars(self.limits.cost_nano_usd))
        return {**amounts, "spent": None} if self.has_unknown_costs else amounts

    def left_in_words(self) -> str:
        """Say what is left of the limits that are set, for the root LM; empty without limits."""
        limits, parts = self.limits, []
        if limits.cost_nano_usd is not None:
            parts.append(f"{money(max(0, limits.cost_nano_usd - self.spent_nano_usd))} of money")
        if limits.sub_calls is not None:
            parts.append(plural(limits.sub_calls - self.sub_calls, "sub-call"))
        if limits.tokens is not None:
            parts.append(f"{short_number(max(0, limits.tokens - self.tokens))} tokens")
        if limits.seconds is not None:
            parts.append(f"{max(0.0, limits.seconds - self.clock.seconds):.0f} seconds")
        return ", ".join(parts)


def _is_free(facts: ModelFacts) -> bool:
    return dearest(facts) == (0, 0)


def unpriced(facts: ModelFacts) -> str:
    """Say that a money limit cannot be kept with this model."""
    return (
        f"the price of {facts.name} is unknown, so a money limit cannot be kept; "
        "give its prices (0 if it is free), or take the money limit away"
    )


def time_is_up(limits: Limits) -> WorkStopped:
    """Say that the run's time is over."""
    return WorkStopped("seconds", f"the time limit of {limits.seconds:g} s was reached")


def _money_spent(limit_nano_usd: int) -> WorkStopped:
    return WorkStopped("money", f"the next call does not fit into the limit of {money(limit_nano_usd)}")


def _tokens_spent(limit: int) -> WorkStopped:
    return WorkStopped("tokens", f"the limit of {plural(limit, 'token')} was reached")


def _amounts(spent: float, limit: float | None) -> dict[str, float | None]:
    left = None if limit is None else max(0, round(limit - spent, 6))
    return {"spent": round(spent, 6), "left": left, "limit": limit}


def _dollars(nano_usd: int | None) -> float | None:
    return None if nano_usd is None else nano_usd / NANO
