"""How much room a reply gets, by what the call is for."""

from rlm_desktop.lm.protocol import LM

ROOT_OUTPUT_TOKENS = 16_384
WORKER_OUTPUT_TOKENS = 8_192
FINAL_OUTPUT_TOKENS = 4_096
_MOST_OF_WINDOW = 0.25
_MORE = 4


def room_for(lm: LM, wanted: int) -> int:
    """Give the output limit for a call: no more than the model can, nor than its window leaves sensible."""
    return max(1, min(wanted, lm.output_limit_tokens, int(lm.facts.window_tokens * _MOST_OF_WINDOW)))


def most_room(wanted: int) -> int:
    """Give the most that any try of a call has had, whatever the model."""
    return wanted * _MORE


def more_room(lm: LM, room: int) -> int:
    """Give the output limit for a second try, after thinking used up the first."""
    return max(room, min(room * _MORE, lm.output_limit_tokens))
