"""A worker whose reader obeys what a file says, as one would that a file has taken over. Only tests start it."""

import ctypes
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from rlm_desktop.corpus import kinds, reading
from rlm_desktop.corpus.converting import worker
from rlm_desktop.corpus.readers.draft import Converted


def spin() -> str:
    while True:
        pass


def sleep() -> str:
    time.sleep(1000)
    return ""


def crash() -> str:
    ctypes.string_at(0)
    return ""


def eat() -> str:
    hoard = []
    while True:
        hoard.append(bytearray(10_000_000))


def overflow() -> str:
    sys.stderr.write("memory allocation of 4294967296 bytes failed")
    sys.stderr.flush()
    os.abort()


def attempts() -> str:
    """Try what a worker must not be able to do; tells what succeeded."""
    beside = Path.cwd().parent / "beside"
    tried: dict[str, Callable[[], object]] = {
        "connect": lambda: socket.create_connection(("127.0.0.1", 9), 1),
        "socket": lambda: socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM),
        "program": lambda: subprocess.run(["/bin/true"], check=False),
        "fork": lambda: os.fork() or os._exit(0),
        "read": lambda: Path("/etc/passwd").read_text(),
        "list": lambda: list(Path.home().parent.iterdir()),
        "write": lambda: beside.write_text("x"),
        "kill": lambda: os.kill(os.getppid(), 0),
        "environment": lambda: Path("/proc/self/environ").read_text(),
    }
    return "succeeded:" + " ".join(name for name, action in tried.items() if _succeeds(action))


def _succeeds(action: Callable[[], object]) -> bool:
    try:
        action()
    except OSError:
        return False
    return True


def lie(frame: bytes) -> str:
    """Send the host a frame of one's own over the descriptor it listens to."""
    for descriptor in range(3, 20):
        try:
            os.write(descriptor, len(frame).to_bytes(4, "big") + frame)
        except OSError:
            continue
    return "lied"


ORDERS: dict[str, Callable[[], str]] = {
    "spin": spin,
    "sleep": sleep,
    "crash": crash,
    "eat": eat,
    "overflow": overflow,
    "attempts": attempts,
}


def read(kind: str, data: bytes, depth: int) -> Converted:
    order, _, argument = data.decode().partition("\n")
    return Converted(text=lie(argument.encode()) if order == "lie" else ORDERS[order]())


if __name__ == "__main__":
    kinds._KIND_OF_SUFFIX[".order"] = "order"
    usual = reading._read
    reading._read = lambda kind, data, depth: (read if kind == "order" else usual)(kind, data, depth)
    worker.main()
