"""Counts what failed attempts of a call have used, so that retries are paid for, too."""

from rlm_desktop.engine.budget import Budget
from rlm_desktop.lm.prices import call_cost
from rlm_desktop.lm.protocol import LM, LmError, OnText, Reply, Request
from rlm_desktop.trace.facts import ModelFacts, Usage


class Metered:
    """An LM for one call; asks only while the budget bears another attempt."""

    def __init__(self, lm: LM, budget: Budget) -> None:
        self._lm = lm
        self._budget = budget
        self.lost = Usage()
        """What failed attempts used."""
        self.lost_nano_usd = 0
        self.is_out = False
        """Whether a request is under way, or was when the call was cancelled."""

    @property
    def facts(self) -> ModelFacts:
        """Those of the LM itself."""
        return self._lm.facts

    @property
    def provider(self) -> str:
        """That of the LM itself."""
        return self._lm.provider

    @property
    def output_limit_tokens(self) -> int:
        """That of the LM itself."""
        return self._lm.output_limit_tokens

    async def ask(self, request: Request, on_text: OnText | None = None) -> Reply:
        """Ask once; raises `WorkStopped` when failures have used up the money for it."""
        self._budget.check_money()
        self.is_out = True
        try:
            reply = await self._lm.ask(request, on_text)
        except LmError as error:
            self.is_out = False
            self.lost = added(self.lost, error.spent)
            cost = call_cost(self._lm.facts, error.spent) or 0
            self.lost_nano_usd += cost
            self._budget.lose(cost)
            raise
        self.is_out = False
        return reply

    async def close(self) -> None:
        """Leave the LM open: it is not ours."""


def added(one: Usage, other: Usage) -> Usage:
    """Add two usages."""
    return Usage(
        input_tokens=one.input_tokens + other.input_tokens,
        cached_input_tokens=one.cached_input_tokens + other.cached_input_tokens,
        output_tokens=one.output_tokens + other.output_tokens,
        reasoning_tokens=one.reasoning_tokens + other.reasoning_tokens,
        cache_write_tokens=one.cache_write_tokens + other.cache_write_tokens,
    )
