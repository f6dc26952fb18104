"""The process that counts the tokens of a version: of low priority, ended with its starter; what it counted is kept."""

import os
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from rlm_desktop.corpus.counting.kept import keep_counts, keep_total, known_counts
from rlm_desktop.corpus.counting.pieces import PIECE_CHARACTERS, pieces
from rlm_desktop.corpus.counting.vocabularies import CountTokens, load_vocabulary
from rlm_desktop.corpus.errors import CorpusError
from rlm_desktop.corpus.store.catalogue import Catalogue
from rlm_desktop.process_lines import end_with_starter
from rlm_desktop.text.blob import Blob
from rlm_desktop.text.documents import DocumentTable
from rlm_desktop.text.errors import TextError

_NICE = 19
_DOCUMENTS_AT_ONCE = 500
_CHARACTERS_AT_ONCE = 16 * PIECE_CHARACTERS
_TOKENS_PER_HEADER_CHARACTER = 0.3
"""Of the lines between documents, which are not worth counting."""


def main(words: Sequence[str]) -> int:
    """Count with a vocabulary, keeping in a store, the version in a folder; print the number."""
    vocabulary, store, folder = words
    if hasattr(os, "nice"):
        os.nice(_NICE)
    end_with_starter()
    try:
        tokens = _Version(Path(folder), vocabulary, Catalogue.open(Path(store))).count()
        keep_total(Path(folder), vocabulary, tokens)
    except (OSError, CorpusError, TextError) as error:
        print(error, file=sys.stderr)  # noqa: T201 -- this is how it is told
        return 1
    print(tokens)  # noqa: T201 -- as above
    return 0


class _Version:
    def __init__(self, folder: Path, vocabulary: str, catalogue: Catalogue) -> None:
        self._blob = Blob.open(folder)
        self._documents = DocumentTable.open(folder)
        self._vocabulary = vocabulary
        self._catalogue = catalogue
        self._count: CountTokens | None = None

    def count(self) -> int:
        total, characters = 0, 0
        for first in range(0, len(self._documents), _DOCUMENTS_AT_ONCE):
            places = range(first, min(first + _DOCUMENTS_AT_ONCE, len(self._documents)))
            total += self._count_some(places)
            characters += sum(self._documents.end(place) - self._documents.start(place) for place in places)
        return total + round((self._blob.characters - characters) * _TOKENS_PER_HEADER_CHARACTER)

    def _count_some(self, places: range) -> int:
        place_of = {self._documents[place].digest: place for place in places}
        with self._catalogue.reading() as connection:
            counts = known_counts(connection, self._vocabulary, list(place_of))
        new = {digest: self._tokens_of(place) for digest, place in place_of.items() if digest not in counts}
        if new:
            with self._catalogue.writing() as connection:
                keep_counts(connection, self._vocabulary, new)
        counts |= new
        return sum(counts[self._documents[place].digest] for place in places)

    def _tokens_of(self, place: int) -> int:
        if self._count is None:
            # Only now: a version of which all is known needs none.
            self._count = load_vocabulary(self._vocabulary)
        start, end = self._documents.start(place), self._documents.end(place)
        return sum(map(self._count, _pieces(self._blob, start, end)))


def _pieces(blob: Blob, start: int, end: int) -> Iterator[str]:
    """Cut a document that may be larger than memory."""
    rest = ""
    while start < end:
        text = rest + blob.slice(start, min(end, start + _CHARACTERS_AT_ONCE))
        start += _CHARACTERS_AT_ONCE
        *whole, rest = pieces(text)
        yield from whole
    if rest:
        yield rest
