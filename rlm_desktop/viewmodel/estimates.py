"""What the next run would cost, asked of the engine whenever what decides it has changed."""

from PySide6.QtCore import QObject, QTimer, Signal

from rlm_desktop.service.messages import EstimateRun, RunEstimated
from rlm_desktop.service.spec import RunSpec
from rlm_desktop.trace.wording import money, seconds
from rlm_desktop.viewmodel.asking import Asking

_REST_MS = 300


class Estimates(QObject):
    """The line of consent beside the button that asks."""

    due = Signal()
    """Something has changed: `command` says what to ask the engine."""
    told = Signal(str, str)  # in one line, and what it rests on

    def __init__(self, asking: Asking, parent: QObject) -> None:
        super().__init__(parent)
        self._asking = asking
        self._request = 0
        self._asked_for: tuple[RunSpec, int, int] | None = None
        self._rest = QTimer(self, interval=_REST_MS, singleShot=True)
        self._rest.timeout.connect(self.due)
        asking.changed.connect(self._rest.start)

    def take(self, fact: RunEstimated) -> None:
        """Say what was estimated, unless something else was asked since."""
        if fact.request == self._request:
            self.told.emit(in_one_line(fact), fact.problem or why(fact))

    def again(self) -> None:
        """Ask anew: a run has ended, and is one more to learn from."""
        self._asked_for = None
        self._rest.start()

    def command(self, spec: RunSpec) -> EstimateRun | None:
        """Give what to ask about this run; None where there is nothing to ask, or nothing new."""
        tally = self._asking.documents.tally
        if not tally.tokens or self._asking.is_reading:
            self._asked_for = None
            self.told.emit("", "")
            return None
        counted = self._asking.counted
        tokens = counted.tokens if counted is not None else tally.tokens
        wanted = (spec, tokens, tally.characters)
        if wanted == self._asked_for:
            return None
        self._asked_for = wanted
        self._request += 1
        return EstimateRun(request=self._request, spec=spec, tokens=tokens, characters=tally.characters)


def in_one_line(fact: RunEstimated) -> str:
    """Write cost, calls, time and where the text goes: what asking agrees to."""
    if fact.problem:
        return fact.problem
    calls = _range(f"{fact.low_calls:,}", f"{fact.high_calls:,}")
    parts = [_cost(fact), f"{calls} calls" if fact.high_calls != 1 else "1 call"]
    if fact.high_seconds is not None:
        parts.append(_range(seconds(fact.low_seconds), seconds(fact.high_seconds)))
    places = " and ".join(fact.goes_to)
    stays = fact.goes_to == ("this computer",)
    parts.append("text stays on this computer" if stays else f"text goes to {places}")
    return f"{fact.strategy}: about {' · '.join(parts)}"


def why(fact: RunEstimated) -> str:
    """Write what the estimate rests on."""
    return f"Strategy {fact.strategy}: {fact.strategy_reason}. The estimate rests on {fact.basis}."


def _cost(fact: RunEstimated) -> str:
    if fact.high_nano_usd is None:
        return "unknown price"
    return "$0" if not fact.high_nano_usd else _range(money(fact.low_nano_usd), money(fact.high_nano_usd))


def _range(low: str, high: str) -> str:
    return low if low == high else f"{low} to {high}"
