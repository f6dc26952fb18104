"""What `ask` tells on stderr while a run goes on: one calm line for each turn and step."""

from rlm_desktop.app.commands.terminal import note, tame
from rlm_desktop.trace import wording
from rlm_desktop.trace.events import (
    CallFinished,
    CallRetried,
    Entry,
    GateSpoke,
    LimitReached,
    Noticed,
    RunStarted,
    StepFinished,
)
from rlm_desktop.trace.ids import CallId, NodeId
from rlm_desktop.trace.nodes import Node
from rlm_desktop.trace.tree import Trace

_MOST_SKIPPED = 20


class Progress:
    """Follows one run. With `quiet` it says nothing, but still follows."""

    def __init__(self, *, quiet: bool) -> None:
        self.trace = Trace()
        self._quiet = quiet

    def on_entry(self, entry: Entry) -> None:
        """Take one entry of the journal."""
        self.trace.commit(self.trace.next_change(entry))
        match entry.event:
            case RunStarted() as run:
                self._tell_beginning(run)
            case CallFinished(call=call):
                self._tell_turn(self.trace.nodes.get(call))
            case CallRetried(call=call):
                self._tell_retry(call, entry.event)
            case StepFinished(step=step):
                self._tell_step(self.trace.nodes[step])
            case LimitReached(text=text) | GateSpoke(text=text) | Noticed(text=text):
                self.say(f"  {text}")
            case _:
                pass

    def _tell_beginning(self, run: RunStarted) -> None:
        told = run.skipped[:_MOST_SKIPPED] if run.depth == 0 else ()
        for file in told:
            self.say(f"Skipped {file.path}: {file.reason}")
        if run.depth == 0 and run.skipped_count > len(told):
            self.say(f"Skipped {run.skipped_count - len(told):,} more; --json tells which.")
        self.say(_begun(run))

    def _tell_turn(self, call: Node | None) -> None:
        """A turn is told when the root LM has spoken."""
        turn = self.trace.nodes.get(call.parent) if call is not None and call.parent is not None else None
        if call is not None and turn is not None and turn.kind == "turn":
            self.say(f"{_place(self.trace, turn.id)} · {turn.title or 'no words'} · {_figures(call)}")

    def _tell_retry(self, call: CallId, retried: CallRetried) -> None:
        """Tell why a turn takes so long; of sub-calls there may be hundreds."""
        parent = self.trace.nodes[call].parent
        if parent is not None and self.trace.nodes[parent].kind != "step":
            self.say(f"  {retried.reason} Attempt {retried.attempt + 1} in {wording.seconds(retried.wait_seconds)}.")

    def _tell_step(self, step: Node) -> None:
        error = next((finished.error for finished in step.facts(StepFinished)), None)
        ending = f" · {error.type}: {wording.one_line(error.message, 100)}" if error else ""
        calls = f"{wording.plural(step.totals.calls, 'call')} · " if step.totals.calls else ""
        self.say(f"{_place(self.trace, step.id)} · {step.title} · {calls}{_figures(step)}{ending}")

    def say(self, line: str) -> None:
        """Say one line, unless it is to be quiet."""
        if not self._quiet:
            note(tame(line))


def _begun(run: RunStarted) -> str:
    reason = f" ({run.strategy_reason})" if run.strategy_reason else ""
    if run.depth:
        return f"{'  ' * run.depth}child run · {wording.one_line(run.title, 100)}"
    material = f"{wording.plural(run.document_count, 'document')}, {run.characters:,} characters"
    return f"{material} · {run.root.name} with {run.worker.name} · {run.strategy}{reason}"


def _figures(node: Node) -> str:
    if not node.totals.calls:
        return wording.seconds(node.seconds)
    return f"{node.totals.cost_in_words} · {wording.seconds(node.seconds)}"


def _place(trace: Trace, node_id: NodeId) -> str:
    """Say where a turn or step stands, indented by the depth of its run."""
    node = trace.nodes[node_id]
    turn = trace.nodes[node.parent] if node.kind == "step" and node.parent is not None else node
    words = f"turn {turn.number}" if turn is node else f"turn {turn.number} step {node.number}"
    return f"{'  ' * node.depth}{words}"
