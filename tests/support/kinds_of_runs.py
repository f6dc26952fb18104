"""Every kind of run that can be exported: answered, partial, failed, cancelled, deep, unicode, unknown prices."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from rlm_desktop.corpus.store.carrying import Carried
from rlm_desktop.export.recorded import LOST
from rlm_desktop.trace.events import (
    AnswerGiven,
    CallFinished,
    CallStarted,
    ChoiceAsked,
    ChoiceMade,
    Entry,
    EvidenceChecked,
    LimitReached,
    LimitsChanged,
    Noticed,
    RunFinished,
    TextSent,
    UnknownEvent,
)
from rlm_desktop.trace.facts import CodeError, Coverage, Limits, Message, Quote, SentText, SkippedFile, Usage
from rlm_desktop.trace.ids import CallId, ChoiceId, Digest, NodeId, RunId, RunNodeId
from rlm_desktop.trace.notes import NodeNote
from tests.support import reasked_runs
from tests.support.run_writer import WORKER, RunWriter, Sub, Turn
from tests.support.sample_runs import ANSWER, QUESTION, documents, harbour_run, harbour_turns

HARD_WORDS = (
    "naïve 港务长 📎🇸🇪 מה כתב \u202eevil\u202c \ud800 <script>alert('1')</script> ]]> \x00\x1b[31m & "
    '"q" `|` \r\n\u2028 end'
)
"""Unicode in many scripts, a direction override, a lone surrogate, markup, controls."""


ID = RunId("20261120-201455-093-5f1c9a")


@dataclass(frozen=True, kw_only=True)
class GivenRun:
    """A recorded run in memory."""

    run: RunId = ID
    given: list[Entry]
    texts: Mapping[Digest, str]
    name: str = ""
    tags: tuple[str, ...] = ()
    notes: Mapping[NodeId, NodeNote] = field(default_factory=dict)
    left_out: tuple[str, ...] = ()
    read: tuple[Carried, ...] = ()

    def documents(self) -> Iterator[Carried]:
        return iter(self.read)

    def entries(self) -> Iterator[Entry]:
        return iter(self.given)

    def text(self, digest: Digest) -> str:
        return self.texts.get(digest, LOST)


def answered() -> GivenRun:
    """The sample run with a name, notes, evidence, a sub-run, retries, failed and cached calls."""
    entries, texts = harbour_run()
    last = entries.pop()
    root = RunNodeId(NodeId(1))
    quotes = (
        Quote(
            text="resolved to raise the dues",
            match="exact",
            document="reports/annual-1951.pdf",
            page=14,
            start=1200,
            end=1226,
            part="p. 14",
        ),
        Quote(text="a night of storm", match="several", document="reports/annual-1952.pdf", page=3, start=40, end=56),
        Quote(text="not in the corpus", match="none"),
    )
    coverage = Coverage(sent_to_workers=0.41, shown_to_root=0.02, never_read=0.57)
    sent = SentText(document="reports/annual-1951.pdf", model=WORKER.name, goes_to=WORKER.goes_to, characters=812)
    more = [
        EvidenceChecked(run=root, quotes=quotes, coverage=coverage),
        TextSent(run=root, sent=(sent,)),
        Noticed(parent=root, about="repair", text="A block without fences was taken as code.", level="warning"),
        last.event,
    ]
    for event in more:
        entries.append(Entry(entries[-1].seq + 1, last.at, event))
    notes = {
        NodeId(1): NodeNote(node=NodeId(1), text="Read | this", is_pinned=True, score=4, labels=("good", "to check")),
        NodeId(3): NodeNote(node=NodeId(3), text="A long\nnote", changed_at=1_760_000_100.5),
    }
    return GivenRun(given=entries, texts=texts, name="Harbour dues", tags=("harbour", "1980s"), notes=notes)


def partial() -> GivenRun:
    """A run that a money limit ended, after the user had raised it once, with a partial answer."""
    writer, run, end = _begun(harbour_turns()[:3])
    choice = ChoiceId(writer.node())
    actions = ("raise", "finish", "stop")
    writer.add(
        end,
        ChoiceAsked(choice=choice, run=run, about="limit", text="$1.00 is spent.", actions=actions, limit="money"),
    )
    writer.add(end + 3, ChoiceMade(choice=choice, action="raise", text="The limit is $2.00 now."))
    writer.add(end + 3, LimitsChanged(run=run, limits=Limits(cost_nano_usd=2_000_000_000)))
    writer.add(end + 4, LimitReached(run=run, limit="money", text="$2.00 is spent, so no further call was sent."))
    writer.add(
        end + 5,
        AnswerGiven(
            run=run,
            answer=writer.keep("As far as it was read: Ardvik."),
            preview="As far as it was read: Ardvik.",
            source="forced",
            partial="$2.00 is spent, so no further call was sent.",
        ),
    )
    return _ended(writer, run, end + 5, "partial", "$2.00 is spent, so no further call was sent.")


def failed() -> GivenRun:
    """A run that ended without an answer after blocks that raised."""
    error = CodeError(
        type="KeyError", message="'dues'", line=2, traceback="Traceback (most recent call last):\nKeyError: 'dues'\n"
    )
    turns = [Turn(intent="Try", code="x = {}\nx['dues']", error=error), Turn(intent="I give up", code="")]
    writer, run, end = _begun(
        turns, skipped=(SkippedFile(path="locked.pdf", reason="It has a password."),), skipped_count=1
    )
    return _ended(writer, run, end, "failed", "Five turns in a row failed.")


def cancelled() -> GivenRun:
    """A run that the user stopped: a call under way, a step and a child run left open."""
    subs = [Sub(label="item 1"), Sub(label="item 2", unfinished=True)]
    writer, run, end = _begun(
        [Turn(intent="Ask", code="llm_query_batched(items)", subs=subs, stage="running", unfinished=True)]
    )
    return _ended(writer, run, end, "cancelled", "You stopped it.")


def running() -> GivenRun:
    """A run whose record just ends, as while it goes on."""
    entries, texts = harbour_run(turns=5, finished=False)
    return GivenRun(given=entries[: len(entries) * 3 // 4], texts=texts)


def deep() -> GivenRun:
    """Runs in runs, six deep."""
    turns = [Turn(intent="Look at the leaf", code="print(context[:9])", output="leaf text\n")]
    for depth in range(5):
        subs = [Sub(label=f"below {depth}", reply=f"from {depth}", child=turns), Sub(label=f"plain {depth}")]
        turns = [Turn(intent=f"Go down from {depth}", code="rlm_query_batched(parts)", subs=subs)]
    writer, run, end = _begun(turns)
    writer._answer(end, run, "It is at the leaf.")
    return _ended(writer, run, end + 1, "answered")


def unicode() -> GivenRun:
    """Words in many scripts and hostile characters wherever words can stand."""
    subs = [Sub(label=HARD_WORDS, reply=HARD_WORDS), Sub(label="b", error=HARD_WORDS)]
    turn = Turn(intent=HARD_WORDS, code=f"# {HARD_WORDS!r}\nprint(1)", output=HARD_WORDS, subs=subs)
    writer, run, end = _begun([turn], question=HARD_WORDS)
    writer._answer(end, run, HARD_WORDS)
    note = NodeNote(node=NodeId(1), text=HARD_WORDS, labels=(HARD_WORDS,))
    ended = _ended(writer, run, end + 1, "answered")
    return GivenRun(given=ended.given, texts=ended.texts, name=HARD_WORDS, tags=(HARD_WORDS,), notes={NodeId(1): note})


def unpriced() -> GivenRun:
    """A run with models of which nobody knows the price, and a reply that was known already."""
    subs = [Sub(label="a", cost=None), Sub(label="b", cost=None, cached=True)]
    writer, run, end = _begun([Turn(intent="Ask", code="ask()", subs=subs, root_cost=None)])
    writer._answer(end, run, "Both.")
    return _ended(writer, run, end + 1, "answered")


def direct() -> GivenRun:
    """A small corpus that went into one prompt."""
    writer, run, end = _begun([])
    call = CallId(writer.node())
    prompt = (Message(role="user", text=writer.keep("The whole text. " + QUESTION)),)
    writer.add(end, CallStarted(call=call, parent=run, role="direct", model="m", prompt=prompt, label="Everything"))
    usage = Usage(input_tokens=100, output_tokens=20, reasoning_tokens=15, cache_write_tokens=64)
    reply, reasoning = writer.keep(ANSWER), writer.keep("Let me think.")
    writer.add(
        end + 2,
        CallFinished(
            call=call, status="done", seconds=2, reply=reply, reasoning=reasoning, usage=usage, cost_nano_usd=5_000
        ),
    )
    writer._answer(end + 2, run, ANSWER)
    return _ended(writer, run, end + 3, "answered")


def from_tomorrow() -> GivenRun:
    """A run with an event that a newer version wrote, and one text that is lost."""
    writer, run, end = _begun([Turn(intent="Look", code="print(1)", output="1\n")])
    writer.add(end, UnknownEvent(kind="weather_changed", data={"parent": 1, "sky": ["grey", {"wind": 3}]}))
    ended = _ended(writer, run, end + 1, "failed", "It rained.")
    texts = dict(ended.texts)
    del texts[next(iter(texts))]
    return GivenRun(given=ended.given, texts=texts)


def asked_again() -> GivenRun:
    """The sample run, of whose failed calls some were asked again a day later and not all were answered."""
    entries, texts = harbour_run()
    more, _ = reasked_runs.asked_again()
    return GivenRun(given=[*entries, *more], texts=texts)


KINDS: dict[str, Callable[[], GivenRun]] = {
    made.__name__: made
    for made in (
        answered,
        partial,
        failed,
        cancelled,
        running,
        deep,
        unicode,
        unpriced,
        direct,
        from_tomorrow,
        asked_again,
    )
}


def _begun(turns: list[Turn], question: str = QUESTION, **more: object) -> tuple[RunWriter, RunNodeId, float]:
    writer = RunWriter()
    run, end = writer.run(0.0, question, turns, documents=documents(), characters=1_840_000, **more)
    return writer, run, end


def _ended(writer: RunWriter, run: RunNodeId, at: float, status: str, reason: str = "") -> GivenRun:
    writer.add(at, RunFinished(run=run, status=status, seconds=at, reason=reason))
    return GivenRun(given=writer.entries(), texts=writer.texts)
