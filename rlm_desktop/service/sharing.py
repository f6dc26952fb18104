"""How threads of one process share its processor."""

import sys

_SECONDS = 0.001


def take_short_turns() -> None:
    """Let a thread that computes give way after a millisecond.

    The event loop lets go of the interpreter at every send. At Python's own 5 ms, the thread that counts what was read
    then made a thousand calls 4 % slower.
    """
    sys.setswitchinterval(_SECONDS)
