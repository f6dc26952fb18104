"""The passages of a stored text, in which search finds: read piece by piece, never across documents or pages."""

import itertools
from collections.abc import Iterator

from rlm_desktop.text.blob import Blob
from rlm_desktop.text.documents import DocumentRow, DocumentTable
from rlm_desktop.text.passages import cuts

_PIECE = 1_000_000
"""Characters that are read at once."""


def passages_of(blob: Blob, table: DocumentTable) -> Iterator[tuple[int, str]]:
    """Give each passage with the character at which it begins."""
    for row in table:
        for start, end in _pages(row):
            yield from _within(blob, start, end)


def _pages(row: DocumentRow) -> Iterator[tuple[int, int]]:
    edges = [row.start, *(row.start + start for start in (row.page_starts or ())[1:]), row.end]
    return itertools.pairwise(edges)


def _within(blob: Blob, start: int, end: int) -> Iterator[tuple[int, str]]:
    while start < end:
        piece = blob.slice(start, min(start + _PIECE, end))
        edges = [*cuts(piece, 0, len(piece)), len(piece)]
        is_last = start + len(piece) >= end
        if not is_last:
            edges.pop()  # the last passage may go on in the next piece
        for first, behind in itertools.pairwise(edges):
            yield start + first, piece[first:behind]
        start += edges[-1]
