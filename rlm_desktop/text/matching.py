"""What a match in a large text is: an `re.Match` with offsets in the whole."""

import re
from collections.abc import Callable
from re import _parser as parser  # type: ignore[attr-defined]  # the parser is not public, but the same since 3.11
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rlm_desktop.text.text import Text


class Match:
    """Keeps the places and words of its groups, and nothing else of the text."""

    __slots__ = ("_regs", "_shift", "_words", "endpos", "lastindex", "pos", "re", "string")

    def __init__(
        self, pattern: re.Pattern[str], found: re.Match[Any], shift: int, text: "Text", bounds: tuple[int, int]
    ) -> None:
        self.re = pattern
        self.string = text
        self.pos, self.endpos = bounds
        self.lastindex = found.lastindex
        self._words = (found.group(), *found.groups())
        if not isinstance(self._words[0], str):
            self._words = tuple(map(words_of, self._words))
        self._regs = found.regs
        self._shift = shift

    @property  # type: ignore[misc]  # what `isinstance` asks
    def __class__(self) -> type:
        return re.Match

    @property
    def regs(self) -> tuple[tuple[int, int], ...]:
        """Where each group is."""
        return tuple(self.span(number) for number in range(len(self._regs)))

    @property
    def lastgroup(self) -> str | None:
        """The name of the last group that matched."""
        return next((name for name, number in self.re.groupindex.items() if number == self.lastindex), None)

    def group(self, *groups: Any) -> Any:
        """Give the words of groups."""
        if len(groups) <= 1:
            return self._words[self._number(*groups)]
        return tuple(self._words[self._number(group)] for group in groups)

    def __getitem__(self, group: Any) -> Any:
        return self._words[self._number(group)]

    def groups(self, default: Any = None) -> tuple[Any, ...]:
        """Give the words of all groups."""
        return tuple(default if words is None else words for words in self._words[1:])

    def groupdict(self, default: Any = None) -> dict[str, Any]:
        """Give the words of the named groups."""
        return {name: default if self[name] is None else self[name] for name in self.re.groupindex}

    def start(self, group: Any = 0, /) -> int:
        """Give where a group begins."""
        return self.span(group)[0]

    def end(self, group: Any = 0, /) -> int:
        """Give where a group ends."""
        return self.span(group)[1]

    def span(self, group: Any = 0, /) -> tuple[int, int]:
        """Give where a group begins and ends."""
        start, end = self._regs[self._number(group) if group else 0]
        return (start + self._shift, end + self._shift) if start >= 0 else (-1, -1)

    def expand(self, template: str) -> str:
        """Fill a template in."""
        return filler(template, self.re)(self)

    def __copy__(self) -> "Match":
        return self

    def __deepcopy__(self, memo: Any) -> "Match":
        return self

    def __repr__(self) -> str:
        return f"<re.Match object; span={self.span()!r}, match={self.group()!r:.50}>"

    def _number(self, group: Any = 0) -> int:
        number = self.re.groupindex.get(group, -1) if isinstance(group, str) else group
        if not hasattr(number, "__index__") or not 0 <= number.__index__() < len(self._words):
            raise IndexError("no such group")
        return int(number)


def words_of(words: Any) -> Any:
    """Give what a group took as a `str`, also when bytes were searched."""
    return words.decode() if isinstance(words, bytes) else words


def groups_of(found: re.Match[Any], default: Any = None) -> tuple[Any, ...]:
    """Give the words of all groups."""
    return tuple(map(words_of, found.groups(default)))


def filler(template: Any, pattern: re.Pattern[str]) -> Callable[[Any], str]:
    """Read a replacement: a function of the match, or a template."""
    if callable(template):
        return template  # type: ignore[no-any-return]
    if "\\" not in template:
        return lambda _: template
    parts = _parts(template, pattern)
    return lambda found: "".join(part if isinstance(part, str) else words_of(found.group(part)) or "" for part in parts)


def _parts(template: str, pattern: re.Pattern[str]) -> list[str | int]:
    parsed = parser.parse_template(template, pattern)
    if isinstance(parsed, list):  # from Python 3.12 on
        return parsed
    groups, parts = parsed
    for place, number in groups:
        parts[place] = number
    return list(parts)
