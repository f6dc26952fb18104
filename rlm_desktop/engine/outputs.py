"""What a block prints: told as few events, and cut for the root LM with its head and tail kept."""

import asyncio
from typing import Literal

from rlm_desktop.engine.recorder import Recorder
from rlm_desktop.trace.events import OutputPrinted
from rlm_desktop.trace.ids import StepId
from rlm_desktop.trace.wording import one_line

MOST_CHARACTERS = 20_000
"""Of one block's output, shown to the root LM."""
_HEAD = 0.6
_TELL_AFTER_SECONDS = 0.05
_TELL_AFTER_CHARACTERS = 65_536
_MOST_CHANGES = 2_000
"""So often one block's output may change between its two streams; then they are told as one."""

Stream = Literal["stdout", "stderr"]


class OutputLog:
    """Gathers one step's output and tells of it in pieces."""

    def __init__(self, recorder: Recorder, step: StepId) -> None:
        self._recorder = recorder
        self._step = step
        self._printed: dict[Stream, list[str]] = {"stdout": [], "stderr": []}
        self._stream: Stream = "stdout"
        self._changes = 0
        self._waiting: list[str] = []
        self._waiting_characters = 0
        self._loop = asyncio.get_running_loop()
        self._timer: asyncio.TimerHandle | None = None

    def print(self, stream: Stream, text: str) -> None:
        """Take a piece in."""
        if not text:
            return
        if stream != self._stream and self._changes < _MOST_CHANGES:
            self._changes += 1
            self.flush()
            self._stream = stream
        self._printed[stream].append(text)
        self._waiting.append(text)
        self._waiting_characters += len(text)
        if self._waiting_characters >= _TELL_AFTER_CHARACTERS:
            self.flush()
        elif self._timer is None:
            self._timer = self._loop.call_later(_TELL_AFTER_SECONDS, self.flush)

    def flush(self) -> None:
        """Tell what has not been told."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        text = "".join(self._waiting)
        self._waiting.clear()
        self._waiting_characters = 0
        if text:
            self._recorder.emit(
                OutputPrinted(
                    step=self._step,
                    stream=self._stream,
                    text=self._recorder.keep(text),
                    preview=one_line(text),
                    lines=len(text.splitlines()),
                )
            )

    def text(self, stream: Stream) -> str:
        """Give all that was printed to one stream."""
        return "".join(self._printed[stream])


def cut_middle(text: str, most: int = MOST_CHARACTERS) -> str:
    """Keep head and tail of a text and count what is left out; the result has at most `most` characters."""
    if len(text) <= most:
        return text
    room = max(0, most - len(_mark(len(text))))
    head = int(room * _HEAD)
    tail = room - head
    end = text[len(text) - tail :]
    return text[:head] + _mark(len(text) - room) + end


def _mark(count: int) -> str:
    return f"\n… {count:,} characters left out …\n"
