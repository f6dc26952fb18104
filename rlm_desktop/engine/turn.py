"""One turn after the root LM has replied: its blocks run as steps, or its prose answer is taken."""

from dataclasses import dataclass, field
from typing import Any

from rlm_desktop.engine.answers import Candidate, Judge
from rlm_desktop.engine.endings import Ending
from rlm_desktop.engine.feedback import (
    CUT_BLOCK,
    CUT_REPLY,
    StepResult,
    characters_per_block,
    describe_step,
    not_run,
)
from rlm_desktop.engine.finals import ProseFinal
from rlm_desktop.engine.gates import CODE_HINT, SAME_CODE, is_same_code, looks_at_context
from rlm_desktop.engine.hints import Hints
from rlm_desktop.engine.reply import RootReply
from rlm_desktop.engine.shared import Shared
from rlm_desktop.engine.steps import Block, Stepper
from rlm_desktop.trace.ids import TurnId

NOT_AN_ANSWER = "FINAL(...) held no answer. Put the answer itself into it, or set `answer` in code."


@dataclass(slots=True, kw_only=True)
class Memory:
    """What a run remembers of its code."""

    must_look: bool
    """No answer counts before code has looked at the context."""
    has_run: bool = False
    hinted: set[str] = field(default_factory=set)
    """Blocks about which the root LM got a hint instead of their running; sent again, they run."""
    was_hinted: bool = False
    """Whether no block ran since the last hint: then the next one runs whatever it is, so hints cannot end a run."""
    failed_code: str | None = None
    """The code of the block that ran last, if it failed."""

    def ran(self, result: StepResult) -> None:
        """Note that a block ran."""
        self.has_run = True
        self.was_hinted = False
        self.failed_code = result.code if result.failed else None
        self.must_look = self.must_look and not looks_at_context(result.code)


@dataclass(slots=True, kw_only=True)
class TurnResult:
    """What a turn came to: what the root LM is told, or how the run ends."""

    notes: list[str] = field(default_factory=list)
    ending: Ending | None = None
    failed: bool = False
    ran: bool = False

    @property
    def text(self) -> str:
        """What the root LM is told."""
        return "\n\n".join(filter(None, self.notes))


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """A turn under way, with all that acts in it."""

    shared: Shared
    turn: TurnId
    stepper: Stepper
    memory: Memory
    judge: Judge
    hints: Hints
    window_tokens: int

    async def take(self, reply: RootReply, *, cut: bool, history: list[dict[str, Any]]) -> TurnResult:
        """Act on a reply."""
        result = TurnResult()
        for repair in reply.repairs:
            self.shared.notice(self.turn, "repair", repair)
        if reply.blocks:
            await self._run_blocks(reply, history, result)
        elif reply.final is not None:
            await self._take_prose(reply.final, result)
        if result.ending is None:
            self._add_hints(reply, cut, result)
        return result

    def _add_hints(self, reply: RootReply, cut: bool, result: TurnResult) -> None:
        if reply.is_empty:
            result.notes.append(self.hints.empty_reply)
        elif reply.has_cut_block:
            result.notes.append(CUT_BLOCK)
            self.shared.notice(self.turn, "cut", "The reply was cut off inside a code block, which did not run.")
        elif cut:
            result.notes.append(CUT_REPLY)
        if not result.notes:
            result.notes.append(self.hints.no_code)

    async def _run_blocks(self, reply: RootReply, history: list[dict[str, Any]], result: TurnResult) -> None:
        count = len(reply.blocks)
        for number, code in enumerate(reply.blocks, 1):
            why_not = self._obstacle(code)
            if why_not:
                result.notes += [why_not, not_run(number + 1, count, "the block before them did not run")]
                return
            block = Block(turn=self.turn, number=number, code=code, history=history if number == 1 else None)
            if await self._run_block(block, count, result):
                return

    def _obstacle(self, code: str) -> str:
        """Say why a block is not run at all."""
        if self.shared.budget.is_work_over:
            return "No block runs any more: the run's time is over."
        if self.shared.has_gate("same-code") and is_same_code(code, self.memory.failed_code):
            text = "The same code failed just before, so it did not run again; the root model got a hint."
            self.shared.gate_spoke(self.turn, "same-code", text)
            return SAME_CODE
        return self._hint(code)

    def _hint(self, code: str) -> str:
        """Say what a look at the code found, once for each block, where the user wants that."""
        memory = self.memory
        if not self.shared.request.code_hints or memory.was_hinted or code in memory.hinted:
            return ""
        findings = self.stepper.look(code)
        if not findings:
            return ""
        memory.hinted.add(code)
        memory.was_hinted = True
        said = "; ".join(f"line {finding.line}: {finding.text.rstrip('.')}" for finding in findings)
        self.shared.gate_spoke(self.turn, "code-look", f"A block did not run yet; the root model got a hint: {said}.")
        return CODE_HINT.format(said=said)

    async def _run_block(self, block: Block, count: int, result: TurnResult) -> bool:
        """Run one block; tell whether it ends the turn."""
        step, done = await self.stepper.run(block)
        self.memory.ran(done)
        result.ran = True
        result.failed |= done.failed
        result.notes.append(describe_step(done, count, characters_per_block(self.window_tokens, count)))
        if done.report.refused_answer:
            result.notes.append(done.report.refused_answer)
        given = done.report.answer
        if given is not None:
            self._judge(Candidate(text=given.text, source=given.source, step=step), result)
        ended = result.ending is not None or done.failed
        rest = block.number + 1
        if ended and rest <= count:
            why = "the answer was given" if result.ending else f"block {block.number} failed"
            result.notes.append(not_run(rest, count, why))
            self.shared.notice(self.turn, "not-run", not_run(rest, count, why))
        return ended

    def _judge(self, candidate: Candidate, result: TurnResult) -> None:
        verdict = self.judge.judge(candidate)
        if not verdict.refusal:
            result.ending = Ending(
                answer=candidate.text,
                source=candidate.source,
                step=candidate.step,
                reason=verdict.flaw,
                value=verdict.value,
            )
            return
        result.notes.append(verdict.refusal)
        if verdict.gate:
            text = "An answer came before any code had looked at the context; it was not taken."
            self.shared.gate_spoke(self.turn, "forced-exploration", text)
        else:
            self.shared.notice(self.turn, "schema", verdict.refusal)

    async def _take_prose(self, final: ProseFinal, result: TurnResult) -> None:
        if not self.memory.has_run:
            result.notes.append(self.hints.no_code_yet)
            return
        text = await self._prose_text(final)
        if text is None:
            result.notes.append(f"There is no variable `{final.text}` in the REPL, so this gave no answer.")
        elif final.is_template or not text.strip():
            result.notes.append(NOT_AN_ANSWER)
        else:
            self._judge(Candidate(text=text, source="prose"), result)

    async def _prose_text(self, final: ProseFinal) -> str | None:
        """Give the answer; a name stands for the value of its variable."""
        if not final.is_name:
            return final.text if final.kind == "final" else None
        value = await self.stepper.value_of(final.text)
        if final.kind == "final-var":
            return value
        if value is None:
            return final.text
        self.shared.notice(
            self.turn, "repair", f"FINAL({final.text}) names a variable of the REPL: its value is the answer."
        )
        return value
