"""The paper's baseline of iterative compaction: the text is read piece by piece, and notes stand for what was read.

arXiv 2512.24601, section 3 ("summary agent").
"""

import asyncio
from dataclasses import replace

from rlm_desktop.corpus.tokens import BYTES_PER_TOKEN
from rlm_desktop.engine.answers import Judge
from rlm_desktop.engine.direct import answer_system, ask_again_if_empty, ask_for_answer
from rlm_desktop.engine.endings import Ending
from rlm_desktop.engine.orders import CallOrder
from rlm_desktop.engine.prompts import direct_message, summary_system
from rlm_desktop.engine.rooms import FINAL_OUTPUT_TOKENS, ROOT_OUTPUT_TOKENS, room_for
from rlm_desktop.engine.shared import Shared, Standing
from rlm_desktop.engine.stops import WorkStopped, finish_asked
from rlm_desktop.engine.task import Task
from rlm_desktop.engine.worst_case import Need, input_tokens, worst_cost
from rlm_desktop.lm.protocol import ChatMessage, ContextTooLong, LmError
from rlm_desktop.trace.facts import CallRole
from rlm_desktop.trace.wording import plural

_FILL_OF_WINDOW = 0.5
_SHORTEST_PIECE = 1_000
_NO_NOTES = "(none yet)"


class SummaryRun:
    """One run of the baseline."""

    def __init__(self, shared: Shared, standing: Standing, task: Task) -> None:
        self._shared = shared
        self._standing = standing
        self._task = task
        self._notes = ""
        self._unread = 0
        self._pieces = _pieces(task)

    async def work(self) -> Ending:
        """Read all pieces, then answer from the notes; at a limit, answer from those there are."""
        try:
            while self._standing.turns < len(self._pieces):
                await self._may_go_on()
                await self._read_next()
            self._shared.budget.set_aside(0)
            return await self._answer("direct", self._unread_in_words())
        except WorkStopped as stop:
            self._standing.stopped(self._shared, stop)
            read = f"{self._read_pieces:,} of {plural(len(self._pieces), 'piece')} were read"
            return await self._last_answer(f"{stop.text}; {read}")
        except LmError as error:
            failed = f"piece {self._standing.turns + 1:,} could not be read: {error}"
            return await self._last_answer(_joined(failed, self._unread_in_words()))

    @property
    def _read_pieces(self) -> int:
        return self._standing.turns - self._unread

    def _unread_in_words(self) -> str:
        if not self._unread:
            return ""
        return f"{self._unread:,} of {plural(len(self._pieces), 'piece')} could not be read: the reply was empty"

    async def _may_go_on(self) -> None:
        """Raise `WorkStopped` when a limit forbids to read on and the user does not raise it."""
        while (stop := self._obstacle()) is not None:
            if not await self._shared.choices.is_raised(stop, self._shared.limits):
                raise stop
        self._set_aside()

    def _obstacle(self) -> WorkStopped | None:
        if self._shared.control.is_finishing:
            return finish_asked()
        try:
            self._shared.budget.check()
        except WorkStopped as stop:
            return stop
        return None

    def _set_aside(self) -> None:
        """Hold back what the answer costs from the longest notes that a piece may leave."""
        room = room_for(self._task.root, FINAL_OUTPUT_TOKENS)
        last = Need(
            facts=self._task.root.facts,
            messages=self._answer_order("final", "x" * room * BYTES_PER_TOKEN).messages,
            output_tokens=room,
            is_last=True,
        )
        self._shared.budget.set_aside(worst_cost(last))

    async def _read_next(self) -> None:
        """Read a piece, or halve it where it is too long."""
        order = self._reading_order(await asyncio.to_thread(self._next_piece))
        is_long = input_tokens(order.messages) + order.output_tokens > order.lm.facts.window_tokens
        if is_long and self._halve():
            return
        try:
            heard = await ask_again_if_empty(self._shared, self._standing, order)
        except ContextTooLong:
            if not self._halve():
                raise
            return
        self._standing.turns += 1
        if heard.is_empty:
            self._unread += 1
            text = f"Piece {self._standing.turns:,} was not read: the reply was empty, also with more room for it."
            self._shared.notice(self._standing.run, "unread", text)
        self._notes = heard.text.strip() or self._notes

    def _next_piece(self) -> str:
        """Take a piece from the text, which may lie on disk: call it in a thread."""
        start, end = self._pieces[self._standing.turns]
        return str(self._task.material.corpus.text[start:end])

    def _halve(self) -> bool:
        """Make two pieces of the next one; tell whether it is long enough for that."""
        at = self._standing.turns
        start, end = self._pieces[at]
        if end - start <= _SHORTEST_PIECE:
            return False
        middle = (start + end) // 2
        self._pieces[at : at + 1] = [(start, middle), (middle, end)]
        text = f"Piece {at + 1:,} is too long for {self._task.root.facts.name}; it is read in halves."
        self._shared.notice(self._standing.run, "piece", text)
        return True

    def _reading_order(self, piece: str) -> CallOrder:
        label = f"Piece {self._standing.turns + 1:,} of {len(self._pieces):,}"
        message = (
            f"Question:\n{self._task.question}\n\nYour notes so far:\n{self._notes or _NO_NOTES}\n\n{label}:\n{piece}"
        )
        return self._order("direct", (summary_system(), message), label, FINAL_OUTPUT_TOKENS)

    async def _last_answer(self, reason: str) -> Ending:
        """Answer when no more may be read; where a limit forbids that, too, the notes are what there is."""
        try:
            return await self._answer("final", reason)
        except WorkStopped as stop:
            self._standing.stopped(self._shared, stop)
            return self._draft(reason)

    async def _answer(self, role: CallRole, reason: str) -> Ending:
        if not self._notes:
            return Ending(reason=reason or "no piece of the text could be read")
        order = self._answer_order(role, self._notes)
        try:
            ending = await ask_for_answer(self._shared, self._standing, self._task, order)
        except LmError as error:
            return self._draft(_joined(reason, f"the last call failed: {error}"))
        if ending.answer is None:
            return self._draft(_joined(reason, "the last reply was empty; these are the notes"))
        return replace(ending, reason=_joined(reason, ending.reason))

    def _draft(self, reason: str) -> Ending:
        """Give the notes for want of an answer."""
        value, flaw = Judge(self._task.schema, lambda: False).value_or_flaw(self._notes)
        return Ending(answer=self._notes, source="draft", reason=_joined(reason, flaw), value=value)

    def _answer_order(self, role: CallRole, notes: str) -> CallOrder:
        read = "all" if self._read_pieces == len(self._pieces) else "a part"
        message = direct_message(self._task.question, f"Notes from reading {read} of the documents:\n{notes}")
        return self._order(role, (answer_system(self._task), message), "The answer, from the notes", ROOT_OUTPUT_TOKENS)

    def _order(self, role: CallRole, said: tuple[str, str], label: str, room: int) -> CallOrder:
        system, message = said
        return CallOrder(
            lm=self._task.root,
            messages=(ChatMessage("system", system), ChatMessage("user", message)),
            parent=self._standing.run,
            role=role,
            label=label,
            output_tokens=room_for(self._task.root, room),
        )


def _joined(*reasons: str) -> str:
    return "; ".join(filter(None, reasons))


def _pieces(task: Task) -> list[tuple[int, int]]:
    """Cut the text into pieces that fill half of the window if its tokens are spread evenly."""
    facts = task.material.facts
    characters_per_token = min(BYTES_PER_TOKEN, facts.characters / max(1, facts.tokens))
    size = max(_SHORTEST_PIECE, int(task.root.facts.window_tokens * _FILL_OF_WINDOW * characters_per_token))
    return [(start, min(start + size, facts.characters)) for start in range(0, facts.characters, size)]
