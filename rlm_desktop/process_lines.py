"""What a process of ours tells the one that started it, in lines of JSON, and how it learns that nobody listens."""

import json
import os
import sys
import threading
import time
from typing import Any

_TELL_SECONDS = 0.1
_LOOK_SECONDS = 0.1


def say(**said: Any) -> None:
    """Tell something, in one line."""
    sys.stdout.write(json.dumps(said) + "\n")
    sys.stdout.flush()


class Telling:
    """Tells how far the work is, ten times a second at most; the starter ends the standard input when it shall end."""

    def __init__(self) -> None:
        self._is_over = threading.Event()
        self._last = 0.0
        threading.Thread(target=self._listen, daemon=True).start()

    def is_over(self) -> bool:
        """Tell whether nobody waits for the work any more."""
        return self._is_over.is_set()

    def tell(self, done: int, total: int) -> None:
        """Tell how much of the work is done."""
        now = time.monotonic()
        if now - self._last > _TELL_SECONDS:
            self._last = now
            say(done=done, total=total)

    def _listen(self) -> None:
        wait_for_end_of_input()
        self._is_over.set()


def end_with_starter() -> None:
    """End this process as soon as its starter is gone, however that came: then its pipe to us is closed."""
    threading.Thread(target=_leave_at_end_of_input, daemon=True).start()


def _leave_at_end_of_input() -> None:
    wait_for_end_of_input()
    os._exit(1)


def wait_for_end_of_input() -> None:
    """Wait until the standard input, a pipe on which nothing comes, is closed at its other end."""
    if sys.platform == "win32":
        import msvcrt  # noqa: PLC0415 - does not exist elsewhere
        from ctypes import windll, wintypes  # noqa: PLC0415

        # A thread that waits in a read would stop all others that load a library, which looks at the handles.
        pipe = wintypes.HANDLE(msvcrt.get_osfhandle(0))
        while windll.kernel32.PeekNamedPipe(pipe, None, 0, None, None, None):
            time.sleep(_LOOK_SECONDS)
        return
    # Not through `sys.stdin`, whose lock this thread would still hold when the interpreter ends: that aborts it.
    while os.read(0, 1_024):
        pass
