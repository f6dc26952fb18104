"""A match in a long text: what `re.Match` tells, counted in that text instead of in the piece it was found in."""

import re
from typing import Any

from rlm_desktop.text.core import TextCore


class Match:
    """Stands in for `re.Match`."""

    __slots__ = ("_found", "_offset", "endpos", "pos", "string")

    def __init__(self, found: re.Match[str], offset: int, string: TextCore, pos: int, endpos: int) -> None:
        self._found = found
        self._offset = offset
        self.string = string
        self.pos = pos
        self.endpos = endpos

    @property  # type: ignore[misc]  # what `isinstance` asks
    def __class__(self) -> type:
        return re.Match

    @property
    def re(self) -> re.Pattern[str]:
        """The pattern that matched."""
        return self._found.re

    @property
    def lastindex(self) -> int | None:
        """The number of the last group that matched."""
        return self._found.lastindex

    @property
    def lastgroup(self) -> str | None:
        """The name of the last group that matched."""
        return self._found.lastgroup

    @property
    def regs(self) -> tuple[tuple[int, int], ...]:
        """The spans of all groups."""
        return tuple(self.span(number) for number in range(self.re.groups + 1))

    def group(self, *groups: Any) -> Any:
        """Give the text of groups."""
        return self._found.group(*groups)

    def groups(self, default: Any = None) -> tuple[Any, ...]:
        """Give the texts of all groups."""
        return self._found.groups(default)

    def groupdict(self, default: Any = None) -> dict[str, Any]:
        """Give the texts of the groups that have names."""
        return self._found.groupdict(default)

    def expand(self, template: str) -> str:
        """Fill a template with groups."""
        return self._found.expand(template)

    def start(self, group: Any = 0, /) -> int:
        """Give where a group begins; -1 when it is not in the match."""
        return self.span(group)[0]

    def end(self, group: Any = 0, /) -> int:
        """Give where a group ends."""
        return self.span(group)[1]

    def span(self, group: Any = 0, /) -> tuple[int, int]:
        """Give where a group begins and ends."""
        start, end = self._found.span(group)
        return (start, end) if start < 0 else (start + self._offset, end + self._offset)

    def __getitem__(self, group: Any) -> Any:
        return self._found[group]

    def __copy__(self) -> "Match":
        return self

    def __repr__(self) -> str:
        return f"<re.Match object; span={self.span()}, match={self.group()[:50]!r}>"
