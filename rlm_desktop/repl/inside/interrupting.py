"""Ending a block whose time is up, without tearing a half-written frame."""

import signal
import threading
from types import FrameType, TracebackType

MAIN = threading.get_ident()


class BlockTimeout(KeyboardInterrupt):
    """This block used up its seconds and was interrupted."""

    __module__ = "builtins"  # tracebacks then show the bare name
    block_line: int | None = None
    """Where the block waited, when the traceback does not say."""


class Interrupts:
    """Raises `BlockTimeout` in the main thread while a block runs; inside `with interrupts:` it waits."""

    def __init__(self) -> None:
        self.reason = ""
        self._is_open = False
        self._shields = 0
        self._is_pending = False
        signal.signal(signal.SIGINT, self._on_signal)

    def open(self) -> None:
        """Let interrupts through from now on."""
        self._is_pending = False
        self._is_open = True

    def close(self) -> None:
        """Ignore interrupts from now on."""
        self._is_open = False

    def request(self) -> None:
        """Interrupt the main thread; called from the thread that reads commands."""
        if hasattr(signal, "pthread_kill"):
            signal.pthread_kill(MAIN, signal.SIGINT)
        else:
            signal.raise_signal(signal.SIGINT)

    def __enter__(self) -> None:
        if threading.get_ident() == MAIN:
            self._shields += 1

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if threading.get_ident() != MAIN:
            return
        self._shields -= 1
        if self._is_pending and not self._shields:
            self._is_pending = False
            self._raise()

    def _on_signal(self, _number: int, _frame: FrameType | None) -> None:
        if self._shields:
            self._is_pending = True
        else:
            self._raise()

    def _raise(self) -> None:
        if self._is_open:
            self._is_open = False
            raise BlockTimeout(self.reason)
