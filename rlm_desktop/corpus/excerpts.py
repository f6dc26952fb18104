"""The part of a stored document around a passage: its page, or whole lines, without reading the whole document."""

from dataclasses import dataclass

from rlm_desktop.corpus.errors import CorpusError
from rlm_desktop.corpus.stored import StoredCorpus
from rlm_desktop.text.documents import DocumentRow

AROUND_CHARACTERS = 2_000
LARGEST_PAGE = 40_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Excerpt:
    """A piece of a document. `start` and `end` mark the passage by offsets in `text`."""

    kind: str
    text: str
    start: int
    end: int
    pages: int | None


def excerpt(corpus: StoredCorpus, name: str, start: int, end: int) -> Excerpt:
    """Cut out the surroundings of a passage, given by its offsets in the document; raises CorpusError."""
    index = corpus.table.index_of(name)
    if index is None or not 0 <= start <= end <= corpus.table.end(index) - corpus.table.start(index):
        raise CorpusError(f"{name} has no such passage in the texts that were kept.")
    row = corpus.table[index]
    first, last = _page(row, start, end) or _lines(corpus, row, start, end)
    return Excerpt(
        kind=row.kind,
        text=corpus.blob.slice(row.start + first, row.start + last),
        start=start - first,
        end=end - first,
        pages=None if row.page_starts is None else len(row.page_starts),
    )


def _page(row: DocumentRow, start: int, end: int) -> tuple[int, int] | None:
    """Give the bounds of the page or pages of a passage, unless they are huge or there are none."""
    starts = row.page_starts or ()
    first = max((place for place in starts if place <= start), default=None)
    last = min((place for place in starts if place >= end), default=row.end - row.start)
    return None if first is None or last - first > LARGEST_PAGE else (first, last)


def _lines(corpus: StoredCorpus, row: DocumentRow, start: int, end: int) -> tuple[int, int]:
    before, after = max(0, start - AROUND_CHARACTERS), min(row.end - row.start, end + AROUND_CHARACTERS)
    ahead = corpus.blob.slice(row.start + before, row.start + start)
    behind = corpus.blob.slice(row.start + end, row.start + after)
    line = ahead.find("\n") + 1 if before else 0
    ending = behind.rfind("\n") if row.start + after < row.end else -1
    return before + line, end + ending if ending >= 0 else after
