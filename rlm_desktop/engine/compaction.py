"""Keeps the root conversation inside its window: older turns are summarised by the root LM itself."""

from rlm_desktop.engine.conversation import Conversation
from rlm_desktop.engine.orders import CallOrder
from rlm_desktop.engine.prompts import compaction_instruction
from rlm_desktop.engine.rooms import FINAL_OUTPUT_TOKENS, room_for
from rlm_desktop.engine.shared import Shared
from rlm_desktop.lm.protocol import LM, LmError
from rlm_desktop.trace.ids import TurnId


async def compact(shared: Shared, root: LM, conversation: Conversation, turn: TurnId) -> None:
    """Shorten the conversation if there is anything to shorten."""
    if not conversation.can_shrink:
        return
    before = conversation.tokens
    conversation.shrink(await _summary(shared, root, conversation, turn))
    shared.notice(
        turn,
        "compaction",
        f"The conversation neared the window of {root.facts.name}: its older turns were summarised, "
        f"{before:,} to {conversation.tokens:,} tokens. All turns stay in `history`.",
    )


async def _summary(shared: Shared, root: LM, conversation: Conversation, turn: TurnId) -> str:
    order = CallOrder(
        lm=root,
        messages=conversation.without_last_turn(compaction_instruction()),
        parent=turn,
        role="compaction",
        label="A summary of the older turns",
        output_tokens=room_for(root, FINAL_OUTPUT_TOKENS),
    )
    try:
        heard = await shared.caller.ask(order)
    except LmError as error:
        return f"(No summary could be made: {error})"
    return heard.text.strip() or "(The summary came back empty.)"
