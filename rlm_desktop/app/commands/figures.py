"""Figures as programs read them."""

from rlm_desktop.trace.totals import Totals
from rlm_desktop.trace.wording import NANO


def dollars(cost_nano_usd: int | None) -> float | None:
    """Give a cost in dollars; None when it is unknown."""
    return None if cost_nano_usd is None else cost_nano_usd / NANO


def token_counts(totals: Totals) -> dict[str, int]:
    """Give the tokens by what they were for; input includes what a cache gave and took, output the reasoning."""
    return {
        "input": totals.input_tokens,
        "cached_input": totals.cached_input_tokens,
        "cache_write_tokens": totals.cache_write_tokens,
        "output": totals.output_tokens,
        "reasoning": totals.reasoning_tokens,
    }
