"""How a window was left: where, how large, how its parts shared the room, which view was chosen."""

from collections.abc import Callable
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any, Literal, get_args

from rlm_desktop.settings.small_file import read, write

View = Literal["answer", "trace", "sent", "charts"]
HistoryOrder = Literal["date", "cost", "duration", "calls"]
_FARTHEST = 100_000
"""No screen has so many pixels; what is larger was not written by us."""
_MOST_SPLITS = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class WindowLayout:
    """None and empty mean: as on the first start."""

    x: int | None = None
    y: int | None = None
    width: int | None = None
    height: int | None = None
    is_maximized: bool = False
    has_left: bool = True
    """Whether the column of documents and history is shown where there is room."""
    view: View = "answer"
    """The view of past runs."""
    history_order: HistoryOrder = "date"
    """By what the history is sorted."""
    splits: dict[str, tuple[int, int]] = field(default_factory=dict)
    """How two neighbours share their room, by the name of the splitter."""


def load(data_dir: Path, window: str) -> WindowLayout:
    """Read how a window was left; what is missing, damaged or of a wrong kind is as on the first start."""
    kept = read(_file(data_dir)).get(window)
    if not isinstance(kept, dict):
        return WindowLayout()
    known = {name: kept[name] for name, fits in _FITS.items() if name in kept and fits(kept[name])}
    if "splits" in known:
        known["splits"] = {name: (pair[0], pair[1]) for name, pair in known["splits"].items()}
    return WindowLayout(**known)


def save(layout: WindowLayout, data_dir: Path, window: str) -> None:
    """Write how a window is left, beside the other windows. Raises `SettingsError`."""
    write(_file(data_dir), {window: asdict(layout)})


def _file(data_dir: Path) -> Path:
    return data_dir / "windows.json"


def _is_number(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and abs(value) < _FARTHEST


def _is_length(value: Any) -> bool:
    return _is_number(value) and value > 0


def _is_place(value: Any) -> bool:
    return value is None or _is_number(value)


def _is_size(value: Any) -> bool:
    return value is None or _is_length(value)


def _is_flag(value: Any) -> bool:
    return isinstance(value, bool)


def _are_splits(value: Any) -> bool:
    if not isinstance(value, dict) or len(value) > _MOST_SPLITS:
        return False
    return all(isinstance(pair, list) and len(pair) == 2 and all(map(_is_length, pair)) for pair in value.values())


_FITS: dict[str, Callable[[Any], bool]] = {
    "x": _is_place,
    "y": _is_place,
    "width": _is_size,
    "height": _is_size,
    "is_maximized": _is_flag,
    "has_left": _is_flag,
    "view": lambda value: isinstance(value, str) and value in get_args(View),
    "history_order": lambda value: isinstance(value, str) and value in get_args(HistoryOrder),
    "splits": _are_splits,
}
assert set(_FITS) == {one.name for one in fields(WindowLayout)}
