"""What calls cost, added up the tree."""

from dataclasses import dataclass, fields

from rlm_desktop.trace.events import CallFinished


@dataclass(slots=True)
class Totals:
    """Sums over a node and everything below it; whole numbers only, so that they add up exactly."""

    cost_nano_usd: int = 0
    """The known part of the cost; see `unpriced`."""
    unpriced: int = 0
    """Finished calls whose cost is unknown."""
    input_tokens: int = 0
    cached_input_tokens: int = 0
    output_tokens: int = 0
    reasoning_tokens: int = 0
    calls: int = 0
    in_flight: int = 0
    errors: int = 0
    retries: int = 0
    cached: int = 0

    def add(self, other: "Totals") -> None:
        """Add other's sums to these."""
        for name in _NAMES:
            setattr(self, name, getattr(self, name) + getattr(other, name))

    @property
    def cost(self) -> int | None:
        """The cost in nano-dollars, or None as soon as one call's cost is unknown."""
        return None if self.unpriced else self.cost_nano_usd

    @property
    def tokens(self) -> int:
        """All tokens, in and out."""
        return self.input_tokens + self.output_tokens


_NAMES = tuple(field.name for field in fields(Totals))


def totals_of_call(event: CallFinished) -> Totals:
    """Give what the end of a call adds to the sums above it."""
    return Totals(
        cost_nano_usd=event.cost_nano_usd or 0,
        unpriced=int(event.cost_nano_usd is None),
        input_tokens=event.usage.input_tokens,
        cached_input_tokens=event.usage.cached_input_tokens,
        output_tokens=event.usage.output_tokens,
        reasoning_tokens=event.usage.reasoning_tokens,
        errors=int(event.status == "failed"),
        cached=int(event.cached),
    )
