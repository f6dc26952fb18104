"""What the record of an ended run tells whoever asks some of its calls again: how they stand, and what is spent."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from rlm_desktop.engine.experience import Experience
from rlm_desktop.trace.events import (
    CallFinished,
    CallRetried,
    CallStarted,
    ChoiceAsked,
    Entry,
    LimitsChanged,
    RunFinished,
    RunStarted,
    StepStarted,
    SubcallsQueued,
    TurnStarted,
)
from rlm_desktop.trace.facts import Limits, ModelFacts
from rlm_desktop.trace.ids import BatchId, CallId, NodeId
from rlm_desktop.trace.reask_events import CallsReasked

_ROOT = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Unsure:
    """Attempts of a call that may have cost up to their worst case: nobody said what they did cost."""

    started: CallStarted
    attempts: int
    is_first: bool
    """Whether its prompt had not been sent before, so that its reply had no more than the usual room."""


@dataclass(slots=True)
class _Out:
    """A call whose end has not come yet."""

    started: CallStarted
    is_first: bool
    known_nano_usd: int = 0
    unknown_attempts: int = 0


class Recollection:
    """Takes in the entries of a run, in their order, and looks at some of its calls."""

    def __init__(self, calls: Iterable[CallId], entries: Iterable[Entry] = ()) -> None:
        self.wanted = dict.fromkeys(calls)
        self.started: RunStarted | None = None
        self.limits = Limits()
        self.is_over = False
        self.last_id = 0
        self.models: dict[str, ModelFacts] = {}
        self.batches: dict[BatchId, SubcallsQueued] = {}
        self.tokens = 0
        self.known_nano_usd = 0
        """What is known to be spent; see `unsure`."""
        self.experience = Experience()
        self._unsure: list[Unsure] = []
        self._asked: dict[CallId, CallStarted] = {}
        self._answered: set[CallId] = set()
        self._out: dict[CallId, _Out] = {}
        self._sent: set[object] = set()
        for entry in entries:
            take = _TAKERS.get(type(entry.event))
            if take is not None:
                take(self, entry.event)

    @property
    def failed(self) -> list[CallStarted]:
        """The calls that were looked at and have no answer, not even from being asked again."""
        return [self._asked[call] for call in self.wanted if call in self._asked and call not in self._answered]

    @property
    def unsure(self) -> list[Unsure]:
        """What may have cost more than is known."""
        cut_off = [
            Unsure(started=out.started, attempts=out.unknown_attempts + 1, is_first=out.is_first)
            for out in self._out.values()
        ]
        return self._unsure + cut_off

    @property
    def sure_nano_usd(self) -> int:
        """What is known to be spent, on calls without an end too."""
        return self.known_nano_usd + sum(out.known_nano_usd for out in self._out.values())

    def _note_id(self, number: NodeId) -> None:
        self.last_id = max(self.last_id, number)

    def _run_started(self, event: RunStarted) -> None:
        self._note_id(event.run)
        self.models |= {facts.name: facts for facts in (event.root, event.worker, *event.others)}
        if event.parent is None and self.started is None:
            self.started, self.limits = event, event.limits

    def _limits_changed(self, event: LimitsChanged) -> None:
        self.limits = event.limits

    def _turn_started(self, event: TurnStarted) -> None:
        self._note_id(event.turn)

    def _step_started(self, event: StepStarted) -> None:
        self._note_id(event.step)

    def _choice_asked(self, event: ChoiceAsked) -> None:
        self._note_id(event.choice)

    def _queued(self, event: SubcallsQueued) -> None:
        self._note_id(event.batch)
        self.batches[event.batch] = event

    def _reasked(self, event: CallsReasked) -> None:
        self._note_id(event.batch)

    def _call_started(self, event: CallStarted) -> None:
        self._note_id(event.call)
        if event.call in self.wanted:
            self._asked[event.call] = event
        asked = (event.reask_of, event.parent, event.batch, event.position, event.prompt)
        is_first = asked not in self._sent and len(event.prompt) == 1
        self._sent.add(asked)
        self._out[event.call] = _Out(event, is_first)

    def _call_retried(self, event: CallRetried) -> None:
        out = self._out.get(event.call)
        if out is None:
            return
        if event.cost_nano_usd is None:
            out.unknown_attempts += 1
        else:
            out.known_nano_usd += event.cost_nano_usd

    def _call_finished(self, event: CallFinished) -> None:
        out = self._out.pop(event.call, None)
        if out is None:
            return
        self.tokens += event.usage.input_tokens + event.usage.output_tokens
        if event.cost_nano_usd is None:
            self.known_nano_usd += out.known_nano_usd
            self._unsure.append(Unsure(started=out.started, attempts=out.unknown_attempts + 1, is_first=out.is_first))
        else:
            self.known_nano_usd += event.cost_nano_usd
        if event.status == "done":
            self._note_answer(out.started, event)

    def _note_answer(self, started: CallStarted, event: CallFinished) -> None:
        self._answered.add(started.call if started.reask_of is None else started.reask_of)
        if started.role == "worker" and not event.cached:
            self.experience.note(event.usage, event.seconds)

    def _run_finished(self, event: RunFinished) -> None:
        self.is_over = self.is_over or event.run == _ROOT


_TAKERS: dict[type, Callable[[Recollection, Any], None]] = {
    RunStarted: Recollection._run_started,
    LimitsChanged: Recollection._limits_changed,
    TurnStarted: Recollection._turn_started,
    StepStarted: Recollection._step_started,
    ChoiceAsked: Recollection._choice_asked,
    SubcallsQueued: Recollection._queued,
    CallsReasked: Recollection._reasked,
    CallStarted: Recollection._call_started,
    CallRetried: Recollection._call_retried,
    CallFinished: Recollection._call_finished,
    RunFinished: Recollection._run_finished,
}
