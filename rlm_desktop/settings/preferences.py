"""What the user chose last, kept in one small JSON file in the data folder. Keys never go in it."""

import json
import logging
import math
from collections.abc import Callable
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any, Literal, get_args

from rlm_desktop.trace.facts import Strategy

log = logging.getLogger(__name__)

Theme = Literal["auto", "light", "dark"]
BUILT_IN_MODEL = "builtin/extractive"


class SettingsError(Exception):
    """The choices could not be kept; the text says why and what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Preferences:
    """The defaults of the next run, and how the window looks. None means not set."""

    root: str = BUILT_IN_MODEL
    worker: str = BUILT_IN_MODEL
    base_url: str | None = None
    api_key_env: str | None = None
    """The name of the environment variable that holds the key, never the key."""
    strategy: Strategy = "auto"
    max_cost_usd: float | None = None
    max_turns: int | None = None
    max_seconds: float | None = None
    max_depth: int | None = None
    concurrency: int | None = None
    price_in_usd: float | None = None
    """Per million tokens, for models with no known price; both or none."""
    price_out_usd: float | None = None
    theme: Theme = "auto"
    documents: tuple[str, ...] = ()
    """The paths that were given last, for the next start to go on with."""
    left_out: tuple[str, ...] = ()
    corpus: str = ""
    """The name of the corpus they are, if they have one."""


def load(data_dir: Path) -> Preferences:
    """Read the choices; what is missing, damaged or of a wrong kind takes its default."""
    kept = _read(_file(data_dir))
    chosen = {name: kept[name] for name, fits in _FITS.items() if name in kept and fits(kept[name])}
    return Preferences(**{name: _without_lists(value) for name, value in chosen.items()})


def save(preferences: Preferences, data_dir: Path) -> None:
    """Write the choices in one piece, beside what another version may have written. Raises `SettingsError`."""
    file = _file(data_dir)
    text = json.dumps({**_read(file), **asdict(preferences)}, indent=2, sort_keys=True)
    try:
        data_dir.mkdir(parents=True, exist_ok=True)
        with NamedTemporaryFile("w", dir=data_dir, suffix=".new", delete=False, encoding="utf-8") as new:
            new.write(text + "\n")
        Path(new.name).replace(file)
    except OSError as error:
        reason = error.strerror or str(error)
        raise SettingsError(f"The settings could not be saved in {data_dir}: {reason}. Make it writable.") from error


def _file(data_dir: Path) -> Path:
    return data_dir / "preferences.json"


def _read(file: Path) -> dict[str, Any]:
    try:
        kept = json.loads(file.read_text("utf-8"))
    except (FileNotFoundError, NotADirectoryError):
        return {}
    except (OSError, ValueError, RecursionError) as error:
        log.warning("%s cannot be read and is ignored: %s", file, error)
        return {}
    return kept if isinstance(kept, dict) else {}


def _without_lists(value: Any) -> Any:
    """JSON has no tuples."""
    return tuple(value) if isinstance(value, list) else value


def _is_name(value: Any) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _is_name_or_none(value: Any) -> bool:
    return value is None or _is_name(value)


def _is_count_or_none(value: Any) -> bool:
    return value is None or (isinstance(value, int) and not isinstance(value, bool) and value > 0)


def _is_amount_or_none(value: Any) -> bool:
    if value is None:
        return True
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 < value < math.inf


def _is_texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(one, str) for one in value)


def _is_zero(value: Any) -> bool:
    return value == 0 and not isinstance(value, bool)


_FITS: dict[str, Callable[[Any], bool]] = {
    "root": _is_name,
    "worker": _is_name,
    "base_url": _is_name_or_none,
    "api_key_env": _is_name_or_none,
    "strategy": lambda value: value in get_args(Strategy),
    "max_cost_usd": _is_amount_or_none,
    "max_turns": _is_count_or_none,
    "max_seconds": _is_amount_or_none,
    "max_depth": lambda value: _is_zero(value) or _is_count_or_none(value),
    "concurrency": _is_count_or_none,
    "price_in_usd": lambda value: _is_zero(value) or _is_amount_or_none(value),
    "price_out_usd": lambda value: _is_zero(value) or _is_amount_or_none(value),
    "theme": lambda value: value in get_args(Theme),
    "documents": _is_texts,
    "left_out": _is_texts,
    "corpus": lambda value: isinstance(value, str),
}
assert set(_FITS) == {field.name for field in fields(Preferences)}
