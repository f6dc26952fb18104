"""What a foreign log says, field by field, each checked for the kind of thing that it should be."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from math import isfinite
from typing import Any

from rlm_desktop.export.errors import BadImport
from rlm_desktop.trace.wording import NANO

_LONGEST_SECONDS = 1e9
_LATEST = 250_000_000_000.0
"""Unix time, in the year 9892: later ones are no dates for Python."""
_MOST_TOKENS = 10**15
_MOST_DOLLARS = 1e6
_FIRST_MILLISECONDS = 1e11
"""From here on a number is a time in milliseconds; in seconds it would be in the year 5138."""


@dataclass(frozen=True, slots=True)
class Fields:
    """An object of a log. Every getter raises `BadImport` where the field is there but holds something else."""

    data: Mapping[str, Any]
    place: str
    """Where it stands, such as `Line 3 of run.jsonl`, to begin a sentence with."""

    def has(self, name: str) -> bool:
        """Tell whether there is more than nothing under this name."""
        return self.data.get(name) is not None

    def text(self, name: str, default: str = "") -> str:
        """Give a text."""
        value = self.data.get(name)
        if value is None:
            return default
        return value if isinstance(value, str) else self._refuse(name, "a text")

    def flag(self, name: str) -> bool:
        """Give a yes or no; no where nothing is said."""
        value = self.data.get(name)
        if value is None:
            return False
        return value if isinstance(value, bool) else self._refuse(name, "true or false")

    def seconds(self, name: str) -> float | None:
        """Give a duration."""
        return self._number(name, "a number of seconds", _LONGEST_SECONDS)

    def count(self, name: str) -> int:
        """Give a number of tokens or of other things; 0 where nothing is said."""
        number = self._number(name, "a count", _MOST_TOKENS)
        return 0 if number is None else int(number)

    def cost_nano_usd(self, name: str) -> int | None:
        """Give a cost that is written in dollars; None is unknown."""
        dollars = self._number(name, "an amount of dollars", _MOST_DOLLARS)
        return None if dollars is None else round(dollars * NANO)

    def moment(self, name: str) -> float | None:
        """Give a time, which is written as ISO 8601 or as Unix time; without a zone it is that of this computer."""
        value = self.data.get(name)
        if value is None:
            return None
        at = _moment(value)
        return at if at is not None else self._refuse(name, "a time")

    def part(self, name: str) -> "Fields":
        """Give an object in this one; an empty one where there is none."""
        value = self.data.get(name)
        if value is None:
            return Fields({}, self.place)
        return Fields(value, self.place) if isinstance(value, dict) else self._refuse(name, "an object")

    def parts(self, name: str) -> list["Fields"]:
        """Give the objects of a list; none where there is no list."""
        values = self.data.get(name)
        if values is None:
            return []
        if not isinstance(values, list) or not all(isinstance(value, dict) for value in values):
            self._refuse(name, "a list of objects")
        return [Fields(value, self.place) for value in values]

    def named_parts(self) -> Iterator[tuple[str, "Fields"]]:
        """Give the objects that stand here, each under its name."""
        return ((name, self.part(name)) for name in self.data)

    def texts(self, name: str) -> tuple[str, ...]:
        """Give the texts of a list."""
        values = self.data.get(name)
        if values is None:
            return ()
        if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
            self._refuse(name, "a list of texts")
        return tuple(values)

    def _number(self, name: str, kind: str, most: float) -> float | None:
        value = self.data.get(name)
        if value is None:
            return None
        if not isinstance(value, int | float) or isinstance(value, bool) or not 0 <= value <= most:
            self._refuse(name, kind)
        return float(value)

    def _refuse(self, name: str, wanted: str) -> Any:
        found = _shown(self.data[name])
        raise BadImport(
            f"{self.place} cannot be imported: “{name}” should be {wanted}, but is {found}. "
            "Mend it there, or let the program that wrote the file write it again."
        )


def as_words(value: Any) -> str:
    """Give a text as it is, nothing as no text, and any other value as JSON."""
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _moment(value: Any) -> float | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, str):
        try:
            at = datetime.fromisoformat(value).timestamp()
        except (ValueError, OverflowError, OSError):
            return None
    elif isinstance(value, int | float) and 0 <= value <= _LATEST * 1000:
        at = value / 1000 if value >= _FIRST_MILLISECONDS else float(value)
    else:
        return None
    return at if isfinite(at) and 0 <= at <= _LATEST else None


def _shown(value: Any) -> str:
    match value:
        case dict():
            return "an object"
        case list():
            return "a list"
        case str():
            return f"“{value[:30]}{'…' if len(value) > 30 else ''}”"
        case int() if not isinstance(value, bool) and abs(value) > _MOST_TOKENS:
            return "a huge number"
        case _:
            return str(value)
