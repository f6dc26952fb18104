"""How a run ends: with an answer, a partial one and its reason, or none; and the last root call at a limit."""

from dataclasses import dataclass

from rlm_desktop.engine.calls import Caller
from rlm_desktop.engine.conversation import Conversation
from rlm_desktop.engine.fences import REPL_TAG, find_fences, lines_of
from rlm_desktop.engine.finals import find_final
from rlm_desktop.engine.orders import CallOrder
from rlm_desktop.engine.prompts import final_instruction
from rlm_desktop.engine.rooms import FINAL_OUTPUT_TOKENS, room_for
from rlm_desktop.engine.stops import WorkStopped
from rlm_desktop.lm.protocol import LM, ChatMessage, ContextTooLong, LmError, ask_text
from rlm_desktop.trace.facts import AnswerSource
from rlm_desktop.trace.ids import RunNodeId, StepId

_SHORT_CHARACTERS = 8_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """What a run came to. Without an answer, `reason` says why; with one, why it is partial, or nothing."""

    answer: str | None = None
    source: AnswerSource = "variable"
    step: StepId | None = None
    reason: str = ""
    value: object = None
    """The answer as a value, when a schema was given."""


async def last_call(caller: Caller, root: LM, conversation: Conversation, run: RunNodeId, reason: str) -> Ending:
    """Ask the root LM once more, for an answer from what is known; in few characters if need be."""
    instruction = final_instruction(reason)
    full = conversation.ending_with(instruction)
    short = ask_text(f"{conversation.short(_SHORT_CHARACTERS)}\n\n{instruction}")
    try:
        text = await _ask_in_full_or_short(caller, root, run, full, short)
    except (LmError, WorkStopped) as error:
        return Ending(reason=f"{reason}, and no last answer could be asked for: {error}")
    if not text.strip():
        return Ending(reason=f"{reason}, and the root model's last reply was empty")
    if any(fence.tag == REPL_TAG for fence in find_fences(lines_of(text))):
        return Ending(reason=f"{reason}, and the root model's last reply was code to run, not an answer")
    return Ending(answer=text, source="forced", reason=reason)


async def _ask_in_full_or_short(
    caller: Caller,
    root: LM,
    run: RunNodeId,
    full: tuple[ChatMessage, ...],
    short: tuple[ChatMessage, ...],
) -> str:
    try:
        heard = await caller.ask(_order(root, run, full))
    except (ContextTooLong, WorkStopped):
        heard = await caller.ask(_order(root, run, short))
    lines = lines_of(heard.text)
    final = find_final(lines, ())
    return final.text if final is not None and final.kind == "final" else heard.text


def _order(root: LM, run: RunNodeId, messages: tuple[ChatMessage, ...]) -> CallOrder:
    return CallOrder(
        lm=root,
        messages=messages,
        parent=run,
        role="final",
        label="A last answer from what is known",
        output_tokens=room_for(root, FINAL_OUTPUT_TOKENS),
    )
