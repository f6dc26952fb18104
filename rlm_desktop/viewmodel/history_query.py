"""What is typed to find runs: `status:failed model:gpt cost>0.5 tag:dues "in a row" words`."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from operator import eq, ge, gt, le, lt

from rlm_desktop.trace.wording import NANO
from rlm_desktop.viewmodel.history_rows import HistoryRow, HistoryStatus

HINT = (
    "Words of a question, answer, prompt, reply or code; “several in a row” in quotes. "
    "Or status:failed  model:gpt  tag:dues  is:pinned  cost>0.5  time>2m  calls>10"
)
STATUS_NAMES: dict[str, HistoryStatus] = {
    "answered": "answered",
    "partial": "partial",
    "failed": "failed",
    "stopped": "cancelled",
    "interrupted": "interrupted",
    "live": "running",
}
_OTHER_NAMES: dict[str, HistoryStatus] = {"cancelled": "cancelled", "running": "running", "no-answer": "failed"}
_PIECE = re.compile(
    r"""(?P<field>status|model|tag|is|cost|time|calls)(?P<sign>:|>=|<=|>|<|=)(?P<value>"[^"]*"?|[^\s"]*)"""
    r"""|"(?P<phrase>[^"]*)"?|(?P<word>[^\s"]+)""",
    re.IGNORECASE,
)
_SIGNS: dict[str, Callable[[float, float], bool]] = {":": eq, "=": eq, ">": gt, "<": lt, ">=": ge, "<=": le}
_UNITS = {"": 1.0, "s": 1.0, "m": 60.0, "min": 60.0, "h": 3600.0}
_AMOUNT = re.compile(r"\$?(\d+(?:\.\d*)?|\.\d+)\s*(s|m|min|h)?", re.IGNORECASE)
_WANTS = {
    "cost": "cost> wants dollars, such as cost>0.5, or cost:unknown",
    "time": "time> wants seconds, minutes or hours, such as time>90 or time>2m",
    "calls": "calls> wants a number, such as calls>10",
    "status": f"status: wants one of {', '.join(STATUS_NAMES)}",
    "is": "is: wants pinned",
}
_MOST_WORDS = 16


@dataclass(frozen=True, slots=True)
class Bound:
    """A comparison of a figure, such as `cost>0.5`; an amount of None stands for an unknown one."""

    field: str
    sign: str
    amount: float | None

    def takes(self, row: HistoryRow) -> bool:
        """Whether a run's figure is within it; an unknown one is within none."""
        figure = _figure(row, self.field)
        if figure is None or self.amount is None:
            return figure is None and self.amount is None
        return _SIGNS[self.sign](figure, self.amount)


@dataclass(frozen=True, slots=True)
class HistoryQuery:
    """All that a run must have: one of the states and models, every tag, every bound, and every word somewhere."""

    words: tuple[str, ...] = ()
    """Single words, and words in a row."""
    statuses: frozenset[HistoryStatus] = frozenset()
    models: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    bounds: tuple[Bound, ...] = ()
    is_pinned: bool = False
    hint: str = ""
    """What a field wants that is not finished, or is wrong; until then it is left aside."""

    @classmethod
    def of(cls, text: str) -> "HistoryQuery":
        """Read what was typed; what is no field is words."""
        reading = _Reading()
        for piece in _PIECE.finditer(text):
            reading.take(piece)
        return cls(
            tuple(dict.fromkeys(reading.words))[:_MOST_WORDS],
            frozenset(reading.statuses),
            tuple(reading.models),
            tuple(reading.tags),
            tuple(reading.bounds),
            reading.is_pinned,
            reading.hint,
        )

    def __bool__(self) -> bool:
        return bool(self.words or self.statuses or self.models or self.tags or self.bounds or self.is_pinned)

    def takes(self, row: HistoryRow) -> bool:
        """Whether a run has all but the words."""
        return (
            (not self.statuses or row.status in self.statuses)
            and (not self.models or _has_model(row, self.models))
            and (not self.tags or _has_tags(row, self.tags))
            and (row.is_pinned or not self.is_pinned)
            and all(bound.takes(row) for bound in self.bounds)
        )


class _Reading:
    """Gathers what the pieces of a text ask for."""

    def __init__(self) -> None:
        self.words: list[str] = []
        self.statuses: set[HistoryStatus] = set()
        self.models: list[str] = []
        self.tags: list[str] = []
        self.bounds: list[Bound] = []
        self.is_pinned = False
        self.hint = ""

    def take(self, piece: re.Match[str]) -> None:
        name = (piece["field"] or "").casefold()
        if not name:
            words = " ".join((piece["phrase"] or piece["word"] or "").split())
            self.words += [words] if words else []
            return
        value = piece["value"].strip('"').strip().casefold()
        if not self._has_taken(name, piece["sign"], value):
            self.hint = _WANTS.get(name, "")

    def _has_taken(self, name: str, sign: str, value: str) -> bool:
        match name:
            case "status":
                meant = {known for words, known in (STATUS_NAMES | _OTHER_NAMES).items() if words.startswith(value)}
                self.statuses |= meant if value else set()
                return bool(meant and value)
            case "model" | "tag":
                wanted = self.models if name == "model" else self.tags
                wanted += [value] if value else []
                return True
            case "is":
                self.is_pinned = self.is_pinned or value == "pinned"
                return value == "pinned"
            case _:
                bound = _bound(name, sign, value)
                self.bounds += [bound] if bound is not None else []
                return bound is not None


def with_term(text: str, term: str) -> str:
    """Put a field into a text in place of the same field's other values, or take it out if it is there."""
    field = re.split(r"[:<>=]", term)[0].casefold()
    pieces = [piece for piece in _PIECE.finditer(text) if (piece["field"] or "").casefold() == field]
    is_there = any(piece[0].casefold() == term.casefold() for piece in pieces)
    for piece in reversed(pieces):
        text = text[: piece.start()] + text[piece.end() :]
    kept = " ".join(text.split())
    return kept if is_there else f"{kept} {term}".strip()


def term_of(field: str, value: str) -> str:
    """Write a field so that it is read again as this value."""
    plain = value.replace('"', " ").strip()
    return f'{field}:"{plain}"' if re.search(r"\s", plain) else f"{field}:{plain}"


def _bound(name: str, sign: str, value: str) -> Bound | None:
    if name == "cost" and value == "unknown":
        return Bound(name, sign, None)
    found = _AMOUNT.fullmatch(value)
    if found is None or (found[2] and name != "time"):
        return None
    return Bound(name, sign, float(found[1]) * _UNITS[found[2] or ""])


def _figure(row: HistoryRow, name: str) -> float | None:
    if name == "cost":
        return None if row.cost_nano_usd is None else row.cost_nano_usd / NANO
    return row.seconds if name == "time" else row.calls


def _has_model(row: HistoryRow, models: tuple[str, ...]) -> bool:
    asked = f"{row.root}\n{row.worker}".casefold()
    return any(model in asked for model in models)


def _has_tags(row: HistoryRow, tags: tuple[str, ...]) -> bool:
    known = [tag.casefold() for tag in row.tags]
    return all(any(one.startswith(tag) for one in known) for tag in tags)
