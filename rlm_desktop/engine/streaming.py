"""Turns the small pieces of a streaming reply into few events."""

import asyncio
import re

from rlm_desktop.engine.recorder import Recorder
from rlm_desktop.trace.events import ReplyGrew
from rlm_desktop.trace.ids import CallId

LEAST_SECONDS_BETWEEN = 0.03
_OPENING = re.compile(r"\s*<think(?:ing)?>", re.IGNORECASE)
_CLOSING = re.compile(r"</think(?:ing)?>", re.IGNORECASE)
_LONGEST_TAG = len("</thinking>")


class GrowingReply:
    """Gathers what one call streams and tells of it at most every 30 ms."""

    def __init__(self, recorder: Recorder, call: CallId) -> None:
        self._recorder = recorder
        self._call = call
        self._text = ""
        self._reasoning = ""
        self._is_begun = False
        self._is_thinking = False
        self._loop = asyncio.get_running_loop()
        self._timer: asyncio.TimerHandle | None = None

    def grew(self, text: str, reasoning: str) -> None:
        """Take a piece in."""
        self._text += text
        self._reasoning += reasoning
        if self._timer is None:
            self._timer = self._loop.call_later(LEAST_SECONDS_BETWEEN, self._tell)

    def close(self) -> None:
        """Tell no more; the end of the call holds the whole reply."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _tell(self) -> None:
        self._timer = None
        text, thought = self._take()
        if text or thought:
            self._recorder.emit(ReplyGrew(call=self._call, text=text, reasoning=thought))

    def _take(self) -> tuple[str, str]:
        """Give what can be told now, with reasoning inside tags set apart."""
        text, self._text = self._text, ""
        thought, self._reasoning = self._reasoning, ""
        if not self._is_begun:
            text = self._begin(text)
        if self._is_thinking:
            inside, text = self._think(text)
            thought += inside
        return text, thought

    def _begin(self, text: str) -> str:
        """See whether the reply begins with reasoning; keeps what is too short to tell."""
        opening = _OPENING.match(text)
        if opening is None and len(text.lstrip()) < _LONGEST_TAG and text.lstrip()[:1] in ("", "<"):
            self._text = text + self._text
            return ""
        self._is_begun = True
        self._is_thinking = opening is not None
        return text[opening.end() :] if opening else text

    def _think(self, text: str) -> tuple[str, str]:
        closing = _CLOSING.search(text)
        if closing is not None:
            self._is_thinking = False
            return text[: closing.start()], text[closing.end() :]
        tag = text.rfind("<", max(0, len(text) - _LONGEST_TAG))
        if tag >= 0:
            self._text = text[tag:] + self._text
            text = text[:tag]
        return text, ""
