"""Markdown in which words from documents and models stay words: no link, no heading, no way out of a fence."""

import re
from collections.abc import Iterable, Iterator

from rlm_desktop.export.trace_cards import Table
from rlm_desktop.trace.controls import show_controls

_AT_ONCE = 1_000_000
_MEANS_SOMETHING = re.compile(r"[\\`*_\[\]<>|~#$@]|&(?=[#\w])|:(?=//)|(?<=www)\.", re.IGNORECASE)
_TICKS = re.compile("`+")


def inline(text: str) -> str:
    """Write words in one line of Markdown, each sign as itself."""
    return _MEANS_SOMETHING.sub(lambda sign: "\\" + sign[0], show_controls(writable(" ".join(text.split()))))


def fenced(pieces: Iterable[str], language: str, longest: int) -> Iterator[str]:
    """Write texts, one after the other, in a fence that outdoes `longest`, the longest row of backticks in them."""
    fence = "`" * max(3, longest + 1)
    yield f"{fence}{language}\n"
    end = "\n"
    for piece in pieces:
        for part in _parts(piece):
            end = part[-1:] or end
            yield writable(show_controls(part))
    yield f"{fence}\n\n" if end == "\n" else f"\n{fence}\n\n"


def longest_ticks(pieces: Iterable[str]) -> int:
    """Measure the longest row of backticks in texts that are read one after the other."""
    longest = before = 0
    for piece in pieces:
        ending = before if not piece else 0
        for found in _TICKS.finditer(piece):
            row = len(found[0]) + (before if found.start() == 0 else 0)
            longest = max(longest, row)
            ending = row if found.end() == len(piece) else ending
        before = ending
    return longest


def _parts(text: str) -> Iterator[str]:
    """Cut a text so that no copy of it gets large; never inside a line's end of two characters."""
    start = 0
    while start < len(text):
        end = start + _AT_ONCE
        end += text[end - 1 : end + 1] == "\r\n"
        yield text[start:end]
        start = end


def writable(text: str) -> str:
    """Show lone surrogates, which no file in UTF-8 can hold: `\\ud800`."""
    return text if text.isascii() else text.encode("utf-8", "backslashreplace").decode("utf-8")


def table_lines(table: Table) -> Iterator[str]:
    """Write a table, a line a row."""
    width = max((len(row) for row in table.rows), default=0)
    headings = (*table.headings, *[""] * (width - len(table.headings)))
    yield _row(headings)
    yield "|" + " --- |" * width + "\n"
    for row in table.rows:
        yield _row(cell.text for cell in row)
    yield "\n"


def _row(words: Iterable[str]) -> str:
    return f"| {' | '.join(map(inline, words))} |\n"
