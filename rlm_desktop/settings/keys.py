"""Keys of providers: from the environment, the system's keyring, this session, or a file only the user can read.

A key is never part of a `repr`, a log or an error.
"""

import json
import logging
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, TypeVar

log = logging.getLogger(__name__)

T = TypeVar("T")
KeyPlace = Literal["environment", "keyring", "session", "file"]
_SERVICE = "rlm-desktop"
_FILE_NAME = "keys.json"
_NONE_WORKS = (
    "This system has no keyring that works, so a key can be kept for this session only, or in a file that only you can "
    "read."
)


class KeyNotKept(Exception):
    """A key could not be kept or forgotten; the text says why and what to do."""


@dataclass(frozen=True, slots=True)
class FoundKey:
    """A key and where it was."""

    key: str = field(repr=False)
    place: KeyPlace


class Keys:
    """The keys by the first part of their models' names. The keyring may ask the user and wait: use it in a thread."""

    def __init__(self, data_dir: Path, environ: Mapping[str, str] = os.environ) -> None:
        self._file = data_dir / _FILE_NAME
        self._environ = environ
        self._session: dict[str, str] = {}

    def find(self, provider: str, variable: str | None = None) -> FoundKey | None:
        """Look a key up; the environment wins, since whoever sets it there means it."""
        if variable and (named := self._environ.get(variable, "").strip()):
            return FoundKey(named, "environment")
        if provider in self._session:
            return FoundKey(self._session[provider], "session")
        if ringed := _from_keyring(provider):
            return FoundKey(ringed, "keyring")
        filed = self._filed().get(provider)
        return FoundKey(filed, "file") if filed else None

    def keep(self, provider: str, key: str, place: KeyPlace) -> None:
        """Keep a key in a place, and nowhere else; raises `KeyNotKept`."""
        key = key.strip()
        if not key or not key.isascii() or not key.isprintable() or " " in key:
            raise KeyNotKept("This is no key: paste the key alone, in one line.")
        match place:
            case "session":
                self._session[provider] = key
            case "keyring":
                _to_keyring(provider, key)
            case "file":
                self._write({**self._filed(), provider: key})
            case "environment":
                raise KeyNotKept("A key in the environment is set where this program is started, not here.")
        # Only now: a key that could not be kept leaves the earlier one as it was.
        self._forget(provider, besides=place)

    def forget(self, provider: str) -> None:
        """Forget a key wherever it is kept; one in the environment stays. Raises `KeyNotKept`."""
        self._forget(provider)

    def _forget(self, provider: str, besides: KeyPlace | None = None) -> None:
        if besides != "session":
            self._session.pop(provider, None)
        if besides != "file" and provider in (filed := self._filed()):
            del filed[provider]
            self._write(filed)
        if besides != "keyring":
            _out_of_keyring(provider)

    def _filed(self) -> dict[str, str]:
        try:
            kept = json.loads(self._file.read_text("utf-8"))
        except (FileNotFoundError, NotADirectoryError):
            return {}
        except (OSError, ValueError) as error:
            log.warning("The file of keys cannot be read and is ignored: %s", type(error).__name__)
            return {}
        if not isinstance(kept, dict):
            return {}
        return {name: key for name, key in kept.items() if isinstance(key, str)}

    def _write(self, keys: Mapping[str, str]) -> None:
        new = self._file.with_suffix(".new")
        try:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            new.unlink(missing_ok=True)
            descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "w", encoding="utf-8") as file:
                json.dump(dict(keys), file)
            new.replace(self._file)
        except OSError as error:
            raise KeyNotKept(f"The key could not be written to {self._file}: {error.strerror}.") from error


def keyring_problem() -> str:
    """Say why keys can't be kept in the system's keyring; empty where they can."""
    try:
        return "" if _with_ring(_is_real) else _NONE_WORKS
    except _RingFailed:
        return _NONE_WORKS


class _RingFailed(Exception):
    """The keyring could not do it."""


def _with_ring(action: Callable[[Any], T]) -> T:
    # Imported late: it takes a moment, and only the engine and the command line ask.
    import keyring  # noqa: PLC0415

    try:
        return action(keyring)
    except Exception as error:  # noqa: BLE001 (a backend may raise anything)
        # Its words may hold the key.
        log.debug("The keyring failed: %s", type(error).__name__)
        raise _RingFailed(type(error).__name__) from None


def _is_real(ring: Any) -> bool:
    from keyring.backends import fail, null  # noqa: PLC0415

    return not isinstance(ring.get_keyring(), fail.Keyring | null.Keyring)


def _from_keyring(provider: str) -> str | None:
    try:
        key = _with_ring(lambda ring: ring.get_password(_SERVICE, provider))
    except _RingFailed:
        return None
    return key if isinstance(key, str) else None


def _to_keyring(provider: str, key: str) -> None:
    try:
        _with_ring(lambda ring: ring.set_password(_SERVICE, provider, key))
    except _RingFailed as error:
        raise KeyNotKept(f"The system's keyring did not take the key ({error}). {_NONE_WORKS}") from None


def _out_of_keyring(provider: str) -> None:
    if _from_keyring(provider) is None:
        return
    try:
        _with_ring(lambda ring: ring.delete_password(_SERVICE, provider))
    except _RingFailed as error:
        raise KeyNotKept(f"The system's keyring still has the key of {provider} ({error}): remove it there.") from None
