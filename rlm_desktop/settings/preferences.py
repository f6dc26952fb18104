"""What the user chose last, kept in one small JSON file in the data folder. Keys never go in it."""

import math
from collections.abc import Callable
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any, Literal, get_args

from rlm_desktop.settings.small_file import read, write
from rlm_desktop.trace.facts import CacheMode, Strategy

Theme = Literal["auto", "light", "dark", "contrast-light", "contrast-dark"]
BUILT_IN_MODEL = "builtin/extractive"


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerChoice:
    """An OpenAI-compatible server that the user added; its models are called `name/model`."""

    name: str
    base_url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceChoice:
    """The prices that the user entered for a model, in dollars per million tokens; they win over every list."""

    model: str
    input_usd: float
    output_usd: float
    cached_input_usd: float | None = None
    """None is as plain input."""


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
    servers: tuple[ServerChoice, ...] = ()
    prices: tuple[PriceChoice, ...] = ()
    others: tuple[str, ...] = ()
    """Further models that code may ask by `model=`."""
    stronger_root: str = ""
    """Takes over as root after repeated failures; empty for none."""
    cache: CacheMode = "off"
    local_only: tuple[str, ...] = ()
    """Folders whose text may only go to models on this computer."""
    ask_above_usd: float | None = 0.25
    """A fan-out that is expected to cost more is asked about first; None never."""
    ask_above_calls: int | None = 200
    """So is one of more calls."""
    code_hints: bool = False
    """Whether what a look at the code finds goes to the root model before the block runs."""
    has_chosen_models: bool = False
    """Whether root and worker were chosen, by the user or for them."""
    theme: Theme = "auto"
    filters: tuple[str, ...] = ()
    """Filters of the trace that the user keeps."""
    documents: tuple[str, ...] = ()
    """The paths that were given last, for the next start to go on with."""
    left_out: tuple[str, ...] = ()
    corpus: str = ""
    """The name of the corpus they are, if they have one."""


def load(data_dir: Path) -> Preferences:
    """Read the choices; what is missing, damaged or of a wrong kind takes its default."""
    kept = read(_file(data_dir))
    chosen = {name: kept[name] for name, fits in _FITS.items() if name in kept and fits(kept[name])}
    return Preferences(**{name: _made(name, value) for name, value in chosen.items()})


def save(preferences: Preferences, data_dir: Path) -> None:
    """Write the choices in one piece, beside what another version may have written. Raises `SettingsError`."""
    write(_file(data_dir), asdict(preferences))


def _file(data_dir: Path) -> Path:
    return data_dir / "preferences.json"


def _made(name: str, value: Any) -> Any:
    """Make of JSON's lists and objects what they were."""
    if not isinstance(value, list):
        return value
    kind = _OBJECTS.get(name)
    return tuple(value) if kind is None else tuple(kind(**one) for one in value)


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


def _is_servers(value: Any) -> bool:
    return _are(value, {"name": _is_name, "base_url": _is_name})


def _is_prices(value: Any) -> bool:
    fits = {"model": _is_name, "input_usd": _is_price, "output_usd": _is_price}
    return _are(value, {**fits, "cached_input_usd": lambda one: one is None or _is_price(one)})


def _are(value: Any, fits: dict[str, Callable[[Any], bool]]) -> bool:
    """Tell whether this is a list of objects with exactly these fields."""
    if not isinstance(value, list):
        return False
    return all(
        isinstance(one, dict) and one.keys() == fits.keys() and all(fits[name](one[name]) for name in fits)
        for one in value
    )


def _is_price(value: Any) -> bool:
    return _is_zero(value) or (value is not None and _is_amount_or_none(value))


def _is_zero(value: Any) -> bool:
    return value == 0 and not isinstance(value, bool)


_OBJECTS: dict[str, Callable[..., Any]] = {"servers": ServerChoice, "prices": PriceChoice}
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
    "servers": _is_servers,
    "prices": _is_prices,
    "others": _is_texts,
    "stronger_root": lambda value: isinstance(value, str),
    "cache": lambda value: value in get_args(CacheMode),
    "local_only": _is_texts,
    "ask_above_usd": _is_amount_or_none,
    "ask_above_calls": _is_count_or_none,
    "code_hints": lambda value: isinstance(value, bool),
    "has_chosen_models": lambda value: isinstance(value, bool),
    "theme": lambda value: value in get_args(Theme),
    "documents": _is_texts,
    "left_out": _is_texts,
    "filters": _is_texts,
    "corpus": lambda value: isinstance(value, str),
}
assert set(_FITS) == {field.name for field in fields(Preferences)}
