"""Cuts a long text where no token goes across: vocabularies overflow the stack, or take forever, on megabytes."""

import re
from collections.abc import Iterator

PIECE_CHARACTERS = 65_536

# The beginning of a line that is not blank, else a single space before a word: both begin a new token.
_SEAMS = (re.compile(r"\n(?=[ \t]*[^\s/])"), re.compile(r"\S(?= [^\W\d_])"))


def pieces(text: str, most: int = PIECE_CHARACTERS) -> Iterator[str]:
    """Give the text in pieces of at most so many characters; where there is no seam, it is cut anywhere."""
    start = 0
    while len(text) - start > most:
        end = _seam(text, start + most // 2, start + most)
        yield text[start:end]
        start = end
    yield text[start:]


def _seam(text: str, first: int, last: int) -> int:
    for seam in _SEAMS:
        found = seam.search(text, first, last)
        if found is not None:
            return found.end()
    return last
