"""What a call costs: prices are integers, nano-dollars per million tokens; an unknown price stays unknown."""

from rlm_desktop.trace.facts import ModelFacts, Usage


def cost_nano_usd(facts: ModelFacts, usage: Usage) -> int | None:
    """Price the tokens of one call, rounded half up once; None when a price that matters is unknown.

    Cached input with no price of its own is charged as plain input.
    """
    cached = min(usage.cached_input_tokens, usage.input_tokens)
    cached_price = facts.input_price if facts.cached_input_price is None else facts.cached_input_price
    parts = (
        (usage.input_tokens - cached, facts.input_price),
        (cached, cached_price),
        (usage.output_tokens, facts.output_price),
    )
    total = 0
    for tokens, price in parts:
        if tokens and price is None:
            return None
        total += tokens * (price or 0)
    return (total + 500_000) // 1_000_000
