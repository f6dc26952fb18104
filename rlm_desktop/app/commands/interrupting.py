"""A closed terminal or a plain `kill` ends a command as Ctrl-C does: in order, with what was done kept."""

import asyncio
import signal
from contextlib import suppress


def end_on_signals() -> None:
    """Let these signals cancel the task that calls this."""
    task = asyncio.current_task()
    assert task is not None
    for name in ("SIGTERM", "SIGHUP"):
        # Windows has neither the one signal nor this way to heed the other.
        with suppress(AttributeError, NotImplementedError):
            asyncio.get_running_loop().add_signal_handler(getattr(signal, name), task.cancel)
