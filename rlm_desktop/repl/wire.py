"""Frames between host and child: a length in four bytes, then one JSON object in UTF-8.

Both sides use this module; it imports little because the child's start waits for it.
"""

import json
from typing import Any

VERSION = 1
HEADER_BYTES = 4
MAX_FRAME_BYTES = 64 * 1024 * 1024

OUTPUT_HEAD = 1_000_000
"""Characters a block may print before only the end is kept."""
OUTPUT_TAIL = 200_000
"""Characters of the end that are kept."""
OUTPUT_PIECE = 32_768
"""Characters in one piece of output, at most."""
MAX_ANSWER = 10_000_000
"""Characters an answer or a draft may have."""
MAX_PROMPTS = 100_000
"""Prompts one call of an asking function may hold."""
MAX_QUERY = 10_000
"""Characters of a query for `search`."""
MAX_SEARCH_HITS = 1_001
"""Passages that `search` gives, and one more that tells whether there are more."""
MAX_VARIABLES = 2_000
"""Variables one block may be reported to have changed."""
MORE_NAMES = "…"
"""The name of the note that counts the variables for which there was no room."""


class BadFrame(Exception):
    """These bytes are no frame; the text says why."""


class Unsendable(BadFrame):
    """The message cannot be sent as one frame; the text says why."""


def pack(message: dict[str, Any]) -> bytes:
    """Make the bytes of one frame; characters UTF-8 cannot hold become question marks."""
    return framed(body_of(message))


def body_of(message: dict[str, Any], *, allow_nan: bool = True) -> bytes:
    """Make the body of a frame; raises `Unsendable` when it is too long."""
    text = json.dumps(message, ensure_ascii=False, separators=(",", ":"), allow_nan=allow_nan)
    body = text.encode("utf-8", "replace")
    if len(body) > MAX_FRAME_BYTES:
        raise Unsendable(f"a message of {len(body):,} bytes is longer than the {MAX_FRAME_BYTES:,} allowed")
    return body


def framed(body: bytes) -> bytes:
    """Put a body's length before it."""
    return len(body).to_bytes(HEADER_BYTES, "big") + body


def length_in(header: bytes) -> int:
    """Read a frame's length before its body is read."""
    length = int.from_bytes(header, "big")
    if not 0 < length <= MAX_FRAME_BYTES:
        raise BadFrame(f"a frame of {length:,} bytes is not allowed")
    return length


def unpack(body: bytes) -> dict[str, Any]:
    """Read the body of a frame that the host sent; what a child sent is read by `bounds.unpack_strictly`."""
    message: dict[str, Any] = json.loads(body)
    return message
