"""Finds runs of kinds of characters, such as `dddd-dd`: each kind is written as one byte, and then they are words."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from rlm_desktop.text.blob import Blob
from rlm_desktop.text.hits import SIZE_BITS
from rlm_desktop.text.literals import byte_searcher

CHUNK = 1 << 14
"""Bytes rewritten at once, few enough that characters beyond ASCII are in few of them."""

_OTHER = 0x80
_ASCII = bytes(range(0x80))


@dataclass(frozen=True)
class Shape:
    """A run of kinds: the table that writes each kind as a byte, the run so written, and as a pattern."""

    table: bytes
    words: bytes
    pattern: str
    exotic: str

    @cached_property
    def run(self) -> re.Pattern[str]:
        """The run as a pattern."""
        # WORKAROUND: where a pattern begins with a kind, `search` looks for it without the flags of its group.
        return re.compile("(?=)" + self.pattern)

    @cached_property
    def is_exotic(self) -> re.Pattern[str]:
        """Finds a character beyond ASCII that is of one of the kinds."""
        return re.compile(self.exotic)


def shape_of(kinds: tuple[str, ...]) -> Shape | None:
    """Make a shape, if no ASCII character is of two of the kinds and no kind is of nearly all of them."""
    table, words = bytearray([_OTHER]) * 0x100, {}
    for kind in sorted(set(kinds)):
        is_one = re.compile(kind)
        members = [code for code in range(0x80) if is_one.match(chr(code))]
        if not members or len(members) > 100 or any(table[code] != _OTHER for code in members):
            return None
        words[kind] = members[0]
        for code in members:
            table[code] = members[0]
    exotic = rf"(?![\x00-\x7f])(?:{'|'.join(sorted(words))})"
    return Shape(bytes(table), bytes(words[kind] for kind in kinds), "".join(kinds), exotic)


def shape_hits(shape: Shape, blob: Blob, start: int, last: int) -> Iterator[list[int]]:
    """Give the places of a shape chunk by chunk, as those of words are given."""
    searcher, size = byte_searcher(), len(shape.words)
    while start < last:
        stop = blob.lead_at(min(start + CHUNK, last))
        view = blob.view[start : blob.lead_at(min(stop + 4 * size, last))]
        if _is_exotic(shape, view):
            hits = _exotic_hits(shape, view.tobytes().decode(), start)
        else:
            written = memoryview(searcher.translate(view, shape.table))
            hits = [
                start + place << SIZE_BITS | size for place in searcher.places(written, shape.words, 0, len(written))
            ]
        yield [hit for hit in hits if hit >> SIZE_BITS < stop] if hits else hits
        start = stop


def _is_exotic(shape: Shape, view: memoryview) -> bool:
    content = view.tobytes()
    return not content.isascii() and bool(shape.is_exotic.search(content.translate(None, _ASCII).decode()))


def _exotic_hits(shape: Shape, text: str, start: int) -> list[int]:
    hits, at = [], 0
    while found := shape.run.search(text, at):
        place = start + len(text[: found.start()].encode())
        hits.append(place << SIZE_BITS | len(found.group().encode()))
        at = found.start() + 1
    return hits


def count_in(shape: Shape, samples: list[bytes]) -> int:
    """Count the places in samples, those of ASCII characters."""
    return sum(sample.translate(shape.table).count(shape.words) for sample in samples)
