"""The child's end of the pipe to the host."""

import os
import threading
from typing import Any

from rlm_desktop.repl.bounds import pack_strictly
from rlm_desktop.repl.inside.interrupting import Interrupts
from rlm_desktop.repl.wire import HEADER_BYTES, length_in, unpack


class Line:
    """Sends and receives frames. What belongs to a block is sent only while one is open."""

    def __init__(self, incoming: int, outgoing: int, interrupts: Interrupts) -> None:
        self._incoming = os.fdopen(incoming, "rb", 1 << 16)
        self._outgoing = outgoing
        self._interrupts = interrupts
        self._lock = threading.Lock()
        self._block: int | None = None
        self._is_cut = False
        if hasattr(os, "register_at_fork"):
            os.register_at_fork(after_in_child=self._cut)

    def receive(self) -> dict[str, Any] | None:
        """Wait for the next command; None when the host is gone."""
        header = self._incoming.read(HEADER_BYTES)
        if len(header) < HEADER_BYTES:
            return None
        length = length_in(header)
        body = self._incoming.read(length)
        return unpack(body) if len(body) == length else None

    def send(self, message: dict[str, Any]) -> None:
        """Send one message at any time."""
        with self._interrupts, self._lock:
            self._write(pack_strictly(message))

    @property
    def is_in_block(self) -> bool:
        """Whether messages of a block may be sent."""
        return self._block is not None

    def open_block(self, number: int) -> None:
        """From now on messages of this block may be sent."""
        with self._lock:
            self._block = number

    def close_block(self, message: dict[str, Any]) -> None:
        """Send a block's last message; nothing of the block can follow it."""
        frame = pack_strictly({**message, "block": self._block})
        with self._interrupts, self._lock:
            self._block = None
            self._write(frame)

    def send_in_block(self, message: dict[str, Any]) -> bool:
        """Send a message of the running block; False when no block is running."""
        block = self._block
        frame = pack_strictly({**message, "block": block})
        with self._interrupts, self._lock:
            is_in_block = block is not None and block == self._block
            if is_in_block:
                self._write(frame)
            return is_in_block

    def _write(self, frame: bytes) -> None:
        rest = memoryview(b"" if self._is_cut else frame)
        while rest:
            rest = rest[os.write(self._outgoing, rest) :]

    def _cut(self) -> None:
        """Keep quiet in a process that model code forked."""
        self._lock = threading.Lock()
        self._block = None
        self._is_cut = True
