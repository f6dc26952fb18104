"""The one way in which a run tree asks LMs: with a slot, and within the budget."""

import asyncio
from collections.abc import Callable

from rlm_desktop.engine.budget import Budget, Need
from rlm_desktop.engine.orders import CallOrder, Heard
from rlm_desktop.engine.recorder import Recorder
from rlm_desktop.engine.request import Control
from rlm_desktop.engine.sending import Sending
from rlm_desktop.engine.stops import finish_asked


class Caller:
    """The one way in which a run tree asks LMs."""

    def __init__(
        self, recorder: Recorder, budget: Budget, control: Control, on_sent: Callable[[CallOrder], None]
    ) -> None:
        self._recorder = recorder
        self._budget = budget
        self._control = control
        self._on_sent = on_sent
        self._slots = asyncio.Semaphore(max(1, budget.limits.concurrency))

    async def ask(self, order: CallOrder) -> Heard:
        """Send it. Raises `LmError`, or `WorkStopped` when a limit or the user forbids it."""
        is_last = order.role == "final"
        need = Need(facts=order.lm.facts, messages=order.messages, output_tokens=order.output_tokens, is_last=is_last)
        async with self._slots:
            if self._control.is_finishing and not is_last:
                raise finish_asked()
            reservation = await self._budget.reserve(need)
            return await Sending(self._recorder, self._budget, order, reservation).run(self._on_sent)
