"""What a run is asked, with which models, how it may be told to finish, and what it comes back with."""

import asyncio
from collections.abc import Generator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from rlm_desktop.lm.protocol import LM
from rlm_desktop.trace.facts import Coverage, Limits, Quote, RunStatus, Strategy

Gate = Literal["forced-exploration", "quotes", "escalation", "stronger-root", "same-code"]
ALL_GATES: frozenset[Gate] = frozenset(("forced-exploration", "quotes", "escalation", "stronger-root", "same-code"))


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Models:
    """The models of a run by role; `others` can be named by `model=` in a sub-call."""

    root: LM
    worker: LM
    stronger_root: LM | None = None
    others: Mapping[str, LM] = field(default_factory=dict)


class Control:
    """The user's hand on a live run: it can be told to finish with what it has. Awaiting it waits for that."""

    def __init__(self) -> None:
        self._finishing = asyncio.Event()

    def finish_now(self) -> None:
        """Ask for no more turns and sub-calls; the answer rules apply as at a limit."""
        self._finishing.set()

    @property
    def is_finishing(self) -> bool:
        """Whether the run was told to finish."""
        return self._finishing.is_set()

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
