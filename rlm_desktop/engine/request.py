"""What a run is asked, with which models, how it may be told to finish, and what it comes back with."""

import asyncio
from collections.abc import Generator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Literal

from rlm_desktop.lm.protocol import LM
from rlm_desktop.trace.facts import CacheMode, Coverage, Decision, Limits, ModelFacts, Quote, RunStatus, Strategy
from rlm_desktop.trace.ids import ChoiceId

Gate = Literal["forced-exploration", "quotes", "escalation", "stronger-root", "same-code", "code-look"]
ALL_GATES: frozenset[Gate] = frozenset(
    ("forced-exploration", "quotes", "escalation", "stronger-root", "same-code", "code-look")
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Consent:
    """When the user is asked before money is spent; as it stands here, never."""

    fan_out_nano_usd: int | None = None
    """A fan-out that is expected to cost more is asked about first."""
    fan_out_calls: int | None = None
    """So is one of more calls."""
    at_limits: bool = False
    """Whether the user is asked at a limit, instead of the run ending there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunRequest:
    """A question and the rules for answering it. `answer_schema` is a JSON Schema the answer must satisfy."""

    question: str
    strategy: Strategy = "auto"
    limits: Limits = field(default_factory=Limits)
    answer_schema: dict[str, Any] | None = None
    isolation: str = ""
    restricted: bool = False
    """Whether model code runs in the restricted Python; the root LM is then told what that lacks."""
    gates: frozenset[Gate] = ALL_GATES
    """The quality gates that are switched on."""
    cache: CacheMode = "off"
    consent: Consent = field(default_factory=Consent)
    code_hints: bool = False
    """Whether what a look at the code finds goes to the root LM before the block runs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Models:
    """The models of a run by role; `others` can be named by `model=` in a sub-call."""

    root: LM
    worker: LM
    stronger_root: LM | None = None
    others: Mapping[str, LM] = field(default_factory=dict)

    @property
    def facts(self) -> tuple[ModelFacts, ...]:
        """What is known of all of them."""
        return tuple(lm.facts for lm in (self.root, self.worker, *self.further))

    @property
    def further(self) -> tuple[LM, ...]:
        """Those besides root and worker, each once."""
        all_others = [*self.others.values(), *([self.stronger_root] if self.stronger_root else [])]
        first = {self.root.facts.name, self.worker.facts.name}
        return tuple({lm.facts.name: lm for lm in all_others if lm.facts.name not in first}.values())


class Control:
    """The user's hand on a live run: it can be told to finish with what it has. Awaiting it waits for that."""

    def __init__(self) -> None:
        self._finishing = asyncio.Event()
        self._waiting: dict[ChoiceId, asyncio.Future[Decision]] = {}

    def finish_now(self) -> None:
        """Ask for no more turns and sub-calls; the answer rules apply as at a limit."""
        self._finishing.set()

    async def sleep(self, seconds: float) -> None:
        """Wait, but no longer than until the run is told to finish."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._finishing.wait(), seconds)

    @property
    def is_finishing(self) -> bool:
        """Whether the run was told to finish."""
        return self._finishing.is_set()

    def decide(self, choice: ChoiceId, decision: Decision) -> None:
        """Answer a `ChoiceAsked`; one that nobody waits for any more is left alone."""
        waiting = self._waiting.pop(choice, None)
        if waiting is not None and not waiting.done():
            waiting.set_result(decision)

    async def decision(self, choice: ChoiceId) -> Decision:
        """Wait for the answer to a choice that is about to be asked; being told to finish is one, too."""
        waiting = self._waiting[choice] = asyncio.get_running_loop().create_future()
        finishing = asyncio.ensure_future(self._finishing.wait())
        try:
            await asyncio.wait([waiting, finishing], return_when=asyncio.FIRST_COMPLETED)
        finally:
            finishing.cancel()
            self._waiting.pop(choice, None)
        return waiting.result() if waiting.done() else Decision(action="finish")

    def __await__(self) -> Generator[Any, None, None]:
        """Wait until the run is told to finish."""
        yield from self._finishing.wait().__await__()


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """How a run ended. `answer` is None when there is none; `reason` is empty for a plain answer."""

    status: RunStatus
    answer: str | None
    reason: str
    strategy: Strategy
    quotes: tuple[Quote, ...] = ()
    coverage: Coverage | None = None
    parsed: Any = None
    """The answer as a value, when `answer_schema` was given and the answer satisfies it."""
