"""Cutting a text into passages, for search: where paragraphs, lines or sentences end."""

from collections.abc import Iterator

PASSAGE = 1_200
"""Characters of a passage, at most."""


def cuts(text: str, start: int, end: int) -> Iterator[int]:
    """Give the offset where each passage of this stretch begins."""
    while start < end:
        yield start
        start = _next_cut(text, start, end)


def _next_cut(text: str, start: int, end: int) -> int:
    if end - start <= PASSAGE:
        return end
    for separator in ("\n\n", "\n", ". ", " "):
        found = text.rfind(separator, start + PASSAGE // 3, start + PASSAGE)
        if found >= 0:
            return found + len(separator)
    return start + PASSAGE
