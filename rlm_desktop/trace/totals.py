"""What calls cost, added up the tree."""

from dataclasses import dataclass

from rlm_desktop.trace.events import CallFinished
from rlm_desktop.trace.wording import spent


@dataclass(slots=True)
class Totals:
    """Sums over a node and everything below it; whole numbers only, so that they add up exactly."""

    cost_nano_usd: int = 0
    """The known part of the cost; see `unpriced`."""
    unpriced: int = 0
    """Finished calls whose cost is unknown."""
    input_tokens: int = 0
    cached_input_tokens: int = 0
    cache_write_tokens: int = 0
    output_tokens: int = 0
    reasoning_tokens: int = 0
    calls: int = 0
    in_flight: int = 0
    errors: int = 0
    retries: int = 0
    cached: int = 0
    held: int = 0
    """Calls that wait for their provider now."""
    retrying: int = 0
    """Calls, none of them held, of which an attempt failed and another one follows or goes on now."""
    saved_nano_usd: int = 0
    """The known part of what replies that were known already would have cost; see `unpriced_saved`."""
    unpriced_saved: int = 0
    """Replies that were known already and of which nobody knows what they would have cost."""

    def add(self, other: "Totals") -> None:
        """Add other's sums to these."""
        # Spelled out: a loop over the fields' names took a third of the time to open a large run.
        self.cost_nano_usd += other.cost_nano_usd
        self.unpriced += other.unpriced
        self.input_tokens += other.input_tokens
        self.cached_input_tokens += other.cached_input_tokens
        self.cache_write_tokens += other.cache_write_tokens
        self.output_tokens += other.output_tokens
        self.reasoning_tokens += other.reasoning_tokens
        self.calls += other.calls
        self.in_flight += other.in_flight
        self.errors += other.errors
        self.retries += other.retries
        self.cached += other.cached
        self.held += other.held
        self.retrying += other.retrying
        self.saved_nano_usd += other.saved_nano_usd
        self.unpriced_saved += other.unpriced_saved

    @property
    def cost(self) -> int | None:
        """The cost in nano-dollars, or None as soon as one call's cost is unknown."""
        return None if self.unpriced else self.cost_nano_usd

    @property
    def cost_in_words(self) -> str:
        """The cost as it is shown: `$0.0142`, or `≥ $0.0142` where more was spent than is known."""
        return spent(self.cost_nano_usd, self.unpriced)

    @property
    def saved_in_words(self) -> str:
        """What known replies saved, as it is shown; empty where no reply was known."""
        if not self.cached:
            return ""
        is_unknown = self.unpriced_saved and not self.saved_nano_usd
        return "an unknown sum" if is_unknown else spent(self.saved_nano_usd, self.unpriced_saved)

    @property
    def tokens(self) -> int:
        """All tokens, in and out."""
        return self.input_tokens + self.output_tokens


def totals_of_call(event: CallFinished) -> Totals:
    """Give what the end of a call adds to the sums above it."""
    return Totals(
        cost_nano_usd=event.cost_nano_usd or 0,
        unpriced=int(event.cost_nano_usd is None),
        input_tokens=event.usage.input_tokens,
        cached_input_tokens=event.usage.cached_input_tokens,
        cache_write_tokens=event.usage.cache_write_tokens,
        output_tokens=event.usage.output_tokens,
        reasoning_tokens=event.usage.reasoning_tokens,
        errors=int(event.status == "failed"),
        cached=int(event.cached),
        saved_nano_usd=(event.saved_nano_usd or 0) if event.cached else 0,
        unpriced_saved=int(event.cached and event.saved_nano_usd is None),
    )


def totals_of_retry(call: Totals) -> Totals:
    """Give what a failed attempt adds to the sums above an open call, which has these."""
    return Totals(retries=1, retrying=int(not (call.held or call.retrying)))


def totals_of_wait(call: Totals, *, is_held: bool) -> Totals:
    """Give what the beginning or the end of a call's wait for its provider adds to the sums above it."""
    retrying = int(not is_held and bool(call.retries))
    return Totals(held=int(is_held) - call.held, retrying=retrying - call.retrying)
