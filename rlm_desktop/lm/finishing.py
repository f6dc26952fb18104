"""Makes a `Reply` of what was read, or the error that its end deserves."""

from typing import TypeVar

from rlm_desktop.lm.chunks import Reading
from rlm_desktop.lm.endpoints import Endpoint
from rlm_desktop.lm.prices import call_cost, is_free
from rlm_desktop.lm.protocol import ContentRefused, LmError, Reply, StreamCut
from rlm_desktop.lm.secrets import without_key
from rlm_desktop.trace.facts import ModelFacts, Usage

Fault = TypeVar("Fault", bound=LmError)


def reply_from(reading: Reading, endpoint: Endpoint, facts: ModelFacts) -> Reply:
    """Make the reply; usage that the server did not tell is not invented, and its cost is unknown."""
    usage = reading.usage or Usage()
    if reading.finish_reason == "content_filter":
        refused = ContentRefused(
            f"The content filter of {endpoint.goes_to} stopped the reply: change the text or choose another model."
        )
        raise charged(refused, reading, has_ended=True)
    reported = reading.cost_nano_usd
    is_told = reading.usage is not None or is_free(facts)
    return Reply(
        text=without_key(reading.text, endpoint),
        reasoning=without_key(reading.reasoning, endpoint),
        usage=usage,
        cost_nano_usd=reported if reported is not None else call_cost(facts, usage) if is_told else None,
        price_source=facts.price_source if reported is None else "reported",
        cut=reading.finish_reason == "length",
    )


def stream_cut(endpoint: Endpoint, reading: Reading) -> StreamCut:
    """Say that the connection dropped in the middle of a reply."""
    text = f"The connection to {endpoint.goes_to} dropped in the middle of a reply: try again."
    return charged(StreamCut(text, partial=without_key(reading.text, endpoint)), reading)


def charged(error: Fault, reading: Reading, *, has_ended: bool = False) -> Fault:
    """Note in an error what its attempt used; figures that came before the end of a reply are not the last ones."""
    error.spent = reading.usage or Usage()
    error.cost_nano_usd = reading.cost_nano_usd
    error.may_have_cost = not (has_ended and reading.usage)
    return error
