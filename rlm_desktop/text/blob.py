"""One text on disk: opened by mapping, sliced by characters, whatever its size."""

import json
import os
from bisect import bisect_right
from collections.abc import Iterator
from typing import Any, Self

from rlm_desktop.text.errors import BlobBroken
from rlm_desktop.text.mapping import let_go, map_file, numbers_of
from rlm_desktop.text.sources import PIECE

FORMAT = 1
BLOCK = 4096
"""Bytes between two counts. The count of a block is of the characters and newlines that begin before it."""

CONTINUATION = bytes(range(0x80, 0xC0))
"""The bytes of UTF-8 that begin no character."""

_FACTS = ("size_bytes", "characters", "newlines")


class Blob:
    """A mapped text of UTF-8. Offsets are in characters, and clamped like the bounds of a slice."""

    def __init__(self, folder: str, view: memoryview, counts: memoryview, facts: dict[str, int]) -> None:
        self.folder = folder
        self.view = view
        self.size_bytes = facts["size_bytes"]
        self.characters = facts["characters"]
        self.newlines = facts["newlines"]
        self.is_ascii = self.characters == self.size_bytes
        self._counts = counts
        self._known: dict[str, bool] = {}
        self._characters_before = counts[0::2]

    @classmethod
    def open(cls, folder: str | os.PathLike[str]) -> Self:
        """Map the text of this folder; raises BlobBroken."""
        facts = _read_facts(folder)
        view = map_file(folder, "text")
        counts = numbers_of(map_file(folder, "counts"), folder, "counts")
        _check(folder, facts, view, counts)
        return cls(os.fspath(folder), view, counts, facts)

    def slice(self, start: int, end: int) -> str:
        """Give the characters from `start` up to `end`, neither of them negative."""
        end = min(end, self.characters)
        if start >= end:
            return ""
        if self.is_ascii:
            return self.decode(start, end)
        block = bisect_right(self._characters_before, start) - 1
        if end <= self._characters_before[block + 1]:
            return self._slice_in_block(block, start, end)
        return self.decode(self.byte_at(start), self.byte_at(end))

    def pieces(self, start: int, end: int | None) -> Iterator[str]:
        """Give the characters from `start` up to `end` piece by piece; None is the end of the text."""
        at, stop = self.byte_at(start), self.size_bytes if end is None else self.byte_at(end)
        while at < stop:
            cut = self.lead_at(min(at + PIECE, stop))
            yield self.decode(at, cut)
            at = cut

    def decode(self, first: int, last: int) -> str:
        """Give the characters between two bytes at which characters begin."""
        try:
            return str(self.view[first:last], "ascii" if self.is_ascii else "utf-8")
        except UnicodeDecodeError as error:
            raise BlobBroken(f"The text in {self.folder} is damaged: it holds bytes that are not UTF-8.") from error

    def has(self, words: str) -> bool:
        """Tell whether words occur in it, remembering the answer."""
        from rlm_desktop.text.literals import byte_searcher  # noqa: PLC0415 - the child starts without it

        if words not in self._known:
            self._known[words] = byte_searcher().find(self.view, words.encode(), 0, self.size_bytes) >= 0
        return self._known[words]

    def lead_at(self, byte: int) -> int:
        """Find the byte at or before this one at which a character begins, or the end."""
        while byte < self.size_bytes and self.view[byte] & 0xC0 == 0x80:
            byte -= 1
        return byte

    def next_lead(self, byte: int) -> int:
        """Find the next byte at which a character begins, or the end."""
        byte += 1
        while byte < self.size_bytes and self.view[byte] & 0xC0 == 0x80:
            byte += 1
        return byte

    def byte_at(self, character: int) -> int:
        """Give the byte at which a character begins."""
        if character >= self.characters:
            return self.size_bytes
        if self.is_ascii:
            return character
        block = bisect_right(self._characters_before, character) - 1
        before, after = self._characters_before[block], self._characters_before[block + 1]
        if after - before == BLOCK:
            return block * BLOCK + character - before
        first = self._first_lead(block)
        text = str(self.view[first : (block + 1) * BLOCK], "utf-8", "ignore")
        return first + len(text[: character - before].encode("utf-8", "ignore"))

    def character_at(self, byte: int) -> int:
        """Count the characters that begin before this byte."""
        if self.is_ascii or byte >= self.size_bytes:
            return min(byte, self.characters) if self.is_ascii else self.characters
        block = byte // BLOCK
        before: int = self._characters_before[block]
        if self._characters_before[block + 1] - before == BLOCK:
            return before + byte - block * BLOCK
        return before + len(self.view[block * BLOCK : byte].tobytes().translate(None, CONTINUATION))

    def newlines_before(self, character: int) -> int:
        """Count the newlines before a character."""
        byte = self.byte_at(character)
        block = byte // BLOCK
        before: int = self._counts[2 * block + 1]
        return before + self.view[block * BLOCK : byte].tobytes().count(b"\n")

    def close(self) -> None:
        """Let go of the maps."""
        let_go(self._characters_before, self._counts, self.view)

    def _slice_in_block(self, block: int, start: int, end: int) -> str:
        first = self._first_lead(block)
        text = str(self.view[first : (block + 1) * BLOCK + 3], "utf-8", "ignore")
        before: int = self._characters_before[block]
        return text[start - before : end - before]

    def _first_lead(self, block: int) -> int:
        """Find the first byte of a block that begins a character."""
        first = block * BLOCK
        while self.view[first] & 0xC0 == 0x80:
            first += 1
        return first


def _read_facts(folder: str | os.PathLike[str]) -> dict[str, int]:
    where = os.fspath(folder)
    try:
        with open(os.path.join(folder, "meta.json"), "rb") as file:  # noqa: PTH118, PTH123 - the child starts without pathlib
            facts: Any = json.load(file)
    except OSError as error:
        raise BlobBroken(f"There is no finished text in {where} ({error.strerror}).") from error
    except ValueError as error:
        raise BlobBroken(f"The description of the text in {where} is damaged.") from error
    if not isinstance(facts, dict) or any(type(facts.get(name)) is not int for name in ("format", *_FACTS)):
        raise BlobBroken(f"The description of the text in {where} is damaged.")
    if facts["format"] != FORMAT:
        raise BlobBroken(f"The text in {where} is of format {facts['format']}, and this version reads {FORMAT}.")
    return facts


def _check(folder: str | os.PathLike[str], facts: dict[str, int], view: memoryview, counts: memoryview) -> None:
    where = os.fspath(folder)
    if view.nbytes != facts["size_bytes"]:
        raise BlobBroken(f"The text in {where} has {view.nbytes:,} bytes instead of {facts['size_bytes']:,}.")
    blocks = -(-view.nbytes // BLOCK)
    if len(counts) != 2 * (blocks + 1):
        raise BlobBroken(f"The counts of the text in {where} are not those of its size.")
    if (counts[-2], counts[-1]) != (facts["characters"], facts["newlines"]):
        raise BlobBroken(f"The counts of the text in {where} do not add up.")
