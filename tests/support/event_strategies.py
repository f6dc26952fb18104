"""Hypothesis strategies for events: any event of a kind, and runs as an engine could emit them."""

import types
from dataclasses import fields, is_dataclass
from typing import Any, Literal, NewType, Union, get_args, get_origin, get_type_hints

from hypothesis import strategies as st

from rlm_desktop.trace.events import (
    AnswerGiven,
    CallFinished,
    CallRetried,
    CallStarted,
    Event,
    GateSpoke,
    KnownEvent,
    LimitReached,
    Noticed,
    OutputPrinted,
    ReplyGrew,
    RunFinished,
    RunStarted,
    StepFinished,
    StepStarted,
    SubcallsQueued,
    TextKept,
    TurnStarted,
    UnknownEvent,
)
from rlm_desktop.trace.facts import CodeError, DocumentFacts, Limits, Message, ModelFacts, Usage, VariableChange
from rlm_desktop.trace.reask_events import CallsReasked, ReaskEnded
from rlm_desktop.trace.texts import TextRef, reference_to

any_text = st.text(st.characters(exclude_categories=()), max_size=30)
"""Any Python string: NULs and lone surrogates too."""

_json = st.recursive(
    st.none() | st.booleans() | st.integers() | any_text,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(any_text, inner, max_size=3),
    max_leaves=8,
)
_SIMPLE = {
    str: any_text,
    int: st.integers(),
    float: st.floats(allow_nan=False, allow_infinity=False),
    bool: st.booleans(),
    type(None): st.none(),
}


def events() -> st.SearchStrategy[Event]:
    """Any event of any kind, with any values its fields may have."""
    unknown = st.builds(UnknownEvent, kind=st.just("tea_made"), data=st.dictionaries(any_text, _json, max_size=4))
    return st.one_of(*(strategy_for(cls) for cls in get_args(KnownEvent)), unknown)


def strategy_for(kind: Any) -> st.SearchStrategy[Any]:
    """Values of a type as events use types."""
    if isinstance(kind, NewType):
        return strategy_for(kind.__supertype__)
    if kind in _SIMPLE:
        return _SIMPLE[kind]
    if is_dataclass(kind):
        hints = get_type_hints(kind)
        return st.builds(kind, **{field.name: strategy_for(hints[field.name]) for field in fields(kind)})
    origin, arguments = get_origin(kind), get_args(kind)
    if origin is Literal:
        return st.sampled_from(arguments)
    if origin in (Union, types.UnionType):
        return st.one_of(*map(strategy_for, arguments))
    assert origin is tuple, kind
    return st.lists(strategy_for(arguments[0]), max_size=3).map(tuple)


class _Engine:
    """Emits what an engine could, as dice decide."""

    def __init__(self, draw: st.DrawFn) -> None:
        self.draw = draw
        self.emitted: list[Event] = []
        self._last_id = 0
        self._kept: set[str] = set()
        self._fan_outs: list[tuple[Any, Any, list[Any]]] = []

    def node(self) -> Any:
        self._last_id += 1
        return self._last_id

    def keep(self, text: str) -> TextRef:
        reference = reference_to(text)
        if reference.digest not in self._kept:
            self._kept.add(reference.digest)
            self.emitted.append(TextKept(digest=reference.digest, text=text))
        return reference

    def some_text(self) -> str:
        return self.draw(st.sampled_from(_TEXTS))

    def chance(self) -> bool:
        return self.draw(st.booleans())

    def run(self, depth: int = 0, **place: Any) -> None:
        run = self.node()
        question = self.keep(self.some_text())
        documents = tuple(_DOCUMENT for _ in range(self.draw(st.integers(0, 3))))
        self.emitted.append(
            RunStarted(
                run=run,
                question=question,
                title="Which?",
                strategy="rlm",
                root=_MODEL,
                worker=_MODEL,
                limits=Limits(),
                documents=documents,
                document_count=len(documents),
                depth=depth,
                **place,
            )
        )
        for number in range(1, self.draw(st.integers(0, 3)) + 1):
            self._turn(run, number, depth)
        self._end(run)

    def _end(self, run: Any) -> None:
        if self.chance():
            self.emitted.append(LimitReached(run=run, limit="turns", text="No more turns."))
        if self.chance():
            answer = self.keep(self.some_text())
            self.emitted.append(AnswerGiven(run=run, answer=answer, preview="It is so.", source="final"))
        status = self.draw(st.sampled_from(["answered", "partial", "failed", "cancelled"]))
        self.emitted.append(RunFinished(run=run, status=status, seconds=2.5))

    def _turn(self, run: Any, number: int, depth: int) -> None:
        turn = self.node()
        self.emitted.append(TurnStarted(turn=turn, run=run, number=number))
        self._call(turn, "root")
        if self.chance():
            self.emitted.append(GateSpoke(parent=turn, gate="same-code", text="Try something else."))
        for step in range(1, self.draw(st.integers(0, 2)) + 1):
            self._step(turn, step, depth)

    def _step(self, turn: Any, number: int, depth: int) -> None:
        step = self.node()
        code = self.keep(self.some_text())
        self.emitted.append(StepStarted(step=step, turn=turn, number=number, code=code, title="look"))
        if self.chance():
            self._batch(step, depth)
        if self.chance():
            text = self.keep(self.some_text())
            self.emitted.append(OutputPrinted(step=step, stream="stdout", text=text, preview="x", lines=1))
        error = CodeError(type="ValueError", message="\x00", line=1, traceback="") if self.chance() else None
        changed = (VariableChange(name="outs", change="new"),) if self.chance() else ()
        self.emitted.append(StepFinished(step=step, seconds=0.5, error=error, variables=changed))

    def _batch(self, step: Any, depth: int) -> None:
        batch, count = self.node(), self.draw(st.sampled_from([1, 2, 9]))
        self.emitted.append(SubcallsQueued(batch=batch, step=step, function="llm_query_batched", count=count))
        if depth == 0 and count == 2 and self.chance():
            for position in range(count):
                self.run(depth=1, parent=step, batch=batch, position=position)
            return
        started = [self._ask(step, "worker", batch, position) for position in range(count)]
        self._fan_outs.append((step, batch, started))
        for call in self.draw(st.permutations(started)):
            self._hear(call)

    def ask_again(self) -> None:
        """What the user does after the run: calls of a fan-out are asked again, perhaps not to the end."""
        for step, of, calls in self._fan_outs:
            if not self.chance():
                continue
            batch = self.node()
            self.emitted.append(CallsReasked(batch=batch, step=step, of=of, calls=tuple(calls)))
            for position, call in enumerate(calls):
                again = self._ask(step, "worker", batch, position, call)
                if self.chance():
                    self._hear(again)
            status = self.draw(st.sampled_from(["done", "failed", "cancelled", "interrupted"]))
            self.emitted.append(ReaskEnded(batch=batch, status=status, seconds=1.5))

    def _call(self, parent: Any, role: Any) -> None:
        self._hear(self._ask(parent, role))

    def _ask(self, parent: Any, role: Any, batch: Any = None, position: int | None = None, reask_of: Any = None) -> Any:
        call = self.node()
        prompt = (Message(role="user", text=self.keep(self.some_text())),)
        self.emitted.append(
            CallStarted(
                call=call,
                parent=parent,
                role=role,
                model=self.draw(st.sampled_from(["m", "Straße"])),
                prompt=prompt,
                label="ask",
                batch=batch,
                position=position,
                reask_of=reask_of,
            )
        )
        return call

    def _hear(self, call: Any) -> None:
        for _ in range(self.draw(st.integers(0, 2))):
            self.emitted.append(ReplyGrew(call=call, text="more "))
        if self.chance():
            self.emitted.append(CallRetried(call=call, attempt=1, reason="429", wait_seconds=0.1))
        reply = self.keep(self.some_text())
        usage = Usage(input_tokens=self.draw(st.integers(0, 9_000)), output_tokens=self.draw(st.integers(0, 900)))
        self.emitted.append(
            CallFinished(
                call=call,
                status=self.draw(st.sampled_from(["done", "failed", "cancelled"])),
                seconds=0.1,
                reply=reply,
                usage=usage,
                cost_nano_usd=self.draw(st.none() | st.integers(0, 10**12)),
            )
        )
        if self.chance():
            self.emitted.append(Noticed(parent=call, about="repair", text="Read generously."))


@st.composite
def plausible_runs(draw: st.DrawFn) -> list[Event]:
    """All that an engine emits in one run, from start to end, or up to the moment it died."""
    engine = _Engine(draw)
    engine.run()
    if draw(st.booleans()):
        engine.ask_again()
    is_whole = draw(st.booleans())
    return engine.emitted if is_whole else engine.emitted[: draw(st.integers(2, len(engine.emitted)))]


_TEXTS = ("", "a", "Straße \x00 \ud800", "long " * 300, "print(context[:200])", "forty-two", "🙂" * 40)
_MODEL = ModelFacts(
    name="m", window_tokens=1, input_price=1, cached_input_price=None, output_price=1, goes_to="this computer"
)
_DOCUMENT = DocumentFacts(name="a.txt", path="a.txt", kind="text", characters=3, size_bytes=3)
