"""What the user is asked while a run goes on: before a large fan-out, and at a limit. Time stands still meanwhile."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace

from rlm_desktop.engine.budget import Budget
from rlm_desktop.engine.experience import Experience
from rlm_desktop.engine.recorder import Recorder
from rlm_desktop.engine.request import Consent, Control
from rlm_desktop.engine.stops import WorkStopped, finish_asked, sentence
from rlm_desktop.engine.worst_case import Need, input_tokens, worst_cost
from rlm_desktop.lm.prices import call_cost
from rlm_desktop.trace.events import ChoiceAsked, ChoiceMade, LimitsChanged
from rlm_desktop.trace.facts import ChoiceAction, Decision, LimitName, Limits, Usage
from rlm_desktop.trace.ids import ChoiceId, NodeId, RunNodeId, StepId
from rlm_desktop.trace.wording import money, plural, seconds, short_number

TRIED_FIRST = 3
_RAISABLE: frozenset[LimitName | None] = frozenset(("money", "tokens", "sub-calls", "turns", "seconds"))
_AT_LIMIT: tuple[ChoiceAction, ...] = ("raise", "finish", "stop")
_BEFORE_FAN_OUT: tuple[ChoiceAction, ...] = ("run", "try-3", "raise", "stop")
_SAID: dict[ChoiceAction, str] = {
    "run": "You let it run.",
    "try-3": "You let three of them run first.",
    "raise": "You changed the limits.",
    "finish": "You let the run finish with what it has.",
    "stop": "You stopped the run.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class FanOut:
    """Calls that code asks for at once. Figures are expectations but for `most_nano_usd`; None is unknown."""

    calls: int
    input_tokens: int
    output_tokens: int
    cost_nano_usd: int | None
    most_nano_usd: int | None
    seconds: float | None

    def of_child_runs(self) -> "FanOut":
        """Say that each call is a whole child run, of which only the number is known."""
        return replace(self, input_tokens=0, output_tokens=0, cost_nano_usd=None, most_nano_usd=None, seconds=None)


def fan_out_of(needs: Sequence[Need], experience: Experience, at_once: int) -> FanOut:
    """Expect of calls what calls have been like so far."""
    told = experience.output_tokens
    asked = [input_tokens(need.messages) for need in needs]
    costs = [
        call_cost(need.facts, Usage(input_tokens=tokens, output_tokens=told))
        for need, tokens in zip(needs, asked, strict=True)
    ]
    rounds = -(-len(needs) // at_once)
    return FanOut(
        calls=len(needs),
        input_tokens=sum(asked),
        output_tokens=told * len(needs),
        cost_nano_usd=_sum(costs),
        most_nano_usd=_sum([worst_cost(need) for need in needs]),
        seconds=None if experience.seconds is None else experience.seconds * rounds,
    )


class Choices:
    """Asks one thing at a time, whatever runs at once."""

    def __init__(self, recorder: Recorder, budget: Budget, control: Control, consent: Consent) -> None:
        self._recorder = recorder
        self._budget = budget
        self._control = control
        self._consent = consent
        self._asking = asyncio.Lock()
        self._is_over = False
        self._run = RunNodeId(NodeId(0))
        self._task: asyncio.Task[object] | None = None

    def begin(self, run: RunNodeId) -> None:
        """Ask for this run, whose task is the current one."""
        self._run, self._task = run, asyncio.current_task()

    async def is_raised(self, stop: WorkStopped, limits: Limits) -> bool:
        """Ask at a limit; tell whether the user raised it, so that what was refused may be tried again.

        `limits` are those under which it was refused: where they have been raised since, nobody is asked again.
        """
        if not self._consent.at_limits or stop.limit not in _RAISABLE or self._control.is_finishing:
            return False
        async with self._asking:
            if self._budget.limits != limits:
                return True
            if self._is_over:
                return False
            asked = ChoiceAsked(
                choice=self._new(),
                run=self._run,
                about="limit",
                text=sentence(stop.text),
                actions=_AT_LIMIT,
                limit=stop.limit,
                spent_nano_usd=self._budget.spent_nano_usd,
            )
            return await self._obeyed(asked) == "raise"

    async def grant(self, step: StepId, fan_out: FanOut, *, was_tried: bool) -> int:
        """Give how many of these calls may be made now; the others are to be asked about again.

        Raises `WorkStopped` when the user wants the run to finish.
        """
        if not (was_tried or self._is_large(fan_out)):
            return fan_out.calls
        async with self._asking:
            while True:
                asked = self._fan_out_asked(step, fan_out, was_tried=was_tried)
                match await self._obeyed(asked):
                    case "run":
                        return fan_out.calls
                    case "try-3":
                        return min(TRIED_FIRST, fan_out.calls)
                    case "finish":
                        raise finish_asked()

    def _is_large(self, fan_out: FanOut) -> bool:
        calls, cost = self._consent.fan_out_calls, self._consent.fan_out_nano_usd
        is_many = calls is not None and fan_out.calls > calls
        return is_many or (cost is not None and (fan_out.cost_nano_usd or 0) > cost)

    def _fan_out_asked(self, step: StepId, fan_out: FanOut, *, was_tried: bool) -> ChoiceAsked:
        return ChoiceAsked(
            choice=self._new(),
            run=self._run,
            step=step,
            about="fan-out",
            text=_in_words(fan_out, was_tried=was_tried),
            actions=tuple(action for action in _BEFORE_FAN_OUT if not (was_tried and action == "try-3")),
            calls=fan_out.calls,
            input_tokens=fan_out.input_tokens,
            output_tokens=fan_out.output_tokens,
            cost_nano_usd=fan_out.cost_nano_usd,
            most_nano_usd=fan_out.most_nano_usd,
            seconds=fan_out.seconds,
            spent_nano_usd=self._budget.spent_nano_usd,
        )

    def _new(self) -> ChoiceId:
        return ChoiceId(self._recorder.new_id())

    async def _obeyed(self, asked: ChoiceAsked) -> ChoiceAction:
        """Ask, do what the user says, and give that."""
        self._recorder.emit(asked)
        said = "The run ended before you chose."
        action: ChoiceAction = "stop"
        try:
            with self._budget.clock.standing_still():
                decision = await self._control.decision(asked.choice)
            action, said = decision.action, _SAID[decision.action]
        finally:
            self._recorder.emit(ChoiceMade(choice=asked.choice, action=action, text=said))
        await self._obey(asked, decision)
        return action

    async def _obey(self, asked: ChoiceAsked, decision: Decision) -> None:
        match decision.action:
            case "raise":
                limits = decision.limits or _doubled(self._budget.limits, asked.limit)
                self._budget.change(limits)
                self._recorder.emit(LimitsChanged(run=self._run, limits=limits))
            case "finish":
                self._is_over = True
            case "stop":
                assert self._task is not None
                self._task.cancel()
                # Whoever waits here is cancelled with the run.
                await asyncio.get_running_loop().create_future()


def _doubled(limits: Limits, name: LimitName | None) -> Limits:
    """Give twice of the limit that was met, where the user named no other."""
    match name:
        case "money":
            return replace(limits, cost_nano_usd=2 * (limits.cost_nano_usd or 0))
        case "tokens":
            return replace(limits, tokens=2 * (limits.tokens or 0))
        case "sub-calls":
            return replace(limits, sub_calls=2 * (limits.sub_calls or 0))
        case "turns":
            return replace(limits, turns=2 * limits.turns)
        case "seconds":
            return replace(limits, seconds=2 * (limits.seconds or 0))
        case _:
            return limits


def _in_words(fan_out: FanOut, *, was_tried: bool) -> str:
    calls = plural(fan_out.calls, "call")
    begin = f"The code asks for {calls} more" if was_tried else f"The code asks for {calls} at once"
    tokens = fan_out.input_tokens + fan_out.output_tokens
    parts = [f"about {short_number(tokens)} tokens" if tokens else "each a run of its own"]
    if fan_out.cost_nano_usd is None:
        parts.append("unknown price")
    else:
        parts.append(f"{money(fan_out.cost_nano_usd)} expected, {money(fan_out.most_nano_usd or 0)} at most")
    if fan_out.seconds is not None:
        parts.append(f"about {seconds(fan_out.seconds)}")
    return f"{begin}: {', '.join(parts)}."


def _sum(amounts: Sequence[int | None]) -> int | None:
    known = [amount for amount in amounts if amount is not None]
    return sum(known) if len(known) == len(amounts) else None
