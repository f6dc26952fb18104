"""A process that uses a store leaves its mark there, so that others know what of it is still in work."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Event
from uuid import uuid4

from filelock import FileLock, Timeout

_FOLDER = "sessions"
_PATIENCE_SECONDS = 0.2
_OTHERS = {"guard", "store"}


class Session:
    """One opened store. Its lock lives as long as the process that holds it; the system frees it when that dies."""

    def __init__(self, store: Path) -> None:
        self.name = uuid4().hex[:16]
        self._store = store
        self._path = _lock_path(store, self.name)
        self._lock = FileLock(self._path, timeout=0, thread_local=False)
        self._path.parent.mkdir(parents=True, exist_ok=True)
        # Files come and go only under this lock, so that nobody locks a file that was just removed.
        with _guard(store):
            self._lock.acquire()

    def end(self) -> None:
        """Let others clean up what this one left behind."""
        with _guard(self._store):
            self._lock.release()
            self._path.unlink(missing_ok=True)


def is_living(store: Path, session: str) -> bool:
    """Tell whether the process of a session still runs."""
    path = _lock_path(store, session)
    with _guard(store):
        if not path.exists():
            return False
        lock = FileLock(path, timeout=0)
        try:
            lock.acquire()
        except Timeout:
            return True
        lock.release()
        return False


def forget_session(store: Path, session: str) -> None:
    """Remove the lock that an ended process left."""
    with _guard(store):
        _lock_path(store, session).unlink(missing_ok=True)


def sessions_in(store: Path) -> list[str]:
    """Give the names of all sessions that left a lock."""
    return [path.stem for path in (store / _FOLDER).glob("*.lock") if path.stem not in _OTHERS]


def store_lock(store: Path) -> FileLock:
    """Give the lock under which versions are assembled and garbage is collected, one process at a time."""
    return FileLock(store / _FOLDER / "store.lock", thread_local=False)


class Stopped(Exception):
    """Somebody does not want any more what was begun."""


@contextmanager
def holding(lock: FileLock, stop: Event) -> Iterator[None]:
    """Hold a lock, waiting for it as long as nobody wants to stop; raises `Stopped`."""
    while not stop.is_set():
        with suppress(Timeout):
            lock.acquire(timeout=_PATIENCE_SECONDS)
            break
    else:
        raise Stopped
    try:
        yield
    finally:
        lock.release()


def _guard(store: Path) -> FileLock:
    return FileLock(store / _FOLDER / "guard.lock", thread_local=False)


def _lock_path(store: Path, session: str) -> Path:
    return store / _FOLDER / f"{session}.lock"
