"""The engine's ends of the two pipes to the window."""

import asyncio
import os
import socket
import stat
import sys
import threading
from contextlib import suppress

_PIECE_BYTES = 65_536


def is_pipe(descriptor: int) -> bool:
    """Tell whether somebody is at the other end of a file descriptor."""
    mode = os.fstat(descriptor).st_mode
    return stat.S_ISFIFO(mode) or stat.S_ISSOCK(mode)


def take_pipes() -> tuple[int, int]:
    """Keep stdin and stdout for the protocol: what libraries print goes to stderr, what they read is empty."""
    commands, facts = os.dup(0), os.dup(1)
    sys.stdout.flush()
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    os.dup2(2, 1)
    return commands, facts


async def connect(commands: int, facts: int) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """Read from one file descriptor and write to the other; both are closed in the end."""
    if sys.platform == "win32":
        return await connect_by_threads(commands, facts)
    loop = asyncio.get_running_loop()
    reader = asyncio.StreamReader()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), os.fdopen(commands, "rb", 0))
    # A reader's protocol is the public one that knows when a writer must wait.
    transport, protocol = await loop.connect_write_pipe(
        lambda: asyncio.StreamReaderProtocol(asyncio.StreamReader()), os.fdopen(facts, "wb", 0)
    )
    return reader, asyncio.StreamWriter(transport, protocol, None, loop)


async def connect_by_threads(commands: int, facts: int) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """Do the same where no event loop can wait for a pipe that was handed down: two threads and a socket between."""
    near, far = socket.socketpair()
    threading.Thread(target=_carry_in, args=(commands, far), daemon=True).start()
    # No daemon: the process does not end before the last fact is out.
    threading.Thread(target=_carry_out, args=(far, facts)).start()
    reader, writer = await asyncio.open_connection(sock=near)
    # Whoever drains waits until all is with the thread, since the loop may end right after.
    writer.transport.set_write_buffer_limits(0)
    return reader, writer


def _carry_in(commands: int, far: socket.socket) -> None:
    with suppress(OSError), os.fdopen(commands, "rb", 0) as pipe:
        while piece := pipe.read(_PIECE_BYTES):
            far.sendall(piece)
    with suppress(OSError):
        far.shutdown(socket.SHUT_WR)


def _carry_out(far: socket.socket, facts: int) -> None:
    with far, suppress(OSError), os.fdopen(facts, "wb") as pipe:
        while piece := far.recv(_PIECE_BYTES):
            pipe.write(piece)
            pipe.flush()
