"""How one process sees whether another, which records a run, still lives: a file lock that dies with its holder."""

from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import quote

from filelock import FileLock, Timeout

from rlm_desktop.storage.errors import RunInUse, Unwritable
from rlm_desktop.trace.ids import RunId


class RunLock:
    """Held by the process that records a run, for as long as it does; the system frees it when the process dies."""

    def __init__(self, data_dir: Path, run: RunId) -> None:
        self._run = run
        self._path = data_dir / "locks" / f"{quote(run, safe='')}.lock"
        self._lock = FileLock(self._path, timeout=0, thread_local=False)
        # Files come and go only under this lock, so that nobody locks a file that was just removed.
        self._guard = FileLock(data_dir / "locks" / "guard.lock", thread_local=False)

    def acquire(self) -> None:
        """Take the lock; raises `RunInUse` when a living process has it."""
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            with self._guard:
                self._lock.acquire()
        except Timeout as error:
            raise RunInUse(f"The run {self._run} is being recorded by another RLM Desktop.") from error
        except OSError as error:
            raise Unwritable(f"The folder {self._path.parent} cannot be written: {error.strerror}.") from error

    def release(self) -> None:
        """Give the lock back and remove its file."""
        with self._guard:
            self._lock.release()
            self._path.unlink(missing_ok=True)

    def __enter__(self) -> Self:
        self.acquire()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()
