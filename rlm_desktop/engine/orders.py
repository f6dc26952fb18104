"""A prompt to send to an LM, and what came back."""

from dataclasses import dataclass
from typing import Any

from rlm_desktop.lm.protocol import LM, ChatMessage
from rlm_desktop.trace.facts import CallRole
from rlm_desktop.trace.ids import BatchId, CallId, NodeId

STREAMED_ROLES = frozenset(("root", "direct", "final"))


@dataclass(frozen=True, slots=True, kw_only=True)
class CallOrder:
    """A prompt to send, and where the call hangs in the tree."""

    lm: LM
    messages: tuple[ChatMessage, ...]
    parent: NodeId
    role: CallRole
    label: str
    output_tokens: int
    batch: BatchId | None = None
    position: int | None = None
    schema: dict[str, Any] | None = None
    reask_of: CallId | None = None
    """The call of the ended run that is asked again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """What an LM said, without its reasoning."""

    text: str
    cut: bool = False
    call: CallId
    cost_nano_usd: int | None = None

    @property
    def is_empty(self) -> bool:
        """Whether it said nothing."""
        return not self.text.strip()
