"""The steps of a trajectory, as turns of calls and code."""

from collections.abc import Iterator
from dataclasses import replace
from typing import get_args

from rlm_desktop.export.errors import BadImport
from rlm_desktop.export.foreign_atif_calls import content_of, root_call, told_tools, worker_call
from rlm_desktop.export.foreign_fields import Fields
from rlm_desktop.export.foreign_told import (
    MOST_DEEP,
    STATUSES,
    ToldCall,
    ToldEnding,
    ToldNotice,
    ToldRun,
    ToldStep,
    ToldTurn,
    joined,
)
from rlm_desktop.export.json_writing import OURS
from rlm_desktop.trace.facts import AnswerSource, Role

_NO_ANSWER = "The trajectory ends without a last word of the agent."
_ELSEWHERE = "It refers to a sub-agent's trajectory that is not in this file: {}"
_AGAIN = "It refers once more to the sub-agent's trajectory {}, which stands where it is referred to first."
_NOBODYS = "No step refers to these trajectories of sub-agents."


class Trajectory:
    """Reads one trajectory and those of its sub-agents."""

    def __init__(self, whole: Fields, above: "Trajectory | None" = None) -> None:
        self._whole = whole
        self._above = above
        self._depth: int = above._depth + 1 if above else 0
        self._taken: set[int] = above._taken if above else set()
        """The trajectories that have their place, by identity: each is told once, so circles end."""
        self._subs = {_name_of(sub): sub for sub in whole.parts("subagent_trajectories")}
        self._messages: list[tuple[Role, str]] = []
        self._answer: str | None = None
        self._plain: list[ToldCall] = []
        if self._depth > MOST_DEEP:
            raise BadImport(
                f"{whole.place} cannot be imported: it holds sub-agents more than {MOST_DEEP} deep. "
                "Import a trajectory further down by itself."
            )

    def told(self, notices: tuple[ToldNotice, ...] = ()) -> ToldRun:
        """Give it as a run."""
        ours, agent = self._whole.part("extra").part(OURS), self._whole.part("agent")
        steps = self._whole.parts("steps")
        users = (content_of(step, "message") for step in steps if step.text("source") == "user")
        question = ours.text("question") if ours.has("question") else next(filter(None, users), "")
        model = agent.text("model_name") or next(filter(None, (step.text("model_name") for step in steps)), "")
        return ToldRun(
            question=question,
            title=question or "An agent's trajectory",
            root=model,
            worker=ours.text("worker") or model,
            parts=self._parts(steps, model),
            characters=ours.count("characters"),
            isolation=ours.text("isolation"),
            strategy="direct" if ours.text("strategy") == "direct" else "rlm",
            started=ours.moment("started") if ours.has("started") else _first_time(steps),
            seconds=ours.seconds("seconds"),
            notices=notices,
        )

    def _parts(self, steps: list[Fields], model: str) -> Iterator[ToldTurn | ToldEnding]:
        waiting: tuple[int, ToldTurn] | None = None
        for step in steps:
            turn = self._read(step, model)
            node = step.part("extra").part(OURS).count("turn_node")
            if turn is not None and waiting is not None and node and waiting[0] == node:
                waiting = node, joined(waiting[1], turn)
            elif turn is not None:
                if waiting is not None:
                    yield waiting[1]
                waiting = node, turn
        if waiting is not None:
            yield waiting[1]
        left = [sub for sub in self._subs.values() if id(sub.data) not in self._taken]
        if left:
            told = tuple(self._sub(sub) for sub in left)
            notice = ToldNotice(text=_NOBODYS, level="warning")
            yield ToldTurn(steps=(ToldStep(code="", subs=told),), notices=(notice,))
        yield self._ending()

    def _read(self, step: Fields, model: str) -> ToldTurn | None:
        """Give a step as a turn; None where it is none."""
        if step.text("source") != "agent":
            self._hear(step, "system" if step.text("source") == "system" else "user")
            return None
        is_bare = step.data.get("llm_call_count") == 0 and not step.parts("tool_calls")
        if is_bare and step.part("extra").part(OURS).text("kind") != "turn":
            self._hear_more(step)
            return None
        return self._turn(step, model)

    def _hear(self, step: Fields, role: Role) -> None:
        """Take a message that goes into the next prompt."""
        texts = [content_of(step, "message")]
        texts += [content_of(result, "content") for result in step.part("observation").parts("results")]
        self._messages += [(role, text) for text in texts if text]

    def _hear_more(self, step: Fields) -> None:
        """Take a message of the agent that no model wrote at this place: an answer, or a copy of an earlier one."""
        text = content_of(step, "message")
        if step.part("extra").part(OURS).text("kind") == "answer":
            self._answer = text
        elif text:
            self._messages.append(("assistant", text))

    def _turn(self, step: Fields, model: str) -> ToldTurn | None:
        ours = step.part("extra").part(OURS)
        call = root_call(step, model, tuple(self._messages))
        self._messages = []
        if call.role in ("direct", "final"):
            self._plain.append(call)
            return None
        notices: list[ToldNotice] = [
            ToldNotice(text=said.text("text"), about=said.text("kind")) for said in ours.parts("said")
        ]
        steps, heard = told_tools(step, lambda ref: self._referred(ref, notices))
        self._messages += [("user", text) for text in heard]
        if not ours.data and not steps and call.reply:
            self._answer = call.reply
        elif not ours.data:
            self._answer = None
        calls = () if step.data.get("llm_call_count") == 0 else (call,)
        began = step.moment("timestamp")
        return ToldTurn(
            started=began, seconds=ours.seconds("turn_seconds"), calls=calls, steps=steps, notices=tuple(notices)
        )

    def _referred(self, reference: Fields, notices: list[ToldNotice]) -> ToldCall | ToldRun | None:
        """Give what a step refers to; None, with a notice, where that is not here or has its place already."""
        name = reference.text("trajectory_id") or reference.text("session_id")
        sub = self._find(name)
        if sub is not None and id(sub.data) not in self._taken:
            return self._sub(sub)
        where = name or reference.text("trajectory_path")
        notices.append(ToldNotice(text=(_ELSEWHERE if sub is None else _AGAIN).format(where), level="warning"))
        return None

    def _find(self, name: str) -> Fields | None:
        found = self._subs.get(name)
        return found if found is not None or self._above is None else self._above._find(name)

    def _sub(self, sub: Fields) -> ToldCall | ToldRun:
        self._taken.add(id(sub.data))
        if sub.part("extra").part(OURS).text("kind") == "call":
            return worker_call(sub)
        run = Trajectory(sub, self).told()
        return _with_parts(run)

    def _ending(self) -> ToldEnding:
        ours = self._whole.part("extra").part(OURS)
        partial = ours.text("partial") or None
        status = STATUSES.get(ours.text("status"), "interrupted" if self._answer is None else "answered")
        reason = ours.text("reason") or ("" if self._answer is not None or ours.data else _NO_ANSWER)
        return ToldEnding(
            status=status,
            reason=reason,
            answer=self._answer,
            source=_source(ours.text("answer_source")),
            partial=partial if self._answer is not None else None,
            seconds=ours.seconds("seconds"),
            calls=tuple(self._plain),
            notices=tuple(ToldNotice(text=said.text("text"), about=said.text("kind")) for said in ours.parts("said")),
        )


def _with_parts(run: ToldRun) -> ToldRun:
    """Read a sub-agent's steps at once: its references have their place before those that come later."""
    return replace(run, parts=list(run.parts))


def _first_time(steps: list[Fields]) -> float | None:
    return next((at for step in steps if (at := step.moment("timestamp")) is not None), None)


def _name_of(sub: Fields) -> str:
    return sub.text("trajectory_id") or sub.text("session_id")


def _source(name: str) -> AnswerSource:
    return next((source for source in get_args(AnswerSource) if source == name), "prose")
