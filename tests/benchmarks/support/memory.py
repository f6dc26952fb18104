"""What memory a process has to itself, and reading from disk as if for the first time."""

import threading
from pathlib import Path
from types import TracebackType
from typing import Self


def anonymous_bytes(pid: int | str = "self") -> int:
    """Give a process's anonymous resident memory: what is not merely a mapped file."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("RssAnon:"):
            return int(line.split()[1]) * 1024
    return 0


def drop_caches() -> bool:
    """Let the system forget what it has read; tell whether it let us say so."""
    try:
        Path("/proc/sys/vm/drop_caches").write_text("1\n")
    except OSError:
        return False
    return True


class Peak:
    """Watches the anonymous memory of a process while a block runs."""

    def __init__(self, pid: int | str = "self") -> None:
        self.most_bytes = 0
        self._pid = pid
        self._is_over = threading.Event()
        self._watch = threading.Thread(target=self._look, daemon=True)

    def __enter__(self) -> Self:
        self._watch.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._is_over.set()
        self._watch.join()

    def _look(self) -> None:
        while True:
            try:
                self.most_bytes = max(self.most_bytes, anonymous_bytes(self._pid))
            except OSError:
                return
            if self._is_over.wait(0.02):
                return
