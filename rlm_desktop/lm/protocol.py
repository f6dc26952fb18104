"""What a language model is to the rest of the product, and every way in which asking one can fail."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from rlm_desktop.trace.facts import ModelFacts, PriceSource, Role, Usage


@dataclass(frozen=True, slots=True)
class ChatMessage:
    """One message of a prompt, with its text."""

    role: Role
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What is asked of an LM. `schema` is a JSON Schema the reply should satisfy, passed on where supported."""

    messages: tuple[ChatMessage, ...]
    output_limit_tokens: int | None = None
    schema: dict[str, Any] | None = None
    goes_on: bool = False
    """Whether a longer prompt with this one as its beginning will follow, so that a provider's cache is of use."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What an LM said. `cost_nano_usd` is None when the price is unknown; `cut` means the output limit ended it."""

    text: str
    reasoning: str = ""
    usage: Usage = field(default_factory=Usage)
    cost_nano_usd: int | None = None
    price_source: PriceSource = "unknown"
    cut: bool = False
    pause_seconds: float = 0.0
    """How long the provider wants no further calls, by its rate-limit headers."""


OnText = Callable[[str, str], None]
"""Called with each new piece of text and of reasoning while a reply streams."""


class LM(Protocol):
    """A language model that can be asked."""

    @property
    def facts(self) -> ModelFacts:
        """Name, window, price, and where text sent to it goes."""
        ...

    @property
    def provider(self) -> str:
        """Who takes the calls: models with the same one share its limits. An address, or a provider's name."""
        ...

    @property
    def output_limit_tokens(self) -> int:
        """The most tokens one reply may have unless the request says less."""
        ...

    async def ask(self, request: Request, on_text: OnText | None = None) -> Reply:
        """Send one request, once; streams when `on_text` is given. Cancelling aborts the HTTP request.

        Raises a subclass of `LmError`. Never retries: the caller does.
        """
        ...

    async def close(self) -> None:
        """Close connections."""
        ...


def ask_text(prompt: str) -> tuple[ChatMessage, ...]:
    """Make the messages of a one-message prompt."""
    return (ChatMessage("user", prompt),)


def texts_of(messages: Sequence[ChatMessage]) -> list[str]:
    """Give the messages' texts in order."""
    return [message.text for message in messages]


class LmError(Exception):
    """Asking an LM failed; the text says what to do next. `can_retry` tells whether the same request may pass later."""

    can_retry = False
    spent: Usage = Usage()
    """What the failed attempt is known to have used."""
    cost_nano_usd: int | None = None
    """What the provider says the failed attempt cost, where it says so."""
    may_have_cost = False
    """Whether the provider may bill more of the attempt than it has said: the request was out, and no end came back."""


class UnknownModel(LmError):
    """No such model, or no model was named."""


class BadKey(LmError):
    """The provider refused the key, or there is none."""


class NoQuota(LmError):
    """The account has no credit left."""


class ContextTooLong(LmError):
    """The prompt is larger than the model's window."""


class ContentRefused(LmError):
    """The provider's filter refused the prompt or the reply."""


class BadRequest(LmError):
    """The provider refused the request for another reason."""


class Unreachable(LmError):
    """No connection could be made."""

    can_retry = True


class Dropped(Unreachable):
    """The connection was made, and was lost before the reply was there."""

    may_have_cost = True


class RateLimited(LmError):
    """The provider asks to slow down; `retry_after_seconds` is what it asked for, if it said."""

    can_retry = True

    def __init__(self, text: str, retry_after_seconds: float | None = None) -> None:
        super().__init__(text)
        self.retry_after_seconds = retry_after_seconds


class Overloaded(LmError):
    """The provider failed on its side (5xx) or timed out."""

    can_retry = True


class StreamCut(LmError):
    """The connection dropped before the reply was whole; `partial` holds what had arrived."""

    can_retry = True

    def __init__(self, text: str, partial: str = "") -> None:
        super().__init__(text)
        self.partial = partial


class BadReply(LmError):
    """The provider's reply could not be understood."""

    can_retry = True
