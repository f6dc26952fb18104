"""A stretch of the text that a file had when it was last read, without a version and without reading all of it."""

import os
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path, PurePath
from typing import NamedTuple

from rlm_desktop.corpus.store.catalogue import Catalogue
from rlm_desktop.corpus.store.manifest import Facts, read_facts
from rlm_desktop.corpus.store.packs import Packed, TextLost, Texts
from rlm_desktop.text.blob import CONTINUATION

_STEP = 1 << 20


class Glance(NamedTuple):
    """A stretch of a text from `start` on, and what is known of the document."""

    facts: Facts
    start: int
    text: str
    newlines_before: int


def glance(store: Path, catalogue: Catalogue, path: str, start: int, characters: int) -> Glance | None:
    """Find a document by the path that an ingest told, which may lead into a file; None when it is not there."""
    with catalogue.explaining(), closing(catalogue.connect()) as connection:
        rows = (connection.execute(_EXTRACT, place).fetchone() for place in _places(path))
        row = next((row for row in rows if row is not None), None)
        if row is None:
            return None
        facts = read_facts(row[0])
        try:
            with Texts(store, connection) as texts:
                return _stretch(texts.packed(facts.digest), facts, min(start, facts.characters), characters)
        except TextLost:
            return None


def _places(path: str) -> Iterator[tuple[bytes, str]]:
    """Give what may be the file and what is inside of it, the whole path first."""
    whole = PurePath(path)
    yield os.fsencode(path), ""
    for file in whole.parents:
        yield os.fsencode(file), whole.relative_to(file).as_posix()


def _stretch(utf8: Packed, facts: Facts, start: int, characters: int) -> Glance:
    is_ascii = len(utf8) == facts.characters
    first = start if is_ascii else _byte_at(utf8, 0, start)
    last = first + characters if is_ascii else _byte_at(utf8, first, characters)
    return Glance(facts, start, str(utf8[first:last], "utf-8", "replace"), _newlines(utf8, first))


def _byte_at(utf8: Packed, first: int, characters: int) -> int:
    """Go so many characters on from a byte."""
    while step := utf8[first : first + _STEP]:
        count = len(step.translate(None, CONTINUATION))
        if count > characters:
            # The step may end within a character, but not within those that are wanted.
            return first + len(step.decode("utf-8", "ignore")[:characters].encode())
        first += len(step)
        characters -= count
        rest = utf8[first : first + 3]
        first += len(rest) - len(rest.lstrip(CONTINUATION))
    return len(utf8)


def _newlines(utf8: Packed, end: int) -> int:
    return sum(utf8[at : min(at + _STEP, end)].count(b"\n") for at in range(0, end, _STEP))


_EXTRACT = """SELECT facts FROM sources JOIN extracts ON source = sources.id WHERE path = ? AND inner_name = ?"""
