"""The recursive loop: the root LM writes code, the child runs it, what it printed goes back, turn after turn."""

import json
from itertools import count

from rlm_desktop.corpus.tokens import BYTES_PER_TOKEN
from rlm_desktop.engine.answers import Judge
from rlm_desktop.engine.code_look.looking import Surroundings, look_at
from rlm_desktop.engine.compaction import compact
from rlm_desktop.engine.conversation import Conversation
from rlm_desktop.engine.endings import Ending, last_call
from rlm_desktop.engine.feedback import characters_per_block, standing_line
from rlm_desktop.engine.gates import FAILING_TURNS_BEFORE_STRONGER
from rlm_desktop.engine.hints import hints_for
from rlm_desktop.engine.orders import CallOrder, Heard
from rlm_desktop.engine.outputs import MOST_CHARACTERS
from rlm_desktop.engine.prompts import Setting, few_calls_hint, first_message, system_prompt, worker_characters
from rlm_desktop.engine.reply import read_reply
from rlm_desktop.engine.rooms import FINAL_OUTPUT_TOKENS, ROOT_OUTPUT_TOKENS, more_room, room_for
from rlm_desktop.engine.searching import Searching
from rlm_desktop.engine.shared import Shared, Standing
from rlm_desktop.engine.steps import Stepper
from rlm_desktop.engine.stops import WorkStopped, finish_asked
from rlm_desktop.engine.subcalls import Means
from rlm_desktop.engine.task import Task
from rlm_desktop.engine.turn import Memory, Turn, TurnResult
from rlm_desktop.engine.worst_case import Need, worst_cost
from rlm_desktop.lm.protocol import ContextTooLong, LmError
from rlm_desktop.repl.errors import ReplError
from rlm_desktop.repl.host import Boot
from rlm_desktop.text.sources import IN_MEMORY_BYTES
from rlm_desktop.trace.events import TurnStarted
from rlm_desktop.trace.facts import CodeFinding
from rlm_desktop.trace.ids import TurnId
from rlm_desktop.trace.wording import plural

MOST_IDLE_TURNS = 6
"""So many replies in a row without code end a run: such a model does not drive one."""
MOST_EMPTY_TURNS = 2
MANY_CALLS = 100
SMALL_PROMPT = 0.05
"""So many calls with prompts that fill so small a part of what a worker reads: the model over-calls."""


class RlmLoop:
    """One run of the loop, from its first turn to its ending."""

    def __init__(self, shared: Shared, standing: Standing, task: Task) -> None:
        self._shared = shared
        self._standing = standing
        self._task = task
        self._root = task.root
        self._conversation = Conversation(self._system(), self._first())
        must_look = shared.has_gate("forced-exploration") and not task.material.is_empty
        self._memory = Memory(must_look=must_look)
        self._hints = hints_for(search_only=task.search_only)
        self._judge = Judge(task.schema, lambda: self._memory.must_look, self._hints)
        self._has_hinted = False
        self._failing_turns = 0
        self._idle_turns = 0
        self._empty_turns = 0

    async def work(self) -> Ending:
        """Run until there is an answer, a limit, or a failure that ends it."""
        try:
            child = await self._shared.start_child(self._boot(), self._shared.scratch)
        except ReplError as error:
            return Ending(reason=str(error))
        try:
            stepper = Stepper(self._shared, self._standing, child, self._means())
            stepper.look = self._look
            return await self._work_with(stepper)
        finally:
            await child.close()

    async def _work_with(self, stepper: Stepper) -> Ending:
        try:
            return await self._turns(stepper)
        except WorkStopped as stop:
            self._standing.stopped(self._shared, stop)
            return await self._end_at(stop.text, stepper.draft)
        except (LmError, ReplError) as error:
            return self._end_broken(str(error), stepper.draft)

    async def _turns(self, stepper: Stepper) -> Ending:
        for number in count(1):
            await self._may_go_on(number)
            result = await self._turn(number, stepper)
            if result.ending is not None:
                return result.ending
            self._count(result)
        raise AssertionError("counting has no end")

    async def _may_go_on(self, number: int) -> None:
        """Raise `WorkStopped` when a limit forbids another turn and the user does not raise it."""
        while (stop := self._obstacle(number)) is not None:
            if not await self._shared.choices.is_raised(stop, self._shared.limits):
                raise stop
        self._set_aside()

    def _obstacle(self, number: int) -> WorkStopped | None:
        if self._shared.control.is_finishing:
            return finish_asked()
        limit = self._shared.limits.turns
        if number > limit:
            return WorkStopped("turns", f"the limit of {plural(limit, 'turn')} was reached")
        try:
            self._shared.budget.check()
        except WorkStopped as stop:
            return stop
        return None

    def _set_aside(self) -> None:
        last = Need(
            facts=self._root.facts,
            messages=self._conversation.ending_with("x" * MOST_CHARACTERS),
            output_tokens=room_for(self._root, FINAL_OUTPUT_TOKENS),
            is_last=True,
        )
        self._shared.budget.set_aside(worst_cost(last))

    async def _turn(self, number: int, stepper: Stepper) -> TurnResult:
        turn = TurnId(self._shared.recorder.new_id())
        self._shared.recorder.emit(TurnStarted(turn=turn, run=self._standing.run, number=number))
        if self._conversation.is_full(self._root.facts.window_tokens):
            await compact(self._shared, self._root, self._conversation, turn)
        history = self._conversation.history()
        heard = await self._ask_root(turn, number)
        reply = read_reply(heard.text)
        self._empty_turns = self._empty_turns + 1 if reply.is_empty else 0
        doing = Turn(
            shared=self._shared,
            turn=turn,
            stepper=stepper,
            memory=self._memory,
            judge=self._judge,
            hints=self._hints,
            window_tokens=self._root.facts.window_tokens,
        )
        result = await doing.take(reply, cut=heard.cut, history=history)
        self._standing.turns = number
        self._tell_root(heard.text, result, number)
        return result

    def _tell_root(self, reply: str, result: TurnResult, number: int) -> None:
        left = self._shared.budget.left_in_words()
        line = standing_line(number + 1, self._shared.limits.turns, left)
        self._shared.reading.root_saw(result.text)
        self._conversation.add(reply, "\n\n".join(filter(None, (result.text, self._few_calls_hint(), line))))

    def _few_calls_hint(self) -> str:
        """Ask a model that over-calls, once, for few and large calls."""
        experience, worker = self._shared.experience, self._shared.models.worker.facts
        characters = experience.input_tokens * BYTES_PER_TOKEN
        are_many = experience.calls >= MANY_CALLS and characters < worker_characters(worker) * SMALL_PROMPT
        if self._has_hinted or not are_many:
            return ""
        self._has_hinted = True
        text = f"{experience.calls:,} sub-calls had short prompts: the root model was asked for few, large ones."
        self._shared.notice(self._standing.run, "few-calls", text)
        return few_calls_hint(experience.calls, characters, worker)

    async def _ask_root(self, turn: TurnId, number: int) -> Heard:
        """Ask for the next reply; once more with more room if it is empty, once more shorter if it is too long."""
        room = room_for(self._root, ROOT_OUTPUT_TOKENS)
        try:
            heard = await self._shared.caller.ask(self._order(turn, number, room))
        except ContextTooLong:
            if not self._conversation.can_shrink:
                raise
            await compact(self._shared, self._root, self._conversation, turn)
            heard = await self._shared.caller.ask(self._order(turn, number, room))
        if heard.is_empty:
            text = f"{self._root.facts.name} returned an empty reply; it was asked again with more room."
            self._shared.notice(turn, "empty-reply", text)
            wider = more_room(self._root, room)
            heard = await self._shared.caller.ask(self._order(turn, number, wider))
        return heard

    def _order(self, turn: TurnId, number: int, room: int) -> CallOrder:
        return CallOrder(
            lm=self._root,
            messages=self._conversation.messages,
            parent=turn,
            role="root",
            label=f"Turn {number} of {self._shared.limits.turns}",
            output_tokens=room,
        )

    def _count(self, result: TurnResult) -> None:
        """Count what goes wrong turn after turn; raises when it has gone wrong too often."""
        if self._empty_turns >= MOST_EMPTY_TURNS:
            raise _NothingSaid(
                f"the root model {self._root.facts.name} returned empty replies, also with more room for them; "
                "choose another root model"
            )
        if result.ran:
            self._failing_turns = self._failing_turns + 1 if result.failed else 0
        self._idle_turns = 0 if result.ran else self._idle_turns + 1
        limit = self._shared.limits.failing_turns
        if limit and self._failing_turns >= limit:
            raise WorkStopped("failing-turns", f"the code of {limit} turns in a row failed")
        if self._idle_turns >= MOST_IDLE_TURNS:
            raise WorkStopped(
                "failing-turns", f"{self._root.facts.name} wrote no new code to run in {MOST_IDLE_TURNS} turns in a row"
            )
        self._strengthen()

    def _strengthen(self) -> None:
        stronger = self._shared.models.stronger_root
        is_due = self._failing_turns >= FAILING_TURNS_BEFORE_STRONGER and self._shared.has_gate("stronger-root")
        if stronger is None or not is_due or self._root is stronger:
            return
        text = f"{self._failing_turns} turns in a row failed: {stronger.facts.name} takes over as root model."
        self._shared.gate_spoke(self._standing.run, "stronger-root", text)
        self._root = stronger

    async def _end_at(self, reason: str, draft: str) -> Ending:
        """Apply the answer rules of a limit: the draft, else one last root call, else none."""
        if draft.strip():
            return self._taken(Ending(answer=draft, source="draft", reason=reason))
        if not self._standing.turns:
            return Ending(reason=reason)
        run = self._standing.run
        return self._taken(await last_call(self._shared.caller, self._root, self._conversation, run, reason))

    def _end_broken(self, reason: str, draft: str) -> Ending:
        """The root LM or the child is gone: the draft is what there is."""
        if draft.strip():
            return self._taken(Ending(answer=draft, source="draft", reason=reason))
        return Ending(reason=reason)

    def _taken(self, ending: Ending) -> Ending:
        if ending.answer is None:
            return ending
        value, flaw = self._judge.value_or_flaw(ending.answer)
        reason = f"{ending.reason}; {flaw}" if flaw else ending.reason
        return Ending(answer=ending.answer, source=ending.source, step=ending.step, reason=reason, value=value)

    def _look(self, code: str) -> tuple[CodeFinding, ...]:
        """Look at code before it spends."""
        around = Surroundings(
            context_characters=self._task.material.facts.characters,
            worker_characters=worker_characters(self._shared.models.worker.facts),
            has_looked=not self._memory.must_look,
            has_workers=self._task.with_subcalls,
        )
        return look_at(code, around)

    def _means(self) -> Means:
        material, searching = self._task.material, None
        if material.stored is not None and material.is_large:
            searching = Searching(self._shared, material.stored.folder, material.part)
        return Means(spawn=self._task.spawn, searching=searching)

    def _boot(self) -> Boot:
        limits, stored = self._shared.limits, self._task.material.stored
        return Boot(
            context=self._task.material.context,
            corpus_folder=None if stored is None else str(stored.folder),
            corpus_part=self._task.material.part,
            in_memory_bytes=IN_MEMORY_BYTES if stored is None else stored.in_memory_bytes,
            documents=self._task.material.boot_documents,
            with_subcalls=self._task.with_subcalls,
            with_child_runs=self._task.spawn is not None,
            search_only=self._task.search_only,
            block_seconds=limits.block_seconds,
            memory_bytes=limits.block_memory_bytes,
            restricted=self._shared.request.restricted,
        )

    def _system(self) -> str:
        schema = self._task.schema_text
        return system_prompt(
            Setting(
                root=self._root.facts,
                worker=self._shared.models.worker.facts,
                concurrency=self._shared.limits.concurrency,
                output_characters=characters_per_block(self._root.facts.window_tokens, 1),
                with_subcalls=self._task.with_subcalls,
                with_child_runs=self._task.spawn is not None,
                context_type=type(self._task.material.context).__name__,
                schema="" if schema is None else json.dumps(schema, ensure_ascii=False),
                restricted=self._shared.request.restricted,
                search_only=self._task.search_only,
            )
        )

    def _first(self) -> str:
        line = standing_line(1, self._shared.limits.turns, self._shared.budget.left_in_words())
        return first_message(self._task.question, self._task.material.facts, line, search_only=self._task.search_only)


class _NothingSaid(LmError):
    """The root model says nothing, again and again."""
