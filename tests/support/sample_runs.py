"""Runs as the journal would hand them out, written by hand: for view models, widgets and pictures."""

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
    GateSpoke,
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
    DocumentFacts,
    Limits,
    Message,
    ModelFacts,
    Usage,
    VariableChange,
)
from rlm_desktop.trace.ids import BatchId, CallId, Digest, NodeId, RunNodeId, StepId, TurnId
from rlm_desktop.trace.texts import TextRef, reference_to

START = 1_760_000_000.0
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
CODE = """# one call per harbour, all pages that mention dues
pages = [p for d in documents for p in d.pages if "dues" in p.text]
byh = group_by_harbour(pages)
outs = llm_query_batched([ASK + "\\n\\n" + t for t in byh.values()])
print(len(outs), outs[0][:200])"""
PRINTED = (
    '40 {"harbour": "Ardvik", "raised": [1981, 1984, 1988], "reason":\n'
    '"dredging after the 1980 storm (annual-1981.pdf, p. 14)"}\n'
)
ANSWER = (
    "## Four harbours raised their dues more than twice\n\n"
    "Ardvik raised them three times, in 1981, 1984 and 1988, each time “to meet the cost of dredging after the "
    "storm of 1980”. Lindholm followed in 1982, 1983 and 1987 because of the new breakwater.\n"
)
QUESTION = "Which harbours raised their dues more than twice in the 1980s, and what reason did each give?"
HARBOURS = [
    "Ardvik",
    "Lindholm",
    "Torsnes",
    "Vessby",
    "Storvik",
    "Grimsund",
    "Halmvik",
    "Osterby",
    "Kallmo",
    "Nordhavn",
    "Svartvik",
    "Ekhamn",
    "Langnes",
    "Marvik",
    "Solberga",
    "Tunhamn",
    "Ulvsund",
    "Vikby",
    "Almhamn",
    "Brevik",
    "Dalsund",
    "Edsvik",
    "Fagernes",
    "Gronvik",
    "Hogby",
    "Ingsund",
    "Jarnvik",
    "Klippan",
    "Laxnes",
    "Morvik",
    "Nasby",
    "Orrhamn",
    "Palsund",
    "Rorvik",
    "Sandby",
    "Tarnvik",
    "Udden",
    "Varholm",
    "Yttervik",
    "Angsund",
]


def harbour_turns() -> list[Turn]:
    """Give the turns of the sample run."""
    return [
        Turn(
            intent="Look at the corpus and its folders",
            code="print(len(documents), len(context))\nprint(peek(600))",
            output="212 39,204,118\n== reports/annual-1950.pdf ==\nREPORT OF THE HARBOUR BOARD\n",
            root_cost=300_000,
            root_seconds=5.2,
        ),
        Turn(
            intent="Find where dues are mentioned",
            code='hits = grep(r"\\bdues\\b", ignore_case=True)\nprint(len(hits))\nfor h in hits[:40]:\n    print(h)',
            output="".join(f"annual-19{50 + n % 40}.pdf p. {n}: the dues on tonnage were\n" for n in range(120)),
            root_cost=3_100_000,
            root_seconds=8.0,
            variables=(
                VariableChange(name="hits", change="new", type="list", size="list of 200", preview="[Hit(…), …]"),
            ),
        ),
        Turn(
            intent="Read three reports closely",
            code="# three whole reports, ten pages a call\nnotes = llm_query_batched(chunks(three))\nprint(notes[0])",
            output="The Board raised the dues twice in the decade.\n",
            subs=[Sub(label=f"annual-198{n % 3}.pdf, part {n}", cost=1_200_000) for n in range(10)],
            root_cost=2_200_000,
            root_seconds=6.9,
        ),
        Turn(
            intent="Settle what counts as a raise",
            code="# a raise is a resolved increase, not a proposal\nASK = RULES + FORM\nprint(len(ASK))",
            output="1204\n",
            root_cost=4_900_000,
            root_seconds=9.6,
            variables=(
                VariableChange(name="ASK", change="new", type="str", size="1,204 characters", preview="'From…'"),
            ),
        ),
        Turn(
            intent="Extract every raise per report",
            code="# one call per report\nraises = llm_query_batched([ASK + d.text for d in reports])\nprint(98)",
            output="98\n",
            subs=[
                Sub(label=f"annual-19{50 + n % 50}.pdf", cost=495_000, seconds=1.1 + n % 7 * 0.31, retries=n % 40 == 9)
                for n in range(98)
            ],
            at_once=8,
            root_cost=2_700_000,
            variables=(
                VariableChange(name="raises", change="new", type="list", size="list of 98 str", preview="['{\"…']"),
            ),
        ),
        Turn(
            intent="Group the raises by harbour",
            code='# records by harbour\ntable = {r["harbour"]: r for r in map(json.loads, raises)}\nprint(table)',
            root_cost=3_400_000,
            error=CodeError(
                type="JSONDecodeError",
                message="Expecting value: line 1 column 1 (char 0)",
                line=2,
                traceback="Traceback (most recent call last):\n  line 2\n"
                "json.decoder.JSONDecodeError: Expecting value: line 1 column 1 (char 0)\n",
            ),
        ),
        Turn(
            intent="Ask each harbour’s pages for the reason it gave",
            code=CODE,
            output=PRINTED,
            subs=harbour_subs(),
            root_cost=9_600_000,
            root_seconds=7.4,
            variables=(
                VariableChange(name="pages", change="new", type="list", size="list of 1,904", preview="[Page(…), …]"),
                VariableChange(name="byh", change="new", type="dict", size="dict of 40", preview="{'Ardvik': …}"),
                VariableChange(name="outs", change="new", type="list", size="list of 40 str", preview="['{\"harb…']"),
                VariableChange(name="ASK", change="changed", type="str", size="1,310 characters", preview="'From…'"),
            ),
        ),
        Turn(
            intent="Check the quotes against the pages",
            code="# each quote must stand in its page\nchecks = llm_query_batched(quotes)\n"
            'answer["content"] = write(checks)\nanswer["ready"] = True',
            subs=[Sub(label=f"quote {n}", cost=400_000, seconds=1.0 + n % 3) for n in range(1, 7)],
            root_cost=4_000_000,
            root_seconds=6.2,
        ),
    ]


def harbour_subs() -> list[Sub]:
    """Give the forty calls of turn 7."""
    subs = [
        Sub(
            label=name,
            reply=f'{{"harbour": "{name}", "raised": [1981, 1984, 1988]}}',
            seconds=1.1 + number % 9,
            cost=1_650_000,
        )
        for number, name in enumerate(HARBOURS)
    ]
    subs[1] = Sub(label="Lindholm", reply='{"harbour": "Lindholm", "raised": [1982, 1983, 1987]}', seconds=2.2)
    subs[2] = Sub(label="Torsnes", error="context too long", seconds=0.1)
    subs[3] = Sub(label="Vessby", cached=True, seconds=0.0, tokens=5_160, reply='{"harbour": "Vessby"}')
    subs[4] = Sub(
        label="Storvik",
        reply="Storvik raised its dues in 1980, 1985 and 1989.",
        child=[
            Turn(
                intent="Split the pages of Storvik by decade",
                code="parts = llm_query_batched(split(context))\nprint(parts)",
                output="['none', 'none']\n",
                subs=[Sub(label=f"Storvik, 198{n}", seconds=2.0) for n in range(2)],
                root_cost=900_000,
            ),
            Turn(
                intent="Put the years together",
                code='answer["content"] = join(parts)\nanswer["ready"] = True',
                root_cost=700_000,
            ),
        ],
    )
    subs[30] = Sub(label="Nasby", error="the connection dropped before the reply was whole", seconds=9.8)
    return subs


def harbour_run(turns: int = 8, finished: bool = True) -> tuple[list[Entry], dict[Digest, str]]:
    """Give the sample run, or its first turns, with its texts."""
    writer = RunWriter()
    run, end = writer.run(0.0, QUESTION, harbour_turns()[:turns], documents=documents(), characters=39_204_118)
    if finished:
        writer._answer(end, run, ANSWER)
        writer.add(
            end + 0.02, GateSpoke(parent=run, gate="quotes", text="8 quotes stand in the corpus, 1 was not found.")
        )
        writer.add(end + 0.05, RunFinished(run=run, status="answered", seconds=end + 0.05))
    return writer.entries(), writer.texts


def documents() -> tuple[DocumentFacts, ...]:
    """Give the documents of the sample run."""
    return tuple(
        DocumentFacts(
            name=f"reports/annual-{year}.pdf",
            path=f"reports/annual-{year}.pdf",
            kind="pdf",
            characters=184_000,
            size_bytes=920_000,
            pages=88,
        )
        for year in range(1950, 1960)
    )


def wide_run(calls: int) -> tuple[list[Entry], dict[Digest, str]]:
    """Give a run of one turn with many calls."""
    writer = RunWriter()
    subs = [Sub(label=f"item {n}", seconds=0.5 + n % 7 * 0.1) for n in range(calls)]
    code = "outs = llm_query_batched(items)\nprint(len(outs))"
    writer.run(0.0, "How many?", [Turn(intent="Ask all", code=code, subs=subs, at_once=16)])
    return writer.entries(), writer.texts
