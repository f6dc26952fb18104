"""What a block prints: sent in pieces while it runs, the beginning and the end kept, the middle counted."""

import io
import threading
import time
from collections import deque
from collections.abc import Iterable
from typing import Any

from rlm_desktop.repl.inside.interrupting import Interrupts
from rlm_desktop.repl.inside.line import Line
from rlm_desktop.repl.wire import OUTPUT_HEAD, OUTPUT_PIECE, OUTPUT_TAIL

PAUSE_SECONDS = 0.05
COUNT_SECONDS = 1.0


class Printer:
    """Collects what all threads print and passes it on."""

    def __init__(self, line: Line, interrupts: Interrupts) -> None:
        self._line = line
        self._interrupts = interrupts
        self._lock = threading.RLock()
        self._waiting: deque[tuple[str, str]] = deque()
        self._waiting_size = 0
        self._is_pump_awake = False
        self._has_news = threading.Event()
        self._begin()
        threading.Thread(target=self._pump, name="printer", daemon=True).start()

    def _begin(self) -> None:
        self._sent = 0
        self._tail: deque[tuple[str, str]] = deque()
        self._tail_size = 0
        self._dropped = 0
        self._counted_at = 0.0

    def write(self, stream: str, text: str) -> None:
        """Take what was printed; no lock, because model code prints line by line."""
        self._waiting.append((stream, text))
        self._waiting_size += len(text)
        if self._waiting_size >= OUTPUT_PIECE:
            self.flush()
        elif not self._is_pump_awake:
            with self._interrupts:
                self._is_pump_awake = True
                self._has_news.set()

    def skip(self, count: int) -> None:
        """Count characters that were printed, but are between what is kept of the beginning and the end."""
        with self._interrupts, self._lock:
            self._pass_on()
            self._dropped += count

    def flush(self) -> None:
        """Send what waits now."""
        with self._interrupts, self._lock:
            self._pass_on()

    def finish(self) -> None:
        """Send the rest of a block's output: what waits, how much was dropped, and the kept end."""
        with self._interrupts, self._lock:
            self._pass_on()
            if self._tail or self._dropped:
                self._line.send_in_block({"kind": "skipped", "count": self._dropped})
            for stream, text in joined(self._tail):
                self._send("tail", stream, text)
            self._begin()

    def _pass_on(self) -> None:
        if not self._line.is_in_block:
            self._keep_for_later()
            return
        self._waiting_size = 0
        pieces = [self._waiting.popleft() for _ in range(len(self._waiting))]
        for stream, text in joined(pieces):
            room = OUTPUT_HEAD - self._sent
            if room > 0:
                self._sent += len(text[:room])
                self._send("output", stream, text[:room])
            if len(text) > room:
                self._keep_tail(stream, text[max(room, 0) :])

    def _keep_for_later(self) -> None:
        """Hold what threads print between two blocks for the next one, up to a piece of it."""
        if self._waiting_size > OUTPUT_PIECE:
            self._dropped += self._waiting_size
            self._waiting.clear()
            self._waiting_size = 0

    def _send(self, kind: str, stream: str, text: str) -> None:
        for start in range(0, len(text), OUTPUT_PIECE):
            piece = text[start : start + OUTPUT_PIECE]
            self._line.send_in_block({"kind": kind, "stream": stream, "text": piece})

    def _keep_tail(self, stream: str, text: str) -> None:
        self._dropped += max(len(text) - OUTPUT_TAIL, 0)
        text = text[-OUTPUT_TAIL:]
        self._tail.append((stream, text))
        self._tail_size += len(text)
        while (excess := self._tail_size - OUTPUT_TAIL) > 0:
            first_stream, first = self._tail.popleft()
            cut = min(excess, len(first))
            if cut < len(first):
                self._tail.appendleft((first_stream, first[cut:]))
            self._dropped += cut
            self._tail_size -= cut
        self._count()

    def _count(self) -> None:
        """Tell now and then how much has not been sent, in case the block never ends."""
        if time.monotonic() - self._counted_at >= COUNT_SECONDS:
            self._counted_at = time.monotonic()
            self._line.send_in_block({"kind": "skipped", "count": self._dropped + self._tail_size})

    def _pump(self) -> None:
        while self._has_news.wait():
            time.sleep(PAUSE_SECONDS)
            self._has_news.clear()
            self._is_pump_awake = False
            self.flush()


class PrintedStream(io.TextIOBase):
    """Takes the place of `sys.stdout` or `sys.stderr`."""

    encoding = "utf-8"
    errors = "replace"

    def __init__(self, printer: Printer, stream: str) -> None:
        super().__init__()
        self._printer = printer
        self._stream = stream
        self.buffer = PrintedBytes(self)

    def writable(self) -> bool:
        """Say that it can be written to."""
        return True

    def write(self, text: str, /) -> int:
        """Pass printed text on."""
        if not isinstance(text, str):
            raise TypeError(f"write() takes text, not {type(text).__name__}")
        plain = str.__str__(text)
        if plain:
            self._printer.write(self._stream, plain)
        return len(plain)

    def write_long(self, text: Any) -> None:
        """Pass on a text that stays in its files, without reading what would not be shown of it."""
        size = len(text)
        if size <= OUTPUT_HEAD + OUTPUT_TAIL:
            self.write(text.raw(0, size))
            return
        self.write(text.raw(0, OUTPUT_HEAD))
        self._printer.skip(size - OUTPUT_HEAD - OUTPUT_TAIL)
        self.write(text.raw(size - OUTPUT_TAIL, size))

    def flush(self) -> None:
        """Show what was printed so far."""
        self._printer.flush()

    def close(self) -> None:
        """Stay open: later blocks print, too."""


class PrintedBytes(io.RawIOBase):
    """The bytes side of a printed stream."""

    def __init__(self, stream: PrintedStream) -> None:
        super().__init__()
        self._text = stream

    def writable(self) -> bool:
        """Say that it can be written to."""
        return True

    def write(self, data: "bytes | bytearray | memoryview", /) -> int:  # type: ignore[override]
        """Pass printed bytes on as text."""
        content = bytes(data)
        self._text.write(content.decode("utf-8", "replace"))
        return len(content)

    def close(self) -> None:
        """Stay open: later blocks print, too."""


def joined(pieces: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """Join neighbours of the same stream."""
    groups: list[tuple[str, list[str]]] = []
    for stream, text in pieces:
        if groups and groups[-1][0] == stream:
            groups[-1][1].append(text)
        else:
            groups.append((stream, [text]))
    return [(stream, "".join(texts)) for stream, texts in groups]
