"""A small JSON file in the data folder: read with patience, written in one piece."""

import json
import logging
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

log = logging.getLogger(__name__)


class SettingsError(Exception):
    """The choices could not be kept; the text says why and what to do."""


def read(file: Path) -> dict[str, Any]:
    """Give what the file holds; nothing if it is missing or damaged."""
    try:
        kept = json.loads(file.read_text("utf-8"))
    except (FileNotFoundError, NotADirectoryError):
        return {}
    except (OSError, ValueError, RecursionError) as error:
        log.warning("%s cannot be read and is ignored: %s", file, error)
        return {}
    return kept if isinstance(kept, dict) else {}


def write(file: Path, kept: dict[str, Any]) -> None:
    """Replace the file, beside what another version may have written. Raises `SettingsError`."""
    text = json.dumps({**read(file), **kept}, indent=2, sort_keys=True)
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with NamedTemporaryFile("w", dir=file.parent, suffix=".new", delete=False, encoding="utf-8") as new:
            new.write(text + "\n")
        Path(new.name).replace(file)
    except OSError as error:
        reason = error.strerror or str(error)
        where = file.parent
        raise SettingsError(f"The settings could not be saved in {where}: {reason}. Make it writable.") from error
