"""`grep` over a long text: one pass for all documents, as if each had been searched by itself."""

import re
from collections.abc import Generator, Iterator
from typing import Any

from rlm_desktop.repl.inside.corpus import Document, Documents
from rlm_desktop.text.matching import Match
from rlm_desktop.text.regex import finditer

Found = Iterator[tuple[Document, Match]]
FoundUpTo = Generator[tuple[Document, Match], None, int | None]


def matches_in(pattern: re.Pattern[str], documents: Documents, text: Any) -> Found:
    """Find the matches that lie in documents."""
    return (
        _one_by_one(pattern, documents, text) if _asks_for_the_end(pattern) else _in_one_pass(pattern, documents, text)
    )


def _one_by_one(pattern: re.Pattern[str], documents: Documents, text: Any) -> Found:
    for document in documents:
        for match in finditer(pattern, text, document.start, document.end):
            yield document, match


def _in_one_pass(pattern: re.Pattern[str], documents: Documents, text: Any) -> Found:
    """Go through the text; where a match leaves its document, that document is searched by itself."""
    at: int | None = 0
    while at is not None:
        at = yield from _up_to_a_border(pattern, documents, text, at)


def _up_to_a_border(pattern: re.Pattern[str], documents: Documents, text: Any, at: int) -> FoundUpTo:
    """Go on until the search has to begin anew; gives where, or None at the end of the text."""
    document = documents.at(at)
    for match in finditer(pattern, text, at):
        start, end = match.span()
        if not document.start <= start < document.end:
            document = documents.at(start)
        if document.start <= start and end <= document.end:
            yield document, match
        elif document.start <= start <= document.end:
            for inner in finditer(pattern, text, start, document.end):
                yield document, inner
            return document.end + 1
        else:
            following = _first_after(documents, document, start)
            if following is not None and end > following.start:
                return following.start
    return None


def _first_after(documents: Documents, document: Document, offset: int) -> Document | None:
    """Give the first document that begins after an offset, which is in none; `document` is what stands before it."""
    if document.start > offset:
        return document
    return documents[document.number + 1] if document.number + 1 < len(documents) else None


def _asks_for_the_end(pattern: re.Pattern[str]) -> bool:
    """Tell whether a pattern looks for the end of what is searched, which is that of a document."""
    return r"\Z" in pattern.pattern or ("$" in pattern.pattern and not pattern.flags & re.MULTILINE)
