"""Texts as bytes of UTF-8, in which pieces are compared, and back to characters."""

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from rlm_desktop.corpus.documents import Corpus
from rlm_desktop.corpus.stored import StoredCorpus

Letters = NDArray[np.uint8]

_BLOCK = 4096


class Utf8(Protocol):
    """The bytes of a text."""

    @property
    def view(self) -> memoryview:
        """All of them."""

    def character_at(self, byte: int) -> int:
        """Count the characters that begin before this byte."""


class EncodedText:
    """A text that lives in memory."""

    def __init__(self, text: str) -> None:
        data = text.encode("utf-8", "surrogatepass")
        self.view = memoryview(data)
        self._characters_before: NDArray[np.int64] | None = None
        if len(data) != len(text):
            heads = begins_character(np.frombuffer(data, dtype=np.uint8))
            blocks = np.add.reduceat(heads, range(0, len(data), _BLOCK), dtype=np.int64)
            self._characters_before = np.cumsum(blocks) - blocks

    def character_at(self, byte: int) -> int:
        """Count the characters that begin before this byte."""
        if self._characters_before is None:
            return byte
        block = min(byte // _BLOCK, len(self._characters_before) - 1)
        rest = np.frombuffer(self.view[block * _BLOCK : byte], dtype=np.uint8)
        return int(self._characters_before[block]) + int(np.count_nonzero(begins_character(rest)))


def utf8_of(corpus: Corpus) -> Utf8:
    """Give the bytes of a corpus: where they lie, or encoded."""
    return corpus.blob if isinstance(corpus, StoredCorpus) else EncodedText(str(corpus.text))


def begins_character(letters: Letters) -> NDArray[np.bool_]:
    """Tell for each byte whether a character begins with it."""
    begins: NDArray[np.bool_] = (letters & 0xC0) != 0x80
    return begins


def whole_characters(letters: Letters, start: int, end: int) -> tuple[int, int]:
    """Leave out the characters that a piece holds a part of only."""
    while start < end and letters[start] & 0xC0 == 0x80:
        start += 1
    if end < len(letters) and letters[end] & 0xC0 == 0x80:
        end -= 1
        while end > start and letters[end] & 0xC0 == 0x80:
            end -= 1
    return start, end


def common_prefix(one: Letters, at: int, other: Letters, place: int) -> int:
    """Count the bytes from `at` in one and `place` in the other that are the same."""
    limit = min(len(one) - at, len(other) - place)
    known, stride = 0, 256
    while known < limit:
        size = min(stride, limit - known)
        ahead = slice(known, known + size)
        different = np.flatnonzero(one[at:][ahead] != other[place:][ahead])
        if len(different):
            return known + int(different[0])
        known, stride = known + size, min(stride * 4, 1 << 20)
    return known


def common_suffix(one: Letters, at: int, other: Letters, place: int) -> int:
    """Count the bytes before `at` in one and `place` in the other that are the same."""
    limit = min(at, place)
    known, stride = 0, 256
    while known < limit:
        size = min(stride, limit - known)
        mine, theirs = one[at - known - size : at - known], other[place - known - size : place - known]
        different = np.flatnonzero(mine != theirs)
        if len(different):
            return known + size - 1 - int(different[-1])
        known, stride = known + size, min(stride * 4, 1 << 20)
    return known
