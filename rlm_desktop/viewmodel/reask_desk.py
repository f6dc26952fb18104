"""Joins asking failed calls again to the engine: wishes go down, figures and entries come up."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject, Signal, Slot

from rlm_desktop.service.messages import Command, Entries, Fact, StopRun
from rlm_desktop.service.reask_messages import ReaskCalls, ReaskOver, ReaskSpec, ReaskWeighed, WeighReask
from rlm_desktop.trace.ids import CallId, RunId
from rlm_desktop.viewmodel.asking import Asking
from rlm_desktop.viewmodel.reasking import Reasking


class ReaskDesk(QObject):
    """Says how models are reached now, which may be otherwise than when the run was asked."""

    over = Signal(object)  # RunId

    def __init__(self, reasking: Reasking, asking: Asking, send: Callable[[Command], object], parent: QObject) -> None:
        super().__init__(parent)
        self._reasking, self._asking, self._send = reasking, asking, send
        reasking.weigh_wanted.connect(self._on_weigh)
        reasking.confirmed.connect(self._on_confirmed)
        reasking.stop_wanted.connect(self._on_stop)

    @property
    def run(self) -> RunId | None:
        """The run of which calls are asked again now."""
        return self._reasking.run if self._reasking.phase == "running" else None

    def take(self, facts: Sequence[Fact]) -> None:
        """Take what the engine told, as far as it is about this."""
        for fact in facts:
            match fact:
                case Entries():
                    self._reasking.take_entries(fact.run, fact.entries)
                case ReaskWeighed():
                    self._reasking.take_weighed(fact)
                case ReaskOver():
                    self._reasking.take_over(fact)
                    self.over.emit(fact.run)
                case _:
                    continue

    @Slot(object)
    def _on_weigh(self, calls: tuple[CallId, ...]) -> None:
        self._send(WeighReask(spec=self._spec(calls)))

    @Slot(object)
    def _on_confirmed(self, calls: tuple[CallId, ...]) -> None:
        self._send(ReaskCalls(spec=self._spec(calls)))

    @Slot()
    def _on_stop(self) -> None:
        if self.run is not None:
            self._send(StopRun(run=self.run))

    def _spec(self, calls: tuple[CallId, ...]) -> ReaskSpec:
        chosen, run = self._asking.preferences, self._reasking.run
        assert run is not None
        return ReaskSpec(
            run=run,
            calls=calls,
            base_url=chosen.base_url,
            api_key_env=chosen.api_key_env,
            servers=chosen.servers,
            prices=chosen.prices,
            price_in_usd=chosen.price_in_usd,
            price_out_usd=chosen.price_out_usd,
            local_only=chosen.local_only,
        )
