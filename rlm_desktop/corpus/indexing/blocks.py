"""An index of a text's blocks, by which pieces of it are recognised inside other texts.

It works on UTF-8. Every aligned block has one number of 64 bits: the upper bits are its hash, the lower ones its
place. Sorted, they are searched where they lie, in memory or in a mapped file.
"""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray

from rlm_desktop.corpus.errors import IndexBroken
from rlm_desktop.corpus.indexing.kinds import part_of, place_of
from rlm_desktop.text.blob import Blob

SMALL_BLOCK = 24
"""Bytes of a block of a text that is held in memory. A copied piece of 2 x 24 - 1 bytes holds a whole aligned block."""
LARGE_BLOCK = 128
"""Bytes of a block of a text on disk: the index has a sixteenth of its size."""
MOST_PLACES = 4
"""How many places of the same block are looked at; a row of dashes stands everywhere."""

Numbers = NDArray[np.uint64]
_HEADER = 3
_WORD = 8
_CHUNK_BYTES = 1 << 21
_WINDOWS = 200_000
_WEIGHTS: Numbers = np.random.default_rng(20_240_229).integers(1, 2**63, LARGE_BLOCK // _WORD, dtype=np.uint64) * 2 + 1
_SAME = np.uint64(0x0101_0101_0101_0101)


class BlockIndex:
    """Where each aligned block of a text stands."""

    def __init__(self, entries: Numbers, block: int, place_bits: int) -> None:
        self.block = block
        self._entries = entries
        self._places = np.uint64((1 << place_bits) - 1)

    @classmethod
    def of(cls, text: memoryview) -> Self:
        """Make the index of a text in memory."""
        entries = np.empty(len(text) // SMALL_BLOCK, dtype=np.uint64)
        bits = _place_bits(len(text), SMALL_BLOCK)
        entries = entries[: _fill(entries, text, SMALL_BLOCK, bits)]
        entries.sort()
        return cls(entries, SMALL_BLOCK, bits)

    @classmethod
    def open(cls, folder: Path) -> Self:
        """Map the index in the folder of a text; raises IndexBroken."""
        try:
            numbers = np.memmap(place_of(folder, "blocks"), dtype=np.uint64, mode="r")
        except (OSError, ValueError) as error:
            raise IndexBroken(f"The index of blocks in {folder} cannot be read: {error}") from error
        block, bits, count = (int(number) for number in numbers[:_HEADER])
        if len(numbers) != _HEADER + count or block != LARGE_BLOCK:
            raise IndexBroken(f"The index of blocks in {folder} is damaged.")
        return cls(numbers[_HEADER:], block, bits)

    def hits(self, text: memoryview) -> Iterator[tuple[int, int]]:
        """Give `(place in text, number of the first entry)` for each window whose hash is known; see `places`."""
        for start in range(0, len(text) - self.block + 1, _WINDOWS):
            windows = _window_hashes(text[start : start + _WINDOWS + self.block - 1], self.block) & ~self._places
            order = np.argsort(windows)  # neighbours in the index are looked at one after the other
            first = np.empty(len(windows), dtype=np.int64)
            first[order] = np.searchsorted(self._entries, windows[order])
            there = np.flatnonzero(first < len(self._entries))
            known = there[self._entries[first[there]] & ~self._places == windows[there]]
            yield from zip((known + start).tolist(), first[known].tolist(), strict=True)

    def places(self, first: int) -> list[int]:
        """Give the bytes of the indexed text at which the block of a hit stands, the first few of many."""
        entries = self._entries[first : first + MOST_PLACES]
        same = entries[entries & ~self._places == entries[0] & ~self._places]
        return [int(place) * self.block for place in same & self._places]


def build_block_index(folder: Path) -> None:
    """Make the index of the text in this folder; it is there when it is whole. It is sorted in its mapped file."""
    part = part_of(folder, "blocks")
    part.parent.mkdir(exist_ok=True)
    blob = Blob.open(folder)
    bits = _place_bits(blob.size_bytes, LARGE_BLOCK)
    numbers = np.memmap(part, dtype=np.uint64, mode="w+", shape=(_HEADER + blob.size_bytes // LARGE_BLOCK,))
    count = _fill(numbers[_HEADER:], blob.view, LARGE_BLOCK, bits)
    numbers[_HEADER : _HEADER + count].sort()
    numbers[:_HEADER] = (LARGE_BLOCK, bits, count)
    numbers.flush()
    del numbers
    blob.close()
    os.truncate(part, (_HEADER + count) * _WORD)
    part.replace(place_of(folder, "blocks"))


def _place_bits(size_bytes: int, block: int) -> int:
    return max(1, (size_bytes // block).bit_length())


def _fill(entries: Numbers, text: memoryview, block: int, place_bits: int) -> int:
    """Write an entry for each block but those of one letter only, such as a row of dashes; give their number."""
    places = np.uint64((1 << place_bits) - 1)
    chunk = _CHUNK_BYTES // block * block
    count = 0
    for start in range(0, len(text) - len(text) % block, chunk):
        piece = text[start : start + chunk]
        words = np.frombuffer(piece[: len(piece) - len(piece) % block], dtype="<u8").reshape(-1, block // _WORD)
        first = words[:, 0]
        is_one_letter = (words == (first & np.uint64(0xFF))[:, np.newaxis] * _SAME).all(axis=1)
        varied = np.flatnonzero(~is_one_letter)
        hashes = (words[varied] * _WEIGHTS[: block // _WORD]).sum(axis=1, dtype=np.uint64)
        entries[count : count + len(varied)] = (hashes & ~places) | (varied + start // block).astype(np.uint64)
        count += len(varied)
    return count


def _window_hashes(text: memoryview, block: int) -> Numbers:
    """Hash the block that begins at each byte."""
    count = len(text) - block + 1
    words: Numbers = np.ndarray(shape=(len(text) - _WORD + 1,), dtype="<u8", buffer=text, strides=(1,)).copy()
    hashes = np.zeros(count, dtype=np.uint64)
    for number, weight in enumerate(_WEIGHTS[: block // _WORD]):
        at = number * _WORD
        hashes += words[at : at + count] * weight
    return hashes
