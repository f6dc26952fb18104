"""How long a reader takes for one file: in a process of its own, which may die or be overdue."""

import json
import os
import signal
import time
from contextlib import suppress
from pathlib import Path

from rlm_desktop.corpus.errors import Unreadable
from rlm_desktop.corpus.reading import convert

SECONDS = 60


def cpu_seconds(path: Path) -> float | None:
    """Give the processor's time; None when the process ended by itself."""
    here, there = os.pipe()
    child = os.fork()
    if child == 0:
        _read_and_tell(path, there)
    os.close(there)
    with os.fdopen(here, "rb") as pipe:
        said = pipe.read()
    os.waitpid(child, 0)
    return json.loads(said) if said else None


def _read_and_tell(path: Path, pipe: int) -> None:
    signal.alarm(SECONDS)
    data = path.read_bytes()
    began = time.process_time()
    with suppress(Unreadable):
        convert(path.name, data)
    os.write(pipe, json.dumps(time.process_time() - began).encode())
    os._exit(0)
