"""Messages on a byte stream: four bytes of length, then the message."""

import asyncio

from rlm_desktop.service.errors import BadFrame
from rlm_desktop.service.messages import Command, Fact
from rlm_desktop.service.packing import pack, unpack

_LENGTH_BYTES = 4
_MOST_BYTES = 512_000_000


def frame(message: Command | Fact) -> bytes:
    """Give the bytes of a message with their length before them."""
    data = pack(message)
    return len(data).to_bytes(_LENGTH_BYTES, "big") + data


async def read_message(reader: asyncio.StreamReader) -> Command | Fact | None:
    """Wait for the next message; None when the stream is closed. Raises `BadFrame`."""
    try:
        size = int.from_bytes(await reader.readexactly(_LENGTH_BYTES), "big")
        if size > _MOST_BYTES:
            raise BadFrame(f"A message of {size} bytes was announced; that is no message of ours.")
        return unpack(await reader.readexactly(size))
    except (asyncio.IncompleteReadError, ConnectionError):
        return None
