"""Questions that several test files put to a run."""

from rlm_desktop.trace.events import CallStarted
from tests.support.engine_runs import Ran


def told(ran: Ran, turn: int) -> str:
    """Give what the root was told at the start of a turn."""
    call = [call for call in ran.of(CallStarted) if call.role == "root"][turn - 1]
    return ran.text(call.prompt[-1].text)
