"""What a process of ours tells the one that started it, in lines of JSON, and how it learns that nobody listens."""

import json
import os
import sys
import threading
import time
from typing import Any

_TELL_SECONDS = 0.1


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
        # Not through `sys.stdin`, whose lock this thread would still hold when the interpreter ends: that aborts it.
        while os.read(0, 1_024):
            pass
        self._is_over.set()
