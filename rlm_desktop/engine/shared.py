"""What all runs of one tree share, and what each run keeps for itself."""

from dataclasses import dataclass, field
from pathlib import Path

from rlm_desktop.corpus.indexing.indexer import Indexer
from rlm_desktop.engine.budget import Budget
from rlm_desktop.engine.calls import Caller
from rlm_desktop.engine.choices import Choices
from rlm_desktop.engine.experience import Experience
from rlm_desktop.engine.reading import Reading
from rlm_desktop.engine.recorder import Recorder
from rlm_desktop.engine.request import Control, Gate, Models, RunRequest
from rlm_desktop.engine.stops import WorkStopped, sentence
from rlm_desktop.repl.host import StartChild
from rlm_desktop.trace.events import GateSpoke, LimitReached, Noticed
from rlm_desktop.trace.facts import Limits
from rlm_desktop.trace.ids import NodeId, RunNodeId


@dataclass(frozen=True, slots=True, kw_only=True)
class Shared:
    """The means of a run tree."""

    request: RunRequest
    models: Models
    recorder: Recorder
    budget: Budget
    caller: Caller
    choices: Choices
    experience: Experience
    control: Control
    reading: Reading
    scratch: Path
    start_child: StartChild
    indexer: Indexer

    @property
    def limits(self) -> Limits:
        """The limits of the tree; the user may change them."""
        return self.budget.limits

    def has_gate(self, gate: Gate) -> bool:
        """Whether a quality gate is on."""
        return gate in self.request.gates

    def gate_spoke(self, parent: NodeId, gate: Gate, text: str) -> None:
        """Tell what a quality gate did."""
        self.recorder.emit(GateSpoke(parent=parent, gate=gate, text=text))

    def notice(self, parent: NodeId, about: str, text: str) -> None:
        """Tell something a reader should know."""
        self.recorder.emit(Noticed(parent=parent, about=about, text=text))


@dataclass(slots=True, kw_only=True)
class Standing:
    """Where one run stands."""

    run: RunNodeId
    depth: int
    turns: int = 0
    stops: list[WorkStopped] = field(default_factory=list)
    """The limits that refused work, oldest first."""

    @property
    def partial_reason(self) -> str | None:
        """Why an answer of this run is not a full one."""
        return self.stops[0].text if self.stops else None

    def stopped(self, shared: Shared, stop: WorkStopped) -> None:
        """Note that work was refused; each limit is told of once."""
        if any(known.limit == stop.limit for known in self.stops):
            return
        self.stops.append(stop)
        if stop.limit is None:
            shared.notice(self.run, "finish", sentence(stop.text))
        else:
            shared.recorder.emit(LimitReached(run=self.run, limit=stop.limit, text=sentence(stop.text)))
