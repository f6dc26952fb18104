"""Frames between the host and a worker: a length in four bytes, then JSON in ASCII. Both sides use this module."""

import json
from typing import Any, BinaryIO

HEADER_BYTES = 4
MOST_BYTES = 16_000_000
VERSION = 1


class BadFrame(Exception):
    """These bytes are no frame; the text says why."""


def framed(message: Any) -> bytes:
    """Make the bytes of one frame. JSON in ASCII also carries names that are no UTF-8."""
    body = json.dumps(message, separators=(",", ":")).encode("ascii")
    if len(body) > MOST_BYTES:
        raise BadFrame(f"a frame of {len(body):,} bytes is not allowed")
    return len(body).to_bytes(HEADER_BYTES, "big") + body


def length_in(header: bytes) -> int:
    """Read a frame's length before its body is read."""
    length = int.from_bytes(header, "big")
    if not 0 < length <= MOST_BYTES:
        raise BadFrame(f"a frame of {length:,} bytes is not allowed")
    return length


def read_frame(stream: BinaryIO) -> Any:
    """Read what the host sent; None when it has closed the pipe."""
    header = stream.read(HEADER_BYTES)
    if len(header) < HEADER_BYTES:
        return None
    return json.loads(stream.read(length_in(header)))


def picture_name(number: int | str) -> str:
    """Name the file in a worker's folder with a picture whose text it asks for."""
    return f"{number}.picture"
