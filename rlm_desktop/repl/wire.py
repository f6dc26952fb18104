"""Frames between host and child: a length in four bytes, then one JSON object in UTF-8.

Both sides use this module; it imports little because the child's start waits for it.
"""

import json
import re
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
MAX_VARIABLES = 2_000
"""Variables one block may be reported to have changed."""
MORE_NAMES = "…"
"""The name of the note that counts the variables for which there was no room."""

_LONE_SURROGATE = re.compile(rb"\\u[dD][89a-fA-F]")


class BadFrame(Exception):
    """These bytes are no frame; the text says why."""


class FrameTooLong(BadFrame):
    """The message does not fit into one frame."""


def pack(message: dict[str, Any]) -> bytes:
    """Make the bytes of one frame; characters UTF-8 cannot hold become question marks."""
    text = json.dumps(message, ensure_ascii=False, separators=(",", ":"))
    body = text.encode("utf-8", "replace")
    if len(body) > MAX_FRAME_BYTES:
        raise FrameTooLong(f"a message of {len(body):,} bytes is longer than the {MAX_FRAME_BYTES:,} allowed")
    return len(body).to_bytes(HEADER_BYTES, "big") + body


def length_in(header: bytes) -> int:
    """Read a frame's length before its body is read."""
    length = int.from_bytes(header, "big")
    if not 0 < length <= MAX_FRAME_BYTES:
        raise BadFrame(f"a frame of {length:,} bytes is not allowed")
    return length


def unpack(body: bytes) -> dict[str, Any]:
    """Read one frame's body. Bad UTF-8, too deep nesting and too long numbers are refused by raising."""
    try:
        message = json.loads(body.decode("utf-8"))
        if _LONE_SURROGATE.search(body):
            message = json.loads(json.dumps(message, ensure_ascii=False).encode("utf-8", "replace"))
    except (ValueError, RecursionError) as error:
        raise BadFrame(f"a frame that is no JSON: {type(error).__name__}") from None
    if not isinstance(message, dict):
        raise BadFrame("a frame that is no JSON object")
    return message
