"""Foreign words inside Markdown: whatever they hold, they stay words and stay where they were put."""

import re
from collections.abc import Iterable, Iterator, Sequence

from rlm_desktop.export.answer_tokens import as_shown

_SIGNS = re.compile(r"[\\`*_\[\]<>|~]|&(?=#?\w+;)")
_AT_LINE_START = re.compile(r"^(?:[-+#=:]|\d{1,9}(?=[.)]))")


def in_line(text: str) -> str:
    """Keep words in one line, with no sign in them taken for Markdown."""
    return _SIGNS.sub(_escaped, " ".join(as_shown(text).split()))


def lines_of(text: str) -> list[str]:
    """Keep the lines of a text, each ready to begin a line of a paragraph."""
    return [_safe_start(in_line(line)) for line in text.splitlines()]


def quoted(text: str) -> str:
    """Write a text as a block quote that keeps its lines."""
    lines = lines_of(text.strip()) or [""]
    after = [*lines[1:], ""]
    return "\n".join(
        f"> {line}\\" if line and following else f"> {line}".rstrip()
        for line, following in zip(lines, after, strict=True)
    )


def fenced(text: str, language: str = "") -> str:
    """Put a text into a fence that nothing in it can close."""
    longest = max((len(run) for run in re.findall(r"`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}{language}\n{text.removesuffix(chr(10))}\n{fence}"


def table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """Give the lines of a table."""
    yield _row(headings)
    yield "|" + " --- |" * len(headings)
    yield from map(_row, rows)


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(map(in_line, cells))} |"


def _safe_start(line: str) -> str:
    found = _AT_LINE_START.match(line)
    if found is None:
        return line
    digits = found[0].rstrip("-+#=:")
    return f"{digits}\\{line[len(digits) :]}"


def _escaped(sign: re.Match[str]) -> str:
    return f"\\{sign[0]}"
