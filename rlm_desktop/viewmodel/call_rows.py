"""One line of the map grid: how a call or child run stands, what it was asked, said and used."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, get_args

from rlm_desktop.trace.events import AnswerGiven, CallFinished
from rlm_desktop.trace.ids import NodeId
from rlm_desktop.trace.nodes import Node
from rlm_desktop.trace.rows import RETRYING, WAITING, Badge, Tint, call_badges, elapsed
from rlm_desktop.trace.texts import TextRef
from rlm_desktop.trace.totals import Totals
from rlm_desktop.trace.tree import Trace
from rlm_desktop.trace.wording import one_line

State = Literal["answered", "failed", "stopped", "running", "waiting", "retrying"]
STATES: tuple[State, ...] = get_args(State)
STATE_WORDS: dict[State, str] = {
    "answered": "answered",
    "failed": "failed",
    "stopped": "stopped",
    "running": "running",
    "waiting": WAITING,
    "retrying": RETRYING,
}
SIGNS: dict[State, tuple[str, Tint]] = {
    "answered": ("✓", "answer"),
    "failed": ("✕", "error"),
    "stopped": ("■", "warn"),
    "running": ("●", "worker"),
    "waiting": ("◌", "warn"),
    "retrying": ("↻", "warn"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class CallRow:
    """What is known of one call."""

    node: NodeId
    latest: NodeId
    """The call that asked it last: itself, unless it was asked again after the run."""
    number: int
    is_run: bool
    state: State
    asked: str
    said: str
    """The answer's first words, or why there is none."""
    answer: TextRef | None
    seconds: float
    cost: int | None
    """In nano-dollars; None while it runs and where it is not known."""
    input_tokens: int
    output_tokens: int
    retries: int
    badges: tuple[Badge, ...]
    is_known: bool
    """The reply was known before, so time and cost are none of its own."""

    @property
    def is_open(self) -> bool:
        """Whether it still goes on."""
        return self.state in ("running", "waiting", "retrying")

    @property
    def was_asked_again(self) -> bool:
        """Whether what is told of it came after the run."""
        return self.latest != self.node

    @property
    def may_be_asked_again(self) -> bool:
        """Whether it has no answer, and is a call rather than a run of its own."""
        return self.state in ("failed", "stopped") and not self.is_run

    @property
    def same(self) -> str:
        """Equal for calls with identical answers, or with the same failure; empty where there is neither."""
        if self.answer is not None:
            return self.answer.digest
        return f"✕ {self.said}" if self.state in ("failed", "stopped") else ""

    @property
    def is_measured(self) -> bool:
        """Whether its figures say something of how its peers usually go."""
        return self.state == "answered" and not self.is_known


def call_row(trace: Trace, node: Node, again: Sequence[Node] = ()) -> CallRow:
    """Read one call, or child run, of a batch; of a call that was asked again what came last, and all that it cost."""
    latest = again[-1] if again else node
    finished = latest.fact(CallFinished) if latest.kind == "call" else None
    answer, said = _answer(trace, latest, finished)
    totals = node.totals if not again else _sum([node, *again])
    return CallRow(
        node=node.id,
        latest=latest.id,
        number=node.number,
        is_run=node.kind == "run",
        state=_state(latest),
        asked=one_line(node.title),
        said=said,
        answer=answer,
        seconds=elapsed(trace, latest),
        cost=None if latest.is_open else totals.cost,
        input_tokens=totals.input_tokens,
        output_tokens=totals.output_tokens,
        retries=totals.retries,
        badges=(*_again_badge(node, again), *call_badges(trace, latest)),
        is_known=finished is not None and finished.cached,
    )


def _sum(nodes: Sequence[Node]) -> Totals:
    whole = Totals()
    for node in nodes:
        whole.add(node.totals)
    return whole


def _again_badge(node: Node, again: Sequence[Node]) -> tuple[Badge, ...]:
    if not again:
        return ()
    first = node.fact(CallFinished)
    why = one_line(first.error, 120) if first is not None and first.error else node.status
    times = "asked again" if len(again) == 1 else f"asked again {len(again)} times"
    return (Badge("↺ again", f"{times} after the run, in which it had no answer: {why}", "accent"),)


def _state(node: Node) -> State:
    if not node.is_open:
        return _ENDS.get(node.status, "failed")
    if node.kind == "call" and node.totals.held:
        return "waiting"
    return "retrying" if node.kind == "call" and node.totals.retrying else "running"


_ENDS: dict[str, State] = {
    "done": "answered",
    "partial": "answered",
    "failed": "failed",
    "cancelled": "stopped",
    "interrupted": "stopped",
}


def _answer(trace: Trace, node: Node, finished: CallFinished | None) -> tuple[TextRef | None, str]:
    if node.kind == "run":
        return _answer_of_run(trace, node)
    if finished is None:
        return None, ""
    if finished.status != "done":
        return None, one_line(finished.error or finished.status)
    return finished.reply, one_line(finished.preview)


def _answer_of_run(trace: Trace, run: Node) -> tuple[TextRef | None, str]:
    given = [trace.nodes[child] for child in run.children if trace.nodes[child].kind == "answer"]
    event = given[-1].fact(AnswerGiven) if given else None
    if event is not None:
        return event.answer, one_line(event.preview)
    return None, "" if run.is_open else f"the child run gave no answer ({run.status})"
