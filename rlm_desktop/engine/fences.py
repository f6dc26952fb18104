"""Finds fenced code in a reply, line by line as CommonMark does, with the repairs that replies of LMs need."""

import re
import textwrap
import warnings
from ast import PyCF_ALLOW_TOP_LEVEL_AWAIT, PyCF_ONLY_AST
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

REPL_TAG = "repl"
PYTHON_TAGS = frozenset((REPL_TAG, "python", "py"))
_LINE_END = re.compile(r"\r\n|\n|\r")
_MARKERS = re.compile(r"(?:[ \t]*(?:[-*+]|\d{1,9}[.)])[ \t]+)+")
_OPENING = re.compile(r"(?P<indent>[ \t]*)(?P<fence>`{3,}|~{3,})(?P<info>.*)")
_CLOSING = re.compile(r"(?P<indent>[ \t]*)(?P<fence>`{3,}|~{3,})[ \t]*")
_MOST_SPARE_INDENT = 3
_MOST_ENDS_TRIED = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Fence:
    """A fenced block: `first` is the number of its opening line, `after` that of the first line behind it, from 0."""

    tag: str
    body: str
    first: int
    after: int
    is_closed: bool
    is_extended: bool = False
    """A fence in a string of the code would have ended it too early."""


@dataclass(frozen=True, slots=True)
class _Opening:
    sign: str
    indent: int
    tag: str


def lines_of(text: str) -> list[str]:
    """Split at line ends only; a form feed or a Unicode separator is a character like others."""
    return _LINE_END.split(text)


def find_fences(lines: Sequence[str]) -> list[Fence]:
    """Give the fenced blocks in order; a fence inside another is text."""
    found: list[Fence] = []
    lists = _Lists()
    number = 0
    while number < len(lines):
        opening = _opening_in(lines[number], lists)
        if opening is None:
            number += 1
            continue
        fence = _read(lines, number, opening)
        found.append(fence)
        number = fence.after
    return found


def compiles(code: str) -> bool:
    """Tell whether Python takes the code; top-level `await` is allowed."""
    return _complaint(code) is None


def _complaint(code: str) -> str | None:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            flags = PyCF_ALLOW_TOP_LEVEL_AWAIT | PyCF_ONLY_AST
            compile(code, "<block>", "exec", flags, dont_inherit=True)
    except (SyntaxError, ValueError, RecursionError, MemoryError, OverflowError) as error:
        return str(error)
    return None


class _Lists:
    """The content columns of the list items that a line stands in."""

    def __init__(self) -> None:
        self._columns: list[int] = []

    def base_for(self, line: str) -> int:
        """Take the next line in, and give the column from which its indent counts."""
        if not line.strip():
            return self._columns[-1] if self._columns else 0
        indent = _columns(line)
        while self._columns and self._columns[-1] > indent:
            self._columns.pop()
        base = self._columns[-1] if self._columns else 0
        markers = _MARKERS.match(line)
        if markers and indent - base <= _MOST_SPARE_INDENT:
            self._columns.append(len(markers.group().expandtabs(4)))
        return base


def _opening_in(line: str, lists: _Lists) -> _Opening | None:
    base = lists.base_for(line)
    markers = _MARKERS.match(line)
    if markers and _OPENING.fullmatch(line, markers.end()):
        base = len(markers.group().expandtabs(4))
        line = " " * base + line[markers.end() :]
    match = _OPENING.fullmatch(line)
    if match is None or ("`" in match["info"] and match["fence"][0] == "`"):
        return None
    indent = _columns(line)
    if indent - base > _MOST_SPARE_INDENT:
        return None
    words = match["info"].split()
    return _Opening(match["fence"], indent, words[0].lower() if words else "")


def _read(lines: Sequence[str], first: int, opening: _Opening) -> Fence:
    ends = _ends(lines, first, opening)
    end = next(ends, len(lines))
    body = _body(lines[first + 1 : end], opening.indent)
    if opening.tag in PYTHON_TAGS and "triple-quoted" in (_complaint(body) or ""):
        for later, _ in zip([*ends, len(lines)], range(_MOST_ENDS_TRIED), strict=False):
            longer = _body(lines[first + 1 : later], opening.indent)
            if later > end and compiles(longer):
                return _fence(opening, longer, first, later, lines, is_extended=True)
    return _fence(opening, body, first, end, lines)


def _fence(
    opening: _Opening, body: str, first: int, end: int, lines: Sequence[str], *, is_extended: bool = False
) -> Fence:
    is_closed = end < len(lines)
    after = end + 1 if is_closed else end
    return Fence(tag=opening.tag, body=body, first=first, after=after, is_closed=is_closed, is_extended=is_extended)


def _ends(lines: Sequence[str], first: int, opening: _Opening) -> Iterator[int]:
    for number in range(first + 1, len(lines)):
        match = _CLOSING.fullmatch(lines[number])
        is_end = match is not None and match["fence"].startswith(opening.sign)
        if is_end and _columns(lines[number]) <= opening.indent + _MOST_SPARE_INDENT:
            yield number


def _body(lines: Sequence[str], indent: int) -> str:
    body = "\n".join(_outdented(line, indent) for line in lines)
    said = next((line for line in body.split("\n") if line.strip()), "")
    return textwrap.dedent(body) if said[:1] in (" ", "\t") else body


def _outdented(line: str, columns: int) -> str:
    taken = 0
    while columns > 0 and line[taken : taken + 1] in (" ", "\t"):
        columns -= 4 if line[taken] == "\t" else 1
        taken += 1
    return line[taken:]


def _columns(line: str) -> int:
    indent = line[: len(line) - len(line.lstrip(" \t"))]
    return len(indent.expandtabs(4))
