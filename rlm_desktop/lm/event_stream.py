"""Reads a body of server-sent events, or one JSON object where a server does not stream."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

_TAIL_SECONDS = 1.0
"""How long the end of a body may take after its last event; read to the end, a connection can be used again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BodyEnd:
    """How a body ended: with the stream's closing mark or not, and what in it was not understood."""

    is_marked: bool
    rest: str = ""


async def read_events(pieces: AsyncIterator[bytes], on_data: Callable[[dict[str, Any]], None]) -> BodyEnd:
    """Hand over each JSON object that arrives."""
    lines = _Lines()
    others: list[bytes] = []
    async for piece in pieces:
        for line in lines.added(piece):
            if _is_done(line):
                await _drain(pieces)
                return BodyEnd(is_marked=True)
            _take_line(line, on_data, others)
    _take_line(lines.rest, on_data, others)
    body = b"\n".join(others)
    if (data := _object(body)) is not None:
        on_data(data)
    return BodyEnd(is_marked=False, rest=body[:2_000].decode("utf-8", "replace"))


class _Lines:
    """Cuts a stream of bytes at line feeds only: JSON may hold every other kind of line end."""

    def __init__(self) -> None:
        self._rest: list[bytes] = []

    @property
    def rest(self) -> bytes:
        return b"".join(self._rest)

    def added(self, piece: bytes) -> list[bytes]:
        *whole, last = piece.split(b"\n")
        if not whole:
            self._rest.append(piece)
            return []
        whole[0] = self.rest + whole[0]
        self._rest = [last]
        return whole


def _is_done(line: bytes) -> bool:
    return line.startswith(b"data:") and line[5:].strip() == b"[DONE]"


def _take_line(line: bytes, on_data: Callable[[dict[str, Any]], None], others: list[bytes]) -> None:
    if line.startswith(b"data:") and (data := _object(line[5:])) is not None:
        on_data(data)
    elif line.strip() and not line.startswith((b":", b"event:", b"id:", b"retry:")):
        others.append(line)


def _object(text: bytes) -> dict[str, Any] | None:
    try:
        value = json.loads(text)
    except ValueError:
        return None
    return value if isinstance(value, dict) else None


async def _drain(pieces: AsyncIterator[bytes]) -> None:
    with suppress(TimeoutError):
        async with asyncio.timeout(_TAIL_SECONDS):
            async for _ in pieces:
                pass
