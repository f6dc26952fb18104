"""What was found out about models: their windows on servers of the user, and what tests of them said."""

import json
import logging
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Literal

log = logging.getLogger(__name__)

Badge = Literal["root-capable", "worker-only", "unsuitable"]
_FILE_NAME = "models.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelNote:
    """About one model at one address."""

    window_tokens: int | None = None
    badge: Badge | None = None
    tested_at: float | None = None
    """Unix time, seconds."""


class ModelNotes:
    """The notes, in one small file of the data folder."""

    def __init__(self, data_dir: Path) -> None:
        self._file = data_dir / _FILE_NAME

    def of(self, model: str, address: str) -> ModelNote:
        """Give what is known of a model."""
        return self._read().get(_name(model, address), ModelNote())

    def windows(self) -> dict[tuple[str, str], int]:
        """Give all windows that are known, by model and address."""
        known = ((name, note.window_tokens) for name, note in self._read().items())
        return {(name.partition(" ")[2], name.partition(" ")[0]): window for name, window in known if window}

    def note(self, model: str, address: str, **what: Any) -> None:
        """Note something; a folder that can't be written to loses only that."""
        self.note_all({(model, address): what})

    def note_all(self, whats: dict[tuple[str, str], dict[str, Any]]) -> None:
        """Note something about each of several models."""
        if not whats:
            return
        notes = self._read()
        for (model, address), what in whats.items():
            name = _name(model, address)
            notes[name] = replace(notes.get(name, ModelNote()), **what)
        new = self._file.with_suffix(".new")
        try:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            new.write_text(json.dumps({name: asdict(note) for name, note in notes.items()}, indent=1), "utf-8")
            new.replace(self._file)
        except OSError as error:
            log.warning("What was found out about models could not be kept: %s", error)

    def _read(self) -> dict[str, ModelNote]:
        try:
            kept = json.loads(self._file.read_text("utf-8"))
        except (FileNotFoundError, NotADirectoryError):
            return {}
        except (OSError, ValueError) as error:
            log.warning("%s cannot be read and is ignored: %s", self._file, error)
            return {}
        items = kept.items() if isinstance(kept, dict) else ()
        return {name: _note_in(one) for name, one in items if isinstance(one, dict)}


def _name(model: str, address: str) -> str:
    return f"{address} {model}"


def _note_in(kept: dict[str, Any]) -> ModelNote:
    fits = {name: kept[name] for name, good in _FITS.items() if name in kept and good(kept[name])}
    return ModelNote(**fits)


_FITS: dict[str, Callable[[Any], bool]] = {
    "window_tokens": lambda value: isinstance(value, int) and value > 0,
    "badge": lambda value: value in ("root-capable", "worker-only", "unsuitable"),
    "tested_at": lambda value: isinstance(value, int | float),
}
