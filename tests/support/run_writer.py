"""Writes runs as the journal would hand them out: turns, calls and outputs with their times."""

from dataclasses import dataclass, field
from heapq import heappop, heappush
from typing import Any

from rlm_desktop.trace.events import (
    AnswerGiven,
    CallFinished,
    CallRetried,
    CallStarted,
    Entry,
    Event,
    OutputPrinted,
    RunFinished,
    RunStarted,
    StepFinished,
    StepStarted,
    SubcallsQueued,
    TurnStarted,
)
from rlm_desktop.trace.facts import (
    CodeError,
    Limits,
    Message,
    ModelFacts,
    Usage,
    VariableChange,
)
from rlm_desktop.trace.ids import BatchId, CallId, Digest, NodeId, RunNodeId, StepId, TurnId
from rlm_desktop.trace.texts import TextRef, reference_to

START = 1_760_000_000.0
SYSTEM = (
    "You answer a question over a text that you cannot see. It is the variable `context` in a Python REPL.\n\n"
    "Write code in ```repl blocks. `llm_query(prompt)` asks a worker LM; `llm_query_batched(prompts)` asks many "
    "at once, in order. Only what you print comes back.\n\n"
    'Set answer["content"] and answer["ready"] = True when you are done.\n'
)
ASK = (
    "From the pages below, list each year in which the harbour raised its dues, and the reason it gave, "
    "in its own words. Answer as JSON with the keys harbour, raised, reason."
)
PAGE = (
    "[annual-1981.pdf, page 14]\n"
    "The Board of {name} resolved at its March sitting to raise the dues on tonnage by eleven per cent, to meet "
    "the cost of dredging after the storm of 1980, the western channel having lost near two fathoms in a single "
    "night.\n\nReceipts from tonnage came to 184,220, against 166,905 in the year before.\n"
)
ROOT = ModelFacts(
    name="openai/gpt-5",
    window_tokens=400_000,
    input_price=1_250_000_000,
    cached_input_price=125_000_000,
    output_price=10_000_000_000,
    goes_to="OpenAI",
)
WORKER = ModelFacts(
    name="openai/gpt-5-mini",
    window_tokens=400_000,
    input_price=250_000_000,
    cached_input_price=25_000_000,
    output_price=2_000_000_000,
    goes_to="OpenAI",
)


@dataclass(kw_only=True)
class Sub:
    """One sub-call of a step."""

    label: str
    reply: str = "none"
    seconds: float = 2.0
    cost: int | None = 1_900_000
    tokens: int = 4_812
    error: str | None = None
    cached: bool = False
    retries: int = 0
    unfinished: bool = False
    child: list["Turn"] = field(default_factory=list)


@dataclass(kw_only=True)
class Turn:
    """One turn: what the root said, its code, its calls, what it printed."""

    intent: str
    code: str = ""
    output: str = ""
    subs: list[Sub] = field(default_factory=list)
    at_once: int = 5
    root_seconds: float = 3.0
    root_cost: int | None = 1_000_000
    error: CodeError | None = None
    variables: tuple[VariableChange, ...] = ()
    unfinished: bool = False
    stage: str = "finished"
    """How far an unfinished turn got: `asking`, `running` or `finished`."""


class RunWriter:
    """Writes events with their times and numbers them as the journal would."""

    def __init__(self) -> None:
        self.texts: dict[Digest, str] = {}
        self._dated: list[tuple[float, int, Event]] = []
        self._last_id = 0

    def node(self) -> NodeId:
        """Give the next id."""
        self._last_id += 1
        return NodeId(self._last_id)

    def keep(self, text: str) -> TextRef:
        """Keep a text and give its reference."""
        reference = reference_to(text)
        self.texts[reference.digest] = text
        return reference

    def add(self, at: float, event: Event) -> None:
        """Let something happen at a time, in seconds from the start."""
        self._dated.append((at, len(self._dated), event))

    def entries(self) -> list[Entry]:
        """Give all that happened, in order of time."""
        ordered = sorted(self._dated, key=lambda item: (item[0], item[1]))
        return [Entry(number, START + at, event) for number, (at, _, event) in enumerate(ordered, 1)]

    def run(self, at: float, question: str, turns: list[Turn], **more: Any) -> tuple[RunNodeId, float]:
        """Write a run (or a child run) and give its node and its end."""
        run = RunNodeId(self.node())
        self.add(
            at,
            RunStarted(
                run=run,
                question=self.keep(question),
                title=question[:200],
                strategy="rlm",
                root=ROOT,
                worker=WORKER,
                limits=Limits(cost_nano_usd=1_000_000_000),
                document_count=len(more.get("documents", ())),
                **more,
            ),
        )
        for number, turn in enumerate(turns, 1):
            at = self._turn(at + 0.05, run, number, turn)
        return run, at

    def _turn(self, at: float, run: RunNodeId, number: int, turn: Turn) -> float:
        node = TurnId(self.node())
        self.add(at, TurnStarted(turn=node, run=run, number=number))
        at = self._root_call(at, node, number, turn)
        if turn.stage == "asking" or not turn.code:
            return at
        return self._step(at + 0.02, node, turn)

    def _root_call(self, at: float, turn: TurnId, number: int, told: Turn) -> float:
        call = CallId(self.node())
        prompt = (
            Message(role="system", text=self.keep(SYSTEM)),
            Message(role="user", text=self.keep(f"Turn {number} of 30. Look at the context before you answer.")),
        )
        self.add(
            at,
            CallStarted(call=call, parent=turn, role="root", model=ROOT.name, prompt=prompt, label=f"Turn {number}"),
        )
        if told.stage == "asking":
            return at
        reply = f"{told.intent}.\n\n```repl\n{told.code}\n```\n" if told.code else told.intent
        self.add(
            at + told.root_seconds,
            CallFinished(
                call=call,
                status="done",
                seconds=told.root_seconds,
                reply=self.keep(reply),
                preview=told.intent,
                usage=Usage(input_tokens=6_200 + 300 * number, cached_input_tokens=4_096, output_tokens=410),
                cost_nano_usd=told.root_cost,
            ),
        )
        return at + told.root_seconds

    def _step(self, at: float, turn: TurnId, told: Turn) -> float:
        step = StepId(self.node())
        title = told.code.splitlines()[0].removeprefix("# ")
        self.add(at, StepStarted(step=step, turn=turn, number=1, code=self.keep(told.code), title=title[:200]))
        end = self._subs(at + 0.01, step, told)
        if told.output:
            self._print(end, step, told.output)
        if told.stage == "finished":
            finished = StepFinished(step=step, seconds=end - at + 0.05, error=told.error, variables=told.variables)
            self.add(end + 0.05, finished)
        return end + 0.05

    def _print(self, at: float, step: StepId, text: str) -> None:
        preview = next((line for line in text.splitlines() if line.strip()), "")
        self.add(
            at,
            OutputPrinted(
                step=step,
                stream="stdout",
                text=self.keep(text),
                preview=preview[:200],
                lines=text.count("\n") or 1,
            ),
        )

    def _subs(self, at: float, step: StepId, told: Turn) -> float:
        if not told.subs:
            return at + 0.1
        batch = BatchId(self.node())
        count = len(told.subs)
        self.add(at, SubcallsQueued(batch=batch, step=step, function="llm_query_batched", count=count, line=4))
        free = [at] * min(told.at_once, count)
        end = at
        for position, sub in enumerate(told.subs):
            begin = heappop(free) + 0.001
            done = self._sub(begin, step, batch, position, sub)
            heappush(free, done)
            end = max(end, done)
        return end

    def _sub(self, at: float, step: StepId, batch: BatchId, position: int, sub: Sub) -> float:
        if sub.child:
            return self._child(at, step, batch, position, sub)
        call = CallId(self.node())
        prompt = (
            Message(
                role="user",
                text=self.keep(f"{ASK}\n\nHarbour: {sub.label}\n\n" + PAGE.format(name=sub.label)),
            ),
        )
        self.add(
            at,
            CallStarted(
                call=call,
                parent=step,
                role="worker",
                model=WORKER.name,
                prompt=prompt,
                label=sub.label,
                batch=batch,
                position=position,
            ),
        )
        for attempt in range(1, sub.retries + 1):
            self.add(
                at + 0.2 * attempt,
                CallRetried(call=call, attempt=attempt, reason="429 rate limited", wait_seconds=0.2),
            )
        if not sub.unfinished:
            self._finish_sub(at + sub.seconds, call, sub)
        return at + sub.seconds

    def _finish_sub(self, at: float, call: CallId, sub: Sub) -> None:
        self.add(
            at,
            CallFinished(
                call=call,
                status="failed" if sub.error else "done",
                seconds=sub.seconds,
                reply=None if sub.error else self.keep(sub.reply),
                preview="" if sub.error else sub.reply.splitlines()[0][:200],
                usage=Usage() if sub.error else Usage(input_tokens=sub.tokens - 180, output_tokens=180),
                cost_nano_usd=0 if sub.error or sub.cached else sub.cost,
                cached=sub.cached,
                error=sub.error,
            ),
        )

    def _child(self, at: float, step: StepId, batch: BatchId, position: int, sub: Sub) -> float:
        run, end = self.run(at, sub.label, sub.child, parent=step, batch=batch, position=position, depth=1)
        self._answer(end, run, sub.reply)
        self.add(end + 0.02, RunFinished(run=run, status="answered", seconds=end - at + 0.02))
        return end + 0.02

    def _answer(self, at: float, run: RunNodeId, text: str) -> None:
        self.add(
            at + 0.01,
            AnswerGiven(run=run, answer=self.keep(text), preview=text.splitlines()[0][:200], source="variable"),
        )
